// How fast a backtest is: rows in memory, one thread, against a straight loop over the same rows.

#include <CLI/CLI.hpp>

#include <algorithm>
#include <iostream>

#include "backtest/market_table.hpp"
#include "backtest/run.hpp"
#include "config/config_loader.hpp"
#include "core/clock.hpp"
#include "core/exit_code.hpp"
#include "core/json_writer.hpp"
#include "core/prng.hpp"
#include "core/version.hpp"
#include "perf/commands.hpp"
#include "venue/minute_aggregate.hpp"

namespace bw::perf {
namespace {

constexpr calendar_date first_day{2026, 1, 5};
constexpr std::uint64_t market_seed = 20260105;

/// One measured job.
struct measurement {
  std::string name;
  std::uint64_t samples = 0;
  std::vector<double> rates;
  std::vector<double> floors;
  double load_per_second = 0;
  std::uint64_t fills = 0;
  std::uint64_t trace = 0;
  bool same_trace = true;
};

double median(std::vector<double> of) {
  std::sort(of.begin(), of.end());
  return of.empty() ? 0 : of[of.size() / 2];
}

template <class Job>
double seconds_of(Job job) {
  const system_clock clock;
  const auto began = clock.mono_now();
  job();
  return static_cast<double>((clock.mono_now() - began).count()) / 1e9;
}

/// A symbol whose close walks by ticks of a cent around 100 dollars, minute by minute.
std::shared_ptr<const market_table> walk_of_minutes(const session_calendar& calendar,
                                                    std::size_t days) {
  auto out = std::make_shared<market_table>();
  out->symbols.push_back({.symbol = "SPY", .name = "SPY"});
  prng random{market_seed};
  std::int64_t cents = 10'000;
  const auto first = days_from_civil(first_day);
  const auto last = first + static_cast<std::int64_t>(days) * 2 + 30;
  std::size_t taken = 0;
  for (const auto& day : calendar.sessions(civil_from_days(first), civil_from_days(last))) {
    if (taken++ == days) break;
    for (auto at = day.open; at < day.close; at = at + std::chrono::minutes{1}) {
      const auto open = cents;
      cents = std::clamp<std::int64_t>(cents + random.bell(6), 5'000, 20'000);
      const auto high = std::max(open, cents) + random.between(0, 4);
      const auto low = std::min(open, cents) - random.between(0, 4);
      const auto price_of = [](std::int64_t x) { return price::from_units(x * 10'000'000); };
      out->minutes.push_back({.symbol = symbol_id{0},
                              .open = price_of(open),
                              .high = price_of(high),
                              .low = price_of(low),
                              .close = price_of(cents),
                              .volume = quantity::from_int(random.between(2'000, 60'000)),
                              .start = at});
    }
  }
  return out;
}

/// Quotes and trades of one session, four quotes to a trade, 10 ms apart.
std::shared_ptr<const market_table> walk_of_ticks(session_day day, std::size_t count) {
  auto out = std::make_shared<market_table>();
  out->symbols.push_back({.symbol = "SPY", .name = "SPY"});
  prng random{market_seed};
  std::int64_t cents = 10'000;
  auto at = day.open + std::chrono::seconds{1};
  const auto step = (day.close - at) / static_cast<std::int64_t>(count + 1);
  for (std::size_t k = 0; k < count; ++k, at = at + step) {
    cents = std::clamp<std::int64_t>(cents + random.between(-1, 1), 9'950, 10'050);
    const auto bid = price::from_units(cents * 10'000'000);
    if (k % 5 == 4)
      out->events.push_back(trade{
          .symbol = symbol_id{0}, .last = bid, .size = quantity::from_int(100), .ts_event = at});
    else
      out->events.push_back(quote{.symbol = symbol_id{0},
                                  .bid = bid,
                                  .ask = bid + price::from_units(10'000'000),
                                  .bid_size = quantity::from_int(300),
                                  .ask_size = quantity::from_int(300),
                                  .ts_event = at});
  }
  return out;
}

node_config two_strategies() {
  auto config =
      parse_config(sample_node_toml(), "node.toml", sample_strategies_toml(), "strategies.toml")
          ->config;
  for (auto& each : config.strategies) each.watchlist = {"SPY"};
  return config;
}

/// The floor for bars: the same five-minute bars, indicators and strategies, and nothing else.
std::uint64_t straight_loop(const market_table& table, const node_config& config) {
  indicator_board board{100};
  std::vector<std::unique_ptr<strategy>> strategies;
  for (const auto& each : config.strategies) {
    strategies.push_back(*built_in_strategies().make(each.kind, each.parameters));
    if (!strategies.back()->prepare(board)) return 0;
  }
  std::uint64_t wanted = 0;
  bar merged;
  std::size_t parts = 0;
  utc_ns open{};
  for (const auto& row : table.minutes) {
    if (parts == 0) {
      if (row.start - merged.start > std::chrono::hours{1}) open = row.start;
      merged = row;
    } else {
      merged.high = std::max(merged.high, row.high);
      merged.low = std::min(merged.low, row.low);
      merged.close = row.close;
      merged.volume += row.volume;
    }
    if (++parts < 5) continue;
    parts = 0;
    board.add(merged, open);
    const strategy_context context{board, {}, quantity::from_int(5'000'000)};
    for (auto& each : strategies) wanted += each->on_bar(context, merged).size();
  }
  return wanted;
}

/// The floor for ticks: the latest quote and the resting orders' prices compared with each event.
std::uint64_t straight_loop(const market_table& table, const std::vector<scripted_order>& orders) {
  std::uint64_t touched = 0;
  quote latest;
  for (const auto& event : table.events) {
    if (const auto* x = std::get_if<quote>(&event)) latest = *x;
    for (const auto& each : orders)
      touched += latest.ask.is_positive() && latest.ask <= each.request.limit ? 1U : 0U;
  }
  return touched;
}

backtest_setup setup_of(const session_calendar& calendar, node_config config,
                        std::shared_ptr<const market_table> table, utc_ns start) {
  backtest_setup out{.config = std::move(config), .calendar = calendar};
  const auto last = table->minutes.empty() ? venue::emission_time(table->events.back())
                                           : table->minutes.back().start;
  out.until = calendar.current_or_next(last)->close;
  out.market = play_table(std::move(table), {.start = start});
  return out;
}

void run_once(backtest_setup setup, measurement& out) {
  const auto answer = backtest_run(std::move(setup), built_in_strategies());
  if (!answer) {
    std::cerr << "bellwether-perf: " << answer.failure().text() << '\n';
    out.same_trace = false;
    return;
  }
  out.same_trace = out.same_trace && (out.trace == 0 || out.trace == answer->outcome.trace);
  out.trace = answer->outcome.trace;
  out.fills = answer->outcome.fill_count;
}

measurement measure_bars(const session_calendar& calendar, bool smoke) {
  measurement out{.name = "minute bars, two strategies"};
  std::shared_ptr<const market_table> table;
  const auto load = seconds_of([&] { table = walk_of_minutes(calendar, smoke ? 5 : 1'000); });
  out.samples = table->minutes.size();
  out.load_per_second = static_cast<double>(out.samples) / load;
  const auto config = two_strategies();
  for (int round = 0; round < (smoke ? 2 : 7); ++round) {
    std::uint64_t kept = 0;
    const auto floor = seconds_of([&] { kept = straight_loop(*table, config); });
    if (kept == UINT64_MAX) return out;
    const auto own = seconds_of(
        [&] { run_once(setup_of(calendar, config, table, table->minutes.front().start), out); });
    out.floors.push_back(static_cast<double>(out.samples) / floor);
    out.rates.push_back(static_cast<double>(out.samples) / own);
  }
  return out;
}

/// Four orders far below the market that rest from the first second on.
std::vector<scripted_order> resting_orders(utc_ns at) {
  std::vector<scripted_order> out;
  for (int k = 0; k < 4; ++k) {
    scripted_order each;
    each.at = at + std::chrono::seconds{61 + 3 * k};
    each.request.symbol = symbol_id{0};
    each.request.header.ts_init = each.at;
    each.request.qty = quantity::from_int(1 + k);
    each.request.limit = price::from_units((9'850 - k) * 10'000'000LL);
    each.request.planned_stop = price::from_units(9'700 * 10'000'000LL);
    each.request.reference = each.request.limit;
    out.push_back(each);
  }
  return out;
}

measurement measure_ticks(const session_calendar& calendar, bool smoke) {
  measurement out{.name = "quotes and trades, resting orders"};
  const auto day = *calendar.session_on(first_day);
  std::shared_ptr<const market_table> table;
  const auto load = seconds_of([&] { table = walk_of_ticks(day, smoke ? 20'000 : 2'000'000); });
  out.samples = table->events.size();
  out.load_per_second = static_cast<double>(out.samples) / load;
  auto config = two_strategies();
  config.risk.min_entry_interval = nanoseconds{0};
  const auto script = resting_orders(day.open);
  for (int round = 0; round < (smoke ? 2 : 5); ++round) {
    std::uint64_t kept = 0;
    const auto floor = seconds_of([&] { kept = straight_loop(*table, script); });
    if (kept == UINT64_MAX) return out;
    auto setup = setup_of(calendar, config, table, day.open);
    setup.script = script;
    const auto own = seconds_of([&] { run_once(std::move(setup), out); });
    out.floors.push_back(static_cast<double>(out.samples) / floor);
    out.rates.push_back(static_cast<double>(out.samples) / own);
  }
  return out;
}

void write(json_writer& out, const measurement& x) {
  const auto whole = [](double value) { return static_cast<std::uint64_t>(value); };
  out.begin_object();
  out.member("name", x.name);
  out.member("samples", x.samples);
  out.member("per_second", whole(median(x.rates)));
  out.member("floor", whole(median(x.floors)));
  out.key("ratio").raw(std::to_string(median(x.rates) / std::max(median(x.floors), 1.0)));
  out.member("load_per_second", whole(x.load_per_second));
  out.member("fills", x.fills);
  out.member("trace", x.trace);
  out.end_object();
}

int run(const common_options& options) {
  const auto calendar = session_calendar::make();
  if (!calendar) return static_cast<int>(exit_code::unexpected);
  const measurement all[] = {measure_bars(*calendar, options.smoke),
                             measure_ticks(*calendar, options.smoke)};
  bool valid = !options.smoke;
  for (const auto& each : all) valid = valid && each.same_trace;
  if (options.json) {
    json_writer out;
    out.begin_object();
    out.member("schema_version", 1);
    out.member("valid", valid);
    out.member("commit", revision());
    out.key("jobs").begin_array();
    for (const auto& each : all) write(out, each);
    out.end_array();
    out.end_object();
    std::cout << out.take() << '\n';
  } else {
    for (const auto& each : all)
      std::cout << each.name << ": " << static_cast<std::uint64_t>(median(each.rates))
                << " a second, floor " << static_cast<std::uint64_t>(median(each.floors))
                << ", ratio " << median(each.rates) / std::max(median(each.floors), 1.0) << ", "
                << each.fills << " fills\n";
  }
  for (const auto& each : all)
    if (!each.same_trace) return static_cast<int>(exit_code::integrity);
  return static_cast<int>(exit_code::ok);
}

}  // namespace

void add_backtest(CLI::App& program, common_options& options, chosen_measurement& chosen) {
  auto* command = program.add_subcommand("backtest", "Bars and ticks a second against the floor");
  command->callback([&options, &chosen] { chosen = [&options] { return run(options); }; });
}

}  // namespace bw::perf
