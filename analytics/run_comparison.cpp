#include "analytics/run_comparison.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

#include "analytics/return_figures.hpp"
#include "analytics/run_against.hpp"
#include "core/prng.hpp"

namespace bw {

const std::string_view significance_method =
    "Daily differences of the two runs are resampled in blocks of random length, five sessions on "
    "average (stationary bootstrap, Politis and Romano 1994). The interval holds the middle 95% of "
    "the resampled means; the p value is the share of resamples that lie as far from the observed "
    "mean as that lies from zero. It is not corrected for the number of pairs; the recommendation "
    "multiplies it by that number (Bonferroni).";

namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();
constexpr std::uint64_t mean_block = 5;

struct day_range {
  calendar_date first;
  calendar_date last;

  bool holds(calendar_date date) const { return first <= date && date <= last; }
};

utc_ns close_of(calendar_date date, const session_calendar& calendar) {
  const auto session = calendar.session_on(date);
  return session ? session->close : calendar.utc_from_new_york(date, std::chrono::hours{16});
}

/// The run on the given days alone: daily closes, and trades that closed then.
run_result cut(const run_result& run, const run_statistics& whole, const day_range& days,
               const session_calendar& calendar) {
  run_result out;
  out.name = run.name;
  out.type = run.type;
  out.benchmark = run.benchmark;
  out.trials = run.trials;
  out.trial_sharpe_variance = run.trial_sharpe_variance;
  out.starting_equity = run.starting_equity;
  out.start = utc_ns{close_of(days.first, calendar).value - 1};
  double level = 100;
  if (!whole.benchmark.empty()) out.benchmark_curve.push_back({out.start, price::from_int(100)});
  for (std::size_t k = 0; k < whole.days.size(); ++k) {
    const auto& day = whole.days[k];
    if (day.date < days.first) out.starting_equity = day.equity;
    if (!days.holds(day.date)) continue;
    const auto at = close_of(day.date, calendar);
    out.equity.push_back({at, day.equity, {}, {}});
    if (whole.benchmark.empty()) continue;
    if (!std::isnan(whole.benchmark[k])) level *= 1 + whole.benchmark[k];
    if (const auto shown = price_from_indicator(level)) out.benchmark_curve.push_back({at, *shown});
  }
  out.end = out.equity.empty() ? out.start : out.equity.back().at;
  for (const auto& trade : run.trades)
    if (days.holds(calendar.new_york_date(trade.closed_at))) out.trades.push_back(trade);
  return out;
}

/// Mean of one resample of the stationary bootstrap.
double resampled_mean(const std::vector<double>& values, prng& chance) {
  double sum = 0;
  std::size_t at = 0;
  for (std::size_t k = 0; k < values.size(); ++k) {
    at = k == 0 || chance.chance(1, mean_block) ? chance.below(values.size())
                                                : (at + 1) % values.size();
    sum += values[at];
  }
  return sum / static_cast<double>(values.size());
}

void add_significance(run_pair& pair, const std::vector<double>& differences,
                      const comparison_options& options, prng chance) {
  const double mean = std::accumulate(differences.begin(), differences.end(), 0.0) /
                      static_cast<double>(differences.size());
  pair.difference = mean * days_a_year;
  pair.low = pair.high = pair.p_value = undefined;
  if (differences.size() < ratio_days_min || options.resamples == 0) return;
  std::vector<double> means(options.resamples);
  std::uint32_t as_far = 0;
  for (auto& each : means) {
    each = resampled_mean(differences, chance);
    as_far += std::abs(each - mean) >= std::abs(mean);
  }
  std::sort(means.begin(), means.end());
  const auto at = [&](double part) {
    return means[static_cast<std::size_t>(part * static_cast<double>(means.size() - 1))];
  };
  pair.low = at(0.025) * days_a_year;
  pair.high = at(0.975) * days_a_year;
  // The observed mean is one of the possible ones, so a p value is never zero.
  pair.p_value = (as_far + 1.0) / (options.resamples + 1.0);
}

/// Share of `own` that was open while one of `other` was, in the same symbol on the same side.
double overlap(const std::vector<closed_trade>& own, const std::vector<closed_trade>& other) {
  if (own.empty()) return undefined;
  struct held {
    utc_ns opened;
    /// The latest end of all that opened until then.
    utc_ns closed;
  };
  std::map<std::pair<symbol_name, side>, std::vector<held>> by_symbol;
  for (const auto& each : other)
    by_symbol[{each.symbol, each.entry_side}].push_back({each.opened_at, each.closed_at});
  for (auto& [name, all] : by_symbol) {
    std::sort(all.begin(), all.end(),
              [](const held& a, const held& b) { return a.opened < b.opened; });
    for (std::size_t k = 1; k < all.size(); ++k)
      all[k].closed = std::max(all[k].closed, all[k - 1].closed);
  }
  std::size_t shared = 0;
  for (const auto& each : own) {
    const auto found = by_symbol.find({each.symbol, each.entry_side});
    if (found == by_symbol.end()) continue;
    const auto after = std::upper_bound(found->second.begin(), found->second.end(), each.closed_at,
                                        [](utc_ns at, const held& one) { return at < one.opened; });
    shared += after != found->second.begin() && std::prev(after)->closed >= each.opened_at;
  }
  return static_cast<double>(shared) / static_cast<double>(own.size());
}

double value_of(const compared_run& run, std::string_view id) {
  const auto* found = find_figure(run.statistics.figures, id);
  return found ? found->value : undefined;
}

void add_ranks(std::vector<compared_run>& runs) {
  const bool have_ratio = std::all_of(runs.begin(), runs.end(), [](const auto& run) {
    return !std::isnan(value_of(run, "sharpe"));
  });
  const char* by = have_ratio ? "sharpe" : "total_return";
  std::vector<std::size_t> order(runs.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return value_of(runs[a], by) > value_of(runs[b], by);
  });
  for (std::size_t k = 0; k < order.size(); ++k) runs[order[k]].rank = k + 1;
}

