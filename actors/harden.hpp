#pragma once

#include <exception>
#include <string>

#include <caf/scheduled_actor.hpp>
#include <caf/sec.hpp>

#include "core/log.hpp"
#include "messages/caf_dialect.hpp"

namespace bw {

/// What every actor of the node installs first: an exception ends the actor with a reason that its
/// supervisor sees, and a message that nobody expected is logged and dropped instead of bounced.
template <class Self>
void harden(Self* self, const char* name) {
  self->set_exception_handler([name](caf::scheduled_actor*, std::exception_ptr& thrown) {
    std::string what = "unknown exception";
    try {
      std::rethrow_exception(thrown);
    } catch (const std::exception& known) {
      what = known.what();
    } catch (...) {
      what = "exception of unknown type";
    }
    log_line(log_level::error, name, "exception", what);
    return caf::make_error(caf::sec::runtime_error, what);
  });
  self->set_default_handler([name](caf::scheduled_actor*, caf::message_view&) {
    log_line(log_level::warning, name, "exception", "a message that no handler takes was dropped");
    return caf::result<caf::message>{caf::sec::unexpected_message};
  });
}

}  // namespace bw
