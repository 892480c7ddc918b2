#include "net/http_server.hpp"

#include <boost/asio/ip/address.hpp>

#include "net/server_core.ipp"

namespace bw::net {
namespace {

using acceptor = asio::basic_socket_acceptor<tcp, executor>;

result<tcp::endpoint> loopback_endpoint(const http_server_options& options) {
  error_code failed;
  const auto text = options.address == "localhost" ? "127.0.0.1" : options.address;
  const auto address = asio::ip::make_address(text, failed);
  if (failed) return {ec::invalid_argument, "'" + options.address + "' is no address to listen on"};
  if (!address.is_loopback())
    return {ec::invalid_argument,
            "'" + options.address + "' is not a loopback address; listen on 127.0.0.1 or ::1"};
  return tcp::endpoint{address, options.port};
}

error listen_error(const error_code& failed, const endpoint& at) {
  if (failed == asio::error::address_in_use)
    return {ec::address_in_use, at.text() +
                                    " is in use: another process listens there; stop it or "
                                    "choose another port (0 takes a free one)"};
  return {ec::io_failed, "cannot listen on " + at.text() + ": " + failed.message()};
}

}  // namespace

struct http_server::state : std::enable_shared_from_this<http_server::state> {
  state(asio::io_context& context, http_server_options options, http_server_handlers handlers)
      : listener(context.get_executor()),
        core(std::make_shared<server_core>(
            server_core{context, std::move(options), std::move(handlers), false, {}})) {}

  result<std::uint16_t> start();
  void accept();
  void stop();

  acceptor listener;
  std::shared_ptr<server_core> core;
  std::uint64_t accepted = 0;
};

result<std::uint16_t> http_server::state::start() {
  auto where = loopback_endpoint(core->options);
  if (!where) return std::move(where).failure();
  const endpoint at{core->options.address, core->options.port, security::plain_loopback};
  error_code failed;
  listener.open(where->protocol(), failed);
  if (!failed) listener.set_option(asio::socket_base::reuse_address{true}, failed);
  if (!failed) listener.bind(*where, failed);
  if (!failed) listener.listen(asio::socket_base::max_listen_connections, failed);
  if (failed) {
    error_code ignored;
    listener.close(ignored);
    return listen_error(failed, at);
  }
  const auto port = listener.local_endpoint(failed).port();
  accept();
  return port;
}

void http_server::state::accept() {
  listener.async_accept([self = shared_from_this()](const error_code& failed, tcp_socket socket) {
    if (self->core->stopped || failed == asio::error::operation_aborted) return;
    // A connection beyond the limit is closed by leaving it; so is one that broke on its way.
    if (!failed && !self->core->full()) serve_http(self->core, ++self->accepted, std::move(socket));
    self->accept();
  });
}

void http_server::state::stop() {
  if (core->stopped) return;
  core->stopped = true;
  error_code ignored;
  listener.close(ignored);
  const auto members = std::exchange(core->members, {});
  for (const auto& [id, member] : members)
    if (const auto here = member.lock()) here->cut();
}

http_server::http_server(io_loop& loop, http_server_options options, http_server_handlers handlers)
    : state_(std::make_shared<state>(loop.context(), std::move(options), std::move(handlers))) {}

http_server::~http_server() { state_->stop(); }

result<std::uint16_t> http_server::start() { return state_->start(); }
void http_server::stop() { state_->stop(); }

}  // namespace bw::net
