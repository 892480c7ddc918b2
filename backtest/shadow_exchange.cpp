#include "backtest/shadow_exchange.hpp"

#include <utility>

#include "backtest/run.hpp"

namespace bw {
namespace {

/// The only symbol of its market.
constexpr symbol_id here{0};

venue::exchange_options exchange_for(const backtest_options& options) {
  auto out = exchange_of(options);
  out.start_cash = money::from_int(1'000'000'000);
  out.orders_max = shadow_exchange::orders_max;
  out.client_ids_max = shadow_exchange::orders_ever_max;
  return out;
}

latency_options latency_for(const backtest_options& options) {
  const bool measured = options.latency == simulated_latency::measured;
  return {.model = measured ? simulated_latency::fixed : options.latency,
          .least = options.latency_least,
          .spread = options.latency_spread,
          .measured = {},
          .seed = options.seed};
}

}  // namespace

shadow_exchange::shadow_exchange(const symbol_name& symbol, const backtest_options& options)
    : market_(exchange_for(options), {{.symbol = symbol.str(), .name = symbol.str()}}),
      desk_(market_, latency_for(options)) {}

void shadow_exchange::on_session(const session_state& x, utc_ns now) {
  if (x.phase == session_phase::unknown) return;
  market_.set_session({x.open, x.close}, x.phase != session_phase::closed, now, events_);
  take_events(now);
}

template <class Event>
void shadow_exchange::on_market(Event x, utc_ns now) {
  advance(now);
  x.symbol = here;
  market_.on_market(x, now, events_);
  take_events(now);
}

void shadow_exchange::submit(const order_request& x, utc_ns now) {
  symbol_ = x.symbol;
  auto order = x;
  order.symbol = here;
  desk_.submit(std::move(order), now, reports_);
}

void shadow_exchange::cancel(order_id order, utc_ns now) { desk_.cancel(order, now); }

void shadow_exchange::advance(utc_ns now) {
  market_.advance(now, events_);
  take_events(now);
  desk_.arrive(now, events_, reports_);
  take_events(now);
}

void shadow_exchange::take_events(utc_ns now) {
  for (const auto& event : std::exchange(events_, {})) desk_.on_event(event, now, reports_);
}

std::vector<order_report> shadow_exchange::take_reports() {
  auto out = std::exchange(reports_, {});
  for (auto& each : out) each.request.symbol = symbol_;
  return out;
}

shadow_market_factory shadow_markets_of(const backtest_options& options) {
  return [options](const symbol_name& symbol) -> std::unique_ptr<shadow_market> {
    return std::make_unique<shadow_exchange>(symbol, options);
  };
}

}  // namespace bw
