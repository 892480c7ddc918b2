// What the feed tells of itself, and what makes it suspect.
#include <algorithm>

#include "domain/backoff.hpp"
#include "feeds/alpaca_feed_state.ipp"
#include "feeds/snapshot_codec.hpp"

namespace bw {
namespace {

/// Between two tries to pass on what a full sink has left here.
constexpr std::chrono::milliseconds drain_every{1};
/// Between two looks at silence and bad frames.
constexpr std::chrono::milliseconds watch_every{250};
constexpr std::chrono::seconds bad_window{1};

}  // namespace

void alpaca_feed::state::enter(feed_state next, std::string_view reason, std::uint8_t reason_code) {
  const auto streams = [](feed_state x) {
    return x == feed_state::synced || x == feed_state::suspect;
  };
  if (streams(now.state) && !streams(next)) away_since = time.mono_now();
  if (streams(next) && !streams(now.state)) {
    // What came while the past was fetched had to wait for it.
    lag = lag_watch{options.lag_max, options.lag_window};
    last_late = {};
  }
  if (streams(next) && std::exchange(polling, false)) {
    polls->cancel();
    log_line(log_level::info, "feed", "polling_ended", "the stream tells the prices again");
  }
  if (next == feed_state::down || next == feed_state::latched || next == feed_state::connecting)
    now.symbols_subscribed = 0;
  now.state = next;
  now.reason = cut<short_text>(reason);
  now.reason_code = reason_code;
  now.at = time.utc_now();
  shown.publish(now);
  meter.connected(next == feed_state::synced);
  log_line(next == feed_state::down || next == feed_state::latched ? log_level::warning
                                                                   : log_level::info,
           "feed", to_string(next), reason);
  pass(now);
  if (out) out->flush();
}

void alpaca_feed::state::pass(const market_event& event) {
  if (!out || out->offer(event)) return;
  // Too slow for too long: as if the connection had been lost, so that the gap is filled again.
  meter.dropped(out->waiting() + 1);
  out->clear();
  close_then({ec::queue_full, "the consumer was too slow for the stream"},
             stream_remedy::reconnect);
}

void alpaca_feed::state::count_conflated() {
  meter.conflated(out->conflated() - std::exchange(conflated_seen, out->conflated()));
}

void alpaca_feed::state::count_bad(std::uint64_t elements) {
  if (elements == 0) return;
  const auto instant = time.mono_now();
  if (instant - bad_window_start > shown_span(bad_window)) {
    bad_window_start = instant;
    bad_in_window = 0;
  }
  bad_in_window += elements;
  last_bad = instant;
  if (bad_in_window > options.bad_per_second_max && now.state == feed_state::synced)
    enter(feed_state::suspect, "too many messages that cannot be read",
          static_cast<std::uint8_t>(ec::parse_failed));
}

void alpaca_feed::state::expect_answer(const char* what) {
  step_timer = loop.after(
      options.step_timeout, guarded([what](state& s) {
        const auto detail = s.now.reason.empty() ? std::string{} : "; " + s.now.reason.str();
        s.close_then(
            {ec::timed_out, "no complete answer '" + std::string{what} + "' in time" + detail},
            stream_remedy::reconnect);
      }));
}

void alpaca_feed::state::watch() {
  watch_timer = loop.after(watch_every, guarded([](state& s) { s.watch(); }));
  const auto instant = time.mono_now();
  if (now.state != feed_state::synced && now.state != feed_state::suspect)
    return poll_when_away(instant);
  const bool silent = options.silence_max.count() > 0 && options.expects_data &&
                      instant - last_data > shown_span(options.silence_max) &&
                      options.expects_data(time.utc_now());
  const bool bad = bad_in_window > options.bad_per_second_max &&
                   instant - last_bad <= shown_span(options.clean_after);
  // Where hours pass in minutes, each wait of the machine is a long one of that clock.
  if (options.lag_max.count() > 0 && time.speed() == 1 && lag.is_late(instant)) last_late = instant;
  const bool lags =
      last_late != mono_ns{} && instant - last_late <= shown_span(options.clean_after);
  if (lags && now.state == feed_state::synced)
    enter(feed_state::suspect, "its messages come late", static_cast<std::uint8_t>(ec::timed_out));
  if (silent && now.state == feed_state::synced)
    enter(feed_state::suspect, "nothing came although the market is open",
          static_cast<std::uint8_t>(ec::timed_out));
  if (!silent && !bad && !lags && now.state == feed_state::suspect) enter(feed_state::synced);
}

void alpaca_feed::state::poll_when_away(mono_ns instant) {
  if (options.poll_after.count() == 0 || instant - away_since < shown_span(options.poll_after))
    return;
  if (polling && instant - polled_at < shown_span(options.poll_every)) return;
  if (!std::exchange(polling, true))
    log_line(log_level::warning, "feed", "polling",
             "the stream is away: the latest prices are asked for by REST, for positions and their "
             "stops alone");
  polled_at = instant;
  poll();
}

/// A poll that finds the breaker open, or no answer, is followed by the next one.
void alpaca_feed::state::poll() {
  polls->use(wanted);
  polls->fetch(
      [this](std::string body) -> result<void> {
        polled_events<state> events{*this};
        auto read = decode_snapshots(std::move(body), known, time.mono_now(), events);
        if (out) out->flush();
        if (!read) return std::move(read).failure();
        meter.polled(*read);
        return {};
      },
      [](result<void> how) {
        if (!how) log_line(log_level::info, "feed", "no_poll", how.failure().text());
      });
}

nanoseconds alpaca_feed::state::wait_after(stream_remedy what) {
  if (what != stream_remedy::reconnect_late) return failures.next();
  constexpr std::int64_t jitter_percent = 20;
  constexpr std::int64_t refusals_max = 1000;
  refusals = std::min(refusals + 1, refusals_max);
  const auto wait = std::min<nanoseconds>(options.refused_step * refusals, options.refused_longest);
  return with_jitter(wait, jitter_percent, random);
}

void alpaca_feed::state::drain_later() {
  if (!out || out->waiting() == 0 || drain_timer) return;
  drain_timer = loop.after(drain_every, guarded([](state& s) {
                             s.drain_timer.reset();
                             if (!s.out) return;
                             s.out->drain();
                             s.out->flush();
                             s.count_conflated();
                             s.drain_later();
                           }));
}

}  // namespace bw
