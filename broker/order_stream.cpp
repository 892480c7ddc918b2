#include "broker/order_stream.hpp"

#include <algorithm>
#include <utility>

#include "broker/alpaca_order_codec.hpp"
#include "broker/broker_meter.hpp"
#include "core/log.hpp"
#include "net/ws_client.hpp"

namespace bw {
namespace {

enum class remedy : std::uint8_t { reconnect = 1, reconnect_late, person };

counter& messages(metrics_registry& metrics, const char* type) {
  return metrics.add_counter("bellwether_stream_messages_total", "Messages read from a stream.",
                             {{"stream", "trade_updates"}, {"type", type}});
}

counter& reconnects(metrics_registry& metrics, const char* reason) {
  return metrics.add_counter("bellwether_stream_reconnects_total",
                             "Connections that ended and were made again, by the cause.",
                             {{"stream", "trade_updates"}, {"reason", reason}});
}

/// The stream's series, all registered at once so that they show 0 from the start.
struct stream_meter {
  explicit stream_meter(metrics_registry& metrics)
      : updates(messages(metrics, "update")),
        errors(messages(metrics, "error")),
        others(messages(metrics, "other")),
        closed(reconnects(metrics, "closed")),
        timeout(reconnects(metrics, "timeout")),
        auth(reconnects(metrics, "auth")),
        limit(reconnects(metrics, "limit")),
        other_reasons(reconnects(metrics, "other")),
        connected(metrics.add_gauge("bellwether_stream_connected",
                                    "1 while a stream is connected and synced.",
                                    {{"stream", "trade_updates"}})),
        last_message(metrics.add_gauge("bellwether_stream_last_message_timestamp_seconds",
                                       "When the last message of a stream came.",
                                       {{"stream", "trade_updates"}})),
        unknown(metrics, "stream") {}

  void reconnect(ec why) {
    switch (why) {
      case ec::connection_closed:
      case ec::connection_failed: closed.add(); return;
      case ec::timed_out: timeout.add(); return;
      case ec::auth_refused: auth.add(); return;
      case ec::rate_limited: limit.add(); return;
      default: other_reasons.add();
    }
  }

  counter& updates;
  counter& errors;
  counter& others;
  counter& closed;
  counter& timeout;
  counter& auth;
  counter& limit;
  counter& other_reasons;
  gauge& connected;
  gauge& last_message;
  unknown_meter unknown;
};

}  // namespace

struct order_stream::state : std::enable_shared_from_this<state> {
  state(net::io_loop& l, const clock& c, metrics_registry& metrics, order_stream_options o,
        order_stream_events e)
      : loop(l),
        time(c),
        options(std::move(o)),
        events(std::move(e)),
        meter(metrics),
        random(options.seed),
        failures(options.reconnect, random.fork()) {}

  void connect();
  void close_then(error why, remedy what);
  void on_closed(error why);
  void on_open();
  void on_frame(std::string_view payload, mono_ns received);
  void enter(feed_state next, const error* why = nullptr);
  void expect_answer(const char* what);
  nanoseconds wait_after(remedy what);

  template <class Call>
  auto guarded(Call call) {
    return [weak = weak_from_this(), call](auto&&... xs) {
      if (const auto self = weak.lock()) call(*self, std::forward<decltype(xs)>(xs)...);
    };
  }

  net::io_loop& loop;
  const clock& time;
  const order_stream_options options;
  order_stream_events events;
  stream_meter meter;
  alpaca_order_codec codec;
  prng random;
  backoff failures;
  std::int64_t refusals = 0;

