#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "net/http_server.hpp"
#include "venue/alpaca_auth.hpp"
#include "venue/alpaca_market_wire.hpp"
#include "venue/bar_timeframe.hpp"
#include "venue/subscriptions.hpp"
#include "venue/venue_outlet.hpp"
#include "venue/venue_world.hpp"

namespace bw::venue {

struct data_stream_options {
  /// Real time a client has to authenticate.
  std::chrono::milliseconds auth_timeout{10'000};
  /// Authenticated connections for one key and endpoint; 0: no limit.
  std::size_t connections_per_endpoint = 1;
  /// Symbols of trades and quotes on /v2/iex, 30 on Alpaca's free plan; 0: no limit.
  std::size_t iex_symbols_max = 0;
  /// Whether the account may read /v2/sip; without it error 409.
  bool sip_entitled = true;
};

/// The streams of market data: /v2/iex, /v2/sip, /v2/delayed_sip and /v2/test all show the venue's
/// one market. Clients authenticate, subscribe, and get arrays of messages in JSON or, when the
/// handshake asks for it, MessagePack. Lives in a shared_ptr; what the constructor takes must
/// outlive the server that accepts the sessions. On the loop's thread.
class data_stream : public std::enable_shared_from_this<data_stream> {
 public:
  data_stream(data_stream_options options, net::io_loop& loop, const alpaca_auth& auth,
              const venue_world& world, venue_outlet& outlet, std::function<void()> on_authorized);

  static bool serves(std::string_view path);
  net::ws_session_events accept(const net::http_request& request,
                                std::shared_ptr<net::ws_session> session);

  /// Puts an event into the frames of those who subscribed to it. `flush` sends them.
  void publish(const market_event& event);
  /// Tells what was written since the last call to those who subscribed to news.
  void publish_news(utc_ns now);
  void flush();

  /// Cuts every connection without a word.
  void abort_all();

  std::size_t connections() const { return connections_.size(); }

 private:
  struct connection {
    connection(std::shared_ptr<net::ws_session> session, std::string endpoint, wire_codec codec,
               subscriptions wanted);

    std::shared_ptr<net::ws_session> session;
    std::string endpoint;
    std::string key_id;
    wire_codec codec;
    bool authenticated = false;
    /// Said goodbye to; what still comes from it is ignored.
    bool closing = false;
    subscriptions wanted;
    /// Symbols of the news feed.
    std::set<std::string> news;
    stream_frame frame;
    std::shared_ptr<net::io_loop::timer> auth_deadline;
  };

  void receive(std::uint64_t id, std::string_view payload);
  void authenticate(connection& from, const presented_keys& keys);
  void change_subscriptions(connection& from, const wire_document& message);
  void change_news(connection& from, const wire_document& message);
  void acknowledge(connection& to);
  void send(connection& to, const std::string& json);
  void send_error(connection& to, stream_error what);
  void refuse(connection& to, stream_error what);
  void flush(connection& to);

  void publish_quote(const quote& x);
  void publish_trade(const trade& x);
  void publish_bar(const bar& x);
  void publish_status(const trading_status& x);
  /// Encodes once for each codec in use and hands out to subscribers.
  template <class Encode>
  void hand_out(channel which, symbol_id symbol, Encode encode);
  const bar& daily_bar_with(const bar& minute);

  data_stream_options options_;
  net::io_loop& loop_;
  const alpaca_auth& auth_;
  const venue_world& world_;
  venue_outlet& outlet_;
  std::function<void()> on_authorized_;
  std::map<std::uint64_t, std::shared_ptr<connection>> connections_;
  std::uint64_t next_id_ = 1;
  /// The running bar of the day, by symbol.
  std::vector<std::optional<growing_bar>> daily_;
  /// What was written up to here has been told.
  std::optional<utc_ns> news_told_until_;
};

}  // namespace bw::venue
