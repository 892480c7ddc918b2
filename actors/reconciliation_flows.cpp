// Deposits and withdrawals: the risk gate must know of them before it sees what they did to the
// account, or it takes a withdrawal for a loss.

#include <algorithm>

#include "actors/reconciliation_actor.hpp"
#include "domain/cash_flows.hpp"
#include "domain/fee_share.hpp"

namespace bw {
namespace {

/// A difference in cash beyond this share of equity is asked about. Fees and interest are smaller.
constexpr std::int64_t unexplained_bp = 10;

}  // namespace

/// Whether our own executions explain what became of the cash. Before the first answer about
/// movements nothing does.
bool reconciliation_state::is_explained(const account_report& x) const {
  if (!told_account) return movements_known;
  const auto difference = x.cash - told_account->cash - own_cash;
  const auto size = difference.is_negative() ? -difference : difference;
  return size <= basis_points_floor(std::max(x.equity, money{}), unexplained_bp);
}

void reconciliation_state::tell_account(const account_report& x) {
  if (is_explained(x)) return forward_account(x);
  const auto now = args.time->mono_now();
  if (!held_account) held_since = now;
  held_account = x;
  schedule->soon(book_question::activities, now);
}

void reconciliation_state::forward_account(account_report x) {
  held_account.reset();
  own_cash = {};
  told_account = x;
  tell(self, members.gate, std::move(x));
}

/// Movements first, then the account that has them in it.
void reconciliation_state::tell_movements(const std::vector<account_activity>& found) {
  movements_known = true;
  take_fees(found);
  for (const auto& each : found)
    if (!each.is_fill() && is_cash_flow(each.type.view()) && !each.net_amount.is_zero())
      tell(self, members.gate,
           cash_flow_record{each.id, each.type, each.net_amount, each.at, money{}});
  if (held_account) forward_account(*held_account);
}

/// What the broker charged goes into the log, and into the figures of the day.
void reconciliation_state::take_fees(const std::vector<account_activity>& found) {
  for (const auto& each : found) {
    if (!is_fee(each.type.view()) || each.net_amount.is_zero()) continue;
    if (!fees_known.insert(each.id).second) continue;
    const fee_record fee{each.id,          each.type, each.symbol,
                         -each.net_amount, each.at,   each.description};
    append(fee);
    tell(self, members.performance, fee);
  }
  // The ids of activities begin with their time.
  while (fees_known.size() > fees_known_max) fees_known.erase(fees_known.begin());
}

/// An answer that does not come must not blind the gate.
void reconciliation_state::release_account(mono_ns now) {
  if (held_account && now - held_since > args.options.schedule.answer_within)
    forward_account(*held_account);
}

void reconciliation_state::count_cash(const order_report& x) {
  if (!x.last_qty.is_positive()) return;
  const auto value = notional_half_even(x.last_price, x.last_qty);
  if (value) own_cash += x.request.side == side::buy ? -*value : *value;
}

}  // namespace bw
