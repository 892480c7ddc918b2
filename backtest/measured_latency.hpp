#pragma once

#include <filesystem>
#include <vector>

#include "core/result.hpp"
#include "core/time.hpp"

namespace bw {

/// Most acknowledgements that are kept; the newest count.
inline constexpr std::size_t measured_latencies_max = 100'000;

/// How long a node waited for the broker's answer to each accepted order: the records of its audit
/// log below `state`, in their order. ec::not_found when there is no log or no such record.
result<std::vector<nanoseconds>> measure_latencies(const std::filesystem::path& state);

}  // namespace bw
