#pragma once

#include <cstdint>

#include "actors/node_children.hpp"

namespace bw {

// How each child of the tree is made: it is spawned, and everybody hears of its handle. Called by
// its supervisor, at the start and again after its end.

template <class Handle>
caf::actor announced(node_world& world, Handle directory::*place, const Handle& handle) {
  world.board.change([&](directory& members) { members.*place = handle; });
  return caf::actor_cast<caf::actor>(handle);
}

// Their state is the node's truth: when one ends, the process does.
caf::actor start_audit(node_world& w);
caf::actor start_session(node_world& w);
caf::actor start_gate(node_world& w);
caf::actor start_router(node_world& w);
caf::actor start_broker(node_world& w);
caf::actor start_reconciliation(node_world& w);

// These begin anew from what others know.
caf::actor start_market_data(node_world& w);
caf::actor start_feed(node_world& w);
caf::actor start_performance(node_world& w);
caf::actor start_status(node_world& w);
caf::actor start_recorder(node_world& w);
caf::actor start_projection(node_world& w);
caf::actor start_strategy(node_world& w, std::uint32_t symbol);

}  // namespace bw
