#pragma once

#include <caf/actor_system_config.hpp>

namespace bw {

/// Makes all messages of the node known; call before the actor system is built. Slow to compile,
/// hence alone in its .cpp.
void register_messages(caf::actor_system_config& config);

}  // namespace bw
