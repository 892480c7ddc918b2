#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "messages/control.hpp"

namespace bw {

/// Which symbols may not be entered, and why: a set of reasons for each. A reason that is latched
/// stands until a person lifts it; the others end with their cause. Single-threaded.
class symbol_stops {
 public:
  explicit symbol_stops(std::size_t symbols) : reasons_(symbols) {}

  /// What to record and tell; nothing when the reason stands already.
  std::optional<symbol_stop> set(symbol_id symbol, symbol_stop_reason reason,
                                 std::string_view text);
  /// Nothing when the reason does not stand.
  std::optional<symbol_stop> lift(symbol_id symbol, symbol_stop_reason reason,
                                  std::string_view text);

  bool is_stopped(symbol_id symbol) const;
  /// Everything that stands, by symbol.
  std::vector<symbol_stop> all() const;
  std::size_t stopped_count() const;

 private:
  static std::uint32_t bit(symbol_stop_reason reason) {
    return std::uint32_t{1} << static_cast<std::uint8_t>(reason);
  }
  std::vector<std::uint32_t> reasons_;
};

}  // namespace bw
