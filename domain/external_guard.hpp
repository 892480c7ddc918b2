#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/name_table.hpp"
#include "domain/stop_keeper.hpp"
#include "messages/orders.hpp"

namespace bw {

/// Owner of an order that protects shares which no strategy of ours holds. It has no place in the
/// books by strategy: an execution of such an order is an execution of the EXTERNAL shares.
inline constexpr strategy_id external_strategy{UINT16_MAX - 1};
/// The same in records and texts.
inline constexpr std::string_view external_owner = "EXTERNAL";

constexpr bool is_guard(const order_request& x) { return x.strategy == external_strategy; }

/// Name of whoever wants an order; "" for an id that is nobody's.
std::string_view owner_name(const name_table& strategies, strategy_id owner);

struct external_guard_options {
  bool enabled = false;
  /// Distance of the stop below the lower of what the shares cost and what they are worth when it
  /// is placed.
  std::int64_t stop_loss_bp = 150;
  /// An order of which nothing is heard was denied; it is tried again after this, and after twice
  /// as long each time up to the longest.
  nanoseconds retry = std::chrono::seconds{5};
  nanoseconds retry_max = std::chrono::seconds{60};
};

/// EXTERNAL shares of one symbol as they are now.
struct external_scene {
  symbol_id symbol = no_symbol;
  /// Shares that no order of somebody else is about to sell.
  quantity free;
  /// What they cost and what they are worth; zero where it is not known.
  price average;
  price last;
  bool stopped = false;
};

/// Keeps one protective stop at the broker below EXTERNAL shares that are held long, for those who
/// ask for it. It places and takes back and does nothing else: a stop is never moved, shares that
/// fell through it before it was there are left to their owner, and a short position is left alone.
/// Pure; its orders go through the gate like any other.
class external_guard {
 public:
  explicit external_guard(external_guard_options options = {}) : options_(options) {}

  struct step {
    std::optional<order_request> place;
    std::optional<cancel_request> take_back;
  };
  /// What is to be done now in one symbol.
  step next(const external_scene& scene, utc_ns utc, mono_ns now);

  /// News of an order; those of others change nothing. One that is not known yet is taken over.
  void on_report(const order_report& report, mono_ns now);

  /// Shares that stops of ours still cover.
  quantity covered(symbol_id symbol) const;

 private:
  struct watch {
    std::vector<resting_stop> stops;
    /// An order or a cancel is on its way since.
    std::optional<mono_ns> asked;
    nanoseconds patience{};
    mono_ns not_before{INT64_MIN};
  };
  bool is_waiting(watch& x, mono_ns now) const;

  external_guard_options options_;
  std::map<symbol_id, watch> symbols_;
};

}  // namespace bw