std::string recommendation_of(const run_comparison& all) {
  const auto ranked = [&](std::size_t rank) {
    return static_cast<std::size_t>(
        std::find_if(all.runs.begin(), all.runs.end(),
                     [rank](const auto& run) { return run.rank == rank; }) -
        all.runs.begin());
  };
  const auto best = ranked(1);
  const auto next = ranked(2);
  const auto& name = all.runs[best].name;
  const auto trades = all.runs[best].statistics.trades.all.trades();
  if (!(value_of(all.runs[best], "total_return") > 0))
    return "None of them earned money on the common sessions: prefer none. " + name +
           " did least badly.";
  std::string out = name + " did best";
  const auto pair = std::find_if(all.pairs.begin(), all.pairs.end(), [&](const run_pair& x) {
    return std::min(best, next) == x.first && std::max(best, next) == x.second;
  });
  const double corrected = std::min(1.0, pair->p_value * static_cast<double>(all.pairs.size()));
  if (std::isnan(corrected))
    out += ", but the common sessions are too few to tell it from " + all.runs[next].name + ".";
  else if (corrected < 0.05)
    out +=
        ", and its lead over " + all.runs[next].name + " is more than chance explains: prefer it.";
  else
    out += ", but its lead over " + all.runs[next].name +
           " may be chance: choose by drawdown and costs, or wait for more data.";
  if (trades < weak_evidence_trades)
    out += " With " + std::to_string(trades) + " trades the evidence is weak.";
  if (!all.runs[best].statistics.stress.net.is_positive())
    out += " Its profit does not survive a commission of 10 basis points.";
  return out;
}

