// The machine loses its power at any moment: what the node believed to be on disk is on disk.

#include <gtest/gtest.h>

#include <cstdlib>
#include <set>

#include "storage/audit_verify.hpp"
#include "storage/proved_log.hpp"
#include "tests/powerloss/lossy_file_system.hpp"
#include "tests/storage/log_backends.hpp"
#include "tests/storage/sample_events.hpp"
#include "tests/support/seed.hpp"

namespace bw {
namespace {

using tests::lossy_file_system;

/// Cuts of the power: BELLWETHER_CYCLES when set.
std::uint64_t cycles(std::uint64_t usual) {
  const char* given = std::getenv("BELLWETHER_CYCLES");
  return given ? std::strtoull(given, nullptr, 10) : tests::test_size(usual);
}

/// One node's folder, its log, and the broker that believes what it was sent.
class machine {
 public:
  explicit machine(audit_sync policy) : policy_(policy) { power_on(); }

  /// The next run finds the files as they are; with no wrapper, the real ones.
  void power_on() {
    files = std::make_shared<lossy_file_system>();
    env_ = tests::environment_on(files);
  }
  result<void> open() {
    proved_log_options how;
    how.log.folder = folder() / "audit";
    how.log.sync = policy_;
    how.log.files = env_.get();
    how.anchors.file = folder() / "anchors.log";
    how.anchors.key = folder() / "anchor.key";
    how.anchors.records = 12;
    how.emergency = folder() / "emergency.bin";
    auto opened = open_proved_log(how, 5, stamp());
    if (!opened) return std::move(opened).failure();
    log_.emplace(*std::move(opened));
    return {};
  }
  void close() { log_.reset(); }
  void lose(prng& chance) {
    close();
    env_.reset();
    files->lose(chance);
    power_on();
  }

  /// A run as the node makes it: orders that leave once their group is acknowledged, evidence that
  /// is written soon, anchors. Ends at the first failure.
  void trade(prng& chance, int groups) {
    if (!write({boot_record{.boot_no = log_->log->boot_no()}}, durability::before_answer)) return;
    for (int k = 0; k < groups; ++k) {
      if (chance.chance(1, 2)) {
        if (!send_order()) return;
      } else if (!write({signal_record{}}, durability::soon)) {
        return;
      }
      if (chance.chance(1, 4) && !log_->keeper->beat(stamp()).ok()) return;
      if (chance.chance(1, 10) && !log_->log->sync().ok()) return;
    }
    if (chance.chance(1, 2)) static_cast<void>(log_->keeper->finish(stamp()));
  }

  /// Orders at the broker that the log knows nothing of, and acknowledged records that are gone.
  std::size_t lost() const {
    auto missing = at_broker_;
    EXPECT_TRUE(log_->log
                    ->read(sequence_number{1},
                           [&](const audit_record& record) {
                             if (const auto* x = std::get_if<intent_record>(&record.event))
                               missing.erase(x->client_id.str());
                             return true;
                           })
                    .ok());
    return missing.size();
  }
  std::uint64_t head() const { return log_->log->head().value; }
  std::uint64_t synced() const { return synced_; }
  std::size_t sent() const { return at_broker_.size(); }
  std::filesystem::path folder() const { return folder_.path(); }

  std::shared_ptr<lossy_file_system> files;

 private:
  audit_stamp stamp() {
    now_ += 1'000'000;
    return {utc_ns{1'700'000'000'000'000'000 + now_}, mono_ns{now_}, {}, short_name{"test"}};
  }
  bool write(std::vector<audit_event> events, durability needs) {
    audit_append group;
    group.events = std::move(events);
    group.needs = needs;
    const auto sync = sync_needed(policy_, group);
    std::vector<audit_log::entry> entries;
    for (const auto& event : group.events) entries.push_back({stamp(), &event});
    const auto written = log_->keeper->append(entries, sync);
    if (written && sync == sync_mode::yes) synced_ = written->value;
    return written.ok();
  }
  bool send_order() {
    intent_record intent;
    intent.request.order = log_->keeper->books().next_order();
    intent.client_id = client_order_id{"bw-" + std::to_string(log_->log->boot_no()) + "-" +
                                       std::to_string(intent.request.order.value)};
    intent.symbol = symbol_name{"SPY"};
    verdict_record verdict;
    verdict.client_id = intent.client_id;
    const sending_record sending{intent.client_id, intent.request.order};
    if (!write({intent, verdict, sending}, durability::before_answer)) return false;
    at_broker_.insert(intent.client_id.str());
    return true;
  }

