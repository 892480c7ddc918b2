// A long log: how soon a node is ready with it, and how fast it is verified. Small by default;
// BELLWETHER_RECORDS=1000000 is the size that the limits are about.

#include <gtest/gtest.h>

#include <cstdlib>

#include "core/clock.hpp"
#include "storage/audit_verify.hpp"
#include "storage/proved_log.hpp"
#include "tests/storage/log_backends.hpp"
#include "tests/storage/sample_events.hpp"

namespace bw {
namespace {

std::uint64_t record_count() {
  const char* given = std::getenv("BELLWETHER_RECORDS");
  return given ? std::strtoull(given, nullptr, 10) : 20'000;
}

/// What a node's log is made of: signals and verdicts, and now and then an order with its fill.
class day_of_records {
 public:
  std::vector<audit_event> next() {
    if (++round_ % 5 != 0) return {signal_record{}, denied()};
    intent_record intent;
    intent.request.order = order_id{++order_};
    intent.client_id = client_order_id{"bw-0fgz2k8m-1-" + std::to_string(order_)};
    intent.symbol = symbol_name{"SPY"};
    intent.strategy = short_name{"momentum"};
    intent.request.qty = quantity::from_int(10);
    fill_record fill;
    fill.client_id = intent.client_id;
    fill.symbol = intent.symbol;
    fill.strategy = intent.strategy;
    fill.side = order_ % 2 == 0 ? side::sell : side::buy;
    fill.qty = intent.request.qty;
    fill.at_price = price::from_int(100);
    update_record update;
    update.update.client_id = intent.client_id;
    update.after = order_state::filled;
    return {intent, denied(), sending_record{intent.client_id, intent.request.order}, fill, update};
  }

 private:
  static verdict_record denied() {
    verdict_record out;
    for (std::size_t k = 1; k <= risk_rule_count; ++k)
      out.verdict.checks.push({static_cast<risk_rule>(k), check_outcome::passed, 1, 2});
    return out;
  }
  std::uint64_t round_ = 0;
  std::uint64_t order_ = 0;
};

std::int64_t milliseconds_of(nanoseconds x) { return x.count() / 1'000'000; }

TEST(large_log, is_ready_in_time_and_verified_fast) {
  const auto folder = tests::test_folder();
  proved_log_options how;
  how.log.folder = folder.path() / "audit";
  how.anchors.file = folder.path() / "anchors.log";
  how.anchors.key = folder.path() / "anchor.key";
  how.emergency = folder.path() / "emergency.bin";
  const auto wanted = record_count();
  const system_clock real;
  std::uint64_t head = 0;
  {
    auto log = open_proved_log(how, 1, tests::stamp_at(1));
    ASSERT_TRUE(log.ok()) << log.failure().text();
    day_of_records day;
    std::int64_t second = 1;
    const auto put = [&](const std::vector<audit_event>& events) {
      std::vector<audit_log::entry> entries;
      for (const auto& event : events) entries.push_back({tests::stamp_at(second), &event});
      ASSERT_TRUE(log->keeper->append(entries, sync_mode::no).ok());
    };
    put({boot_record{.boot_no = 1}, config_record{}});
    put({session_record{{session_phase::entries, utc_ns{5}, utc_ns{6}}}});
    while (log->log->head().value < wanted) {
      put(day.next());
      auto stamp = tests::stamp_at(++second);
      stamp.mono = mono_ns{second * 50'000'000};
      ASSERT_TRUE(log->keeper->beat(stamp).ok());
    }
    head = log->log->head().value;
    // Killed: no anchor of the end, no orderly shutdown.
  }
  const auto from_anchor = real.mono_now();
  std::string books;
  {
    const auto log = open_proved_log(how, 1, tests::stamp_at(2));
    const auto took = real.mono_now() - from_anchor;
    ASSERT_TRUE(log.ok()) << log.failure().text();
    EXPECT_LT(took, std::chrono::seconds{10});
    EXPECT_GT(log->from.value, 1u);
    std::cout << head << " records: ready after " << milliseconds_of(took) << " ms, from record "
              << log->from.value << ", " << log->records << " read\n";
  }
  {
    const auto log = open_audit_log(how.log, 1);
    const auto key = public_key::load(folder.path() / "anchor.pub");
    const auto anchors = read_anchors(how.anchors.file, *key, signature_check::last);
    auto last = anchors->anchors.back();
    last.snapshot = {};
    const auto began = real.mono_now();
    const auto all = recover(**log, last);
    const auto took = real.mono_now() - began;
    ASSERT_TRUE(all.ok()) << all.failure().text();
    EXPECT_LT(took, std::chrono::seconds{10});
    std::cout << "everything folded in " << milliseconds_of(took) << " ms\n";
  }
  verify_options options;
  options.anchors = how.anchors.file;
  options.public_key = folder.path() / "anchor.pub";
  const auto began = real.mono_now();
  const auto report = verify_audit_log(how.log.folder, options);
  const auto took = real.mono_now() - began;
  ASSERT_TRUE(report.ok()) << report.failure().text();
  ASSERT_TRUE(report->ok()) << report->failure->text;
  EXPECT_GT(report->anchors, 1u);
  std::cout << "verified in " << milliseconds_of(took) << " ms, "
            << report->records * 1'000 / static_cast<std::uint64_t>(milliseconds_of(took) + 1)
            << " records/s, " << report->anchors << " anchors\n";
}

}  // namespace
}  // namespace bw
