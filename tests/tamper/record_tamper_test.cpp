// Somebody changes the log behind its back; the verifier names what happened and where it begins.

#include <gtest/gtest.h>

#include <fstream>

#include "storage/audit_copy.hpp"
#include "storage/audit_verify.hpp"
#include "storage/crc32c.hpp"
#include "storage/log_metadata.hpp"
#include "tests/storage/log_backends.hpp"
#include "tests/storage/raw_database.hpp"
#include "tests/storage/sample_events.hpp"
#include "tests/support/seed.hpp"

namespace bw {
namespace {

using tests::append_one;
using tests::numbered;
using tests::raw_database;

constexpr std::uint64_t record_count = 20;

struct tampered_log : testing::Test {
  void SetUp() override {
    auto log = *backend.open();
    for (std::uint64_t k = 1; k <= record_count; ++k) append_one(*log, numbered(k));
  }
  std::filesystem::path folder() const { return backend.options().folder; }

  void expect_failure(chain_fault kind, std::uint64_t first_bad, std::uint64_t from = 1) {
    const auto report = verify_audit_log(folder(), sequence_number{from});
    ASSERT_TRUE(report.ok()) << report.failure().text();
    ASSERT_TRUE(report->failure.has_value());
    EXPECT_EQ(to_string(report->failure->kind), to_string(kind)) << report->failure->text;
    EXPECT_EQ(report->failure->first_bad.value, first_bad) << report->failure->text;
    EXPECT_EQ(report->records, first_bad - from);
    EXPECT_FALSE(report->failure->text.empty());
  }
  void expect_right(std::uint64_t from, std::uint64_t records) {
    const auto report = verify_audit_log(folder(), sequence_number{from});
    ASSERT_TRUE(report.ok()) << report.failure().text();
    EXPECT_TRUE(report->ok()) << report->failure->text;
    EXPECT_EQ(report->records, records);
  }

