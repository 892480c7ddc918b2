#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/clock.hpp"
#include "core/metrics.hpp"
#include "core/secret.hpp"
#include "domain/backoff.hpp"
#include "domain/bar_store.hpp"
#include "domain/breaker_board.hpp"
#include "domain/session_calendar.hpp"
#include "feeds/alpaca_endpoints.hpp"
#include "feeds/feed.hpp"
#include "net/io_loop.hpp"

namespace bw {

/// How the stream's messages travel.
enum class feed_codec : std::uint8_t { json = 1, msgpack };

struct alpaca_feed_options {
  alpaca_data_endpoints endpoints;
  /// Part of the stream's path and the source of past bars: "iex" or "sip".
  std::string feed_name = "iex";
  feed_codec codec = feed_codec::json;
  std::string key_id;
  secret secret_key;
  symbol_list symbols;
  /// How far back the bars reach that are delivered before the first live one. Zero: none.
  std::chrono::minutes history{5 * 24 * 60};
  /// Days that are over come from here where it has them; null: everything is fetched. With the
  /// calendar that says which days are over. Used on the loop's thread; outlives the feed.
  bar_store* past = nullptr;
  std::optional<session_calendar> days;
  /// Waits before a lost connection is made again.
  backoff_options reconnect;
  /// After "too many connections" the waits grow by this much each time: the venue may hold a
  /// half-dead session for a minute and a half.
  std::chrono::milliseconds refused_step{5'000};
  std::chrono::milliseconds refused_longest{60'000};
  /// A connection that was synced for this long has proven itself: waits start over.
  std::chrono::milliseconds proven_after{10'000};
  /// For each answer of the handshake: connected, authenticated, subscribed.
  std::chrono::milliseconds step_timeout{5'000};
  /// Wait before a page of past bars is asked for again.
  std::chrono::milliseconds history_retry{1'000};
  /// How long the latest prices of a new connection are waited for. Zero: they are not asked for.
  std::chrono::milliseconds snapshot_within{2'000};
  /// When the stream has been away for so long, the latest prices are asked for by REST every
  /// `poll_every` until it is back: to value positions and to watch their stops. Zero: never.
  std::chrono::milliseconds poll_after{30'000};
  std::chrono::milliseconds poll_every{5'000};
  /// The connection is pinged when nothing came for this long, and dead after twice as long.
  std::chrono::milliseconds ping_after{5'000};
  /// Without any message for this long, while data is expected, the feed is suspect. Zero: never.
  std::chrono::milliseconds silence_max{5'000};
  /// Whether data is to be expected at an instant, say because the market is open. Empty: never.
  std::function<bool(utc_ns)> expects_data;
  /// More bad elements or frames than this within a second make the feed suspect, until nothing bad
  /// came for `clean_after`.
  std::uint32_t bad_per_second_max = 10;
  std::chrono::milliseconds clean_after{10'000};
  /// When more than one of a hundred reads of the last `lag_window` came later than this after the
  /// venue's stamp, the feed is suspect, until none of `clean_after` were. Zero: never.
  std::chrono::milliseconds lag_max{500};
  std::chrono::milliseconds lag_window{5'000};
  /// Where the breaker for market data by REST tells of itself; null: nobody is told.
  std::shared_ptr<breaker_board> breakers;
  trace_id first_trace{1};
  std::uint64_t seed = 1;
};

/// Alpaca's market data: one WebSocket, past bars by REST. After each connect it authenticates,
/// subscribes, compares what was acknowledged with what is wanted, fetches the bars it has missed
/// and the latest prices (tick_origin::snapshot), and only then calls itself synced. Reconnects by
/// itself until it is stopped or refused for a reason that only a person can mend (latched). Past
/// bars come in order before live ones. While the stream is away for long, prices that are polled
/// by REST come as snapshots; the state stays what it is, so that nothing is entered on them.
///
/// Everything happens on the loop's thread; `start`, `stop` and `status` may be called from any
/// other one. The loop, the clock and the registry outlive the feed, and the loop runs while `stop`
/// waits. `stop` and `start` may alternate.
class alpaca_feed final : public feed {
 public:
  alpaca_feed(net::io_loop& loop, const clock& time, metrics_registry& metrics,
              alpaca_feed_options options);
  ~alpaca_feed() override;

  void start(market_sink& sink) override;
  void stop() override;
  feed_status status() const override;
  /// On a live connection they are subscribed beside the others, and their past bars are fetched.
  void add(const symbol_list& more) override;

 private:
  struct state;
  std::shared_ptr<state> state_;
};

}  // namespace bw
