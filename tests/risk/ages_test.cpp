// What an order rests on: how old it is, how fast it came, how much is traded. Each book alone, and
// what the gate's desk makes of it.

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "core/prng.hpp"
#include "domain/clock_doubt.hpp"
#include "domain/risk_desk.hpp"
#include "tests/domain/risk_scene.hpp"
#include "tests/support/seed.hpp"

namespace bw {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using tests::check_of;
using tests::shares;

constexpr mono_ns start{1'000'000'000'000};

TEST(hop_watch, is_the_nearest_rank_of_what_lies_within_the_window) {
  const auto seed = tests::test_seed(99);
  SCOPED_TRACE(tests::repeat_with(seed));
  prng random{seed};
  hop_watch watch;
  EXPECT_FALSE(watch.p99(start));
  std::vector<std::pair<mono_ns, nanoseconds>> all;
  auto now = start;
  for (int k = 0; k < 3'000; ++k) {
    now = now + milliseconds{random.between(0, 900)};
    const nanoseconds took{random.between(-5, 1'000'000)};
    watch.on_hop(took, now);
    all.emplace_back(now, std::max(took, nanoseconds{0}));
    if (k % 97 != 0) continue;
    std::vector<nanoseconds> seen;
    const auto from = all.size() > hop_watch::hops_max ? all.size() - hop_watch::hops_max : 0;
    for (auto at = from; at < all.size(); ++at)
      if (now - all[at].first <= hop_watch::window) seen.push_back(all[at].second);
    std::sort(seen.begin(), seen.end());
    // The smallest one that at least 99 of 100 do not exceed.
    std::size_t rank = 0;
    while ((rank + 1) * 100 < seen.size() * 99) ++rank;
    EXPECT_EQ(watch.p99(now), seen[rank]) << k;
  }
  EXPECT_TRUE(watch.p99(now + hop_watch::window));
  EXPECT_FALSE(watch.p99(now + hop_watch::window + nanoseconds{1}));
}

TEST(hop_watch, one_of_a_hundred_may_be_slow) {
  hop_watch watch;
  for (int k = 0; k < 99; ++k) watch.on_hop(milliseconds{1}, start);
  watch.on_hop(seconds{9}, start);
  EXPECT_EQ(watch.p99(start), milliseconds{1});
  watch.on_hop(seconds{9}, start);
  EXPECT_EQ(watch.p99(start), seconds{9});
}

TEST(clock_doubt, grows_with_the_time_since_the_comparison) {
  clock_doubt doubt;
  EXPECT_FALSE(doubt.by_now(start));
  doubt.on_compared(milliseconds{-40}, start);
  EXPECT_EQ(doubt.by_now(start), milliseconds{40});
  EXPECT_EQ(doubt.by_now(start + seconds{100}), milliseconds{45}) << "50 millionths";
  doubt.on_compared(milliseconds{3}, start + seconds{100});
  EXPECT_EQ(doubt.by_now(start + seconds{100}), milliseconds{3});
}

/// A minute of the symbol's life.
bar minute_of(std::int64_t number, std::int64_t volume) {
  bar b;
  b.symbol = symbol_id{0};
  b.volume = shares(volume);
  b.start = utc_ns{number * 60'000'000'000};
  return b;
}
utc_ns at(std::int64_t number, nanoseconds past = {}) {
  return utc_ns{number * 60'000'000'000} + past;
}

TEST(volume_pace, a_minute_counts_against_the_median_of_those_before) {
  volume_pace pace{1};
  EXPECT_EQ(pace.surge_bp(symbol_id{0}, at(0)), INT64_MAX);
  EXPECT_EQ(pace.surge_bp(symbol_id{1}, at(0)), INT64_MAX) << "no such symbol";
  pace.on_bar({.symbol = symbol_id{7}});
  const std::int64_t volumes[] = {100, 300, 200, 400, 500};
  for (int k = 0; k < 5; ++k) {
    pace.on_bar(minute_of(k, volumes[k]));
    EXPECT_EQ(pace.surge_bp(symbol_id{0}, at(k + 1)), INT64_MAX) << "too few to say";
  }
  pace.on_bar(minute_of(5, 3'000));
  EXPECT_EQ(pace.surge_bp(symbol_id{0}, at(6)), 100'000) << "ten times 300";
  EXPECT_EQ(pace.surge_bp(symbol_id{0}, at(7, nanoseconds{-1})), 100'000);
  EXPECT_EQ(pace.surge_bp(symbol_id{0}, at(7)), 0) << "over for a minute";
  pace.on_bar(minute_of(6, 1));
  EXPECT_EQ(pace.surge_bp(symbol_id{0}, at(7, nanoseconds{-1})), 100'000) << "the busier one";
  auto corrected = minute_of(5, 3'001);
  corrected.origin = bar_origin::correction;
  pace.on_bar(corrected);
  EXPECT_EQ(pace.surge_bp(symbol_id{0}, at(6)), 100'034) << "rounded up";
  auto other = minute_of(7, 1'000'000);
  other.span = bar_span::five_minutes;
  pace.on_bar(other);
  EXPECT_EQ(pace.surge_bp(symbol_id{0}, at(7)), 34) << "bars of other lengths are none";
  pace.forget(symbol_id{9});
  pace.forget(symbol_id{0});
  EXPECT_EQ(pace.surge_bp(symbol_id{0}, at(7)), INT64_MAX);
}

TEST(volume_pace, nothing_traded_is_calm_and_something_after_nothing_is_not) {
  volume_pace pace{1};
  for (int k = 0; k < 6; ++k) pace.on_bar(minute_of(k, 0));
  EXPECT_EQ(pace.surge_bp(symbol_id{0}, at(6)), 0);
  pace.on_bar(minute_of(6, 1));
  EXPECT_EQ(pace.surge_bp(symbol_id{0}, at(7)), INT64_MAX);
}

TEST(volume_pace, equals_a_slow_count_in_whatever_order_minutes_come) {
  const auto seed = tests::test_seed(25);
  SCOPED_TRACE(tests::repeat_with(seed));
  prng random{seed};
  volume_pace pace{1};
  volume_pace seldom_asked{1};
  std::map<std::int64_t, std::int64_t> all;
  for (int k = 0; k < 2'000; ++k) {
    const auto number = k / 2 + random.between(-3, 2);
    const auto volume = random.between(0, 50);
    pace.on_bar(minute_of(number, volume));
    seldom_asked.keep(minute_of(number, volume));
    all[number] = volume;
    if (all.size() > volume_pace::minutes_kept) all.erase(all.begin());
    const auto newest = all.rbegin()->first;
    std::int64_t wanted = all.size() > volume_pace::minutes_needed ? 0 : INT64_MAX;
    int judged = 0;
    for (auto x = all.rbegin(); x != all.rend() && judged < 2 && wanted != INT64_MAX;
         ++x, ++judged) {
      if (x->first + 2 <= newest + 1) continue;
      std::vector<std::int64_t> before;
      for (const auto& [other, shares_of_it] : all)
        if (other < x->first) before.push_back(shares_of_it);
      std::sort(before.begin(), before.end());
      const auto usual =
          before.size() < volume_pace::minutes_needed ? -1 : before[(before.size() - 1) / 2];
      const auto surge = usual < 0        ? INT64_MAX
                         : x->second == 0 ? 0
                         : usual == 0     ? INT64_MAX
                                          : (x->second * 10'000 + usual - 1) / usual;
      wanted = std::max(wanted, surge);
    }
    EXPECT_EQ(pace.surge_bp(symbol_id{0}, at(newest + 1)), wanted) << k;
    EXPECT_EQ(seldom_asked.surge_bp(symbol_id{0}, at(newest + 1)), wanted) << k;
    if (HasFailure()) return;
  }
}

// The desk of a node: entries go on, and everything is as it should be.

struct ages_of_a_node : testing::Test {
  static constexpr utc_ns epoch{1'793'631'600'000'000'000};
  risk_desk desk{{}, std::vector<symbol_facts>(1), 1};
  mono_ns now = start;

  instant present() const { return {epoch + (now - start), now}; }
  bool is_narrowed() const { return has_reason(desk.trading(), halt_reason::freshness); }
  risk_check check(risk_rule rule) {
    order_request o;
    o.strategy = strategy_id{0};
    o.symbol = symbol_id{0};
    o.qty = shares(1);
    return check_of(desk.check(o, present()), rule);
  }
  void hear(nanoseconds took) {
    quote q;
    q.symbol = symbol_id{0};
    q.bid = tests::p("99.99");
    q.ask = tests::p("100.01");
    q.ts_event = present().utc;
    q.received = now;
    q.passed_on = now + took;
    desk.on_quote(q);
  }
  void see_account() {
    account_report account;
    account.status = "ACTIVE";
    account.equity = account.cash = tests::usd("100000");
    account.received = now;
    desk.on_account(account);
  }

  void SetUp() override {
    desk.begin_disconnected({}, present());
    desk.clear_by_rule(halt_reason::boot, "");
    desk.clear_by_rule(halt_reason::reconciling, "");
    desk.on_feed(true, present());
    desk.on_order_stream(true, present());
    session_state session;
    session.phase = session_phase::entries;
    session.open = epoch - std::chrono::hours{1};
    session.close = epoch + std::chrono::hours{5};
    desk.on_session(session);
    see_account();
    now = now + seconds{11};
    desk.watch(present());
  }
};

TEST_F(ages_of_a_node, what_was_never_measured_denies_and_does_not_narrow) {
  for (const auto rule : {risk_rule::hop, risk_rule::clock, risk_rule::books, risk_rule::volume}) {
    EXPECT_EQ(check(rule).outcome, check_outcome::denied) << to_string(rule);
    EXPECT_EQ(check(rule).value, INT64_MAX) << to_string(rule);
  }
  desk.watch(present());
  EXPECT_FALSE(is_narrowed());
}

TEST_F(ages_of_a_node, each_verdict_shows_them) {
  desk.on_measured({measured_input::clock, -7'000'000}, now);
  desk.on_measured({measured_input::books, 0}, now);
  hear(milliseconds{3});
  desk.watch(present());
  now = now + seconds{20};
  EXPECT_EQ(check(risk_rule::hop).value, nanoseconds{milliseconds{3}}.count());
  EXPECT_EQ(check(risk_rule::clock).value, nanoseconds{milliseconds{8}}.count());
  EXPECT_EQ(check(risk_rule::books).value, nanoseconds{seconds{20}}.count());
  EXPECT_EQ(check(risk_rule::account_age).value, nanoseconds{seconds{31}}.count());
  EXPECT_EQ(check(risk_rule::stale).value, nanoseconds{seconds{20}}.count());
}

TEST_F(ages_of_a_node, books_that_were_the_same_too_long_ago_narrow) {
  desk.on_measured({measured_input::books, 0}, now);
  const auto compared = now;
  now = compared + seconds{120};
  hear({});
  see_account();
  desk.watch(present());
  EXPECT_EQ(check(risk_rule::books).outcome, check_outcome::passed);
  EXPECT_FALSE(is_narrowed());
  now = now + nanoseconds{1};
  desk.watch(present());
  EXPECT_EQ(check(risk_rule::books).outcome, check_outcome::denied);
  EXPECT_TRUE(is_narrowed());
  desk.on_measured({measured_input::books, 0}, now);
  hear({});
  now = now + seconds{30};
  hear({});
  see_account();
  desk.watch(present());
  EXPECT_TRUE(is_narrowed()) << "not yet for a minute";
  now = now + seconds{30};
  hear({});
  desk.watch(present());
  EXPECT_FALSE(is_narrowed());
}

TEST_F(ages_of_a_node, ticks_that_come_too_slowly_narrow) {
  hear(milliseconds{250});
  desk.watch(present());
  EXPECT_EQ(check(risk_rule::hop).outcome, check_outcome::passed);
  EXPECT_FALSE(is_narrowed());
  hear(milliseconds{250} + nanoseconds{1});
  desk.watch(present());
  EXPECT_EQ(check(risk_rule::hop).outcome, check_outcome::denied);
  EXPECT_TRUE(is_narrowed());
}

TEST_F(ages_of_a_node, an_orders_own_way_counts_among_them) {
  hear(milliseconds{1});
  order_request o;
  o.strategy = strategy_id{0};
  o.symbol = symbol_id{0};
  o.header.received = now - milliseconds{700};
  desk.check(o, present());
  desk.watch(present());
  EXPECT_EQ(check(risk_rule::hop).value, nanoseconds{milliseconds{700}}.count());
}

TEST_F(ages_of_a_node, waiting_for_other_symbols_is_no_way) {
  hear(milliseconds{1});
  order_request o;
  o.strategy = strategy_id{0};
  o.symbol = symbol_id{0};
  o.header.received = now - milliseconds{700};
  o.evaluated_at = present().utc;
  desk.check(o, present());
  desk.watch(present());
  EXPECT_EQ(check(risk_rule::hop).value, nanoseconds{milliseconds{1}}.count());
}

TEST_F(ages_of_a_node, nothing_narrows_while_no_entry_could_be_made) {
  hear(seconds{5});
  session_state closed;
  closed.phase = session_phase::closed;
  desk.on_session(closed);
  desk.watch(present());
  EXPECT_FALSE(is_narrowed());
}

TEST(ages, a_backtest_has_one_clock_and_one_book) {
  tests::risk_scene scene;
  scene.ages.reset();
  const auto verdict = scene.check(scene.entry());
  EXPECT_TRUE(verdict.approved) << tests::text_of(verdict);
  for (const auto rule : {risk_rule::hop, risk_rule::clock, risk_rule::books})
    EXPECT_EQ(check_of(verdict, rule).outcome, check_outcome::not_applicable);
  // It may begin with its first minute, too.
  scene.volumes.emplace(tests::risk_scene::symbol_count);
  EXPECT_EQ(check_of(scene.check(scene.entry()), risk_rule::volume).outcome,
            check_outcome::not_applicable);
  scene.volumes.reset();
  EXPECT_EQ(check_of(scene.check(scene.entry()), risk_rule::volume).outcome, check_outcome::denied);
}

}  // namespace
}  // namespace bw
