// Life of the feed: its connection is made, lost and made again.
#include "feeds/alpaca_feed_state.ipp"
#include "net/account_headers.hpp"

namespace bw {
namespace {

constexpr std::chrono::seconds stop_timeout{3};

}  // namespace

// Life.

void alpaca_feed::state::begin(market_sink& sink) {
  if (socket) {
    next_sink = &sink;
    return;
  }
  out = std::make_unique<quote_conflator>(known.size(), sink);
  conflated_seen = 0;
  bars = bar_sequencer{known.size()};
  requests = std::make_unique<data_requests>(
      loop, time, metrics,
      data_requests_options{.data = options.endpoints.rest,
                            .credentials = net::account_headers(options.key_id, options.secret_key),
                            .breakers = options.breakers});
  history = std::make_unique<kept_history>(
      loop, *requests, metrics,
      kept_history_options{.fetch = {.symbols = wanted,
                                     .feed_name = options.feed_name,
                                     .retry_after = options.history_retry},
                           .days = options.days,
                           .store = options.past});
  snapshots = std::make_unique<alpaca_snapshots>(
      loop, *requests,
      alpaca_snapshots_options{.symbols = wanted,
                               .feed_name = options.feed_name,
                               .answer_within = options.snapshot_within});
  polls = std::make_unique<alpaca_snapshots>(
      loop, *requests,
      alpaca_snapshots_options{
          .symbols = wanted, .feed_name = options.feed_name, .answer_within = options.poll_every});
  away_since = time.mono_now();
  polling = false;
  proven();
  watch();
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
  snapshots.reset();
  polls.reset();
  requests.reset();
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
  late.clear();
  adding.clear();
  enter(feed_state::connecting);
  net::ws_client_options ws;
  ws.target = "/v2/" + options.feed_name;
  ws.connect_timeout = options.step_timeout;
  ws.silence_ping = options.ping_after;
  if (options.codec == feed_codec::msgpack) ws.headers = {{"Content-Type", "application/msgpack"}};
  socket = std::make_unique<net::ws_client>(
      loop, options.endpoints.stream, std::move(ws), time,
      net::ws_client_events{
          .on_open = guarded([](state& s) { s.on_open(); }),
          .on_message = guarded([](state& s, std::string_view payload, net::frame_kind kind,
                                   mono_ns received) { s.on_frame(payload, kind, received); }),
          .on_burst_end = guarded([](state& s) { s.on_burst_end(); }),
          .on_close = guarded([](state& s, error why) { s.on_closed(std::move(why)); })});
  socket->start();
}

void alpaca_feed::state::close_then(error why, stream_remedy what) {
  if (closing || !socket) return;
  closing = true;
  closing_why = std::move(why);
  closing_remedy = what;
  step_timer.reset();
  history->cancel();
  snapshots->cancel();
  const auto next = what == stream_remedy::person ? feed_state::latched : feed_state::down;
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
    what = remedy_for(why.code);
    history->cancel();
    snapshots->cancel();
    enter(what == stream_remedy::person ? feed_state::latched : feed_state::down, why.context,
          static_cast<std::uint8_t>(why.code));
  }
  if (what == stream_remedy::person) return;
  if (synced_at != mono_ns{} &&
      time.mono_now() - std::exchange(synced_at, {}) >= shown_span(options.proven_after))
    proven();
  meter.reconnect(why.code);
  retry_timer = loop.after(wait_after(what), guarded([](state& s) { s.connect(); }));
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

void alpaca_feed::add(const symbol_list& more) {
  state_->loop.post(state_->guarded([more](state& s) { s.add(more); }));
}

feed_status alpaca_feed::status() const { return *state_->shown.read(); }

}  // namespace bw
