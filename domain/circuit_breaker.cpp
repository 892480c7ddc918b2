#include "domain/circuit_breaker.hpp"

#include <algorithm>

#include "domain/backoff.hpp"

namespace bw {

std::string_view to_string(breaker_state x) noexcept {
  switch (x) {
    case breaker_state::closed: return "closed";
    case breaker_state::open: return "open";
    case breaker_state::half_open: return "half_open";
    case breaker_state::throttled: return "throttled";
    case breaker_state::isolated: return "isolated";
  }
  return "invalid";
}

namespace {

/// A share that no number of failures reaches.
constexpr std::uint32_t never_by_share = 101;

}  // namespace

breaker_options breaker_options::orders() {
  return {.probe = probe_kind::separate, .needs_reconciliation = true};
}

breaker_options breaker_options::cancels() {
  return {.failure_percent = never_by_share,
          .failures_in_a_row = 3,
          .open_first = std::chrono::seconds{1},
          .open_longest = std::chrono::seconds{1},
          .open_factor_percent = 100,
          .jitter_percent = 0,
          .probes_to_close = 1};
}

breaker_options breaker_options::reads() {
  return {.calls_min = 6,
          .failures_in_a_row = 4,
          .slow_call = std::chrono::seconds{3},
          .open_first = std::chrono::seconds{2},
          .open_longest = std::chrono::seconds{30}};
}

breaker_state circuit_breaker::state(mono_ns now) const {
  const bool over = now >= until_;
  if (state_ == breaker_state::open && over) return breaker_state::half_open;
  if (state_ == breaker_state::throttled && over)
    return openings_ > 0 ? breaker_state::half_open : breaker_state::closed;
  return state_;
}

void circuit_breaker::settle(mono_ns now) {
  const auto next = state(now);
  if (next != state_) go(next, now);
}

void circuit_breaker::go(breaker_state next, mono_ns now) {
  const bool was_available =
      state_ == breaker_state::closed || (state_ == breaker_state::throttled && openings_ == 0);
  state_ = next;
  ++generation_;
  good_probes_ = 0;
  probe_in_flight_ = false;
  if (next == breaker_state::closed) {
    calls_.clear();
    failed_in_a_row_ = 0;
    openings_ = 0;
  } else if (was_available && next != breaker_state::throttled) {
    unavailable_since_ = now;
  }
}

void circuit_breaker::open(mono_ns now) {
  auto wait = options_.open_first;
  for (std::uint32_t k = 0; k < openings_ && wait < options_.open_longest; ++k)
    wait = nanoseconds{wait.count() / 100 * options_.open_factor_percent};
  wait = std::min(wait, options_.open_longest);
  until_ = now + with_jitter(wait, options_.jitter_percent, random_);
  go(breaker_state::open, now);
  // Only as far as the waits still grow.
  constexpr std::uint32_t openings_max = 64;
  openings_ = std::min(openings_ + 1, openings_max);
  reconciled_ = false;
}

breaker_permit circuit_breaker::ask(mono_ns now) {
  settle(now);
  if (state_ == breaker_state::closed) return {true, false, generation_};
  if (options_.probe == probe_kind::separate) return {false, false, generation_};
  return ask_probe(now);
}

breaker_permit circuit_breaker::ask_probe(mono_ns now) {
  settle(now);
  const bool enough = good_probes_ >= options_.probes_to_close;
  if (state_ != breaker_state::half_open || probe_in_flight_ || enough)
    return {false, false, generation_};
  probe_in_flight_ = true;
  return {true, true, generation_};
}

bool circuit_breaker::should_open(mono_ns now) const {
  if (failed_in_a_row_ >= options_.failures_in_a_row) return true;
  std::uint32_t calls = 0;
  std::uint32_t failed = 0;
  for (const auto& each : calls_) {
    if (now - each.at >= options_.window) continue;
    ++calls;
    if (each.failed) ++failed;
  }
  return calls >= options_.calls_min && failed * 100 >= calls * options_.failure_percent;
}

void circuit_breaker::try_close(mono_ns now) {
  const bool probed = good_probes_ >= options_.probes_to_close;
  if (probed && (reconciled_ || !options_.needs_reconciliation)) go(breaker_state::closed, now);
}

bool circuit_breaker::on_result(const breaker_permit& permit, call_outcome outcome,
                                nanoseconds took, mono_ns now) {
  settle(now);
  if (permit.generation != generation_) return false;
  const auto before = state_;
  if (outcome == call_outcome::refused) {
    go(breaker_state::isolated, now);
    return true;
  }
  const bool failed = outcome == call_outcome::failure || took > options_.slow_call;
  if (state_ == breaker_state::half_open) {
    probe_in_flight_ = false;
    if (failed) {
      open(now);
    } else {
      ++good_probes_;
      try_close(now);
    }
  } else if (state_ == breaker_state::closed) {
    calls_.push_back({now, failed});
    while (calls_.size() > calls_remembered || now - calls_.front().at >= options_.window)
      calls_.pop_front();
    failed_in_a_row_ = failed ? failed_in_a_row_ + 1 : 0;
    if (failed && should_open(now)) open(now);
  }
  return state_ != before;
}

bool circuit_breaker::on_throttled(const breaker_permit& permit, mono_ns until, mono_ns now) {
  settle(now);
  if (permit.generation != generation_ || until <= now) {
    if (permit.generation == generation_) probe_in_flight_ = false;
    return false;
  }
  until_ = until;
  go(breaker_state::throttled, now);
  return true;
}

bool circuit_breaker::on_reconciled(mono_ns now) {
  settle(now);
  reconciled_ = true;
  const auto before = state_;
  if (state_ == breaker_state::half_open) try_close(now);
  return state_ != before;
}

bool circuit_breaker::release(mono_ns now) {
  if (state_ != breaker_state::isolated) return false;
  openings_ = std::max<std::uint32_t>(openings_, 1);
  reconciled_ = false;
  go(breaker_state::half_open, now);
  return true;
}

nanoseconds circuit_breaker::unavailable_for(mono_ns now) const {
  const auto current = state(now);
  if (current == breaker_state::closed) return nanoseconds{0};
  if (current == breaker_state::throttled && openings_ == 0) return nanoseconds{0};
  return now - unavailable_since_;
}

}  // namespace bw
