// Looks at the account that are left out, because nothing could come of them.

#include <algorithm>

#include "domain/risk_desk.hpp"

namespace bw {

bool risk_desk::waits_for_equity_alone(const instant& first) const {
  if (!account_ || !session_start_equity_ || watches_freshness_ || market_resumes_ ||
      waits_for_time() || mode_seen_ != machine_.state().mode)
    return false;
  // A look takes these away when what set them is over.
  for (const auto reason : {halt_reason::account, halt_reason::feed, halt_reason::stream,
                            halt_reason::rejects, halt_reason::reserve, halt_reason::freshness})
    if (has_reason(machine_.state(), reason)) return false;
  // Requests that are left only become more.
  if (requests_.available(first.mono) < rules_.options().requests_reserved) return false;
  return drawdown_seen_ < drawdown_level::halt ||
         has_reason(machine_.state(), halt_reason::drawdown);
}

day_result risk_desk::day_by(money own, money equity) const {
  const auto before = account_->last_equity;
  const auto start = before.is_positive() ? before + flows_.since_close(before) : equity;
  return {start, std::min(own, equity - start)};
}

bool risk_desk::is_known(const day_result& day, const equity_marks& marks) const {
  return level_of_loss(day, rules_.options()) <= loss_seen_ && fall_of(marks) <= drawdown_seen_;
}

}  // namespace bw
