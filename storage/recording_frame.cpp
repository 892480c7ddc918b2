#include "storage/recording_frame.hpp"

#include <array>
#include <cstring>
#include <utility>

#include "storage/binary_codec.hpp"
#include "storage/crc32c.hpp"

namespace bw {
namespace {

using decoder = bool (*)(binary_reader& reader, recorded_input& out);

template <std::size_t Index>
bool decode_alternative(binary_reader& reader, recorded_input& out) {
  return reader.value(out.emplace<Index>());
}

template <std::size_t... Index>
constexpr std::array<decoder, sizeof...(Index)> make_decoders(std::index_sequence<Index...>) {
  return {&decode_alternative<Index>...};
}

constexpr auto decoders = make_decoders(std::make_index_sequence<recorded_kind_count>{});

void put_u32(std::string& out, std::size_t at, std::uint32_t x) {
  for (std::size_t k = 0; k < 4; ++k) out[at + k] = static_cast<char>(x >> (8 * k) & 0xff);
}

std::uint32_t u32_at(std::string_view bytes, std::size_t at) {
  std::uint32_t out = 0;
  for (std::size_t k = 0; k < 4; ++k)
    out |= std::uint32_t{static_cast<unsigned char>(bytes[at + k])} << (8 * k);
  return out;
}

}  // namespace

void seal_block(std::string& block) {
  const std::string_view body = std::string_view{block}.substr(block_prefix_bytes);
  put_u32(block, 0, block_magic);
  put_u32(block, 4, static_cast<std::uint32_t>(body.size()));
  put_u32(block, 8, crc32c(body));
}

result<std::size_t> block_size(std::string_view bytes) {
  if (bytes.size() < block_prefix_bytes) return std::size_t{0};
  const std::size_t size = u32_at(bytes, 4);
  if (u32_at(bytes, 0) != block_magic || size < block_header_bytes - block_prefix_bytes ||
      size > block_bytes_max)
    return {ec::integrity_broken, "no block stands where one must begin"};
  return block_prefix_bytes + size;
}

result<block_view> open_block(std::string_view block) {
  const auto body = block.substr(block_prefix_bytes);
  if (crc32c(body) != u32_at(block, 8))
    return {ec::integrity_broken, "the checksum of a block is wrong"};
  binary_reader reader{body};
  block_view out;
  const bool read = reader.value(out.lane) && reader.value(out.first) && reader.value(out.count);
  BW_ASSERT(read, "a block has its whole header");
  out.frames = body.substr(block_header_bytes - block_prefix_bytes);
  return out;
}

result<recorded_frame> take_frame(block_view& block) {
  const error malformed{ec::parse_failed, "a frame does not have its form"};
  auto& rest = block.frames;
  if (block.count == 0 || rest.size() < frame_header_bytes) return malformed;
  const auto kind = static_cast<std::uint8_t>(rest[0]);
  const std::size_t size = u32_at(rest, 1);
  if (size > rest.size() - frame_header_bytes) return malformed;
  if (kind >= decoders.size())
    return {ec::unsupported, "an input of kind " + std::to_string(kind) +
                                 " is newer than this version; replay it with the version that "
                                 "recorded it"};
  binary_reader reader{rest.substr(frame_header_bytes, size)};
  recorded_frame out;
  out.lane = block.lane;
  out.number = block.first;
  if (!reader.value(out.at.utc) || !reader.value(out.at.mono) ||
      !decoders[kind](reader, out.input) || !reader.at_end())
    return malformed;
  rest.remove_prefix(frame_header_bytes + size);
  ++block.first;
  --block.count;
  return out;
}

}  // namespace bw
