#include "net/http_client.hpp"

#include <algorithm>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <deque>

#include "net/http_wire.hpp"
#include "net/transport.ipp"

namespace bw::net {
namespace {

namespace beast = boost::beast;
using response_parser = beast::http::response_parser<beast::http::string_body>;

constexpr std::uint32_t header_bytes_max = 64 * 1024;
/// How often one request meets connections that the peer has closed, beyond one each connection.
constexpr std::uint32_t stale_extra_max = 3;

struct job {
  std::string bytes;
  /// "POST /v2/orders", for errors.
  std::string what;
  bool head = false;
  std::function<void(http_outcome)> done;
  last_gate gate;
  std::uint32_t stale_met = 0;
};

enum class phase : std::uint8_t { connecting = 1, idle, busy, closed };

/// One TCP connection. A read is under way from the moment it stands: so a peer that closes it is
/// noticed at once, and the answer needs no further call.
struct connection {
  explicit connection(asio::io_context& context)
      : stream(context), response_timer(stream.get_executor()) {}

  transport stream;
  loop_timer response_timer;
  std::shared_ptr<connector> link;
  beast::flat_buffer buffer;
  std::optional<response_parser> parser;
  phase where = phase::connecting;
  job current;
  /// Counts the requests of this connection.
  std::uint64_t serial = 0;
  mono_ns sent;
  bool written = false;
};
using connection_ptr = std::shared_ptr<connection>;

http_response take_response(response_parser& parser) {
  auto message = parser.release();
  http_response out;
  out.status = static_cast<std::uint16_t>(message.result_int());
  for (const auto& field : message.base())
    out.headers.emplace_back(std::string{field.name_string()}, std::string{field.value()});
  out.body = std::move(message.body());
  return out;
}

http_outcome failed_outcome(error why) { return {.response = std::move(why)}; }

}  // namespace

struct http_client::state : std::enable_shared_from_this<http_client::state> {
  state(asio::io_context& loop_context, endpoint goal, http_client_options wanted,
        const clock& clock_port, tls_trust who)
      : context(loop_context),
        to(std::move(goal)),
        options(std::move(wanted)),
        time(clock_port),
        trust(std::move(who)),
        name(to.text()) {
    const bool usual_port = to.port == (to.how == security::tls ? 443 : 80);
    host = usual_port ? name.substr(0, name.rfind(':')) : name;
    if (to.how == security::tls) tls = std::make_shared<tls_context>(trust);
  }

  void submit(http_request request, std::function<void(http_outcome)> done, last_gate gate);
  void pump();
  void open();
  void on_connected(const connection_ptr& link, result<void> outcome);
  void start(const connection_ptr& link, job next);
  void begin_read(const connection_ptr& link);
  void read_body(const connection_ptr& link);
  void on_read(const connection_ptr& link, const error_code& failed);
  void on_answer(const connection_ptr& link);
  void fail_current(const connection_ptr& link, error why);
  error read_error(const connection& link, const error_code& failed) const;
  void drop(const connection_ptr& link);
  void end_later(job ended, error why);
  void end_all(ec code, const std::string& why);
  void detach();

