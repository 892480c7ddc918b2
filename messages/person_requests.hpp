#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "messages/orders.hpp"

namespace bw {

// What a person asks of the RISK GATE, beyond taking a reason away.

/// The one order that a person lets pass (R27): which one it is, and who answers for it.
struct override_request {
  strategy_id strategy = no_strategy;
  symbol_id symbol = no_symbol;
  bw::side side = side::buy;
  quantity qty;
  std::string who;
  std::string why;
  BW_FIELDS(strategy, symbol, side, qty, who, why)
};

/// One limit as node.toml writes it: "risk.max_qty" and "100".
struct limit_setting {
  std::string key;
  std::string value;
  BW_FIELDS(key, value)
};

/// Limits that hold from now on in place of those in force; each is tighter, or none is taken.
struct limits_change {
  std::vector<limit_setting> settings;
  BW_FIELDS(settings)
};

/// A strategy that was taken out may enter again.
struct strategy_return {
  strategy_id strategy = no_strategy;
  BW_FIELDS(strategy)
};

/// What a person wants closed, and when.
enum class flatten_wish : std::uint8_t {
  now = 1,
  at_open,   // When the market is closed: as soon as it opens.
  withdraw,  // What waits for the open is wanted no more.
};
std::string_view to_string(flatten_wish x) noexcept;

struct flatten_request {
  flatten_wish wish = flatten_wish::now;
  /// One symbol alone; no_symbol: everything.
  symbol_id symbol = no_symbol;
  BW_FIELDS(wish, symbol)
};

}  // namespace bw
