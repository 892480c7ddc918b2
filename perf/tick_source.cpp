#include "perf/tick_source.hpp"

#include <immintrin.h>

#include <algorithm>
#include <thread>

#include "perf/prompt_thread.hpp"

namespace bw::perf {
namespace {

/// Frames between two rings of the doorbell when they are due all at once: a read of a socket
/// brings about as many.
constexpr std::uint64_t burst_max = 64;
constexpr std::size_t lags_kept = 1'000'000;

}  // namespace

tick_source::tick_source(const perf_clock& time, workload& ticks)
    : time_(time), ticks_(ticks), codec_(ticks.symbols()) {
  triggers_.resize(ticks.triggers());
}

void tick_source::start(market_sink& sink) {
  out_ = std::make_unique<quote_conflator>(ticks_.symbols().size(), sink);
  feed_status up;
  up.state = feed_state::synced;
  up.symbols_subscribed = static_cast<std::uint32_t>(ticks_.symbols().size());
  up.at = time_.utc_now();
  if (!out_->offer(up)) ++lost_;
  const instant now{time_.utc_now(), time_.mono_now()};
  for (std::size_t k = 0; k < ticks_.symbols().size(); ++k)
    if (!out_->offer(opening_quote(k, now)) || !out_->offer(opening_trade(k, now))) ++lost_;
  out_->flush();
  started_.store(true, std::memory_order_release);
}

void tick_source::stop() {
  // The sink outlives the node's stop, and the conflator this object: a thread that still plays
  // finds both.
  started_.store(false, std::memory_order_release);
}

feed_status tick_source::status() const {
  feed_status out;
  out.state = started() ? feed_state::synced : feed_state::down;
  out.symbols_subscribed = static_cast<std::uint32_t>(ticks_.symbols().size());
  return out;
}

void tick_source::on_event(const market_event& event) {
  if (!out_->offer(event)) ++lost_;
}

std::size_t tick_source::trigger_of(trace_id trace) const {
  // One message a frame: the codec counts them from 1 in the order of the ticks.
  if (trace.value == 0 || !ticks_.is_trigger(trace.value - 1)) return npos;
  const auto out = ticks_.trigger_of(trace.value - 1);
  return out < triggers_.size() ? out : npos;
}

void tick_source::take(std::uint64_t tick, mono_ns due, mono_ns now) {
  const auto frame = ticks_.frame(tick, time_.utc_at(now));
  if (!codec_.decode(frame, now, *this)) ++lost_;
  if (!ticks_.is_trigger(tick)) return;
  triggers_[ticks_.trigger_of(tick)] = {due, now, time_.mono_now()};
}

bool tick_source::may_rest(const open_loop& schedule) {
  return schedule.pattern() == arrivals::constant && schedule.rate() <= resting_rate_max;
}

void tick_source::play(const open_loop& schedule, std::uint64_t first, std::uint64_t last,
                       generator_record& out, const std::function<std::size_t()>& depth) {
  const prompt_thread prompt{may_rest(schedule)};
  out.rested = prompt.is_prompt();
  const auto lag_max = schedule.lag_max_ns();
  if (out.lags.count() == 0) out.lags = latency_samples{std::min(lags_kept, last - first)};
  if (out.began == mono_ns{}) out.began = schedule.due(first);
  std::uint64_t unrung = 0;
  // Ticks that are due closer together than one is handled are not the generator's fault, unless
  // the rate itself is more than it can do.
  const bool excuses = schedule.pattern() != arrivals::constant;
  mono_ns free_at{};
  for (auto tick = first; tick < last; ++tick) {
    const auto due = schedule.due(tick);
    auto now = time_.mono_now();
    if (now < due && unrung > 0) {
      out_->drain();
      out_->flush();
      unrung = 0;
      now = time_.mono_now();
    }
    if (prompt.is_prompt() && due - now > rest_min) std::this_thread::sleep_for(due - now - awake);
    while (now < due) {
      _mm_pause();
      now = time_.mono_now();
    }
    const auto lag = now - (excuses ? std::max(due, free_at) : due);
    ++out.sent;
    if (lag.count() > lag_max) ++out.late;
    out.lag_max_ns = std::max(out.lag_max_ns, lag.count());
    if (out.lags.count() < lags_kept) out.lags.add(lag.count());
    take(tick, due, now);
    if (excuses) free_at = time_.mono_now();
    if (++unrung < burst_max) continue;
    out_->drain();
    out_->flush();
    unrung = 0;
    if (depth) out.depth_max = std::max(out.depth_max, depth());
  }
  out_->drain();
  out_->flush();
  out.ended = time_.mono_now();
}

void tick_source::flood(std::uint64_t first, std::uint64_t last) {
  for (auto tick = first; tick < last; ++tick) {
    while (out_->waiting() > 0) {
      _mm_pause();
      out_->drain();
      out_->flush();
    }
    const auto now = time_.mono_now();
    take(tick, now, now);
    if (tick % burst_max == burst_max - 1) out_->flush();
  }
  while (out_->waiting() > 0) {
    out_->drain();
    out_->flush();
  }
  out_->flush();
}

}  // namespace bw::perf
