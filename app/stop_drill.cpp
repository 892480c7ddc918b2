#include "app/stop_drill.hpp"

#include <poll.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "analytics/live_record.hpp"
#include "app/command_log.hpp"

namespace bw {
namespace {

/// Between two looks at the open orders: within the broker's budget of requests.
constexpr int look_every_ms = 50;

drill_outcome not_made(std::string why) {
  drill_outcome out;
  out.why = std::move(why);
  return out;
}

/// Unlike any id that a node makes, so that no node takes the order for its own.
client_order_id drill_order_id(const command_log& log, std::string_view which = "") {
  return client_order_id{"drill-" + std::to_string(log.log_id()) + "-" +
                         std::to_string(log.boot_no()) + std::string{which}};
}

outgoing_order far_off(const std::string& symbol, price at, const client_order_id& id,
                       sequence_number intent) {
  outgoing_order out;
  out.request.order = bw::order_id{1};
  out.request.side = side::buy;
  out.request.type = order_type::limit;
  out.request.qty = quantity::from_int(1);
  out.request.limit = round_to_tick_down(price::from_units(at.units() / 2));
  out.client_id = id;
  out.symbol = cut<symbol_name>(symbol);
  out.intent_sequence = intent.value;
  return out;
}

/// Hands one more order over after the kill. Empty when it was held back on our side and the broker
/// has nothing of it; otherwise what went wrong.
std::string try_after_kill(broker_session& broker, const outgoing_order& order) {
  const auto sent = broker.submit(order);
  if (!sent) return "what became of an order after the kill is unknown: " + sent.failure().context;
  if (sent->outcome != submit_outcome::not_sent)
    return "an order left after the kill: " + std::string{to_string(sent->outcome)};
  const auto there = broker.order(order.client_id);
  if (there) return "the broker has an order that was handed over after the kill";
  if (there.code() != ec::not_found)
    return "the order after the kill cannot be looked for: " + there.failure().context;
  return {};
}

/// Cancels everything and looks until nothing is open; the times in the record are from here.
void stop_and_look(broker_session& broker, drill_record& out) {
  const auto began = broker.time().mono_now();
  const auto since = [&] { return (broker.time().mono_now() - began).count(); };
  const auto asked = broker.cancel_all();
  out.acknowledged_ns = since();
  if (!asked) {
    out.text = "cancelling all orders failed: " + asked.failure().context;
    return;
  }
  while (true) {
    const auto open = broker.open_orders();
    if (open) out.open_orders_after = static_cast<std::uint32_t>(open->size());
    if (open && open->empty()) break;
    if (nanoseconds{since()} > drill_cancel_max) {
      out.text = open ? std::to_string(open->size()) + " orders are open after 5 s"
                      : "the open orders cannot be listed: " + open.failure().context;
      return;
    }
    ::poll(nullptr, 0, look_every_ms);
  }
  out.cancelled_ns = since();
  const auto held = broker.positions();
  const bool flat = held && held->empty();
  if (flat) out.flat_ns = since();
  out.passed = nanoseconds{out.cancelled_ns} <= drill_cancel_max && flat;
  out.text = !held  ? "the positions cannot be listed: " + held.failure().context
             : flat ? "one far-off order was cancelled"
                    : std::to_string(held->size()) +
                          " positions are held, so the time to flat "
                          "cannot be measured; drill while flat";
}

}  // namespace

result<price> latest_price(broker_session& broker, const std::string& symbol,
                           const std::string& feed) {
  const auto answer =
      broker.get_data("/v2/stocks/" + net::percent_encode(symbol) + "/quotes/latest?feed=" + feed);
  if (!answer.response) return answer.response.failure();
  if (answer.response->status != 200)
    return {answer.response->status == 401   ? ec::auth_refused
            : answer.response->status == 403 ? ec::unsupported
                                             : ec::http_status,
            "the market data host answered " + std::to_string(answer.response->status)};
  const auto body = nlohmann::json::parse(answer.response->body, nullptr, false);
  const nlohmann::json none;
  const auto& quote = body.is_object() && body.contains("quote") ? body["quote"] : none;
  for (const char* side : {"bp", "ap"}) {
    if (!quote.is_object() || !quote.contains(side) || !quote[side].is_number()) continue;
    const auto at = price::parse(quote[side].dump());
    if (at && at->is_positive()) return at;
  }
  return {ec::not_found, "there is no quote of " + symbol};
}

drill_outcome drill_stop(const loaded_config& loaded, broker_session& broker,
                         const std::string& symbol) {
  if (loaded.config.mode == environment::live)
    return not_made("no drill is made with real money; drill on paper");
  const auto open = broker.open_orders();
  if (!open) return not_made("the open orders cannot be listed: " + open.failure().context);
  if (!open->empty())
    return not_made(std::to_string(open->size()) +
                    " orders are open and the drill would cancel them; drill without any");
  const auto at = latest_price(broker, symbol, loaded.config.feed.name);
  if (!at) return not_made(at.failure().context + ", so no far-off price can be named");
  auto log = command_log::open(
      loaded, std::string{check_run_prefix} + std::string{to_string(loaded.config.mode)});
  if (!log)
    return not_made(log.code() == ec::already_exists
                        ? "a node runs on this state folder; stop it to drill"
                        : log.failure().context);
  const auto id = drill_order_id(*log);
  const auto intent = log->write({operator_record{
      "drill", person_at_terminal(), "rehearse the emergency stop", command_channel::terminal, true,
      "buys 1 " + symbol + " far below the market and cancels all as " + id.str()}});
  if (!intent) return not_made(intent.failure().context);
  drill_outcome out;
  out.done = true;
  out.record.kind = "check";
  const auto sent = broker.submit(far_off(symbol, *at, id, *intent));
  // As a kill does it: the flag before the cancel. Even when nobody knows what became of the order
  // everything is cancelled.
  broker.kill();
  stop_and_look(broker, out.record);
  auto late = far_off(symbol, *at, drill_order_id(*log, "-late"), *intent);
  late.request.order = bw::order_id{2};
  if (const auto wrong = try_after_kill(broker, late); !wrong.empty()) {
    out.record.passed = false;
    out.record.text = wrong;
  } else {
    out.record.text += " and the next one was held back";
  }
  if (!sent || sent->outcome != submit_outcome::accepted) {
    out.record.passed = false;
    out.record.text = "the order was not taken: " +
                      (sent ? std::string{to_string(sent->outcome)} + " " + sent->text.str()
                            : sent.failure().context);
  }
  out.placed = sent && sent->outcome == submit_outcome::accepted;
  auto kept = log->write({out.record});
  const auto closed = log->close("check");
  if (!kept || !closed) {
    out.record.passed = false;
    out.record.text = "the drill cannot be recorded: " +
                      (kept ? closed.failure().context : kept.failure().context);
  }
  return out;
}

}  // namespace bw
