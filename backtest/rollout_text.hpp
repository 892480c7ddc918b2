#pragma once

#include <set>
#include <string>

#include "backtest/proposal_check.hpp"
#include "domain/rollout.hpp"

namespace bw {

/// Ids of the strategies whose parameters a proposal changes.
std::set<std::string> changed_strategies(const proposal& one);
/// Under which id the new parameters stand beside the old ones while they are in shadow.
std::string shadow_id(const std::string& strategy);

/// The strategies file in a stage of a rollout, from the one before the rollout: with a copy of
/// each changed strategy in shadow; with the new values and a budget of at most `canary_budget` in
/// a symbol; with the new values; as it was. Read and checked as the node would read it. Errors are
/// those of apply_proposal, ec::invalid_argument where there is no place for a copy.
result<std::string> rollout_text(const proposal& one, const loaded_config& before,
                                 const strategy_registry& known, rollout_stage stage,
                                 money canary_budget);

}  // namespace bw
