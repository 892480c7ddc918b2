// Client order ids over many starts of one log: none comes twice, not even when what a run wrote is
// lost with the machine's power.

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "core/prng.hpp"
#include "domain/client_order_ids.hpp"
#include "storage/rocksdb_audit_log.hpp"
#include "storage/start_point.hpp"
#include "tests/support/program.hpp"
#include "tests/support/seed.hpp"

namespace bw {
namespace {

TEST(order_ids, never_come_twice_over_many_starts_and_power_losses) {
  const auto seed = tests::test_seed(20'261'123);
  prng random{seed};
  tests::scratch_folder folder;
  std::set<std::string> used;
  std::set<std::uint64_t> boots;
  std::size_t lost = 0;
  for (std::uint64_t run = 0; run < tests::test_size(25); ++run) {
    auto log = open_audit_log({folder / "audit", audit_sync::process}, 5);
    ASSERT_TRUE(log.ok()) << log.failure().text();
    ASSERT_TRUE(boots.insert((*log)->boot_no()).second) << "each start counts";
    auto past = recover(**log);
    ASSERT_TRUE(past.ok()) << past.failure().text();
    // Under `process` the power takes a run's unsynced records away: here they are never written.
    const bool power_fails = random.chance(1, 2);
    lost += power_fails ? 1 : 0;
    for (std::int64_t k = random.between(1, 5); k > 0; --k) {
      order_request request;
      request.order = past->past.next_order();
      const auto id = make_client_order_id({(*log)->log_id(), (*log)->boot_no(), request.order});
      EXPECT_TRUE(used.insert(id.str()).second) << id.view() << ", " << tests::repeat_with(seed);
      const audit_event intent = intent_record{id, {}, {}, request};
      audit_record record;
      record.event = intent;
      ASSERT_TRUE(past->past.apply(record).ok());
      const audit_log::entry entry{{}, &intent};
      if (!power_fails) {
        ASSERT_TRUE((*log)->append({&entry, 1}, sync_mode::no).ok());
      }
    }
  }
  EXPECT_GT(lost, 3u);
}

}  // namespace
}  // namespace bw
