#pragma once

#include <span>
#include <string_view>

#include "config/node_config.hpp"
#include "core/result.hpp"
#include "messages/person_requests.hpp"

namespace bw {

/// Keys of the limits that may be lowered while the node runs: amounts, counts, shares and times
/// that bound entries. Everything else needs an edited file and a start.
std::span<const std::string_view> lowerable_limits();

/// `config` with the settings in place of its own. It does not look which way a limit moves:
/// domain/risk_lowering does. ec::invalid_argument says which key or value is wrong, and how.
result<node_config> with_limits(node_config config, const limits_change& change);

}  // namespace bw
