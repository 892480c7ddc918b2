#pragma once

#include <cstdint>
#include <string_view>

namespace bw {

/// How orders belong together. A bracket is an entry with two exits of which one cancels the other,
/// an oto an entry with one exit, an oco two exits without an entry.
enum class order_class : std::uint8_t { simple = 1, bracket, oco, oto };
/// Alpaca's word. In its answers simple orders have an empty one: the venue sees to that.
std::string_view to_string(order_class x) noexcept;

/// What an order does to the position; the broker refuses it where it would do another thing.
enum class position_intent : std::uint8_t {
  buy_to_open = 1,
  buy_to_close,
  sell_to_open,
  sell_to_close,
};
std::string_view to_string(position_intent x) noexcept;

}  // namespace bw
