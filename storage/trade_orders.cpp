// Orders in trades.db: their rows, what was changed about them, and how well they were executed.

#include "domain/order_changes.hpp"
#include "domain/order_quality.hpp"
#include "storage/trade_cells.hpp"
#include "storage/trade_projector.hpp"

namespace bw {

using namespace cells;

namespace {

/// The words of the status column.
const char* status_of(order_state x) {
  switch (x) {
    case order_state::intent: return "pending";
    case order_state::sending: return "submitted";
    case order_state::accepted:
    case order_state::working:
    case order_state::done_for_day:
    case order_state::suspended: return "accepted";
    case order_state::partial: return "partially_filled";
    case order_state::filled: return "filled";
    case order_state::canceled:
    case order_state::not_sent: return "canceled";
    case order_state::expired: return "expired";
    case order_state::rejected:
    case order_state::denied: return "rejected";
    case order_state::replaced: return "replaced";
    case order_state::unknown: return "unknown";
    case order_state::needs_review: return "needs_review";
  }
  return "needs_review";
}

}  // namespace

void trade_projector::on(const audit_record& record, const intent_record& x) {
  const auto& r = x.request;
  // What closes a trade belongs to the order that opened it.
  auto parent = null;
  if (r.purpose != order_purpose::entry) {
    const auto open = first(
        "SELECT entry_order_id FROM trades WHERE symbol = ? AND strategy = ? AND status = 'open'",
        {text(x.symbol.view()), text(x.strategy.view())});
    if (!open.empty()) parent = open[0];
  }
  put("orders",
      {text(x.client_id.view()),
       null,
       text(x.symbol.view()),
       enum_text(r.side),
       enum_text(r.type),
       units(r.qty),
       some(r.limit),
       some(r.stop),
       null,
       enum_text(r.tif),
       text("simple"),
       parent,
       text("pending"),
       number(0),
       null,
       when(record.wall),
       null,
       null,
       null,
       null,
       null,
       text(x.strategy.view()),
       remembered("mode"),
       enum_text(r.purpose),
       enum_text(r.reason),
       some(r.reference),
       number(record.boot_no),
       number(r.header.trace.value),
       number(r.order.value),
       null,
       some(r.seen_bid),
       some(r.seen_ask),
       null,
       number(0),
       null,
       null,
       null,
       null,
       null,
       number(1)},
      record);
  run("UPDATE signals SET executed = 1, order_id = ? WHERE boot_no = ? AND trace_id = ? AND "
      "strategy = ? AND symbol = ? AND purpose = ?",
      {text(x.client_id.view()), number(record.boot_no), number(r.header.trace.value),
       text(x.strategy.view()), text(x.symbol.view()), enum_text(r.purpose)});
  if (r.replaces != order_id{}) follow_replacement(record, x);
}

void trade_projector::change(const audit_record& record, std::string_view order,
                             std::string_view field, std::string_view before,
                             std::string_view after, std::string_view cause,
                             std::string_view new_order) {
  put("order_changes",
      {number(record.sequence.value * 100 + changes_made_++), when(record.wall), text(order),
       text(field), some(before), some(after), some(cause), some(new_order)},
      record);
}

void trade_projector::follow_replacement(const audit_record& record, const intent_record& x) {
  const auto row = first(
      "SELECT client_order_id, quantity, limit_price, stop_price, type, tif FROM orders WHERE "
      "order_no = ? ORDER BY audit_seq DESC LIMIT 1",
      {number(x.request.replaces.value)});
  if (row.empty()) return;
  const auto old = text_of(row[0]);
  run("UPDATE orders SET replaces = ? WHERE client_order_id = ?", {old, text(x.client_id.view())});
  auto before = x.request;
  before.qty = quantity::from_units(number_of(row[1]));
  before.limit = price::from_units(number_of(row[2]));
  before.stop = price::from_units(number_of(row[3]));
  for (const auto type : {order_type::market, order_type::limit, order_type::stop,
                          order_type::stop_limit, order_type::trailing_stop})
    if (to_string(type) == text_of(row[4])) before.type = type;
  for (const auto tif : {time_in_force::day, time_in_force::gtc, time_in_force::ioc,
                         time_in_force::fok, time_in_force::opg, time_in_force::cls})
    if (to_string(tif) == text_of(row[5])) before.tif = tif;
  const auto cause = cause_of_replacement(x.request);
  for (const auto& each : changes_between(before, x.request))
    change(record, old, each.field, each.before, each.after, cause, x.client_id.view());
}

/// The order that took this one's place: ours where we know it, or the broker's own.
void trade_projector::link_successor(const audit_record& record, const order_update& u) {
  auto ours = first("SELECT client_order_id FROM orders WHERE broker_order_id = ?",
                    {text(u.replaced_by.view())});
  if (ours.empty())
    ours = first(
        "SELECT client_order_id FROM orders WHERE replaces = ? AND status NOT IN ('rejected', "
        "'canceled') ORDER BY audit_seq DESC LIMIT 1",
        {text(u.client_id.view())});
  const auto successor = ours.empty() ? u.replaced_by.str() : text_of(ours[0]);
  if (successor.empty()) return;
  run("UPDATE orders SET replaced_by = ? WHERE client_order_id = ?",
      {successor, text(u.client_id.view())});
  change(
      record, u.client_id.view(), "replaced_by", {}, successor,
      (ours.empty() ? "the broker's own, told by " : "told by ") + std::string{to_string(u.source)},
      successor);
}

trade_projector::known_quality trade_projector::quality_of(std::string_view order) {
  const auto row = first(
      "SELECT boot_no, side, quantity, seen_bid, seen_ask, filled_quantity, quote_slippage, "
      "sent_mono, acknowledged_mono, first_fill_mono, clock_speed FROM orders WHERE "
      "client_order_id = ?",
      {text(order)});
  known_quality out;
  if (row.empty()) return out;
  out.boot_no = static_cast<std::uint64_t>(number_of(row[0]));
  auto& x = out.figures;
  x.side = text_of(row[1]) == "sell" ? side::sell : side::buy;
  x.wanted = quantity::from_units(number_of(row[2]));
  x.seen_bid = price::from_units(number_of(row[3]));
  x.seen_ask = price::from_units(number_of(row[4]));
  x.filled = quantity::from_units(number_of(row[5]));
  x.slippage = money::from_units(number_of(row[6]));
  x.sent = mono_ns{number_of(row[7])};
  x.acknowledged = mono_ns{number_of(row[8])};
  x.first_fill = mono_ns{number_of(row[9])};
  x.clock_speed = number_of(row[10]);
  return out;
}

void trade_projector::keep_quality(std::string_view order, const order_quality& x) {
  const auto instant = [](mono_ns at) { return at == mono_ns{} ? null : sql_value{at.value}; };
  const auto time = [](std::optional<nanoseconds> took) {
    return took ? sql_value{std::int64_t{took->count()}} : null;
  };
  const bool compared = x.filled.is_positive() && x.has_quote();
  run("UPDATE orders SET quote_slippage = ?, fill_ratio = ?, sent_mono = ?, acknowledged_mono = ?, "
      "first_fill_mono = ?, clock_speed = ?, acknowledgement_ns = ?, first_fill_ns = ? WHERE "
      "client_order_id = ?",
      {compared ? units(x.slippage) : null, sql_value{x.fill_ratio_units()}, instant(x.sent),
       instant(x.acknowledged), instant(x.first_fill), sql_value{x.clock_speed},
       time(x.acknowledgement()), time(x.to_first_fill()), text(order)});
}

/// Another run's clock says nothing about an order's times.
template <class Record>
void trade_projector::follow_times(const audit_record& record, std::string_view order,
                                   const Record& x) {
  auto known = quality_of(order);
  if (known.boot_no != record.boot_no) return;
  known.figures.on(x);
  keep_quality(order, known.figures);
}

void trade_projector::on(const audit_record& record, const hops_record& x) {
  follow_times(record, x.client_id.view(), x);
}

void trade_projector::on(const audit_record&, const sending_record& x) {
  run("UPDATE orders SET status = 'submitted' WHERE client_order_id = ?",
      {text(x.client_id.view())});
}

void trade_projector::on(const audit_record& record, const withdrawn_record& x) {
  run("UPDATE orders SET status = 'canceled', canceled_at = ?, error_message = ? WHERE "
      "client_order_id = ?",
      {when(record.wall), "not sent: " + x.text, text(x.client_id.view())});
  change(record, x.client_id.view(), "status", "submitted", "canceled", x.text);
}

void trade_projector::on(const audit_record& record, const submit_record& x) {
  const auto& r = x.result;
  const auto state = r.outcome == submit_outcome::accepted   ? order_state::accepted
                     : r.outcome == submit_outcome::rejected ? order_state::rejected
                     : r.outcome == submit_outcome::not_sent ? order_state::not_sent
                                                             : order_state::unknown;
  // The stream may have told more before the answer came: then only the rest is new.
  run("UPDATE orders SET status = CASE WHEN status IN ('pending', 'submitted') THEN ? ELSE status "
      "END, broker_order_id = coalesce(?, broker_order_id), submitted_at = ?, error_message = "
      "coalesce(?, error_message) WHERE client_order_id = ?",
      {text(status_of(state)), some(r.venue_id.view()), when(record.wall), some(r.text.view()),
       text(r.client_id.view())});
  // An answer that comes after the word that the old order was replaced.
  if (!r.venue_id.empty())
    run("UPDATE orders SET replaced_by = ? WHERE replaced_by = ?",
        {text(r.client_id.view()), text(r.venue_id.view())});
  follow_times(record, r.client_id.view(), x);
}

void trade_projector::on(const audit_record& record, const update_record& x) {
  const auto& u = x.update;
  const bool canceled = x.after == order_state::canceled || x.after == order_state::expired;
  run("UPDATE orders SET status = ?, broker_order_id = coalesce(?, broker_order_id), canceled_at = "
      "coalesce(?, canceled_at), error_message = coalesce(?, error_message) WHERE client_order_id "
      "= ?",
      {text(status_of(x.after)), some(u.venue_id.view()), canceled ? when(u.ts_event) : null,
       some(u.text.view()), text(u.client_id.view())});
  change(record, u.client_id.view(), "status", status_of(x.before), status_of(x.after),
         std::string{to_string(u.event)} + " by " + std::string{to_string(u.source)});
  if (x.after == order_state::replaced && x.before != x.after) link_successor(record, u);
  follow_times(record, u.client_id.view(), x);
}

void trade_projector::on(const audit_record& record, const cancel_record& x) {
  change(record, x.client_id.view(), "cancel", "", "requested", x.cause);
}

void trade_projector::on(const audit_record& record, const cancel_result_record& x) {
  const auto& r = x.result;
  change(record, r.client_id.view(), "cancel", "requested", to_string(r.outcome), r.text.view());
}

void trade_projector::follow_order(const audit_record&, const fill_record& x) {
  int128 value = 0;
  quantity filled;
  utc_ns last{};
  if (failed_)
    failed_ = db_.query(
        "SELECT quantity, price, executed_at FROM executions WHERE client_order_id = ? ORDER BY "
        "audit_seq",
        {text(x.client_id.view())}, [&](const sql_row& row) {
          const auto qty = quantity::from_units(number_of(row[0]));
          value += notional_exact(price::from_units(number_of(row[1])), qty);
          filled += qty;
          last = utc_ns{number_of(row[2])};
          return true;
        });
  if (!filled.is_positive()) return;
  run("UPDATE orders SET filled_quantity = ?, avg_fill_price = ?, filled_at = ?, status = CASE "
      "WHEN "
      "status IN ('canceled', 'expired', 'rejected', 'replaced') THEN status WHEN ? >= quantity "
      "THEN 'filled' ELSE 'partially_filled' END WHERE client_order_id = ?",
      {units(filled), units(average_price_half_even(value, filled)), when(last), units(filled),
       text(x.client_id.view())});
  auto known = quality_of(x.client_id.view());
  if (known.boot_no == 0) return;
  known.figures.filled -= x.qty;  // The row has it already.
  known.figures.on(x);
  keep_quality(x.client_id.view(), known.figures);
}

}  // namespace bw
