// What the gate remembers, each book alone.

#include <gtest/gtest.h>

#include <deque>

#include "core/prng.hpp"
#include "domain/clock_watch.hpp"
#include "domain/limit_use.hpp"
#include "domain/limit_watch.hpp"
#include "domain/reject_watch.hpp"
#include "domain/risk_desk.hpp"
#include "domain/risk_lowering.hpp"
#include "domain/time_to_flat.hpp"
#include "tests/domain/risk_scene.hpp"
#include "tests/support/seed.hpp"

namespace bw {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using tests::p;
using tests::shares;
using tests::usd;

constexpr mono_ns start{1'000'000'000'000};

TEST(value_windows, equal_a_sum_over_everything_that_was_sent) {
  const auto seed = tests::test_seed(16);
  prng random{seed};
  value_windows windows;
  struct sent {
    mono_ns at;
    std::int64_t value;
  };
  std::deque<sent> all;
  auto now = start;
  for (int k = 0; k < 3'000; ++k) {
    now = now + nanoseconds{random.between(0, 700'000'000)};
    const auto value = random.between(0, 5'000);
    windows.on_sent(money::from_int(value), now);
    all.push_back({now, value});
    const auto later = now + nanoseconds{random.between(0, 1'500'000'000)};
    std::int64_t second = 0, minute = 0, day = 0;
    for (const auto& each : all) {
      day += each.value;
      if (later - each.at < seconds{60}) minute += each.value;
      if (later - each.at < seconds{1}) second += each.value;
    }
    ASSERT_EQ(windows.in_second(later), money::from_int(second)) << tests::repeat_with(seed);
    ASSERT_EQ(windows.in_minute(later), money::from_int(minute)) << tests::repeat_with(seed);
    ASSERT_EQ(windows.in_day(), money::from_int(day));
  }
  windows.start_day();
  EXPECT_TRUE(windows.in_day().is_zero());
}

TEST(value_windows, are_bounded_and_then_rather_too_large) {
  value_windows windows;
  const auto count = static_cast<std::int64_t>(value_windows::orders_max) + 100;
  for (std::int64_t k = 0; k < count; ++k)
    windows.on_sent(money::from_int(1), start + nanoseconds{k});
  EXPECT_EQ(windows.in_minute(start + seconds{1}), money::from_int(count));
  // Those taken together leave with the last of them.
  EXPECT_EQ(windows.in_minute(start + seconds{60}), money::from_int(count));
  EXPECT_TRUE(windows.in_minute(start + seconds{61}).is_zero());
  windows.on_sent(money::max(), start + seconds{61});
  windows.on_sent(money::max(), start + seconds{61});
  EXPECT_EQ(windows.in_second(start + seconds{61}), money::max()) << "a sum never wraps";
  EXPECT_TRUE(windows.in_second(start + seconds{62}).is_zero());
}

TEST(price_walk, adds_up_aggressive_steps_of_one_side) {
  price_walk walk{1};
  order_request buy;
  buy.symbol = symbol_id{0};
  buy.limit = p("100");
  EXPECT_EQ(walk.moved_bp(buy, start), 0) << "nothing to compare with";
  walk.on_sent(buy, start);
  buy.limit = p("101");
  EXPECT_EQ(walk.moved_bp(buy, start), 100);
  walk.on_sent(buy, start);
  buy.limit = p("100.5");
  EXPECT_EQ(walk.moved_bp(buy, start), 100) << "a step back takes nothing away";
  auto sell = buy;
  sell.side = side::sell;
  EXPECT_EQ(walk.moved_bp(sell, start), 0);
  walk.on_sent(sell, start);
  sell.limit = p("99.495");
  EXPECT_EQ(walk.moved_bp(sell, start), 100);
  EXPECT_EQ(walk.moved_bp(buy, start + seconds{60}), 0) << "a minute later it is forgotten";
  for (std::size_t k = 0; k < 3 * price_walk::steps_max; ++k) {
    buy.limit = price::from_units(buy.limit.units() * 10'001 / 10'000);
    walk.on_sent(buy, start);
  }
  EXPECT_GT(walk.moved_bp(buy, start), 300) << "nothing is lost where it is bounded";
  buy.symbol = symbol_id{7};
  walk.on_sent(buy, start);
  buy.limit = p("200");
  EXPECT_GT(walk.moved_bp(buy, start), 0);
}

TEST(price_motion, counts_from_minute_to_minute) {
  price_motion motion{1, 600};
  const auto at = [](int minute, int second = 30) {
    return utc_ns{(minute * 60LL + second) * 1'000'000'000};
  };
  const auto say = [&](int minute, const char* last) {
    motion.on_trade({.symbol = symbol_id{0}, .last = p(last), .ts_event = at(minute)});
  };
  EXPECT_EQ(motion.move_bp(symbol_id{0}, at(0)), INT64_MAX);
  EXPECT_EQ(motion.move_bp(symbol_id{9}, at(0)), INT64_MAX);
  EXPECT_TRUE(motion.is_off(symbol_id{9}, at(0)));
  say(1, "100");
  say(1, "90");
  EXPECT_EQ(motion.move_bp(symbol_id{0}, at(1)), 0) << "within a minute nothing counts";
  say(1, "100");
  say(2, "103");
  EXPECT_EQ(motion.move_bp(symbol_id{0}, at(2)), 300);
  EXPECT_EQ(motion.move_bp(symbol_id{0}, at(3)), 300) << "the minute before counts too";
  EXPECT_EQ(motion.move_bp(symbol_id{0}, at(4)), 0);
  say(1, "50");
  EXPECT_EQ(motion.move_bp(symbol_id{0}, at(4)), 0) << "too late";
  say(5, "109.18");
  EXPECT_FALSE(motion.is_off(symbol_id{0}, at(5))) << "the minute is not over";
  EXPECT_TRUE(motion.is_off(symbol_id{0}, at(6)));
  say(7, "109.18");
  EXPECT_TRUE(motion.is_off(symbol_id{0}, at(9))) << "for the session";
  motion.start_session();
  EXPECT_FALSE(motion.is_off(symbol_id{0}, at(10)));
  EXPECT_EQ(motion.move_bp(symbol_id{0}, at(10)), 0) << "a night is no move";
}

TEST(planned_risk, follows_entries_and_exits) {
  planned_risk risk{2};
  const auto usd18 = [](const char* text) {
    return static_cast<int128>(usd(text).units()) * decimal_scale;
  };
  order_request o;
  o.symbol = symbol_id{0};
  o.planned_stop = p("98");
  risk.on_fill(o, shares(10), p("100"));
  EXPECT_EQ(risk.total(), usd18("20"));
  risk.on_fill(o, shares(10), p("97"));
  EXPECT_EQ(risk.total(), usd18("20")) << "bought below its stop, it has nothing to lose to it";
  o.purpose = order_purpose::exit;
  risk.on_fill(o, shares(5), p("100"));
  EXPECT_GE(risk.total(), usd18("15"));
  EXPECT_LE(risk.total(), usd18("15.000001"));
  risk.on_fill(o, shares(15), p("100"));
  EXPECT_EQ(risk.total(), 0);
  // Without a stop all of it is at risk; of an earlier run what no entry may exceed.
  o.purpose = order_purpose::entry;
  o.planned_stop = {};
  risk.on_fill(o, shares(1), p("50"));
  EXPECT_EQ(risk.of(symbol_id{0}), usd18("50"));
  risk.restore(symbol_id{1}, shares(-10), p("100"), {}, 200);
  EXPECT_EQ(risk.of(symbol_id{1}), usd18("20"));
  risk.on_shares(symbol_id{1}, {});
  EXPECT_EQ(risk.of(symbol_id{1}), 0);
  EXPECT_EQ(planned_loss(p("100"), p("103"), side::sell, shares(2)), usd18("6"));
}

TEST(time_to_flat, grows_with_what_there_is_and_with_the_wait_for_requests) {
  EXPECT_EQ(time_to_flat({}), nanoseconds{0});
  EXPECT_EQ(requests_to_flat({3, 2, 100, 150}), 8);
  EXPECT_EQ(time_to_flat({0, 1, 100, 150}), seconds{2} + 2 * milliseconds{250});
  EXPECT_EQ(time_to_flat({3, 2, 8, 150}), seconds{2} + 4 * milliseconds{250});
  // One request too few: two fifths of a second at 150 a minute.
  EXPECT_EQ(time_to_flat({3, 2, 7, 150}) - time_to_flat({3, 2, 8, 150}), milliseconds{400});
  EXPECT_EQ(time_to_flat({3, 2, -5, 150}), time_to_flat({3, 2, 0, 150}));
  for (std::uint32_t n = 0; n < 30; ++n)
    EXPECT_LE(time_to_flat({n, n, 20, 150}), time_to_flat({n + 1, n, 20, 150}));
}

order_report answer(std::uint64_t number, order_state state) {
  order_report out;
  out.request.order = order_id{number};
  out.state = state;
  return out;
}

TEST(reject_watch, by_number_by_share_and_in_a_row) {
  reject_watch watch;
  for (std::uint64_t k = 1; k <= 4; ++k)
    EXPECT_EQ(watch.on_report(answer(k, order_state::rejected), start), reject_level::none);
  EXPECT_EQ(watch.on_report(answer(4, order_state::rejected), start), reject_level::none)
      << "an order counts once";
  EXPECT_EQ(watch.on_report(answer(5, order_state::rejected), start + seconds{60}),
            reject_level::narrow);
  EXPECT_FALSE(watch.is_clean(start + seconds{60}));
  EXPECT_TRUE(watch.is_clean(start + seconds{121}));
  for (std::uint64_t k = 6; k <= 9; ++k)
    watch.on_report(answer(k, order_state::rejected), start + seconds{300});
  EXPECT_EQ(watch.on_report(answer(10, order_state::rejected), start + seconds{300}),
            reject_level::halt);

  // Slowly, so that the share alone can speak: six of twenty is 30 %, seven is more.
  reject_watch slow;
  auto now = start;
  for (std::uint64_t k = 1; k <= 20; ++k) {
    now = now + seconds{100};
    const bool rejects = k > 2 && k % 3 == 2;
    EXPECT_EQ(slow.on_report(answer(k, rejects ? order_state::rejected : order_state::filled), now),
              reject_level::none)
        << k;
  }
  EXPECT_EQ(slow.on_report(answer(21, order_state::rejected), now + seconds{100}),
            reject_level::narrow);
}

TEST(limit_watch, is_clean_after_a_minute_without_a_break) {
  limit_watch watch{seconds{60}};
  EXPECT_FALSE(watch.is_breached(start));
  watch.breach(start);
  watch.breach(start + seconds{10});
  EXPECT_TRUE(watch.is_breached(start + seconds{70} - nanoseconds{1}));
  EXPECT_FALSE(watch.is_breached(start + seconds{70}));
}

TEST(clock_watch, warns_then_stops_entries_until_it_was_right_for_a_minute) {
  clock_watch watch;
  const auto ns = [](std::int64_t ms) { return nanoseconds{milliseconds{ms}}; };
  EXPECT_EQ(watch.on_offset(ns(50), start), clock_verdict::fine);
  EXPECT_EQ(watch.on_offset(-ns(50) - nanoseconds{1}, start), clock_verdict::warn);
  EXPECT_EQ(watch.on_offset(ns(500), start), clock_verdict::warn);
  EXPECT_EQ(watch.on_offset(-ns(500) - nanoseconds{1}, start), clock_verdict::off);
  EXPECT_EQ(watch.on_offset(ns(0), start + seconds{59}), clock_verdict::off);
  EXPECT_EQ(watch.on_offset(ns(0), start + seconds{60}), clock_verdict::fine);
  EXPECT_EQ(watch.on_offset(nanoseconds{3'600'000'000'000}, start), clock_verdict::off);
}

TEST(limit_use, is_a_share_of_the_limit) {
  const auto use = [](risk_rule rule, std::int64_t value, std::int64_t limit,
                      check_outcome outcome = check_outcome::passed) {
    return limit_use_ppm({rule, outcome, value, limit});
  };
  EXPECT_EQ(use(risk_rule::value, 5, 10), 500'000);
  EXPECT_EQ(use(risk_rule::value, INT64_MAX, 10), std::nullopt);
  EXPECT_EQ(use(risk_rule::value, INT64_MAX - 1, 10), 1'000'000'000);
  EXPECT_EQ(use(risk_rule::value, 5, 0), std::nullopt);
  EXPECT_EQ(use(risk_rule::value, 5, 10, check_outcome::not_applicable), std::nullopt);
  EXPECT_EQ(use(risk_rule::state, 1, 1), std::nullopt);
}

TEST(risk_override, is_for_one_order_once_and_within_a_minute) {
  risk_override by;
  const override_request wanted{strategy_id{0}, symbol_id{0}, side::buy,
                                shares(10),     "ann",        "hedge"};
  for (auto lacking : {&override_request::who, &override_request::why}) {
    auto bad = wanted;
    bad.*lacking = "";
    EXPECT_FALSE(by.grant(bad, start).ok());
  }
  auto bad = wanted;
  bad.qty = {};
  EXPECT_FALSE(by.grant(bad, start).ok());
  order_request order;
  order.strategy = strategy_id{0};
  order.symbol = symbol_id{0};
  order.qty = shares(10);
  EXPECT_FALSE(by.covers(order, start));
  ASSERT_TRUE(by.grant(wanted, start).ok());
  EXPECT_FALSE(by.grant(wanted, start).ok()) << "one at a time";
  EXPECT_TRUE(by.covers(order, start + seconds{60} - nanoseconds{1}));
  EXPECT_FALSE(by.covers(order, start + seconds{60}));
  auto other = order;
  other.qty = shares(11);
  EXPECT_FALSE(by.covers(other, start));
  other = order;
  other.side = side::sell;
  EXPECT_FALSE(by.covers(other, start));
  EXPECT_EQ(by.use()->who, "ann");
  EXPECT_FALSE(by.covers(order, start)) << "used";
  EXPECT_FALSE(by.use());
  for (const auto never :
       {risk_rule::state, risk_rule::symbol, risk_rule::malformed, risk_rule::stream,
        risk_rule::loss, risk_rule::drawdown, risk_rule::exposure, risk_rule::buying_power,
        risk_rule::self_cross, risk_rule::strategy_off, risk_rule::short_sale, risk_rule::reserve})
    EXPECT_FALSE(may_be_overridden(never)) << to_string(never);
}

TEST(risk_lowering, lets_limits_fall_and_names_the_first_that_rises) {
  const risk_options now;
  EXPECT_EQ(first_raised(now, now), "");
  auto next = now;
  next.max_qty = shares(1);
  next.order_max_usd = usd("1");
  next.min_equity_usd = usd("5");
  next.gross_max_usd = usd("1000");
  next.min_entry_interval = minutes{10};
  next.loss_halt_bp = 100;
  EXPECT_EQ(first_raised(now, next), "");
  EXPECT_EQ(first_raised(next, now), "risk.max_qty") << "the way back is closed";
  const auto raise = [&](auto change) {
    auto to = now;
    change(to);
    return std::string{first_raised(now, to)};
  };
  EXPECT_EQ(raise([](auto& o) { o.order_max_usd.reset(); }), "risk.order.max_usd");
  EXPECT_EQ(raise([](auto& o) { o.loss_halt_bp += 1; }), "risk.loss.halt_bp");
  EXPECT_EQ(raise([](auto& o) { o.rate_short.burst += 1; }), "risk.rate.second");
  EXPECT_EQ(raise([](auto& o) { o.duplicate_window = nanoseconds{0}; }), "risk.duplicate_ms");
  EXPECT_EQ(raise([](auto& o) { o.short_sales = true; }), "risk.short");
  EXPECT_EQ(raise([](auto& o) { o.net_max_equity_bp += 1; }), "risk.net.max_equity_bp");
  EXPECT_EQ(raise([](auto& o) { o.day_max_usd = usd("250001"); }), "risk.window.day_usd");
}

TEST(drawdown_watch, keeps_the_peaks) {
  drawdown_watch watch;
  const drawdown_limits limits;
  EXPECT_FALSE(watch.marks());
  watch.restore(usd("110000"));
  watch.on_equity(usd("105000"));
  EXPECT_EQ(level_of_drawdown(*watch.marks(), limits), drawdown_level::none);
  watch.on_equity(usd("104500"));
  EXPECT_EQ(level_of_drawdown(*watch.marks(), limits), drawdown_level::halve);
  watch.on_equity(usd("102900"));
  EXPECT_EQ(level_of_drawdown(*watch.marks(), limits), drawdown_level::halt);
  watch.on_equity(usd("99000"));
  EXPECT_EQ(level_of_drawdown(*watch.marks(), limits), drawdown_level::emergency);
  watch.start_session();
  EXPECT_FALSE(watch.marks());
  watch.on_equity(usd("112000"));
  EXPECT_EQ(watch.marks()->high_water, usd("112000"));
  EXPECT_EQ(watch.marks()->session_peak, usd("112000"));
  EXPECT_FALSE(has_fallen({}, {}, 100)) << "from nothing nothing falls";
}

}  // namespace
}  // namespace bw
