#include "net/ws_client.hpp"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/websocket/error.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <deque>

#include "net/http_wire.hpp"
#include "net/transport.ipp"

namespace bw::net {
namespace {

namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;

constexpr std::size_t queue_max = 1024;
constexpr std::size_t buffer_bytes_start = 64 * 1024;
constexpr std::size_t spare_bytes = 64;
constexpr std::chrono::milliseconds close_timeout{2000};
/// Looks at the connection in one span of silence.
constexpr std::uint32_t looks_per_silence = 4;

enum class phase : std::uint8_t { made = 1, connecting, open, closing, closed };

}  // namespace

struct ws_client::state : std::enable_shared_from_this<ws_client::state> {
  state(asio::io_context& context, endpoint goal, ws_client_options wanted, const clock& clock_port,
        ws_client_events calls, tls_trust who)
      : to(std::move(goal)),
        options(std::move(wanted)),
        time(clock_port),
        trust(std::move(who)),
        name(to.text()),
        events(std::make_shared<const ws_client_events>(std::move(calls))),
        stream(context),
        timer(stream.get_executor()) {}

  void start();
  void on_connected(result<void> outcome);
  void on_upgraded(const error_code& failed);
  void begin_read();
  void on_read(const error_code& failed);
  void on_dry();
  void send(std::string payload, frame_kind kind);
  void write_next();
  void close();
  void say_goodbye();
  void await_silence();
  void on_look();
  error upgrade_error(const error_code& failed) const;
  error read_error(const error_code& failed) const;
  void finish(error why);
  void detach();

  struct outgoing {
    std::string payload;
    frame_kind kind;
  };

