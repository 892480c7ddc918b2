#include <algorithm>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <deque>

#include "net/server_core.ipp"

namespace bw::net {
namespace {

namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;

constexpr std::chrono::milliseconds close_timeout{2000};

/// One accepted WebSocket. On the loop's thread; kept alive by the operation that is under way.
class ws_session_on_beast final : public ws_session,
                                  public server_member,
                                  public std::enable_shared_from_this<ws_session_on_beast> {
 public:
  ws_session_on_beast(std::shared_ptr<server_core> core, std::uint64_t id, tcp_socket socket,
                      beast_request raw, http_request request)
      : core_(std::move(core)),
        id_(id),
        stream_(std::move(socket)),
        timer_(stream_.get_executor()),
        raw_(std::move(raw)),
        request_(std::move(request)) {}

  void accept();

  void send(std::shared_ptr<const std::string> payload, frame_kind kind) override;
  void close(std::uint16_t code, std::string_view reason) override;
  void abort() override { end(); }
  std::size_t queued() const override { return queue_.size(); }
  void cut() override { end(); }

 private:
  enum class phase : std::uint8_t { accepting = 1, open, closing, gone };
  struct outgoing {
    std::shared_ptr<const std::string> payload;
    frame_kind kind;
  };

  void on_accepted();
  void begin_read();
  void on_read(const error_code& failed);
  void write_next();
  void end();
  void end_after(std::chrono::milliseconds delay, phase while_in);

  const std::shared_ptr<server_core> core_;
  const std::uint64_t id_;
  websocket::stream<tcp_socket> stream_;
  loop_timer timer_;
  beast_request raw_;
  http_request request_;
  // Held while one of them runs, so that a call may end the session and whoever owns it.
  std::shared_ptr<const ws_session_events> events_;
  beast::flat_buffer buffer_;
  std::deque<outgoing> queue_;
  websocket::close_reason goodbye_;
  bool writing_ = false;
  phase where_ = phase::accepting;
};

void ws_session_on_beast::accept() {
  core_->members[id_] = weak_from_this();
  // Time-outs and compression stay as Beast has them: switched off.
  stream_.read_message_max(core_->options.ws_message_bytes_max);
  stream_.auto_fragment(false);
  end_after(core_->options.request_timeout, phase::accepting);
  stream_.async_accept(raw_, [self = shared_from_this()](const error_code& failed) {
    if (self->where_ != phase::accepting) return;
    if (failed) return self->end();
    self->on_accepted();
  });
}

void ws_session_on_beast::on_accepted() {
  timer_.cancel();
  where_ = phase::open;
  raw_ = {};
  const auto request = std::exchange(request_, {});
  auto wanted = core_->handlers.on_upgrade(request, shared_from_this());
  if (core_->stopped) return;
  events_ = std::make_shared<const ws_session_events>(std::move(wanted));
  // The owner may have ended the session while it got to know it; it still hears of it.
  if (where_ == phase::gone) {
    asio::post(stream_.get_executor(), [self = shared_from_this()] {
      const auto held = std::exchange(self->events_, nullptr);
      if (held && held->on_close && !self->core_->stopped) held->on_close();
    });
    return;
  }
  begin_read();
}

void ws_session_on_beast::begin_read() {
  stream_.async_read(buffer_, [self = shared_from_this()](const error_code& failed, std::size_t) {
    self->on_read(failed);
  });
}

void ws_session_on_beast::on_read(const error_code& failed) {
  if (where_ == phase::gone) return;
  if (failed) return end();
  const auto bytes = buffer_.cdata();
  const auto held = events_;
  if (where_ == phase::open && held->on_message)
    held->on_message({static_cast<const char*>(bytes.data()), bytes.size()},
                     stream_.got_text() ? frame_kind::text : frame_kind::binary);
  if (where_ == phase::gone) return;
  buffer_.consume(buffer_.size());
  begin_read();
}

void ws_session_on_beast::send(std::shared_ptr<const std::string> payload, frame_kind kind) {
  if (where_ != phase::open) return;
  if (queue_.size() >= core_->options.ws_queue_max) {
    const auto held = events_;
    if (held && held->on_slow) held->on_slow();
    return end();
  }
  queue_.push_back({std::move(payload), kind});
  if (!writing_) write_next();
}

void ws_session_on_beast::write_next() {
  if (queue_.empty()) {
    if (where_ != phase::closing) return;
    stream_.async_close(goodbye_, [self = shared_from_this()](const error_code&) { self->end(); });
    return;
  }
  writing_ = true;
  const auto& next = queue_.front();
  stream_.text(next.kind == frame_kind::text);
  stream_.async_write(asio::buffer(*next.payload),
                      [self = shared_from_this()](const error_code& failed, std::size_t) {
                        self->writing_ = false;
                        if (self->where_ == phase::gone) return;
                        if (failed) return self->end();
                        self->queue_.pop_front();
                        self->write_next();
                      });
}

void ws_session_on_beast::close(std::uint16_t code, std::string_view reason) {
  if (where_ != phase::open) return;
  where_ = phase::closing;
  goodbye_.code = code;
  // The longest text that a control frame has room for.
  goodbye_.reason.assign(reason.data(), std::min(reason.size(), goodbye_.reason.max_size()));
  end_after(close_timeout, phase::closing);
  if (!writing_) write_next();
}

void ws_session_on_beast::end_after(std::chrono::milliseconds delay, phase while_in) {
  timer_.expires_after(delay);
  timer_.async_wait([self = shared_from_this(), while_in](const error_code& failed) {
    if (!failed && self->where_ == while_in) self->end();
  });
}

void ws_session_on_beast::end() {
  if (where_ == phase::gone) return;
  where_ = phase::gone;
  timer_.cancel();
  error_code ignored;
  stream_.next_layer().shutdown(tcp_socket::shutdown_both, ignored);
  stream_.next_layer().close(ignored);
  if (core_->stopped) {
    events_.reset();
    return;
  }
  core_->members.erase(id_);
  if (!events_) return;
  asio::post(stream_.get_executor(), [self = shared_from_this()] {
    const auto held = std::exchange(self->events_, nullptr);
    if (held && held->on_close && !self->core_->stopped) held->on_close();
  });
}

}  // namespace

void serve_websocket(std::shared_ptr<server_core> core, std::uint64_t id, tcp_socket socket,
                     beast_request raw, http_request request) {
  std::make_shared<ws_session_on_beast>(std::move(core), id, std::move(socket), std::move(raw),
                                        std::move(request))
      ->accept();
}

}  // namespace bw::net
