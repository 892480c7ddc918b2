#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "messages/evidence.hpp"

namespace bw {

/// What becomes of the positions of a strategy that is switched off.
enum class on_disable : std::uint8_t {
  close = 1,  // They are closed.
  keep,       // They stay, watched by their stops.
};
std::string_view to_string(on_disable x) noexcept;

/// What a change is about.
enum class change_scope : std::uint8_t {
  settings = 1,  // All that a file says of the strategy; what is latched stays so.
  take_out,      // The latch alone: it is off until a person puts it back.
  put_back,      // A person does: it works again, as it was set before.
};

/// New settings of one strategy on one symbol, in force from the next message on. Everything that
/// the engine needs stands in it, so that a replay can be told the same.
struct strategy_change {
  strategy_id strategy = no_strategy;
  bool enabled = true;
  /// Only a person puts it back.
  bool latched = false;
  on_disable positions = on_disable::close;
  std::string cause;
  /// With `renewed`: a new instance takes the place of the old one. Every parameter, by name.
  bool renewed = false;
  std::string kind;
  std::vector<named_text> parameters;
  std::uint32_t weight_ppm = 1'000'000;
  /// Most that it may hold in one symbol; zero: no limit of its own.
  money symbol_budget;
  /// Of the instance. With `renewed` a strategy that is not here yet takes a place here.
  short_name name;
  change_scope scope = change_scope::settings;
  /// Its signals are recorded, and none becomes an order.
  bool shadow = false;
  /// What its bars are made of, as the configuration says it; empty: five minutes.
  std::string bars;
  /// It keeps positions over night.
  bool overnight = false;
  /// Most that it may hold over all symbols; zero: no limit of its own.
  money budget;
  /// Regimes of a symbol in which it may enter; none: all.
  regime_set regimes = 0;

  BW_FIELDS(strategy, enabled, latched, positions, cause, renewed, kind, parameters, weight_ppm,
            symbol_budget, name, scope, shadow, bars, overnight, budget, regimes)
};

}  // namespace bw
