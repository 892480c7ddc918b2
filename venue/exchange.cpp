#include "venue/exchange.hpp"

#include <algorithm>

#include "venue/accounts.hpp"
#include "venue/fees.hpp"
#include "venue/fill_model.hpp"
#include "venue/ids.hpp"
#include "venue/market_board.hpp"
#include "venue/order_checks.hpp"
#include "venue/order_life.hpp"

namespace bw::venue {
namespace {

using kind = venue_event::kind;

/// A good-till-canceled order that nobody wants for this long ages out.
constexpr nanoseconds gtc_life = std::chrono::hours{24 * 90};

bool waits_for_stop(const venue_order& order) {
  return (order.type == order_type::stop || order.type == order_type::stop_limit) &&
         !order.stop_triggered;
}

bool immediate(const venue_order& order) {
  return order.tif == time_in_force::ioc || order.tif == time_in_force::fok;
}

/// May be matched by the next market event: at the venue and not waiting for a look by time.
bool matchable(const live_order& live) {
  if (live.order.status == venue_status::pending_cancel) return true;
  return !live.wake_at && (live.order.status == venue_status::new_order ||
                           live.order.status == venue_status::partially_filled);
}

}  // namespace

struct exchange::state {
  using events = std::vector<venue_event>;

  state(exchange_options o, std::vector<listed_symbol> s)
      : options(std::move(o)),
        symbols(std::move(s)),
        board(symbols.size()),
        account(options.start_cash, options.multiplier, symbols.size()),
        orders(options.orders_max, options.client_ids_max, symbols.size()),
        fills(options),
        ids(options.seed),
        last_equity(options.start_cash) {}

  // Time.
  utc_ns clamp(utc_ns at) { return now = std::max(now, at); }
  void advance(utc_ns until, events& out);
  void open_session(utc_ns at, events& out);
  void close_session();

  // Orders.
  std::variant<venue_order, refusal> submit(const new_order& wish, utc_ns at, events& out);
  void wake(live_order& live, utc_ns at, events& out);
  void end(live_order& live, kind what, utc_ns at, events& out);
  venue_event& emit(live_order& live, kind what, utc_ns at, events& out);

  // Matching.
  template <class Event>
  void match_all(symbol_id symbol, const Event& event, utc_ns at, events& out);
  void look(live_order& live, utc_ns at, events& out);
  bool try_fill(live_order& live, utc_ns at, events& out);
  bool price_at_open(live_order& live, const quote& market);
  void execute(live_order& live, price at_price, quantity qty, utc_ns at, events& out);
  void shrink_reservation(live_order& live, quantity remaining);

  check_inputs inputs_for(std::optional<symbol_id> symbol) const;
  std::optional<symbol_id> find_symbol(std::string_view symbol) const;

