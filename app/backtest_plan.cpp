#include "app/backtest_plan.hpp"

#include <algorithm>

#include "app/config_file.hpp"
#include "backtest/adjusted_market.hpp"
#include "backtest/market_table.hpp"
#include "backtest/measured_latency.hpp"
#include "venue/market_generator.hpp"
#include "venue/market_replayer.hpp"
#include "venue/minute_aggregate.hpp"

namespace bw {
namespace {

/// The first day of the generated market: a Monday.
constexpr calendar_date demo_day{2026, 11, 2};
constexpr std::int64_t days_around = 60;
constexpr calendar_date recorded_first{1990, 1, 1};
constexpr calendar_date recorded_last{2040, 12, 31};

result<std::optional<utc_ns>> day_border(const std::string& text, const char* flag,
                                         const session_calendar& calendar, std::int64_t days) {
  if (text.empty()) return std::optional<utc_ns>{};
  const auto date = parse_date(text);
  if (!date)
    return {ec::parse_failed,
            std::string{flag} + ": '" + text.substr(0, 40) + "' is no date; write 2026-03-16"};
  return std::optional{calendar.utc_from_new_york(civil_from_days(days_from_civil(*date) + days),
                                                  std::chrono::minutes{0})};
}

result<loaded_config> load(const backtest_arguments& asked) {
  if (asked.demo && asked.config.empty())
    return parse_config(sample_node_toml(), "node.toml", sample_strategies_toml(),
                        "strategies.toml");
  return load_config(find_config(asked.config));
}

result<void> choose_strategies(const std::vector<std::string>& wanted, node_config& config) {
  if (wanted.empty()) return {};
  std::string known;
  for (const auto& each : config.strategies) known += (known.empty() ? "" : ", ") + each.id;
  for (const auto& name : wanted)
    if (std::none_of(config.strategies.begin(), config.strategies.end(),
                     [&](const auto& each) { return each.id == name; }))
      return {ec::not_found, "--strategy: there is no strategy '" + name.substr(0, 40) +
                                 "' in the configuration; it has " + known};
  for (auto& each : config.strategies)
    each.enabled = std::find(wanted.begin(), wanted.end(), each.id) != wanted.end();
  return {};
}

/// Leaves out of the watchlists what has no data, and strategies with nothing left to watch.
result<void> keep_symbols_with_data(backtest_plan& plan) {
  const auto& have = plan.data.symbols;
  std::string missing;
  for (const auto& symbol : plan.loaded.config.symbols())
    if (!std::binary_search(have.begin(), have.end(), symbol))
      missing += (missing.empty() ? "" : ", ") + symbol;
  if (missing.empty()) return {};
  plan.warnings.push_back("Watched and without data, so left out: " + missing + ".");
  bool any = false;
  for (auto& each : plan.loaded.config.strategies) {
    std::erase_if(each.watchlist, [&](const auto& symbol) {
      return !std::binary_search(have.begin(), have.end(), symbol);
    });
    each.enabled = each.enabled && !each.watchlist.empty();
    any = any || each.enabled;
  }
  if (any) return {};
  return {ec::not_found, "no enabled strategy watches a symbol that has data; the data have " +
                             (have.empty() ? std::string{"none"} : have.front()) +
                             (have.size() > 1 ? " and others" : "")};
}

venue::replay_options replay_of(const backtest_plan& plan) {
  venue::replay_options out;
  out.files = plan.data.files;
  out.path = plan.loaded.config.backtest.bar_path;
  for (const auto& day : plan.calendar.sessions(recorded_first, recorded_last))
    out.sessions.push_back({day.open, day.close});
  if (plan.from) {
    // A little before the open, so that the session's first prices are played and not history.
    const auto first = plan.calendar.current_or_next(*plan.from);
    out.start = first ? first->open - std::chrono::minutes{5} : *plan.from;
  }
  return out;
}

/// Played from the files, or where bars of an hour or a day are among them, read first.
result<std::unique_ptr<venue::market_source>> recorded(const backtest_plan& plan) {
  if (plan.data.coarse.empty()) return venue::open_replay(replay_of(plan));
  auto fine = plan.data.files;
  std::erase_if(fine, [&](const auto& path) {
    return std::any_of(plan.data.coarse.begin(), plan.data.coarse.end(),
                       [&](const coarse_file& x) { return x.path == path; });
  });
  auto table = load_coarse_table(std::move(fine), plan.data.coarse, plan.calendar,
                                 plan.loaded.config.backtest.bar_path);
  if (!table) return std::move(table).failure();
  const auto& events = (*table)->events;
  if (events.empty()) return {ec::not_found, "the recordings hold no bar"};
  const auto from = plan.from.value_or(venue::emission_time(events.front()));
  const auto first = plan.calendar.current_or_next(from);
  const auto start = first ? first->open - std::chrono::minutes{5} : from;
  return play_table(std::move(*table), {.start = start});
}

std::unique_ptr<venue::market_source> generated(const backtest_arguments& asked,
                                                const backtest_plan& plan) {
  venue::generator_options out;
  out.seed = plan.loaded.config.backtest.seed;
  out.quotes_per_second = 1;
  const auto first = days_from_civil(demo_day);
  const auto last = first + std::int64_t{asked.demo_days} * 2 + days_around;
  std::uint32_t days = 0;
  for (const auto& day :
       plan.calendar.sessions(civil_from_days(first - days_around), civil_from_days(last))) {
    if (day.date < demo_day)
      ++out.first_session;
    else if (days++ == asked.demo_days)
      break;
    out.sessions.push_back({day.open, day.close});
  }
  const auto end = out.sessions.back().close;
  return cut_market(venue::make_generator(std::move(out)), end);
}

}  // namespace

result<backtest_plan> make_plan(const backtest_arguments& asked) {
  auto loaded = load(asked);
  if (!loaded) return std::move(loaded).failure();
  auto calendar = session_calendar::make();
  if (!calendar) return std::move(calendar).failure();
  backtest_plan out{std::move(*loaded), std::move(*calendar), {}, {}, {}, {}, {}, {}};
  auto& config = out.loaded.config;
  if (asked.seed) config.backtest.seed = *asked.seed;
  if (auto chosen = choose_strategies(asked.strategies, config); !chosen)
    return std::move(chosen).failure();
  const auto from = day_border(asked.from, "--from", out.calendar, 0);
  if (!from) return from.failure();
  const auto to = day_border(asked.to, "--to", out.calendar, 1);
  if (!to) return to.failure();
  out.from = *from;
  out.to = *to;
  if (out.from && out.to && *out.to <= *out.from)
    return {ec::invalid_argument, "--to lies before --from"};
  if (!asked.demo) {
    auto wanted = config.symbols();
    if (asked.benchmark != "auto" && asked.benchmark != "off") wanted.push_back(asked.benchmark);
    std::vector<std::filesystem::path> paths(asked.data.begin(), asked.data.end());
    auto data = find_data_files(paths, wanted);
    if (!data) return std::move(data).failure();
    out.data = std::move(*data);
    if (auto kept = keep_symbols_with_data(out); !kept) return std::move(kept).failure();
    if (auto fits = check_grain(config, out.data.coarse); !fits) return std::move(fits).failure();
  }
  const auto& options = config.backtest;
  if (options.corporate_actions != "off") {
    auto actions =
        load_corporate_actions(options.corporate_actions, config.symbols(), out.calendar);
    if (!actions) return std::move(actions).failure();
    out.actions = std::move(*actions);
  }
  if (options.latency == simulated_latency::measured) {
    auto latencies = measure_latencies(options.latency_state);
    if (!latencies) return std::move(latencies).failure();
    out.latencies = std::move(*latencies);
  }
  return out;
}

result<backtest_setup> make_setup(const backtest_arguments& asked, const backtest_plan& plan) {
  backtest_setup out{.config = plan.loaded.config, .calendar = plan.calendar};
  if (asked.demo) {
    out.name = "demo";
    out.market = generated(asked, plan);
    out.data_hash = "generated, seed " + std::to_string(plan.loaded.config.backtest.seed);
  } else {
    auto market = recorded(plan);
    if (!market) return std::move(market).failure();
    out.market = std::move(*market);
    out.data_hash = plan.data.hash;
    out.data_files = plan.data.used;
  }
  if (plan.loaded.catalog) out.plugins = used_plugins(out.config, *plan.loaded.catalog);
  out.config_hash = plan.loaded.hash;
  out.until = plan.to;
  out.actions = plan.actions;
  out.measured_latencies = plan.latencies;
  out.warnings = plan.warnings;
  if (plan.loaded.config.backtest.prices == price_basis::adjusted) {
    auto factors = load_adjustments(plan.loaded.config.backtest.corporate_actions,
                                    out.market->symbols(), plan.calendar);
    if (!factors) return std::move(factors).failure();
    out.market = adjust_market(std::move(out.market), std::move(*factors));
    out.actions.clear();
  }
  if (asked.benchmark == "off") {
    out.benchmark = benchmark_choice::off;
  } else if (asked.benchmark != "auto") {
    out.benchmark = benchmark_choice::named;
    out.benchmark_symbol = asked.benchmark;
  }
  return out;
}

}  // namespace bw
