#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>

#include "core/result.hpp"
#include "storage/field_kinds.hpp"

namespace bw {

// Canonical bytes of a struct with BW_FIELDS: equal facts are equal bytes, on every machine.
//
//   bool                     one byte, 0 or 1
//   integer, enum            little-endian, as wide as its type
//   strong, decimal          as the integer inside
//   inline_string            u8 length, bytes
//   std::string              u32 length, bytes
//   inline_vector, vector    u32 count, elements
//   array of bytes           raw
//   struct with fields()     its fields, in order, with nothing between them
//
// There is no padding, no floating point, no map and no optional member.

/// Longest std::string and longest vector that the format carries: writer and reader agree.
inline constexpr std::uint32_t codec_text_bytes_max = 1u << 20;
inline constexpr std::uint32_t codec_elements_max = 1u << 16;

namespace detail {

template <class T>
constexpr std::size_t fixed_bytes();

template <class... Members>
constexpr std::size_t fixed_bytes_of(const std::tuple<Members...>*) {
  const bool all = ((fixed_bytes<std::remove_cvref_t<Members>>() > 0) && ...);
  return all ? (fixed_bytes<std::remove_cvref_t<Members>>() + ... + 0) : 0;
}

/// What every value of the type takes; 0 when some take more than others.
template <class T>
constexpr std::size_t fixed_bytes() {
  if constexpr (std::is_same_v<T, bool>) {
    return 1;
  } else if constexpr (std::is_integral_v<T> || enumeration<T>) {
    return sizeof(T);
  } else if constexpr (strong_number<T>) {
    return sizeof(T::value);
  } else if constexpr (decimal_number<T>) {
    return sizeof(std::int64_t);
  } else if constexpr (byte_array<T>) {
    return std::tuple_size_v<T>;
  } else if constexpr (has_fields<const T>) {
    return fixed_bytes_of(
        static_cast<std::remove_cvref_t<decltype(std::declval<const T&>().fields())>*>(nullptr));
  } else {
    return 0;
  }
}

/// Puts bytes into a buffer that has room for them: what a sink is for one value of fixed size.
class place_writer {
 public:
  explicit place_writer(char* at) : at_(at) {}
  void append(const char* from, std::size_t count) {
    std::memcpy(at_, from, count);
    at_ += count;
  }

 private:
  char* at_;
};

}  // namespace detail

/// Appends to a sink, which takes bytes as std::string does. Lives for one encoding, on one thread.
template <class Sink>
class basic_binary_writer {
 public:
  explicit basic_binary_writer(Sink& out) : out_(&out) {}

  /// False once something was longer than the format carries; the bytes are then incomplete.
  bool fits() const { return fits_; }

  template <class T>
  void value(const T& x) {
    if constexpr (std::is_same_v<T, bool>) {
      out_->append(x ? "\1" : "\0", 1);
    } else if constexpr (std::is_integral_v<T>) {
      integer(static_cast<std::make_unsigned_t<T>>(x));
    } else if constexpr (enumeration<T>) {
      value(static_cast<std::underlying_type_t<T>>(x));
    } else if constexpr (strong_number<T>) {
      value(x.value);
    } else if constexpr (decimal_number<T>) {
      value(x.units());
    } else if constexpr (inline_text<T>) {
      integer(static_cast<std::uint8_t>(x.view().size()));
      out_->append(x.view().data(), x.view().size());
    } else if constexpr (std::is_same_v<T, std::string>) {
      if (!counted(x.size(), codec_text_bytes_max)) return;
      out_->append(x.data(), x.size());
    } else if constexpr (inline_sequence<T> || heap_sequence<T>) {
      if (!counted(x.size(), codec_elements_max)) return;
      for (const auto& element : x) value(element);
    } else if constexpr (byte_array<T>) {
      out_->append(reinterpret_cast<const char*>(x.data()), x.size());
    } else {
      static_assert(has_fields<const T>, "a recorded member has a canonical form");
      constexpr auto size = detail::fixed_bytes<T>();
      if constexpr (size > 0 && !std::is_same_v<Sink, detail::place_writer>) {
        // One call of the sink for all members: it looks for room once.
        char bytes[size];
        detail::place_writer place{bytes};
        basic_binary_writer<detail::place_writer>{place}.value(x);
        out_->append(bytes, size);
      } else {
        std::apply([this](const auto&... member) { (value(member), ...); }, x.fields());
      }
    }
  }

