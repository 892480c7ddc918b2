#pragma once

#include <cstdint>
#include <deque>

#include "domain/backoff.hpp"

namespace bw {

/// How often a child may fail before its supervisor gives up (docs/supervision.md).
struct restart_options {
  /// Failures within the period that are answered by a restart; one more escalates. 0: none is.
  std::uint32_t restarts_max = 5;
  nanoseconds period = std::chrono::seconds{30};
  backoff_options backoff{};
  /// Running this long makes the next wait short again.
  nanoseconds stable_after = std::chrono::seconds{60};
};

struct restart_decision {
  enum class kind : std::uint8_t { restart = 1, escalate } what = kind::escalate;
  /// Before the restart.
  nanoseconds wait{0};
};

/// One child's restarts. Once it gave up it stays so. Single-threaded; lives in a supervisor.
class restart_policy {
 public:
  restart_policy(restart_options options, prng random)
      : options_(options), backoff_(options.backoff, random) {}

  /// The child said that it is ready.
  void on_running(mono_ns now);
  restart_decision on_failure(mono_ns now);

  bool has_given_up() const { return given_up_; }
  /// Failures within the period.
  std::uint32_t recent_failures(mono_ns now) const;

 private:
  restart_options options_;
  backoff backoff_;
  /// Of failures; at most restarts_max + 1.
  std::deque<mono_ns> failures_;
  mono_ns running_since_;
  bool running_ = false;
  bool given_up_ = false;
};

}  // namespace bw
