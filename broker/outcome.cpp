#include "broker/outcome.hpp"

namespace bw {

submit_outcome classify_submit(const submit_facts& facts) {
  if (!facts.sent) return submit_outcome::not_sent;
  if (facts.status >= 200 && facts.status < 300)
    return facts.echo_matches ? submit_outcome::accepted : submit_outcome::unknown;
  switch (facts.status) {
    case 400:
    case 403:
    case 404:
    case 422:
      // Without a code it may be a proxy that speaks, before or behind the broker.
      if (!is_refusal_code(facts.broker_code)) return submit_outcome::unknown;
      return facts.says_duplicate ? submit_outcome::duplicate : submit_outcome::rejected;
    default: return submit_outcome::unknown;
  }
}

submit_outcome classify_cancel(bool sent, std::uint16_t status) {
  if (!sent) return submit_outcome::not_sent;
  switch (status) {
    case 200:
    case 204: return submit_outcome::accepted;
    case 404:
    case 422: return submit_outcome::rejected;
    default: return submit_outcome::unknown;
  }
}

}  // namespace bw
