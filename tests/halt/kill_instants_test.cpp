// The kill switch against a simulated broker that is slow, loses answers, refuses cancels and takes
// orders late, killed at random instants while orders leave without rest.

#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <memory>
#include <thread>
#include <vector>

#include "app/kill_switch.hpp"
#include "core/prng.hpp"
#include "tests/feeds/loop_thread.hpp"
#include "tests/support/program.hpp"
#include "tests/support/seed.hpp"

namespace bw {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

/// A broker that lives on one loop and answers after random times. What leaves passes the same last
/// gate as in the real gateway.
class moody_broker final : public broker_gateway {
 public:
  moody_broker(net::io_loop& loop, const durable_mark& mark, std::uint64_t seed)
      : loop_(loop), mark_(mark), random_(seed) {}

  /// On the loop: an order leaves if it may, and is in the books some time later.
  void send_order() {
    if (!mark_.lets_leave(leaving::order, time_.mono_now())) return;
    last_left_ = time_.mono_now();
    ++sent;
    later([this] { open_[++number_] = true; });
  }
  /// Orders leave again and again until the loop ends.
  void send_without_rest() {
    send_order();
    pace_ = loop_.after(microseconds{random_.below(200)}, [this] { send_without_rest(); });
  }
  mono_ns last_left() const { return last_left_; }
  std::size_t open_now() const { return open_.size(); }
  /// On the loop, as the last thing: nothing comes any more.
  void rest() {
    pace_.reset();
    waiting_.clear();
  }

  void start(broker_events) override {}
  void stop() override {}
  void submit(outgoing_order) override {}
  void cancel(outgoing_cancel x) override {
    loop_.post([this, x] {
      later([this, x] {
        if (random_.below(4) != 0) open_.erase(std::stoull(x.venue_id.str()));
      });
    });
  }
  void cancel_all(std::function<void(result<std::uint32_t>)> done) override {
    loop_.post([this, done] {
      later([this, done] {
        // Some elements fail, and sometimes nobody hears the answer.
        std::uint32_t asked = 0;
        for (auto at = open_.begin(); at != open_.end();) {
          const bool fails = random_.below(10) == 0;
          asked += fails ? 0 : 1;
          at = fails ? std::next(at) : open_.erase(at);
        }
        later([this, done, asked] {
          if (random_.below(5) == 0) return done({ec::timed_out, "no answer"});
          done(asked);
        });
      });
    });
  }
  void account(std::function<void(result<account_report>)>) override {}
  void positions(std::function<void(result<std::vector<position_report>>)> done) override {
    later([done] { done(std::vector<position_report>{}); });
  }
  void open_orders(std::function<void(result<std::vector<open_order_report>>)> done) override {
    later([this, done] {
      if (random_.below(10) == 0) return done({ec::timed_out, "no answer"});
      std::vector<open_order_report> out;
      for (const auto& [number, is_open] : open_) {
        open_order_report x;
        x.venue_id = venue_order_id{std::to_string(number)};
        out.push_back(x);
      }
      done(std::move(out));
    });
  }
  void orders_since(utc_ns, std::function<void(result<std::vector<open_order_report>>)>) override {}
  void order_by_client_id(client_order_id,
                          std::function<void(result<open_order_report>)>) override {}
  void market_clock(std::function<void(result<clock_report>)>) override {}
  void calendar(calendar_date, calendar_date,
                std::function<void(result<std::vector<session_day>>)>) override {}
  void asset(std::string, std::function<void(result<asset_report>)>) override {}
  void restart_stream() override {}

  std::uint64_t sent = 0;

