#include "venue/market_board.hpp"

namespace bw::venue {

price market_board::closing_price(symbol_id symbol, utc_ns since) const {
  const auto& entry = entries_[symbol.value];
  if (entry.latest_trade && entry.latest_trade->ts_event >= since) return entry.latest_trade->last;
  if (entry.latest_bar && entry.latest_bar->start >= since) return entry.latest_bar->close;
  if (!entry.fresh || !entry.latest_quote) return {};
  const auto& market = *entry.latest_quote;
  if (!market.bid.is_positive() || market.bid > market.ask) return {};
  return round_to_tick_nearest(price::from_units(market.bid.units() / 2 + market.ask.units() / 2));
}

void market_board::on_quote(const quote& x) {
  auto& entry = entries_[x.symbol.value];
  entry.latest_quote = x;
  entry.fresh = true;
  auto& mark = marks_[x.symbol.value];
  // A symbol that never traded here is worth the middle of its quote.
  if (!entry.latest_trade && !entry.latest_bar && entry.last_close.is_zero() &&
      x.bid.is_positive() && x.ask.is_positive())
    mark = price::from_units(x.bid.units() / 2 + x.ask.units() / 2);
}

void market_board::on_trade(const trade& x) {
  if (x.eligible == price_eligible::no) return;
  entries_[x.symbol.value].latest_trade = x;
  marks_[x.symbol.value] = x.last;
}

void market_board::on_bar(const bar& x) {
  auto& entry = entries_[x.symbol.value];
  entry.latest_bar = x;
  if (x.close.is_positive()) marks_[x.symbol.value] = x.close;
}

void market_board::on_status(const trading_status& x) {
  auto& entry = entries_[x.symbol.value];
  if (x.state == halt_state::halted) entry.halted = true;
  if (x.state != halt_state::resumed) return;
  entry.halted = false;
  entry.fresh = false;
}

void market_board::set_last_close(symbol_id symbol, price last) {
  entries_[symbol.value].last_close = last;
  if (!entries_[symbol.value].latest_trade) marks_[symbol.value] = last;
}

void market_board::split(symbol_id symbol, split_ratio by) {
  auto& entry = entries_[symbol.value];
  entry.latest_quote.reset();
  entry.fresh = false;
  entry.last_close = after_split(entry.last_close, by);
  marks_[symbol.value] = after_split(marks_[symbol.value], by);
}

void market_board::open_session() {
  for (auto& entry : entries_) entry.fresh = false;
}

void market_board::close_session() {
  for (std::size_t k = 0; k < entries_.size(); ++k) entries_[k].last_close = marks_[k];
}

}  // namespace bw::venue
