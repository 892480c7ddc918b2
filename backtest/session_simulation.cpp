#include "backtest/session_simulation.hpp"

#include <algorithm>
#include <utility>

#include "backtest/order_desk.hpp"
#include "storage/audit_reader.hpp"

namespace bw {
namespace {

/// A longer way than this is another process's clock, and is not believed.
constexpr nanoseconds way_max = std::chrono::hours{1};

nanoseconds believable(nanoseconds way) {
  return way < nanoseconds{0} || way > way_max ? nanoseconds{0} : way;
}

/// No order is refused for money or shares: only prices and times are compared.
venue::exchange_options without_limits() {
  venue::exchange_options out;
  out.start_cash = money::from_int(1'000'000'000);
  out.multiplier = 4;
  out.shorting_enabled = true;
  out.partial_fill_percent = 0;
  return out;
}

/// When the venue had the event; a bar is known at its end.
utc_ns venue_time(const market_event& event, utc_ns at) {
  return std::visit(
      [&](const auto& x) {
        if constexpr (requires { x.ts_event; }) return x.ts_event;
        return at;
      },
      event);
}

/// What the real fill cost more than the simulated one; exact when both filled the same shares.
money cost_of(const session_order& order) {
  const auto& real = order.real;
  const auto& simulated = order.simulated;
  const auto more = [&](auto paid, auto should) {
    return order.request.side == side::buy ? paid - should : should - paid;
  };
  if (real.qty != simulated.qty)
    return notional_half_even(more(real.average(), simulated.average()),
                              std::min(real.qty, simulated.qty))
        .value_or(money::max());
  const auto units = divide_half_even(more(real.notional, simulated.notional), decimal_scale);
  return fits_decimal(units) ? money::from_units(static_cast<std::int64_t>(units)) : money::max();
}

/// Folds the records of a day into its orders.
class order_collector {
 public:
  order_collector(const session_calendar& calendar, calendar_date day)
      : calendar_(calendar), day_(day) {}

  void take(const audit_record& record) {
    if (calendar_.new_york_date(record.wall) != day_) return;
    std::visit([&](const auto& x) { on(record, x); }, record.event);
  }
  std::vector<session_order> orders;

 private:
  void on(const audit_record&, const intent_record& x) {
    auto& intent = intents_[x.client_id];
    intent.symbol = x.symbol.str();
    intent.strategy = x.strategy.str();
    intent.request = x.request;
  }
  void on(const audit_record& record, const sending_record& x) {
    const auto intent = intents_.find(x.client_id);
    if (intent == intents_.end()) return;
    place_[x.client_id] = orders.size();
    sent_mono_[x.client_id] = record.mono;
    session_order out = intent->second;
    out.client_id = x.client_id.str();
    out.arrives = record.wall;
    orders.push_back(std::move(out));
  }
  void on(const audit_record&, const withdrawn_record& x) { drop(x.client_id); }
  void on(const audit_record&, const submit_record& x) {
    auto* order = find(x.result.client_id);
    if (order == nullptr || x.result.sent == mono_ns{}) return;
    order->arrives = order->arrives + believable(x.result.sent - sent_mono_[x.result.client_id]) +
                     believable(x.result.answered - x.result.sent) / 2;
  }
  void on(const audit_record& record, const cancel_record& x) {
    if (auto* order = find(x.client_id)) order->cancel_arrives = record.wall;
  }
  void on(const audit_record&, const fill_record& x) {
    if (auto* order = find(x.client_id)) order->real.add(x.qty, x.at_price, x.ts_event);
  }
  template <class Other>
  void on(const audit_record&, const Other&) {}

  session_order* find(const client_order_id& id) {
    const auto at = place_.find(id);
    return at == place_.end() ? nullptr : &orders[at->second];
  }
  /// Held back at the last moment: it never left, and has no fills either.
  void drop(const client_order_id& id) {
    const auto at = place_.find(id);
    if (at == place_.end()) return;
    orders.erase(orders.begin() + static_cast<std::ptrdiff_t>(at->second));
    for (auto& [other, place] : place_)
      if (place > at->second) --place;
    place_.erase(at);
  }

  const session_calendar& calendar_;
  calendar_date day_;
  std::map<client_order_id, session_order> intents_;
  std::map<client_order_id, std::size_t> place_;
  std::map<client_order_id, mono_ns> sent_mono_;
};

}  // namespace

void fill_total::add(quantity more, price at_price, utc_ns at) {
  qty += more;
  notional += notional_exact(at_price, more);
  last_at = std::max(last_at, at);
}

price fill_total::average() const {
  return qty.is_positive() ? average_price_half_even(notional, qty) : price{};
}

result<std::vector<session_order>> orders_of_session(const std::filesystem::path& log,
                                                     const session_calendar& calendar,
                                                     calendar_date day) {
  auto reader = open_audit_reader(log);
  if (!reader) return std::move(reader).failure();
  order_collector collector{calendar, day};
  auto read = (*reader)->read({}, [&](const audit_record& record) {
    collector.take(record);
    return true;
  });
  if (!read) return std::move(read).failure();
  return std::move(collector.orders);
}

void fill_error::add(const session_order& order) {
  ++orders;
  if (!order.refused.empty()) ++refused;
  const auto& real = order.real;
  const auto& simulated = order.simulated;
  qty_difference += abs(real.qty - simulated.qty);
  if (real.qty.is_zero() && simulated.qty.is_zero()) return;
  if (simulated.qty.is_zero()) return void(++only_real);
  if (real.qty.is_zero()) return void(++only_simulated);
  ++both_filled;
  const auto difference = real.average() - simulated.average();
  const auto cost_each = order.request.side == side::buy ? difference : -difference;
  const auto mbp = static_cast<std::int64_t>(divide_half_even(
      static_cast<int128>(cost_each.units()) * 10'000'000, simulated.average().units()));
  cost_sum_mbp += mbp;
  distance_sum_mbp += std::abs(mbp);
  distance_max_mbp = std::max(distance_max_mbp, std::abs(mbp));
  const auto dollars = cost_of(order);
  cost += dollars;
  distance_max_usd = std::max(distance_max_usd, abs(dollars));
  const auto apart =
      std::max(real.last_at, simulated.last_at) - std::min(real.last_at, simulated.last_at);
  time_sum += apart;
  time_max = std::max(time_max, apart);
}

session_simulation::session_simulation(std::vector<session_order> orders)
    : orders_(std::move(orders)) {
  for (std::size_t k = 0; k < orders_.size(); ++k) {
    const auto& order = orders_[k];
    by_client_id_[order.client_id] = k;
    auto& errands = market_of(order.symbol).errands;
    errands.push_back({order.arrives, k, false});
    // A cancel never overtakes its order.
    if (order.cancel_arrives)
      errands.push_back({std::max(*order.cancel_arrives, order.arrives), k, true});
  }
  for (auto& [symbol, market] : markets_)
    std::stable_sort(market.errands.begin(), market.errands.end(),
                     [](const errand& a, const errand& b) { return a.at < b.at; });
}

session_simulation::~session_simulation() = default;

session_simulation::symbol_market& session_simulation::market_of(std::string_view symbol) {
  const auto known = markets_.find(symbol);
  if (known != markets_.end()) return known->second;
  auto& made = markets_[std::string{symbol}];
  venue::listed_symbol listed;
  listed.symbol = symbol;
  made.exchange = std::make_unique<venue::exchange>(without_limits(),
                                                    std::vector<venue::listed_symbol>{listed});
  return made;
}

void session_simulation::take(const std::vector<venue::venue_event>& events) {
  for (const auto& event : events) {
    if (!event.fill_qty.is_positive()) continue;
    const auto known = by_client_id_.find(event.order.client_order_id);
    if (known == by_client_id_.end()) continue;
    orders_[known->second].simulated.add(event.fill_qty, event.fill_price, event.at);
  }
}

/// The order at the exchange whose place this one is to take.
const venue::venue_order* session_simulation::replaced_by(const symbol_market& market,
                                                          const order_request& request) const {
  if (request.replaces == order_id{}) return nullptr;
  const auto old = std::find_if(orders_.begin(), orders_.end(), [&](const session_order& x) {
    return x.request.order == request.replaces;
  });
  return old == orders_.end() ? nullptr : market.exchange->order_by_client_id(old->client_id);
}

void session_simulation::submit(symbol_market& market, std::size_t number,
                                std::vector<venue::venue_event>& events) {
  auto& order = orders_[number];
  const auto& request = order.request;
  const auto wish = new_order_of(request, order.symbol, order.client_id);
  const auto* old = replaced_by(market, request);
  const auto answer = old != nullptr ? market.exchange->replace(std::string{old->id},
                                                                change_of(wish), market.now, events)
                                     : market.exchange->submit(wish, market.now, events);
  const auto* refused = std::get_if<venue::refusal>(&answer);
  order.refused = refused ? refused->message : std::string{};
  if (refused && request.purpose == order_purpose::protective) market.waiting.push_back(number);
}

void session_simulation::run_errands(symbol_market& market, utc_ns until) {
  std::vector<venue::venue_event> events;
  for (const auto number : std::exchange(market.waiting, {})) submit(market, number, events);
  while (market.next < market.errands.size() && market.errands[market.next].at <= until) {
    const auto due = market.errands[market.next++];
    market.now = std::max(market.now, due.at);
    market.exchange->advance(market.now, events);
    auto& order = orders_[due.order];
    if (due.cancels) {
      if (const auto* there = market.exchange->order_by_client_id(order.client_id))
        // Too late is an answer as well.
        static_cast<void>(market.exchange->cancel(std::string{there->id}, market.now, events));
      std::erase(market.waiting, due.order);
      continue;
    }
    submit(market, due.order, events);
  }
  take(events);
}

void session_simulation::on_market(std::string_view symbol, const market_event& event, utc_ns at) {
  auto& market = market_of(symbol);
  market.now = std::max(market.now, venue_time(event, at));
  run_errands(market, market.now);
  auto own = event;
  // The exchange has one symbol, whatever number the node gave it.
  std::visit(
      [](auto& x) {
        if constexpr (requires { x.symbol; }) x.symbol = symbol_id{0};
      },
      own);
  std::vector<venue::venue_event> events;
  market.exchange->advance(market.now, events);
  market.exchange->on_market(own, market.now, events);
  take(events);
}

void session_simulation::on_session(std::string_view symbol, const session_state& session,
                                    utc_ns at) {
  if (session.phase == session_phase::unknown) return;
  auto& market = market_of(symbol);
  market.now = std::max(market.now, at);
  run_errands(market, market.now);
  std::vector<venue::venue_event> events;
  market.exchange->set_session({session.open, session.close},
                               session.phase != session_phase::closed, market.now, events);
  take(events);
}

void session_simulation::finish() {
  constexpr nanoseconds settled = std::chrono::minutes{1};
  for (auto& [symbol, market] : markets_) {
    run_errands(market, utc_ns{INT64_MAX});
    std::vector<venue::venue_event> events;
    market.exchange->advance(market.now + settled, events);
    take(events);
  }
}

std::map<std::string, fill_error> session_simulation::errors() const {
  std::map<std::string, fill_error> out;
  for (const auto& order : orders_) out[order.strategy].add(order);
  return out;
}

}  // namespace bw
