#pragma once

#include <string_view>

#include "config/node_config.hpp"
#include "messages/operations.hpp"

namespace bw {

/// Every risk option with the value that is in force, as canonical JSON (keys sorted, no blanks),
/// and its SHA-256: two nodes with equal limits have equal hashes, whatever their files look like.
limits_record limits_in_force(const node_config& config, std::string_view cause);

}  // namespace bw
