#pragma once

#include <cstdint>
#include <optional>

#include "core/time.hpp"
#include "messages/operations.hpp"

namespace bw {

/// What the watch looks at. `held` by our books, `broker_held` by the broker's list of positions
/// that was asked for at `broker_asked`; zero instants: never.
struct flatten_scene {
  bool market_open = false;
  /// Our books have been compared with the broker's since the start.
  bool books_known = false;
  std::uint32_t held = 0;
  std::uint32_t broker_held = 0;
  mono_ns broker_asked;
};

/// What is to be done now.
struct flatten_step {
  /// Every position is to be closed: for the first time, or once more.
  bool close = false;
  /// By our books nothing is held: the broker is to be asked.
  bool ask_broker = false;
  /// It takes too long; told once.
  bool late = false;
  /// The broker shows zero as well.
  bool done = false;
};

struct flatten_options {
  /// Longer than this nobody waits in silence.
  nanoseconds late_after = std::chrono::seconds{300};
  /// Between two times that everything is closed anew: what a member forgot when it was started
  /// again is wanted once more.
  nanoseconds again_every = std::chrono::seconds{5};
  /// Between two times that the broker is asked what it shows.
  nanoseconds ask_every = std::chrono::seconds{1};
};

/// Follows a wish to close everything until the broker shows that nothing is held. Pure.
class flatten_watch {
 public:
  explicit flatten_watch(flatten_options options = {}) : options_(options) {}

  const flatten_options& options() const { return options_; }
  flatten_stage stage() const { return stage_; }
  /// Since when it is under way.
  mono_ns since() const { return since_; }

  void begin(mono_ns now);
  /// With the next open; nothing when it is under way already.
  void queue();
  /// False when there is nothing that waits: what is under way goes on.
  bool withdraw();

  flatten_step look(const flatten_scene& scene, mono_ns now);

 private:
  flatten_options options_;
  flatten_stage stage_ = flatten_stage::none;
  mono_ns since_{};
  mono_ns again_at_{};
  mono_ns ask_at_{};
  /// Since when nothing is held by our books.
  std::optional<mono_ns> flat_since_;
};

}  // namespace bw
