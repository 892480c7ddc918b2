#include "core/doorbell_queue.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "core/inline_string.hpp"
#include "core/inline_vector.hpp"

namespace bw {
namespace {

TEST(BoundedQueue, RefusesTheElementBeyondItsCapacity) {
  for (const std::size_t capacity : {1u, 2u, 31u, 32u, 33u, 1000u}) {
    bounded_queue<int> queue{capacity};
    for (std::size_t n = 0; n < capacity; ++n) ASSERT_TRUE(queue.try_push(static_cast<int>(n)));
    EXPECT_FALSE(queue.try_push(-1)) << capacity;
    EXPECT_EQ(queue.depth(), capacity);
    int x = -1;
    ASSERT_TRUE(queue.try_pop(x));
    EXPECT_EQ(x, 0);
    EXPECT_TRUE(queue.try_push(7));
    EXPECT_FALSE(queue.try_push(8));
  }
}

TEST(BoundedQueue, NeverLosesRoomOverManyRounds) {
  bounded_queue<int> queue{100};
  int x = 0;
  for (int round = 0; round < 10'000; ++round) {
    for (int n = 0; n < 100; ++n) ASSERT_TRUE(queue.try_push(n)) << round;
    for (int n = 0; n < 100; ++n) {
      ASSERT_TRUE(queue.try_pop(x));
      ASSERT_EQ(x, n);
    }
    ASSERT_FALSE(queue.try_pop(x));
  }
}

TEST(DoorbellQueue, RingsOnceABurst) {
  int rings = 0;
  doorbell_queue<int> queue{64, [&] { ++rings; }};
  for (int n = 0; n < 10; ++n) queue.push(n);
  EXPECT_EQ(rings, 0);
  queue.flush();
  EXPECT_EQ(rings, 1);
  queue.push(10);
  queue.flush();
  EXPECT_EQ(rings, 1) << "the consumer has not come yet";
  int seen = 0;
  EXPECT_FALSE(queue.drain(64, [&](int) { ++seen; }));
  EXPECT_EQ(seen, 11);
  queue.flush();
  EXPECT_EQ(rings, 1) << "nothing new, no ring";
  queue.push(11);
  queue.flush();
  EXPECT_EQ(rings, 2);
}

TEST(DoorbellQueue, SaysWhenItsLimitLeftSomething) {
  doorbell_queue<int> queue{64, [] {}};
  for (int n = 0; n < 10; ++n) queue.push(n);
  queue.flush();
  int seen = 0;
  EXPECT_TRUE(queue.drain(4, [&](int) { ++seen; }));
  EXPECT_TRUE(queue.drain(4, [&](int) { ++seen; }));
  EXPECT_FALSE(queue.drain(4, [&](int) { ++seen; }));
  EXPECT_EQ(seen, 10);
}

TEST(DoorbellQueue, LosesNothingBetweenTwoThreads) {
  constexpr int total = 200'000;
  std::atomic<int> rings{0};
  doorbell_queue<int> queue{1024, [&] { rings.fetch_add(1); }};
  std::thread producer{[&] {
    for (int n = 0; n < total;) {
      if (queue.push(n)) ++n;
      if (n % 7 == 0) queue.flush();
    }
    queue.flush();
  }};
  // A consumer that only looks when it was rung, as the actor does.
  int next = 0;
  int answered = 0;
  bool more = false;
  while (next < total) {
    if (!more && rings.load() == answered) continue;
    answered = more ? answered : rings.load();
    more = queue.drain(64, [&](int x) { ASSERT_EQ(x, next++); });
  }
  producer.join();
  EXPECT_EQ(next, total);
}

TEST(InlineVector, HoldsUpToItsCapacity) {
  inline_vector<int, 3> few;
  EXPECT_TRUE(few.try_push(1));
  EXPECT_TRUE(few.try_push(2));
  EXPECT_TRUE(few.try_push(3));
  EXPECT_FALSE(few.try_push(4));
  EXPECT_EQ(few.size(), 3u);
  EXPECT_EQ(few[2], 3);
}

TEST(InlineString, ComparesAsText) {
  using text = inline_string<8>;
  EXPECT_TRUE(text::fits("12345678"));
  EXPECT_FALSE(text::fits("123456789"));
  EXPECT_EQ(text{"AAPL"}.view(), "AAPL");
  EXPECT_LT(text{"AAPL"}, text{"MSFT"});
  EXPECT_EQ(text{}, text{""});
}

}  // namespace
}  // namespace bw
