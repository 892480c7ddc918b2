// For the .cpp files of the feed: its state.
#pragma once

#include <atomic>
#include <future>
#include <memory>
#include <string>
#include <utility>

#include "core/log.hpp"
#include "core/published.hpp"
#include "domain/lag_watch.hpp"
#include "feeds/alpaca_data_codec.hpp"
#include "feeds/alpaca_feed.hpp"
#include "feeds/alpaca_snapshots.hpp"
#include "feeds/bar_sequencer.hpp"
#include "feeds/data_requests.hpp"
#include "feeds/feed_meter.hpp"
#include "feeds/kept_history.hpp"
#include "feeds/quote_conflator.hpp"
#include "feeds/stream_errors.hpp"
#include "net/ws_client.hpp"

namespace bw {

/// Hands the prices of a poll on; there is no connection whose order they could disturb.
template <class Feed>
struct polled_events final : market_frame_handler {
  explicit polled_events(Feed& to) : feed(to) {}
  void on_event(const market_event& event) override {
    if (feed.polling) feed.pass(event);
  }
  void on_control(const stream_control&) override {}
  Feed& feed;
};

struct alpaca_feed::state : std::enable_shared_from_this<state>, market_frame_handler {
  state(net::io_loop& l, const clock& c, metrics_registry& m, alpaca_feed_options o)
      : loop(l),
        time(c),
        metrics(m),
        options(std::move(o)),
        meter(m),
        known(options.symbols),
        wanted(options.symbols),
        codec(known, options.first_trace),
        bars(known.size()),
        random(options.seed),
        failures(options.reconnect, random.fork()) {
    shown.publish(feed_status{});
  }

  // Life, on the loop's thread.
  void begin(market_sink& sink);
  void end(std::shared_ptr<std::promise<void>> ended);
  void connect();
  void close_then(error why, stream_remedy what);
  void on_closed(error why);

  // The connection's words.
  void on_open();
  void on_frame(std::string_view payload, net::frame_kind kind, mono_ns received);
  void say(std::string json);
  void on_burst_end();
  void on_event(const market_event& event) override;
  void on_control(const stream_control& control) override;
  void on_bar(const bar& b);
  void on_subscription(const channel_set& acknowledged);

  void fetch_past();
  void fetch_prices();
  void fetch_bars(utc_ns until);
  void on_history(result<void> how);
  void on_prices(result<void> how);
  void sync_when_complete();
  template <class Done>
  void fetch(utc_ns from, utc_ns until, Done done) {
    history->fetch(
        from, until,
        [this](std::string body) {
          auto next = codec.decode_bars(std::move(body), time.mono_now(), *this);
          if (out) out->flush();
          return next;
        },
        [this, done](result<void> how) { done(*this, std::move(how)); });
  }

  // Symbols that come while it runs.
  void add(const symbol_list& more);
  void subscribe_late();
  void fetch_late();
  void refuse_late(const std::string& why);

  void enter(feed_state next, std::string_view reason = {}, std::uint8_t reason_code = 0);
  void pass(const market_event& event);
  void count_conflated();
  void count_bad(std::uint64_t elements);
  void expect_answer(const char* what);
  void watch();
  void poll_when_away(mono_ns instant);
  void poll();
  void drain_later();
  nanoseconds wait_after(stream_remedy what);
  void proven() {
    failures.reset();
    refusals = 0;
  }

  bool reading() const {
    return out && socket && !closing && now.state != feed_state::down &&
           now.state != feed_state::latched;
  }
  /// A span of the machine's time as a span of the clock: connections live in real time.
  nanoseconds shown_span(nanoseconds real) const {
    return real * std::max<std::int64_t>(time.speed(), 1);
  }
  template <class Call>
  auto guarded(Call call) {
    return [weak = weak_from_this(), call](auto&&... xs) {
      if (const auto self = weak.lock()) call(*self, std::forward<decltype(xs)>(xs)...);
    };
  }

  net::io_loop& loop;
  const clock& time;
  metrics_registry& metrics;
  const alpaca_feed_options options;
  feed_meter meter;
  /// Their places are their ids.
  symbol_list known;
  /// Those of them that are subscribed with every connection: all but the refused ones.
  symbol_list wanted;
  /// Those that came after this connection was subscribed and wait; those whose turn it is.
  symbol_list late, adding;
  alpaca_data_codec codec;
  bar_sequencer bars;
  prng random;
  backoff failures;
  std::int64_t refusals = 0;

  std::unique_ptr<quote_conflator> out;
  /// Of one start; those below refer to it.
  std::unique_ptr<data_requests> requests;
  std::unique_ptr<kept_history> history;
  std::unique_ptr<alpaca_snapshots> snapshots;
  /// Asks for prices while there is no stream.
  std::unique_ptr<alpaca_snapshots> polls;
  mono_ns away_since;
  mono_ns polled_at;
  bool polling = false;
  /// What the state snapshot still waits for.
  bool waits_for_bars = false;
  bool waits_for_prices = false;
  std::unique_ptr<net::ws_client> socket;
  std::shared_ptr<net::io_loop::timer> step_timer;
  std::shared_ptr<net::io_loop::timer> retry_timer;
  std::shared_ptr<net::io_loop::timer> drain_timer;
  std::shared_ptr<net::io_loop::timer> watch_timer;
  /// Set while `stop` waits for the socket to be gone.
  std::shared_ptr<std::promise<void>> stopping;
  /// A start that came while the old socket was closing.
  market_sink* next_sink = nullptr;

  /// Between start and stop; the only member that other threads touch.
  std::atomic<bool> started{false};
  feed_status now;
  published<feed_status> shown;
  /// Why we are closing the connection ourselves.
  bool closing = false;
  error closing_why{ec::connection_closed, {}};
  stream_remedy closing_remedy = stream_remedy::reconnect;

  mono_ns synced_at;
  mono_ns last_data;
  mono_ns last_bad;
  mono_ns bad_window_start;
  std::uint64_t bad_in_window = 0;
  lag_watch lag{options.lag_max, options.lag_window};
  mono_ns last_late;
  std::uint64_t conflated_seen = 0;
  utc_ns newest_event;
};

}  // namespace bw
