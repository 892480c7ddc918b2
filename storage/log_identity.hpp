#pragma once

#include <cstdint>

#include "core/error.hpp"

namespace bw {

/// Width of a log_id: eight characters of a client order id.
inline constexpr int log_id_bits = 40;

/// The name of a new log, never zero. It changes when the log is replaced, so that order ids of the
/// old one cannot come twice: `seed` must differ from log to log.
std::uint64_t new_log_id(std::uint64_t seed);

/// What a log answers after its first failure.
error log_is_closed();

}  // namespace bw
