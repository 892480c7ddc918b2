#include "domain/live_evidence.hpp"

#include <algorithm>

#include "core/int128.hpp"

namespace bw {
namespace {

constexpr std::int64_t all_bp = 10'000;

/// "55.5 %" of 5550.
std::string percent_text(std::int64_t bp) {
  return format_decimal(bp * (decimal_scale / 100)) + " %";
}

std::string at_least(std::uint64_t x) { return "at least " + std::to_string(x); }

evidence_gate counted(std::string name, std::uint64_t found, std::uint64_t wanted) {
  return {std::move(name), found >= wanted, std::to_string(found), at_least(wanted)};
}

evidence_gate none_of(std::string name, std::uint64_t found) {
  return {std::move(name), found == 0, std::to_string(found), "none"};
}

evidence_gate win_rate(const paper_evidence& seen, const evidence_limits& limits) {
  const auto decided = static_cast<int128>(seen.wins) + seen.losses;
  const bool met = decided > 0 && static_cast<int128>(seen.wins) * all_bp >
                                      decided * static_cast<int128>(limits.win_rate_bp);
  const auto found =
      decided == 0 ? std::string{"unknown"}
                   : percent_text(static_cast<std::int64_t>(seen.wins * int128{all_bp} / decided));
  return {"win_rate", met, found, "more than " + percent_text(limits.win_rate_bp)};
}

evidence_gate profit_factor(const paper_evidence& seen, const evidence_limits& limits) {
  const auto earned = static_cast<int128>(seen.earned.units()) * 100;
  const auto lost = static_cast<int128>(seen.lost.units());
  const bool high = earned > lost * limits.profit_factor_percent && seen.earned.is_positive();
  const auto found =
      lost == 0 ? std::string{seen.earned.is_positive() ? "no loss" : "unknown"}
                : format_decimal(static_cast<std::int64_t>(
                      std::min<int128>(earned / lost, all_bp * all_bp) * (decimal_scale / 100)));
  return {"profit_factor", high && seen.trades >= limits.profit_factor_trades,
          found + " over " + std::to_string(seen.trades) + " trades",
          "more than " + format_decimal(limits.profit_factor_percent * (decimal_scale / 100)) +
              " over " + at_least(limits.profit_factor_trades)};
}

evidence_gate month_return(const paper_evidence& seen, const evidence_limits& limits) {
  const auto bp = month_return_bp(seen);
  return {"month_return", bp && *bp > limits.month_return_bp, bp ? percent_text(*bp) : "unknown",
          "more than " + percent_text(limits.month_return_bp)};
}

evidence_gate drawdown(const paper_evidence& seen, const evidence_limits& limits) {
  const bool known = seen.equity_first.is_positive();
  return {"drawdown", known && seen.drawdown_bp < limits.drawdown_bp,
          known ? percent_text(seen.drawdown_bp) : "unknown",
          "less than " + percent_text(limits.drawdown_bp)};
}

evidence_gate kill_drill(const paper_evidence& seen, const evidence_limits& limits, utc_ns now) {
  evidence_gate out{"kill_drill", false, "none",
                    "passed, at most " + std::to_string(limits.drill_max_days) + " days old"};
  if (!seen.drill) return out;
  const auto& drill = *seen.drill;
  const auto age = now - drill.at;
  const auto oldest = std::chrono::hours{24} * limits.drill_max_days;
  // A drill from the future is a wrong clock, and no evidence.
  out.met =
      drill.passed && drill.to_flat > nanoseconds{0} && age >= nanoseconds{0} && age <= oldest;
  const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(drill.to_flat);
  out.found = std::string{drill.passed ? "passed " : "failed "} + format_rfc3339(drill.at) +
              ", flat after " + std::to_string(milliseconds.count()) + " ms";
  return out;
}

evidence_gate parity(const paper_evidence& seen, const evidence_limits& limits) {
  return {"parity", seen.parity_other == 0 && seen.parity_same >= limits.parity_sessions,
          std::to_string(seen.parity_same) + " sessions decided the same again, " +
              std::to_string(seen.parity_other) + " otherwise",
          at_least(limits.parity_sessions) + " the same, none otherwise"};
}

std::string known(regime_set all) { return all == 0 ? "none" : text_of_regimes(all); }

evidence_gate strategies(const paper_evidence& seen, const evidence_limits& limits) {
  evidence_gate out{"strategies", !seen.strategies.empty(), "",
                    "each with a stop, a target and a backtest of " +
                        at_least(limits.backtest_trades) +
                        " trades, some of them in a regime that a symbol of it is in now"};
  for (const auto& each : seen.strategies) {
    const bool fits = (each.backtest_regimes & each.present_regimes) != 0;
    const bool met =
        fits && each.has_exits && each.backtest_trades.value_or(0) >= limits.backtest_trades;
    out.met = out.met && met;
    out.found += (out.found.empty() ? "" : ", ") + each.name + ": " +
                 (each.backtest_trades ? std::to_string(*each.backtest_trades) + " trades"
                                       : std::string{"no backtest"}) +
                 (each.has_exits ? "" : ", no stop or no target") +
                 (fits ? ""
                       : ", no regime that fits: now " + known(each.present_regimes) + ", then " +
                             known(each.backtest_regimes));
  }
  if (seen.strategies.empty()) out.found = "none is enabled";
  return out;
}

}  // namespace

bool evidence_report::complete() const {
  return !gates.empty() &&
         std::all_of(gates.begin(), gates.end(), [](const evidence_gate& x) { return x.met; });
}

std::string evidence_report::missing() const {
  std::string out;
  for (const auto& gate : gates)
    if (!gate.met)
      out += (out.empty() ? "" : "; ") + gate.name + ": " + gate.found + ", wanted " + gate.wanted;
  return out;
}

std::optional<std::int64_t> month_return_bp(const paper_evidence& seen) {
  if (seen.sessions == 0 || !seen.equity_first.is_positive()) return std::nullopt;
  const auto growth = static_cast<int128>(seen.equity_last.units()) -
                      static_cast<int128>(seen.equity_first.units());
  const auto bp = divide_floor(growth * all_bp * sessions_per_month,
                               static_cast<int128>(seen.equity_first.units()) * seen.sessions);
  constexpr int128 most = int128{all_bp} * all_bp;
  return static_cast<std::int64_t>(std::clamp<int128>(bp, -most, most));
}

evidence_report judge_evidence(const paper_evidence& seen, const evidence_limits& limits,
                               utc_ns now) {
  evidence_report out;
  out.gates = {counted("sessions", seen.sessions, limits.sessions),
               counted("trades", seen.trades, limits.trades),
               limits.profit_factor ? profit_factor(seen, limits) : win_rate(seen, limits),
               month_return(seen, limits),
               drawdown(seen, limits),
               none_of("crashes", seen.crashes),
               none_of("differences", seen.differences),
               none_of("limit_breaches", seen.limit_breaches),
               kill_drill(seen, limits, now),
               parity(seen, limits),
               counted("anchors", seen.anchors, 1),
               strategies(seen, limits)};
  return out;
}

}  // namespace bw
