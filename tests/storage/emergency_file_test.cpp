// Where cancels go while the log is dead, and how they come back.

#include "storage/emergency_file.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "storage/audit_codec.hpp"
#include "storage/proved_log.hpp"
#include "tests/storage/log_backends.hpp"
#include "tests/storage/sample_events.hpp"

namespace bw {
namespace {

namespace fs = std::filesystem;

audit_event cancel(std::uint64_t number) {
  return cancel_record{client_order_id{"bw-" + std::to_string(number)}, order_id{number}, "asked"};
}

struct emergency_test : testing::Test {
  fs::path file() const { return folder.path() / "emergency.bin"; }
  emergency_file open(std::uint64_t boot_no = 1) { return *emergency_file::open(file(), boot_no); }
  void overwrite(std::size_t at, const std::string& bytes) const {
    std::fstream out{file(), std::ios::in | std::ios::out | std::ios::binary};
    out.seekp(static_cast<std::streamoff>(at));
    out << bytes;
  }
  proved_log_options options() const {
    proved_log_options how;
    how.log.folder = folder.path() / "audit";
    how.anchors.file = folder.path() / "anchors.log";
    how.anchors.key = folder.path() / "anchor.key";
    how.emergency = file();
    return how;
  }

  temporary_folder folder = tests::test_folder();
};

TEST_F(emergency_test, gives_back_what_it_was_given) {
  auto out = open(7);
  for (std::uint64_t k = 1; k <= 3; ++k)
    ASSERT_TRUE(out.keep(tests::stamp_at(static_cast<std::int64_t>(k)), cancel(k)).ok());
  const auto left = emergency_file::read(file());
  ASSERT_TRUE(left.ok()) << left.failure().text();
  EXPECT_EQ(left->boot_no, 7u);
  ASSERT_EQ(left->events.size(), 3u);
  EXPECT_EQ(std::get<cancel_record>(left->events[2].event).order.value, 3u);
  EXPECT_EQ(left->events[2].stamp.wall.value, 3'000'000'000);
  EXPECT_EQ(left->events[2].stamp.from.view(), "router");
  EXPECT_EQ(fs::file_size(file()), emergency_file::size_bytes) << "it never grows";
  ASSERT_TRUE(emergency_file::mark_merged(file()).ok());
  EXPECT_TRUE(emergency_file::read(file())->events.empty());
}

TEST_F(emergency_test, is_nothing_when_it_is_missing_empty_or_half_made) {
  EXPECT_TRUE(emergency_file::read(file())->events.empty());
  open();
  EXPECT_TRUE(emergency_file::read(file())->events.empty());
  fs::resize_file(file(), 1000);
  EXPECT_TRUE(emergency_file::read(file())->events.empty());
  std::ofstream{file()} << std::string(emergency_file::size_bytes, 'x');
  EXPECT_EQ(emergency_file::read(file()).code(), ec::integrity_broken);
}

TEST_F(emergency_test, believes_nothing_behind_a_torn_entry) {
  {
    auto out = open();
    for (std::uint64_t k = 1; k <= 3; ++k)
      ASSERT_TRUE(out.keep(tests::stamp_at(1), cancel(k)).ok());
  }
  std::string bytes(emergency_file::size_bytes, '\0');
  std::ifstream{file(), std::ios::binary}.read(bytes.data(), static_cast<long>(bytes.size()));
  const auto second = bytes.find("bw-2");
  overwrite(second, "XX");
  EXPECT_EQ(emergency_file::read(file())->events.size(), 1u);
}

TEST_F(emergency_test, has_an_end_and_says_so) {
  auto out = open();
  const audit_event large = cancel_record{{}, {}, std::string(100'000, 'x')};
  ec failure{};
  for (int k = 0; k < 20 && failure == ec{}; ++k)
    if (const auto kept = out.keep(tests::stamp_at(1), large); !kept) failure = kept.code();
  EXPECT_EQ(failure, ec::out_of_range);
  EXPECT_EQ(out.kept_count(), 10u);
  EXPECT_EQ(emergency_file::read(file())->events.size(), 10u);
}

TEST_F(emergency_test, takes_only_what_may_be_told_twice) {
  EXPECT_TRUE(is_for_emergency(cancel(1)));
  EXPECT_TRUE(is_for_emergency(state_record{}));
  EXPECT_FALSE(is_for_emergency(fill_record{}));
  EXPECT_FALSE(is_for_emergency(intent_record{}));
}

TEST_F(emergency_test, is_merged_once_by_the_next_start) {
  {
    auto first = open_proved_log(options(), 1, tests::stamp_at(1));
    ASSERT_TRUE(first.ok()) << first.failure().text();
    const audit_event boot = boot_record{.boot_no = first->log->boot_no()};
    const audit_log::entry entry{tests::stamp_at(1), &boot};
    ASSERT_TRUE(first->keeper->append({&entry, 1}, sync_mode::yes).ok());
    // The log died; what came then went aside.
    ASSERT_TRUE(first->emergency->keep(tests::stamp_at(2), cancel(4)).ok());
    state_record halt;
    halt.added = true;
    halt.changed = halt_reason::audit;
    ASSERT_TRUE(first->emergency->keep(tests::stamp_at(3), halt).ok());
  }
  const auto left_behind = fs::path{folder.path() / "copy"};
  fs::copy_file(file(), left_behind);
  std::uint64_t head = 0;
  {
    auto second = open_proved_log(options(), 1, tests::stamp_at(4));
    ASSERT_TRUE(second.ok()) << second.failure().text();
    EXPECT_EQ(second->merged, 2u);
    EXPECT_FALSE(second->keeper->books().latches().empty()) << "the latch of the dead log stands";
    const auto records = tests::records_of(*second->log);
    ASSERT_GE(records.size(), 4u);
    EXPECT_EQ(std::get<emergency_record>(records[1].event).events, 2u);
    EXPECT_EQ(std::get<cancel_record>(records[2].event).order.value, 4u);
    EXPECT_EQ(records[2].wall.value, 2'000'000'000) << "with the time at which it happened";
    head = second->log->head().value;
  }
  // Killed between the record and the mark: the file says unmerged, the log knows better.
  fs::copy_file(left_behind, file(), fs::copy_options::overwrite_existing);
  auto third = open_proved_log(options(), 1, tests::stamp_at(5));
  ASSERT_TRUE(third.ok()) << third.failure().text();
  EXPECT_EQ(third->log->head().value, head);
}

}  // namespace
}  // namespace bw
