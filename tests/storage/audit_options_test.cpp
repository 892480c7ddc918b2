// Which records are synced before they are answered, by policy.

#include "storage/audit_options.hpp"

#include <gtest/gtest.h>

namespace bw {
namespace {

TEST(audit_sync, is_read_by_name) {
  for (const auto policy : {audit_sync::gate, audit_sync::process})
    EXPECT_EQ(*parse_audit_sync(to_string(policy)), policy);
  EXPECT_EQ(parse_audit_sync("none").code(), ec::parse_failed);
  EXPECT_EQ(audit_options{}.sync, audit_sync::gate);
}

TEST(audit_sync, decides_what_must_be_on_disk) {
  struct row {
    audit_sync policy;
    durability needs;
    audit_event event;
    sync_mode expected;
  };
  const row rows[] = {
      {audit_sync::gate, durability::before_answer, intent_record{}, sync_mode::yes},
      {audit_sync::gate, durability::soon, signal_record{}, sync_mode::no},
      {audit_sync::gate, durability::soon, state_record{}, sync_mode::yes},
      {audit_sync::process, durability::before_answer, intent_record{}, sync_mode::no},
      {audit_sync::process, durability::before_answer, state_record{}, sync_mode::yes},
      {audit_sync::process, durability::soon, state_record{}, sync_mode::yes},
      {audit_sync::process, durability::before_answer, boot_record{}, sync_mode::yes},
      {audit_sync::process, durability::soon, fill_record{}, sync_mode::no},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(sync_needed(row.policy, row.needs, row.event), row.expected)
        << to_string(row.policy) << " " << audit_type_name(row.event.index());
    audit_append group{.events = {config_record{}, row.event}, .needs = row.needs};
    EXPECT_EQ(sync_needed(row.policy, group),
              sync_needed(row.policy, row.needs, config_record{}) == sync_mode::yes ? sync_mode::yes
                                                                                    : row.expected);
  }
}

}  // namespace
}  // namespace bw
