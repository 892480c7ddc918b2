#include "domain/data_quality.hpp"

#include <algorithm>
#include <vector>

namespace bw {
namespace {

constexpr nanoseconds minute = std::chrono::minutes{1};

quality warn_if(bool bad) { return bad ? quality::warning : quality::good; }

void look_at_order(std::span<const utc_ns> bars, data_quality& out) {
  std::optional<utc_ns> newest;
  for (const auto start : bars) {
    if (newest && start == *newest) ++out.twice;
    if (newest && start < *newest) ++out.disordered;
    newest = newest ? std::max(*newest, start) : start;
  }
  out.duplicates = warn_if(out.twice + out.disordered > 0);
}

/// The minute that has just ended may still be on its way.
void look_for_gaps(const data_quality_facts& facts, std::uint32_t most, data_quality& out) {
  const auto missing = missing_in(*facts.session, facts.bars, facts.now - minute);
  out.missing_minutes = missing.all;
  out.longest_gap_minutes = missing.longest;
  out.gaps = warn_if(missing.longest > most);
}

void look_at_age(const data_quality_facts& facts, nanoseconds most, data_quality& out) {
  const auto newest = std::max_element(facts.bars.begin(), facts.bars.end());
  if (newest != facts.bars.end())
    out.bar_age = std::max(nanoseconds{0}, facts.now - (*newest + minute));
  // Before the open there is no bar to wait for: the first minutes count from there.
  const auto since = newest == facts.bars.end()
                         ? facts.now - facts.session->open
                         : std::min(out.bar_age, facts.now - facts.session->open);
  out.freshness = since > most ? quality::failed : quality::good;
}

}  // namespace

std::string_view to_string(quality x) noexcept {
  switch (x) {
    case quality::not_applicable: return "not_applicable";
    case quality::good: return "good";
    case quality::warning: return "warning";
    case quality::failed: return "failed";
  }
  return "invalid";
}

quality data_quality::overall() const {
  return std::max({freshness, gaps, duplicates, retention, clock});
}

bar_gaps missing_in(const session_day& session, std::span<const utc_ns> bars, utc_ns until) {
  bar_gaps out;
  const auto end = std::min(until, session.close);
  std::vector<utc_ns> there{bars.begin(), bars.end()};
  std::sort(there.begin(), there.end());
  auto next = session.open;
  const auto lacks_until = [&](utc_ns at) {
    if (at <= next) return;
    const auto lacking = static_cast<std::uint32_t>((at - next) / minute);
    out.all += lacking;
    out.longest = std::max(out.longest, lacking);
  };
  for (const auto start : there) {
    if (start < session.open || start >= session.close) continue;
    lacks_until(std::min(start, end));
    next = std::max(next, start + minute);
  }
  lacks_until(end);
  return out;
}

data_quality judge_data(const data_quality_facts& facts, const data_quality_limits& limits) {
  data_quality out;
  out.bars = static_cast<std::uint32_t>(facts.bars.size());
  look_at_order(facts.bars, out);
  const bool in_session =
      facts.session && facts.now >= facts.session->open && facts.now < facts.session->close;
  if (in_session) {
    look_for_gaps(facts, limits.gap_minutes_max, out);
    look_at_age(facts, limits.bar_age_max, out);
  }
  if (facts.days_wanted > 0) out.retention = warn_if(facts.days_kept < facts.days_wanted);
  if (facts.clock_offset) {
    const auto apart =
        *facts.clock_offset < nanoseconds{0} ? -*facts.clock_offset : *facts.clock_offset;
    out.clock = apart > limits.clock.most   ? quality::failed
                : apart > limits.clock.warn ? quality::warning
                                            : quality::good;
  }
  return out;
}

}  // namespace bw
