// Anchors: what they say, who signed them, and that nobody else can have.

#include "storage/anchor_writer.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <fstream>

#include "core/prng.hpp"
#include "storage/event_json.hpp"
#include "tests/storage/log_backends.hpp"
#include "tests/storage/sample_events.hpp"
#include "tests/support/seed.hpp"

namespace bw {
namespace {

namespace fs = std::filesystem;

struct anchors_test : testing::Test {
  anchor_options options() const {
    return {folder.path() / "anchors.log", folder.path() / "anchor.key"};
  }
  public_key key() const { return *public_key::load(folder.path() / "anchor.pub"); }
  void grow(int records) {
    for (int k = 0; k < records; ++k) tests::append_one(*log, tests::numbered(1));
  }
  std::vector<std::string> lines() const {
    std::ifstream in{options().file};
    std::vector<std::string> out;
    for (std::string line; std::getline(in, line);) out.push_back(line);
    return out;
  }
  void put_lines(const std::vector<std::string>& all, const std::string& tail = {}) const {
    std::ofstream out{options().file};
    for (const auto& line : all) out << line << '\n';
    out << tail;
  }
  /// Three anchors, of records 3, 5 and 12.
  void write_three() {
    auto writer = anchor_writer::open(options());
    ASSERT_TRUE(writer.ok()) << writer.failure().text();
    for (const int more : {3, 2, 7}) {
      grow(more);
      ASSERT_TRUE(writer->write(*log, sequence_number{1}, utc_ns{77}, mono_ns{1}).ok());
    }
  }

