#pragma once

#include <string>

#include "app/broker_session.hpp"
#include "config/config_loader.hpp"
#include "messages/operations.hpp"

namespace bw {

/// Longest that a passed drill takes from the stop to nothing open.
inline constexpr std::chrono::seconds drill_cancel_max{5};

/// What a drill came to. `done` is false where it was not made, and `why` says why not.
struct drill_outcome {
  bool done = false;
  /// The broker took the order.
  bool placed = false;
  drill_record record;
  std::string why;
};

/// Rehearses the emergency stop on paper or on the embedded venue: buys one share of `symbol` at
/// half of its price, so far off that it rests, cancels every order, and looks until none is open.
/// Intent and outcome stand in the node's audit log, the intent before the order leaves. It is not
/// made where it would touch something else: beside a running node, with an order open, or live.
drill_outcome drill_stop(const loaded_config& loaded, broker_session& broker,
                         const std::string& symbol);

/// The middle of the latest quote; ec::not_found without one.
result<price> latest_price(broker_session& broker, const std::string& symbol,
                           const std::string& feed);

}  // namespace bw
