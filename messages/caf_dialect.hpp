#pragma once

// The only file that spells what later versions of CAF changed. Interfaces, type ids, registration
// and actors use its words, so that a move to another CAF edits this file (and the test fixture).

#include <caf/actor_system_config.hpp>
#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/error.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/type_id.hpp>
#include <caf/typed_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <chrono>
#include <functional>
#include <utility>

#include "core/error.hpp"

namespace bw {

template <class... In>
using accepts = caf::reacts_to<In...>;

template <class... In>
struct answers {
  template <class... Out>
  using with = typename caf::replies_to<In...>::template with<Out...>;
};

template <class... Handlers>
using actor_interface = caf::typed_actor<Handlers...>;

template <class Self>
auto& state_of(Self* self) {
  return self->state;
}

template <class Self, class To, class... Ts>
void tell(Self* self, const To& to, Ts&&... xs) {
  if (to) self->send(to, std::forward<Ts>(xs)...);
}

template <class Self, class To, class... Ts>
void tell_after(Self* self, std::chrono::nanoseconds delay, const To& to, Ts&&... xs) {
  self->delayed_send(to, delay, std::forward<Ts>(xs)...);
}

/// A timeout is not optional.
template <class Self, class To, class... Ts>
auto ask(Self* self, std::chrono::nanoseconds timeout, const To& to, Ts&&... xs) {
  return self->request(to, timeout, std::forward<Ts>(xs)...);
}

/// From a thread that is no actor: an I/O callback, the main thread.
template <class To, class... Ts>
void post_to(const To& to, Ts&&... xs) {
  if (to) caf::anon_send(to, std::forward<Ts>(xs)...);
}

/// Who sent the message that is being handled, as an actor that takes this kind of answer.
template <class Handle, class Self>
Handle sender_as(Self* self) {
  return caf::actor_cast<Handle>(self->current_sender());
}

template <class Block>
void register_block(caf::actor_system_config& config) {
  config.add_message_types<Block>();
}

}  // namespace bw

// Type ids and atoms. Atoms stand inside the block: later versions need that. No message crosses a
// process border, so none needs an inspector: each is marked as local beside its id.
#define BW_BEGIN_TYPE_IDS() CAF_BEGIN_TYPE_ID_BLOCK(bw, caf::first_custom_type_id)
#define BW_TYPE_ID(type) CAF_ADD_TYPE_ID(bw, (type))
#define BW_ATOM(name) CAF_ADD_ATOM(bw, bw::atom, name, #name)
#define BW_END_TYPE_IDS() CAF_END_TYPE_ID_BLOCK(bw)
#define BW_LOCAL_MESSAGE(type) CAF_ALLOW_UNSAFE_MESSAGE_TYPE(type)
