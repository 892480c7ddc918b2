// Opens, probes and closes by the numbers of each class; cancels never wait behind orders.

#include "domain/circuit_breaker.hpp"

#include <gtest/gtest.h>

namespace bw {
namespace {

constexpr std::int64_t second = 1'000'000'000;
constexpr nanoseconds quick{1'000};

mono_ns at(std::int64_t seconds) { return mono_ns{seconds * second}; }

breaker_options without_jitter(breaker_options options) {
  options.jitter_percent = 0;
  return options;
}

circuit_breaker orders() { return {without_jitter(breaker_options::orders()), prng{1}}; }
circuit_breaker cancels() { return {without_jitter(breaker_options::cancels()), prng{1}}; }
circuit_breaker reads() { return {without_jitter(breaker_options::reads()), prng{1}}; }

bool call(circuit_breaker& x, call_outcome outcome, mono_ns now, nanoseconds took = quick) {
  const auto permit = x.ask(now);
  EXPECT_TRUE(permit.allowed);
  return x.on_result(permit, outcome, took, now);
}

TEST(circuit_breaker, two_failed_orders_in_a_row_open) {
  auto x = orders();
  EXPECT_FALSE(call(x, call_outcome::failure, at(0)));
  EXPECT_FALSE(call(x, call_outcome::success, at(1)));
  EXPECT_FALSE(call(x, call_outcome::failure, at(2)));
  EXPECT_TRUE(call(x, call_outcome::failure, at(3)));
  EXPECT_EQ(x.state(at(3)), breaker_state::open);
  EXPECT_FALSE(x.ask(at(3)).allowed);
}

TEST(circuit_breaker, half_of_enough_calls_opens) {
  auto x = reads();  // Six calls at least, half of them failed, never four in a row.
  for (int k = 0; k < 2; ++k) {
    EXPECT_FALSE(call(x, call_outcome::failure, at(0)));
    EXPECT_FALSE(call(x, call_outcome::success, at(0)));
  }
  EXPECT_FALSE(call(x, call_outcome::success, at(0)));
  EXPECT_TRUE(call(x, call_outcome::failure, at(0)));

  auto y = reads();  // The first ones have left the window when the last one fails.
  for (int k = 0; k < 2; ++k) {
    EXPECT_FALSE(call(y, call_outcome::failure, at(0)));
    EXPECT_FALSE(call(y, call_outcome::success, at(0)));
  }
  EXPECT_FALSE(call(y, call_outcome::success, at(0)));
  EXPECT_FALSE(call(y, call_outcome::failure, at(30)));
}

TEST(circuit_breaker, a_slow_call_is_a_failure) {
  auto x = orders();
  EXPECT_FALSE(call(x, call_outcome::success, at(0), nanoseconds{2 * second}));
  EXPECT_FALSE(call(x, call_outcome::success, at(0), nanoseconds{2 * second + 1}));
  EXPECT_TRUE(call(x, call_outcome::success, at(0), nanoseconds{2 * second + 1}));
}

TEST(circuit_breaker, orders_never_probe_and_close_after_probes_and_reconciliation) {
  auto x = orders();
  call(x, call_outcome::failure, at(0));
  call(x, call_outcome::failure, at(0));
  EXPECT_FALSE(x.ask_probe(mono_ns{5 * second - 1}).allowed);
  EXPECT_EQ(x.state(at(5)), breaker_state::half_open);
  EXPECT_FALSE(x.ask(at(5)).allowed);
  for (int k = 0; k < 2; ++k) {
    const auto probe = x.ask_probe(at(5));
    ASSERT_TRUE(probe.allowed);
    EXPECT_TRUE(probe.is_probe);
    EXPECT_FALSE(x.ask_probe(at(5)).allowed);  // One in flight.
    EXPECT_FALSE(x.on_result(probe, call_outcome::success, quick, at(6)));
  }
  EXPECT_FALSE(x.ask_probe(at(6)).allowed);  // Enough of them.
  EXPECT_FALSE(x.ask(at(6)).allowed);
  EXPECT_TRUE(x.on_reconciled(at(7)));
  EXPECT_TRUE(x.ask(at(7)).allowed);
}

TEST(circuit_breaker, a_reconciliation_before_the_probes_counts_once_open) {
  auto x = orders();
  EXPECT_FALSE(x.on_reconciled(at(0)));
  call(x, call_outcome::failure, at(1));
  call(x, call_outcome::failure, at(1));
  EXPECT_FALSE(x.on_reconciled(at(2)));
  EXPECT_FALSE(x.on_result(x.ask_probe(at(6)), call_outcome::success, quick, at(6)));
  EXPECT_TRUE(x.on_result(x.ask_probe(at(6)), call_outcome::success, quick, at(6)));
  EXPECT_EQ(x.state(at(6)), breaker_state::closed);
}

TEST(circuit_breaker, each_opening_in_a_row_is_longer) {
  auto x = orders();
  call(x, call_outcome::failure, at(0));
  call(x, call_outcome::failure, at(0));
  std::int64_t now = 0;
  for (const std::int64_t wait : {5, 10, 20, 40, 60, 60}) {
    EXPECT_EQ(x.until(), at(now + wait));
    now += wait;
    EXPECT_TRUE(x.on_result(x.ask_probe(at(now)), call_outcome::failure, quick, at(now)));
  }
  EXPECT_EQ(x.unavailable_for(at(now)), nanoseconds{now * second});
}

TEST(circuit_breaker, openings_are_spread) {
  circuit_breaker x{breaker_options::orders(), prng{4}};
  call(x, call_outcome::failure, at(0));
  call(x, call_outcome::failure, at(0));
  EXPECT_GE(x.until(), at(4));
  EXPECT_LE(x.until(), at(6));
}

TEST(circuit_breaker, cancels_open_for_a_second_and_close_after_one) {
  auto x = cancels();
  for (int k = 0; k < 2; ++k) EXPECT_FALSE(call(x, call_outcome::failure, at(0)));
  EXPECT_TRUE(call(x, call_outcome::failure, at(0)));
  EXPECT_FALSE(x.ask(mono_ns{second - 1}).allowed);
  const auto probe = x.ask(at(1));  // The oldest cancel itself.
  EXPECT_TRUE(probe.is_probe);
  EXPECT_TRUE(x.on_result(probe, call_outcome::failure, quick, at(1)));
  EXPECT_EQ(x.until(), at(2));
  EXPECT_TRUE(x.on_result(x.ask(at(2)), call_outcome::success, quick, at(2)));
  EXPECT_EQ(x.state(at(2)), breaker_state::closed);
}

TEST(circuit_breaker, an_answer_of_an_older_state_does_not_move_it) {
  auto x = orders();
  const auto old = x.ask(at(0));
  call(x, call_outcome::failure, at(0));
  call(x, call_outcome::failure, at(0));
  EXPECT_FALSE(x.on_result(old, call_outcome::success, quick, at(5)));
  EXPECT_EQ(x.state(at(5)), breaker_state::half_open);
  EXPECT_FALSE(x.on_result(old, call_outcome::refused, quick, at(5)));
}

TEST(circuit_breaker, refused_credentials_isolate_until_a_person_acts) {
  auto x = reads();
  EXPECT_TRUE(call(x, call_outcome::refused, at(0)));
  EXPECT_EQ(x.state(at(9'000)), breaker_state::isolated);
  EXPECT_FALSE(x.ask(at(9'000)).allowed);
  EXPECT_TRUE(x.release(at(9'000)));
  EXPECT_EQ(x.state(at(9'000)), breaker_state::half_open);
  EXPECT_FALSE(x.on_result(x.ask(at(9'000)), call_outcome::success, quick, at(9'000)));
  EXPECT_TRUE(x.on_result(x.ask(at(9'000)), call_outcome::success, quick, at(9'000)));
  EXPECT_FALSE(x.release(at(9'001)));
}

TEST(circuit_breaker, throttling_waits_as_told_and_is_no_failure) {
  auto x = reads();
  EXPECT_TRUE(x.on_throttled(x.ask(at(0)), at(10), at(0)));
  EXPECT_EQ(x.state(at(9)), breaker_state::throttled);
  EXPECT_FALSE(x.ask(at(9)).allowed);
  EXPECT_EQ(x.unavailable_for(at(9)), nanoseconds{0});
  EXPECT_TRUE(x.ask(at(10)).allowed);
  EXPECT_EQ(x.state(at(10)), breaker_state::closed);
  EXPECT_FALSE(x.on_throttled(x.ask(at(11)), at(11), at(11)));
}

TEST(circuit_breaker, a_throttled_probe_goes_on_probing) {
  auto x = cancels();
  for (int k = 0; k < 3; ++k) call(x, call_outcome::failure, at(0));
  EXPECT_TRUE(x.on_throttled(x.ask(at(1)), at(5), at(1)));
  EXPECT_EQ(x.state(at(5)), breaker_state::half_open);
  EXPECT_EQ(x.unavailable_for(at(5)), nanoseconds{5 * second});
  EXPECT_TRUE(x.ask(at(5)).is_probe);
}

}  // namespace
}  // namespace bw