  std::unique_ptr<net::ws_client> socket;
  std::shared_ptr<net::io_loop::timer> step_timer;
  std::shared_ptr<net::io_loop::timer> retry_timer;
  feed_state now = feed_state::down;
  bool running = false;
  /// Why we are closing the connection ourselves.
  bool closing = false;
  error closing_why{ec::connection_closed, {}};
  remedy closing_remedy = remedy::reconnect;
  mono_ns synced_at;
  std::function<void()> gone;
};

void order_stream::state::connect() {
  if (!running || socket) return;
  retry_timer.reset();
  enter(feed_state::connecting);
  net::ws_client_options ws;
  ws.target = "/stream";
  ws.connect_timeout = options.step_timeout;
  ws.silence_ping = options.ping_after;
  socket = std::make_unique<net::ws_client>(
      loop, options.trading, std::move(ws), time,
      net::ws_client_events{
          .on_open = guarded([](state& s) { s.on_open(); }),
          .on_message = guarded([](state& s, std::string_view payload, net::frame_kind,
                                   mono_ns received) { s.on_frame(payload, received); }),
          .on_burst_end = [] {},
          .on_close = guarded([](state& s, error why) { s.on_closed(std::move(why)); })});
  socket->start();
}

void order_stream::state::close_then(error why, remedy what) {
  if (closing || !socket) return;
  closing = true;
  closing_why = std::move(why);
  closing_remedy = what;
  step_timer.reset();
  enter(what == remedy::person ? feed_state::latched : feed_state::down, &closing_why);
  // One connection a key: the next one is made when this one is gone.
  socket->close();
}

void order_stream::state::on_closed(error why) {
  socket.reset();
  step_timer.reset();
  auto what = closing_remedy;
  if (std::exchange(closing, false)) {
    why = closing_why;
  } else if (running) {
    what = why.code == ec::rate_limited   ? remedy::reconnect_late
           : why.code == ec::auth_refused ? remedy::person
                                          : remedy::reconnect;
    enter(what == remedy::person ? feed_state::latched : feed_state::down, &why);
  }
  if (!running) {
    if (const auto call = std::exchange(gone, {})) call();
    return;
  }
  if (what == remedy::person) return;
  // Connections live in real time, whatever the speed of the clock.
  const auto proven = options.proven_after * std::max<std::int64_t>(time.speed(), 1);
  if (synced_at != mono_ns{} && time.mono_now() - std::exchange(synced_at, {}) >= proven) {
    failures.reset();
    refusals = 0;
  }
  meter.reconnect(why.code);
  retry_timer = loop.after(wait_after(what), guarded([](state& s) { s.connect(); }));
}

void order_stream::state::on_open() {
  enter(feed_state::authenticating);
  socket->send(encode_authenticate(options.key_id, options.secret_key.reveal()));
  expect_answer("authorized");
}

void order_stream::state::on_frame(std::string_view payload, mono_ns received) {
  if (!running || closing) return;
  meter.last_message.set_units(time.utc_now().value);
  auto read = codec.frame(payload, received);
  meter.unknown.note(codec.unknown());
  if (!read) {
    meter.errors.add();
    log_line(log_level::error, "order_stream", "bad_frame", read.failure().context);
    return;
  }
  switch (read->what) {
    case stream_frame::kind::update:
      meter.updates.add();
      if (events.on_update) events.on_update(std::move(read->update));
      return;
    case stream_frame::kind::authorized:
      if (now != feed_state::authenticating) return;
      enter(feed_state::subscribing);
      socket->send(encode_listen());
      return expect_answer("listening");
    case stream_frame::kind::listening:
      if (!read->listens_to_updates)
        return close_then({ec::protocol_violation, "the broker does not send trade_updates"},
                          remedy::reconnect);
      step_timer.reset();
      synced_at = time.mono_now();
      return enter(feed_state::synced);
    case stream_frame::kind::unauthorized:
      return close_then({ec::auth_refused, "the order stream refused the keys: " + read->text},
                        remedy::person);
    case stream_frame::kind::error:
      meter.errors.add();
      return close_then({ec::protocol_violation, "the order stream says: " + read->text},
                        remedy::reconnect);
    case stream_frame::kind::other: meter.others.add();
  }
}

void order_stream::state::enter(feed_state next, const error* why) {
  now = next;
  meter.connected.set(next == feed_state::synced ? 1 : 0);
  order_stream_status status;
  status.state = next;
  status.at = time.utc_now();
  if (why != nullptr) {
    status.reason_code = static_cast<std::uint8_t>(why->code);
    status.reason = cut<short_text>(why->context);
  }
  log_line(why == nullptr ? log_level::info : log_level::warning, "order_stream", to_string(next),
           status.reason.view());
  if (events.on_status) events.on_status(status);
}

void order_stream::state::expect_answer(const char* what) {
  step_timer =
      loop.after(options.step_timeout, guarded([what](state& s) {
                   s.close_then({ec::timed_out, "no answer '" + std::string{what} + "' in time"},
                                remedy::reconnect);
                 }));
}

nanoseconds order_stream::state::wait_after(remedy what) {
  if (what != remedy::reconnect_late) return failures.next();
  constexpr std::int64_t jitter_percent = 20;
  constexpr std::int64_t refusals_max = 1000;
  refusals = std::min(refusals + 1, refusals_max);
  const auto wait = std::min<nanoseconds>(options.refused_step * refusals, options.refused_longest);
  return with_jitter(wait, jitter_percent, random);
}

order_stream::order_stream(net::io_loop& loop, const clock& time, metrics_registry& metrics,
                           order_stream_options options, order_stream_events events)
    : state_(std::make_shared<state>(loop, time, metrics, std::move(options), std::move(events))) {}

order_stream::~order_stream() { state_->running = false; }

void order_stream::start() {
  if (std::exchange(state_->running, true)) return;
  state_->connect();
}

void order_stream::restart() {
  auto& s = *state_;
  if (!s.running) return;
  s.failures.reset();
  s.refusals = 0;
  if (s.socket) {
    s.closing_remedy = remedy::reconnect;  // Also when a refusal is being closed just now.
    s.close_then({ec::cancelled, "restarted on request"}, remedy::reconnect);
  } else {
    s.connect();
  }
}

void order_stream::stop(std::function<void()> gone) {
  auto& s = *state_;
  const bool was_running = std::exchange(s.running, false);
  s.step_timer.reset();
  s.retry_timer.reset();
  if (was_running) {
    const error why{ec::cancelled, "stopped"};
    s.enter(feed_state::down, &why);
  }
  s.events = {};
  if (!s.socket) return gone();
  s.gone = std::move(gone);
  s.socket->close();
}

}  // namespace bw
