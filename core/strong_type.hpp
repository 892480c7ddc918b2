#pragma once

#include <compare>
#include <cstddef>
#include <functional>

namespace bw {

/// A number that means one thing: explicit to make, ordered, hashable, and never mixed with
/// another tag. Add nothing to it: arithmetic on ids and times is written out where it happens.
template <class Tag, class Rep>
struct strong {
  using rep = Rep;

  Rep value{};

  constexpr strong() = default;
  constexpr explicit strong(Rep x) : value(x) {}

  friend constexpr auto operator<=>(const strong&, const strong&) = default;
};

}  // namespace bw

template <class Tag, class Rep>
struct std::hash<bw::strong<Tag, Rep>> {
  std::size_t operator()(const bw::strong<Tag, Rep>& x) const noexcept {
    return std::hash<Rep>{}(x.value);
  }
};