 private:
  void later(std::function<void()> work) {
    const auto key = ++waits_;
    waiting_[key] = loop_.after(microseconds{random_.below(2'000)}, [this, key, work] {
      const auto kept = waiting_[key];
      work();
      waiting_.erase(key);
    });
  }

  net::io_loop& loop_;
  const durable_mark& mark_;
  prng random_;
  system_clock time_;
  mono_ns last_left_{};
  std::map<std::uint64_t, bool> open_;
  std::uint64_t number_ = 0;
  std::uint64_t waits_ = 0;
  std::map<std::uint64_t, std::shared_ptr<net::io_loop::timer>> waiting_;
  std::shared_ptr<net::io_loop::timer> pace_;
};

TEST(KillInstants, NothingLeavesAfterTheAcknowledgementAndNothingStaysOpen) {
  const auto seed = tests::test_seed(20'261'123);
  SCOPED_TRACE(tests::repeat_with(seed));
  prng random{seed};
  const auto cycles = tests::test_cycles(100);
  tests::scratch_folder folder;
  const system_clock time;
  std::uint64_t sent = 0;
  nanoseconds slowest{};
  for (std::uint64_t cycle = 0; cycle < cycles; ++cycle) {
    durable_mark mark;
    std::atomic<bool> ended{false};
    std::atomic<bool> clean{false};
    std::atomic<std::int64_t> took{0};
    loop_thread where;
    moody_broker broker{where.loop, mark, random.next()};
    kill_parts parts;
    parts.mark = &mark;
    parts.gateway = &broker;
    parts.loop = &where.loop;
    parts.file = folder / ("KILL" + std::to_string(cycle)).c_str();
    parts.sweep.look_every = milliseconds{2};
    parts.sweep.repeat_after = milliseconds{5};
    // Longer than an order of this broker is under way.
    parts.sweep.settle = milliseconds{5};
    parts.tell_node = [](const operator_record&) {};
    parts.note = [&](audit_event event) {
      const auto* x = std::get_if<drill_record>(&event);
      if (x == nullptr) return;
      clean = x->passed && x->open_orders_after == 0;
      took = x->cancelled_ns;
      ended = true;
    };
    kill_switch killer{std::move(parts)};
    where.on_loop([&] { broker.send_without_rest(); });
    // The instant is the random input of the test: nothing is waited for.
    const auto until = time.mono_now() + microseconds{random.below(4'000)};
    tests::eventually(seconds{1}, [&] { return time.mono_now() >= until; });

    const auto receipt = killer.kill({"kill", "test", "instant", command_channel::api, false, ""});
    const auto acknowledged = time.mono_now();
    EXPECT_TRUE(receipt.accepted && receipt.first);
    EXPECT_TRUE(receipt.file_failure.empty()) << receipt.file_failure;
    ASSERT_TRUE(tests::eventually(seconds{10}, [&] { return ended.load(); }));
    where.on_loop([&] {
      EXPECT_LE(broker.last_left() - acknowledged, milliseconds{10});
      EXPECT_LE(broker.last_left(), acknowledged) << "the flag is read right before the bytes";
      EXPECT_EQ(broker.open_now(), 0u) << "cycle " << cycle;
      broker.rest();
      sent += broker.sent;
    });
    EXPECT_TRUE(clean) << "within five seconds";
    slowest = std::max(slowest, nanoseconds{took.load()});
    if (HasFailure()) return;
  }
  EXPECT_GT(sent, cycles) << "orders were hardly ever under way";
  RecordProperty("slowest_ms", static_cast<int>(slowest.count() / 1'000'000));
}

TEST(KillInstants, AFlattenAfterTheKillIsTheOnlyThingThatPasses) {
  durable_mark mark;
  const mono_ns now{1'000'000'000};
  EXPECT_TRUE(mark.lets_leave(leaving::order, now));
  mark.permit_closing();
  mark.kill();
  EXPECT_FALSE(mark.lets_leave(leaving::order, now));
  EXPECT_FALSE(mark.lets_leave(leaving::closing_order, now)) << "the permit was older";
  mark.permit_closing();
  EXPECT_FALSE(mark.lets_leave(leaving::order, now));
  EXPECT_TRUE(mark.lets_leave(leaving::closing_order, now));
  mark.revive();
  EXPECT_TRUE(mark.lets_leave(leaving::order, now));
}

TEST(KillInstants, AProcessThatWasStoppedSendsNothingBeforeTheFileWasLookedFor) {
  durable_mark mark;
  const mono_ns now{1'000'000'000'000};
  mark.watched(now);
  EXPECT_TRUE(mark.lets_leave(leaving::order, now + durable_mark::watch_silent_max));
  EXPECT_FALSE(
      mark.lets_leave(leaving::order, now + durable_mark::watch_silent_max + nanoseconds{1}));
  mark.watched(now + seconds{60});
  EXPECT_TRUE(mark.lets_leave(leaving::order, now + seconds{61}));
}

}  // namespace
}  // namespace bw