 private:
  template <std::unsigned_integral T>
  void integer(T x) {
    char bytes[sizeof(T)];
    if constexpr (std::endian::native == std::endian::little) {
      std::memcpy(bytes, &x, sizeof x);
    } else {
      for (std::size_t k = 0; k < sizeof(T); ++k)
        bytes[k] = static_cast<char>(static_cast<std::uint64_t>(x) >> (8 * k) & 0xff);
    }
    out_->append(bytes, sizeof bytes);
  }
  bool counted(std::size_t size, std::uint32_t size_max) {
    if (size > size_max) {
      fits_ = false;
      return false;
    }
    integer(static_cast<std::uint32_t>(size));
    return true;
  }

  Sink* out_;
  bool fits_ = true;
};
using binary_writer = basic_binary_writer<std::string>;

/// Reads what binary_writer wrote, from bytes that nobody vouches for: no length is believed before
/// it was compared with what is left. Lives for one decoding, on one thread.
class binary_reader {
 public:
  explicit binary_reader(std::string_view bytes) : rest_(bytes) {}

  /// False when the bytes have not the expected form; `x` is then half filled.
  template <class T>
  [[nodiscard]] bool value(T& x) {
    if constexpr (std::is_same_v<T, bool>) {
      std::uint8_t byte = 0;
      if (!integer(byte) || byte > 1) return false;
      x = byte == 1;
      return true;
    } else if constexpr (std::is_integral_v<T>) {
      std::make_unsigned_t<T> bits = 0;
      if (!integer(bits)) return false;
      x = static_cast<T>(bits);
      return true;
    } else if constexpr (enumeration<T>) {
      // A value that this version has no name for is kept: a newer one wrote it.
      std::underlying_type_t<T> bits{};
      if (!value(bits)) return false;
      x = static_cast<T>(bits);
      return true;
    } else if constexpr (strong_number<T>) {
      return value(x.value);
    } else if constexpr (decimal_number<T>) {
      std::int64_t units = 0;
      if (!value(units)) return false;
      x = T::from_units(units);
      return true;
    } else if constexpr (inline_text<T>) {
      std::uint8_t size = 0;
      std::string_view text;
      if (!integer(size) || !take(size, text) || !T::fits(text)) return false;
      x = T{text};
      return true;
    } else if constexpr (std::is_same_v<T, std::string>) {
      std::uint32_t size = 0;
      std::string_view text;
      if (!integer(size) || size > codec_text_bytes_max || !take(size, text)) return false;
      x.assign(text);
      return true;
    } else if constexpr (inline_sequence<T> || heap_sequence<T>) {
      return elements(x);
    } else if constexpr (byte_array<T>) {
      std::string_view bytes;
      if (!take(x.size(), bytes)) return false;
      std::memcpy(x.data(), bytes.data(), bytes.size());
      return true;
    } else {
      static_assert(has_fields<T>, "a recorded member has a canonical form");
      return std::apply([this](auto&... member) { return (value(member) && ...); }, x.fields());
    }
  }

  bool at_end() const { return rest_.empty(); }

 private:
  template <std::unsigned_integral T>
  bool integer(T& x) {
    std::string_view bytes;
    if (!take(sizeof(T), bytes)) return false;
    if constexpr (std::endian::native == std::endian::little) {
      std::memcpy(&x, bytes.data(), sizeof x);
    } else {
      std::uint64_t bits = 0;
      for (std::size_t k = 0; k < sizeof(T); ++k)
        bits |= std::uint64_t{static_cast<unsigned char>(bytes[k])} << (8 * k);
      x = static_cast<T>(bits);
    }
    return true;
  }

  template <class T>
  bool elements(T& x) {
    std::uint32_t count = 0;
    if (!integer(count) || count > codec_elements_max) return false;
    // No element is shorter than a byte, so a count beyond the rest is a lie; nothing is reserved.
    if (count > rest_.size()) return false;
    if constexpr (inline_sequence<T>) {
      if (count > T::capacity) return false;
    }
    x.clear();
    for (std::uint32_t k = 0; k < count; ++k) {
      typename T::value_type element{};
      if (!value(element)) return false;
      if constexpr (inline_sequence<T>) {
        x.push(element);
      } else {
        x.push_back(std::move(element));
      }
    }
    return true;
  }

  bool take(std::size_t size, std::string_view& bytes) {
    if (size > rest_.size()) return false;
    bytes = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return true;
  }

  std::string_view rest_;
};

}  // namespace bw
