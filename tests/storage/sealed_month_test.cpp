// Months of a log in files of their own: sealed, proved, refused when touched, and a log again.

#include "storage/sealed_month.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "storage/durable_file.hpp"
#include "storage/rocksdb_audit_log.hpp"
#include "tests/storage/log_backends.hpp"
#include "tests/storage/sample_events.hpp"

namespace bw {
namespace {

utc_ns on(const char* day) {
  return utc_ns{days_from_civil(*parse_date(day)) * std::int64_t{86'400'000'000'000} + 5};
}

struct sealed_months : testing::Test {
  temporary_folder place = tests::test_folder();
  std::filesystem::path log_folder = place.path() / "audit";
  std::filesystem::path archive = place.path() / "archive";
  result<signing_key> key =
      signing_key::load_or_make(place.path() / "anchor.key", place.path() / "anchor.pub");

  /// One record a day.
  void write(const std::vector<const char*>& days) {
    audit_options options;
    options.folder = log_folder;
    const auto log = open_audit_log(options, 5);
    ASSERT_TRUE(log.ok()) << log.failure().text();
    for (const auto* day : days) {
      const audit_event event = sending_record{client_order_id{"bw-1-1-1"}, order_id{1}};
      const audit_log::entry entry{{on(day), mono_ns{1}, {}, short_name{"test"}}, &event};
      ASSERT_TRUE((*log)->append({&entry, 1}, sync_mode::no).ok());
    }
  }
  result<std::vector<sealed_month>> seal(const char* now) {
    const auto reader = open_audit_reader(log_folder);
    if (!reader) return reader.failure();
    return seal_months(**reader, archive, *key, on(now));
  }
  result<std::vector<sealed_month>> check() { return check_seals(archive, key->verifier()); }
};

TEST_F(sealed_months, each_ended_month_is_sealed_once_and_the_log_keeps_it) {
  write({"2026-09-01", "2026-09-30", "2026-10-01", "2026-11-01", "2026-11-02"});
  const auto first = seal("2026-11-21");
  ASSERT_TRUE(first.ok()) << first.failure().text();
  ASSERT_EQ(first->size(), 2u);
  EXPECT_EQ((*first)[0].month, "2026-09");
  EXPECT_EQ((*first)[0].last.value, 2u);
  EXPECT_EQ((*first)[1].first.value, 3u);
  EXPECT_EQ((*first)[1].last.value, 3u) << "the running month is not sealed";
  EXPECT_TRUE(seal("2026-11-30")->empty());
  const auto later = seal("2027-01-01");
  ASSERT_TRUE(later.ok()) << later.failure().text();
  ASSERT_EQ(later->size(), 1u) << "December has no record and no file";
  EXPECT_EQ((*later)[0].month, "2026-11");
  EXPECT_EQ(check()->size(), 3u);
}

TEST_F(sealed_months, a_clock_that_was_set_back_moves_no_record_into_a_sealed_month) {
  write({"2026-09-30", "2026-10-01", "2026-09-29", "2026-10-02"});
  ASSERT_EQ(seal("2026-10-31")->size(), 1u);
  write({"2026-09-28", "2026-11-01"});
  const auto next = seal("2026-11-02");
  ASSERT_TRUE(next.ok()) << next.failure().text();
  ASSERT_EQ(next->size(), 1u);
  EXPECT_EQ((*next)[0].month, "2026-10");
  EXPECT_EQ((*next)[0].first.value, 2u);
  EXPECT_EQ((*next)[0].last.value, 5u);
  EXPECT_TRUE(check().ok());
}

TEST_F(sealed_months, become_a_log_again_that_proves_itself) {
  write({"2026-09-01", "2026-10-01", "2026-10-02"});
  ASSERT_EQ(seal("2026-11-01")->size(), 2u);
  const auto restored = place.path() / "restored" / "audit";
  const auto head = restore_months(archive, key->verifier(), restored);
  ASSERT_TRUE(head.ok()) << head.failure().text();
  const auto before = open_audit_reader(log_folder);
  const auto after = open_audit_reader(restored);
  ASSERT_TRUE(after.ok()) << after.failure().text();
  EXPECT_EQ((*after)->head().chain, (*before)->head().chain) << "the same records, byte by byte";
  EXPECT_EQ((*after)->head().sequence.value, 3u);
  EXPECT_FALSE((*after)->walk(sequence_number{1}, [](const auto&, const auto&) { return true; }));
  EXPECT_EQ(restore_months(archive, key->verifier(), restored).code(), ec::already_exists);
}

TEST_F(sealed_months, whatever_is_touched_is_refused_and_named) {
  write({"2026-08-01", "2026-09-01", "2026-10-01"});
  ASSERT_EQ(seal("2026-11-01")->size(), 3u);
  const auto sst = archive / "audit-2026-09.sst";
  const auto line = archive / "audit-2026-09.seal";
  const auto whole = *read_file(sst);
  const auto put = [](const std::filesystem::path& file, const std::string& text) {
    std::ofstream{file, std::ios::binary | std::ios::trunc} << text;
  };
  // Every byte of the file of records; a byte that nothing reads changes nothing that is proved.
  std::size_t found = 0;
  for (std::size_t at = 0; at < whole.size(); at += 7) {
    auto flipped = whole;
    flipped[at] = static_cast<char>(flipped[at] ^ 0x10);
    put(sst, flipped);
    const auto told = check();
    if (told.ok()) {
      EXPECT_EQ((*told)[1].text(), (*check())[1].text());
      continue;
    }
    ++found;
    EXPECT_NE(told.failure().context.find("2026-09"), std::string::npos) << told.failure().text();
  }
  EXPECT_GT(found, whole.size() / 7 / 4);
  put(sst, whole);
  ASSERT_TRUE(check().ok());

  const auto seal_text = *read_file(line);
  for (std::size_t at = 0; at < seal_text.size(); ++at) {
    auto flipped = seal_text;
    flipped[at] = static_cast<char>(flipped[at] ^ 0x01);
    put(line, flipped);
    EXPECT_EQ(check().code(), ec::integrity_broken) << at;
  }
  put(line, seal_text);
  std::filesystem::remove(sst);
  EXPECT_FALSE(check().ok()) << "a seal without its records";
  put(sst, whole);
  std::filesystem::remove(line);
  const auto gap = check();
  ASSERT_FALSE(gap.ok());
  EXPECT_NE(gap.failure().context.find("missing"), std::string::npos) << gap.failure().text();

  const auto other = signing_key::load_or_make(place.path() / "other.key", place.path() / "o.pub");
  put(line, seal_text);
  EXPECT_EQ(check_seals(archive, other->verifier()).code(), ec::integrity_broken);
}

}  // namespace
}  // namespace bw
