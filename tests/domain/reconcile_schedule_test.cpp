// When the broker is asked, which answers count, and how few single questions there are.

#include "domain/reconcile_schedule.hpp"

#include <gtest/gtest.h>

#include <map>

namespace bw {
namespace {

constexpr std::int64_t second = 1'000'000'000;
mono_ns at(std::int64_t tenths) { return mono_ns{tenths * second / 10}; }

TEST(reconcile_schedule, nothing_is_asked_before_the_first_whole_comparison) {
  reconcile_schedule x;
  EXPECT_TRUE(x.due(at(1000)).empty());
  x.begin_full(at(1000));
  EXPECT_EQ(x.due(at(1000)).size(), 4u);
  EXPECT_TRUE(x.due(at(1001)).empty()) << "each is under way once";
}

TEST(reconcile_schedule, each_question_has_its_period) {
  reconcile_schedule x;
  x.begin_full(at(0));
  std::map<book_question, int> asked;
  for (std::int64_t t = 0; t <= 6'000; ++t)
    for (const auto& question : x.due(at(t))) {
      ++asked[question.what];
      EXPECT_TRUE(x.on_answer(question.what, question.round, at(t)));
    }
  EXPECT_EQ(asked[book_question::opens], 61);
  EXPECT_EQ(asked[book_question::positions], 21);
  EXPECT_EQ(asked[book_question::account], 11);
  EXPECT_EQ(asked[book_question::activities], 3);
}

TEST(reconcile_schedule, an_answer_of_an_earlier_round_does_not_count) {
  reconcile_schedule x;
  x.begin_full(at(0));
  const auto first = x.due(at(0));
  x.begin_full(at(5));
  EXPECT_FALSE(x.on_answer(first[0].what, first[0].round, at(6)));
  EXPECT_FALSE(x.is_full_answered());
  for (const auto& question : x.due(at(6)))
    EXPECT_TRUE(x.on_answer(question.what, question.round, at(7)));
  EXPECT_TRUE(x.is_full_answered());
  EXPECT_FALSE(x.on_answer(first[0].what, first[0].round, at(8)));
}

TEST(reconcile_schedule, silence_and_failures_are_counted_and_asked_again) {
  reconcile_schedule x;
  x.begin_full(at(0));
  const auto first = x.due(at(0));
  x.on_failure(book_question::opens, first[0].round, at(1));
  EXPECT_EQ(x.failures(book_question::opens).times, 1u);
  EXPECT_TRUE(x.due(at(5)).empty());
  const auto again = x.due(at(11));
  ASSERT_EQ(again.size(), 1u);
  EXPECT_EQ(again[0].what, book_question::opens);
  (void)x.due(at(101));  // Ten seconds of silence for the others.
  EXPECT_EQ(x.failures(book_question::positions).times, 1u);
  EXPECT_EQ(x.failures(book_question::positions).since, at(101));
  EXPECT_TRUE(x.on_answer(book_question::opens, again[0].round, at(102)));
  EXPECT_EQ(x.failures(book_question::opens).times, 0u);
}

TEST(reconcile_schedule, a_question_can_be_brought_forward) {
  reconcile_schedule x;
  x.begin_full(at(0));
  for (const auto& question : x.due(at(0))) x.on_answer(question.what, question.round, at(0));
  x.soon(book_question::positions, at(50));
  EXPECT_TRUE(x.due(at(49)).empty());
  const auto due = x.due(at(50));
  ASSERT_EQ(due.size(), 1u);
  EXPECT_EQ(due[0].what, book_question::positions);
}

TEST(query_queue, asks_ten_in_a_cycle_and_a_tenth_of_a_second_apart) {
  query_queue x;
  for (int k = 0; k < 30; ++k)
    for (int twice = 0; twice < 2; ++twice)
      x.push({single_query::kind::own_order, client_order_id{"c" + std::to_string(k)}, {}, {}});
  EXPECT_EQ(x.size(), 30u) << "what waits already is not asked twice";
  std::vector<std::int64_t> times;
  for (std::int64_t t = 0; t < 2'500; ++t)  // Steps of 10 ms.
    if (x.next(mono_ns{t * 10'000'000})) times.push_back(t);
  ASSERT_EQ(times.size(), 30u);
  for (std::size_t k = 1; k < times.size(); ++k) EXPECT_GE(times[k] - times[k - 1], 10);
  for (std::size_t k = 10; k < times.size(); ++k) EXPECT_GE(times[k] - times[k - 10], 1'000);
}

TEST(query_queue, is_bounded) {
  query_queue x{{.waiting_max = 3}};
  for (int k = 0; k < 9; ++k)
    x.push({single_query::kind::own_order, client_order_id{"c" + std::to_string(k)}, {}, {}});
  EXPECT_EQ(x.size(), 3u);
}

}  // namespace
}  // namespace bw
