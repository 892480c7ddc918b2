#pragma once

#include <cstdint>
#include <optional>

#include "messages/risk.hpp"

namespace bw {

/// How much of its limit an order's figure is, in parts of a million; nothing for rules that have
/// no such share (a state, a floor, yes or no), that did not apply or whose figure was missing.
std::optional<std::int64_t> limit_use_ppm(const risk_check& check);

}  // namespace bw
