#include "tests/support/paper_day.hpp"

#include <gtest/gtest.h>

#include "config/state_folder.hpp"
#include "storage/proved_log.hpp"

namespace bw::tests {

void write_paper_day(const std::filesystem::path& state) {
  auto log = open_audit_log({audit_folder(state)}, 7);
  ASSERT_TRUE(log) << log.failure().context;
  boot_record boot;
  boot.boot_no = 1;
  boot.mode = "paper";
  account_record before;
  before.account.account_number = "PA1";
  before.account.equity = before.account.cash = money::from_int(100'000);
  verdict_record denied;
  denied.strategy = short_name{"momentum"};
  denied.verdict.reason = risk_rule::collar;
  auto after = before;
  after.account.equity = after.account.cash = money::from_int(100'500);
  const audit_event events[] = {boot, before, denied, after};
  auto at = *parse_rfc3339("2026-11-03T17:00:00Z");
  for (const auto& event : events) {
    const audit_log::entry entry{{at, mono_ns{1}, {}, short_name{"test"}}, &event};
    ASSERT_TRUE((*log)->append({&entry, 1}, sync_mode::no));
    at = at + std::chrono::minutes{2};
  }
}

}  // namespace bw::tests
