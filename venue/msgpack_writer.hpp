#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/decimal.hpp"
#include "core/time.hpp"

namespace bw::venue {

/// Writes MessagePack with the types that Alpaca's client libraries read: prices as 64-bit floats,
/// times as the timestamp extension. The caller gives the size of each map and array first.
class msgpack_writer {
 public:
  msgpack_writer& map(std::size_t members);
  msgpack_writer& array(std::size_t elements);
  msgpack_writer& value(std::string_view text);
  msgpack_writer& value(std::uint64_t x);
  msgpack_writer& value(utc_ns t);
  /// As a float.
  template <class Tag>
  msgpack_writer& real(decimal<Tag> x) {
    return float_bits(__builtin_bit_cast(std::uint64_t, x.to_double()));
  }

  /// The finished bytes; the writer is empty afterwards.
  std::string take() { return std::move(out_); }

 private:
  msgpack_writer& float_bits(std::uint64_t bits);
  void head(std::uint8_t first, std::uint64_t number, int bytes);

  std::string out_;
};

/// The same value, arrays and objects included, with the members in the same order. Numbers
/// without a fraction become integers. For messages that are too rare to be written twice.
std::string json_to_msgpack(std::string_view json);

}  // namespace bw::venue
