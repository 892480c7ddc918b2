#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/websocket/rfc6455.hpp>

#include "net/http_wire.hpp"
#include "net/server_core.ipp"

namespace bw::net {
namespace {

namespace beast = boost::beast;
using request_parser = beast::http::request_parser<beast::http::string_body>;

/// How long a connection that we end may still send, so that it gets to read our last answer.
constexpr std::chrono::milliseconds linger_timeout{1000};
constexpr std::size_t linger_bytes = 4096;

http_request take_request(const beast_request& raw) {
  http_request out;
  out.method = std::string{raw.method_string()};
  out.target = std::string{raw.target()};
  for (const auto& field : raw.base())
    out.headers.emplace_back(std::string{field.name_string()}, std::string{field.value()});
  out.body = raw.body();
  return out;
}

/// The status that refuses a request after its header was read; 0 for none.
std::uint16_t refused_by_header(const request_parser& parser) {
  const auto& head = parser.get();
  if (head.method() == beast::http::verb::trace || head.method() == beast::http::verb::connect)
    return 405;
  if (parser.chunked()) return 411;
  if (head.find(beast::http::field::expect) != head.end()) return 417;
  return 0;
}

/// The status that answers a request which could not be read; 0 when there is nobody to answer.
std::uint16_t refused_by_error(const error_code& failed) {
  using http_error = beast::http::error;
  if (failed == http_error::end_of_stream || failed == http_error::partial_message) return 0;
  if (failed == http_error::header_limit || failed == http_error::buffer_overflow) return 431;
  if (failed == http_error::body_limit) return 413;
  return failed.category() == error_code{http_error::bad_version}.category() ? 400 : 0;
}

/// One connection that speaks HTTP: requests one after the other. On the loop's thread; kept alive
/// by the operation that is under way.
class http_session final : public server_member, public std::enable_shared_from_this<http_session> {
 public:
  http_session(std::shared_ptr<server_core> core, std::uint64_t id, tcp_socket socket)
      : core_(std::move(core)),
        id_(id),
        socket_(std::move(socket)),
        timer_(socket_.get_executor()) {}

  void start() {
    core_->members[id_] = weak_from_this();
    error_code ignored;
    socket_.set_option(tcp::no_delay{true}, ignored);
    await_request();
  }
  void cut() override { end(); }

 private:
  enum class phase : std::uint8_t { idle = 1, reading, handling, writing, lingering, gone };

  void await_request();
  void begin_request();
  void on_header(const error_code& failed);
  void on_request();
  void on_upgrade();
  void on_timeout();
  void answer(std::uint64_t serial, const http_response& response);
  void refuse(std::uint16_t status);
  void write(const http_response& response, response_format format);
  void linger();
  void drain();
  void end();

  void arm(std::chrono::milliseconds delay) {
    timer_.expires_after(delay);
    timer_.async_wait([self = shared_from_this(), serial = ++timers_](const error_code& failed) {
      if (!failed && serial == self->timers_) self->on_timeout();
    });
  }

