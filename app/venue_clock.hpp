#pragma once

#include <cstdint>
#include <variant>

#include "app/output.hpp"
#include "config/secrets.hpp"
#include "core/clock.hpp"

namespace bw {

/// The clock of the venue that listens on this port of the machine. Asks until somebody answers,
/// for ten seconds at most; what is no venue of ours, or refuses the credentials, is a failure.
std::variant<clock_anchor, command_failure> find_venue_clock(std::uint16_t port,
                                                             const broker_credentials& credentials,
                                                             const clock& real);

}  // namespace bw