result<day_range> common_days(const std::vector<run_statistics>& all) {
  day_range out{{1, 1, 1}, {9999, 12, 31}};
  for (const auto& each : all) {
    if (each.days.empty()) return {ec::out_of_range, "one of the runs has no session"};
    out.first = std::max(out.first, each.days.front().date);
    out.last = std::min(out.last, each.days.back().date);
  }
  if (out.first > out.last)
    return {ec::out_of_range, "the runs have no session in common: one ends on " +
                                  format_date(out.last) + ", another begins on " +
                                  format_date(out.first)};
  return out;
}

std::vector<strategy_pair> common_strategies(const std::vector<closed_trade>& own,
                                             const std::vector<closed_trade>& other,
                                             const session_calendar& calendar) {
  auto out = pair_strategies(own, other, calendar);
  const auto has = [](const std::vector<closed_trade>& trades, const strategy_pair& x) {
    return std::any_of(trades.begin(), trades.end(), [&](const closed_trade& each) {
      return each.strategy.view() == x.strategy;
    });
  };
  std::erase_if(out, [&](const strategy_pair& x) { return !has(own, x) || !has(other, x); });
  return out;
}

}  // namespace

result<run_comparison> compare_runs(const std::vector<run_result>& runs,
                                    const session_calendar& calendar,
                                    const comparison_options& options) {
  if (runs.size() < 2 || runs.size() > compared_runs_max)
    return {ec::invalid_argument, "a comparison takes 2 to " + std::to_string(compared_runs_max) +
                                      " runs, not " + std::to_string(runs.size())};
  std::vector<run_statistics> whole;
  for (const auto& run : runs) whole.push_back(statistics_of(run, calendar));
  const auto days = common_days(whole);
  if (!days) return days.failure();
  run_comparison out{days->first, days->last, {}, {}, {}, {}};
  std::vector<run_result> parts;
  for (std::size_t k = 0; k < runs.size(); ++k) {
    parts.push_back(cut(runs[k], whole[k], *days, calendar));
    auto name = runs[k].name;
    for (std::size_t copy = 2; std::any_of(out.runs.begin(), out.runs.end(),
                                           [&](const auto& x) { return x.name == name; });
         ++copy)
      name = runs[k].name + " (" + std::to_string(copy) + ")";
    out.runs.push_back({name, 0, statistics_of(parts.back(), calendar)});
    if (out.runs.back().statistics.days.size() < whole[k].days.size())
      out.warnings.push_back(name + " covers more sessions; only the common ones count.");
    if (const auto trades = parts.back().trades.size(); trades < weak_evidence_trades)
      out.warnings.push_back("Weak evidence: " + name + " closed " + std::to_string(trades) +
                             " trades, fewer than " + std::to_string(weak_evidence_trades) + ".");
    if (runs[k].type != runs[0].type)
      out.warnings.push_back(name + " is " + std::string{to_string(runs[k].type)} + ", " +
                             runs[0].name + " is " + std::string{to_string(runs[0].type)} + ".");
    if (out.runs.back().statistics.days.size() != out.runs.front().statistics.days.size())
      return {ec::out_of_range,
              name + " and " + out.runs.front().name + " do not have the same sessions in common"};
  }
  add_ranks(out.runs);
  prng chance{options.seed};
  for (std::size_t a = 0; a < runs.size(); ++a)
    for (std::size_t b = a + 1; b < runs.size(); ++b) {
      std::vector<double> differences;
      for (std::size_t k = 0; k < out.runs[a].statistics.days.size(); ++k)
        differences.push_back(out.runs[a].statistics.days[k].value -
                              out.runs[b].statistics.days[k].value);
      run_pair pair{.first = a, .second = b};
      add_significance(pair, differences, options, chance.fork());
      pair.first_overlap = overlap(parts[a].trades, parts[b].trades);
      pair.second_overlap = overlap(parts[b].trades, parts[a].trades);
      pair.strategies = common_strategies(parts[a].trades, parts[b].trades, calendar);
      out.pairs.push_back(std::move(pair));
    }
  out.recommendation = recommendation_of(out);
  return out;
}

}  // namespace bw
