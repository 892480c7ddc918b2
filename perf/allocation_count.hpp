#pragma once

#include <cstdint>

namespace bw::perf {

/// Allocations by operator new on the calling thread since it began.
std::uint64_t allocations_here();

}  // namespace bw::perf