  const endpoint to;
  const ws_client_options options;
  const clock& time;
  const tls_trust trust;
  const std::string name;
  // Held while one of them runs, so that a call may end everything, the client included.
  std::shared_ptr<const ws_client_events> events;
  websocket::stream<transport> stream;
  // Until the upgrade the connect time-out, then the looks for silence, then the close time-out.
  loop_timer timer;
  std::shared_ptr<connector> link;
  websocket::response_type answer;
  beast::flat_buffer buffer;
  std::deque<outgoing> queue;
  bool writing = false;
  bool pinging = false;
  /// Messages were reported since the last end of a burst.
  bool burst = false;
  phase where = phase::made;
  std::uint64_t reads_seen = 0;
  std::uint32_t quiet_looks = 0;
};

void ws_client::state::start() {
  if (where != phase::made) return;
  where = phase::connecting;
  for (const auto& [header, value] : options.headers)
    if (!is_header_value(header) || !is_header_value(value))
      return finish({ec::invalid_argument, "a WebSocket header holds a control byte"});
  auto fit = check_endpoint(to, trust);
  if (!fit) return finish(std::move(fit).failure());
  connector::wish wish{.to = to, .trust = trust, .timeout = options.connect_timeout};
  if (to.how == security::tls) wish.tls = std::make_shared<tls_context>(trust);
  link = std::make_shared<connector>(shared_from_this(), stream.next_layer(), std::move(wish),
                                     [self = shared_from_this()](result<void> outcome) {
                                       self->on_connected(std::move(outcome));
                                     });
  link->start();
}

void ws_client::state::on_connected(result<void> outcome) {
  link.reset();
  if (where != phase::connecting) return;
  if (!outcome) return finish(std::move(outcome).failure());
  // Time-outs and compression stay as Beast has them: switched off.
  stream.read_message_max(options.message_bytes_max);
  stream.auto_fragment(false);
  stream.set_option(websocket::stream_base::decorator([self = this](websocket::request_type& ask) {
    for (const auto& [header, value] : self->options.headers) ask.set(header, value);
  }));
  buffer.reserve(buffer_bytes_start);
  timer.expires_after(options.connect_timeout);
  timer.async_wait([self = shared_from_this()](const error_code& failed) {
    if (failed || self->where != phase::connecting) return;
    self->finish({ec::timed_out, "no WebSocket upgrade from " + self->name + " within " +
                                     std::to_string(self->options.connect_timeout.count()) +
                                     " ms"});
  });
  const bool usual_port = to.port == (to.how == security::tls ? 443 : 80);
  stream.async_handshake(
      answer, usual_port ? name.substr(0, name.rfind(':')) : name, options.target,
      [self = shared_from_this()](const error_code& failed) { self->on_upgraded(failed); });
}

void ws_client::state::on_upgraded(const error_code& failed) {
  if (where != phase::connecting) return;
  if (failed) return finish(upgrade_error(failed));
  where = phase::open;
  await_silence();
  stream.next_layer().before_each_read([this] { on_dry(); });
  begin_read();
  const auto held = events;
  if (held->on_open) held->on_open();
  if (where == phase::open && !writing) write_next();
}

void ws_client::state::begin_read() {
  stream.async_read(buffer, [self = shared_from_this()](const error_code& failed, std::size_t) {
    self->on_read(failed);
  });
}

void ws_client::state::on_read(const error_code& failed) {
  if (where == phase::closed) return;
  if (failed) return finish(read_error(failed));
  const auto received = time.mono_now();
  const auto kind = stream.got_text() ? frame_kind::text : frame_kind::binary;
  // Reserves what the message promises to have behind it.
  static_cast<void>(buffer.prepare(spare_bytes));
  const auto bytes = buffer.cdata();
  const auto held = events;
  burst = true;
  if (where == phase::open && held->on_message)
    held->on_message({static_cast<const char*>(bytes.data()), bytes.size()}, kind, received);
  if (where == phase::closed) return;
  buffer.consume(buffer.size());
  begin_read();
}

/// The stream turns to the transport only when its buffer holds no further whole message.
void ws_client::state::on_dry() {
  if (!std::exchange(burst, false) || where != phase::open) return;
  const auto held = events;
  if (held->on_burst_end) held->on_burst_end();
}

void ws_client::state::send(std::string payload, frame_kind kind) {
  if (where == phase::closing || where == phase::closed) return;
  if (queue.size() >= queue_max)
    return finish({ec::queue_full,
                   std::to_string(queue_max) + " messages to " + name + " are waiting already"});
  queue.push_back({std::move(payload), kind});
  if (where == phase::open && !writing) write_next();
}

void ws_client::state::write_next() {
  if (queue.empty()) {
    if (where == phase::closing) say_goodbye();
    return;
  }
  writing = true;
  stream.text(queue.front().kind == frame_kind::text);
  stream.async_write(asio::buffer(queue.front().payload),
                     [self = shared_from_this()](const error_code& failed, std::size_t) {
                       self->writing = false;
                       if (self->where == phase::closed) return;
                       if (failed) return self->finish(self->read_error(failed));
                       self->queue.pop_front();
                       self->write_next();
                     });
}

void ws_client::state::close() {
  if (where == phase::closing || where == phase::closed) return;
  if (where != phase::open) {
    if (where == phase::connecting)
      return finish({ec::cancelled, "the connection to " + name + " was given up"});
    where = phase::closed;
    return;
  }
  where = phase::closing;
  timer.expires_after(close_timeout);
  timer.async_wait([self = shared_from_this()](const error_code& failed) {
    if (!failed && self->where == phase::closing)
      self->finish({ec::cancelled, self->name + " did not answer the close; cut"});
  });
  if (!writing) write_next();
}

void ws_client::state::say_goodbye() {
  stream.async_close(websocket::close_code::normal, [self = shared_from_this()](const error_code&) {
    self->finish({ec::cancelled, "the connection to " + self->name + " was closed by us"});
  });
}

void ws_client::state::await_silence() {
  const auto span = std::chrono::duration_cast<nanoseconds>(options.silence_ping);
  timer.expires_after(
      std::max<nanoseconds>(span / looks_per_silence, std::chrono::milliseconds{1}));
  timer.async_wait([self = shared_from_this()](const error_code& failed) {
    if (!failed && self->where == phase::open) self->on_look();
  });
}

/// Counts looks instead of reading a clock: the reads begun tell whether anything arrived.
void ws_client::state::on_look() {
  const auto reads = stream.next_layer().reads_begun();
  quiet_looks = reads == reads_seen ? quiet_looks + 1 : 0;
  reads_seen = reads;
  if (quiet_looks >= 2 * looks_per_silence)
    return finish({ec::timed_out, name + " has been silent for " +
                                      std::to_string(2 * options.silence_ping.count()) +
                                      " ms and answers no ping"});
  if (quiet_looks == looks_per_silence && !pinging) {
    pinging = true;
    stream.async_ping({},
                      [self = shared_from_this()](const error_code&) { self->pinging = false; });
  }
  await_silence();
}

error ws_client::state::upgrade_error(const error_code& failed) const {
  if (failed != websocket::error::upgrade_declined) {
    if (failed == websocket::condition::handshake_failed ||
        failed.category() == error_code{beast::http::error::bad_version}.category())
      return {ec::protocol_violation, name + " does not upgrade to WebSocket: " + failed.message()};
    return connection_error(failed, name);
  }
  const auto status = static_cast<std::uint16_t>(answer.result_int());
  return {status == 429 ? ec::rate_limited : ec::http_status,
          name + " answers the WebSocket upgrade with " + std::to_string(status) + " " +
              std::string{reason_phrase(status)}};
}

error ws_client::state::read_error(const error_code& failed) const {
  if (where == phase::closing)
    return {ec::cancelled, "the connection to " + name + " was closed by us"};
  if (failed == websocket::error::closed) {
    const auto& why = stream.reason();
    std::string text = name + " closed the WebSocket with code " + std::to_string(why.code);
    if (!why.reason.empty()) text.append(": ").append(why.reason.data(), why.reason.size());
    return {ec::connection_closed, std::move(text)};
  }
  if (failed == websocket::condition::protocol_violation ||
      failed == websocket::error::message_too_big || failed == websocket::error::buffer_overflow)
    return {ec::protocol_violation, name + " breaks the WebSocket protocol: " + failed.message()};
  return connection_error(failed, name);
}

void ws_client::state::finish(error why) {
  if (where == phase::closed) return;
  where = phase::closed;
  timer.cancel();
  if (link) std::exchange(link, nullptr)->cancel();
  stream.next_layer().close();
  // Later, so that on_close never comes from within a call of the user.
  asio::post(stream.get_executor(), [self = shared_from_this(), why = std::move(why)]() mutable {
    const auto held = std::exchange(self->events, nullptr);
    if (held && held->on_close) held->on_close(std::move(why));
  });
}

void ws_client::state::detach() {
  where = phase::closed;
  timer.cancel();
  if (link) std::exchange(link, nullptr)->cancel();
  stream.next_layer().close();
  events.reset();
}

ws_client::ws_client(io_loop& loop, endpoint to, ws_client_options options, const clock& time,
                     ws_client_events events, tls_trust trust)
    : state_(std::make_shared<state>(loop.context(), std::move(to), std::move(options), time,
                                     std::move(events), std::move(trust))) {}

ws_client::~ws_client() { state_->detach(); }

void ws_client::start() { state_->start(); }
void ws_client::send(std::string payload, frame_kind kind) {
  state_->send(std::move(payload), kind);
}
void ws_client::close() { state_->close(); }

}  // namespace bw::net
