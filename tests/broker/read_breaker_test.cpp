// Reads stop while their breaker is open, wait as long as the broker says, and are repeated only
// within a budget.

#include "tests/broker/broker_fixture.hpp"

namespace bw {
namespace {

class read_breaker_test : public broker_test {
 protected:
  result<account_report> account() {
    return ask<account_report>([&](auto done) { broker->account(done); });
  }
};

TEST_F(read_breaker_test, opens_after_four_failures_and_sends_nothing) {
  answer_with(500, "oops");
  make();
  for (int k = 0; k < 4; ++k) EXPECT_EQ(account().code(), ec::http_status);
  const auto before = requests();
  const auto refused = account();
  EXPECT_EQ(refused.code(), ec::breaker_open) << refused.failure().text();
  EXPECT_EQ(requests(), before);
  EXPECT_EQ(broker->breakers()->state(request_class::reads), breaker_state::open);
  const auto changes = broker->breakers()->drain();
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(changes[0].cause, "answered 500");
}

TEST_F(read_breaker_test, closes_again_after_two_good_reads) {
  answer_with(500, "oops");
  make();
  for (int k = 0; k < 4; ++k) EXPECT_FALSE(account().ok());
  answer_with(200, std::string{account_body});
  EXPECT_TRUE(where.wait_until(
      [&] { return broker->breakers()->state(request_class::reads) == breaker_state::open; }));
  int good = 0;
  const auto start = time.mono_now();
  while (good < 2 && time.mono_now() - start < std::chrono::seconds{10})
    if (account().ok()) ++good;
  EXPECT_EQ(good, 2);
  EXPECT_EQ(broker->breakers()->state(request_class::reads), breaker_state::closed);
}

TEST_F(read_breaker_test, a_429_holds_reads_until_the_time_that_it_names) {
  const auto reset = time.utc_now().value / 1'000'000'000 + 60;
  answer_with(429, R"({"code":42910000,"message":"rate limit exceeded"})",
              {{"X-RateLimit-Remaining", "0"}, {"X-RateLimit-Reset", std::to_string(reset)}});
  make();
  EXPECT_EQ(account().code(), ec::rate_limited);
  EXPECT_EQ(account().code(), ec::breaker_open);
  EXPECT_EQ(requests(), 1u);
  EXPECT_EQ(broker->breakers()->state(request_class::reads), breaker_state::throttled);
  EXPECT_EQ(broker->breakers()->window().remaining, 0);
}

TEST_F(read_breaker_test, refused_keys_isolate_reads) {
  answer_with(401, "<html>401</html>");
  make();
  EXPECT_EQ(account().code(), ec::auth_refused);
  EXPECT_EQ(account().code(), ec::breaker_open);
  EXPECT_EQ(broker->breakers()->state(request_class::reads), breaker_state::isolated);
}

TEST_F(read_breaker_test, one_failure_among_many_is_asked_again) {
  answer_with(200, std::string{account_body});
  make();
  for (int k = 0; k < 12; ++k) EXPECT_TRUE(account().ok());
  where.change([&] {
    server.on_request = [first = true](const net::http_request&) mutable {
      const bool fails = std::exchange(first, false);
      return scripted_broker_server::say(fails ? 503 : 200,
                                         fails ? "oops" : std::string{account_body});
    };
  });
  EXPECT_TRUE(account().ok()) << "the second try";
  EXPECT_EQ(requests(), 14u);
}

TEST_F(read_breaker_test, business_refusals_leave_the_breaker_closed) {
  answer_with(404, R"({"code":40410000,"message":"position does not exist"})");
  make();
  for (int k = 0; k < 10; ++k) EXPECT_EQ(account().code(), ec::not_found);
  EXPECT_EQ(broker->breakers()->state(request_class::reads), breaker_state::closed);
  EXPECT_EQ(requests(), 10u);
}

}  // namespace
}  // namespace bw
