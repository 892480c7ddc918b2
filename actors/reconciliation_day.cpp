#include "actors/harden.hpp"
#include "actors/reconciliation_actor.hpp"

namespace bw {

void reconciliation_state::on_session(const session_state& x) {
  const auto before = std::exchange(session, x);
  const auto closed = [](const session_state& s) {
    return s.phase == session_phase::closed || s.phase == session_phase::unknown;
  };
  const auto now = args.time->mono_now();
  if (!closed(before) && closed(x)) {
    ended = before;
    end_day_at = now + args.options.after_close;
  }
  // A session that ended while no node ran is compared by the next one.
  const auto& past = args.past;
  const bool missed = before.phase == session_phase::unknown && closed(x) && !ended &&
                      past.day_close != utc_ns{} && past.day_close <= args.time->utc_now() &&
                      past.reconciled_day != args.day_of(past.day_open);
  if (missed) {
    ended = session_state{session_phase::closed, past.day_open, past.day_close};
    end_day_at = now;
  }
}

/// The figures that the next day's are counted from.
void reconciliation_state::write_mark() {
  if (!account) return;
  mark = account;
  fills_since_mark.clear();
  append(account_record{*account});
}

void reconciliation_state::end_day(const reconcile_report& found) {
  day_books books;
  books.day = args.day_of(ended->open);
  books.begin = mark;
  books.own_fills = fills_since_mark;
  const auto is_entry = [&](const client_order_id& id) {
    const auto at = purposes.find(id);
    return at != purposes.end() && at->second == order_purpose::entry;
  };
  for (const auto& [id, purpose] : purposes)
    books.own_entries_open += purpose == order_purpose::entry ? 1 : 0;
  for (const auto& each : last_opens) {
    books.broker_entries_open += is_entry(each.client_id) ? 1 : 0;
    const auto at = purposes.find(each.client_id);
    if (at != purposes.end() && at->second == order_purpose::protective)
      books.protection.push_back({each.symbol, each.qty - each.filled_total, {}, {}, {}});
  }
  for (const auto& each : mirror->input().positions)
    if (const auto qty = each.qty + each.external; !qty.is_zero())
      books.own_positions.push_back({each.symbol, qty, {}, {}, {}});
  for (const auto& holding : mirror->external().holdings())
    if (std::find(args.symbols.begin(), args.symbols.end(), holding.symbol.view()) ==
        args.symbols.end())
      books.own_positions.push_back({holding.symbol, holding.qty, {}, {}, {}});
  if (account) books.account = *account;
  books.broker_positions = last_positions;
  const auto from = mark ? mark->at : ended->open;
  for (const auto& each : activities) {
    if (each.at <= from) continue;
    books.activities.push_back(each);
    if (each.is_fill() && mirror->is_ours(each.order)) books.own_orders.push_back(each.order);
  }
  for (const auto& each : found.differences) books.standing.push_back(each.text());
  auto day = balance_day(books);
  for (auto& each : std::exchange(conduct, {}).notes()) day.notes.push_back(std::move(each));
  ended.reset();
  log_line(day.matched ? log_level::info : log_level::error, name, "reconcile_result",
           "the books of " + day.day + (day.matched ? " are the broker's" : " differ"));
  append(day);
  // Before anybody reads the log for the day's page: what the account came to is part of it.
  write_mark();
  tell(self, members.performance, day_report{day, args.time->utc_now()});
  tell(self, members.status, day_report{day, args.time->utc_now()});
  if (day.matched) return;
  tell(self, members.gate,
       halt_command{halt_reason::day_unmatched,
                    cut<short_text>("the books of " + day.day + " differ from the broker's"),
                    trading_mode::reducing});
}

}  // namespace bw