  asio::io_context& context;
  const endpoint to;
  const http_client_options options;
  const clock& time;
  const tls_trust trust;
  const std::string name;
  /// Value of the Host header.
  std::string host;
  std::shared_ptr<tls_context> tls;
  std::deque<job> waiting;
  std::vector<connection_ptr> connections;
  bool closed = false;
  bool detached = false;
};

void http_client::state::submit(http_request request, std::function<void(http_outcome)> done,
                                last_gate gate) {
  if (detached) return;
  job next{.what = request.method + " " + request.target.substr(0, request.target.find('?')),
           .head = request.method == "HEAD",
           .done = std::move(done),
           .gate = std::move(gate)};
  if (closed) return end_later(std::move(next), {ec::cancelled, "the client is closed"});
  if (auto fit = check_endpoint(to, trust); !fit)
    return end_later(std::move(next), std::move(fit).failure());
  auto bytes = format_request(request, host, options.headers);
  if (!bytes) return end_later(std::move(next), std::move(bytes).failure());
  next.bytes = *std::move(bytes);
  const bool at_once = std::any_of(connections.begin(), connections.end(),
                                   [](const auto& x) { return x->where == phase::idle; });
  if (!at_once && waiting.size() >= options.queue_max)
    return end_later(std::move(next),
                     {ec::queue_full, std::to_string(options.queue_max) + " requests to " + name +
                                          " are waiting already"});
  waiting.push_back(std::move(next));
  pump();
}

/// Gives waiting requests to idle connections and opens further ones where that helps.
void http_client::state::pump() {
  while (!waiting.empty()) {
    const auto free = std::find_if(connections.begin(), connections.end(),
                                   [](const auto& x) { return x->where == phase::idle; });
    if (free == connections.end()) break;
    auto next = std::move(waiting.front());
    waiting.pop_front();
    start(connection_ptr{*free}, std::move(next));
  }
  auto coming = static_cast<std::size_t>(
      std::count_if(connections.begin(), connections.end(),
                    [](const auto& x) { return x->where == phase::connecting; }));
  for (; waiting.size() > coming && connections.size() < options.connections; ++coming) open();
}

void http_client::state::open() {
  auto link = std::make_shared<connection>(context);
  connections.push_back(link);
  connector::wish wish{.to = to, .trust = trust, .tls = tls, .timeout = options.connect_timeout};
  link->link = std::make_shared<connector>(
      link, link->stream, std::move(wish),
      [weak = weak_from_this(), from = std::weak_ptr{link}](result<void> outcome) {
        const auto self = weak.lock();
        const auto here = from.lock();
        if (self && here) self->on_connected(here, std::move(outcome));
      });
  link->link->start();
}

void http_client::state::on_connected(const connection_ptr& link, result<void> outcome) {
  link->link.reset();
  if (link->where != phase::connecting) return;
  if (outcome) {
    link->where = phase::idle;
    begin_read(link);
    return pump();
  }
  drop(link);
  if (!connections.empty()) return;
  auto stranded = std::exchange(waiting, {});
  for (auto& next : stranded) end_later(std::move(next), outcome.failure());
}

void http_client::state::start(const connection_ptr& link, job next) {
  const bool unasked_bytes = link->parser->got_some() || link->buffer.size() > 0;
  if (unasked_bytes || !link->stream.still_idle()) {
    drop(link);
    if (++next.stale_met > options.connections + stale_extra_max)
      return end_later(std::move(next),
                       {ec::connection_closed,
                        name + " closes each connection before " + next.what + " can be written"});
    waiting.push_front(std::move(next));
    return;
  }
  link->where = phase::busy;
  link->parser->skip(next.head);
  // Nothing may come between the gate's yes and the write.
  if (next.gate && !next.gate()) {
    if (link->where == phase::busy) link->where = phase::idle;
    link->parser->skip(false);
    return end_later(std::move(next),
                     {ec::halted, next.what + " was held back before it was sent"});
  }
  if (link->where != phase::busy)
    return end_later(std::move(next), {ec::cancelled, "the client was closed"});
  // Zero means "not sent", also when a test's clock stands at zero.
  link->sent = std::max(mono_ns{1}, time.mono_now());
  link->current = std::move(next);
  link->written = false;
  asio::async_write(link->stream, asio::buffer(link->current.bytes),
                    [self = shared_from_this(), link](const error_code& failed, std::size_t) {
                      // A failure shows in the read as well, which may yet bring an early answer.
                      link->written = !failed;
                    });
  link->response_timer.expires_after(options.response_timeout);
  link->response_timer.async_wait([self = shared_from_this(), link,
                                   serial = ++link->serial](const error_code& failed) {
    // The call may have been on its way already when the answer came and the next request left.
    if (failed || link->where != phase::busy || link->serial != serial) return;
    self->fail_current(
        link,
        {ec::timed_out, "no answer to " + link->current.what + " from " + self->name + " within " +
                            std::to_string(self->options.response_timeout.count()) + " ms"});
    self->pump();
  });
}

void http_client::state::begin_read(const connection_ptr& link) {
  link->parser.emplace();
  link->parser->header_limit(header_bytes_max);
  link->parser->body_limit(options.body_bytes_max);
  link->parser->skip(link->current.head);
  // The header for itself: read in one go, Beast 1.74 forgets its verdict on a body that is too
  // long when the first bytes of that body are there already.
  beast::http::async_read_header(
      link->stream, link->buffer, *link->parser,
      [self = shared_from_this(), link](const error_code& failed, std::size_t) {
        if (failed || link->parser->is_done()) return self->on_read(link, failed);
        self->read_body(link);
      });
}

void http_client::state::read_body(const connection_ptr& link) {
  beast::http::async_read(link->stream, link->buffer, *link->parser,
                          [self = shared_from_this(), link](const error_code& failed, std::size_t) {
                            self->on_read(link, failed);
                          });
}

void http_client::state::on_read(const connection_ptr& link, const error_code& failed) {
  if (link->where == phase::closed) return;
  // An answer that nobody asked for ends the connection as much as its end does.
  if (link->where == phase::idle) return drop(link);
  if (failed) {
    fail_current(link, read_error(*link, failed));
    return pump();
  }
  const auto status = link->parser->get().result_int();
  if (status == 101) {
    fail_current(link, {ec::protocol_violation, name + " switches protocols unasked"});
    return pump();
  }
  if (status < 200) {
    begin_read(link);
    return;
  }
  on_answer(link);
}

void http_client::state::on_answer(const connection_ptr& link) {
  const bool reusable = link->parser->keep_alive() && link->written && link->buffer.size() == 0;
  http_outcome outcome{.response = take_response(*link->parser),
                       .sent = link->sent,
                       .answered = std::max(mono_ns{1}, time.mono_now())};
  link->response_timer.cancel();
  auto ended = std::exchange(link->current, {});
  if (reusable) {
    link->where = phase::idle;
    begin_read(link);
  } else {
    drop(link);
  }
  if (ended.done) ended.done(std::move(outcome));
  if (!closed) pump();
}

void http_client::state::fail_current(const connection_ptr& link, error why) {
  auto ended = std::exchange(link->current, {});
  http_outcome outcome{.response = std::move(why), .sent = link->sent};
  drop(link);
  if (ended.done) ended.done(std::move(outcome));
}

error http_client::state::read_error(const connection& link, const error_code& failed) const {
  using http_error = beast::http::error;
  const auto about = "the answer to " + link.current.what + " from " + name;
  if (failed == http_error::body_limit)
    return {ec::out_of_range,
            about + " is longer than " + std::to_string(options.body_bytes_max) + " bytes"};
  if (failed == http_error::end_of_stream || failed == http_error::partial_message)
    return {ec::connection_closed,
            name + " ended the connection before " + about + " was complete"};
  if (failed.category() == error_code{http_error::bad_version}.category())
    return {ec::protocol_violation, about + " is no HTTP: " + failed.message()};
  return connection_error(failed, name);
}

void http_client::state::drop(const connection_ptr& link) {
  // The caller's reference may be the element itself.
  const auto kept = link;
  kept->where = phase::closed;
  if (kept->link) kept->link->cancel();
  kept->response_timer.cancel();
  kept->stream.close();
  std::erase(connections, kept);
}

/// Never from within a call of the user, so that `send` returns before `done` comes.
void http_client::state::end_later(job ended, error why) {
  if (!ended.done) return;
  asio::post(context, [self = shared_from_this(), done = std::move(ended.done),
                       why = std::move(why)]() mutable {
    if (!self->detached) done(failed_outcome(std::move(why)));
  });
}

void http_client::state::end_all(ec code, const std::string& why) {
  closed = true;
  const auto links = connections;
  for (const auto& link : links) {
    if (link->where == phase::busy && link->current.done)
      fail_current(link, {code, link->current.what + ": " + why});
    else
      drop(link);
  }
  auto stranded = std::exchange(waiting, {});
  for (auto& next : stranded) end_later(std::move(next), {code, next.what + ": " + why});
}

void http_client::state::detach() {
  closed = detached = true;
  const auto links = connections;
  for (const auto& link : links) drop(link);
  waiting.clear();
}

http_client::http_client(io_loop& loop, endpoint to, http_client_options options, const clock& time,
                         tls_trust trust)
    : state_(std::make_shared<state>(loop.context(), std::move(to), std::move(options), time,
                                     std::move(trust))) {}

http_client::~http_client() { state_->detach(); }

void http_client::send(http_request request, std::function<void(http_outcome)> done,
                       last_gate gate) {
  asio::dispatch(state_->context, [self = state_, request = std::move(request),
                                   done = std::move(done), gate = std::move(gate)]() mutable {
    self->submit(std::move(request), std::move(done), std::move(gate));
  });
}

void http_client::warm_up() {
  asio::dispatch(state_->context, [self = state_] {
    if (self->closed || !check_endpoint(self->to, self->trust)) return;
    while (self->connections.size() < self->options.connections) self->open();
  });
}

void http_client::close() {
  asio::dispatch(state_->context, [self = state_] {
    if (!self->closed) self->end_all(ec::cancelled, "the client was closed");
  });
}

}  // namespace bw::net