  temporary_folder folder = tests::test_folder();
  std::unique_ptr<audit_log> log = open_memory_audit_log(1);
};

TEST_F(anchors_test, say_what_the_log_was) {
  write_three();
  const auto read = read_anchors(options().file, key(), signature_check::every);
  ASSERT_TRUE(read.ok()) << read.failure().text();
  ASSERT_EQ(read->anchors.size(), 3u);
  const auto& last = read->anchors.back();
  EXPECT_EQ(last.sequence.value, 12u);
  EXPECT_EQ(last.chain, log->head_chain());
  EXPECT_EQ(last.root, log->tree()->root());
  EXPECT_EQ(last.snapshot.value, 1u);
  EXPECT_EQ(last.log_id, log->log_id());
  EXPECT_EQ(last.at.value, 77);
  EXPECT_FALSE(read->torn);
  EXPECT_TRUE(check_head({log->log_id(), log->head(), log->head_chain()}, last).ok());
}

TEST_F(anchors_test, are_copied_up_to_the_end_of_a_copied_log) {
  write_three();
  put_lines(lines(), "BWANCHOR1 half a li");
  const auto to = folder.path() / "copy.log";
  const auto copied = [&](std::uint64_t head) -> std::size_t {
    fs::remove(to);
    if (const auto done = copy_anchors(options().file, to, sequence_number{head}); !done) {
      ADD_FAILURE() << done.failure().text();
      return 0;
    }
    const auto read = read_anchors(to, key(), signature_check::every);
    EXPECT_TRUE(read.ok() && !read->torn) << head;
    return read ? read->anchors.size() : 0;
  };
  EXPECT_EQ(copied(2), 0u);
  EXPECT_EQ(copied(3), 1u);
  EXPECT_EQ(copied(11), 2u);
  EXPECT_EQ(copied(12), 3u);
  EXPECT_EQ(copied(99), 3u);
  EXPECT_EQ(copy_anchors(options().file, to, sequence_number{99}).code(), ec::already_exists);
  const auto other = folder.path() / "none.log";
  EXPECT_TRUE(copy_anchors(folder.path() / "nothing", other, sequence_number{9}).ok());
  EXPECT_FALSE(fs::exists(other));
}

TEST_F(anchors_test, go_on_over_a_restart) {
  write_three();
  auto again = anchor_writer::open(options());
  ASSERT_TRUE(again.ok());
  ASSERT_TRUE(again->last().has_value());
  EXPECT_EQ(again->last()->sequence.value, 12u);
  grow(1);
  ASSERT_TRUE(again->write(*log, {}, utc_ns{78}, mono_ns{2}).ok());
  EXPECT_EQ(read_anchors(options().file, key(), signature_check::every)->anchors.size(), 4u);
}

TEST_F(anchors_test, have_a_key_that_only_its_owner_reads) {
  write_three();
  struct stat facts {};
  ASSERT_EQ(::stat(options().key.c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777, 0600u);
  ASSERT_EQ(::chmod(options().key.c_str(), 0640), 0);
  EXPECT_EQ(anchor_writer::open(options()).code(), ec::invalid_argument);
  ASSERT_EQ(::chmod(options().key.c_str(), 0600), 0);
  std::ofstream{options().key} << "no key";
  EXPECT_EQ(anchor_writer::open(options()).code(), ec::parse_failed);
  fs::remove(options().key);
  EXPECT_EQ(anchor_writer::open(options()).code(), ec::integrity_broken)
      << "no new key for anchors of another";
}

// Another program agrees about key and signature.
TEST_F(anchors_test, are_signed_as_openssl_reads_it) {
  write_three();
  const auto line = lines().back();
  const auto blank = line.rfind(' ');
  std::ofstream{folder.path() / "text"} << line.substr(0, blank);
  const auto digits = line.substr(blank + 1);
  std::ofstream raw{folder.path() / "signature", std::ios::binary};
  for (std::size_t k = 0; k < digits.size(); k += 2)
    raw.put(static_cast<char>(std::stoi(digits.substr(k, 2), nullptr, 16)));
  raw.close();
  const auto command = "cd " + folder.path().string() +
                       " && openssl pkeyutl -verify -pubin -inkey anchor.pub -rawin -in text "
                       "-sigfile signature >/dev/null 2>&1";
  const int code = std::system(command.c_str());
  if (code == 127 << 8) GTEST_SKIP() << "the openssl program is not installed";
  EXPECT_EQ(code, 0);
}

TEST_F(anchors_test, show_any_changed_byte) {
  write_three();
  const auto seed = tests::test_seed(61);
  prng chance{seed};
  const auto whole = lines();
  for (std::uint64_t round = 0; round < tests::test_size(200); ++round) {
    auto changed = whole;
    auto& line = changed[chance.below(3)];
    auto& byte = line[chance.below(line.size())];
    byte = static_cast<char>(byte ^ (1 << chance.below(7)));
    put_lines(changed);
    const auto read = read_anchors(options().file, key(), signature_check::every);
    EXPECT_FALSE(read.ok()) << tests::repeat_with(seed) << " round " << round;
  }
}

TEST_F(anchors_test, show_a_line_that_is_missing_doubled_or_moved) {
  write_three();
  const auto a = lines();
  const std::vector<std::vector<std::string>> wrong = {
      {a[1], a[2]},       {a[0], a[2]},     {a[0], a[0], a[1], a[2]},
      {a[0], a[2], a[1]}, {a[0], "x", "x"}, {a[0], a[1], a[2], "x"}};
  for (const auto& each : wrong) {
    put_lines(each);
    EXPECT_EQ(read_anchors(options().file, key(), signature_check::last).code(),
              ec::integrity_broken);
  }
  // What is missing at the end shows in the log, which tells of its anchors.
  put_lines({a[0], a[1]});
  EXPECT_EQ(read_anchors(options().file, key(), signature_check::last)->anchors.size(), 2u);
}

// A power loss in the middle of a line, then a new start.
TEST_F(anchors_test, pass_over_a_torn_line) {
  write_three();
  const auto whole = lines();
  put_lines({whole[0], whole[1]}, whole[2].substr(0, 100));
  EXPECT_TRUE(read_anchors(options().file, key(), signature_check::last)->torn);
  auto again = anchor_writer::open(options());
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->last()->sequence.value, 5u);
  ASSERT_TRUE(again->write(*log, {}, utc_ns{78}, mono_ns{2}).ok());
  const auto read = read_anchors(options().file, key(), signature_check::every);
  ASSERT_TRUE(read.ok()) << read.failure().text();
  EXPECT_EQ(read->anchors.size(), 3u);
}

TEST_F(anchors_test, are_refused_with_another_key) {
  write_three();
  fs::remove(folder.path() / "anchor.key");
  fs::remove(folder.path() / "anchor.pub");
  const auto other =
      signing_key::load_or_make(folder.path() / "anchor.key", folder.path() / "anchor.pub");
  ASSERT_TRUE(other.ok());
  const auto opened = anchor_writer::open(options());
  EXPECT_EQ(opened.code(), ec::integrity_broken);
  EXPECT_NE(opened.failure().context.find(other->verifier().id()), std::string::npos);
}

TEST_F(anchors_test, are_due_by_records_and_by_time) {
  auto how = options();
  how.records = 10;
  auto writer = anchor_writer::open(how);
  ASSERT_TRUE(writer.ok());
  const mono_ns start{5'000'000'000'000};
  EXPECT_FALSE(writer->is_due({}, 0, start)) << "nothing to anchor";
  grow(1);
  EXPECT_TRUE(writer->is_due(log->head(), 0, start)) << "the first one at once";
  ASSERT_TRUE(writer->write(*log, {}, {}, start).ok());
  EXPECT_FALSE(writer->is_due(sequence_number{2}, 1, start + std::chrono::hours{1}))
      << "its own record is no news";
  EXPECT_FALSE(writer->is_due(sequence_number{3}, 1, start + std::chrono::seconds{59}));
  EXPECT_TRUE(writer->is_due(sequence_number{3}, 1, start + std::chrono::seconds{60}));
  EXPECT_FALSE(writer->is_due(sequence_number{11}, 1, start));
  EXPECT_TRUE(writer->is_due(sequence_number{12}, 1, start));
}

TEST_F(anchors_test, name_a_log_that_went_back_or_was_replaced) {
  write_three();
  const auto last = read_anchors(options().file, key(), signature_check::last)->anchors.back();
  const log_head head{log->log_id(), log->head(), log->head_chain()};
  auto shorter = head;
  shorter.sequence = sequence_number{11};
  auto other = head;
  other.log_id ^= 1;
  auto forged = head;
  forged.chain[3] ^= 1;
  for (const auto& each : {shorter, other, forged}) {
    const auto refused = check_head(each, last);
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.code(), ec::integrity_broken);
    EXPECT_TRUE(refused.failure().context.starts_with(rollback_word));
  }
}

}  // namespace
}  // namespace bw
