// Trials are kept in order, survive closing, and are never mixed with those of another search.

#include "storage/trial_store.hpp"

#include <gtest/gtest.h>

#include "storage/proposal_store.hpp"
#include "storage/temporary_folder.hpp"

namespace bw {
namespace {

stored_trial trial(std::int64_t id) {
  return {id, "{\"a\":\"1\"}", "0.5", "", 3, 4, "{}", "1", "data", "config", "77", "1 2 3 4 5 6\n"};
}

TEST(TrialStore, GoesOnWhereItStopped) {
  const auto folder = *temporary_folder::make("bw-trials");
  const auto path = folder.path() / "trials.db";
  {
    auto store = *trial_store::open(path, "one", false);
    EXPECT_TRUE(store->load()->empty());
    EXPECT_TRUE(store->append(trial(0)).ok());
    EXPECT_EQ(store->append(trial(2)).failure().code, ec::invalid_argument);
    EXPECT_TRUE(store->append(trial(1)).ok());
  }
  EXPECT_EQ(trial_store::open(path, "one", false).code(), ec::already_exists);
  EXPECT_EQ(trial_store::open(path, "two", true).code(), ec::integrity_broken);
  auto store = *trial_store::open(path, "one", true);
  EXPECT_TRUE(store->append(trial(2)).ok());
  EXPECT_EQ(*store->load(), (std::vector{trial(0), trial(1), trial(2)}));
}

TEST(TrialStore, AMissingTrialIsNoticed) {
  const auto folder = *temporary_folder::make("bw-trials");
  const auto path = folder.path() / "trials.db";
  {
    auto store = *trial_store::open(path, "one", false);
    for (int k = 0; k < 3; ++k) ASSERT_TRUE(store->append(trial(k)).ok());
  }
  {
    auto file = *sqlite_file::open(path, sqlite_access::read_write);
    ASSERT_TRUE(file->execute("DELETE FROM trials WHERE id = 1").ok());
  }
  auto store = *trial_store::open(path, "one", true);
  EXPECT_EQ(store->load().code(), ec::integrity_broken);
}

proposal sample(const std::string& id) {
  proposal out;
  out.id = id;
  out.author = "weekly job";
  out.created_at = utc_ns{5};
  out.expires_at = utc_ns{50};
  out.base_hash = "abc";
  out.reason = "a \"reason\"";
  out.changes = {{"strategy.momentum.rsi_floor", "50", "55"}, {"strategy.x.y", "a", "b"}};
  out.evidence = {"sharpe", "2", "1", "0.5", "0.99", "better", 10, 40, 60, "data", "/tmp"};
  out.effect = {20, 7, 1, 2, 3};
  return out;
}

TEST(ProposalStore, IsWrittenOnceAndDecidedOnce) {
  const auto folder = *temporary_folder::make("bw-proposals");
  const auto path = proposals_file(folder.path());
  EXPECT_EQ(proposal_store::open(path, sqlite_access::read_only).code(), ec::not_found);
  auto store = *proposal_store::open(path, sqlite_access::read_write);
  ASSERT_TRUE(store->add(sample("p-1")).ok());
  EXPECT_EQ(store->add(sample("p-1")).failure().code, ec::already_exists);
  EXPECT_EQ(*store->find("p-1"), sample("p-1"));
  EXPECT_EQ(store->find("p-2").code(), ec::not_found);
  EXPECT_TRUE(store->decide("p-1", proposal_status::accepted, "ann", utc_ns{9}, "why").ok());
  EXPECT_EQ(store->decide("p-1", proposal_status::rejected, "bob", utc_ns{10}, "").failure().code,
            ec::illegal_transition);
  EXPECT_EQ(store->decide("p-2", proposal_status::rejected, "bob", utc_ns{10}, "").failure().code,
            ec::not_found);
  const auto decided = *store->find("p-1");
  EXPECT_EQ(decided.status, proposal_status::accepted);
  EXPECT_EQ(decided.decided_by, "ann");
}

TEST(ProposalStore, KeepsHowFarAProposalIsRolledOut) {
  const auto folder = *temporary_folder::make("bw-proposals");
  const auto path = proposals_file(folder.path());
  auto store = *proposal_store::open(path, sqlite_access::read_write);
  EXPECT_TRUE(store->rollouts()->empty());
  proposal_rollout one{"p-1", "# the file\n", money::from_int(1'000), {}, utc_ns{7}};
  one.state.stage = rollout_stage::canary;
  one.state.sessions = 3;
  one.state.signals = 4;
  one.state.trades = {5, money::from_int(600), *money::parse("-7.5")};
  one.state.before = {8, money::from_int(900), money::from_int(10)};
  one.state.last_day = {2026, 6, 1};
  one.state.cause = "5 sessions";
  ASSERT_TRUE(store->put(one).ok());
  EXPECT_EQ(*store->rollouts(), std::vector{one});
  one.state.stage = rollout_stage::rolled_back;
  ASSERT_TRUE(store->put(one).ok());
  store.reset();
  const auto again = *proposal_store::open(path, sqlite_access::read_only);
  EXPECT_EQ(*again->rollouts(), std::vector{one});
}

TEST(ProposalStore, OpenOnesAreBounded) {
  const auto folder = *temporary_folder::make("bw-proposals");
  auto store = *proposal_store::open(proposals_file(folder.path()), sqlite_access::read_write);
  for (int k = 0; k < proposal_store::open_most; ++k)
    ASSERT_TRUE(store->add(sample("p-" + std::to_string(k))).ok());
  EXPECT_EQ(store->add(sample("one more")).failure().code, ec::queue_full);
  auto many = sample("wide");
  many.changes.resize(proposal_store::changes_most + 1);
  EXPECT_EQ(store->add(many).failure().code, ec::out_of_range);
}

TEST(ProposalStore, KnowsWhatTheLogDoesNotHaveYet) {
  const auto folder = *temporary_folder::make("bw-proposals");
  auto store = *proposal_store::open(proposals_file(folder.path()), sqlite_access::read_write);
  EXPECT_TRUE(store->unrecorded()->empty());
  ASSERT_TRUE(store->add(sample("p-1")).ok());
  auto later = sample("p-2");
  later.created_at = utc_ns{9};
  ASSERT_TRUE(store->add(later).ok());
  const auto first = *store->unrecorded();
  ASSERT_EQ(first.size(), 2u);
  EXPECT_EQ(first[0].id, "p-1") << "oldest first";
  EXPECT_EQ(first[0].state, "open");
  EXPECT_EQ(first[0].base_version, "abc");
  EXPECT_NE(first[0].changes.find(R"("key":"strategy.x.y","before":"a","after":"b")"),
            std::string::npos)
      << first[0].changes;
  EXPECT_NE(first[0].evidence.find(R"("deflated_sharpe":"0.99")"), std::string::npos);
  EXPECT_NE(first[0].evidence.find(R"("added":1)"), std::string::npos);
  ASSERT_TRUE(store->mark_recorded(first).ok());
  EXPECT_TRUE(store->unrecorded()->empty());
  ASSERT_TRUE(store->decide("p-1", proposal_status::rejected, "ann", utc_ns{20}, "no").ok());
  ASSERT_TRUE(store->decide("p-2", proposal_status::accepted, "ann", utc_ns{21}, "yes").ok());
  proposal_rollout rollout;
  rollout.proposal = "p-2";
  rollout.state.last_day = {2026, 11, 2};
  for (const auto stage : {rollout_stage::shadow, rollout_stage::canary}) {
    rollout.state.stage = stage;
    ASSERT_TRUE(store->put(rollout).ok());
    const auto more = *store->unrecorded();
    ASSERT_FALSE(more.empty());
    EXPECT_EQ(more.back().id, "p-2");
    EXPECT_EQ(more.back().state, to_string(stage));
    EXPECT_EQ(more.back().decided_by, "ann");
    EXPECT_EQ(more.size(), stage == rollout_stage::shadow ? 2u : 1u);
    ASSERT_TRUE(store->mark_recorded(more).ok());
  }
  EXPECT_TRUE(store->unrecorded()->empty());
}

}  // namespace
}  // namespace bw