  exchange_options options;
  std::vector<listed_symbol> symbols;
  market_board board;
  account_book account;
  order_store orders;
  fill_model fills;
  id_source ids;
  money last_equity;
  market_session session{};
  bool open = false;
  utc_ns now{};
};

/// Does everything that is due, in the order of time: the close before what expires with it.
void exchange::state::advance(utc_ns until, events& out) {
  for (;;) {
    const auto wake_at = orders.next_wake().value_or(utc_ns{INT64_MAX});
    const auto expiry = orders.next_expiry().value_or(utc_ns{INT64_MAX});
    const auto close = open ? session.close : utc_ns{INT64_MAX};
    const auto next = std::min({wake_at, expiry, close});
    if (next > until || next.value == INT64_MAX) break;
    const auto at = clamp(next);
    if (next == close) {
      close_session();
    } else if (next == expiry) {
      end(*orders.first_expired(next), kind::expired, at, out);
    } else {
      wake(*orders.due(next), at, out);
    }
  }
  clamp(until);
}

void exchange::state::open_session(utc_ns at, events& out) {
  open = true;
  board.open_session();
  for (const auto serial : orders.open()) {
    auto& live = *orders.find(serial);
    if (live.order.status != venue_status::accepted) continue;
    if (live.order.tif != time_in_force::gtc) orders.expire_at(live, session.close);
    live.priced_at_open = live.order.type == order_type::market && live.order.side == side::buy;
    emit(live, kind::pending_new, at, out);
    orders.wake(live, at + options.acknowledge_delay);
  }
}

void exchange::state::close_session() {
  open = false;
  board.close_session();
  last_equity = account.values(board.marks()).equity;
}

check_inputs exchange::state::inputs_for(std::optional<symbol_id> symbol) const {
  check_inputs out{options, nullptr, no_symbol, orders, {}, account, board.marks(), {}};
  if (!symbol) return out;
  out.listed = &symbols[symbol->value];
  out.symbol = *symbol;
  for (const auto serial : orders.open(*symbol)) out.open.push_back(orders.find(serial));
  out.market = board[*symbol].latest_quote.value_or(quote{});
  return out;
}

std::variant<venue_order, refusal> exchange::state::submit(const new_order& wish, utc_ns at,
                                                           events& out) {
  const auto symbol = find_symbol(wish.symbol);
  auto checked = check_order(wish, inputs_for(symbol));
  if (auto* refused = std::get_if<refusal>(&checked)) return std::move(*refused);
  const auto& plan = std::get<order_plan>(checked);

  live_order live;
  auto& order = live.order;
  order.id = ids.uuid();
  order.client_order_id = wish.client_order_id.empty() ? ids.uuid() : wish.client_order_id;
  order.symbol = *symbol;
  order.symbol_text = wish.symbol;
  order.side = wish.side;
  order.type = wish.type;
  order.tif = wish.tif;
  order.qty = wish.qty;
  order.limit = wish.limit;
  order.stop = wish.stop;
  order.extended_hours = wish.extended_hours;
  order.status = open ? venue_status::pending_new : venue_status::accepted;
  order.created_at = order.updated_at = order.submitted_at = at;
  if (wish.tif == time_in_force::gtc) {
    order.expires_at = at + gtc_life;
  } else if (session.close > at) {
    order.expires_at = session.close;
  }
  live.ceiling = plan.ceiling;
  live.reserved_price = plan.reserved_price;
  live.reserved = plan.reserved;
  account.reserve(*symbol, plan.reserved);

  auto& stored = orders.add(std::move(live));
  if (open) {
    out.push_back({kind::pending_new, stored.order, ids.ulid(at), {}, {}, {}, {}, at});
    orders.wake(stored, at + options.acknowledge_delay);
  }
  return stored.order;
}

/// What time alone does to an order.
void exchange::state::wake(live_order& live, utc_ns at, events& out) {
  switch (live.order.status) {
    case venue_status::pending_new:
      emit(live, kind::new_order, at, out);
      orders.wake(live, at + options.acknowledge_delay);
      return;
    case venue_status::pending_cancel: return end(live, kind::canceled, at, out);
    default: return look(live, at, out);
  }
}

venue_event& exchange::state::emit(live_order& live, kind what, utc_ns at, events& out) {
  const auto next = next_status(live.order.status, what);
  BW_ASSERT(next, "the exchange makes only events that fit the order's status");
  live.order.status = *next;
  live.order.updated_at = at;
  const bool without_execution = what == kind::pending_new || what == kind::pending_cancel;
  const auto execution = without_execution ? std::string{} : ids.uuid();
  return out.emplace_back(venue_event{
      what, live.order, ids.ulid(at), execution, {}, {}, account.position(live.order.symbol), at});
}

/// The last event of an order that is not filled: gives back what it held.
void exchange::state::end(live_order& live, kind what, utc_ns at, events& out) {
  if (what == kind::canceled) live.order.canceled_at = at;
  if (what == kind::expired) live.order.expired_at = at;
  if (what == kind::rejected) live.order.failed_at = at;
  shrink_reservation(live, {});
  emit(live, what, at, out);
  orders.close(live);
}

/// One event against all orders of its symbol, oldest first. The list is copied because a fill
/// takes an order out of it.
template <class Event>
void exchange::state::match_all(symbol_id symbol, const Event& event, utc_ns at, events& out) {
  if (!open || board[symbol].halted || orders.open(symbol).empty()) return;
  const auto serials = orders.open(symbol);
  for (const auto serial : serials) {
    auto& live = *orders.find(serial);
    if (!matchable(live)) continue;
    if (waits_for_stop(live.order) && fill_model::triggers(live.order, event))
      live.order.stop_triggered = true;
    try_fill(live, at, out);
  }
}

/// The first look after the acknowledgement, or another one after a partial fill.
void exchange::state::look(live_order& live, utc_ns at, events& out) {
  const auto& entry = board[live.order.symbol];
  if (open && !entry.halted && entry.fresh && waits_for_stop(live.order) &&
      fill_model::triggers(live.order, *entry.latest_quote))
    live.order.stop_triggered = true;
  if (!try_fill(live, at, out) && immediate(live.order)) end(live, kind::canceled, at, out);
}

/// True when something was executed or the order ended.
bool exchange::state::try_fill(live_order& live, utc_ns at, events& out) {
  const auto& entry = board[live.order.symbol];
  if (!open || entry.halted || !entry.fresh || waits_for_stop(live.order)) return false;
  if (live.priced_at_open && !price_at_open(live, *entry.latest_quote)) {
    end(live, kind::rejected, at, out);
    return true;
  }
  const auto waited = live.rested ? resting::yes : resting::no;
  const auto at_price = fills.fill_price(live.order, live.ceiling, *entry.latest_quote, waited);
  if (!at_price) {
    live.rested = true;
    return false;
  }
  execute(live, *at_price, fills.fill_quantity(live.order), at, out);
  return true;
}

/// Gives a market buy from before the open its ceiling. False when the account cannot pay it.
bool exchange::state::price_at_open(live_order& live, const quote& market) {
  if (!market.ask.is_positive()) return true;
  live.priced_at_open = false;
  live.ceiling = fill_model::market_ceiling(market.ask);
  if (live.reserved.cash == 0) return true;
  account.release(live.order.symbol, live.reserved);
  live.reserved_price = live.ceiling;
  live.reserved.cash = notional_exact(live.ceiling, live.order.remaining());
  const bool covered = live.reserved.cash <= account.buying_power_exact(board.marks());
  account.reserve(live.order.symbol, live.reserved);
  return covered;
}

void exchange::state::execute(live_order& live, price at_price, quantity qty, utc_ns at,
                              events& out) {
  auto& order = live.order;
  account.apply_fill(order.symbol, order.side, qty, at_price);
  account.charge(execution_fee(options.fees, order.side, qty, at_price, at));
  order.filled_qty += qty;
  order.filled_notional += notional_exact(at_price, qty);
  const bool complete = order.remaining().is_zero();
  if (complete) order.filled_at = at;
  shrink_reservation(live, order.remaining());
  auto& event = emit(live, complete ? kind::fill : kind::partial_fill, at, out);
  event.fill_price = at_price;
  event.fill_qty = qty;
  if (complete) return orders.close(live);
  if (order.tif == time_in_force::ioc) return end(live, kind::canceled, at, out);
  if (order.status != venue_status::pending_cancel)
    orders.wake(live, at + fills.second_look_delay());
}

/// Keeps back only what `remaining` shares of the order still need.
void exchange::state::shrink_reservation(live_order& live, quantity remaining) {
  account.release(live.order.symbol, live.reserved);
  if (live.reserved.shares.is_positive()) {
    live.reserved.shares = remaining;
  } else {
    live.reserved.cash = notional_exact(live.reserved_price, remaining);
  }
  account.reserve(live.order.symbol, live.reserved);
}

std::optional<symbol_id> exchange::state::find_symbol(std::string_view symbol) const {
  for (std::uint32_t k = 0; k < symbols.size(); ++k)
    if (symbols[k].symbol == symbol) return symbol_id{k};
  return std::nullopt;
}

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
    state_->match_all(x->symbol, *x, at, out);
  } else if (const auto* print = std::get_if<trade>(&event)) {
    if (!listed(print->symbol)) return;
    board.on_trade(*print);
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
  auto& s = *state_;
  const bool another = current_or_next.open != s.session.open;
  if (s.open && (!open || another)) s.close_session();
  s.session = current_or_next;
  if (open && !s.open) s.open_session(s.now, out);
}