  const std::shared_ptr<server_core> core_;
  const std::uint64_t id_;
  tcp_socket socket_;
  loop_timer timer_;
  beast::flat_buffer buffer_;
  std::optional<request_parser> parser_;
  std::string out_;
  phase where_ = phase::idle;
  /// Of the request that is being handled; an answer to an older one is too late.
  std::uint64_t serial_ = 0;
  std::uint64_t timers_ = 0;
};

void http_session::await_request() {
  where_ = phase::idle;
  ++serial_;
  parser_.emplace();
  parser_->header_limit(core_->options.header_bytes_max);
  parser_->body_limit(core_->options.body_bytes_max);
  if (buffer_.size() > 0) return begin_request();
  arm(core_->options.idle_timeout);
  socket_.async_wait(tcp_socket::wait_read, [self = shared_from_this()](const error_code& failed) {
    if (self->where_ != phase::idle) return;
    if (failed) return self->end();
    self->begin_request();
  });
}

void http_session::begin_request() {
  where_ = phase::reading;
  arm(core_->options.request_timeout);
  beast::http::async_read_header(
      socket_, buffer_, *parser_,
      [self = shared_from_this()](const error_code& failed, std::size_t) {
        self->on_header(failed);
      });
}

void http_session::on_header(const error_code& failed) {
  if (where_ != phase::reading) return;
  if (failed) return refuse(refused_by_error(failed));
  if (const auto status = refused_by_header(*parser_); status != 0) return refuse(status);
  if (beast::websocket::is_upgrade(parser_->get())) return on_upgrade();
  beast::http::async_read(socket_, buffer_, *parser_,
                          [self = shared_from_this()](const error_code& failure, std::size_t) {
                            if (self->where_ != phase::reading) return;
                            if (failure) return self->refuse(refused_by_error(failure));
                            self->on_request();
                          });
}

void http_session::on_request() {
  where_ = phase::handling;
  if (!core_->handlers.on_request) return refuse(404);
  core_->handlers.on_request(take_request(parser_->get()),
                             [weak = weak_from_this(), serial = serial_](http_response response) {
                               if (const auto self = weak.lock()) self->answer(serial, response);
                             });
}

void http_session::on_upgrade() {
  where_ = phase::handling;
  // Frames before our yes, and a body, are no WebSocket client's work.
  if (buffer_.size() > 0 || !parser_->is_done()) return refuse(400);
  const auto& handlers = core_->handlers;
  if (!handlers.on_upgrade) return refuse(404);
  auto request = take_request(parser_->get());
  if (handlers.check_upgrade) {
    const auto refusal = handlers.check_upgrade(request);
    if (where_ != phase::handling) return;
    if (refusal && refusal->status == 0) return end();
    if (refusal) return write(*refusal, {.keep_alive = false});
  }
  where_ = phase::gone;
  timer_.cancel();
  serve_websocket(core_, id_, std::move(socket_), parser_->release(), std::move(request));
}

void http_session::on_timeout() {
  if (where_ != phase::reading && where_ != phase::handling) return end();
  arm(linger_timeout);
  refuse(where_ == phase::reading ? 408 : 503);
}

void http_session::answer(std::uint64_t serial, const http_response& response) {
  if (where_ != phase::handling || serial != serial_) return;
  if (response.status == 0) return end();
  const bool head = parser_->get().method() == beast::http::verb::head;
  write(response, {.keep_alive = parser_->get().keep_alive(), .head = head});
}

void http_session::refuse(std::uint16_t status) {
  if (status == 0) return end();
  write({.status = status}, {.keep_alive = false});
}

void http_session::write(const http_response& response, response_format format) {
  // The time of the request goes on running.
  where_ = phase::writing;
  out_ = format_response(response, format);
  asio::async_write(
      socket_, asio::buffer(out_),
      [self = shared_from_this(), keep = format.keep_alive](const error_code& failed, std::size_t) {
        if (self->where_ != phase::writing) return;
        if (failed) return self->end();
        if (keep) return self->await_request();
        self->linger();
      });
}

/// Closing a socket with unread bytes would reset the connection and could take our answer along.
void http_session::linger() {
  where_ = phase::lingering;
  arm(linger_timeout);
  error_code ignored;
  socket_.shutdown(tcp_socket::shutdown_send, ignored);
  out_.resize(linger_bytes);
  drain();
}

void http_session::drain() {
  socket_.async_read_some(asio::buffer(out_),
                          [self = shared_from_this()](const error_code& failed, std::size_t) {
                            if (self->where_ != phase::lingering) return;
                            if (failed) return self->end();
                            self->drain();
                          });
}

void http_session::end() {
  if (where_ == phase::gone) return;
  where_ = phase::gone;
  timer_.cancel();
  error_code ignored;
  socket_.shutdown(tcp_socket::shutdown_both, ignored);
  socket_.close(ignored);
  core_->members.erase(id_);
}

}  // namespace

void serve_http(std::shared_ptr<server_core> core, std::uint64_t id, tcp_socket socket) {
  std::make_shared<http_session>(std::move(core), id, std::move(socket))->start();
}

}  // namespace bw::net
