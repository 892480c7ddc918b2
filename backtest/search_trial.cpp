#include "backtest/search_trial.hpp"

#include <charconv>
#include <cmath>
#include <limits>
#include <map>

#include "analytics/equity_curve.hpp"
#include "analytics/return_figures.hpp"

namespace bw {
namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

double finite_or_nan(double x) { return std::isfinite(x) ? x : undefined; }
double dollars(money x) { return static_cast<double>(x.units()) / decimal_scale; }

/// Numbers of one line: days since 1970, before, after, trades, won, lost.
constexpr std::size_t line_numbers = 6;

}  // namespace

double trial_session::value() const {
  return before.is_zero()
             ? 0
             : static_cast<double>(after.units()) / static_cast<double>(before.units()) - 1;
}

std::vector<trial_session> sessions_of(const run_result& run, const session_calendar& calendar) {
  equity_curve curve{calendar, run.start, run.starting_equity};
  for (const auto& point : run.equity) curve.add(point);
  std::vector<trial_session> out;
  std::map<calendar_date, std::size_t> by_date;
  auto before = run.starting_equity;
  for (const auto& day : curve.days()) {
    by_date[day.date] = out.size();
    out.push_back({.date = day.date, .before = before, .after = day.equity});
    before = day.equity;
  }
  for (const auto& each : run.trades) {
    const auto day = by_date.find(calendar.new_york_date(each.closed_at));
    if (day == by_date.end()) continue;
    auto& session = out[day->second];
    const auto net = each.net();
    ++session.trades;
    if (net > money{})
      session.won += net;
    else
      session.lost += money{} - net;
  }
  return out;
}

std::string write_sessions(std::span<const trial_session> sessions) {
  std::string out;
  for (const auto& x : sessions)
    out += std::to_string(days_from_civil(x.date)) + ' ' + std::to_string(x.before.units()) + ' ' +
           std::to_string(x.after.units()) + ' ' + std::to_string(x.trades) + ' ' +
           std::to_string(x.won.units()) + ' ' + std::to_string(x.lost.units()) + '\n';
  return out;
}

result<std::vector<trial_session>> read_sessions(std::string_view text) {
  std::vector<trial_session> out;
  const auto* at = text.data();
  const auto* const end = at + text.size();
  while (at != end) {
    std::int64_t numbers[line_numbers] = {};
    for (std::size_t k = 0; k < line_numbers; ++k) {
      const auto read = std::from_chars(at, end, numbers[k]);
      const char after = k + 1 == line_numbers ? '\n' : ' ';
      if (read.ec != std::errc{} || read.ptr == end || *read.ptr != after)
        return {ec::parse_failed, "the sessions of a trial are not readable at byte " +
                                      std::to_string(at - text.data())};
      at = read.ptr + 1;
    }
    if (numbers[3] < 0 || numbers[3] > UINT32_MAX)
      return {ec::parse_failed, "a session's number of trades is out of range"};
    out.push_back({civil_from_days(numbers[0]), money::from_units(numbers[1]),
                   money::from_units(numbers[2]), static_cast<std::uint32_t>(numbers[3]),
                   money::from_units(numbers[4]), money::from_units(numbers[5])});
  }
  return out;
}

double search_figures::of(search_objective objective) const {
  switch (objective) {
    case search_objective::sharpe: return sharpe;
    case search_objective::sortino: return sortino;
    case search_objective::calmar: return calmar;
    case search_objective::total_return: return total_return;
    case search_objective::profit_factor: return profit_factor;
    case search_objective::expectancy: return expectancy;
  }
  return undefined;
}

std::vector<double> returns_of(std::span<const trial_session> sessions) {
  std::vector<double> out;
  out.reserve(sessions.size());
  for (const auto& each : sessions) out.push_back(each.value());
  return out;
}

search_figures figures_of(std::span<const trial_session> sessions) {
  search_figures out;
  const auto returns = returns_of(sessions);
  out.sessions = sessions.size();
  out.sharpe = finite_or_nan(sharpe_ratio(returns, 0, days_a_year));
  out.sortino = finite_or_nan(sortino_ratio(returns, 0, days_a_year));
  out.total_return = total_return(returns);
  out.max_drawdown = max_drawdown(returns);
  out.calmar = finite_or_nan(annual_return(returns, days_a_year) / -out.max_drawdown);
  out.volatility = annual_volatility(returns, days_a_year);
  double won = 0;
  double lost = 0;
  for (const auto& each : sessions) {
    out.trades += each.trades;
    won += dollars(each.won);
    lost += dollars(each.lost);
  }
  out.profit_factor = finite_or_nan(lost > 0 ? won / lost : undefined);
  out.expectancy = out.trades > 0 ? (won - lost) / static_cast<double>(out.trades) : undefined;
  return out;
}

}  // namespace bw
