// Somebody changes the files of a node's state: every change that matters is found and named, and
// looking at it changes nothing.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include "core/prng.hpp"
#include "storage/audit_verify.hpp"
#include "storage/log_metadata.hpp"
#include "storage/proved_log.hpp"
#include "tests/storage/log_backends.hpp"
#include "tests/storage/raw_database.hpp"
#include "tests/storage/sample_events.hpp"
#include "tests/support/seed.hpp"

namespace bw {
namespace {

namespace fs = std::filesystem;

using content = std::map<std::string, std::string>;

std::string bytes_of(const fs::path& file) {
  std::ifstream in{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

content content_of(const fs::path& folder) {
  content out;
  for (const auto& each : fs::recursive_directory_iterator{folder})
    if (each.is_regular_file())
      out[fs::relative(each.path(), folder).string()] = bytes_of(each.path());
  return out;
}

void put(const fs::path& folder, const content& files) {
  fs::remove_all(folder);
  for (const auto& [name, bytes] : files) {
    fs::create_directories((folder / name).parent_path());
    std::ofstream{folder / name, std::ios::binary} << bytes;
    if (name.ends_with(".key")) fs::permissions(folder / name, fs::perms::owner_read);
  }
}

/// What RocksDB writes for people and never reads for its data, and what holds no record.
bool is_beside_the_data(const std::string& name) {
  const auto file = fs::path{name}.filename().string();
  return file.starts_with("LOG") || file.starts_with("OPTIONS-") || file == "IDENTITY" ||
         file == "LOCK";
}

/// A state folder with a log that ended in an anchor, part of it in a table file, part in the WAL,
/// as a killed process leaves it.
struct file_tamper : testing::Test {
  static proved_log_options options_in(const fs::path& state) {
    proved_log_options how;
    how.log.folder = state / "audit";
    how.anchors.file = state / "anchors.log";
    how.anchors.key = state / "anchor.key";
    how.anchors.records = 5;
    how.emergency = state / "emergency.bin";
    return how;
  }
  static audit_stamp stamp() { return tests::stamp_at(1'700'000'000); }
  static void write(proved_log& log, int count) {
    for (int k = 0; k < count; ++k) {
      const audit_event event = tests::numbered(log.log->head().value + 1);
      const audit_log::entry entry{stamp(), &event};
      ASSERT_TRUE(log.keeper->append({&entry, 1}, sync_mode::no).ok());
    }
  }
  static content state_after(int first, int second) {
    const auto made = tests::test_folder();
    const auto how = options_in(made.path());
    {
      auto log = open_proved_log(how, 5, stamp());
      EXPECT_TRUE(log.ok()) << log.failure().text();
      write(*log, first);
      EXPECT_TRUE(log->keeper->beat(stamp()).ok());
    }
    auto log = open_proved_log(how, 5, stamp());
    EXPECT_TRUE(log.ok()) << log.failure().text();
    write(*log, second);
    EXPECT_TRUE(log->keeper->finish(stamp()).ok());
    return content_of(made.path());
  }
  static void SetUpTestSuite() { *original() = state_after(20, 15); }
  static content* original() {
    static content files;
    return &files;
  }

  fs::path state() const { return folder.path() / "state"; }

  /// Why a start refuses; empty when it does not.
  std::string refusal() const {
    const auto opened = open_proved_log(options_in(state()), 5, stamp());
    return opened ? std::string{} : opened.failure().text();
  }
  /// What the verifier without a node says, anchors included; empty when all is right. It must
  /// not touch anything.
  std::string verdict() const {
    const auto before = content_of(state());
    verify_options options;
    options.anchors = state() / "anchors.log";
    options.public_key = state() / "anchor.pub";
    const auto report = verify_audit_log(state() / "audit", options);
    std::string out;
    if (!report)
      out = report.failure().text();
    else if (!report->ok())
      out = std::string{to_string(report->failure->kind)} + ": " + report->failure->text;
    EXPECT_EQ(content_of(state()), before) << "the verifier repaired something";
    return out;
  }

  temporary_folder folder = tests::test_folder();
};

TEST_F(file_tamper, finds_nothing_where_nothing_was_done) {
  put(state(), *original());
  EXPECT_EQ(verdict(), "");
  EXPECT_EQ(refusal(), "");
}

// A flipped bit at chance places of every file, all of them with BELLWETHER_CYCLES=all.
TEST_F(file_tamper, a_flipped_bit_is_found_or_changes_nothing) {
  const auto seed = tests::test_seed(95'000);
  prng chance{seed};
  const bool all = std::getenv("BELLWETHER_CYCLES") != nullptr;
  std::size_t flips = 0;
  std::size_t found = 0;
  for (const auto& [name, bytes] : *original()) {
    if (is_beside_the_data(name) || name == "emergency.bin" || bytes.empty()) continue;
    const auto samples = all ? bytes.size() : tests::test_size(12);
    for (std::uint64_t k = 0; k < samples; ++k) {
      const auto at = all ? k : chance.below(bytes.size());
      auto changed = *original();
      changed[name][at] = static_cast<char>(changed[name][at] ^ (1 << chance.below(8)));
      put(state(), changed);
      const auto said = verdict();
      const auto refused = name.ends_with(".pub") ? said : refusal();
      ++flips;
      if (!said.empty()) ++found;
      // The verifier sees everything that a start refuses, and more: a start looks at what it
      // begins with. The private key is none of the verifier's business.
      EXPECT_FALSE(said.empty() && !refused.empty() && name != "anchor.key")
          << name << " byte " << at << ": '" << said << "' and '" << refused << "'; "
          << tests::repeat_with(seed);
    }
  }
  EXPECT_GT(found, flips / 2);
  std::cout << found << " of " << flips << " flips were found; the others changed nothing\n";
}

TEST_F(file_tamper, a_missing_file_is_found_and_named) {
  for (const auto& [name, bytes] : *original()) {
    if (is_beside_the_data(name) || name == "emergency.bin" || name == "anchor.pub") continue;
    auto changed = *original();
    changed.erase(name);
    put(state(), changed);
    const auto refused = refusal();
    if (bytes.empty() && refused.empty()) continue;
    EXPECT_NE(refused, "") << name;
    if (name != "anchor.key") continue;
    EXPECT_NE(refused.find("anchor.key"), std::string::npos) << refused;
  }
}

TEST_F(file_tamper, a_rolled_back_log_is_named_so) {
  auto older = state_after(20, 15);
  put(state(), older);
  // The node goes on for a while, and then somebody puts the old folder back.
  {
    auto log = open_proved_log(options_in(state()), 5, stamp());
    ASSERT_TRUE(log.ok()) << log.failure().text();
    write(*log, 10);
    ASSERT_TRUE(log->keeper->finish(stamp()).ok());
  }
  const auto anchors = bytes_of(state() / "anchors.log");
  auto mixed = older;
  mixed["anchors.log"] = anchors;
  put(state(), mixed);
  EXPECT_NE(refusal().find(rollback_word), std::string::npos) << refusal();
  EXPECT_NE(verdict().find(rollback_word), std::string::npos);
  const auto untouched = content_of(state());
  for (const auto& [name, bytes] : mixed) {
    if (!name.starts_with("audit") || is_beside_the_data(name)) continue;
    EXPECT_EQ(untouched.at(name), bytes) << "the refused log was written to: " << name;
  }

  // The log alone is gone; a new one must not begin by itself.
  fs::remove_all(state() / "audit");
  EXPECT_NE(refusal().find(rollback_word), std::string::npos) << refusal();
  // Or the anchors alone are gone: the log tells of them.
  mixed = older;
  mixed.erase("anchors.log");
  put(state(), mixed);
  EXPECT_NE(verdict().find("tells of an anchor"), std::string::npos) << verdict();
  EXPECT_NE(refusal().find(rollback_word), std::string::npos) << refusal();
}

// The cut that the chain alone cannot show: the head was taken back along with the tail.
TEST_F(file_tamper, a_cut_that_took_the_head_along_is_shown_by_the_anchor) {
  put(state(), *original());
  {
    tests::raw_database raw{state() / "audit"};
    std::uint64_t last = 0;
    while (raw.has_record(last + 1)) ++last;
    raw.remove_record(last);
    sha256 hash;
    const auto bytes = raw.record(last - 1);
    const auto view = *parse_record(bytes);
    raw.put_meta("head",
                 head_text(sequence_number{last - 1}, chain_of(hash, view.previous, view.leaf)));
  }
  const auto report = verify_audit_log(state() / "audit");
  ASSERT_TRUE(report.ok());
  EXPECT_TRUE(report->ok()) << "the chain alone shows nothing";
  EXPECT_NE(verdict().find(rollback_word), std::string::npos);
  EXPECT_NE(refusal().find(rollback_word), std::string::npos);
}

// The end of the WAL is missing from any byte on: the log ends with its last whole group, or the
// start refuses because an anchor saw more.
TEST_F(file_tamper, a_wal_cut_at_any_byte_ends_with_a_whole_record) {
  const auto made = tests::test_folder();
  const auto how = options_in(made.path());
  auto log = open_proved_log(how, 5, stamp());
  ASSERT_TRUE(log.ok());
  write(*log, 12);
  ASSERT_TRUE(log->keeper->beat(stamp()).ok());
  const auto anchored = log->log->head().value - 1;
  write(*log, 8);
  ASSERT_TRUE(log->log->sync().ok());
  // As it stands while the process lives: nothing was written out of the memory.
  const auto live = content_of(made.path());
  const auto wal = std::find_if(live.rbegin(), live.rend(), [](const auto& each) {
    return each.first.ends_with(".log") && each.first.starts_with("audit") && !each.second.empty();
  });
  ASSERT_NE(wal, live.rend());
  const bool all = std::getenv("BELLWETHER_CYCLES") != nullptr;
  const auto tail = std::min<std::size_t>(wal->second.size(), all ? 65'536 : 4'096);
  std::uint64_t last_head = log->log->head().value;
  std::set<std::uint64_t> heads;
  for (std::size_t cut = 0; cut <= tail; cut += all ? 1 : 61) {
    auto changed = live;
    changed[wal->first].resize(wal->second.size() - cut);
    put(state(), changed);
    const auto opened = open_proved_log(options_in(state()), 5, stamp());
    if (!opened) {
      EXPECT_NE(opened.failure().context.find(rollback_word), std::string::npos)
          << cut << ": " << opened.failure().text();
      continue;
    }
    const auto head = opened->log->head().value;
    EXPECT_GE(head, anchored) << cut;
    EXPECT_LE(head, last_head) << cut;
    last_head = head;
    heads.insert(head);
    EXPECT_EQ(tests::records_of(*opened->log).size(), head);
  }
  EXPECT_GT(heads.size(), 3u);
}

}  // namespace
}  // namespace bw
