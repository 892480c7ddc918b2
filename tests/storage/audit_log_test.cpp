// What every audit log does, whatever keeps it: each test runs on RocksDB and in memory.

#include "storage/audit_log.hpp"

#include <gtest/gtest.h>

#include "storage/event_json.hpp"
#include "storage/log_identity.hpp"
#include "tests/storage/log_backends.hpp"
#include "tests/storage/sample_events.hpp"
#include "tests/support/seed.hpp"

namespace bw {
namespace {

using tests::append_one;
using tests::numbered;
using tests::records_of;

template <class Backend>
struct audit_log_contract : testing::Test {
  Backend backend;
};
using backends = testing::Types<tests::memory_backend, tests::rocksdb_backend>;
TYPED_TEST_SUITE(audit_log_contract, backends);

TYPED_TEST(audit_log_contract, keeps_what_it_was_given_in_order) {
  auto log = *this->backend.open();
  EXPECT_EQ(log->head().value, 0u);
  EXPECT_TRUE(records_of(*log).empty());

  const audit_event first = numbered(1);
  const audit_event second = shutdown_record{"operator", true};
  const audit_log::entry group[] = {{tests::stamp_at(10), &first}, {tests::stamp_at(11), &second}};
  const auto done = log->append(group, sync_mode::yes);
  ASSERT_TRUE(done.ok());
  EXPECT_EQ(done->value, 2u);
  EXPECT_EQ(log->head().value, 2u);

  const auto records = records_of(*log);
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[0].sequence.value, 1u);
  EXPECT_EQ(records[0].boot_no, 1u);
  EXPECT_EQ(records[0].wall.value, 10'000'000'000);
  EXPECT_EQ(records[0].trace.value, 7u);
  EXPECT_EQ(records[0].from.view(), "router");
  EXPECT_EQ(std::get<config_record>(records[0].event).toml, "entry 1");
  EXPECT_EQ(audit_type_name(records[1].type), "shutdown");
  EXPECT_EQ(records[1].chain, log->head_chain());
  EXPECT_NE(records[0].chain, records[1].chain);
}

TYPED_TEST(audit_log_contract, goes_on_where_it_stopped) {
  std::uint64_t log_id = 0;
  digest chain{};
  {
    auto log = *this->backend.open(5);
    log_id = log->log_id();
    EXPECT_EQ(log->boot_no(), 1u);
    EXPECT_GT(log_id, 0u);
    EXPECT_EQ(log_id >> log_id_bits, 0u);
    append_one(*log, numbered(1));
    chain = log->head_chain();
  }
  auto log = *this->backend.open(6);
  EXPECT_EQ(log->log_id(), log_id) << "the seed counts for a new log only";
  EXPECT_EQ(log->boot_no(), 2u);
  EXPECT_EQ(log->head().value, 1u);
  EXPECT_EQ(log->head_chain(), chain);
  EXPECT_EQ(append_one(*log, numbered(2)), 2u);
  const auto records = records_of(*log);
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[0].boot_no, 1u);
  EXPECT_EQ(records[1].boot_no, 2u);
}

TYPED_TEST(audit_log_contract, counts_a_start_without_any_record) {
  for (std::uint64_t start = 1; start <= 3; ++start)
    EXPECT_EQ((*this->backend.open())->boot_no(), start);
}

TYPED_TEST(audit_log_contract, reads_from_anywhere_and_stops_when_told) {
  auto log = *this->backend.open();
  for (std::uint64_t k = 1; k <= 5; ++k) append_one(*log, numbered(k));
  EXPECT_EQ(records_of(*log, 0).size(), 5u);
  EXPECT_EQ(records_of(*log, 4).size(), 2u);
  EXPECT_EQ(records_of(*log, 4)[0].sequence.value, 4u);
  EXPECT_TRUE(records_of(*log, 6).empty());
  EXPECT_TRUE(records_of(*log, 100).empty());
  int seen = 0;
  EXPECT_TRUE(log->read(sequence_number{2}, [&](const audit_record&) { return ++seen < 2; }).ok());
  EXPECT_EQ(seen, 2);
}

TYPED_TEST(audit_log_contract, takes_an_empty_group_and_a_sync_for_nothing) {
  auto log = *this->backend.open();
  EXPECT_TRUE(log->sync().ok());
  const auto none = log->append({}, sync_mode::yes);
  ASSERT_TRUE(none.ok());
  EXPECT_EQ(none->value, 0u);
  append_one(*log, numbered(1));
  EXPECT_EQ(log->append({}, sync_mode::no)->value, 1u);
}

TYPED_TEST(audit_log_contract, takes_nothing_more_after_a_failure) {
  auto log = *this->backend.open();
  EXPECT_EQ(append_one(*log, numbered(1)), 1u);
  const audit_event good = numbered(2);
  const audit_event oversize = config_record{std::string((1u << 20) + 1, 'x')};
  const audit_log::entry group[] = {{tests::stamp_at(1), &good}, {tests::stamp_at(1), &oversize}};
  EXPECT_EQ(log->append(group, sync_mode::yes).code(), ec::out_of_range);
  const audit_log::entry again[] = {{tests::stamp_at(1), &good}};
  EXPECT_EQ(log->append(again, sync_mode::no).code(), ec::storage_failed);
  EXPECT_EQ(log->sync().code(), ec::storage_failed);
  EXPECT_EQ(log->head().value, 1u);
  EXPECT_EQ(records_of(*log).size(), 1u) << "a group is there as a whole or not at all";
  log.reset();
  EXPECT_EQ(records_of(**this->backend.open()).size(), 1u);
}

TYPED_TEST(audit_log_contract, keeps_events_of_all_types_over_restarts) {
  const auto seed = tests::test_seed(21);
  tests::event_maker events{seed};
  std::vector<std::string> written;
  for (int start = 0; start < 3; ++start) {
    auto log = *this->backend.open();
    for (int group = 0; group < 20; ++group) {
      std::vector<audit_event> batch;
      for (auto count = 1 + events.chance().below(10); count > 0; --count)
        batch.push_back(events.next());
      std::vector<audit_log::entry> entries;
      for (const auto& event : batch) {
        entries.push_back({tests::stamp_at(group), &event});
        written.push_back(event_json(event));
      }
      ASSERT_TRUE(log->append(entries, sync_mode::no).ok()) << tests::repeat_with(seed);
    }
    const auto records = records_of(*log);
    ASSERT_EQ(records.size(), written.size()) << tests::repeat_with(seed);
    for (std::size_t k = 0; k < records.size(); ++k)
      ASSERT_EQ(event_json(records[k].event), written[k]) << tests::repeat_with(seed);
  }
}

// Equal events in equal logs are equal chains: the implementation in memory is an oracle.
TEST(audit_logs, agree_on_every_chain_value) {
  tests::memory_backend memory;
  tests::rocksdb_backend disk;
  auto one = *memory.open(9);
  auto other = *disk.open(9);
  tests::event_maker events{tests::test_seed(22)};
  for (int k = 0; k < 200; ++k) {
    const auto event = events.next();
    append_one(*one, event);
    append_one(*other, event);
    ASSERT_EQ(one->head_chain(), other->head_chain());
  }
}

TEST(log_identity, differs_from_seed_to_seed) {
  EXPECT_NE(new_log_id(1), new_log_id(2));
  EXPECT_EQ(new_log_id(1), new_log_id(1));
}

TEST(memory_audit_log, finds_what_was_damaged) {
  tests::memory_backend memory;
  auto log = *memory.open();
  for (std::uint64_t k = 1; k <= 5; ++k) append_one(*log, numbered(k));
  memory.store->records[2][95] ^= 1;
  const auto read = log->read(sequence_number{1}, [](const audit_record&) { return true; });
  EXPECT_EQ(read.code(), ec::integrity_broken);
  EXPECT_NE(read.failure().context.find("record 3 (hash)"), std::string::npos);
  memory.store->records[4][95] ^= 1;
  EXPECT_EQ(memory.open().code(), ec::integrity_broken);
}

}  // namespace
}  // namespace bw
