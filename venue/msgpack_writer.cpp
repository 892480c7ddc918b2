#include "venue/msgpack_writer.hpp"

#include <nlohmann/json.hpp>

#include "core/assert.hpp"

namespace bw::venue {

// Formats as in https://github.com/msgpack/msgpack/blob/master/spec.md.

void msgpack_writer::head(std::uint8_t first, std::uint64_t number, int bytes) {
  out_ += static_cast<char>(first);
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8)
    out_ += static_cast<char>(number >> shift & 0xff);
}

msgpack_writer& msgpack_writer::map(std::size_t members) {
  if (members < 16)
    head(static_cast<std::uint8_t>(0x80 | members), 0, 0);
  else
    head(0xdf, members, 4);
  return *this;
}

msgpack_writer& msgpack_writer::array(std::size_t elements) {
  if (elements < 16)
    head(static_cast<std::uint8_t>(0x90 | elements), 0, 0);
  else
    head(0xdd, elements, 4);
  return *this;
}

msgpack_writer& msgpack_writer::value(std::string_view text) {
  if (text.size() < 32)
    head(static_cast<std::uint8_t>(0xa0 | text.size()), 0, 0);
  else
    head(0xdb, text.size(), 4);
  out_ += text;
  return *this;
}

msgpack_writer& msgpack_writer::value(std::uint64_t x) {
  if (x < 128)
    head(static_cast<std::uint8_t>(x), 0, 0);
  else if (x <= UINT32_MAX)
    head(0xce, x, 4);
  else
    head(0xcf, x, 8);
  return *this;
}

msgpack_writer& msgpack_writer::value(utc_ns t) {
  constexpr std::int64_t ns_per_second = 1'000'000'000;
  const auto rest = (t.value % ns_per_second + ns_per_second) % ns_per_second;
  const auto seconds = (t.value - rest) / ns_per_second;
  if (seconds >= 0 && rest == 0 && seconds <= UINT32_MAX) {
    head(0xd6, 0xff, 1);
    for (int shift = 24; shift >= 0; shift -= 8) out_ += static_cast<char>(seconds >> shift & 0xff);
  } else if (seconds >= 0) {
    // int64 nanoseconds end in the year 2262, below the 34 bits that this form has for seconds.
    head(0xd7, 0xff, 1);
    const auto packed =
        static_cast<std::uint64_t>(rest) << 34 | static_cast<std::uint64_t>(seconds);
    for (int shift = 56; shift >= 0; shift -= 8) out_ += static_cast<char>(packed >> shift & 0xff);
  } else {
    head(0xc7, 0x0cff, 2);
    for (int shift = 24; shift >= 0; shift -= 8) out_ += static_cast<char>(rest >> shift & 0xff);
    for (int shift = 56; shift >= 0; shift -= 8)
      out_ += static_cast<char>(static_cast<std::uint64_t>(seconds) >> shift & 0xff);
  }
  return *this;
}

msgpack_writer& msgpack_writer::float_bits(std::uint64_t bits) {
  head(0xcb, bits, 8);
  return *this;
}

std::string json_to_msgpack(std::string_view json) {
  const auto parsed = nlohmann::ordered_json::parse(json, nullptr, false);
  BW_ASSERT(!parsed.is_discarded(), "what the venue writes is valid JSON");
  std::string out;
  nlohmann::ordered_json::to_msgpack(parsed, out);
  return out;
}

}  // namespace bw::venue
