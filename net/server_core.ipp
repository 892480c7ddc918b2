// For the .cpp files of this folder: it names Asio and Beast.
#pragma once

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <map>
#include <memory>

#include "net/http_server.hpp"
#include "net/transport.ipp"

namespace bw::net {

using beast_request = boost::beast::http::request<boost::beast::http::string_body>;

/// One connection of the server, as HTTP or as WebSocket.
class server_member {
 public:
  virtual ~server_member() = default;
  /// Ends the connection at once. With a stopped server nothing is called back.
  virtual void cut() = 0;
};

/// What the connections of one server share. They keep it alive; `stopped` tells them that its
/// owner has gone.
struct server_core {
  asio::io_context& context;
  http_server_options options;
  http_server_handlers handlers;
  bool stopped = false;
  std::map<std::uint64_t, std::weak_ptr<server_member>> members;

  bool full() const { return members.size() >= options.connections_max; }
};

/// A connection that was just accepted. `id` is its place among the members.
void serve_http(std::shared_ptr<server_core> core, std::uint64_t id, tcp_socket socket);
/// A connection whose owner has agreed to the upgrade; takes over the place `id`.
void serve_websocket(std::shared_ptr<server_core> core, std::uint64_t id, tcp_socket socket,
                     beast_request raw, http_request request);

}  // namespace bw::net
