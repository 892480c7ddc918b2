#pragma once

#include <cstdint>
#include <deque>
#include <string_view>

#include "core/prng.hpp"
#include "core/time.hpp"

namespace bw {

enum class breaker_state : std::uint8_t {
  closed = 1,
  open,       // Until a time.
  half_open,  // One probe at a time.
  throttled,  // Until the peer's own time; never a failure.
  isolated,   // Until a person mends the credentials.
};
std::string_view to_string(breaker_state x) noexcept;

/// What a call came to.
enum class call_outcome : std::uint8_t {
  success = 1,  // Also a refusal of the business: the connection and the peer work.
  failure,      // Connection, TLS, time, 5xx, unreadable.
  refused,      // 401, or 403 that speaks of authorisation.
};

/// Who probes an open breaker.
enum class probe_kind : std::uint8_t {
  the_call = 1,  // The next call itself.
  separate,      // Never an order: reads that the caller makes when probe_due says so.
};

struct breaker_options {
  nanoseconds window = std::chrono::seconds{30};
  /// Calls within the window before their share of failures counts.
  std::uint32_t calls_min = 4;
  /// Share that opens; above 100 the share never does.
  std::uint32_t failure_percent = 50;
  std::uint32_t failures_in_a_row = 2;
  /// A longer call is a failure.
  nanoseconds slow_call = std::chrono::seconds{2};
  nanoseconds open_first = std::chrono::seconds{5};
  nanoseconds open_longest = std::chrono::seconds{60};
  /// Each further opening in a row lasts this many percent of the one before.
  std::int64_t open_factor_percent = 200;
  std::int64_t jitter_percent = 20;
  std::uint32_t probes_to_close = 2;
  probe_kind probe = probe_kind::the_call;
  /// After the probes it closes only when on_reconciled was called since it opened.
  bool needs_reconciliation = false;

  /// The three classes of requests.
  static breaker_options orders();
  static breaker_options cancels();
  static breaker_options reads();
};

/// Leave to make one call. The generation goes back with the result: one of an older state does not
/// move the breaker.
struct breaker_permit {
  bool allowed = false;
  bool is_probe = false;
  std::uint64_t generation = 0;
};

/// Keeps calls from a peer that does not answer. One each for orders, cancels and reads, so that
/// cancels never wait behind orders. Single-threaded; lives in the broker actor.
class circuit_breaker {
 public:
  /// Results kept for the share of failures.
  static constexpr std::size_t calls_remembered = 256;

  circuit_breaker(breaker_options options, prng random) : options_(options), random_(random) {}

  /// Asked right before a call. A permit that is allowed must be followed by on_result.
  breaker_permit ask(mono_ns now);
  /// The same for the separate probe: allowed when one is due.
  breaker_permit ask_probe(mono_ns now);

  /// Each answers whether the state changed: a record, an alert and a metric follow.
  bool on_result(const breaker_permit& permit, call_outcome outcome, nanoseconds took, mono_ns now);
  /// 429. The call it answered needs no on_result.
  bool on_throttled(const breaker_permit& permit, mono_ns until, mono_ns now);
  bool on_reconciled(mono_ns now);
  /// A person mended what was refused.
  bool release(mono_ns now);

  /// As it is after time has passed.
  breaker_state state(mono_ns now) const;
  /// Time since it last left closed for open or isolated; zero while closed or throttled.
  nanoseconds unavailable_for(mono_ns now) const;
  /// When open or throttled ends.
  mono_ns until() const { return until_; }

 private:
  struct call {
    mono_ns at;
    bool failed;
  };

  void settle(mono_ns now);
  void go(breaker_state next, mono_ns now);
  void open(mono_ns now);
  bool should_open(mono_ns now) const;
  void try_close(mono_ns now);

  breaker_options options_;
  prng random_;
  breaker_state state_ = breaker_state::closed;
  std::uint64_t generation_ = 1;
  mono_ns until_;
  mono_ns unavailable_since_;
  std::deque<call> calls_;
  std::uint32_t failed_in_a_row_ = 0;
  /// Openings since it was closed.
  std::uint32_t openings_ = 0;
  std::uint32_t good_probes_ = 0;
  bool probe_in_flight_ = false;
  bool reconciled_ = false;
};

}  // namespace bw
