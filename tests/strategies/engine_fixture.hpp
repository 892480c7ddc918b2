#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "strategies/symbol_engine.hpp"

namespace bw {

inline price p(const char* text) { return price::parse(text).value(); }
inline quantity shares(std::int64_t x) { return quantity::from_int(x); }

/// A strategy that says what the test tells it, and keeps what it hears.
class scripted_strategy final : public strategy {
 public:
  using script = std::function<wishes(const strategy_context&, const bar&)>;

  explicit scripted_strategy(std::uint32_t warm_up = 0) : warm_up_(warm_up) {}

  const strategy_metadata& metadata() const override {
    static const strategy_metadata metadata{.id = "scripted", .name = "Scripted"};
    return metadata;
  }
  std::uint32_t warm_up_bars() const override { return warm_up_; }
  result<void> prepare(indicator_board&) override { return {}; }
  wishes on_bar(const strategy_context& context, const bar& x) override {
    ++bars;
    return say ? say(context, x) : wishes{};
  }
  void on_fill(const fill_notice& x) override { fills.push_back(x); }
  void on_denied(const denial_notice& x) override { denials.push_back(x); }

  script say;
  std::uint64_t bars = 0;
  std::vector<fill_notice> fills;
  std::vector<denial_notice> denials;

 private:
  std::uint32_t warm_up_;
};

inline wish buy_wish(std::uint32_t confidence_ppm = 500'000) {
  wish x;
  x.confidence_ppm = confidence_ppm;
  x.reference = price::from_int(100);
  return x;
}

inline wish sell_wish(std::uint32_t confidence_ppm = 500'000) {
  auto x = buy_wish(confidence_ppm);
  x.side = side::sell;
  x.purpose = order_purpose::exit;
  x.reason = signal_reason::overbought;
  return x;
}

inline scripted_strategy::script always(const wish& x) {
  return [x](const auto&, const auto&) {
    wishes out;
    out.push(x);
    return out;
  };
}

/// Where the stops of the engines of a test rest; most tests are about everything else.
inline protective_stop stops_rest = protective_stop::node;

/// A symbol with its strategies in an open session; the test plays market, risk gate and router.
class engine_fixture {
 public:
  static constexpr symbol_id symbol{3};

  explicit engine_fixture(std::size_t scripted = 1, std::uint32_t warm_up = 0)
      : engine_fixture(make_scripted(scripted, warm_up)) {}

  engine_fixture(std::vector<strategy_instance> strategies, symbol_engine_options options = {})
      : engine_fixture(std::pair{std::move(strategies), std::vector<scripted_strategy*>{}},
                       std::move(options)) {}

  /// Outputs of the call, which also stay in `all`.
  engine_outputs quote_at(const char* bid, const char* ask) {
    quote x;
    x.symbol = symbol;
    x.bid = p(bid);
    x.ask = p(ask);
    x.ts_event = now.utc;
    x.received = now.mono;
    x.trace = trace_id{++trace};
    return call([&](auto& out) { engine.on_quote(x, now, out); });
  }
  engine_outputs trade_at(const char* last) {
    trade x;
    x.symbol = symbol;
    x.last = p(last);
    x.size = shares(100);
    x.ts_event = now.utc;
    x.trace = trace_id{++trace};
    return call([&](auto& out) { engine.on_trade(x, now, out); });
  }
  /// Five minutes at one price, from the next whole bar on; time moves to their end.
  engine_outputs bar_of(double close, std::int64_t volume = 5'000,
                        bar_origin origin = bar_origin::live) {
    engine_outputs all_five;
    constexpr auto span = span_length(bar_span::five_minutes);
    if (const auto part = (now.utc - open) % span; part.count() > 0) pass(span - part);
    for (int k = 0; k < 5; ++k) {
      bar x;
      x.symbol = symbol;
      x.origin = origin;
      x.open = x.high = x.low = x.close =
          price::from_units(static_cast<std::int64_t>(close * 100 + 0.5) * 10'000'000);
      x.volume = shares(volume / 5);
      x.start = now.utc;
      x.trace = trace_id{++trace};
      pass(std::chrono::minutes{1});
      x.received = now.mono;
      const auto out = call([&](auto& to) { engine.on_bar(x, now, to); });
      all_five.insert(all_five.end(), out.begin(), out.end());
    }
    return all_five;
  }
  engine_outputs timer_after(nanoseconds step) {
    pass(step);
    return call([&](auto& out) { engine.on_timer(now, out); });
  }
  engine_outputs deny(const order_request& order, risk_rule rule = risk_rule::stale) {
    order_denied x;
    x.request = order;
    x.verdict.reason = rule;
    return call([&](auto& out) { engine.on_denied(x, now, out); });
  }
  /// News of an order; the router's number is given at the first.
  engine_outputs report(const order_request& order, order_state state,
                        std::int64_t filled_total = 0, const char* at = "100") {
    auto& known = orders[{order.header.trace, order.strategy, order.purpose}];
    if (known.first == 0) known.first = ++numbers;
    order_report x;
    x.request = order;
    x.request.order = order_id{known.first};
    x.state = state;
    x.filled_total = shares(filled_total);
    x.last_qty = shares(filled_total - known.second);
    x.last_price = p(at);
    x.filled_average = x.last_price;
    known.second = filled_total;
    return call([&](auto& out) { engine.on_report(x, now, out); });
  }
  engine_outputs fill(const order_request& order, const char* at = "100") {
    return report(order, order_state::filled, order.qty.units() / decimal_scale, at);
  }
  void phase(session_phase x) {
    engine.on_session({x, open, close, close - std::chrono::minutes{2}});
  }
  void pass(nanoseconds step) { now = {now.utc + step, now.mono + step}; }

