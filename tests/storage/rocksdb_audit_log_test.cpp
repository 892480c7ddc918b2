// What only a log on disk has to bear: processes that die, a second one, foreign folders, a disk
// that takes no more.

#include "storage/rocksdb_audit_log.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <cstdlib>
#include <fstream>

#include "storage/audit_verify.hpp"
#include "tests/storage/child_process.hpp"
#include "tests/storage/log_backends.hpp"
#include "tests/storage/raw_database.hpp"
#include "tests/storage/sample_events.hpp"
#include "tests/support/seed.hpp"

namespace bw {
namespace {

using tests::append_one;
using tests::child_process;
using tests::numbered;
using tests::records_of;

constexpr const char* folder_setting = "BW_TEST_FOLDER";
constexpr const char* seed_setting = "BW_TEST_CHILD_SEED";

std::string text_of_entry(const audit_record& record) {
  return std::get<config_record>(record.event).toml;
}

/// Not a test: the process that the tests below start and kill. It appends numbered entries in
/// groups, one of four of them synced, and reports each acknowledged sequence.
TEST(audit_log_child, DISABLED_appends_until_it_is_killed) {
  const char* folder = std::getenv(folder_setting);
  const char* seed = std::getenv(seed_setting);
  if (folder == nullptr || seed == nullptr) GTEST_SKIP() << "started by other tests only";
  prng chance{std::strtoull(seed, nullptr, 10)};
  auto log = open_audit_log({.folder = folder}, 1);
  ASSERT_TRUE(log.ok());
  child_process::report((*log)->head().value);
  for (;;) {
    const auto count = 1 + chance.below(8);
    std::vector<audit_event> events;
    for (std::uint64_t k = 1; k <= count; ++k) events.push_back(numbered((*log)->head().value + k));
    std::vector<audit_log::entry> entries;
    for (const auto& event : events) entries.push_back({tests::stamp_at(1), &event});
    const auto done = (*log)->append(entries, chance.chance(1, 4) ? sync_mode::yes : sync_mode::no);
    if (!done) return;
    child_process::report(done->value);
  }
}

constexpr const char* child_test = "audit_log_child.DISABLED_appends_until_it_is_killed";

// Killed at chance moments, the opening of a new log among them: whatever was acknowledged is
// there, whole, in order and chained.
TEST(rocksdb_audit_log, keeps_what_it_acknowledged_when_the_process_is_killed) {
  const auto seed = tests::test_seed(41);
  prng chance{seed};
  tests::rocksdb_backend backend;
  std::uint64_t acknowledged = 0;
  for (std::uint64_t round = 0; round < tests::test_size(10); ++round) {
    {
      child_process child{child_test,
                          {{folder_setting, backend.options().folder.string()},
                           {seed_setting, std::to_string(chance.next())}}};
      // The moment is given by how much work was done, plus what the child does until it is hit.
      for (auto left = round == 0 ? 1 : chance.below(300); left > 0; --left) {
        const auto report = child.next_report();
        ASSERT_TRUE(report.has_value()) << tests::repeat_with(seed);
        acknowledged = *report;
      }
      child.kill();
      while (const auto late = child.next_report()) acknowledged = *late;
    }
    auto log = backend.open();
    ASSERT_TRUE(log.ok()) << log.failure().text() << "; " << tests::repeat_with(seed);
    const auto records = records_of(**log);
    ASSERT_GE(records.size(), acknowledged) << tests::repeat_with(seed);
    for (const auto& record : records)
      ASSERT_EQ(text_of_entry(record), "entry " + std::to_string(record.sequence.value))
          << tests::repeat_with(seed);
  }
  EXPECT_GT(acknowledged, 0u);
  const auto report = verify_audit_log(backend.options().folder);
  ASSERT_TRUE(report.ok());
  EXPECT_TRUE(report->ok());
}

TEST(rocksdb_audit_log, is_held_by_one_process) {
  tests::rocksdb_backend backend;
  {
    child_process child{child_test,
                        {{folder_setting, backend.options().folder.string()}, {seed_setting, "1"}}};
    ASSERT_TRUE(child.next_report().has_value());
    const auto second = backend.open();
    ASSERT_EQ(second.code(), ec::storage_locked);
    EXPECT_NE(second.failure().context.find("another process"), std::string::npos);
    EXPECT_NE(second.failure().context.find(backend.options().folder.string()), std::string::npos);
    // Readers are not kept out, and what they see is right at every moment.
    for (int look = 0; look < 5; ++look) {
      const auto report = verify_audit_log(backend.options().folder);
      ASSERT_TRUE(report.ok()) << report.failure().text();
      EXPECT_TRUE(report->ok()) << report->failure->text;
      for (int k = 0; k < 500; ++k) ASSERT_TRUE(child.next_report().has_value());
    }
  }
  auto first = backend.open();
  EXPECT_TRUE(first.ok()) << "a killed process holds nothing";
  EXPECT_EQ(backend.open().code(), ec::storage_locked) << "not twice in one process either";
}

TEST(rocksdb_audit_log, keeps_away_from_folders_of_others) {
  tests::rocksdb_backend backend;
  const auto folder = backend.options().folder;
  std::filesystem::create_directories(folder);
  std::ofstream{folder / "notes.txt"} << "mine";
  const auto files = backend.open();
  EXPECT_EQ(files.code(), ec::storage_failed);
  EXPECT_NE(files.failure().context.find("other files"), std::string::npos);
  std::filesystem::remove_all(folder);

  const auto other_database = [&](const char* column) {
    rocksdb::Options options;
    options.create_if_missing = true;
    rocksdb::DB* opened = nullptr;
    ASSERT_TRUE(rocksdb::DB::Open(options, folder.string(), &opened).ok());
    const std::unique_ptr<rocksdb::DB> db{opened};
    ASSERT_TRUE(db->Put({}, "key", "value").ok());
    if (column == nullptr) return;
    rocksdb::ColumnFamilyHandle* handle = nullptr;
    ASSERT_TRUE(db->CreateColumnFamily({}, column, &handle).ok());
    db->DestroyColumnFamilyHandle(handle);
  };
  other_database(nullptr);
  EXPECT_EQ(backend.open().code(), ec::storage_failed);
  EXPECT_EQ(open_audit_reader(folder).code(), ec::storage_failed);
  other_database("theirs");
  const auto theirs = backend.open();
  EXPECT_EQ(theirs.code(), ec::storage_failed);
  EXPECT_NE(theirs.failure().context.find("'theirs'"), std::string::npos);
}

TEST(rocksdb_audit_log, says_that_a_database_is_damaged) {
  tests::rocksdb_backend backend;
  append_one(**backend.open(), numbered(1));
  std::ofstream{backend.options().folder / "CURRENT"} << "MANIFEST-999999\n";
  const auto opened = backend.open();
  ASSERT_FALSE(opened.ok());
  EXPECT_NE(opened.failure().context.find(backend.options().folder.string()), std::string::npos);
  EXPECT_FALSE(open_audit_reader(backend.options().folder).ok());
}

TEST(rocksdb_audit_log, says_that_the_folder_cannot_be_made) {
  const auto folder = tests::test_folder();
  std::ofstream{folder.path() / "file"} << "x";
  const auto opened = open_audit_log({.folder = folder.path() / "file" / "audit"}, 1);
  EXPECT_EQ(opened.code(), ec::io_failed);
}

TEST(rocksdb_audit_log, goes_on_with_a_database_whose_creation_was_interrupted) {
  tests::rocksdb_backend backend;
  {
    // The database is there and nothing else, as if killed right behind its creation.
    rocksdb::Options options;
    options.create_if_missing = true;
    std::filesystem::create_directories(backend.options().folder);
    rocksdb::DB* opened = nullptr;
    ASSERT_TRUE(rocksdb::DB::Open(options, backend.options().folder.string(), &opened).ok());
    delete opened;
  }
  EXPECT_EQ(open_audit_reader(backend.options().folder).code(), ec::not_found);
  auto log = backend.open();
  ASSERT_TRUE(log.ok()) << log.failure().text();
  EXPECT_EQ((*log)->boot_no(), 1u);
}

/// Files cannot grow beyond `bytes` while it lives: the nearest thing to a full disk.
class file_size_limit {
 public:
  explicit file_size_limit(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    auto limited = before_;
    limited.rlim_cur = bytes;
    ::setrlimit(RLIMIT_FSIZE, &limited);
  }
  ~file_size_limit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }

