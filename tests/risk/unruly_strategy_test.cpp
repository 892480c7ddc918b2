// Strategies that do what they must not, against the whole desk; and, should a gate let everything
// pass, the counter that stands behind it.

#include <gtest/gtest.h>

#include "domain/parent_counter.hpp"
#include "domain/risk_desk.hpp"
#include "tests/domain/risk_scene.hpp"

namespace bw {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using tests::p;
using tests::shares;
using tests::usd;

/// A desk in mid-session whose orders are filled at once.
struct UnrulyStrategy : testing::Test {
  static constexpr std::uint32_t symbols = 4;

  void SetUp() override {
    desk.begin_connected();
    for (std::uint32_t k = 0; k < symbols; ++k)
      desk.on_asset(symbol_id{k}, {.tradable = true, .active = true}, now.utc);
    for (std::uint32_t k = 0; k < symbols; ++k)
      for (int ago = 10; ago > 0; --ago) {
        bar minute;
        minute.symbol = symbol_id{k};
        minute.volume = shares(1'000);
        minute.start = now.utc - std::chrono::minutes{ago};
        desk.on_bar(minute);
      }
    account.status = "ACTIVE";
    account.cash = account.equity = account.last_equity = account.buying_power = usd("100000");
    pass(seconds{0});
    desk.on_session({session_phase::entries, now.utc - seconds{3'600}, now.utc + seconds{7'200}});
    pass(seconds{0});
  }

  /// Time goes on, and every price is fresh.
  void pass(nanoseconds by) {
    now = {now.utc + by, now.mono + by};
    account.received = now.mono;
    desk.on_account(account);
    for (std::uint32_t k = 0; k < symbols; ++k) {
      quote q;
      q.symbol = symbol_id{k};
      q.bid = p("99.99");
      q.ask = p("100.01");
      q.ts_event = now.utc;
      q.received = now.mono;
      desk.on_quote(q);
      trade t;
      t.symbol = symbol_id{k};
      t.last = p("100");
      t.ts_event = now.utc;
      t.received = now.mono;
      desk.on_trade(t);
    }
  }

  order_request entry(std::uint32_t symbol, std::int64_t qty = 10) {
    order_request o;
    o.symbol = symbol_id{symbol};
    o.strategy = strategy_id{0};
    o.qty = shares(qty);
    o.limit = p("100.05");
    o.planned_stop = p("98.5");
    o.header.trace = trace_id{++traces};
    return o;
  }

  void fill(order_request o, const char* at) {
    o.order = order_id{++orders};
    order_report report;
    report.request = o;
    report.state = order_state::filled;
    report.filled_total = report.last_qty = o.qty;
    report.last_price = p(at);
    desk.on_report(report, now);
  }

  std::int64_t denied_by(const risk_verdict& verdict, risk_rule rule) const {
    return tests::check_of(verdict, rule).outcome == check_outcome::denied ? 1 : 0;
  }

  static std::vector<symbol_facts> facts() {
    std::vector<symbol_facts> out(symbols);
    for (auto& each : out) each.allowed = true;
    return out;
  }
  static risk_desk_options wide() {
    risk_desk_options out;
    // What this test is not about.
    out.limits.min_entry_interval = nanoseconds{0};
    out.limits.max_entries_per_day = 1'000;
    out.limits.second_max_usd.reset();
    out.limits.second_max_equity_bp = 100'000;
    out.limits.minute_max_usd.reset();
    out.limits.minute_max_equity_bp = 100'000;
    return out;
  }

  instant now{utc_ns{1'793'631'600'000'000'000}, mono_ns{1'000'000'000'000}};
  account_report account;
  risk_desk desk{wide(), facts(), 2};
  std::uint64_t traces = 0;
  std::uint64_t orders = 0;
};

TEST_F(UnrulyStrategy, OneThatFloodsIsThrottledAndTakenOut) {
  std::uint64_t passed = 0;
  for (int k = 0; k < 10'000; ++k) {
    const auto order = entry(static_cast<std::uint32_t>(k) % symbols, 1 + k % 7);
    if (!desk.check(order, now).approved) continue;
    ++passed;
    fill(order, "100.01");
  }
  EXPECT_LE(passed, 10u) << "the burst";
  EXPECT_GT(passed, 0u);
  const auto out = desk.take_taken_out();
  ASSERT_EQ(out.size(), 1u) << "told once";
  EXPECT_EQ(out.front().strategy, strategy_id{0});
  pass(seconds{3'600});
  const auto later = desk.check(entry(0), now);
  EXPECT_TRUE(denied_by(later, risk_rule::strategy_off)) << "time does not put it back";
  EXPECT_TRUE(desk.put_back(strategy_id{0}));
  EXPECT_FALSE(denied_by(desk.check(entry(1), now), risk_rule::strategy_off));
}

TEST_F(UnrulyStrategy, OneThatRepeatsItselfIsTakenOutAndAnotherGoesOn) {
  const auto first = entry(0);
  ASSERT_TRUE(desk.check(first, now).approved) << tests::text_of(desk.check(first, now));
  for (int k = 0; k < 3; ++k) {
    pass(milliseconds{100});
    EXPECT_TRUE(denied_by(desk.check(entry(0), now), risk_rule::duplicate));
  }
  EXPECT_EQ(desk.take_taken_out().size(), 1u);
  auto other = entry(1);
  other.strategy = strategy_id{1};
  EXPECT_TRUE(desk.check(other, now).approved);
}

TEST_F(UnrulyStrategy, OneThatCrossesItselfIsRefused) {
  ASSERT_TRUE(desk.check(entry(0), now).approved);
  fill(entry(0), "100.01");
  ASSERT_TRUE(desk.check(entry(0, 9), now).approved) << "more of it, still open";
  auto sale = entry(0, 5);
  sale.side = side::sell;
  sale.purpose = order_purpose::exit;
  sale.limit = p("99.95");
  sale.planned_stop = {};
  EXPECT_TRUE(denied_by(desk.check(sale, now), risk_rule::self_cross));
  sale.limit = p("101");
  EXPECT_FALSE(denied_by(desk.check(sale, now), risk_rule::self_cross));
}

TEST_F(UnrulyStrategy, OneThatDoublesStopsAtThePositionsLimit) {
  std::int64_t held = 0;
  for (std::int64_t qty = 1; qty < 1'000'000; qty *= 2) {
    pass(seconds{2});
    const auto order = entry(0, qty);
    if (!desk.check(order, now).approved) continue;
    fill(order, "100.01");
    held += qty;
  }
  EXPECT_GT(held, 50);
  EXPECT_LE(held, 100) << "a tenth of the equity";
}

TEST_F(UnrulyStrategy, OneThatWalksThePriceUpIsStopped) {
  // Each step is small against the market, which follows.
  std::int64_t cents = 10'000;
  std::int64_t refused = 0;
  for (int k = 0; k < 10; ++k, cents += 60) {
    pass(seconds{5});
    const auto at = [&](std::int64_t by) { return price::from_units((cents + by) * 10'000'000); };
    quote q;
    q.symbol = symbol_id{0};
    q.bid = at(-1);
    q.ask = at(1);
    q.ts_event = now.utc;
    q.received = now.mono;
    desk.on_quote(q);
    auto order = entry(0, 1);
    order.limit = at(5);
    order.planned_stop = at(-100);
    refused += denied_by(desk.check(order, now), risk_rule::price_walk);
  }
  EXPECT_GT(refused, 0);
}

TEST_F(UnrulyStrategy, OneThatLosesTwiceIsDoneForTheSession) {
  for (int k = 0; k < 2; ++k) {
    pass(seconds{200});
    auto order = entry(static_cast<std::uint32_t>(k));
    ASSERT_TRUE(desk.check(order, now).approved) << tests::text_of(desk.check(order, now));
    fill(order, "100.01");
    order.side = side::sell;
    order.purpose = order_purpose::exit;
    fill(order, "99");
  }
  pass(seconds{200});
  EXPECT_TRUE(denied_by(desk.check(entry(2), now), risk_rule::streak));
  auto other = entry(3);
  other.strategy = strategy_id{1};
  EXPECT_FALSE(denied_by(desk.check(other, now), risk_rule::streak));
  // A new session begins anew.
  desk.on_session({session_phase::entries, now.utc - seconds{60}, now.utc + seconds{7'200}});
  pass(seconds{1});
  EXPECT_FALSE(denied_by(desk.check(entry(2), now), risk_rule::streak));
}

TEST_F(UnrulyStrategy, FourLosingExitsLockTheirSymbols) {
  for (std::uint32_t k = 0; k < 4; ++k) {
    auto order = entry(k % 2);
    order.strategy = strategy_id{static_cast<std::uint16_t>(k / 2)};
    fill(order, "100");
    order.side = side::sell;
    order.purpose = order_purpose::exit;
    fill(order, "99");
  }
  EXPECT_TRUE(denied_by(desk.check(entry(0), now), risk_rule::symbol_lock));
  EXPECT_TRUE(denied_by(desk.check(entry(1), now), risk_rule::symbol_lock));
  EXPECT_FALSE(denied_by(desk.check(entry(2), now), risk_rule::symbol_lock));
  pass(seconds{3'600});
  EXPECT_FALSE(denied_by(desk.check(entry(0), now), risk_rule::symbol_lock));
}

// The last hop: whatever a gate may believe.

TEST(parent_counter, a_strategy_that_resends_for_ever_gets_out_no_more_than_it_decided) {
  parent_counter counter;
  order_request decided;
  decided.strategy = strategy_id{0};
  decided.symbol = symbol_id{0};
  decided.qty = shares(100);
  decided.header.trace = trace_id{7};
  quantity out;
  for (std::uint64_t k = 1; k <= 100'000; ++k) {
    auto child = decided;
    child.order = order_id{k};
    child.qty = shares(static_cast<std::int64_t>(1 + k % 13));
    // The first order says how much was decided.
    if (k == 1) child.qty = shares(100);
    if (!counter.admit(child)) continue;
    // Every other one is filled in part and ends, so that its rest becomes free again.
    order_report report;
    report.request = child;
    report.state = order_state::canceled;
    report.filled_total = quantity::from_int(k % 2 == 0 ? 1 : 0);
    out += report.filled_total;
    EXPECT_TRUE(counter.on_report(report));
  }
  EXPECT_GT(out, shares(50));
  EXPECT_LE(out, shares(100));
}

}  // namespace
}  // namespace bw
