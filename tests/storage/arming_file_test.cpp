// A person's word that live trading may go on: it is believed as it was signed, and not otherwise.

#include "storage/arming_file.hpp"

#include <gtest/gtest.h>

#include "storage/anchor_writer.hpp"
#include "storage/durable_file.hpp"
#include "storage/temporary_folder.hpp"

namespace bw {
namespace {

struct arming_file_test : testing::Test {
  temporary_folder folder = *temporary_folder::make("bw-arming-test");
  std::filesystem::path key_file = folder.path() / "arming.key";
  std::filesystem::path file = folder.path() / "arming";
  signing_key key = *signing_key::load_or_make(key_file, public_key_file(key_file));

  static arming_record record() {
    arming_record out;
    out.account = "123456789";
    out.limits[0] = 0xab;
    out.who = "ann";
    out.expires = *parse_rfc3339("2026-11-02T21:00:00Z");
    out.stage = 2;
    return out;
  }
};

TEST_F(arming_file_test, what_was_written_is_read_with_the_public_half_alone) {
  ASSERT_TRUE(write_arming(file, record(), key).ok());
  const auto read = read_arming(file, public_key_file(key_file));
  ASSERT_TRUE(read.ok()) << read.failure().text();
  EXPECT_EQ(read->account, "123456789");
  EXPECT_EQ(read->limits, record().limits);
  EXPECT_EQ(read->who, "ann");
  EXPECT_EQ(read->expires, record().expires);
  EXPECT_EQ(read->stage, 2u);
}

TEST_F(arming_file_test, a_second_arming_takes_the_place_of_the_first_and_disarming_ends_it) {
  ASSERT_TRUE(write_arming(file, record(), key).ok());
  auto later = record();
  later.stage = 3;
  ASSERT_TRUE(write_arming(file, later, key).ok());
  EXPECT_EQ(read_arming(file, public_key_file(key_file))->stage, 3u);
  EXPECT_TRUE(*remove_arming(file));
  EXPECT_FALSE(*remove_arming(file));
  EXPECT_EQ(read_arming(file, public_key_file(key_file)).code(), ec::not_found);
}

TEST_F(arming_file_test, no_bit_can_be_changed) {
  const auto line = arming_line(record(), key);
  ASSERT_TRUE(read_arming_line(line, key.verifier()).ok());
  for (std::size_t at = 0; at < line.size(); ++at)
    for (const int bit : {1, 4, 16}) {
      auto other = line;
      other[at] = static_cast<char>(other[at] ^ bit);
      EXPECT_FALSE(read_arming_line(other, key.verifier()).ok()) << "byte " << at;
    }
  for (std::size_t size = 0; size < line.size(); ++size)
    EXPECT_FALSE(read_arming_line(line.substr(0, size), key.verifier()).ok()) << size;
  EXPECT_FALSE(read_arming_line(line + " ", key.verifier()).ok());
  EXPECT_FALSE(read_arming_line(std::string(600, 'x'), key.verifier()).ok());
}

TEST_F(arming_file_test, another_key_signs_nothing) {
  const auto other_file = folder.path() / "other.key";
  const auto other = signing_key::load_or_make(other_file, public_key_file(other_file));
  ASSERT_TRUE(write_arming(file, record(), *other).ok());
  const auto read = read_arming(file, public_key_file(key_file));
  EXPECT_EQ(read.code(), ec::integrity_broken);
}

TEST_F(arming_file_test, a_name_of_many_words_stays_one) {
  auto strange = record();
  strange.who = "Ann B\xc3\xb6ll\n1 2 3";
  const auto read = read_arming_line(arming_line(strange, key), key.verifier());
  ASSERT_TRUE(read.ok()) << read.failure().text();
  EXPECT_EQ(read->who, "Ann_B__ll_1_2_3");
}

}  // namespace
}  // namespace bw
