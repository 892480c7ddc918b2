#include "actors/audit_actor.hpp"

#include <gtest/gtest.h>

#include "storage/memory_audit_log.hpp"
#include "storage/temporary_folder.hpp"
#include "tests/support/actor_fixture.hpp"

namespace bw {
namespace {

using std::chrono::milliseconds;

/// A log whose writes can be seen and made to fail.
class watched_log final : public audit_log {
 public:
  explicit watched_log(std::unique_ptr<audit_log> inner) : inner_(std::move(inner)) {}
  result<sequence_number> append(std::span<const entry> entries, sync_mode sync) override {
    if (failing) return {ec::storage_failed, "the disk refuses"};
    if (before_append) before_append();
    ++groups;
    if (sync == sync_mode::yes) ++synced_groups;
    return inner_->append(entries, sync);
  }
  result<void> sync() override {
    ++syncs;
    if (sync_failing) return {ec::storage_failed, "the disk refuses"};
    return inner_->sync();
  }
  sequence_number head() const override { return inner_->head(); }
  digest head_chain() const override { return inner_->head_chain(); }
  std::uint64_t boot_no() const override { return inner_->boot_no(); }
  std::uint64_t log_id() const override { return inner_->log_id(); }
  result<void> read(sequence_number from,
                    const std::function<bool(const audit_record&)>& use) const override {
    return inner_->read(from, use);
  }

  bool failing = false;
  bool sync_failing = false;
  std::function<void()> before_append;
  int groups = 0;
  int synced_groups = 0;
  int syncs = 0;

 private:
  std::unique_ptr<audit_log> inner_;
};

struct AuditActor : testing::Test {
  tests::actor_fixture world;
  watched_log log{open_memory_audit_log(1)};
  durable_mark mark;
  std::vector<exit_code> fatal;
  std::vector<audit_synced> answers;
  audit_actor writer;
  caf::actor requester;
  emergency_file* emergency = nullptr;
  system_clock real;

  void start(audit_sync policy) {
    audit_args args{&log,   &world.time,
                    &mark,  &world.metrics,
                    policy, [this](exit_code code, std::string) { fatal.push_back(code); }};
    args.emergency = emergency;
    writer = world.keep(world.system().spawn(audit, std::move(args)));
    requester = world.keep(world.system().spawn(
        [this](caf::event_based_actor* self, int) {
          return caf::behavior{
              [this](const audit_synced& x) { answers.push_back(x); },
              [this, self](atom::doorbell, std::uint64_t ticket) {
                self->send(writer, group(ticket, durability::before_answer));
              },
          };
        },
        0));
    world.run();
  }

  static audit_append group(std::uint64_t ticket, durability needs) {
    audit_append out;
    out.events.emplace_back(sending_record{client_order_id{"bw-test"}, order_id{ticket}});
    out.ticket = ticket;
    out.needs = needs;
    out.from = short_name{"test"};
    return out;
  }
};

TEST_F(AuditActor, AcknowledgesAfterTheRecordIsDurableAndTheMarkHasMoved) {
  start(audit_sync::gate);
  world.send(requester, atom::doorbell_v, std::uint64_t{1});
  world.run();
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers[0].ticket, 1u);
  EXPECT_EQ(log.synced_groups, 1);
  EXPECT_GE(mark.acknowledged(), answers[0].sequence.value);
  EXPECT_EQ(log.head(), answers[0].sequence);
}

TEST_F(AuditActor, UnderProcessNothingWaitsForTheDisk) {
  start(audit_sync::process);
  world.send(requester, atom::doorbell_v, std::uint64_t{1});
  world.run();
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(log.synced_groups, 0);
  world.pass(milliseconds{300});
  EXPECT_GE(log.syncs, 1) << "what was written without a sync is synced soon";
}

TEST_F(AuditActor, WhatArrivesTogetherIsOneGroup) {
  start(audit_sync::gate);
  for (std::uint64_t k = 1; k <= 20; ++k) world.send(writer, group(0, durability::before_answer));
  world.run();
  EXPECT_EQ(log.head().value, 20u);
  EXPECT_LE(log.groups, 2);
}

TEST_F(AuditActor, AFailedWriteIsFinalAndBlocksSends) {
  start(audit_sync::gate);
  log.failing = true;
  world.send(requester, atom::doorbell_v, std::uint64_t{1});
  world.run();
  EXPECT_TRUE(answers.empty()) << "what is not in the log is not acknowledged";
  ASSERT_EQ(fatal.size(), 1u);
  EXPECT_EQ(fatal[0], exit_code::integrity);
  EXPECT_TRUE(mark.blocked());
  log.failing = false;
  world.send(requester, atom::doorbell_v, std::uint64_t{2});
  world.run();
  EXPECT_TRUE(answers.empty()) << "no second try";
}

TEST_F(AuditActor, ADeadLogSendsCancelsToTheEmergencyFile) {
  auto folder = temporary_folder::make("bellwether-test");
  ASSERT_TRUE(folder.ok());
  const auto file = folder->path() / "emergency.bin";
  auto aside = emergency_file::open(file, 1);
  ASSERT_TRUE(aside.ok()) << aside.failure().text();
  emergency = &*aside;
  start(audit_sync::gate);
  log.failing = true;
  const auto cancel = [](std::uint64_t order) {
    audit_append out;
    out.events.emplace_back(cancel_record{{}, order_id{order}, "the node stops"});
    out.from = short_name{"router"};
    return out;
  };
  world.send(writer, cancel(1));
  world.run();
  ASSERT_EQ(fatal.size(), 1u);
  world.send(writer, cancel(2));
  world.send(writer, group(0, durability::before_answer));
  world.run();
  const auto left = emergency_file::read(file);
  ASSERT_TRUE(left.ok());
  ASSERT_EQ(left->events.size(), 2u) << "the one that met the failure and the one after it";
  EXPECT_EQ(std::get<cancel_record>(left->events[1].event).order.value, 2u);
}

TEST_F(AuditActor, SaysHowFarItIsBehindAndDropsNothing) {
  start(audit_sync::gate);
  EXPECT_EQ(mark.behind(real.mono_now()).count(), 0);
  nanoseconds seen{};
  log.before_append = [&] { seen = mark.behind(real.mono_now()); };
  constexpr std::uint64_t groups = audit_state::waiting_max + 100;
  for (std::uint64_t k = 0; k < groups; ++k) world.send(writer, group(0, durability::soon));
  world.run();
  EXPECT_GT(seen.count(), 0) << "a record that waits is seen from outside";
  EXPECT_EQ(log.head().value, groups) << "nothing is dropped, whatever waits";
  EXPECT_EQ(mark.behind(real.mono_now()).count(), 0);
  EXPECT_TRUE(fatal.empty());
}

TEST_F(AuditActor, AFailedSyncIsNotTriedAgain) {
  start(audit_sync::process);
  world.send(writer, group(0, durability::soon));
  world.run();
  log.sync_failing = true;
  world.pass(milliseconds{300});
  EXPECT_EQ(fatal.size(), 1u);
  const auto tried = log.syncs;
  EXPECT_EQ(tried, 1);
  log.sync_failing = false;
  world.pass(milliseconds{500});
  EXPECT_EQ(log.syncs, tried);
  EXPECT_TRUE(mark.blocked());
}

}  // namespace
}  // namespace bw
