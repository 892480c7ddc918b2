#include "domain/call_guard.hpp"

#include <algorithm>
#include <utility>

namespace bw {
namespace {

constexpr std::uint16_t unauthorized = 401;
constexpr std::uint16_t too_many_requests = 429;
/// Waits after a 429 that does not say when it ends.
constexpr backoff_options unnamed_wait{.first = std::chrono::seconds{1},
                                       .longest = std::chrono::seconds{60},
                                       .factor_percent = 200,
                                       .jitter_percent = 20};

std::string cause_of(const call_facts& facts) {
  if (!facts.sent) return "no connection";
  if (facts.status == 0) return "no answer";
  if (facts.unreadable) return "an answer that cannot be read";
  return "answered " + std::to_string(facts.status);
}

}  // namespace

call_outcome judge_call(const call_facts& facts, request_class which) {
  const bool forbidden = facts.status == 403 && which == request_class::reads;
  if (facts.status == unauthorized || forbidden) return call_outcome::refused;
  if (facts.status == 0 || facts.status >= 500 || facts.unreadable) return call_outcome::failure;
  return call_outcome::success;
}

call_guard::call_guard(request_class which, breaker_options options, prng random,
                       breaker_board* board)
    : which_(which),
      breaker_(options, random.fork()),
      board_(board),
      unnamed_waits_(unnamed_wait, random.fork()) {}

void call_guard::tell(mono_ns now, std::string_view cause) {
  const auto state = breaker_.state(now);
  if (state == shown_) return;
  const auto before = std::exchange(shown_, state);
  if (board_ != nullptr) board_->note({which_, before, state, std::string{cause}});
}

breaker_permit call_guard::ask(mono_ns now) {
  look(now);
  return breaker_.ask(now);
}

breaker_permit call_guard::ask_probe(mono_ns now) {
  look(now);
  return breaker_.ask_probe(now);
}

void call_guard::on_answer(const breaker_permit& permit, const call_facts& facts, nanoseconds took,
                           mono_ns now, utc_ns utc) {
  look(now);
  if (facts.status == too_many_requests) {
    auto wait = facts.window.reset > utc ? facts.window.reset - utc : unnamed_waits_.next();
    wait = std::min(wait, throttle_longest);
    breaker_.on_throttled(permit, now + wait, now);
  } else {
    const auto outcome = judge_call(facts, which_);
    if (outcome == call_outcome::success) unnamed_waits_.reset();
    breaker_.on_result(permit, outcome, took, now);
  }
  tell(now, cause_of(facts));
}

void call_guard::give_back(const breaker_permit& permit, mono_ns now) {
  look(now);
  // A probe that was not made proves nothing: the breaker stays as it is and asks for another. Any
  // other permit leaves no trace.
  if (permit.is_probe) breaker_.on_throttled(permit, now, now);
}

void call_guard::on_reconciled(mono_ns now) {
  look(now);
  breaker_.on_reconciled(now);
  tell(now, "reconciled");
}

void call_guard::release(mono_ns now) {
  breaker_.release(now);
  tell(now, "released by a person");
}

}  // namespace bw
