#include "feeds/alpaca_feed.hpp"

#include <algorithm>
#include <atomic>
#include <future>
#include <utility>

#include "core/log.hpp"
#include "core/published.hpp"
#include "feeds/alpaca_data_codec.hpp"
#include "feeds/alpaca_history.hpp"
#include "feeds/bar_sequencer.hpp"
#include "feeds/feed_meter.hpp"
#include "feeds/quote_conflator.hpp"
#include "feeds/subscription.hpp"
#include "net/ws_client.hpp"

namespace bw {
namespace {

constexpr std::chrono::seconds stop_timeout{3};
/// Between two tries to pass on what a full sink has left here.
constexpr std::chrono::milliseconds drain_every{1};
/// Between two looks at silence and bad frames.
constexpr std::chrono::milliseconds watch_every{250};
constexpr std::chrono::seconds bad_window{1};

/// What an error of the stream asks for.
enum class remedy : std::uint8_t { none = 1, reconnect, reconnect_late, person };

struct stream_error {
  ec code;
  remedy what;
};

/// Alpaca's error numbers. Refusals that the same keys and the same list of symbols would meet
/// again wait for a person; a time-out of the authentication may be the network's doing.
stream_error judge(std::uint32_t code) {
  switch (code) {
    case 402: return {ec::auth_refused, remedy::person};
    case 403: return {ec::protocol_violation, remedy::none};
    case 404: return {ec::timed_out, remedy::reconnect};
    case 406: return {ec::rate_limited, remedy::reconnect_late};
    case 405:
    case 408:
    case 409:
    case 410:
    case 411:
    case 412:
    case 413: return {ec::unsupported, remedy::person};
    default: return {ec::protocol_violation, remedy::reconnect};
  }
}

}  // namespace

struct alpaca_feed::state : std::enable_shared_from_this<state>, market_frame_handler {
  state(net::io_loop& l, const clock& c, metrics_registry& m, alpaca_feed_options o)
      : loop(l),
        time(c),
        metrics(m),
        options(std::move(o)),
        meter(m),
        codec(options.symbols, options.first_trace),
        bars(options.symbols.size()),
        random(options.seed),
        failures(options.reconnect, random.fork()) {
    shown.publish(feed_status{});
  }

  // Life, on the loop's thread.
  void begin(market_sink& sink);
  void end(std::shared_ptr<std::promise<void>> ended);
  void connect();
  void close_then(error why, remedy what);
  void on_closed(error why);

  // The connection's words.
  void on_open();
  void on_frame(std::string_view payload, mono_ns received);
  void on_burst_end();
  void on_event(const market_event& event) override;
  void on_control(const stream_control& control) override;
  void on_bar(const bar& b);
  void on_subscription(const channel_set& acknowledged);

  void fetch_history();
  void on_history(result<void> how);

  void enter(feed_state next, std::string_view reason = {}, std::uint8_t reason_code = 0);
  void pass(const market_event& event);
  void count_conflated();
  void count_bad(std::uint64_t elements);
  void expect_answer(const char* what);
  void watch();
  void drain_later();
  nanoseconds wait_after(remedy what);
  void proven() {
    failures.reset();
    refusals = 0;
  }

  bool reading() const {
    return out && socket && !closing && now.state != feed_state::down &&
           now.state != feed_state::latched;
  }
  /// A span of the machine's time as a span of the clock: connections live in real time.
  nanoseconds shown_span(nanoseconds real) const {
    return real * std::max<std::int64_t>(time.speed(), 1);
  }
  template <class Call>
  auto guarded(Call call) {
    return [weak = weak_from_this(), call](auto&&... xs) {
      if (const auto self = weak.lock()) call(*self, std::forward<decltype(xs)>(xs)...);
    };
  }

  net::io_loop& loop;
  const clock& time;
  metrics_registry& metrics;
  const alpaca_feed_options options;
  feed_meter meter;
  alpaca_data_codec codec;
  bar_sequencer bars;
  prng random;
  backoff failures;
  std::int64_t refusals = 0;

  std::unique_ptr<quote_conflator> out;
  std::unique_ptr<alpaca_history> history;
  std::unique_ptr<net::ws_client> socket;
  std::shared_ptr<net::io_loop::timer> step_timer;
  std::shared_ptr<net::io_loop::timer> retry_timer;
  std::shared_ptr<net::io_loop::timer> drain_timer;
  std::shared_ptr<net::io_loop::timer> watch_timer;
  /// Set while `stop` waits for the socket to be gone.
  std::shared_ptr<std::promise<void>> stopping;
  /// A start that came while the old socket was closing.
  market_sink* next_sink = nullptr;

