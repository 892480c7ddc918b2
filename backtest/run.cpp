#include "backtest/run.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <utility>

#include "analytics/candle_sampler.hpp"
#include "analytics/trade_recorder.hpp"
#include "config/plugin_catalog.hpp"
#include "core/version.hpp"

namespace bw {
namespace {

/// How often inside a session the books are looked at.
constexpr nanoseconds sample_every = std::chrono::minutes{30};
/// Sessions looked at for the next one when the market pauses.
constexpr std::int64_t days_searched = 30;
/// Days that are told of when nobody knows how long the market goes on: 33 years.
constexpr std::int64_t days_unknown = 12'000;
/// Points of the equity curve that are kept: a century of half hours.
constexpr std::size_t points_max = 500'000;

/// Everything that is collected beside the engine.
struct recorder {
  run_result out;
  trade_recorder trades;
  /// By symbol id.
  std::vector<candle_sampler> candles;
  std::size_t fills_max = 0;
  std::uint64_t fills_left_out = 0;
  std::map<symbol_name, utc_ns> last_fill;
  /// All splits of a symbol so far: trades are told in the shares of the start.
  std::map<symbol_name, split_ratio> splits;
  std::optional<error> failure;
  /// Of the last session that began.
  std::map<symbol_name, trend_record> regimes;

  void on_record(const audit_event& x) {
    if (const auto* trend = std::get_if<trend_record>(&x)) regimes[trend->symbol] = *trend;
  }

  void on_fill(const priced_fill& x) {
    const auto& fill = x.fill;
    run_fill kept{.at = fill.ts_event,
                  .strategy = fill.strategy,
                  .symbol = fill.symbol,
                  .side = fill.side,
                  .purpose = fill.purpose,
                  .qty = fill.qty,
                  .at_price = fill.at_price,
                  .decision_price = fill.decision_price,
                  .fees = x.fees,
                  .reason = cut<short_name>(to_string(x.reason)),
                  .regime = regimes[fill.symbol].trend.regime};
    last_fill[fill.symbol] = fill.ts_event;
    auto in_first_shares = kept;
    if (const auto by = splits.find(kept.symbol); by != splits.end()) {
      const split_ratio back{by->second.before, by->second.after};
      in_first_shares.qty = after_split(kept.qty, back);
      in_first_shares.at_price = after_split(kept.at_price, back);
      in_first_shares.decision_price = after_split(kept.decision_price, back);
    }
    auto ended = trades.apply(in_first_shares);
    if (!ended) {
      failure = std::move(ended).failure();
      return;
    }
    if (out.fills.size() >= fills_max) {
      ++fills_left_out;
      return;
    }
    out.fills.push_back(kept);
    if (*ended) out.trades.push_back(std::move(**ended));
  }

  void on_report(const order_report& x) {
    if (x.last_qty.is_positive() && x.state == order_state::filled) ++out.orders.filled;
    if (x.state == order_state::canceled) ++out.orders.canceled;
    if (x.state == order_state::expired) ++out.orders.expired;
  }

  void on_minute(const bar& x, bool held) {
    auto& seen = candles[x.symbol.value];
    seen.add({x.start, x.open, x.high, x.low, x.close});
    if (held) on_held_bar(seen.series().symbol, x);
  }

  /// Worst and best value of a trade by the minute: in the minute of the fill itself only the close
  /// is known to have come after it.
  void on_held_bar(const symbol_name& symbol, const bar& x) {
    const auto by = splits.find(symbol);
    const auto mark = [&](price at) {
      if (by != splits.end()) at = after_split(at, {by->second.before, by->second.after});
      trades.mark(symbol, at);
    };
    if (const auto at = last_fill.find(symbol); at == last_fill.end() || at->second <= x.start) {
      mark(x.low);
      mark(x.high);
    }
    mark(x.close);
  }

