#include "backtest/search_verdict.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "analytics/figure.hpp"
#include "analytics/return_figures.hpp"

namespace bw {
namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();
/// Trials that count as the neighbourhood where the grid has no direct neighbours.
constexpr std::size_t nearest_trials = 6;

std::span<const trial_session> part(const search_trial& trial, std::size_t begin, std::size_t end) {
  return std::span{trial.sessions}.subspan(begin, end - begin);
}

/// Index of the trial with the highest value; undefined ones are out, the first of equals wins.
template <class Value>
std::optional<std::uint32_t> best_of(std::size_t trials, Value value) {
  std::optional<std::uint32_t> out;
  double highest = 0;
  for (std::uint32_t k = 0; k < trials; ++k) {
    const double x = value(k);
    if (std::isnan(x) || (out && x <= highest)) continue;
    out = k;
    highest = x;
  }
  return out;
}

double sample_variance(const std::vector<double>& of) {
  double mean = 0;
  for (const auto x : of) mean += x;
  mean /= static_cast<double>(of.size());
  double sum = 0;
  for (const auto x : of) sum += (x - mean) * (x - mean);
  return of.size() < 2 ? 0 : sum / static_cast<double>(of.size() - 1);
}

/// Trials that differ by one position on one axis; elsewhere the nearest ones, each axis measured
/// by its own width.
std::vector<std::uint32_t> neighbours_of(std::uint32_t best, const std::vector<search_axis>& axes,
                                         const std::vector<search_point>& points) {
  if (best == 0) return {};
  const auto& centre = points[best - 1];
  std::vector<std::uint32_t> direct;
  std::vector<std::pair<double, std::uint32_t>> all;
  for (std::uint32_t id = 1; id <= points.size(); ++id) {
    if (id == best) continue;
    const auto& other = points[id - 1];
    std::uint64_t steps = 0;
    double distance = 0;
    for (std::size_t k = 0; k < axes.size(); ++k) {
      const auto apart = other[k] > centre[k] ? other[k] - centre[k] : centre[k] - other[k];
      steps += apart;
      const auto width = axes[k].place(other[k]) - axes[k].place(centre[k]);
      distance += width * width;
    }
    if (steps == 1) direct.push_back(id);
    all.emplace_back(distance, id);
  }
  if (direct.size() >= axes.size()) return direct;
  std::sort(all.begin(), all.end());
  all.resize(std::min(all.size(), nearest_trials));
  std::vector<std::uint32_t> out;
  for (const auto& [distance, id] : all) out.push_back(id);
  std::sort(out.begin(), out.end());
  return out;
}

neighbourhood look_around(const search_result& result, const std::vector<search_axis>& axes,
                          const std::vector<search_point>& points) {
  neighbourhood out;
  out.trials = neighbours_of(*result.best, axes, points);
  out.drop = out.median = out.worst = undefined;
  if (out.trials.empty()) return out;
  std::vector<double> values;
  for (const auto id : out.trials) {
    const auto x = result.trials[id].out_of_sample.of(result.objective);
    values.push_back(std::isnan(x) ? 0 : x);
  }
  std::sort(values.begin(), values.end());
  const auto middle = values.size() / 2;
  out.worst = values.front();
  out.median = values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
  const auto best = result.trials[*result.best].out_of_sample.of(result.objective);
  if (best > 0) out.drop = 1 - out.median / best;
  return out;
}

fold_line walk(const std::vector<search_trial>& trials, const walk_forward_fold& fold,
               search_objective objective, std::vector<trial_session>& chain) {
  fold_line out;
  out.fold = fold;
  const auto& days = trials.front().sessions;
  out.train_first = days[fold.train_begin].date;
  out.train_last = days[fold.train_end - 1].date;
  out.test_first = days[fold.train_end].date;
  out.test_last = days[fold.test_end - 1].date;
  out.chosen = best_of(trials.size(), [&](std::uint32_t k) {
    return figures_of(part(trials[k], fold.train_begin, fold.train_end)).of(objective);
  });
  // Without any choice the configuration stays as it is.
  const auto& trial = trials[out.chosen.value_or(0)];
  out.train = figures_of(part(trial, fold.train_begin, fold.train_end));
  const auto unseen = part(trial, fold.train_end, fold.test_end);
  out.test = figures_of(unseen);
  chain.insert(chain.end(), unseen.begin(), unseen.end());
  return out;
}

/// Daily Sharpe ratios out of sample, an undefined one as 0: a set that does not trade is a trial
/// without skill too.
void deflate(const std::vector<search_trial>& trials, std::size_t test_begin, search_result& out) {
  std::vector<double> ratios;
  for (const auto& trial : trials) {
    const auto x = sharpe_ratio(returns_of(part(trial, test_begin, trial.sessions.size())), 0, 1);
    ratios.push_back(std::isfinite(x) ? x : 0);
  }
  out.trial_sharpe_variance = sample_variance(ratios);
  const auto& best = trials[*out.best];
  const auto unseen = returns_of(part(best, test_begin, best.sessions.size()));
  out.deflated_sharpe =
      deflated_sharpe(evidence_of(unseen), {trials.size(), out.trial_sharpe_variance});
}

search_judgement judgement_of(const search_result& x) {
  if (!x.best) return search_judgement::too_few_trades;
  const auto best = x.trials[*x.best].out_of_sample.of(x.objective);
  const auto now = x.trials.front().out_of_sample.of(x.objective);
  const auto chain = x.walk_forward.total_return;
  // Comparisons with nan are false: what is not defined proves nothing.
  if (!(x.deflated_sharpe >= deflated_needed) || !(chain > 0))
    return search_judgement::not_better_than_chance;
  if (*x.best == 0 || best <= now) return search_judgement::not_better_than_now;
  if (!(x.near.drop <= neighbour_drop_most)) return search_judgement::fragile;
  return search_judgement::better;
}

std::string sentence_of(const search_result& x, std::uint64_t min_trades) {
  const auto sure = percent_text(x.deflated_sharpe, 1);
  switch (x.judgement) {
    case search_judgement::too_few_trades:
      return "No recommendation: no parameter set has " + std::to_string(min_trades) +
             " trades out of sample. Use more data, or a strategy that trades more often.";
    case search_judgement::not_better_than_chance:
      return "Keep the parameters as they are: the best of " + std::to_string(x.trials.size()) +
             " sets is not better than chance (deflated Sharpe " + sure + ", " +
             percent_text(deflated_needed, 0) + " is needed; chosen in the past, the sets earned " +
             percent_text(x.walk_forward.total_return) + " afterwards).";
    case search_judgement::not_better_than_now:
      return "Keep the parameters as they are: out of sample none of the sets beats them.";
    case search_judgement::fragile:
      return "Keep the parameters as they are: the best set stands alone, its neighbours reach " +
             fixed_text(x.near.median, 3) + " instead of " +
             fixed_text(x.trials[*x.best].out_of_sample.of(x.objective), 3) +
             ", so small errors would cost most of it.";
    case search_judgement::better:
      return "Trial " + std::to_string(*x.best) + " is worth a closer look: deflated Sharpe " +
             sure + " after " + std::to_string(x.trials.size()) +
             " trials, and its neighbours keep up.";
  }
  return {};
}

result<void> same_sessions(const std::vector<search_trial>& trials) {
  for (const auto& trial : trials) {
    const auto& first = trials.front().sessions;
    const bool same = trial.sessions.size() == first.size() &&
                      std::equal(first.begin(), first.end(), trial.sessions.begin(),
                                 [](const auto& a, const auto& b) { return a.date == b.date; });
    if (!same)
      return {ec::integrity_broken,
              "trial " + std::to_string(trial.id) + " covers other sessions than trial 0"};
  }
  return {};
}

}  // namespace