 private:
  void (*handler_)(int);
  rlimit before_{};
};

TEST(rocksdb_audit_log, takes_nothing_more_once_the_disk_refused) {
  tests::rocksdb_backend backend;
  std::uint64_t acknowledged = 0;
  {
    auto log = *backend.open();
    const audit_event large = config_record{std::string(200'000, 'x')};
    const audit_log::entry entries[] = {{tests::stamp_at(1), &large}};
    ec failure{};
    {
      const file_size_limit limit{1'000'000};
      for (int k = 0; k < 20 && failure == ec{}; ++k) {
        const auto done = log->append(entries, sync_mode::yes);
        if (done) acknowledged = done->value;
        if (!done) failure = done.code();
      }
    }
    EXPECT_EQ(failure, ec::storage_failed);
    EXPECT_GE(acknowledged, 1u);
    // There is room again, and the log stays shut: nobody knows what the last write left behind.
    EXPECT_EQ(log->append(entries, sync_mode::no).code(), ec::storage_failed);
    EXPECT_EQ(log->sync().code(), ec::storage_failed);
    EXPECT_EQ(log->head().value, acknowledged);
  }
  auto log = backend.open();
  ASSERT_TRUE(log.ok()) << log.failure().text();
  EXPECT_GE(records_of(**log).size(), acknowledged);
}

}  // namespace
}  // namespace bw
