#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "core/metrics.hpp"
#include "core/secret.hpp"
#include "messages/account.hpp"
#include "net/io_loop.hpp"
#include "net/ws_client.hpp"
#include "venue/activity_book.hpp"
#include "venue/exchange.hpp"
#include "venue/fault_stage.hpp"
#include "venue/market_source.hpp"
#include "venue/new_york_time.hpp"

namespace bw::venue {

/// When the venue's clock starts to run.
enum class clock_start : std::uint8_t {
  at_once = 1,
  /// It stands still until a client has shown good credentials, so that a recorded day does not
  /// run off before anybody looks.
  at_first_client,
};

struct venue_options {
  /// Loopback port; 0 takes a free one.
  std::uint16_t port = 0;
  /// The key pair that clients must show; an empty key id admits any pair that is not empty.
  std::string key_id;
  secret secret_key;
  /// Venue seconds per real second, at least 1.
  std::int64_t speed = 1;
  clock_start clock = clock_start::at_once;
  /// Where the clock starts; the market source's own wish when empty.
  std::optional<utc_ns> start_time;
  /// REST requests in a minute of the venue's time, for trading and market data each; 0: no limit.
  std::uint32_t requests_per_minute = 200;
  /// Of the trading stream, as long as a client does not ask for MessagePack.
  net::frame_kind trade_frames = net::frame_kind::binary;
  /// Real time a client of a stream has to authenticate.
  std::chrono::milliseconds auth_timeout{10'000};
  /// Data stream connections for one key and endpoint; 0: no limit.
  std::size_t data_connections_per_endpoint = 1;
  /// Symbols of trades and quotes on /v2/iex; 0: no limit.
  std::size_t iex_symbols_max = 0;
  bool sip_entitled = true;
  exchange_options exchange;
  /// What each sale costs, charged in one sum when its session has closed; what is charged with
  /// each execution stands in `exchange`. By default nothing.
  fee_schedule fees_at_close;
  /// What goes wrong on purpose; nothing by default.
  std::optional<fault_script> faults;
};

/// Numbers of a running venue, for people who watch a demonstration.
struct venue_counts {
  std::uint64_t requests = 0;
  std::uint64_t orders = 0;
  std::uint64_t fills = 0;
  std::uint64_t stream_messages = 0;
  std::size_t trade_connections = 0;
  std::size_t data_connections = 0;
  utc_ns now;
};

/// The whole venue on one loop: market, exchange, REST and streams on one loopback port. Owns the
/// venue's time: it sets `time`'s anchor at start, and again when a held clock is released.
/// `loop`, `time` and `metrics` must outlive it. All calls on the loop's thread, or while the loop
/// does not run.
class venue_service {
 public:
  /// Market events taken in one turn of the loop; sockets are served between turns.
  static constexpr std::size_t events_per_turn = 1024;
  /// Longest real time between two turns.
  static constexpr std::chrono::milliseconds turn_pause_max{20};
  /// Shortest one while the market is not behind.
  static constexpr std::chrono::milliseconds turn_pause_min{1};

  /// `sessions` is the calendar; `new_york_offset` knows daylight saving.
  venue_service(net::io_loop& loop, venue_options options, std::unique_ptr<market_source> source,
                std::vector<session_day> sessions, offset_minutes_at new_york_offset,
                scaled_clock& time, metrics_registry* metrics = nullptr);
  /// Stops.
  ~venue_service();

  /// Starts clock and market and listens. Answers the port. Once.
  result<std::uint16_t> start();
  void stop();

  /// The venue's time: what its market has been carried to.
  utc_ns now() const;
  venue_counts counts() const;
  const exchange& market() const;
  activity_book& activities();

  /// How the fault script goes; empty without one.
  fault_progress faults() const;

  /// The next executions happen and are not told on the stream, for tests of who finds them out.
  void lose_fill_messages(std::uint32_t count);
  /// A corporate action: position and open orders become what exchange::split makes of them, and
  /// the account's book says so. ec::not_found for a symbol that is not listed. The market goes on
  /// at the prices of its source.
  result<void> split(std::string_view symbol, split_ratio by);

 private:
  struct state;
  std::shared_ptr<state> state_;
};

}  // namespace bw::venue