  audit_sync policy_;
  temporary_folder folder_ = tests::test_folder();
  std::unique_ptr<rocksdb::Env> env_;
  std::optional<proved_log> log_;
  std::set<std::string> at_broker_;
  std::uint64_t synced_ = 0;
  std::int64_t now_ = 0;
};

struct tally {
  std::size_t sent = 0;
  std::size_t lost = 0;
  std::size_t cut_while_opening = 0;
  std::size_t refused = 0;
};

enum class torn_blocks { end_where_writing_stopped, filled_with_zeros };

/// One machine, one whole run, one that the power ends at a chance operation, and the one after.
void cut_once(audit_sync policy, std::uint64_t seed, tally& out,
              torn_blocks torn = torn_blocks::end_where_writing_stopped) {
  SCOPED_TRACE(tests::repeat_with(seed));
  prng chance{seed};
  machine node{policy};
  if (chance.chance(3, 4)) {
    ASSERT_TRUE(node.open().ok());
    node.trade(chance, 20);
    node.close();
  }
  const auto before = node.files->operations();
  // A run makes about a hundred operations; beyond its end the power goes while it is closed.
  node.files->cut_power_at(before + 1 + chance.below(140));
  if (node.open().ok())
    node.trade(chance, 40);
  else
    ++out.cut_while_opening;
  if (torn == torn_blocks::filled_with_zeros) node.files->fill_torn_blocks();
  node.lose(chance);

  const auto opened = node.open();
  if (torn == torn_blocks::filled_with_zeros && !opened.ok()) {
    ASSERT_EQ(opened.code(), ec::integrity_broken) << opened.failure().text();
    ++out.refused;
    return;
  }
  ASSERT_TRUE(opened.ok()) << opened.failure().text();
  out.sent += node.sent();
  out.lost += node.lost();
  EXPECT_GE(node.head(), node.synced()) << "a synced record is gone";
  if (policy == audit_sync::gate) {
    ASSERT_EQ(node.lost(), 0u) << "an order without its record";
  }
  node.trade(chance, 5);
  node.close();
  const auto report = verify_audit_log(node.folder() / "audit");
  ASSERT_TRUE(report.ok()) << report.failure().text();
  EXPECT_TRUE(report->ok()) << report->failure->text;
}

TEST(powerloss, under_gate_no_order_is_at_the_broker_without_its_record) {
  const auto seed = tests::test_seed(91'000);
  tally all;
  for (std::uint64_t cycle = 0; cycle < cycles(100) && !HasFatalFailure(); ++cycle)
    cut_once(audit_sync::gate, seed + cycle, all);
  EXPECT_EQ(all.lost, 0u);
  EXPECT_GT(all.sent, 0u);
  RecordProperty("sent", static_cast<int>(all.sent));
  std::cout << all.sent << " orders sent, " << all.lost << " lost, " << all.cut_while_opening
            << " cuts while opening\n";
}

// The power goes at each operation of an opening in turn, which makes a new manifest and names it:
// whichever of the names came through, the next opening finds a whole database.
TEST(powerloss, a_cut_at_any_operation_of_an_opening_leaves_a_log_that_opens) {
  constexpr std::uint64_t draws = 8;
  const auto seed = tests::test_seed(96'000);
  std::uint64_t operation = 1;
  for (bool reached = true; reached && !HasFatalFailure(); ++operation) {
    for (std::uint64_t draw = 0; draw < draws; ++draw) {
      SCOPED_TRACE("operation " + std::to_string(operation) + "; " + tests::repeat_with(seed));
      prng chance{seed + draw};
      machine node{audit_sync::gate};
      ASSERT_TRUE(node.open().ok());
      node.trade(chance, 3);
      node.close();
      const auto before = node.files->operations();
      node.files->cut_power_at(before + operation);
      static_cast<void>(node.open());
      reached = node.files->operations() >= before + operation;
      node.lose(chance);
      const auto opened = node.open();
      ASSERT_TRUE(opened.ok()) << opened.failure().text();
      EXPECT_EQ(node.lost(), 0u);
    }
  }
  EXPECT_GT(operation, 10u);
  std::cout << operation - 1 << " operations\n";
}

// A block that was torn and filled with zeros looks like damage to the database, which then refuses
// to open: a node that does not start is safe, one that starts without its records is not.
TEST(powerloss, a_torn_block_of_zeros_loses_nothing_silently) {
  const auto seed = tests::test_seed(94'000);
  tally all;
  for (std::uint64_t cycle = 0; cycle < cycles(40) && !HasFatalFailure(); ++cycle)
    cut_once(audit_sync::gate, seed + cycle, all, torn_blocks::filled_with_zeros);
  EXPECT_EQ(all.lost, 0u);
  EXPECT_LT(all.refused, cycles(40));
  std::cout << all.sent << " orders sent, " << all.lost << " lost, " << all.refused
            << " starts refused\n";
}

// The same test must be able to fail: without the sync it finds orders without their records.
TEST(powerloss, under_process_orders_lose_their_records) {
  const auto seed = tests::test_seed(92'000);
  tally all;
  for (std::uint64_t cycle = 0; cycle < cycles(100) && !HasFatalFailure(); ++cycle)
    cut_once(audit_sync::process, seed + cycle, all);
  EXPECT_GT(all.lost, 0u) << "a power loss that loses nothing proves nothing";
  std::cout << all.sent << " orders sent, " << all.lost << " lost\n";
}

// Each write, sync, creation and rename fails in turn: the log stops, or the failure did not
// matter; nothing that was acknowledged is missing afterwards, and nothing is tried twice.
TEST(powerloss, every_operation_may_fail_once) {
  const auto seed = tests::test_seed(93'000);
  const auto step = std::getenv("BELLWETHER_CYCLES") ? 1 : 4;
  std::uint64_t reached = 0;
  std::uint64_t operation = 1;
  for (; operation <= reached + step && !HasFatalFailure(); operation += step) {
    SCOPED_TRACE("operation " + std::to_string(operation) + "; " + tests::repeat_with(seed));
    prng chance{seed};
    machine node{audit_sync::gate};
    node.files->fail_at(operation);
    if (node.open().ok()) node.trade(chance, 30);
    node.close();
    reached = std::max(reached, node.files->operations());
    if (operation > reached) break;
    node.power_on();
    const auto opened = node.open();
    ASSERT_TRUE(opened.ok()) << opened.failure().text();
    EXPECT_EQ(node.lost(), 0u);
    EXPECT_GE(node.head(), node.synced());
  }
  EXPECT_GT(operation, 60u);
  std::cout << operation << " operations\n";
}

}  // namespace
}  // namespace bw
