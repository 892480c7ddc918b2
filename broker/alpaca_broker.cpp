#include "broker/alpaca_broker.hpp"

#include <algorithm>
#include <charconv>
#include <future>

#include "broker/alpaca_broker_state.ipp"
#include "core/assert.hpp"
#include "core/log.hpp"

namespace bw {
namespace {

constexpr std::chrono::seconds stop_timeout{3};

order_stream_options stream_options(const alpaca_broker_options& options) {
  auto out = options.stream;
  out.trading = options.trading;
  out.key_id = options.key_id;
  out.secret_key = options.secret_key;
  return out;
}

}  // namespace

result<clock_anchor> parse_clock_anchor(std::string_view text) {
  std::int64_t numbers[3] = {};
  const char* at = text.data();
  const char* const end = at + text.size();
  for (auto& number : numbers) {
    while (at != end && (*at == ' ' || *at == ',' || *at == ';')) ++at;
    const auto [next, failed] = std::from_chars(at, end, number);
    if (failed != std::errc{})
      return {ec::parse_failed, "'" + std::string{text.substr(0, 80)} + "' is no clock anchor"};
    at = next;
  }
  if (at != end || numbers[2] < 0)
    return {ec::parse_failed, "'" + std::string{text.substr(0, 80)} + "' is no clock anchor"};
  return clock_anchor{mono_ns{numbers[0]}, utc_ns{numbers[1]}, numbers[2]};
}

// Orders.

void alpaca_broker::state::on_submitted(const outgoing_order& order, net::http_outcome outcome) {
  submit_result out;
  out.order = order.request.order;
  out.client_id = order.client_id;
  out.sent = outcome.sent;
  out.answered = outcome.answered;
  submit_facts facts;
  facts.sent = outcome.was_sent();
  std::string text;
  if (!outcome.response) {
    text = outcome.response.failure().text();
  } else {
    const auto& answer = *outcome.response;
    facts.status = answer.status;
    if (is_good(answer.status)) {
      const auto echo = codec.order(answer.body);
      meter.unknown(codec.unknown());
      facts.echo_matches = echo.ok() && detail::is_ours(*echo, order);
      if (facts.echo_matches) out.venue_id = echo->venue_id;
      if (!echo) text = echo.failure().text();
      if (echo && !facts.echo_matches) text = "the answer shows another order";
    } else {
      const auto body = decode_refusal(answer.body);
      facts.broker_code = body.code;
      facts.says_duplicate = body.says_duplicate();
      text = body.message.empty() ? answer.body.substr(0, shown_max) : body.message;
    }
  }
  out.outcome = classify_submit(facts);
  out.http_status = facts.status;
  out.broker_code = facts.broker_code;
  out.text = cut<short_text>(text);
  if (out.outcome == submit_outcome::accepted) meter.acknowledged(out.answered - out.sent);
  if (events.on_submit) events.on_submit(std::move(out));
}

void alpaca_broker::state::note_exchange(const outgoing_order& order, const std::string& sent,
                                         const net::http_outcome& outcome) {
  if (!events.on_exchange || !outcome.was_sent()) return;
  exchange_record out;
  out.client_id = order.client_id;
  out.order = order.request.order;
  out.request = sent.substr(0, exchange_text_max);
  if (outcome.response) {
    out.status = outcome.response->status;
    out.response = outcome.response->body.substr(0, exchange_text_max);
  }
  events.on_exchange(std::move(out));
}

void alpaca_broker::submit(outgoing_order order) {
  const bool replaces = !order.replaces.empty();
  net::http_request request;
  request.method = replaces ? "PATCH" : "POST";
  request.target = "/v2/orders";
  if (replaces) request.target += "/" + net::percent_encode(order.replaces.view());
  request.headers = {{"Content-Type", "application/json"}};
  request.body = replaces ? encode_replacement(order) : encode_order(order);
  auto sent = request.body;
  const auto what =
      order.request.purpose == order_purpose::flatten ? leaving::closing_order : leaving::order;
  auto gate = [&mark = state_->mark, needed = order.intent_sequence,
               number = order.request.order.value, what] {
    // The first is what the sender believes, the second what the log itself says of this order.
    BW_ASSERT(needed > 0 && mark.acknowledged() >= needed,
              "the audit log has acknowledged an order before its bytes leave");
    BW_ASSERT(number > 0 && mark.acknowledged_order() >= number,
              "intent and verdict of an order are in the audit log before its bytes leave");
    return mark.lets_leave(what, system_clock{}.mono_now());
  };
  state_->send(
      &lanes::orders, broker_call::submit, std::move(request),
      [self = state_, order, sent = std::move(sent)](net::http_outcome outcome) {
        self->note_exchange(order, sent, outcome);
        self->on_submitted(order, std::move(outcome));
      },
      std::move(gate));
}

// Cancels.

void alpaca_broker::state::on_cancelled(const outgoing_cancel& cancel,
                                        const net::http_outcome& outcome, bool was_lookup) {
  cancel_result out;
  out.order = cancel.order;
  out.client_id = cancel.client_id;
  std::string text;
  if (!outcome.response) {
    text = outcome.response.failure().text();
  } else {
    out.http_status = outcome.response->status;
    const auto body = decode_refusal(outcome.response->body);
    out.broker_code = body.code;
    text = body.message;
  }
  out.outcome = classify_cancel(outcome.was_sent(), out.http_status);
  if (was_lookup) {
    text = "the order could not be found to cancel it: " + text;
    // Only the look-up left, not the cancel. A 404 is no proof that the order does not exist.
    out.outcome = outcome.was_sent() ? submit_outcome::unknown : submit_outcome::not_sent;
    if (out.http_status == 404) out.outcome = submit_outcome::rejected;
  }
  out.text = cut<short_text>(text);
  if (events.on_cancel) events.on_cancel(std::move(out));
}

void alpaca_broker::state::send_cancel(outgoing_cancel cancel) {
  net::http_request request;
  request.method = "DELETE";
  request.target = "/v2/orders/" + net::percent_encode(cancel.venue_id.view());
  send(&lanes::cancels, broker_call::cancel, std::move(request),
       [self = shared_from_this(), cancel](net::http_outcome outcome) {
         self->on_cancelled(cancel, outcome, false);
       });
}

void alpaca_broker::state::find_and_cancel(outgoing_cancel cancel) {
  net::http_request request;
  request.target = "/v2/orders:by_client_order_id?client_order_id=" +
                   net::percent_encode(cancel.client_id.view());
  // Over the cancels' lane: it must not wait behind reads either.
  send(&lanes::cancels, broker_call::order, std::move(request),
       [self = shared_from_this(), cancel](net::http_outcome outcome) mutable {
         if (outcome.response && is_good(outcome.response->status)) {
           const auto found = self->codec.order(outcome.response->body);
           if (found && found->client_id == cancel.client_id) {
             cancel.venue_id = found->venue_id;
             return self->send_cancel(std::move(cancel));
           }
         }
         self->on_cancelled(cancel, outcome, true);
       });
}

void alpaca_broker::cancel(outgoing_cancel cancel) {
  if (cancel.venue_id.empty()) return state_->find_and_cancel(std::move(cancel));
  state_->send_cancel(std::move(cancel));
}

void alpaca_broker::cancel_all(std::function<void(result<std::uint32_t>)> done) {
  net::http_request request;
  request.method = "DELETE";
  request.target = "/v2/orders";
  state_->send(&lanes::emergency, broker_call::cancel_all, std::move(request),
               [self = state_, done = std::move(done)](net::http_outcome outcome) {
                 if (!outcome.response) return done(std::move(outcome.response).failure());
                 auto& answer = *outcome.response;
                 if (!is_good(answer.status)) return done(refusal_error(answer));
                 if (answer.body.empty()) return done(0U);
                 done(self->codec.cancelled(std::move(answer.body)));
               });
}

void alpaca_broker::suspend_trading(std::function<void(result<void>)> done) {
  net::http_request request;
  request.method = "PATCH";
  request.target = "/v2/account/configurations";
  request.headers = {{"Content-Type", "application/json"}};
  request.body = R"({"suspend_trade":true})";
  state_->send(&lanes::emergency, broker_call::account, std::move(request),
               [self = state_, done = std::move(done)](net::http_outcome outcome) {
                 if (!outcome.response) return done(std::move(outcome.response).failure());
                 const auto& answer = *outcome.response;
                 done(is_good(answer.status) ? result<void>{} : refusal_error(answer));
               });
}

// Life.

alpaca_broker::alpaca_broker(net::io_loop& loop, const clock& time, metrics_registry& metrics,
                             const durable_mark& mark, alpaca_broker_options options)
    : state_(std::make_shared<state>(loop, time, metrics, mark, std::move(options))) {}

alpaca_broker::~alpaca_broker() { stop(); }

void alpaca_broker::start(broker_events events) {
  if (state_->started.exchange(true)) return;
  state_->reader->open();
  {
    const std::lock_guard lock{state_->mutex};
    state_->ways = std::make_shared<lanes>(state_->loop, state_->time, state_->options);
  }
  state_->loop.post([self = state_, events = std::move(events)]() mutable {
    self->events = std::move(events);
    // A cold connection would cost the kill switch a handshake.
    if (const auto to = self->current()) to->emergency.warm_up();
    if (!self->options.with_stream) return;
    self->stream = std::make_unique<order_stream>(
        self->loop, self->time, self->metrics, stream_options(self->options),
        order_stream_events{.on_update = self->events.on_update,
                            .on_status = self->events.on_stream});
    self->stream->start();
  });
}

void alpaca_broker::stop() {
  if (!state_->started.exchange(false)) return;
  auto ended = std::make_shared<std::promise<void>>();
  auto gone = ended->get_future();
  state_->loop.post([self = state_, ended] {
    if (const auto to = self->current()) to->close();
    self->reader->close();
    const auto finish = [self, ended] {
      self->stream.reset();
      self->events = {};
      ended->set_value();
    };
    if (!self->stream) return finish();
    // What the closed lanes still have to answer is posted before this, and once more from there.
    self->stream->stop(
        [self, finish] { self->loop.post([self, finish] { self->loop.post(finish); }); });
  });
  if (gone.wait_for(stop_timeout) != std::future_status::ready)
    log_line(log_level::warning, "broker", "stop_timeout", "the connections did not end in time");
}

std::shared_ptr<breaker_board> alpaca_broker::breakers() const { return state_->board; }

void alpaca_broker::release() { state_->reads.release(state_->time.mono_now()); }

void alpaca_broker::restart_stream() {
  state_->loop.post([self = state_] {
    if (self->stream) self->stream->restart();
  });
}

}  // namespace bw