  void on_split(const symbol_name& symbol, split_ratio by) {
    auto& all = splits[symbol];
    all.after *= by.after;
    all.before *= by.before;
    const auto common = std::gcd(all.after, all.before);
    all = {all.after / common, all.before / common};
  }
};

std::optional<symbol_id> benchmark_of(const backtest_setup& setup,
                                      const std::vector<venue::listed_symbol>& symbols) {
  if (setup.benchmark == benchmark_choice::off || symbols.empty()) return std::nullopt;
  const auto wanted =
      setup.benchmark == benchmark_choice::named ? setup.benchmark_symbol : std::string{"SPY"};
  for (std::uint32_t k = 0; k < symbols.size(); ++k)
    if (symbols[k].symbol == wanted) return symbol_id{k};
  if (setup.benchmark == benchmark_choice::named) return std::nullopt;
  return symbol_id{0};
}

void sample(const day_engine& engine, std::optional<symbol_id> benchmark, run_result& out) {
  const auto account = engine.exchange().account();
  const auto at = engine.now();
  if (out.equity.size() < points_max)
    out.equity.push_back(
        {at, account.equity, account.cash, account.long_market_value - account.short_market_value});
  if (!benchmark || out.benchmark_curve.size() >= points_max) return;
  const auto last = engine.exchange().latest_trade(*benchmark);
  if (last) out.benchmark_curve.push_back({at, last->last});
}

/// The next session that ends after `now`; empty when the calendar has none near.
std::optional<session_day> session_after(const session_calendar& calendar, utc_ns now) {
  auto day = days_from_civil(calendar.new_york_date(now));
  for (const auto last = day + days_searched; day <= last; ++day)
    if (const auto found = calendar.session_on(civil_from_days(day)); found && found->close > now)
      return found;
  return std::nullopt;
}

/// Session by session until the market or the time given is over.
result<void> run_sessions(const backtest_setup& setup, day_engine& engine,
                          std::optional<symbol_id> benchmark, run_result& out) {
  const auto until = setup.until.value_or(utc_ns{INT64_MAX});
  while (!engine.market_ended() && engine.now() < until) {
    const auto session = session_after(setup.calendar, engine.now());
    if (!session)
      return {ec::out_of_range, "the calendar knows no session near " +
                                    format_rfc3339(engine.now()) + "; choose another period"};
    const auto end = std::min(session->close, until);
    for (auto at = std::max(session->open, engine.now()); at < end; at = at + sample_every) {
      if (auto done = engine.run(at); !done) return done;
      sample(engine, benchmark, out);
    }
    if (auto done = engine.run(end); !done) return done;
    sample(engine, benchmark, out);
    const auto& figures = engine.figures();
    if (setup.progress && !setup.progress({end, figures.market_events, figures.fill_count}))
      return {ec::cancelled, "stopped at " + format_rfc3339(end)};
  }
  return {};
}

void describe(const backtest_setup& setup, run_result& out) {
  const auto& options = setup.config.backtest;
  out.name = setup.name;
  out.type = trade_type::simulated;
  for (const auto& each : setup.config.strategies)
    if (each.enabled) out.strategies.push_back(each.id);
  out.seed = options.seed;
  out.version = std::string{version()} + " " + std::string{revision()};
  out.data_hash = setup.data_hash;
  out.config_hash = setup.config_hash;
  out.plugins = setup.plugins;
  out.plugin_hash = hash_of_plugins(setup.plugins);
  out.data_files = setup.data_files;
  out.models = models_of(options);
  out.assumptions = {
      {"market", "our orders move nobody: prices are those that were recorded"},
      {"minute bars",
       "played at four points with a quarter of the volume each; where no quotes "
       "were recorded, a quote of one tick or 2 bp stands around each price"},
      {"dividends", "paid in cash on the ex-date, without tax"},
      {"splits",
       "fractions of a share are kept; open orders of the symbol end; trades are told in "
       "the shares of the run's start"}};
  if (options.hold_overnight)
    out.assumptions.push_back(
        {"overnight", "positions are kept over the close, unlike in the node"});
  out.warnings = setup.warnings;
  if (options.fill == simulated_fill::immediate)
    out.warnings.push_back(
        "Fills happen at the very price that the decision saw, which no real order gets.");
  if (options.slippage == venue::slippage_model::none)
    out.warnings.push_back("There is no slippage.");
}

void finish(const day_engine& engine, recorder& collected, day_outcome& figures) {
  auto& out = collected.out;
  figures = engine.outcome();
  out.end = figures.reached;
  out.market_events = figures.market_events;
  out.open_trades = collected.trades.open_trades();
  for (const auto& each : collected.candles)
    if (!each.series().candles.empty()) out.candles.push_back(each.series());
  for (const auto& [symbol, trend] : collected.regimes) out.regimes.push_back(trend);
  out.orders.submitted = figures.approved;
  out.orders.rejected = figures.rejected;
  for (const auto count : figures.denied) out.orders.denied += count;
  out.orders.fills = figures.fill_count;
  if (collected.fills_left_out > 0)
    out.warnings.push_back(std::to_string(collected.fills_left_out) +
                           " fills came after the most that is kept and are in no list.");
}

}  // namespace

result<day_setup> day_setup_of(backtest_setup& setup) {
  const auto& options = setup.config.backtest;
  const auto& symbols = setup.market->symbols();
  day_setup out{.config = setup.config, .calendar = setup.calendar};
  out.exchange = exchange_of(options);
  out.latency = {.model = options.latency,
                 .least = options.latency_least,
                 .spread = options.latency_spread,
                 .measured = setup.measured_latencies,
                 .seed = options.seed};
  if (options.latency == simulated_latency::measured && setup.measured_latencies.empty())
    return {
        ec::not_found,
        "no acknowledgement was measured; name the state folder of a node that has sent orders"};
  if (options.fill == simulated_fill::immediate) {
    out.arrivals = arrival_rule::before_market;
    out.latency = {.least = nanoseconds{0}};
  }
  if (options.hold_overnight) out.config.session.flatten_before = nanoseconds{0};
  out.reject_percent = options.reject_percent;
  out.borrow_bp = options.borrow_bp;
  out.script = setup.script;
  const auto start = setup.market->start_time();
  const auto end = setup.until ? setup.until : setup.market_end;
  const auto span = end ? (*end - start) / std::chrono::hours{24} : days_unknown;
  out.days_ahead = std::clamp<std::int64_t>(span, 0, days_unknown) + days_searched;
  for (const auto& action : setup.actions) {
    const auto at = setup.calendar.utc_from_new_york(action.ex_date, std::chrono::minutes{0});
    for (std::uint32_t k = 0; at > start && k < symbols.size(); ++k)
      if (symbols[k].symbol == action.symbol)
        out.actions.push_back({at, symbol_id{k}, action.what});
  }
  out.market = std::move(setup.market);
  out.fills_max = 0;
  return out;
}

result<backtest_answer> backtest_run(backtest_setup setup, const strategy_registry& known) {
  const auto symbols = setup.market->symbols();
  const auto benchmark = benchmark_of(setup, symbols);
  if (setup.benchmark == benchmark_choice::named && !benchmark)
    return {ec::not_found, "the benchmark " + setup.benchmark_symbol + " is not in the data"};
  recorder collected;
  collected.fills_max = setup.fills_max;
  describe(setup, collected.out);
  if (benchmark) collected.out.benchmark = symbols[benchmark->value].symbol;
  auto day = day_setup_of(setup);
  if (!day) return std::move(day).failure();
  collected.out.start = day->market->start_time();
  day->observers.record = [&](const audit_event& x) {
    collected.on_record(x);
    if (setup.on_record) setup.on_record(x);
  };
  day->observers.fill = [&](const priced_fill& x) { collected.on_fill(x); };
  day->observers.report = [&](const order_report& x) { collected.on_report(x); };
  for (const auto& each : symbols) collected.candles.emplace_back(cut<symbol_name>(each.symbol));
  day->observers.minute = [&](const bar& x, bool held) { collected.on_minute(x, held); };
  day->observers.action = [&](const dated_action& x) {
    if (const auto* by = std::get_if<split_ratio>(&x.what))
      collected.on_split(cut<symbol_name>(symbols[x.symbol.value].symbol), *by);
  };
  auto engine = day_engine::make(std::move(*day), known);
  if (!engine) return std::move(engine).failure();
  collected.out.starting_equity = (*engine)->exchange().account().equity;
  sample(**engine, benchmark, collected.out);
  if (auto done = run_sessions(setup, **engine, benchmark, collected.out); !done)
    return std::move(done).failure();
  if (collected.failure) return *collected.failure;
  backtest_answer out;
  finish(**engine, collected, out.outcome);
  out.result = std::move(collected.out);
  return out;
}

}  // namespace bw
