#pragma once

#include <filesystem>
#include <vector>

#include "perf/perf_clock.hpp"
#include "perf/result_page.hpp"
#include "storage/audit_options.hpp"

namespace bw::perf {

/// F0: a stamp. F4: the round trip of a queue between two threads.
std::vector<result_row> cheap_floors(const clock& time);
/// F1: round trip of a few bytes over loopback TCP, the waiting side spinning and blocking.
std::vector<result_row> loopback_floors(const clock& time, std::size_t rounds);
/// F5: from a foreign thread to an actor, by the way in which the worker waits.
std::vector<result_row> actor_floors(const clock& time, std::size_t rounds);
/// F3 and F6: a write of 256 bytes with fdatasync to a growing file, and the three records of an
/// order to the audit log, unsynced and synced.
result<std::vector<result_row>> disk_floors(const clock& time, const std::filesystem::path& folder,
                                            std::size_t rounds);

}  // namespace bw::perf