  template <class Call>
  engine_outputs call(Call what) {
    engine_outputs out;
    what(out);
    EXPECT_LE(out.size(), symbol_engine::outputs_per_call_max);
    all.insert(all.end(), out.begin(), out.end());
    return out;
  }

  template <class What>
  static std::vector<What> only(const engine_outputs& outputs) {
    std::vector<What> out;
    for (const auto& x : outputs)
      if (const auto* found = std::get_if<What>(&x)) out.push_back(*found);
    return out;
  }
  /// The only order among the outputs.
  static order_request order_in(const engine_outputs& outputs) {
    const auto orders = only<order_request>(outputs);
    EXPECT_EQ(orders.size(), 1u);
    return orders.empty() ? order_request{} : orders[0];
  }
  static signal_fate fate_in(const engine_outputs& outputs) {
    const auto records = only<signal_record>(outputs);
    EXPECT_EQ(records.size(), 1u);
    return records.empty() ? signal_fate::ordered : records[0].fate;
  }

  /// A quote at 100, a bar with a buy signal, and the fill of what was ordered.
  order_request enter(const char* at = "100") {
    quote_at("99.98", "100");
    scripted[0]->say = always(buy_wish());
    const auto order = order_in(bar_of(100));
    scripted[0]->say = nullptr;
    fill(order, at);
    return order;
  }

  const utc_ns open = parse_rfc3339("2026-03-02T14:30:00Z").value();
  const utc_ns close = parse_rfc3339("2026-03-02T21:00:00Z").value();
  engine_time now{open, mono_ns{1'000'000'000}};
  std::uint64_t trace = 0;
  std::uint64_t numbers = 0;
  /// The router's number of each order, and the shares filled.
  std::map<std::tuple<trace_id, strategy_id, order_purpose>, std::pair<std::uint64_t, std::int64_t>>
      orders;
  std::vector<scripted_strategy*> scripted;
  symbol_engine engine;
  engine_outputs all;

 private:
  using with_scripted = std::pair<std::vector<strategy_instance>, std::vector<scripted_strategy*>>;

  explicit engine_fixture(with_scripted strategies, symbol_engine_options options = {})
      : scripted(std::move(strategies.second)),
        engine(make_engine(std::move(strategies.first), std::move(options))) {
    phase(session_phase::entries);
    engine.on_account({.equity_for_limits = money::from_int(100'000),
                       .cash_available = money::from_int(100'000),
                       .gross_room = money::from_int(50'000),
                       .valid = true});
  }

  static with_scripted make_scripted(std::size_t count, std::uint32_t warm_up) {
    with_scripted out;
    for (std::size_t k = 0; k < count; ++k) {
      auto logic = std::make_unique<scripted_strategy>(warm_up);
      out.second.push_back(logic.get());
      out.first.push_back({strategy_id{static_cast<std::uint16_t>(k)},
                           short_name{"s" + std::to_string(k)}, std::move(logic)});
    }
    return out;
  }
  static symbol_engine make_engine(std::vector<strategy_instance> strategies,
                                   symbol_engine_options options) {
    options.symbol = symbol;
    options.symbol_text = symbol_name{"SPY"};
    options.holding.protection.kind = stops_rest;
    auto made = symbol_engine::make(std::move(options), std::move(strategies));
    EXPECT_TRUE(made.ok()) << made.failure().text();
    return std::move(made).value();
  }
};

}  // namespace bw
