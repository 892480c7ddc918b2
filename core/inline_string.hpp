#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/assert.hpp"

namespace bw {

/// Text of at most `Capacity` bytes without a heap allocation, for ids that travel in messages.
template <std::uint8_t Capacity>
class inline_string {
 public:
  static constexpr std::size_t capacity = Capacity;

  constexpr inline_string() = default;
  explicit inline_string(std::string_view text) {
    BW_ASSERT(fits(text), "a text fits its inline string");
    text.copy(bytes_.data(), text.size());
    size_ = static_cast<std::uint8_t>(text.size());
  }

  /// To be asked first for any text that comes from outside.
  static constexpr bool fits(std::string_view text) { return text.size() <= Capacity; }

  std::string_view view() const { return {bytes_.data(), size_}; }
  std::string str() const { return std::string{view()}; }
  bool empty() const { return size_ == 0; }

  friend bool operator==(const inline_string& a, const inline_string& b) {
    return a.view() == b.view();
  }
  friend auto operator<=>(const inline_string& a, const inline_string& b) {
    return a.view() <=> b.view();
  }

 private:
  std::array<char, Capacity> bytes_{};
  std::uint8_t size_ = 0;
};

/// Our own order id at the broker: "bw-…" (at most 48 characters).
using client_order_id = inline_string<48>;
/// The broker's id of an order or an execution (a UUID has 36 characters).
using venue_order_id = inline_string<40>;
using execution_id = inline_string<40>;

}  // namespace bw
