#include "venue/fault_plan.hpp"

#include <algorithm>

namespace bw::venue {
namespace {

bool meets(const fault_rule& rule, const fault_event& event) {
  if (rule.on != event.at) return false;
  if (!rule.method.empty() && rule.method != event.method) return false;
  if (!rule.path.empty() && !matches_path(rule.path, event.path)) return false;
  if (!rule.symbol.empty() && rule.symbol != event.symbol) return false;
  const bool mends = rule.what == fault_action::correct || rule.what == fault_action::cancel;
  if (mends && !event.is_trade) return false;
  return rule.match.empty() || event.text.find(rule.match) != std::string_view::npos;
}

bool is_awake(const fault_rule& rule, nanoseconds elapsed) {
  return elapsed >= rule.from && (!rule.until || elapsed < *rule.until);
}

/// How often a rule of time acts.
std::uint64_t occasions(const fault_rule& rule) { return std::max(rule.count, 1U); }

}  // namespace

bool matches_path(std::string_view pattern, std::string_view text) {
  // Greedy with one point of return: the last star takes one character more each time.
  std::size_t at = 0;
  std::size_t in = 0;
  std::size_t star = std::string_view::npos;
  std::size_t resume = 0;
  while (in < text.size()) {
    if (at < pattern.size() && pattern[at] == '*') {
      star = at++;
      resume = in;
    } else if (at < pattern.size() && pattern[at] == text[in]) {
      ++at;
      ++in;
    } else if (star != std::string_view::npos) {
      at = star + 1;
      in = ++resume;
    } else {
      return false;
    }
  }
  return std::all_of(pattern.begin() + static_cast<std::ptrdiff_t>(at), pattern.end(),
                     [](char c) { return c == '*'; });
}

fault_plan::fault_plan(fault_script script)
    : script_(std::move(script)), random_(script_.seed), tallies_(script_.rules.size()) {}

fault_hit fault_plan::hit(const fault_rule& rule) {
  fault_hit out{&rule, rule.delay, random_.next()};
  if (rule.jitter.count() > 0)
    out.delay = std::max(
        nanoseconds{0},
        rule.delay + nanoseconds{random_.between(-rule.jitter.count(), rule.jitter.count())});
  return out;
}

std::optional<fault_hit> fault_plan::ask(const fault_event& event, fault_time now) {
  for (std::size_t k = 0; k < script_.rules.size(); ++k) {
    const auto& rule = script_.rules[k];
    auto& tally = tallies_[k];
    if (!is_awake(rule, elapsed(now)) || !meets(rule, event)) continue;
    if (rule.count > 0 && tally.acted >= rule.count) continue;
    if (++tally.met <= rule.skip) continue;
    if (rule.percent < 100 && !random_.chance(rule.percent, 100)) continue;
    ++tally.acted;
    return hit(rule);
  }
  return std::nullopt;
}

std::vector<fault_hit> fault_plan::due(fault_time now) {
  std::vector<fault_hit> out;
  for (std::size_t k = 0; k < script_.rules.size(); ++k) {
    const auto& rule = script_.rules[k];
    auto& tally = tallies_[k];
    if (rule.on != fault_point::time) continue;
    while (tally.met < occasions(rule) &&
           elapsed(now) >= rule.from + rule.every * static_cast<std::int64_t>(tally.met)) {
      ++tally.met;
      if (rule.percent < 100 && !random_.chance(rule.percent, 100)) continue;
      ++tally.acted;
      out.push_back(hit(rule));
      // Occasions that passed together are one occasion where they would come at the same time.
      if (rule.every.count() == 0) tally.met = occasions(rule);
    }
  }
  return out;
}

bool fault_plan::is_over(fault_time now) const {
  for (std::size_t k = 0; k < script_.rules.size(); ++k) {
    const auto& rule = script_.rules[k];
    const auto& tally = tallies_[k];
    if (rule.on == fault_point::time) {
      if (tally.met < occasions(rule)) return false;
      const auto last = rule.from + rule.every * static_cast<std::int64_t>(occasions(rule) - 1);
      if (elapsed(now) < last) return false;
    } else {
      const bool used_up = rule.count > 0 && tally.acted >= rule.count;
      const bool late = rule.until && elapsed(now) >= *rule.until;
      if (!used_up && !late) return false;
    }
  }
  return true;
}

}  // namespace bw::venue
