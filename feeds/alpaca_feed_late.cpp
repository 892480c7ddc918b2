// Symbols that come while the feed runs: subscribed beside the others, their past fetched.
#include "feeds/alpaca_feed_state.ipp"
#include "feeds/subscription.hpp"

namespace bw {

void alpaca_feed::state::add(const symbol_list& more) {
  // Whoever is not subscribed yet comes with all the others.
  const bool asked = out && now.state >= feed_state::subscribing && now.state < feed_state::latched;
  for (const auto& symbol : more) {
    known.push_back(symbol);
    wanted.push_back(symbol);
    if (asked) late.push_back(symbol);
  }
  codec.use(known);
  bars.grow(known.size());
  if (out) out->grow(known.size());
  subscribe_late();
}

void alpaca_feed::state::subscribe_late() {
  if (!reading() || now.state < feed_state::synced || !adding.empty() || late.empty()) return;
  adding = std::exchange(late, {});
  say(subscribe_message(adding));
  expect_answer("subscription");
}

/// Live bars of all symbols wait meanwhile, so that those of the past come before them.
void alpaca_feed::state::fetch_late() {
  const auto done = [](state& s, result<void> how) {
    if (!s.reading()) return;
    if (!how) return s.close_then(std::move(how).failure(), stream_remedy::reconnect);
    s.adding.clear();
    for (const auto& b : s.bars.release(s.time.utc_now())) s.pass(b);
    if (s.out) s.out->flush();
    s.subscribe_late();
  };
  if (options.history.count() == 0) return done(*this, {});
  bars.hold();
  const auto until = time.utc_now();
  history->use(adding);
  fetch(until - options.history, until, done);
}

void alpaca_feed::state::refuse_late(const std::string& why) {
  step_timer.reset();
  std::string names;
  for (const auto& symbol : std::exchange(adding, {})) {
    std::erase(wanted, symbol);
    names += (names.empty() ? "" : ", ") + symbol;
  }
  log_line(log_level::error, "feed", "subscription_refused",
           names + ": the stream refused with " + why + "; the other symbols go on");
  subscribe_late();
}

}  // namespace bw
