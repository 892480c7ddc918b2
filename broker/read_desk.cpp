#include "broker/read_desk.hpp"

namespace bw {
namespace {

constexpr nanoseconds first_wait = std::chrono::milliseconds{250};
constexpr std::int64_t jitter_percent = 50;

}  // namespace

read_desk::read_desk(prng random, breaker_board* board, request_class which)
    : random_(random.fork()), guard_(which, breaker_options::reads(), random.fork(), board) {}

breaker_permit read_desk::ask(mono_ns now) {
  const std::lock_guard lock{mutex_};
  const auto out = guard_.ask(now);
  if (out.allowed) budget_.on_call(now);
  return out;
}

void read_desk::on_answer(const breaker_permit& permit, const call_facts& facts, nanoseconds took,
                          mono_ns now, utc_ns utc) {
  const std::lock_guard lock{mutex_};
  guard_.on_answer(permit, facts, took, now, utc);
}

void read_desk::give_back(const breaker_permit& permit, mono_ns now) {
  const std::lock_guard lock{mutex_};
  guard_.give_back(permit, now);
}

std::optional<nanoseconds> read_desk::retry_after(const call_facts& facts,
                                                  std::uint32_t retries_made, mono_ns now) {
  const std::lock_guard lock{mutex_};
  const bool failed = judge_call(facts, request_class::reads) == call_outcome::failure;
  const bool closed = guard_.state(now) == breaker_state::closed;
  if (!failed || !closed || retries_made >= retries_max || !budget_.try_retry(now))
    return std::nullopt;
  return with_jitter(first_wait * (std::int64_t{1} << retries_made), jitter_percent, random_);
}

breaker_state read_desk::state(mono_ns now) const {
  const std::lock_guard lock{mutex_};
  return guard_.state(now);
}

void read_desk::release(mono_ns now) {
  const std::lock_guard lock{mutex_};
  guard_.release(now);
}

void read_desk::look(mono_ns now) {
  const std::lock_guard lock{mutex_};
  guard_.look(now);
}

}  // namespace bw
