// What changes a trade and its position without an execution: a split, and shares that a person
// gave up in favour of the broker's book.

#include "domain/split_ratio.hpp"
#include "storage/trade_projector.hpp"

namespace bw {

void trade_projector::on(const audit_record& record, const adoption_record& x) {
  adjust(record, x.symbol.str(), x.strategy.str(), "adopted", x.after, x.cause);
}

void trade_projector::on(const audit_record& record, const split_record& x) {
  adjust(record, x.symbol.str(), x.strategy.str(), "split", x.after,
         std::to_string(x.new_shares) + ":" + std::to_string(x.old_shares));
}

/// Kept as a change of the order that opened the trade, where the next fill finds it again.
void trade_projector::adjust(const audit_record& record, const std::string& symbol,
                             const std::string& strategy, const char* how, quantity after,
                             std::string_view cause) {
  const auto open = first(
      "SELECT id, entry_order_id FROM trades WHERE symbol = ? AND strategy = ? AND status = 'open'",
      {symbol, strategy});
  if (open.empty()) return;
  const auto trade = number_of(open[0]);
  const auto before = book_of(trade);
  change(record, text_of(open[1]), how, before.qty().text(), after.text(), cause);
  const auto book = book_of(trade);
  run("UPDATE positions SET quantity = ?, avg_cost = ?, updated_at = ?, is_open = ?, closed_at = ? "
      "WHERE symbol = ? AND strategy = ?",
      {sql_value{book.qty().units()}, sql_value{book.average().units()},
       sql_value{record.wall.value}, sql_value{std::int64_t{book.qty().is_zero() ? 0 : 1}},
       book.qty().is_zero() ? sql_value{record.wall.value} : sql_value{}, symbol, strategy});
  run("UPDATE trades SET qty = ?, entry_price = ?, notes = ? WHERE id = ?",
      {sql_value{abs(book.qty()).units()}, sql_value{book.average().units()},
       std::string{how} + " " + std::string{cause}, sql_value{trade}});
  if (book.qty().is_zero())
    run("UPDATE trades SET status = 'closed', closed_at = ?, exit_reason = ? WHERE id = ?",
        {sql_value{record.wall.value}, std::string{how}, sql_value{trade}});
}

/// The exact book of a trade, played again from its executions and what changed it beside them.
position trade_projector::book_of(std::int64_t trade) {
  position book;
  if (!failed_) return book;
  failed_ = db_.query(
      "SELECT audit_seq, side, quantity, price, NULL, NULL FROM executions WHERE trade_id = ?1 "
      "UNION ALL SELECT c.audit_seq, c.field, 0, 0, c.new_value, c.cause FROM order_changes c JOIN "
      "trades t ON c.order_id = t.entry_order_id WHERE t.id = ?1 AND c.field IN ('adopted', "
      "'split') ORDER BY 1",
      {sql_value{trade}}, [&](const sql_row& row) {
        const auto what = text_of(row[1]);
        if (what == "buy" || what == "sell") {
          book.apply(what == "buy" ? side::buy : side::sell,
                     quantity::from_units(number_of(row[2])), price::from_units(number_of(row[3])));
          return true;
        }
        const auto after = quantity::parse(text_of(row[4])).value_or(book.qty());
        const auto by = what == "split" ? parse_split_ratio(text_of(row[5])) : std::nullopt;
        if (by)
          book.split(*by, after);
        else
          book.restore(after, book.average());
        return true;
      });
  return book;
}

}  // namespace bw
