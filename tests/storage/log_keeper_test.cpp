// What keeps an open log provable while it grows.

#include "storage/log_keeper.hpp"

#include <gtest/gtest.h>

#include "storage/memory_audit_log.hpp"
#include "tests/storage/log_backends.hpp"
#include "tests/storage/sample_events.hpp"

namespace bw {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

struct keeper_test : testing::Test {
  void start(log_keeper_options options = {}) {
    auto anchors = anchor_writer::open({.file = folder.path() / "anchors.log",
                                        .key = folder.path() / "anchor.key",
                                        .records = 10});
    ASSERT_TRUE(anchors.ok()) << anchors.failure().text();
    auto begun = recover(*log, anchors->last());
    ASSERT_TRUE(begun.ok()) << begun.failure().text();
    keeper.emplace(*log, *std::move(begun), *std::move(anchors), options);
  }
  audit_stamp stamp() const { return {utc_ns{now.value}, now, {}, short_name{"test"}}; }
  void put(const audit_event& event) {
    const audit_log::entry entry{stamp(), &event};
    const auto done = keeper->append({&entry, 1}, sync_mode::no);
    ASSERT_TRUE(done.ok()) << done.failure().text();
  }
  void session(session_phase phase) { put(session_record{{phase, utc_ns{5}, utc_ns{6}}}); }
  void halt(trading_mode mode) { put(state_record{{mode, 0}, halt_reason::feed, true, "x"}); }
  std::vector<std::string> beat_after(nanoseconds passed) {
    now = now + passed;
    const auto lines = keeper->beat(stamp());
    EXPECT_TRUE(lines.ok()) << lines.failure().text();
    return lines.value_or({});
  }
  /// Causes of the snapshots so far.
  std::vector<std::string> causes() const {
    std::vector<std::string> out;
    for (const auto& record : tests::records_of(*log))
      if (const auto* books = std::get_if<books_record>(&record.event)) out.push_back(books->cause);
    return out;
  }
  std::size_t count(std::string_view type) const {
    const auto all = tests::records_of(*log);
    return static_cast<std::size_t>(std::count_if(
        all.begin(), all.end(), [&](const auto& x) { return audit_type_name(x.type) == type; }));
  }

  temporary_folder folder = tests::test_folder();
  std::shared_ptr<memory_audit_store> store = std::make_shared<memory_audit_store>();
  std::unique_ptr<audit_log> log = *open_memory_audit_log(store, 1);
  std::optional<log_keeper> keeper;
  mono_ns now{1'000'000'000'000};
};

using causes_of = std::vector<std::string>;

TEST_F(keeper_test, writes_a_snapshot_at_every_occasion) {
  start();
  put(boot_record{.boot_no = 1});
  put(config_record{});
  EXPECT_EQ(causes(), (causes_of{"start"}));
  session(session_phase::closed);
  session(session_phase::open_guard);
  session(session_phase::entries);
  EXPECT_EQ(causes(), (causes_of{"start", "open"})) << "a phase within the day is no occasion";
  halt(trading_mode::reducing);
  EXPECT_EQ(causes().size(), 2u);
  halt(trading_mode::halted);
  EXPECT_EQ(causes().back(), "halt");
  beat_after(seconds{1});
  beat_after(minutes{14});
  EXPECT_EQ(causes().size(), 3u);
  beat_after(minutes{1});
  EXPECT_EQ(causes().back(), "period");
  session(session_phase::closed);
  EXPECT_EQ(causes().back(), "close");
  beat_after(minutes{60});
  EXPECT_EQ(causes().size(), 5u) << "nothing happens between the days";
  put(shutdown_record{"asked", true});
  EXPECT_EQ(causes().back(), "shutdown");
  EXPECT_EQ(audit_type_name(tests::records_of(*log).back().type), "shutdown");
  EXPECT_TRUE(keeper->books().ended_cleanly());
}

TEST_F(keeper_test, anchors_by_records_and_by_time_and_at_the_end) {
  start();
  put(boot_record{.boot_no = 1});
  EXPECT_EQ(beat_after(seconds{1}).size(), 1u);
  EXPECT_EQ(beat_after(seconds{1}).size(), 0u);
  for (int k = 0; k < 10; ++k) put(config_record{});
  EXPECT_EQ(beat_after(seconds{1}).size(), 1u);
  put(signal_record{});
  EXPECT_EQ(beat_after(seconds{58}).size(), 0u);
  EXPECT_EQ(beat_after(seconds{2}).size(), 1u);
  EXPECT_EQ(beat_after(minutes{5}).size(), 0u) << "nothing new but its own record";
  EXPECT_EQ(count("anchor"), 3u);
  put(shutdown_record{"asked", true});
  const auto head = log->head();
  const auto last = keeper->finish(stamp());
  ASSERT_TRUE(last.ok());
  EXPECT_EQ(last->size(), 1u);
  EXPECT_EQ(log->head(), head) << "the end of the run stays its end";
  EXPECT_TRUE(keeper->finish(stamp())->empty()) << "once";

  // The next start agrees with the anchor and begins at its snapshot.
  log = *open_memory_audit_log(store, 1);
  const auto key = public_key::load(folder.path() / "anchor.pub");
  const auto anchors = read_anchors(folder.path() / "anchors.log", *key, signature_check::every);
  ASSERT_TRUE(anchors.ok()) << anchors.failure().text();
  EXPECT_EQ(anchors->anchors.back().sequence, head);
  const auto again = recover(*log, anchors->anchors.back());
  ASSERT_TRUE(again.ok()) << again.failure().text();
  EXPECT_GT(again->from.value, 1u);
  EXPECT_TRUE(again->past.ended_cleanly());
  EXPECT_EQ(again->tree.root(), anchors->anchors.back().root);
}

TEST_F(keeper_test, reads_back_what_was_written_since) {
  start({.verify_slice = 4});
  for (int k = 0; k < 10; ++k) put(config_record{"text"});
  beat_after(seconds{1});
  EXPECT_EQ(keeper->verified().value, 0u);
  beat_after(seconds{60});
  EXPECT_EQ(keeper->verified().value, 4u) << "a slice a beat";
  beat_after(seconds{1});
  beat_after(seconds{1});
  EXPECT_GE(keeper->verified().value, 10u);
  // The store changes behind the writer's back.
  put(config_record{"text"});
  const auto changed = log->head().value;
  store->records[changed - 1][record_header_bytes + 2] ^= 1;
  now = now + seconds{61};
  result<std::vector<std::string>> beat = keeper->beat(stamp());
  for (int k = 0; k < 5 && beat.ok(); ++k) beat = keeper->beat(stamp());
  ASSERT_FALSE(beat.ok());
  EXPECT_EQ(beat.code(), ec::integrity_broken);
  EXPECT_NE(beat.failure().context.find("record " + std::to_string(changed)), std::string::npos);
}

TEST_F(keeper_test, leaves_out_a_snapshot_that_is_too_long) {
  start({.snapshot_bytes_max = 10});
  put(boot_record{.boot_no = 1});
  put(config_record{});
  EXPECT_TRUE(causes().empty());
}

TEST_F(keeper_test, refuses_what_no_start_could_recover_from) {
  start();
  put(boot_record{.boot_no = 2});
  const audit_event again = boot_record{.boot_no = 2};
  const audit_log::entry entry{stamp(), &again};
  EXPECT_EQ(keeper->append({&entry, 1}, sync_mode::no).code(), ec::integrity_broken);
}

}  // namespace
}  // namespace bw
