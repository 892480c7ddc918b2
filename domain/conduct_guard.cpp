#include "domain/conduct_guard.hpp"

#include <algorithm>

namespace bw {
namespace {

/// Whether this denial is one too many within the time.
bool is_too_many(std::deque<mono_ns>& times, mono_ns now, std::uint32_t most, nanoseconds within) {
  times.push_back(now);
  while (times.size() > most) times.pop_front();
  return times.size() == most && now - times.front() <= within;
}

bool denied_by(const risk_verdict& verdict, risk_rule rule) {
  return std::any_of(verdict.checks.begin(), verdict.checks.end(), [&](const risk_check& each) {
    return each.rule == rule && each.outcome == check_outcome::denied;
  });
}

}  // namespace

conduct_guard::conduct_guard(std::size_t symbols, std::size_t strategies, conduct_limits limits)
    : limits_(limits), lanes_(strategies + 1) {
  for (auto& each : lanes_) each.entries.resize(symbols);
}

std::size_t conduct_guard::place_of(strategy_id strategy) const {
  return strategy == no_strategy                           ? lanes_.size() - 1
         : strategy.value + std::size_t{1} < lanes_.size() ? strategy.value
                                                           : lanes_.size();
}

std::optional<strategy_taken_out> conduct_guard::on_verdict(const order_request& request,
                                                            const risk_verdict& verdict,
                                                            mono_ns now) {
  if (verdict.approved || !has(request.strategy)) return std::nullopt;
  auto& own = lanes_[place_of(request.strategy)];
  if (own.out) return std::nullopt;
  const bool too_fast =
      denied_by(verdict, risk_rule::rate) &&
      is_too_many(own.by_rate, now, limits_.rate_denials_max, limits_.rate_denials_within);
  const bool the_same_again = denied_by(verdict, risk_rule::duplicate) &&
                              is_too_many(own.by_duplicate, now, limits_.duplicate_denials_max,
                                          limits_.duplicate_denials_within);
  const bool without_end = denied_by(verdict, risk_rule::repeat);
  if (!too_fast && !the_same_again && !without_end) return std::nullopt;
  own.out = true;
  return strategy_taken_out{request.strategy,
                            without_end
                                ? "it entered one symbol " + std::to_string(limits_.repeat_max) +
                                      " times in a session and wanted to go on"
                            : too_fast ? "it kept sending faster than the rate limit"
                                       : "it kept repeating the same order"};
}

void conduct_guard::on_entry(const order_request& request) {
  if (!has(request.strategy)) return;
  auto& entries = lanes_[place_of(request.strategy)].entries;
  if (request.symbol.value < entries.size()) ++entries[request.symbol.value];
}

void conduct_guard::start_session() {
  for (auto& each : lanes_) std::fill(each.entries.begin(), each.entries.end(), 0u);
}

bool conduct_guard::is_out(strategy_id strategy) const {
  return !has(strategy) || lanes_[place_of(strategy)].out;
}

std::uint32_t conduct_guard::entries(strategy_id strategy, symbol_id symbol) const {
  if (!has(strategy)) return UINT32_MAX;
  const auto& entries = lanes_[place_of(strategy)].entries;
  return symbol.value < entries.size() ? entries[symbol.value] : UINT32_MAX;
}

void conduct_guard::take_out(strategy_id strategy) {
  if (has(strategy)) lanes_[place_of(strategy)].out = true;
}

bool conduct_guard::put_back(strategy_id strategy) {
  if (!has(strategy) || !lanes_[place_of(strategy)].out) return false;
  auto& own = lanes_[place_of(strategy)];
  own.out = false;
  own.by_rate.clear();
  own.by_duplicate.clear();
  std::fill(own.entries.begin(), own.entries.end(), 0u);
  return true;
}

}  // namespace bw
