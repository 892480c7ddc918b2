#include "messages/registration.hpp"

#include "messages/actor_interfaces.hpp"

namespace bw {

void register_messages(caf::actor_system_config& config) {
  register_block<caf::id_block::bw>(config);
}

}  // namespace bw
