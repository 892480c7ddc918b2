#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <string>
#include <type_traits>
#include <vector>

#include "core/decimal.hpp"
#include "core/fields.hpp"
#include "core/inline_string.hpp"
#include "core/inline_vector.hpp"
#include "core/strong_type.hpp"

// The kinds of members that a recorded struct may have. The binary codec and the JSON writer both
// walk BW_FIELDS by these; a member of any other kind does not compile.

namespace bw::detail {

template <class T>
inline constexpr bool is_strong_v = false;
template <class Tag, class Rep>
inline constexpr bool is_strong_v<strong<Tag, Rep>> = true;

template <class T>
inline constexpr bool is_decimal_v = false;
template <class Tag>
inline constexpr bool is_decimal_v<decimal<Tag>> = true;

template <class T>
inline constexpr bool is_inline_string_v = false;
template <std::uint8_t Capacity>
inline constexpr bool is_inline_string_v<inline_string<Capacity>> = true;

template <class T>
inline constexpr bool is_inline_vector_v = false;
template <class T, std::uint8_t Capacity>
inline constexpr bool is_inline_vector_v<inline_vector<T, Capacity>> = true;

template <class T>
inline constexpr bool is_vector_v = false;
template <class T>
inline constexpr bool is_vector_v<std::vector<T>> = true;

template <class T>
inline constexpr bool is_byte_array_v = false;
template <std::size_t Size>
inline constexpr bool is_byte_array_v<std::array<std::uint8_t, Size>> = true;

}  // namespace bw::detail

namespace bw {

template <class T>
concept strong_number = detail::is_strong_v<T>;
template <class T>
concept decimal_number = detail::is_decimal_v<T>;
template <class T>
concept inline_text = detail::is_inline_string_v<T>;
template <class T>
concept inline_sequence = detail::is_inline_vector_v<T>;
template <class T>
concept heap_sequence = detail::is_vector_v<T>;
template <class T>
concept byte_array = detail::is_byte_array_v<T>;
template <class T>
concept enumeration = std::is_enum_v<T>;

}  // namespace bw