  /// Between start and stop; the only member that other threads touch.
  std::atomic<bool> started{false};
  feed_status now;
  published<feed_status> shown;
  /// Why we are closing the connection ourselves.
  bool closing = false;
  error closing_why{ec::connection_closed, {}};
  remedy closing_remedy = remedy::reconnect;

  mono_ns synced_at;
  mono_ns last_data;
  mono_ns last_bad;
  mono_ns bad_window_start;
  std::uint64_t bad_in_window = 0;
  std::uint64_t conflated_seen = 0;
  utc_ns newest_event;
};

// Life.

void alpaca_feed::state::begin(market_sink& sink) {
  if (socket) {
    next_sink = &sink;
    return;
  }
  out = std::make_unique<quote_conflator>(options.symbols.size(), sink);
  conflated_seen = 0;
  bars = bar_sequencer{options.symbols.size()};
  history = std::make_unique<alpaca_history>(
      loop, time, metrics,
      alpaca_history_options{
          .data = options.endpoints.rest,
          .credentials = {{"APCA-API-KEY-ID", options.key_id},
                          {"APCA-API-SECRET-KEY", std::string{options.secret_key.reveal()}}},
          .symbols = options.symbols,
          .feed_name = options.feed_name,
          .retry_after = options.history_retry,
          .breakers = options.breakers});
  proven();
  watch_timer = loop.after(watch_every, guarded([](state& s) { s.watch(); }));
  connect();
}

void alpaca_feed::state::end(std::shared_ptr<std::promise<void>> ended) {
  next_sink = nullptr;
  if (out) enter(feed_state::down, "stopped");
  step_timer.reset();
  retry_timer.reset();
  drain_timer.reset();
  watch_timer.reset();
  history.reset();
  out.reset();
  if (stopping) stopping->set_value();
  stopping = std::move(ended);
  if (socket) {
    closing = true;
    socket->close();
  } else {
    std::exchange(stopping, nullptr)->set_value();
  }
}

void alpaca_feed::state::connect() {
  closing = false;
  bad_in_window = 0;
  enter(feed_state::connecting);
  net::ws_client_options ws;
  ws.target = "/v2/" + options.feed_name;
  ws.connect_timeout = options.step_timeout;
  ws.silence_ping = options.ping_after;
  socket = std::make_unique<net::ws_client>(
      loop, options.endpoints.stream, std::move(ws), time,
      net::ws_client_events{
          .on_open = guarded([](state& s) { s.on_open(); }),
          .on_message = guarded([](state& s, std::string_view payload, net::frame_kind,
                                   mono_ns received) { s.on_frame(payload, received); }),
          .on_burst_end = guarded([](state& s) { s.on_burst_end(); }),
          .on_close = guarded([](state& s, error why) { s.on_closed(std::move(why)); })});
  socket->start();
}

void alpaca_feed::state::close_then(error why, remedy what) {
  if (closing || !socket) return;
  closing = true;
  closing_why = std::move(why);
  closing_remedy = what;
  step_timer.reset();
  history->cancel();
  const auto next = what == remedy::person ? feed_state::latched : feed_state::down;
  enter(next, closing_why.context, static_cast<std::uint8_t>(closing_why.code));
  // One connection a key: the next one is made when this one is gone.
  socket->close();
}

void alpaca_feed::state::on_closed(error why) {
  socket.reset();
  step_timer.reset();
  if (!out) {
    closing = false;
    if (stopping) std::exchange(stopping, nullptr)->set_value();
    if (next_sink) begin(*std::exchange(next_sink, nullptr));
    return;
  }
  auto what = closing_remedy;
  if (std::exchange(closing, false)) {
    why = closing_why;
  } else {
    what = why.code == ec::rate_limited   ? remedy::reconnect_late
           : why.code == ec::auth_refused ? remedy::person
                                          : remedy::reconnect;
    history->cancel();
    enter(what == remedy::person ? feed_state::latched : feed_state::down, why.context,
          static_cast<std::uint8_t>(why.code));
  }
  if (what == remedy::person) return;
  if (synced_at != mono_ns{} &&
      time.mono_now() - std::exchange(synced_at, {}) >= shown_span(options.proven_after))
    proven();
  meter.reconnect(why.code);
  retry_timer = loop.after(wait_after(what), guarded([](state& s) { s.connect(); }));
}

// The connection's words.

void alpaca_feed::state::on_open() { expect_answer("connected"); }

void alpaca_feed::state::on_frame(std::string_view payload, mono_ns received) {
  if (!reading()) return;
  last_data = received;
  const auto refused = codec.counts().refused;
  const auto read = codec.decode(payload, received, *this);
  if (!read) {
    if (bad_in_window == 0)
      log_line(log_level::warning, "feed", "bad_frame", read.failure().context);
    count_bad(1);
  }
  count_bad(codec.counts().refused - refused);
}

void alpaca_feed::state::on_burst_end() {
  if (!out) return;
  out->drain();
  out->flush();
  drain_later();
  const auto instant = time.utc_now();
  meter.message_at(instant);
  if (newest_event != utc_ns{}) meter.delay(instant - std::exchange(newest_event, {}));
  meter.count(codec.counts());
  count_conflated();
}

void alpaca_feed::state::on_event(const market_event& event) {
  // A page of bars is read by the same codec; it is marked as history.
  if (const auto* b = std::get_if<bar>(&event)) return on_bar(*b);
  if (!reading()) return;
  if (const auto* q = std::get_if<quote>(&event)) newest_event = q->ts_event;
  if (const auto* t = std::get_if<trade>(&event)) newest_event = t->ts_event;
  pass(event);
}

void alpaca_feed::state::on_bar(const bar& b) {
  if (!reading()) return;
  if (b.origin == bar_origin::history) {
    if (bars.take_history(b, time.utc_now())) pass(b);
    return;
  }
  switch (bars.take_live(b)) {
    case bar_sequencer::live_bar::hand_out: pass(b); return;
    case bar_sequencer::live_bar::held:
    case bar_sequencer::live_bar::known: return;
    case bar_sequencer::live_bar::no_room:
      close_then({ec::queue_full, "more live bars came than can be held while history is fetched"},
                 remedy::reconnect);
  }
}

void alpaca_feed::state::on_control(const stream_control& control) {
  if (!reading()) return;
  switch (control.kind) {
    case control_kind::connected:
      if (now.state != feed_state::connecting) return;
      enter(feed_state::authenticating);
      socket->send(auth_message(options.key_id, options.secret_key.reveal()));
      return expect_answer("authenticated");
    case control_kind::authenticated:
      if (now.state != feed_state::authenticating) return;
      enter(feed_state::subscribing);
      socket->send(subscribe_message(options.symbols));
      return expect_answer("subscription");
    case control_kind::subscription: return on_subscription(control.channels);
    case control_kind::error: {
      const auto [code, what] = judge(control.code);
      if (what == remedy::none) return;
      return close_then(
          {code, "the stream refused with " + std::to_string(control.code) + " " + control.text},
          what);
    }
    case control_kind::other: return;
  }
}

void alpaca_feed::state::on_subscription(const channel_set& acknowledged) {
  const auto check = check_subscription(options.symbols, acknowledged);
  now.symbols_subscribed = check.complete;
  if (!check.missing.empty()) {
    // Not an error yet: the server may answer channel by channel. The step's time-out decides.
    enter(now.state, "not acknowledged: " + check.missing,
          static_cast<std::uint8_t>(ec::protocol_violation));
    if (now.state == feed_state::synced || now.state == feed_state::suspect)
      close_then({ec::protocol_violation, "the subscription has lost " + check.missing},
                 remedy::reconnect);
    return;
  }
  if (now.state != feed_state::subscribing) return;
  step_timer.reset();
  fetch_history();
}

void alpaca_feed::state::fetch_history() {
  enter(feed_state::snapshot);
  bars.hold();
  const auto until = time.utc_now();
  if (options.history.count() == 0) return on_history({});
  history->fetch(
      bars.fetch_from(until - options.history), until,
      [this](std::string body) {
        auto next = codec.decode_bars(std::move(body), time.mono_now(), *this);
        if (out) out->flush();
        return next;
      },
      [this](result<void> how) { on_history(std::move(how)); });
}

void alpaca_feed::state::on_history(result<void> how) {
  if (!reading()) return;
  if (!how) {
    const auto what = how.code() == ec::auth_refused ? remedy::person : remedy::reconnect;
    return close_then(std::move(how).failure(), what);
  }
  const auto instant = time.utc_now();
  for (const auto& b : bars.release(instant)) pass(b);
  if (!reading()) return;
  synced_at = last_data = time.mono_now();
  meter.count(codec.counts());
  enter(feed_state::synced);
}

// Helpers.

void alpaca_feed::state::enter(feed_state next, std::string_view reason, std::uint8_t reason_code) {
  if (next == feed_state::down || next == feed_state::latched || next == feed_state::connecting)
    now.symbols_subscribed = 0;
  now.state = next;
  now.reason = cut<short_text>(reason);
  now.reason_code = reason_code;
  now.at = time.utc_now();
  shown.publish(now);
  meter.connected(next == feed_state::synced);
  log_line(next == feed_state::down || next == feed_state::latched ? log_level::warning
                                                                   : log_level::info,
           "feed", to_string(next), reason);
  pass(now);
  if (out) out->flush();
}

void alpaca_feed::state::pass(const market_event& event) {
  if (!out || out->offer(event)) return;
  // Too slow for too long: as if the connection had been lost, so that the gap is filled again.
  meter.dropped(out->waiting() + 1);
  out->clear();
  close_then({ec::queue_full, "the consumer was too slow for the stream"}, remedy::reconnect);
}

void alpaca_feed::state::count_conflated() {
  meter.conflated(out->conflated() - std::exchange(conflated_seen, out->conflated()));
}

void alpaca_feed::state::count_bad(std::uint64_t elements) {
  if (elements == 0) return;
  const auto instant = time.mono_now();
  if (instant - bad_window_start > shown_span(bad_window)) {
    bad_window_start = instant;
    bad_in_window = 0;
  }
  bad_in_window += elements;
  last_bad = instant;
  if (bad_in_window > options.bad_per_second_max && now.state == feed_state::synced)
    enter(feed_state::suspect, "too many messages that cannot be read",
          static_cast<std::uint8_t>(ec::parse_failed));
}

void alpaca_feed::state::expect_answer(const char* what) {
  step_timer = loop.after(
      options.step_timeout, guarded([what](state& s) {
        const auto detail = s.now.reason.empty() ? std::string{} : "; " + s.now.reason.str();
        s.close_then(
            {ec::timed_out, "no complete answer '" + std::string{what} + "' in time" + detail},
            remedy::reconnect);
      }));
}

void alpaca_feed::state::watch() {
  watch_timer = loop.after(watch_every, guarded([](state& s) { s.watch(); }));
  if (now.state != feed_state::synced && now.state != feed_state::suspect) return;
  const auto instant = time.mono_now();
  const bool silent = options.silence_max.count() > 0 && options.expects_data &&
                      instant - last_data > shown_span(options.silence_max) &&
                      options.expects_data(time.utc_now());
  const bool bad = bad_in_window > options.bad_per_second_max &&
                   instant - last_bad <= shown_span(options.clean_after);
  if (silent && now.state == feed_state::synced)
    enter(feed_state::suspect, "nothing came although the market is open",
          static_cast<std::uint8_t>(ec::timed_out));
  if (!silent && !bad && now.state == feed_state::suspect) enter(feed_state::synced);
}

nanoseconds alpaca_feed::state::wait_after(remedy what) {
  if (what != remedy::reconnect_late) return failures.next();
  constexpr std::int64_t jitter_percent = 20;
  constexpr std::int64_t refusals_max = 1000;
  refusals = std::min(refusals + 1, refusals_max);
  const auto wait = std::min<nanoseconds>(options.refused_step * refusals, options.refused_longest);
  return with_jitter(wait, jitter_percent, random);
}

void alpaca_feed::state::drain_later() {
  if (!out || out->waiting() == 0 || drain_timer) return;
  drain_timer = loop.after(drain_every, guarded([](state& s) {
                             s.drain_timer.reset();
                             if (!s.out) return;
                             s.out->drain();
                             s.out->flush();
                             s.count_conflated();
                             s.drain_later();
                           }));
}

// The feed.

alpaca_feed::alpaca_feed(net::io_loop& loop, const clock& time, metrics_registry& metrics,
                         alpaca_feed_options options)
    : state_(std::make_shared<state>(loop, time, metrics, std::move(options))) {}

alpaca_feed::~alpaca_feed() { stop(); }

void alpaca_feed::start(market_sink& sink) {
  if (state_->started.exchange(true)) return;
  state_->loop.post(state_->guarded([&sink](state& s) {
    if (!s.out) s.begin(sink);
  }));
}

void alpaca_feed::stop() {
  if (!state_->started.exchange(false)) return;
  auto ended = std::make_shared<std::promise<void>>();
  auto gone = ended->get_future();
  // The state stays alive with this call, whatever the loop does with it.
  state_->loop.post([self = state_, ended] { self->end(ended); });
  if (gone.wait_for(stop_timeout) != std::future_status::ready)
    log_line(log_level::warning, "feed", "stop_timeout", "the connection did not end in time");
}

feed_status alpaca_feed::status() const { return *state_->shown.read(); }

}  // namespace bw
