#include "domain/send_desk.hpp"

namespace bw {

send_desk::send_desk(send_desk_options options, breaker_board& board, prng random)
    : options_(options),
      board_(board),
      orders_(request_class::orders, breaker_options::orders(), random.fork(), &board),
      cancels_(request_class::cancels, breaker_options::cancels(), random.fork(), &board),
      budget_(options.orders),
      reserved_(options.reserved) {}

bool send_desk::only_reserve(utc_ns utc) const {
  const auto window = board_.window();
  return window.remaining >= 0 && window.remaining <= options_.reserved.burst && utc < window.reset;
}

send_leave send_desk::ask_order(mono_ns now, utc_ns utc) {
  const auto permit = orders_.ask(now);
  if (!permit.allowed) {
    switch (orders_.state(now)) {
      case breaker_state::throttled:
        return {false, {}, "the broker has limited orders until a later time"};
      case breaker_state::isolated: return {false, {}, "the broker refused the credentials"};
      default: return {false, {}, "the circuit breaker for orders is open"};
    }
  }
  if (only_reserve(utc)) {
    orders_.give_back(permit, now);
    return {false, {}, "the broker's own count leaves only the requests kept for cancels"};
  }
  if (!budget_.try_take(now)) {
    orders_.give_back(permit, now);
    return {false, {}, "the request budget for orders is used up"};
  }
  return {true, permit, {}};
}

send_leave send_desk::ask_cancel(mono_ns now) {
  const auto permit = cancels_.ask(now);
  if (!permit.allowed) return {false, {}, "the circuit breaker for cancels is open"};
  if (reserved_.try_take(now) || budget_.try_take(now)) return {true, permit, {}};
  cancels_.give_back(permit, now);
  return {false, {}, "the request budget is used up"};
}

void send_desk::on_order(const breaker_permit& permit, const call_facts& facts, nanoseconds took,
                         mono_ns now, utc_ns utc) {
  orders_.on_answer(permit, facts, took, now, utc);
}

void send_desk::on_cancel(const breaker_permit& permit, const call_facts& facts, nanoseconds took,
                          mono_ns now, utc_ns utc) {
  cancels_.on_answer(permit, facts, took, now, utc);
}

std::optional<breaker_permit> send_desk::ask_probe(mono_ns now) {
  const auto permit = orders_.ask_probe(now);
  if (!permit.allowed) return std::nullopt;
  if (reserved_.try_take(now)) return permit;
  orders_.give_back(permit, now);
  return std::nullopt;
}

void send_desk::release(mono_ns now) {
  orders_.release(now);
  cancels_.release(now);
}

void send_desk::look(mono_ns now) {
  orders_.look(now);
  cancels_.look(now);
}

}  // namespace bw