std::string_view to_string(search_judgement x) noexcept {
  constexpr std::array<std::string_view, 5> names{
      "better", "too_few_trades", "not_better_than_chance", "not_better_than_now", "fragile"};
  return names[static_cast<std::size_t>(x) - 1];
}

trial_line line_of(const search_trial& trial, const std::vector<walk_forward_fold>& folds) {
  const auto& first = folds.front();
  return {trial.id, figures_of(part(trial, first.train_begin, first.train_end)),
          figures_of(part(trial, first.train_end, folds.back().test_end))};
}

result<search_result> judge_search(const std::vector<search_axis>& axes,
                                   const std::vector<search_point>& points,
                                   const std::vector<search_trial>& trials,
                                   const judge_options& options) {
  if (trials.size() != points.size() + 1)
    return {ec::integrity_broken, std::to_string(trials.size()) + " trials for " +
                                      std::to_string(points.size() + 1) + " parameter sets"};
  if (auto same = same_sessions(trials); !same) return std::move(same).failure();
  const auto count = trials.front().sessions.size();
  const auto folds = make_folds(count, options.mode, options.train, options.test);
  if (!folds) return folds.failure();
  search_result out;
  out.objective = options.objective;
  for (const auto& trial : trials) out.trials.push_back(line_of(trial, *folds));
  std::vector<trial_session> chain;
  for (const auto& fold : *folds) out.folds.push_back(walk(trials, fold, options.objective, chain));
  out.walk_forward = figures_of(chain);
  out.best = best_of(trials.size(), [&](std::uint32_t k) {
    const auto& unseen = out.trials[k].out_of_sample;
    return unseen.trades < options.min_trades ? undefined : unseen.of(options.objective);
  });
  out.deflated_sharpe = out.degradation = undefined;
  out.near.median = out.near.worst = out.near.drop = undefined;
  if (out.best) {
    deflate(trials, folds->front().train_end, out);
    out.near = look_around(out, axes, points);
    const auto& line = out.trials[*out.best];
    const auto inside = line.in_sample.of(options.objective);
    if (inside > 0) out.degradation = 1 - line.out_of_sample.of(options.objective) / inside;
  }
  const auto week = count - std::min(count, week_sessions);
  out.week_best = best_of(trials.size(), [&](std::uint32_t k) {
    return figures_of(part(trials[k], week, count)).of(options.objective);
  });
  if (out.week_best) out.week = figures_of(part(trials[*out.week_best], week, count));
  out.judgement = judgement_of(out);
  out.recommendation = sentence_of(out, options.min_trades);
  return out;
}

}  // namespace bw
