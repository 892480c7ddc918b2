#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "messages/reconciliation.hpp"

namespace bw {

/// Reads the body of GET /v2/account/activities: a bare array, executions and other movements
/// mixed. ec::parse_failed with the place when it is not what it should be. Unknown keys are
/// ignored, and a type that is not known is kept by its name: somebody has to explain it.
///
/// A date without a time becomes its midnight in UTC: it orders, it decides nothing.
result<std::vector<account_activity>> decode_activities(std::string body);

}  // namespace bw