void exchange::advance(utc_ns now, std::vector<venue_event>& out) { state_->advance(now, out); }

std::optional<utc_ns> exchange::next_time() const {
  auto next = state_->orders.next_wake();
  const auto earlier = [&](std::optional<utc_ns> at) {
    if (at && (!next || *at < *next)) next = at;
  };
  earlier(state_->orders.next_expiry());
  if (state_->open) earlier(state_->session.close);
  return next;
}

std::variant<venue_order, refusal> exchange::submit(const new_order& order, utc_ns now,
                                                    std::vector<venue_event>& out) {
  state_->advance(now, out);
  return state_->submit(order, state_->now, out);
}

std::optional<refusal> exchange::cancel(std::string_view id, utc_ns now,
                                        std::vector<venue_event>& out) {
  state_->advance(now, out);
  const auto at = state_->now;
  auto* live = state_->orders.find(id);
  if (!live) return refusal{404, 40410000, "order not found for " + std::string{id}, {}};
  const auto status = live->order.status;
  if (is_terminal(status))
    return refusal{
        422, 42210000, "order is already in \"" + std::string{to_string(status)} + "\" state", {}};
  if (status == venue_status::pending_cancel) return std::nullopt;
  live->order.cancel_requested_at = at;
  if (state_->options.cancel_delay <= nanoseconds{0} || status == venue_status::accepted ||
      status == venue_status::pending_new) {
    state_->end(*live, kind::canceled, at, out);
    return std::nullopt;
  }
  state_->emit(*live, kind::pending_cancel, at, out);
  state_->orders.wake(*live, at + state_->options.cancel_delay);
  return std::nullopt;
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
  out.id = named_uuid(state_->options.seed, "account");
  const auto digits = std::to_string(1'000'000 + state_->options.seed % 1'000'000);
  out.account_number = "PA3SIM" + digits.substr(1);
  out.cash = values.cash;
  out.equity = values.equity;
  out.last_equity = state_->last_equity;
  out.long_market_value = values.long_market_value;
  out.short_market_value = values.short_market_value;
  out.buying_power = values.buying_power;
  out.initial_margin = values.initial_margin;
  out.maintenance_margin = values.maintenance_margin;
  return out;
}

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
