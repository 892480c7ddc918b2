// Orders without an answer on virtual time: when they are asked about, what proves that they do not
// exist, what does not, and what happens to those that appear afterwards.

#include "domain/unknown_protocol.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/prng.hpp"
#include "tests/support/seed.hpp"

namespace bw {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr utc_ns noon{1'793'700'000'000'000'000};
const auto id = client_order_id{"bw-1"};

/// The protocol with a clock, and a broker that answers at once.
struct scene {
  unknown_protocol protocol;
  mono_ns now{1'000'000'000'000};
  std::vector<unknown_action> seen;
  std::vector<nanoseconds> asked_at;
  std::vector<utc_ns> lists;
  mono_ns opened;

  scene() { protocol.on_stream(true, now - seconds{10}); }

  void note(const unknown_actions& actions) {
    for (const auto& each : actions) {
      seen.push_back(each);
      if (each.step == unknown_step::asked) asked_at.push_back(now - opened);
      if (each.step == unknown_step::list_asked) lists.push_back(each.list_from);
    }
  }
  void open(unknown_hint hint = unknown_hint::none, bool earlier_run = false) {
    opened = now;
    note(protocol.open({id, order_id{7}, noon, now - milliseconds{5}, hint, earlier_run}, now));
  }
  enum class answer { missing, nothing, none };
  /// Time passes; look-ups and lists are answered as told.
  void pass(nanoseconds total, answer looked_up = answer::missing,
            std::optional<std::vector<client_order_id>> list = std::nullopt) {
    for (nanoseconds done{0}; done < total; done += milliseconds{50}) {
      now = now + milliseconds{50};
      const auto actions = protocol.due(now);
      note(actions);
      for (const auto& each : actions) {
        if (each.step == unknown_step::asked && looked_up == answer::missing)
          note(protocol.on_missing(id, now, now));
        if (each.step == unknown_step::asked && looked_up == answer::nothing)
          note(protocol.on_unanswered(id, "503"));
        if (each.step == unknown_step::list_asked && list)
          note(protocol.on_list(each.list_from, now, *list, now));
      }
    }
  }
  std::size_t count(unknown_step step) const {
    return static_cast<std::size_t>(std::count_if(
        seen.begin(), seen.end(), [&](const auto& each) { return each.step == step; }));
  }
};

TEST(unknown_protocol, asks_on_the_given_schedule_and_for_ever) {
  scene s;
  s.open(unknown_hint::exists);
  s.pass(seconds{130});
  const std::vector<nanoseconds> expected = {
      milliseconds{250}, milliseconds{500}, seconds{1},  seconds{2},  seconds{4},  seconds{8},
      seconds{16},       seconds{32},       seconds{62}, seconds{92}, seconds{122}};
  EXPECT_EQ(s.asked_at, expected);
}

TEST(unknown_protocol, absence_needs_every_proof_and_then_the_id_is_watched) {
  scene s;
  s.open();
  s.pass(seconds{61}, scene::answer::missing, std::vector<client_order_id>{});
  EXPECT_EQ(s.lists.size(), 1u) << "asked once sixty seconds have passed";
  EXPECT_EQ(s.lists.front(), noon - seconds{60}) << "from sixty seconds before the send";
  EXPECT_EQ(s.count(unknown_step::not_found), 1u);
  EXPECT_FALSE(s.protocol.is_open(id));
  EXPECT_TRUE(s.protocol.is_watched(id));
  const auto& last = s.seen.back();
  EXPECT_EQ(last.step, unknown_step::not_found);
  EXPECT_EQ(last.order, order_id{7});
  EXPECT_GE(last.missing_in_row, 6u);
}

struct missing_proof {
  const char* what;
  void (*play)(scene&);
};

const missing_proof missing_proofs[] = {
    {"too early", [](scene& s) { s.pass(seconds{59}, scene::answer::missing, {{}}); }},
    {"the last byte left later",
     [](scene& s) {
       s.pass(seconds{30});
       s.protocol.open({id, order_id{7}, noon, s.now, unknown_hint::none, false}, s.now);
       s.pass(seconds{59}, scene::answer::missing, {{}});
     }},
    {"a 503 among the 404s",
     [](scene& s) {
       s.pass(seconds{40}, scene::answer::missing, {{}});
       s.note(s.protocol.on_unanswered(id, "503"));
       s.pass(seconds{100}, scene::answer::missing, {{}});
     }},
    {"no answers", [](scene& s) { s.pass(seconds{300}, scene::answer::none, {{}}); }},
    {"the stream fell",
     [](scene& s) {
       s.pass(seconds{20});
       s.note(s.protocol.on_stream(false, s.now));
       s.note(s.protocol.on_stream(true, s.now));
       EXPECT_EQ(s.count(unknown_step::stream_lost), 1u);
       s.pass(seconds{600}, scene::answer::missing, {{}});
     }},
    {"the list has it",
     [](scene& s) {
       s.pass(seconds{600}, scene::answer::missing, std::vector<client_order_id>{id});
     }},
    {"the list did not come",
     [](scene& s) {
       s.pass(seconds{100});
       s.note(s.protocol.on_list_failed("timeout"));
       EXPECT_EQ(s.count(unknown_step::list_unanswered), 1u);
       EXPECT_GE(s.count(unknown_step::list_asked), 2u) << "it is asked for again";
     }},
    {"the list began too late",
     [](scene& s) {
       s.pass(seconds{100});
       s.note(s.protocol.on_list(noon - seconds{59}, s.now, {}, s.now));
     }},
    {"the list is from before the silence was long enough",
     [](scene& s) {
       s.pass(seconds{100});
       s.note(s.protocol.on_list(noon - seconds{60}, s.opened + seconds{30}, {}, s.now));
     }},
};

TEST(unknown_protocol, without_one_of_the_proofs_it_stays_unknown) {
  for (const auto& row : missing_proofs) {
    scene s;
    s.open();
    row.play(s);
    EXPECT_EQ(s.count(unknown_step::not_found), 0u) << row.what;
    EXPECT_TRUE(s.protocol.is_open(id)) << row.what;
    EXPECT_FALSE(s.protocol.is_watched(id)) << row.what;
  }
}

TEST(unknown_protocol, six_missing_must_span_thirty_seconds) {
  unknown_options quick;
  quick.look_ups_at.fill(milliseconds{10});
  quick.silence_min = seconds{0};
  scene s;
  s.protocol = unknown_protocol{quick};
  s.protocol.on_stream(true, s.now - seconds{10});
  s.open();
  for (int k = 0; k < 20; ++k) s.note(s.protocol.on_missing(id, s.now, s.now));
  s.pass(seconds{29}, scene::answer::none, {{}});
  EXPECT_EQ(s.count(unknown_step::list_asked), 0u);
  s.pass(seconds{2}, scene::answer::none);
  s.note(s.protocol.on_missing(id, s.now, s.now));
  s.pass(milliseconds{100}, scene::answer::none, {{}});
  EXPECT_EQ(s.count(unknown_step::not_found), 1u);
}

TEST(unknown_protocol, an_order_of_an_earlier_run_waits_for_the_next_session) {
  scene s;
  s.open(unknown_hint::none, true);
  s.pass(seconds{600}, scene::answer::missing, {{}});
  EXPECT_TRUE(s.protocol.is_open(id)) << "no stream can have seen it";
  EXPECT_TRUE(s.protocol.on_session(noon - seconds{1}).empty());
  s.pass(seconds{100}, scene::answer::missing, {{}});
  EXPECT_TRUE(s.protocol.is_open(id)) << "the session it was sent in";
  s.protocol.on_session(noon + std::chrono::hours{20});
  s.pass(seconds{31}, scene::answer::missing, {{}});
  EXPECT_EQ(s.count(unknown_step::not_found), 1u);
}

TEST(unknown_protocol, a_throttled_order_is_looked_up_once) {
  scene s;
  s.open(unknown_hint::throttled);
  s.pass(milliseconds{200});
  EXPECT_TRUE(s.protocol.is_open(id)) << "first the look-up";
  s.pass(milliseconds{100});
  EXPECT_EQ(s.count(unknown_step::refused), 1u);
  EXPECT_FALSE(s.protocol.is_open(id));
  EXPECT_FALSE(s.protocol.is_watched(id));
}

TEST(unknown_protocol, an_id_that_is_taken_is_never_missing) {
  scene s;
  s.open(unknown_hint::exists);
  s.pass(std::chrono::hours{1}, scene::answer::missing, {{}});
  EXPECT_TRUE(s.protocol.is_open(id));
  EXPECT_TRUE(s.lists.empty());
}

TEST(unknown_protocol, an_answer_from_before_the_order_proves_nothing) {
  scene s;
  s.open();
  EXPECT_TRUE(s.protocol.on_missing(id, s.opened - seconds{1}, s.now).empty());
  EXPECT_TRUE(s.protocol.on_missing(client_order_id{"another"}, s.now, s.now).empty());
}

TEST(unknown_protocol, evidence_closes_the_question) {
  scene s;
  s.open();
  s.note(s.protocol.close(id, "working"));
  EXPECT_EQ(s.seen.back().step, unknown_step::resolved);
  EXPECT_EQ(s.seen.back().text, "working");
  s.pass(seconds{100});
  EXPECT_TRUE(s.asked_at.empty());
  EXPECT_TRUE(s.protocol.close(id, "again").empty());
}

TEST(unknown_protocol, a_watched_id_that_appears_is_told_once_and_a_session_ends_the_watch) {
  scene s;
  s.open();
  s.pass(seconds{61}, scene::answer::missing, {{}});
  ASSERT_TRUE(s.protocol.is_watched(id));
  const auto late = s.protocol.on_appearance(id, "on the order stream");
  ASSERT_EQ(late.size(), 1u);
  EXPECT_EQ(late[0].step, unknown_step::late_appearance);
  EXPECT_TRUE(s.protocol.on_appearance(id, "again").empty());

  s.protocol.watch(id, order_id{7}, noon);
  EXPECT_TRUE(s.protocol.on_session(noon - seconds{1}).empty()) << "the session of the order";
  const auto over = s.protocol.on_session(noon + std::chrono::hours{20});
  ASSERT_EQ(over.size(), 1u);
  EXPECT_EQ(over[0].step, unknown_step::watch_ended);
  EXPECT_EQ(s.protocol.watched_count(), 0u);
}

TEST(unknown_protocol, nothing_is_declared_absent_that_could_not_be_watched) {
  scene s;
  s.protocol = unknown_protocol{{.watched_max = 1}};
  s.protocol.on_stream(true, s.now - seconds{10});
  s.protocol.watch(client_order_id{"other"}, order_id{1}, noon);
  s.open();
  s.pass(seconds{300}, scene::answer::missing, {{}});
  EXPECT_EQ(s.count(unknown_step::not_found), 0u);
  s.protocol.watch(client_order_id{"third"}, order_id{2}, noon);
  EXPECT_EQ(s.protocol.watched_count(), 1u);
}

TEST(unknown_protocol, what_nobody_asked_for_in_time_is_not_caught_up) {
  scene s;
  s.open();
  s.now = s.now + seconds{20};
  s.note(s.protocol.due(s.now));
  s.note(s.protocol.due(s.now));
  EXPECT_EQ(s.asked_at.size(), 1u);
}

// Whatever comes in whatever order, not_found is said only when a slow reading of the whole history
// finds all four proofs.
TEST(unknown_protocol, agrees_with_a_slow_reading_of_the_history) {
  const auto seed = tests::test_seed(20'261'121);
  prng random{seed};
  std::size_t found_absent = 0;
  for (std::uint64_t run = 0; run < tests::test_size(400); ++run) {
    scene s;
    s.open();
    const auto begin = s.now;
    bool stream_fell = false;
    std::vector<std::pair<mono_ns, bool>> answers;  // When, and whether it was a 404.
    bool done = false;
    const bool calm = random.chance(1, 2);
    for (int step = 0; step < 400 && !done; ++step) {
      s.now = s.now + milliseconds{random.between(50, 2'000)};
      if (!calm && random.chance(1, 150)) {
        stream_fell = true;
        s.protocol.on_stream(false, s.now);
        s.protocol.on_stream(true, s.now);
      }
      for (const auto& each : s.protocol.due(s.now)) {
        if (each.step == unknown_step::asked && random.chance(19, 20)) {
          const bool missing = calm || random.chance(9, 10);
          answers.emplace_back(s.now, missing);
          missing ? s.protocol.on_missing(id, s.now, s.now)
                  : s.protocol.on_unanswered(id, "timeout");
        }
        if (each.step != unknown_step::list_asked || !random.chance(2, 3)) continue;
        const bool shows = random.chance(1, 4);
        const auto told = s.protocol.on_list(
            each.list_from, s.now,
            shows ? std::vector<client_order_id>{id} : std::vector<client_order_id>{}, s.now);
        if (told.empty()) continue;
        done = true;
        ++found_absent;
        auto first = answers.end();
        while (first != answers.begin() && std::prev(first)->second) --first;
        ASSERT_FALSE(stream_fell) << tests::repeat_with(seed);
        ASSERT_FALSE(shows) << tests::repeat_with(seed);
        ASSERT_GE(s.now - begin, seconds{60}) << tests::repeat_with(seed);
        ASSERT_GE(answers.end() - first, 6) << tests::repeat_with(seed);
        ASSERT_GE(answers.back().first - first->first, seconds{30}) << tests::repeat_with(seed);
      }
    }
  }
  EXPECT_GT(found_absent, 50u) << "the test proves something";
}

TEST(unknown_protocol, waits_are_widened_on_a_fast_clock) {
  const auto wide = unknown_options{}.widened(60);
  EXPECT_EQ(wide.look_ups_at.front(), std::chrono::milliseconds{500});
  EXPECT_EQ(wide.silence_min, seconds{120}) << "two real seconds";
  EXPECT_EQ(unknown_options{}.widened(10).silence_min, seconds{60}) << "never shorter";
  EXPECT_EQ(unknown_options{}.widened(0).silence_min, seconds{60});
}

}  // namespace
}  // namespace bw
