#include "tests/support/rewritten_log.hpp"

#include <gtest/gtest.h>

#include <memory>

#include "storage/audit_reader.hpp"
#include "storage/rocksdb_audit_log.hpp"

namespace bw::tests {

std::uint64_t rewrite_log(const std::filesystem::path& from, const std::filesystem::path& to,
                          const std::function<bool(audit_event&)>& change) {
  std::uint64_t changed = 0;
  const auto reader = open_audit_reader(from);
  EXPECT_TRUE(reader.ok());
  if (!reader) return changed;
  std::unique_ptr<audit_log> forged;
  const auto read = (*reader)->read({}, [&](const audit_record& record) {
    // Each run of the old log is one of the new one: its number stands in every record.
    while (!forged || forged->boot_no() < record.boot_no) {
      forged.reset();
      auto opened = open_audit_log({.folder = to, .sync = audit_sync::process}, 1);
      EXPECT_TRUE(opened.ok());
      if (!opened) return false;
      forged = *std::move(opened);
    }
    auto event = record.event;
    if (changed == 0 && change(event)) changed = record.sequence.value;
    const audit_log::entry entry{{record.wall, record.mono, record.trace, record.from}, &event};
    const auto written = forged->append({&entry, 1}, sync_mode::no);
    EXPECT_TRUE(written.ok());
    return written.ok();
  });
  EXPECT_TRUE(read.ok());
  return changed;
}

}  // namespace bw::tests
