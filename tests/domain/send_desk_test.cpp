#include "domain/send_desk.hpp"

#include <gtest/gtest.h>

#include "domain/retry_budget.hpp"

namespace bw {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr utc_ns epoch{1'793'600'000'000'000'000};

mono_ns at(nanoseconds passed) { return mono_ns{1'000'000'000'000} + passed; }
utc_ns wall(nanoseconds passed) { return epoch + passed; }

call_facts answered(std::uint16_t status) {
  call_facts out;
  out.sent = true;
  out.status = status;
  return out;
}

struct SendDesk : testing::Test {
  breaker_board board;
  send_desk desk{{}, board, prng{1}};

  send_leave order(nanoseconds t) { return desk.ask_order(at(t), wall(t)); }
  void order_comes_to(const call_facts& facts, nanoseconds t) {
    const auto leave = order(t);
    ASSERT_TRUE(leave.allowed) << leave.why;
    desk.on_order(leave.permit, facts, milliseconds{5}, at(t), wall(t));
  }
  std::vector<std::string> told() {
    std::vector<std::string> out;
    for (const auto& each : board.drain())
      out.push_back(std::string{to_string(each.which)} + " " + std::string{to_string(each.before)} +
                    " " + std::string{to_string(each.after)} + ": " + each.cause);
    return out;
  }
};

TEST_F(SendDesk, TwoFailuresInARowStopOrdersAndNotCancels) {
  order_comes_to(answered(503), seconds{0});
  order_comes_to(answered(0), seconds{1});
  EXPECT_FALSE(order(seconds{2}).allowed);
  EXPECT_TRUE(desk.ask_cancel(at(seconds{2})).allowed);
  EXPECT_EQ(told(), std::vector<std::string>{"orders closed open: no answer"});
}

TEST_F(SendDesk, RefusedCredentialsWaitForAPersonAndComeBackByReads) {
  order_comes_to(answered(401), seconds{0});
  EXPECT_EQ(desk.orders(at(std::chrono::hours{9})), breaker_state::isolated) << "no time mends it";
  EXPECT_FALSE(desk.ask_probe(at(seconds{1})).has_value());
  desk.release(at(seconds{10}));
  EXPECT_FALSE(order(seconds{10}).allowed) << "an order never probes";
  for (int k = 0; k < 2; ++k) {
    const auto probe = desk.ask_probe(at(seconds{11}));
    ASSERT_TRUE(probe.has_value());
    desk.on_order(*probe, answered(200), milliseconds{5}, at(seconds{11}), wall(seconds{11}));
  }
  EXPECT_FALSE(order(seconds{12}).allowed) << "not before a reconciliation";
  desk.on_reconciled(at(seconds{12}));
  EXPECT_TRUE(order(seconds{12}).allowed);
  EXPECT_EQ(told(), (std::vector<std::string>{"orders closed isolated: answered 401",
                                              "orders isolated half_open: released by a person",
                                              "orders half_open closed: reconciled"}));
}

TEST_F(SendDesk, CredentialsThatAreStillBadAreIsolatedAgain) {
  order_comes_to(answered(401), seconds{0});
  desk.release(at(seconds{1}));
  const auto probe = desk.ask_probe(at(seconds{2}));
  ASSERT_TRUE(probe.has_value());
  desk.on_order(*probe, answered(401), milliseconds{5}, at(seconds{2}), wall(seconds{2}));
  EXPECT_EQ(desk.orders(at(seconds{3})), breaker_state::isolated);
}

TEST_F(SendDesk, TheBrokersCountTellsWhenOnlyTheReserveIsLeft) {
  EXPECT_FALSE(desk.only_reserve(wall(seconds{0}))) << "it has said nothing yet";
  board.saw({31, wall(seconds{60})});
  EXPECT_FALSE(desk.only_reserve(wall(seconds{0})));
  board.saw({30, wall(seconds{60})});
  EXPECT_TRUE(desk.only_reserve(wall(seconds{0})));
  EXPECT_FALSE(order(seconds{0}).allowed);
  EXPECT_TRUE(desk.ask_cancel(at(seconds{0})).allowed);
  EXPECT_TRUE(desk.ask_question(at(seconds{0})));
  EXPECT_FALSE(desk.only_reserve(wall(seconds{60}))) << "a new window";
}

TEST(JudgeCall, AForbiddenReadIsARefusalOfTheCredentials) {
  EXPECT_EQ(judge_call(answered(403), request_class::orders), call_outcome::success)
      << "buying power, shares, a wash trade";
  EXPECT_EQ(judge_call(answered(403), request_class::cancels), call_outcome::success);
  EXPECT_EQ(judge_call(answered(403), request_class::data), call_outcome::success)
      << "a plan without recent data";
  EXPECT_EQ(judge_call(answered(403), request_class::reads), call_outcome::refused);
  EXPECT_EQ(judge_call(answered(401), request_class::data), call_outcome::refused);
}

TEST_F(SendDesk, AnOrderNeverProbesAndReconciliationClosesIt) {
  order_comes_to(answered(503), seconds{0});
  order_comes_to(answered(503), seconds{0});
  const auto later = seconds{20};
  EXPECT_FALSE(order(later).allowed) << "half open: still no order";
  for (int k = 0; k < 2; ++k) {
    const auto probe = desk.ask_probe(at(later));
    ASSERT_TRUE(probe.has_value());
    EXPECT_FALSE(desk.ask_probe(at(later)).has_value()) << "one at a time";
    desk.on_order(*probe, answered(200), milliseconds{5}, at(later), wall(later));
  }
  EXPECT_FALSE(desk.ask_probe(at(later)).has_value()) << "two good ones are enough";
  EXPECT_FALSE(order(later).allowed) << "not before everything is reconciled";
  desk.on_reconciled(at(later));
  EXPECT_TRUE(order(later).allowed);
  EXPECT_EQ(told(), (std::vector<std::string>{"orders closed open: answered 503",
                                              "orders open half_open: the wait is over",
                                              "orders half_open closed: reconciled"}));
}

TEST_F(SendDesk, A429HoldsUntilTheTimeThatTheBrokerNames) {
  auto facts = answered(429);
  facts.window = {0, wall(seconds{17})};
  order_comes_to(facts, seconds{0});
  EXPECT_FALSE(order(milliseconds{16'900}).allowed);
  EXPECT_EQ(desk.orders(at(milliseconds{16'900})), breaker_state::throttled);
  EXPECT_TRUE(order(milliseconds{17'001}).allowed);
  EXPECT_EQ(told(), (std::vector<std::string>{"orders closed throttled: answered 429",
                                              "orders throttled closed: the wait is over"}));
}

TEST_F(SendDesk, A429WithoutATimeWaitsLongerEachTime) {
  order_comes_to(answered(429), seconds{0});
  EXPECT_FALSE(order(milliseconds{790}).allowed);
  EXPECT_TRUE(order(milliseconds{1'210}).allowed);
  order_comes_to(answered(429), seconds{5});
  EXPECT_FALSE(order(seconds{5} + milliseconds{1'590}).allowed);
  EXPECT_TRUE(order(seconds{5} + milliseconds{2'410}).allowed);
}

TEST_F(SendDesk, NoResetTimeHoldsForEver) {
  auto facts = answered(429);
  facts.window = {0, wall(std::chrono::hours{999})};
  order_comes_to(facts, seconds{0});
  EXPECT_TRUE(order(call_guard::throttle_longest + seconds{1}).allowed);
}

TEST_F(SendDesk, RefusedCredentialsIsolate) {
  order_comes_to(answered(401), seconds{0});
  EXPECT_FALSE(order(std::chrono::hours{5}).allowed);
  EXPECT_EQ(told(), std::vector<std::string>{"orders closed isolated: answered 401"});
}

TEST_F(SendDesk, TheBrokersOwnCountKeepsTheReserveForCancels) {
  board.saw({30, wall(seconds{40})});
  EXPECT_FALSE(order(seconds{0}).allowed);
  EXPECT_TRUE(desk.ask_cancel(at(seconds{0})).allowed);
  EXPECT_TRUE(order(seconds{40}).allowed) << "a new window";
  board.saw({31, wall(seconds{80})});
  EXPECT_TRUE(order(seconds{41}).allowed);
}

TEST_F(SendDesk, CancelsMayUseTheSharesOfBoth) {
  int sent = 0;
  for (int k = 0; k < 100; ++k) {
    const auto leave = desk.ask_cancel(at(seconds{0}));
    if (!leave.allowed) break;
    desk.on_cancel(leave.permit, answered(204), milliseconds{5}, at(seconds{0}), wall(seconds{0}));
    ++sent;
  }
  EXPECT_EQ(sent, 50) << "30 of the reserve and 20 at once of the orders";
  EXPECT_FALSE(order(seconds{0}).allowed);
}

TEST_F(SendDesk, RefusalsOfTheBusinessAreNoFailures) {
  for (int k = 0; k < 10; ++k) order_comes_to(answered(k % 2 ? 403 : 422), seconds{k});
  EXPECT_TRUE(order(seconds{11}).allowed);
  EXPECT_TRUE(told().empty());
}

TEST(BreakerBoard, KeepsTheNewestChangesAndCountsTheRest) {
  breaker_board board;
  for (std::size_t k = 0; k < breaker_board::changes_max + 7; ++k)
    board.note({request_class::data, breaker_state::closed, breaker_state::open, "x"});
  EXPECT_EQ(board.drain().size(), breaker_board::changes_max);
  EXPECT_EQ(board.lost(), 7u);
  EXPECT_EQ(board.state(request_class::data), breaker_state::open);
  EXPECT_TRUE(board.drain().empty());
}

TEST(RetryBudget, IsATenthOfTheLastMinutesCalls) {
  retry_budget budget;
  for (int k = 0; k < 9; ++k) budget.on_call(at(seconds{k}));
  EXPECT_FALSE(budget.try_retry(at(seconds{9}))) << "nine calls have no tenth";
  budget.on_call(at(seconds{9}));
  EXPECT_TRUE(budget.try_retry(at(seconds{9})));
  EXPECT_FALSE(budget.try_retry(at(seconds{9})));
  for (int k = 0; k < 90; ++k) budget.on_call(at(seconds{10}));
  int granted = 0;
  while (budget.try_retry(at(seconds{10}))) ++granted;
  EXPECT_EQ(granted, 9);
  EXPECT_FALSE(budget.try_retry(at(seconds{100}))) << "a minute later nothing is left of them";
}

}  // namespace
}  // namespace bw
