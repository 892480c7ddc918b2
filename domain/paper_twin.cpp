#include "domain/paper_twin.hpp"

#include <algorithm>

#include "core/int128.hpp"

namespace bw {
namespace {

constexpr std::int64_t all_bp = 10'000;
/// Beyond it nobody needs to know more.
constexpr std::int64_t return_max_bp = all_bp * all_bp;

std::string shown(const std::optional<std::int64_t>& bp) {
  return bp ? std::to_string(*bp) + " bp" : std::string{"no trade"};
}

}  // namespace

std::optional<std::int64_t> trade_return_bp(const twin_day& x) {
  if (x.trades == 0 || !x.traded.is_positive()) return std::nullopt;
  const bool lost = x.pnl.is_negative();
  const auto size = static_cast<int128>(x.pnl.units()) * (lost ? -1 : 1);
  // Every share was bought and sold: what was put in is half of what was traded.
  const auto bp = divide_ceil(size * 2 * all_bp, x.traded.units());
  const auto cut = static_cast<std::int64_t>(std::min<int128>(bp, return_max_bp));
  return lost ? -cut : cut;
}

twin_verdict compare_twins(const twin_day& live, const std::optional<twin_day>& paper,
                           std::int64_t bound_bp) {
  if (!paper) return {false, "the paper node has no session of this day"};
  const auto ours = trade_return_bp(live);
  const auto theirs = trade_return_bp(*paper);
  twin_verdict out;
  out.within = ours && theirs ? std::max(*ours, *theirs) - std::min(*ours, *theirs) <= bound_bp
                              : !ours && !theirs;
  out.text = "live " + shown(ours) + " in " + std::to_string(live.trades) + " trades, paper " +
             shown(theirs) + " in " + std::to_string(paper->trades);
  return out;
}

}  // namespace bw
