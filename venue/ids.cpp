#include "venue/ids.hpp"

#include <algorithm>

#include "core/decimal.hpp"

namespace bw::venue {
namespace {

/// FNV-1a: turns a name into bits of a seed.
std::uint64_t hash_text(std::uint64_t hash, std::string_view text) {
  hash ^= 0xcbf29ce484222325ULL;
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3ULL;
  }
  return hash;
}

void append_hex(std::string& out, std::uint64_t bits, int digits) {
  for (int k = digits - 1; k >= 0; --k) out += "0123456789abcdef"[(bits >> (4 * k)) & 15];
}

}  // namespace

std::string make_uuid(prng& random) {
  constexpr std::uint64_t version_mask = 0xf000, version_4 = 0x4000;
  constexpr std::uint64_t variant_mask = 0xc000'0000'0000'0000, variant_rfc = 0x8000'0000'0000'0000;
  const auto high = (random.next() & ~version_mask) | version_4;
  const auto low = (random.next() & ~variant_mask) | variant_rfc;
  std::string out;
  out.reserve(36);
  append_hex(out, high >> 32, 8);
  out += '-';
  append_hex(out, high >> 16, 4);
  out += '-';
  append_hex(out, high, 4);
  out += '-';
  append_hex(out, low >> 48, 4);
  out += '-';
  append_hex(out, low, 12);
  return out;
}

std::string named_uuid(std::uint64_t seed, std::string_view name) {
  prng random{hash_text(seed, name)};
  return make_uuid(random);
}

std::string id_source::ulid(utc_ns at) {
  const auto since_epoch = std::max<std::int64_t>(at.value, 0);
  const auto millisecond = static_cast<std::uint64_t>(since_epoch) / 1'000'000;
  if (millisecond > millisecond_) {
    millisecond_ = millisecond;
    upper_ = static_cast<std::uint16_t>(random_.next());
    lower_ = random_.next();
  } else if (++lower_ == 0 && ++upper_ == 0) {
    ++millisecond_;
  }
  // 48 bits of time and 80 of chance are 130 bits with two leading zeros: 26 digits of base 32.
  constexpr std::uint64_t time_mask = 0x7fff'ffff'ffff;
  auto bits = static_cast<int128>(upper_) << 64 | lower_;
  bits |= static_cast<int128>(millisecond_ & time_mask) << 80;
  std::string out(26, '0');
  for (auto at_digit = out.rbegin(); at_digit != out.rend(); ++at_digit) {
    *at_digit = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"[static_cast<std::size_t>(bits & 31)];
    bits >>= 5;
  }
  return out;
}

}  // namespace bw::venue
