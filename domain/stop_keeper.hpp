#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/decimal.hpp"
#include "core/inline_vector.hpp"
#include "core/time.hpp"
#include "messages/orders.hpp"

namespace bw {

/// Where the stop of a position lives: in this process alone, or as an order at the broker that
/// outlives it. The process watches prices in both cases.
enum class protective_stop : std::uint8_t { resting = 1, node };
std::string_view to_string(protective_stop x) noexcept;

struct stop_keeper_options {
  protective_stop kind = protective_stop::resting;
  /// A stop that follows the price is moved at the broker by at least this much and not more often
  /// than this: each move costs two requests.
  std::int64_t step_bp = 5;
  nanoseconds step_interval = std::chrono::seconds{5};
  /// Between two tries to place a stop that was refused, by us and by the broker.
  nanoseconds retry_denied = std::chrono::seconds{1};
  /// The same while trading is halted, where nothing but a flatten passes: news of the account come
  /// with every change of the state, and end the wait.
  nanoseconds retry_halted = std::chrono::seconds{60};
  nanoseconds retry_rejected = std::chrono::seconds{5};
  /// How long the rest of an entry that was filled in part may stay open. The broker takes no stop
  /// beside an open entry (it would trade against it), so that what was bought is not covered until
  /// the rest is filled or taken back.
  nanoseconds entry_rest = std::chrono::seconds{1};
  /// How long the broker may take to execute its stop once a price was through it, before the
  /// position is closed from here.
  nanoseconds broker_patience = std::chrono::seconds{2};
};

/// A stop of ours at the broker, or on its way there or from there.
struct resting_stop {
  order_id order;
  quantity remaining;
  price at;
  /// Its cancel is under way.
  bool leaving = false;
  /// The broker said that it has it.
  bool confirmed = false;
  /// Another one is about to take its place.
  bool being_replaced = false;
  /// It rests at the venue untouched: the broker moves it in one step.
  bool replaceable = false;
};

/// All that the keeper looks at.
struct stop_scene {
  quantity position;
  /// Where the position is to be given up.
  price wanted;
  /// Price at which it could be sold now; zero when it is not known.
  price bid;
  /// An entry of the symbol is open, or the position is being closed: no stop can be placed.
  bool occupied = false;
  /// No new order leaves: what was taken back to be moved would be gone.
  bool halted = false;
  const resting_stop* stops = nullptr;
  std::size_t stop_count = 0;
  /// When a stop was last moved, and until when nothing is tried because of a refusal.
  std::optional<mono_ns> moved_at;
  mono_ns not_before{INT64_MIN};
};

/// What is to be done now; at most one thing at a time.
struct stop_step {
  enum class kind : std::uint8_t { none = 1, place, replace, take_back };
  kind what = kind::none;
  /// To place, or to put in the place of `order`.
  quantity qty;
  price at;
  /// To replace or to take back, and whether because it is to be moved up.
  order_id order;
  bool moves = false;
};

/// Whether `wanted` lies at least one step above `at`.
bool is_a_step_up(price at, price wanted, std::int64_t step_bp);

/// Shares that the stops cover, those that are being taken back included: they may still execute.
quantity covered_by(const resting_stop* stops, std::size_t count);

/// Keeps the quantity of the stops at the broker equal to the position's, and their price within
/// one step of where it should be. One that can be replaced is moved without a moment in which
/// nothing rests there; any other is taken back first. Pure.
stop_step keep_stop(const stop_keeper_options& options, const stop_scene& scene, mono_ns now);

}  // namespace bw
