// What the connection says, and what is asked for before its data counts as whole.
#include "feeds/alpaca_feed_state.ipp"
#include "feeds/msgpack_text.hpp"
#include "feeds/snapshot_codec.hpp"
#include "feeds/subscription.hpp"

namespace bw {

// The connection's words.

void alpaca_feed::state::on_open() { expect_answer("connected"); }

void alpaca_feed::state::say(std::string json) {
  if (options.codec == feed_codec::json) return socket->send(std::move(json));
  socket->send(json_to_msgpack(json), net::frame_kind::binary);
}

void alpaca_feed::state::on_frame(std::string_view payload, net::frame_kind kind,
                                  mono_ns received) {
  if (!reading()) return;
  last_data = received;
  const auto refused = codec.counts().refused;
  // A server that does not know the codec answers in JSON.
  const bool packed = options.codec == feed_codec::msgpack && kind == net::frame_kind::binary;
  const auto read = packed ? codec.decode_packed(payload, received, *this)
                           : codec.decode(payload, received, *this);
  if (!read) {
    if (bad_in_window == 0)
      log_line(log_level::warning, "feed", "bad_frame", read.failure().context);
    count_bad(1);
  }
  count_bad(codec.counts().refused - refused);
}

void alpaca_feed::state::on_burst_end() {
  if (!out) return;
  out->drain();
  out->flush();
  drain_later();
  const auto instant = time.utc_now();
  meter.message_at(instant);
  if (newest_event != utc_ns{}) {
    const auto delay = instant - std::exchange(newest_event, {});
    meter.delay(delay);
    lag.on_delay(delay, time.mono_now());
  }
  meter.count(codec.counts());
  count_conflated();
}

void alpaca_feed::state::on_event(const market_event& event) {
  // A page of bars is read by the same codec; it is marked as history.
  if (const auto* b = std::get_if<bar>(&event)) return on_bar(*b);
  if (!reading()) return;
  // How late the feed is shows in what has just happened, and in nothing else.
  const auto is_live = [](const auto* x) { return x != nullptr && x->origin == tick_origin::live; };
  if (const auto* q = std::get_if<quote>(&event); is_live(q)) newest_event = q->ts_event;
  if (const auto* t = std::get_if<trade>(&event); is_live(t)) newest_event = t->ts_event;
  pass(event);
}

void alpaca_feed::state::on_bar(const bar& b) {
  if (!reading()) return;
  // The bar of today grows with every message: there is no order to keep.
  if (b.span == bar_span::day) return pass(b);
  if (b.origin == bar_origin::history) {
    if (bars.take_history(b, time.utc_now())) pass(b);
    return;
  }
  switch (bars.take_live(b)) {
    case bar_sequencer::live_bar::hand_out: pass(b); return;
    case bar_sequencer::live_bar::held:
    case bar_sequencer::live_bar::known: return;
    case bar_sequencer::live_bar::no_room:
      close_then({ec::queue_full, "more live bars came than can be held while history is fetched"},
                 stream_remedy::reconnect);
  }
}

void alpaca_feed::state::on_control(const stream_control& control) {
  if (!reading()) return;
  switch (control.kind) {
    case control_kind::connected:
      if (now.state != feed_state::connecting) return;
      enter(feed_state::authenticating);
      say(auth_message(options.key_id, options.secret_key.reveal()));
      return expect_answer("authenticated");
    case control_kind::authenticated:
      if (now.state != feed_state::authenticating) return;
      enter(feed_state::subscribing);
      say(subscribe_message(wanted));
      return expect_answer("subscription");
    case control_kind::subscription: return on_subscription(control.channels);
    case control_kind::error: {
      const auto [code, what] = judge_stream_error(control.code);
      if (what == stream_remedy::none) return;
      if (what == stream_remedy::person && !adding.empty())
        return refuse_late(std::to_string(control.code) + " " + control.text);
      return close_then(
          {code, "the stream refused with " + std::to_string(control.code) + " " + control.text},
          what);
    }
    case control_kind::other: return;
  }
}

void alpaca_feed::state::on_subscription(const channel_set& acknowledged) {
  auto settled = wanted;
  for (const auto* pending : {&late, &adding})
    for (const auto& symbol : *pending) std::erase(settled, symbol);
  const auto check = check_subscription(settled, acknowledged);
  const auto more = check_subscription(adding, acknowledged);
  now.symbols_subscribed = check.complete + more.complete;
  if (!check.missing.empty()) {
    // Not an error yet: the server may answer channel by channel. The step's time-out decides.
    enter(now.state, "not acknowledged: " + check.missing,
          static_cast<std::uint8_t>(ec::protocol_violation));
    if (now.state == feed_state::synced || now.state == feed_state::suspect)
      close_then({ec::protocol_violation, "the subscription has lost " + check.missing},
                 stream_remedy::reconnect);
    return;
  }
  if (now.state != feed_state::subscribing) {
    if (!adding.empty() && more.missing.empty()) {
      step_timer.reset();
      shown.publish(now);
      fetch_late();
    }
    return;
  }
  step_timer.reset();
  fetch_past();
}

// The past.

/// Bars that were missed and the latest prices are asked for side by side. Only the bars are waited
/// for whatever it takes: a price that does not come is told by the next tick.
void alpaca_feed::state::fetch_past() {
  enter(feed_state::snapshot);
  bars.hold();
  waits_for_bars = waits_for_prices = true;
  fetch_prices();
  fetch_bars(time.utc_now());
}

void alpaca_feed::state::fetch_prices() {
  if (options.snapshot_within.count() == 0) return on_prices({});
  snapshots->use(wanted);
  snapshots->fetch(
      [this](std::string body) -> result<void> {
        auto read = decode_snapshots(std::move(body), known, time.mono_now(), *this);
        if (out) out->flush();
        if (!read) return std::move(read).failure();
        meter.snapshots(*read);
        return {};
      },
      [this](result<void> how) { on_prices(std::move(how)); });
}

void alpaca_feed::state::fetch_bars(utc_ns until) {
  if (options.history.count() == 0) return on_history({});
  history->use(wanted);
  fetch(bars.fetch_from(until - options.history), until,
        [](state& s, result<void> how) { s.on_history(std::move(how)); });
}

void alpaca_feed::state::on_history(result<void> how) {
  if (!reading()) return;
  if (!how) {
    const auto what =
        how.code() == ec::auth_refused ? stream_remedy::person : stream_remedy::reconnect;
    return close_then(std::move(how).failure(), what);
  }
  waits_for_bars = false;
  sync_when_complete();
}

void alpaca_feed::state::on_prices(result<void> how) {
  if (!reading()) return;
  if (!how) log_line(log_level::warning, "feed", "no_snapshot", how.failure().text());
  waits_for_prices = false;
  sync_when_complete();
}

void alpaca_feed::state::sync_when_complete() {
  if (waits_for_bars || waits_for_prices || now.state != feed_state::snapshot) return;
  for (const auto& b : bars.release(time.utc_now())) pass(b);
  if (!reading()) return;
  synced_at = last_data = time.mono_now();
  meter.count(codec.counts());
  enter(feed_state::synced);
  subscribe_late();
}

}  // namespace bw
