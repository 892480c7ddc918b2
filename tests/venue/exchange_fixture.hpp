#pragma once

#include <gtest/gtest.h>

#include "core/time.hpp"
#include "venue/exchange.hpp"

namespace bw::venue {

inline utc_ns at(std::string_view text) { return *parse_rfc3339(text); }
inline price dollars(std::string_view text) { return *price::parse(text); }
inline quantity shares(std::string_view text) { return *quantity::parse(text); }

/// An exchange with three symbols on 2026-11-02, its market moved by hand. Partial fills are off
/// unless a test asks for them.
class exchange_fixture {
 public:
  static constexpr std::int64_t second = 1'000'000'000;
  static constexpr symbol_id aapl{0}, brk{1}, dead{2};

  static exchange_options plain_options() { return {.partial_fill_percent = 0}; }

  explicit exchange_fixture(exchange_options options = plain_options())
      : venue(options, {{.symbol = "AAPL", .name = "Apple"},
                        {.symbol = "BRK", .name = "Berkshire", .fractionable = false},
                        {.symbol = "DEAD", .name = "Delisted", .tradable = false}}) {}

  market_session session{at("2026-11-02T14:30:00Z"), at("2026-11-02T21:00:00Z")};
  market_session tomorrow{at("2026-11-03T14:30:00Z"), at("2026-11-03T21:00:00Z")};

  exchange_fixture& opened() {
    now = session.open;
    venue.set_session(session, true, now, events);
    return *this;
  }
  void market(symbol_id symbol, std::string_view bid, std::string_view ask) {
    venue.on_market(quote{.symbol = symbol,
                          .bid = dollars(bid),
                          .ask = dollars(ask),
                          .bid_size = shares("100"),
                          .ask_size = shares("100"),
                          .ts_event = now},
                    now, events);
  }
  void print(symbol_id symbol, std::string_view last) {
    venue.on_market(
        trade{.symbol = symbol, .last = dollars(last), .size = shares("100"), .ts_event = now}, now,
        events);
  }
  void halt(symbol_id symbol, halt_state state) {
    venue.on_market(trading_status{.symbol = symbol, .state = state, .ts_event = now}, now, events);
  }
  void pass(nanoseconds time) {
    now = now + time;
    venue.advance(now, events);
  }
  /// Long enough for an order to be acknowledged and looked at.
  void settle() { pass(std::chrono::milliseconds{100}); }

  std::variant<venue_order, refusal> send(const new_order& order) {
    return venue.submit(order, now, events);
  }
  /// Id of an order that must be accepted.
  std::string accepted(const new_order& order) {
    auto answer = send(order);
    if (const auto* refused = std::get_if<refusal>(&answer)) {
      ADD_FAILURE() << "refused: " << refused->message;
      return {};
    }
    return std::get<venue_order>(answer).id;
  }
  refusal refused(const new_order& order) {
    auto answer = send(order);
    if (std::holds_alternative<venue_order>(answer)) {
      ADD_FAILURE() << "the order was accepted";
      return {};
    }
    return std::get<refusal>(answer);
  }
  const venue_order& order(std::string_view id) { return *venue.order(id); }
  std::string status(std::string_view id) { return std::string{to_string(order(id).status)}; }

  /// "pending_new new fill": the events since the last call.
  std::string story() {
    std::string out;
    for (const auto& event : events) {
      if (!out.empty()) out += ' ';
      out += to_string(event.what);
    }
    events.clear();
    return out;
  }
  /// Buys at the market and waits for the fill.
  void holds(std::string_view qty, std::string_view bid = "99.99", std::string_view ask = "100") {
    market(aapl, bid, ask);
    accepted({.symbol = "AAPL", .qty = shares(qty)});
    settle();
    events.clear();
  }

  exchange venue;
  std::vector<venue_event> events;
  utc_ns now = at("2026-11-02T14:00:00Z");
};

inline new_order buy_limit(std::string_view qty, std::string_view limit) {
  return {.symbol = "AAPL",
          .side = side::buy,
          .type = order_type::limit,
          .qty = shares(qty),
          .limit = dollars(limit)};
}
inline new_order sell_limit(std::string_view qty, std::string_view limit) {
  auto out = buy_limit(qty, limit);
  out.side = side::sell;
  return out;
}
inline new_order market_order(bw::side side, std::string_view qty) {
  return {.symbol = "AAPL", .side = side, .qty = shares(qty)};
}
inline new_order stop_order(bw::side side, std::string_view qty, std::string_view stop) {
  return {.symbol = "AAPL",
          .side = side,
          .type = order_type::stop,
          .qty = shares(qty),
          .stop = dollars(stop)};
}

}  // namespace bw::venue
