#pragma once

#include <optional>
#include <string>
#include <vector>

#include "backtest/search_space.hpp"
#include "backtest/search_trial.hpp"
#include "backtest/walk_forward.hpp"

namespace bw {

/// A deflated Sharpe ratio below this leaves more than one chance in twenty that it was luck.
inline constexpr double deflated_needed = 0.95;
/// Neighbours may lose this share of the objective at most.
inline constexpr double neighbour_drop_most = 0.5;
/// Sessions that the report calls the last week.
inline constexpr std::size_t week_sessions = 5;

enum class search_judgement : std::uint8_t {
  better = 1,
  too_few_trades,
  not_better_than_chance,
  not_better_than_now,
  fragile
};
std::string_view to_string(search_judgement x) noexcept;

/// A trial inside and outside the training windows. Inside is the first training window: with any
/// other the same sessions would stand on both sides.
struct trial_line {
  std::uint32_t id = 0;
  search_figures in_sample;
  /// Over all test windows, one after the other.
  search_figures out_of_sample;
};

/// What was chosen in a fold's training window, and what became of it in its test window.
struct fold_line {
  walk_forward_fold fold;
  calendar_date train_first;
  calendar_date train_last;
  calendar_date test_first;
  calendar_date test_last;
  /// Empty when no trial's objective was defined.
  std::optional<std::uint32_t> chosen;
  search_figures train;
  search_figures test;
};

struct neighbourhood {
  std::vector<std::uint32_t> trials;
  /// Of their objectives out of sample; an undefined one counts as 0.
  double median = 0;
  double worst = 0;
  /// 1 - median / best; nan when the best is not positive.
  double drop = 0;
};

struct search_result {
  search_objective objective = search_objective::sharpe;
  std::vector<trial_line> trials;
  std::vector<fold_line> folds;
  /// Best out of sample among those with enough trades; empty when none has.
  std::optional<std::uint32_t> best;
  /// The choices of all folds, chained: what choosing in the past would have earned afterwards.
  search_figures walk_forward;
  /// Probability that the best one's Sharpe ratio out of sample is above what the best of as many
  /// trials without skill reaches.
  double deflated_sharpe = 0;
  double trial_sharpe_variance = 0;
  neighbourhood near;
  /// 1 - out of sample / in sample of the best; nan unless the latter is positive.
  double degradation = 0;
  /// Best of the last week's sessions, for information.
  std::optional<std::uint32_t> week_best;
  search_figures week;
  search_judgement judgement = search_judgement::too_few_trades;
  /// A sentence for a person.
  std::string recommendation;
};

struct judge_options {
  search_objective objective = search_objective::sharpe;
  walk_forward_mode mode = walk_forward_mode::anchored;
  std::size_t train = 60;
  std::size_t test = 20;
  std::uint64_t min_trades = 30;
};

/// Judges finished trials, of which the first is the configuration as it stands. Pure. The trials
/// have the same sessions (ec::integrity_broken otherwise); too few of them: ec::out_of_range.
result<search_result> judge_search(const std::vector<search_axis>& axes,
                                   const std::vector<search_point>& points,
                                   const std::vector<search_trial>& trials,
                                   const judge_options& options);

/// In and out of sample of one trial.
trial_line line_of(const search_trial& trial, const std::vector<walk_forward_fold>& folds);

}  // namespace bw
