#include "venue/exchange.hpp"

#include "venue/exchange_state.hpp"

namespace bw::venue {
namespace {

std::string number_from(std::uint64_t seed) {
  return "PA3SIM" + std::to_string(1'000'000 + seed % 1'000'000).substr(1);
}

}  // namespace

exchange::state::state(exchange_options o, std::vector<listed_symbol> s)
    : options(std::move(o)),
      account_id(named_uuid(options.seed, "account")),
      account_number(number_from(options.seed)),
      symbols(std::move(s)),
      board(symbols.size()),
      account(options.start_cash, options.multiplier, symbols.size()),
      orders(options.orders_max, options.client_ids_max, symbols.size()),
      fills(options),
      offered(options.liquidity, symbols.size()),
      ids(options.seed),
      last_equity(options.start_cash) {}

exchange::exchange(exchange_options options, std::vector<listed_symbol> symbols)
    : state_(std::make_unique<state>(std::move(options), std::move(symbols))) {}

exchange::~exchange() = default;

void exchange::set_last_close(symbol_id symbol, price last) {
  state_->board.set_last_close(symbol, last);
}

void exchange::on_market(const market_event& event, utc_ns now, std::vector<venue_event>& out) {
  state_->advance(now, out);
  const auto at = state_->now;
  auto& board = state_->board;
  const auto listed = [&](symbol_id symbol) { return symbol.value < board.size(); };
  if (const auto* x = std::get_if<quote>(&event)) {
    if (!listed(x->symbol)) return;
    board.on_quote(*x);
    state_->offered.on_quote(*x);
    state_->match_all(x->symbol, *x, at, out);
  } else if (const auto* print = std::get_if<trade>(&event)) {
    if (!listed(print->symbol)) return;
    board.on_trade(*print);
    state_->offered.on_trade(*print);
    state_->match_all(print->symbol, *print, at, out);
  } else if (const auto* minute = std::get_if<bar>(&event)) {
    if (listed(minute->symbol)) board.on_bar(*minute);
  } else if (const auto* status = std::get_if<trading_status>(&event)) {
    if (listed(status->symbol)) board.on_status(*status);
  }
}

void exchange::set_session(market_session current_or_next, bool open, utc_ns now,
                           std::vector<venue_event>& out) {
  state_->advance(now, out);
  state_->forget_due();
  state_->set_session(current_or_next, open, state_->now, out);
}

void exchange::advance(utc_ns now, std::vector<venue_event>& out) { state_->advance(now, out); }

std::optional<utc_ns> exchange::next_time() const {
  const auto next = state_->next_due();
  return next == utc_ns{INT64_MAX} ? std::nullopt : std::optional{next};
}

std::variant<venue_order, refusal> exchange::submit(const new_order& order, utc_ns now,
                                                    std::vector<venue_event>& out) {
  state_->advance(now, out);
  state_->forget_due();
  return state_->submit(order, state_->now, out);
}

std::optional<refusal> exchange::cancel(std::string_view id, utc_ns now,
                                        std::vector<venue_event>& out) {
  state_->advance(now, out);
  state_->forget_due();
  return state_->cancel(id, state_->now, out);
}

std::variant<venue_order, refusal> exchange::replace(std::string_view id,
                                                     const order_change& change, utc_ns now,
                                                     std::vector<venue_event>& out) {
  state_->advance(now, out);
  state_->forget_due();
  return state_->replace(id, change, state_->now, out);
}

void exchange::split(symbol_id symbol, split_ratio by, utc_ns now, std::vector<venue_event>& out) {
  state_->advance(now, out);
  state_->forget_due();
  const auto before = state_->orders.open(symbol);
  for (auto* live : before)  // The end of one can be the end of another.
    if (!is_terminal(live->order.status))
      state_->end(*live, venue_event::kind::canceled, state_->now, out);
  state_->account.split(symbol, by);
  state_->board.split(symbol, by);
}

void exchange::credit(money amount) { state_->account.charge(-amount); }

const account_rules& exchange::rules() const { return state_->rules; }

void exchange::configure(const account_rules& rules) {
  state_->rules = rules;
  state_->account.set_multiplier(std::min(state_->options.multiplier, rules.max_margin_multiplier));
}

const venue_order* exchange::order(std::uint64_t serial) const {
  const auto* live = state_->orders.find(serial);
  return live ? &live->order : nullptr;
}

const venue_order* exchange::order(std::string_view id) const {
  const auto* live = state_->orders.find(id);
  return live ? &live->order : nullptr;
}

const venue_order* exchange::order_by_client_id(std::string_view client_order_id) const {
  const auto* live = state_->orders.find_client_id(client_order_id);
  return live ? &live->order : nullptr;
}

std::vector<const venue_order*> exchange::orders() const { return state_->orders.all(); }

std::vector<venue_position> exchange::positions() const {
  std::vector<venue_position> out;
  for (const auto& listed : state_->symbols)
    if (auto held = position(listed.symbol)) out.push_back(std::move(*held));
  return out;
}

std::optional<venue_position> exchange::position(std::string_view symbol) const {
  const auto id = find_symbol(symbol);
  if (!id || state_->account.position(*id).is_zero()) return std::nullopt;
  venue_position out;
  out.symbol = *id;
  out.symbol_text = symbol;
  out.qty = state_->account.position(*id);
  out.average = state_->account.average(*id);
  out.last = state_->board.marks()[id->value];
  out.lastday = state_->board[*id].last_close;
  out.held_for_orders = state_->account.held(*id);
  return out;
}

venue_account exchange::account() const {
  const auto values = state_->account.values(state_->board.marks());
  venue_account out;
  out.id = state_->account_id;
  out.account_number = state_->account_number;
  out.cash = values.cash;
  out.equity = values.equity;
  out.last_equity = state_->last_equity;
  out.long_market_value = values.long_market_value;
  out.short_market_value = values.short_market_value;
  out.buying_power = values.buying_power;
  out.initial_margin = values.initial_margin;
  out.maintenance_margin = values.maintenance_margin;
  out.last_maintenance_margin = state_->last_maintenance_margin;
  out.multiplier = state_->account.multiplier();
  out.suspended = state_->rules.suspend_trade;
  constexpr auto equity_min = money::from_int(2'000);
  out.shorting_enabled = state_->options.shorting_enabled && !state_->rules.no_shorting &&
                         out.multiplier > 1 && out.equity >= equity_min;
  return out;
}

const account_book& exchange::book() const { return state_->account; }

const market_board& exchange::board() const { return state_->board; }

money exchange::last_equity() const { return state_->last_equity; }

bool exchange::has_open_orders(symbol_id symbol) const {
  return !state_->orders.open(symbol).empty();
}

bool exchange::is_beyond_orders(symbol_id symbol, const price_range& x) const {
  if (state_->orders.open(symbol).empty()) return true;
  return !state_->board[symbol].halted && !state_->offered.counts_trades() &&
         !state_->orders.interest(symbol).wants(x);
}

market_phase exchange::phase(utc_ns now) const { return state_->phases.at(now); }

std::optional<quote> exchange::latest_quote(symbol_id symbol) const {
  return state_->board[symbol].latest_quote;
}

std::optional<trade> exchange::latest_trade(symbol_id symbol) const {
  return state_->board[symbol].latest_trade;
}

std::optional<bar> exchange::latest_bar(symbol_id symbol) const {
  return state_->board[symbol].latest_bar;
}

std::optional<symbol_id> exchange::find_symbol(std::string_view symbol) const {
  return state_->find_symbol(symbol);
}

const std::vector<listed_symbol>& exchange::symbols() const { return state_->symbols; }

std::string exchange::asset_id(symbol_id symbol) const {
  return named_uuid(0, "asset " + state_->symbols.at(symbol.value).symbol);
}

}  // namespace bw::venue
