#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "analytics/run_result.hpp"
#include "config/search_options.hpp"
#include "core/result.hpp"
#include "domain/session_calendar.hpp"

namespace bw {

/// What one session of a run came to, exact.
struct trial_session {
  calendar_date date;
  /// At its start and its end.
  money before;
  money after;
  /// Of trades that closed in it, after fees; `lost` is positive.
  std::uint32_t trades = 0;
  money won;
  money lost;

  double value() const;
  friend bool operator==(const trial_session&, const trial_session&) = default;
};

/// One parameter set, tried: everything that is judged is computed from this.
struct search_trial {
  /// Of its configuration; 0 is the configuration as it stands.
  std::uint32_t id = 0;
  std::uint64_t trace = 0;
  std::vector<trial_session> sessions;

  friend bool operator==(const search_trial&, const search_trial&) = default;
};

/// Sessions of a run, in order.
std::vector<trial_session> sessions_of(const run_result& run, const session_calendar& calendar);

/// Lines of numbers, for keeping; `read_sessions` gives back the same or ec::parse_failed.
std::string write_sessions(std::span<const trial_session> sessions);
result<std::vector<trial_session>> read_sessions(std::string_view text);

/// Figures of a stretch of sessions, or of several one after the other. Ratios are annual. nan
/// where a figure is not defined, which an infinite one is not either: no loss in a few trades says
/// little.
struct search_figures {
  double sharpe = 0;
  double sortino = 0;
  double calmar = 0;
  double total_return = 0;
  double profit_factor = 0;
  /// Dollars a trade.
  double expectancy = 0;
  double max_drawdown = 0;
  double volatility = 0;
  std::uint64_t trades = 0;
  std::size_t sessions = 0;

  double of(search_objective objective) const;
};
search_figures figures_of(std::span<const trial_session> sessions);
std::vector<double> returns_of(std::span<const trial_session> sessions);

}  // namespace bw
