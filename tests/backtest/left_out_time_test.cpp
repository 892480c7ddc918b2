// Seconds and minutes that a run leaves out change nothing: against a run that plays every minute
// and looks at its clock every second.

#include <gtest/gtest.h>

#include <algorithm>

#include "backtest/market_table.hpp"
#include "backtest/run.hpp"
#include "backtest/trace_hash.hpp"
#include "config/config_loader.hpp"
#include "core/prng.hpp"
#include "tests/support/open_limits.hpp"
#include "tests/support/seed.hpp"

namespace bw {
namespace {

const session_calendar& calendar() {
  static const auto made = session_calendar::make();
  return *made;
}

constexpr calendar_date first_day{2026, 1, 5};
constexpr calendar_date last_day{2026, 1, 16};

price cents(std::int64_t x) { return price::from_units(x * 10'000'000); }

/// How wild a case is.
struct scene {
  std::uint32_t symbols = 2;
  /// Minutes without trades, in percent.
  std::uint32_t silent = 0;
  /// Of a symbol's minutes, those that are missing.
  std::uint32_t missing = 3;
  /// Of 1,000 rows, those that come twice.
  std::uint32_t twice = 0;
};

scene some_scene(prng& random) {
  scene out;
  out.symbols = static_cast<std::uint32_t>(random.between(1, 4));
  if (random.chance(1, 3)) out.silent = static_cast<std::uint32_t>(random.between(1, 60));
  if (random.chance(1, 2)) out.missing = random.chance(1, 2) ? 0 : 40;
  if (random.chance(1, 6)) out.twice = 5;
  return out;
}

const std::vector<std::string>& names() {
  static const std::vector<std::string> out{"AAPL", "SPY", "MSFT", "QQQ"};
  return out;
}

/// Symbols that walk, at times wildly, and pause now and then.
std::shared_ptr<const market_table> walks(prng& random, const scene& of) {
  auto out = std::make_shared<market_table>();
  for (std::uint32_t k = 0; k < of.symbols; ++k)
    out->symbols.push_back({.symbol = names()[k], .name = names()[k]});
  std::int64_t at_cents[] = {10'000, 20'000, 5'500, 300};
  for (const auto& day : calendar().sessions(first_day, last_day)) {
    const auto width = random.between(2, 40);
    for (auto at = day.open; at < day.close; at = at + std::chrono::minutes{1}) {
      for (std::uint32_t k = 0; k < of.symbols; ++k) {
        auto& now = at_cents[k];
        const auto own_width = k == 3 ? 1 + width / 20 : width;
        const auto open = now;
        now = std::clamp<std::int64_t>(now + random.bell(own_width), 120, 40'000);
        if (random.chance(of.missing, 100)) continue;
        const bool silent = random.chance(of.silent, 100);
        const bar row{.symbol = symbol_id{k},
                      .open = cents(open),
                      .high = cents(std::max(open, now) + random.between(0, own_width)),
                      .low = cents(std::min(open, now) - random.between(0, own_width)),
                      .close = cents(now),
                      .volume = silent ? quantity::from_units(random.between(0, 4))
                                       : quantity::from_int(random.between(0, 60'000)),
                      .start = at};
        out->minutes.push_back(row);
        if (random.chance(of.twice, 1'000)) out->minutes.push_back(row);
      }
    }
  }
  return out;
}

/// Buys at random bars, sells at random bars, and now and then on a quote: so that the number of
/// quotes that it is told of matters.
class restless final : public strategy {
 public:
  explicit restless(bool quotes) : quotes_(quotes) {}

  static const strategy_metadata& described() {
    static const strategy_metadata out{.id = "restless",
                                       .name = "Restless",
                                       .version = "1.0.0",
                                       .text = "Buys and sells by chance.",
                                       .parameters = {}};
    return out;
  }
  const strategy_metadata& metadata() const override { return described(); }
  std::uint32_t warm_up_bars() const override { return 1; }
  result<void> prepare(indicator_board&) override { return {}; }
  strategy_interest interest() const override { return {.quotes = quotes_}; }
  wishes on_bar(const strategy_context& context, const bar& finished) override {
    return want(context, finished.close, context.position.qty.is_zero() ? 4 : 25);
  }
  wishes on_quote(const strategy_context& context, const quote& x) override {
    return want(context, x.ask, 900);
  }

 private:
  wishes want(const strategy_context& context, price at, std::uint32_t one_in) {
    wishes out;
    if (!random_.chance(1, one_in)) return out;
    wish x;
    if (!context.position.qty.is_zero()) {
      x.side = side::sell;
      x.purpose = order_purpose::exit;
    }
    x.confidence_ppm = 500'000;
    x.reference = at;
    out.push(x);
    return out;
  }

  bool quotes_;
  prng random_{7};
};

strategy_registry registry_of(bool quotes) {
  auto out = built_in_strategies();
  EXPECT_TRUE(out.add({restless::described(),
                       [quotes](const parameter_set&) {
                         return result<std::unique_ptr<strategy>>{
                             std::make_unique<restless>(quotes)};
                       }})
                  .ok());
  return out;
}

node_config some_config(prng& random, const scene& of) {
  auto out =
      parse_config(sample_node_toml(), "node.toml", sample_strategies_toml(), "strategies.toml")
          ->config;
  const std::vector<std::string> watched{names().begin(), names().begin() + of.symbols};
  for (auto& each : out.strategies) {
    each.watchlist = watched;
    each.enabled = random.chance(3, 4);
  }
  out.strategies.front().enabled = true;
  strategy_config one;
  one.id = one.kind = "restless";
  one.watchlist = watched;
  one.overnight = random.chance(1, 4);
  out.strategies.push_back(one);
  if (random.chance(1, 2)) tests::open_limits(out.risk);
  // Limits that are near, so that a look finds them at whatever second it is.
  auto& risk = out.risk;
  if (random.chance(1, 2)) {
    risk.loss_warn_bp = random.between(1, 40);
    risk.loss_reduce_bp = risk.loss_warn_bp + random.between(1, 40);
    risk.loss_halt_bp = risk.loss_reduce_bp + random.between(1, 40);
  }
  if (random.chance(1, 2)) {
    risk.drawdown_session_bp = random.between(5, 100);
    risk.drawdown_halve_bp = random.between(5, 200);
    risk.drawdown_emergency_bp = risk.drawdown_halve_bp + random.between(5, 300);
  }
  if (random.chance(1, 2)) risk.min_entry_interval = nanoseconds{0};
  if (random.chance(1, 3)) out.loss_clear = loss_clear::next_session;
  auto& keep = out.holding.protection;
  if (random.chance(1, 4)) keep.kind = protective_stop::node;
  keep.step_interval = std::chrono::milliseconds{random.between(100, 9'000)};
  out.holding.trail.activate_bp = random.between(10, 100);
  out.holding.trail.distance_bp = random.between(10, 100);
  out.holding.stop_loss_bp = random.between(20, 400);
  out.holding.take_profit_bp = random.between(30, 600);
  keep.step_bp = random.between(1, 12);
  out.holding.entry_timeout = std::chrono::milliseconds{random.between(500, 90'000)};
  auto& world = out.backtest;
  world.seed = static_cast<std::uint64_t>(random.between(1, 1'000'000));
  world.hold_overnight = random.chance(1, 2);
  world.partial_percent = random.chance(1, 2) ? 30 : 0;
  world.reject_percent = random.chance(1, 3) ? 20 : 0;
  world.queue_ahead_ticks = random.chance(1, 3) ? 3 : 0;
  if (random.chance(1, 2)) world.fill = simulated_fill::displayed;
  if (random.chance(1, 2)) {
    world.latency = simulated_latency::uniform;
    world.latency_spread = std::chrono::seconds{random.between(1, 8)};
  }
  return out;
}

/// What a setup has beside its configuration.
struct extras {
  bool quotes = false;
  std::vector<dated_action> actions;
  std::vector<scripted_order> script;
  /// Where the run stops in between, and is looked at.
  std::vector<utc_ns> stops;
};

extras some_extras(prng& random, const scene& of) {
  extras out;
  out.quotes = random.chance(1, 6);
  const auto days = calendar().sessions(first_day, last_day);
  const auto some_day = [&] {
    return days[static_cast<std::size_t>(
        random.between(0, static_cast<std::int64_t>(days.size()) - 1))];
  };
  const auto some_symbol = [&] {
    return symbol_id{static_cast<std::uint32_t>(random.below(of.symbols))};
  };
  const auto within = [&](const session_day& day) {
    return day.open + nanoseconds{random.between(0, (day.close - day.open).count())};
  };
  for (auto k = random.between(0, 12); k > 0; --k) {
    auto at = within(some_day());
    // Often at the very instant of a price, or right beside it.
    if (random.chance(2, 3))
      at = at - nanoseconds{at.value % nanoseconds{std::chrono::minutes{1}}.count()};
    if (random.chance(1, 3)) at = at + std::chrono::seconds{20};
    if (random.chance(1, 3)) at = at + std::chrono::milliseconds{random.between(-1, 2)};
    out.stops.push_back(at);
  }
  std::sort(out.stops.begin(), out.stops.end());
  if (random.chance(1, 3)) {
    const auto open = some_day().open;
    if (random.chance(1, 2))
      out.actions.push_back({open - std::chrono::hours{5}, some_symbol(), split_ratio{2, 1}});
    else
      out.actions.push_back(
          {open - std::chrono::hours{5}, some_symbol(), cash_dividend{cents(35)}});
  }
  if (random.chance(1, 2)) return out;
  for (auto k = random.between(1, 6); k > 0; --k) {
    scripted_order each;
    each.at = within(some_day());
    each.request.symbol = symbol_id{0};
    each.request.header.ts_init = each.at;
    each.request.qty = quantity::from_int(random.between(1, 20));
    each.request.limit = cents(random.between(9'000, 11'000));
    each.request.planned_stop = cents(8'900);
    each.request.reference = each.request.limit;
    if (random.chance(1, 2)) {
      each.shape.order_class = venue::order_class::bracket;
      each.shape.take_profit = each.request.limit + cents(random.between(20, 500));
      each.shape.stop_loss = each.request.limit - cents(random.between(20, 500));
    }
    out.script.push_back(each);
  }
  std::sort(out.script.begin(), out.script.end(),
            [](const auto& a, const auto& b) { return a.at < b.at; });
  return out;
}

/// What is seen of a run from outside.
struct seen_run {
  std::vector<day_outcome> at_stops;
  /// Over every minute that an observer was told of.
  trace_hash minutes;
};

seen_run play(const node_config& config, std::shared_ptr<const market_table> table,
              const extras& beside, bool every_second) {
  backtest_setup setup{.config = config, .calendar = calendar()};
  setup.market = play_table(std::move(table), {.start = calendar().session_on(first_day)->open});
  setup.script = beside.script;
  auto day = day_setup_of(setup);
  EXPECT_TRUE(day.ok());
  day->every_second = every_second;
  day->fills_max = 100'000;
  day->actions = beside.actions;
  seen_run out;
  day->observers.minute = [&](const bar& x, bool held) {
    for (const auto number : {x.trace.value, static_cast<std::uint64_t>(x.start.value),
                              static_cast<std::uint64_t>(x.close.units()),
                              static_cast<std::uint64_t>(x.received.value)})
      out.minutes.add(number);
    out.minutes.add(std::uint64_t{held});
  };
  auto engine = day_engine::make(std::move(*day), registry_of(beside.quotes));
  EXPECT_TRUE(engine.ok()) << (engine ? "" : engine.failure().text());
  for (const auto stop : beside.stops) {
    EXPECT_TRUE((*engine)->run(stop).ok());
    out.at_stops.push_back((*engine)->outcome());
  }
  EXPECT_TRUE((*engine)->run(calendar().session_on(last_day)->close).ok());
  out.at_stops.push_back((*engine)->outcome());
  return out;
}

void expect_equal(const day_outcome& quick, const day_outcome& plain, const std::string& where) {
  EXPECT_EQ(quick.trace, plain.trace) << where;
  EXPECT_EQ(quick.reached, plain.reached) << where;
  EXPECT_EQ(quick.market_events, plain.market_events) << where;
  EXPECT_EQ(quick.signals, plain.signals) << where;
  EXPECT_EQ(quick.approved, plain.approved) << where;
  EXPECT_EQ(quick.denied, plain.denied) << where;
  EXPECT_EQ(quick.rejected, plain.rejected) << where;
  EXPECT_EQ(quick.open_orders, plain.open_orders) << where;
  EXPECT_EQ(quick.realized, plain.realized) << where;
  EXPECT_EQ(quick.fees, plain.fees) << where;
  EXPECT_EQ(quick.dividends, plain.dividends) << where;
  EXPECT_EQ(quick.cash, plain.cash) << where;
  EXPECT_EQ(quick.equity, plain.equity) << where;
  ASSERT_EQ(quick.positions.size(), plain.positions.size()) << where;
  for (std::size_t k = 0; k < quick.positions.size(); ++k) {
    EXPECT_EQ(quick.positions[k].qty, plain.positions[k].qty) << where;
    // The trailing stop is in it.
    EXPECT_EQ(quick.positions[k].stop, plain.positions[k].stop) << where;
  }
}

TEST(LeftOutTime, SecondsAndMinutesThatAreLeftOutChangeNothing) {
  const auto seed = tests::test_seed(20260105);
  prng random{seed};
  std::uint64_t fills = 0;
  std::uint64_t denied = 0;
  std::uint64_t held = 0;
  for (std::uint64_t k = 0; k < tests::test_size(12); ++k) {
    const auto of = some_scene(random);
    const auto table = walks(random, of);
    const auto config = some_config(random, of);
    const auto beside = some_extras(random, of);
    const auto quick = play(config, table, beside, false);
    const auto plain = play(config, table, beside, true);
    const auto where = "case " + std::to_string(k) + ", " + tests::repeat_with(seed);
    for (std::size_t stop = 0; stop < plain.at_stops.size(); ++stop) {
      expect_equal(quick.at_stops[stop], plain.at_stops[stop],
                   where + ", stop " + std::to_string(stop));
      held += plain.at_stops[stop].positions.size();
    }
    ASSERT_EQ(quick.minutes.value(), plain.minutes.value()) << where;
    ASSERT_FALSE(testing::Test::HasFailure());
    fills += plain.at_stops.back().fill_count;
    for (const auto count : plain.at_stops.back().denied) denied += count;
  }
  EXPECT_GT(fills, 100u) << "the cases are about positions and orders";
  EXPECT_GT(denied, 0u);
  EXPECT_GT(held, 0u);
}

}  // namespace
}  // namespace bw
