#include "feeds/stream_errors.hpp"

namespace bw {

stream_error judge_stream_error(std::uint32_t code) {
  switch (code) {
    case 402: return {ec::auth_refused, stream_remedy::person};
    case 403: return {ec::protocol_violation, stream_remedy::none};
    // A time-out of the authentication may be the network's doing.
    case 404: return {ec::timed_out, stream_remedy::reconnect};
    case 406: return {ec::rate_limited, stream_remedy::reconnect_late};
    case 405:
    case 408:
    case 409:
    case 410:
    case 411:
    case 412:
    case 413: return {ec::unsupported, stream_remedy::person};
    default: return {ec::protocol_violation, stream_remedy::reconnect};
  }
}

stream_remedy remedy_for(ec why) {
  if (why == ec::rate_limited) return stream_remedy::reconnect_late;
  return why == ec::auth_refused ? stream_remedy::person : stream_remedy::reconnect;
}

}  // namespace bw
