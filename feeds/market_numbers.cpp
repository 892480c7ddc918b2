#include "feeds/market_numbers.hpp"

#include <cstring>

namespace bw {
namespace {

constexpr std::int64_t second_ns = 1'000'000'000;

/// Two digits at `at`, or a number beyond every limit of a clock.
unsigned two_digits(const char* at) {
  const auto tens = static_cast<unsigned>(at[0]) - '0';
  const auto ones = static_cast<unsigned>(at[1]) - '0';
  return tens > 9 || ones > 9 ? 100 : tens * 10 + ones;
}

}  // namespace

result<utc_ns> market_time_reader::read(std::string_view text) {
  constexpr std::size_t shortest = sizeof("2026-11-02T14:31:05Z") - 1;
  constexpr std::size_t longest = shortest + 10;
  const char* const at = text.data();
  if (text.size() < shortest || text.size() > longest || text.back() != 'Z' || at[10] != 'T' ||
      at[13] != ':' || at[16] != ':')
    return parse_rfc3339(text);

  if (!known_ || std::memcmp(day_, at, sizeof day_) != 0) {
    // The general parser also knows which years an instant can hold.
    const auto instant = parse_rfc3339(text);
    if (!instant) return instant;
    const auto day = parse_date(text.substr(0, sizeof day_));
    if (!day) return day.failure();
    std::memcpy(day_, at, sizeof day_);
    midnight_ns_ = days_from_civil(*day) * 86'400 * second_ns;
    known_ = true;
    return instant;
  }

  const auto hour = two_digits(at + 11);
  const auto minute = two_digits(at + 14);
  const auto second = two_digits(at + 17);
  if (hour > 23 || minute > 59 || second > 60) return parse_rfc3339(text);
  std::int64_t fraction = 0;
  if (text.size() > shortest) {
    if (at[19] != '.' || text.size() == shortest + 1) return parse_rfc3339(text);
    std::int64_t weight = second_ns;
    for (std::size_t k = 20; k + 1 < text.size(); ++k) {
      if (at[k] < '0' || at[k] > '9') return parse_rfc3339(text);
      weight /= 10;
      fraction += weight * (at[k] - '0');
    }
  }
  const auto seconds = static_cast<std::int64_t>((hour * 60 + minute) * 60 + second);
  return utc_ns{midnight_ns_ + seconds * second_ns + fraction};
}

}  // namespace bw
