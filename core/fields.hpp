#pragma once

#include <string_view>
#include <tuple>

/// A struct lists its members once; comparison in tests, printing and CAF's inspection use the
/// list.
#define BW_FIELDS(...)                                          \
  static constexpr std::string_view field_names = #__VA_ARGS__; \
  constexpr auto fields() { return std::tie(__VA_ARGS__); }     \
  constexpr auto fields() const { return std::tie(__VA_ARGS__); }

namespace bw {

template <class T>
concept has_fields = requires(T& x) {
  x.fields();
};

}  // namespace bw
