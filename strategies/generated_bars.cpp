#include "strategies/generated_bars.hpp"

#include <algorithm>

#include "core/prng.hpp"

namespace bw {
namespace {

constexpr std::size_t bars_per_session = 78;
constexpr nanoseconds bar_length = std::chrono::minutes{5};
constexpr std::int64_t middle_cents = 10'000;

price from_cents(std::int64_t cents) { return price::from_units(cents * 10'000'000); }

}  // namespace

std::vector<session_bar> generated_bars(std::uint64_t seed, std::size_t count) {
  prng chance{seed};
  std::vector<session_bar> out;
  out.reserve(count);
  std::int64_t cents = middle_cents;
  for (std::size_t k = 0; k < count; ++k) {
    const auto session = static_cast<int>(k / bars_per_session);
    session_bar x;
    x.session_open = utc_ns{} + std::chrono::hours{24 * (session + 1)};
    auto& b = x.value;
    b.span = bar_span::five_minutes;
    b.start = x.session_open + bar_length * static_cast<std::int64_t>(k % bars_per_session);
    b.origin = bar_origin::live;
    const auto open = cents;
    // Drawn back to the middle, so that no price leaves what the strategies look at.
    cents += chance.bell(15) + (middle_cents - cents) / 400;
    b.open = from_cents(open);
    b.close = from_cents(cents);
    b.high = from_cents(std::max(open, cents) + chance.between(0, 10));
    b.low = from_cents(std::min(open, cents) - chance.between(0, 10));
    b.volume = quantity::from_int(chance.between(20'000, 100'000));
    x.end = b.start + bar_length;
    out.push_back(x);
  }
  return out;
}

}  // namespace bw
