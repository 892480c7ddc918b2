#pragma once

#include <string>

#include "config/config_loader.hpp"
#include "storage/proposal_store.hpp"

namespace bw {

/// A proposal with less evidence than this is not looked at.
inline constexpr std::int64_t proposal_sessions_least = 20;

/// Whether a proposal may be accepted as it stands: it is open and not expired, it was made for
/// this very configuration, every key is a parameter of a strategy (nothing else can be proposed:
/// no limit, mode, credential or address), the old values are those in force, the new ones lie in
/// the strategy's own ranges, and out-of-sample evidence says that it is better than chance. The
/// error names the first thing that is wrong: ec::illegal_transition, ec::timed_out,
/// ec::integrity_broken, ec::unknown_key, ec::out_of_range or ec::invalid_argument.
result<void> check_proposal(const proposal& one, const loaded_config& now_in_force,
                            const strategy_registry& known, utc_ns now);

/// The strategies file with the proposal carried out, read and checked as the node would read it.
/// Nothing but the proposed values differs from what is in force.
result<std::string> apply_proposal(const proposal& one, const loaded_config& now_in_force,
                                   const strategy_registry& known);

}  // namespace bw
