#pragma once

#include <cstdint>

#include "core/assert.hpp"
#include "core/int128.hpp"

namespace bw {

/// The only source of chance: xoshiro256** (Blackman, Vigna 2018), seeded by SplitMix64.
/// Integers only, so that a seed gives the same run on every machine and compiler.
class prng {
 public:
  explicit prng(std::uint64_t seed) {
    for (auto& word : state_) {
      seed += 0x9e3779b97f4a7c15ULL;
      auto z = seed;
      z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
      z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
      word = z ^ (z >> 31);
    }
  }

  std::uint64_t next() {
    const auto out = rotate(state_[1] * 5, 7) * 9;
    const auto t = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= t;
    state_[3] = rotate(state_[3], 45);
    return out;
  }

  /// Uniform in [0, bound); bound must be positive. Unbiased (Lemire 2019).
  std::uint64_t below(std::uint64_t bound) {
    BW_ASSERT(bound > 0, "a random number has room below its bound");
    auto product = static_cast<uint128>(next()) * bound;
    if (static_cast<std::uint64_t>(product) < bound) {
      const auto threshold = (0 - bound) % bound;
      while (static_cast<std::uint64_t>(product) < threshold)
        product = static_cast<uint128>(next()) * bound;
    }
    return static_cast<std::uint64_t>(product >> 64);
  }

  /// Uniform in [low, high], both included.
  std::int64_t between(std::int64_t low, std::int64_t high) {
    BW_ASSERT(low <= high, "a random range is not empty");
    const auto span = static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low);
    if (span == UINT64_MAX) return static_cast<std::int64_t>(next());
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(low) + below(span + 1));
  }

  /// True in `parts` of `whole` cases.
  bool chance(std::uint64_t parts, std::uint64_t whole) { return below(whole) < parts; }

  /// Sum of twelve uniforms: bell-shaped, mean 0, standard deviation `deviation`, within ±6 of it.
  std::int64_t bell(std::int64_t deviation) {
    std::int64_t sum = -6'000'000;
    for (int k = 0; k < 12; ++k) sum += static_cast<std::int64_t>(below(1'000'001));
    return static_cast<std::int64_t>(static_cast<int128>(sum) * deviation / 1'000'000);
  }

  /// A generator that is independent of this one: for a symbol, an actor, a fault source.
  prng fork() { return prng{next()}; }

 private:
  static constexpr std::uint64_t rotate(std::uint64_t x, int k) {
    return (x << k) | (x >> (64 - k));
  }

  std::uint64_t state_[4];
};

}  // namespace bw