  tests::rocksdb_backend backend;
};

TEST_F(tampered_log, is_right_when_nobody_touched_it) {
  expect_right(1, record_count);
  expect_right(0, record_count);
  expect_right(15, 6);
  expect_right(record_count + 1, 0);
}

TEST_F(tampered_log, shows_a_flipped_bit_wherever_it_is) {
  const auto seed = tests::test_seed(31);
  prng chance{seed};
  std::size_t size = 0;
  {
    raw_database raw{folder()};
    size = raw.record(7).size();
  }
  for (std::uint64_t round = 0; round < tests::test_size(20); ++round) {
    const auto at = chance.below(size);
    const auto flip = [&] {
      raw_database raw{folder()};
      auto bytes = raw.record(7);
      bytes[at] = static_cast<char>(bytes[at] ^ 1 << round % 8);
      raw.put_record(7, bytes);
    };
    flip();
    const auto report = verify_audit_log(folder());
    ASSERT_TRUE(report.ok() && report->failure)
        << "byte " << at << "; " << tests::repeat_with(seed);
    EXPECT_EQ(report->failure->first_bad.value, 7u) << tests::repeat_with(seed);
    flip();
    expect_right(1, record_count);
  }
}

TEST_F(tampered_log, shows_a_changed_payload_with_a_new_checksum) {
  {
    raw_database raw{folder()};
    auto bytes = raw.record(5);
    bytes[record_header_bytes + 6] ^= 1;
    const auto sum = crc32c(std::string_view{bytes}.substr(0, bytes.size() - 4));
    for (int k = 0; k < 4; ++k)
      bytes[bytes.size() - 4 + static_cast<std::size_t>(k)] = static_cast<char>(sum >> (8 * k));
    raw.put_record(5, bytes);
  }
  expect_failure(chain_fault::hash, 5);
  expect_failure(chain_fault::hash, 5, 3);
  expect_right(7, record_count - 6);
}

// The forger also makes a new leaf and checksum: the next record still names the old chain.
TEST_F(tampered_log, shows_a_record_that_was_written_anew) {
  {
    raw_database raw{folder()};
    const auto old = raw.record(5);
    const auto view = *parse_record(old);
    record_writer forger{view.log_id, view.boot_no, sequence_number{4}, view.previous};
    const audit_event event = numbered(999);
    raw.put_record(5, std::string{*forger.add({view.stamp, &event})});
  }
  expect_failure(chain_fault::hash, 6);
}

TEST_F(tampered_log, shows_a_record_of_another_log) {
  {
    raw_database raw{folder()};
    const auto old = raw.record(1);
    const auto view = *parse_record(old);
    record_writer forger{view.log_id + 1, view.boot_no, {}, {}};
    const audit_event event = numbered(1);
    raw.put_record(1, std::string{*forger.add({view.stamp, &event})});
  }
  expect_failure(chain_fault::hash, 1);
}

// A redacted record keeps the chain whole, and that is for copies: in a log of a node it is a
// record whose content somebody took away.
TEST_F(tampered_log, shows_a_record_that_was_redacted_in_place) {
  {
    raw_database raw{folder()};
    const auto old = raw.record(5);
    raw.put_record(5, redact_record(*parse_record(old)));
  }
  expect_failure(chain_fault::hash, 5);
  {
    raw_database raw{folder()};
    raw.put_meta("format", std::string{redacted_format_text});
  }
  const auto report = verify_audit_log(folder());
  ASSERT_TRUE(report.ok() && report->ok());
  EXPECT_EQ(report->redacted, 1u) << "a copy says how many it hides";
  EXPECT_EQ(backend.open().code(), ec::unsupported) << "and no node writes to it";
}

TEST_F(tampered_log, shows_a_flipped_bit_of_a_redacted_record) {
  const auto copy = folder().parent_path() / "copy";
  const auto made = copy_redacted(folder(), copy, [](const record_view& view) {
    return view.sequence.value == 7 || view.sequence.value == record_count;
  });
  ASSERT_TRUE(made.ok()) << made.failure().text();
  std::string good;
  {
    raw_database raw{copy};
    good = raw.record(7);
  }
  const auto seed = tests::test_seed(32);
  prng chance{seed};
  for (std::uint64_t round = 0; round < tests::test_size(20); ++round) {
    auto bytes = good;
    const auto at = chance.below(bytes.size());
    bytes[at] = static_cast<char>(bytes[at] ^ 1 << chance.below(8));
    raw_database{copy}.put_record(7, bytes);
    const auto report = verify_audit_log(copy);
    ASSERT_TRUE(report.ok() && report->failure)
        << "byte " << at << "; " << tests::repeat_with(seed);
    EXPECT_EQ(report->failure->first_bad.value, 7u);
  }
  raw_database{copy}.put_record(7, good);
  const auto report = verify_audit_log(copy);
  ASSERT_TRUE(report.ok() && report->ok());
  EXPECT_EQ(report->records, record_count);
  EXPECT_EQ(report->redacted, 2u);
}

TEST_F(tampered_log, shows_a_missing_record) {
  {
    raw_database raw{folder()};
    raw.remove_record(9);
  }
  expect_failure(chain_fault::gap, 9);
  expect_right(11, record_count - 10);
}

TEST_F(tampered_log, shows_two_records_that_changed_places) {
  {
    raw_database raw{folder()};
    const auto one = raw.record(4);
    const auto other = raw.record(8);
    raw.put_record(4, other);
    raw.put_record(8, one);
  }
  expect_failure(chain_fault::order, 4);
}

TEST_F(tampered_log, shows_a_tail_that_was_cut) {
  {
    raw_database raw{folder()};
    for (auto sequence = record_count; sequence > record_count - 3; --sequence)
      raw.remove_record(sequence);
  }
  expect_failure(chain_fault::gap, record_count - 2);
  EXPECT_EQ(backend.open().code(), ec::integrity_broken) << "no node writes on such a log";
}

TEST_F(tampered_log, shows_an_emptied_log) {
  {
    raw_database raw{folder()};
    for (std::uint64_t sequence = 1; sequence <= record_count; ++sequence)
      raw.remove_record(sequence);
  }
  expect_failure(chain_fault::gap, 1);
  EXPECT_EQ(backend.open().code(), ec::integrity_broken);
}

TEST_F(tampered_log, shows_a_record_behind_the_head) {
  {
    raw_database raw{folder()};
    const auto last = raw.record(record_count);
    sha256 hash;
    const auto view = *parse_record(last);
    record_writer forger{view.log_id, view.boot_no, sequence_number{record_count},
                         chain_of(hash, view.previous, view.leaf)};
    const audit_event event = numbered(1);
    raw.put_record(record_count + 1, std::string{*forger.add({view.stamp, &event})});
  }
  const auto report = verify_audit_log(folder());
  ASSERT_TRUE(report.ok() && report->failure);
  EXPECT_EQ(report->failure->kind, chain_fault::order);
  EXPECT_EQ(report->failure->first_bad.value, record_count + 1);
  EXPECT_EQ(backend.open().code(), ec::integrity_broken);
}

TEST_F(tampered_log, shows_a_head_that_names_another_chain) {
  {
    raw_database raw{folder()};
    raw.put_meta("head", head_text(sequence_number{record_count}, digest{1}));
  }
  const auto report = verify_audit_log(folder());
  ASSERT_TRUE(report.ok() && report->failure);
  EXPECT_EQ(report->failure->kind, chain_fault::hash);
  EXPECT_EQ(report->failure->first_bad.value, record_count);
}

TEST_F(tampered_log, shows_malformed_metadata) {
  {
    raw_database raw{folder()};
    raw.put_meta("head", "short");
  }
  expect_failure(chain_fault::unreadable, 1);
  EXPECT_EQ(backend.open().code(), ec::integrity_broken);
  {
    raw_database raw{folder()};
    raw.put_meta("format", "bellwether audit log 2");
  }
  EXPECT_EQ(backend.open().code(), ec::unsupported);
}

TEST_F(tampered_log, shows_a_table_file_with_changed_bytes) {
  {
    raw_database raw{folder()};
    raw.flush();
  }
  for (const auto& file : std::filesystem::directory_iterator{folder()}) {
    if (file.path().extension() != ".sst") continue;
    std::fstream bytes{file.path(), std::ios::in | std::ios::out | std::ios::binary};
    bytes.seekg(40);
    const auto old = bytes.get();
    bytes.seekp(40);
    bytes.put(static_cast<char>(old ^ 0x55));
  }
  const auto report = verify_audit_log(folder());
  ASSERT_TRUE(report.ok()) << report.failure().text();
  ASSERT_TRUE(report->failure.has_value());
  EXPECT_EQ(report->failure->kind, chain_fault::unreadable);
  EXPECT_EQ(backend.open().code(), ec::integrity_broken);
}

// What the chain alone cannot show: the tail and the head were cut together, by somebody who knows
// the format. This takes a witness outside the folder.
TEST_F(tampered_log, does_not_show_a_cut_that_took_the_head_along) {
  {
    raw_database raw{folder()};
    raw.remove_record(record_count);
    sha256 hash;
    const auto last = raw.record(record_count - 1);
    const auto view = *parse_record(last);
    raw.put_meta("head", head_text(sequence_number{record_count - 1},
                                   chain_of(hash, view.previous, view.leaf)));
  }
  expect_right(1, record_count - 1);
}

}  // namespace
}  // namespace bw
