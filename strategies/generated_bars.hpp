#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "domain/bar_builder.hpp"

namespace bw {

/// A market of one symbol for whoever has none: a seeded random walk around 100 dollars in bars of
/// five minutes, about 0.15 % a bar, 78 bars a session, with volumes that vary by a factor of five.
std::vector<session_bar> generated_bars(std::uint64_t seed, std::size_t count);

}  // namespace bw
