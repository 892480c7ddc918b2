// The bytes of a record on disk, and the hashes that hold the log together.

#include "storage/record_layout.hpp"

#include <gtest/gtest.h>

#include "storage/crc32c.hpp"
#include "storage/event_json.hpp"
#include "tests/storage/sample_events.hpp"

namespace bw {
namespace {

using namespace std::string_literals;

TEST(sha256, gives_the_digests_of_the_standard) {
  sha256 hash;
  EXPECT_EQ(hex_text(hash.of({})),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(hex_text(hash.of({"abc"})),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hash.of({"a", "", "bc"}), hash.of({"abc"}));
}

TEST(crc32c, gives_the_sums_of_rfc_3720) {
  EXPECT_EQ(crc32c(""), 0u);
  EXPECT_EQ(crc32c("123456789"), 0xe3069283u);
  EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8a9136aau);
  EXPECT_EQ(crc32c(std::string(32, '\xff')), 0x62a8ab43u);
}

TEST(crc32c, is_the_same_by_table_and_by_instruction) {
  std::string bytes;
  for (int k = 0; k < 100; ++k) {
    EXPECT_EQ(crc32c(bytes), crc32c_by_table(bytes)) << k;
    bytes += static_cast<char>(k * 37);
  }
}

std::string first_record() {
  record_writer writer{0x0102030405, 3, {}, {}};
  const audit_event event = shutdown_record{"stop", true};
  const audit_stamp stamp{utc_ns{0x11}, mono_ns{0x22}, trace_id{0x33}, short_name{"node"}};
  const auto bytes = writer.add({stamp, &event});
  EXPECT_TRUE(bytes.ok());
  return std::string{*bytes};
}

// The layout is a promise to every later version: this test changes only with record_version.
TEST(record_layout, has_these_bytes) {
  const auto bytes = first_record();
  const auto zeros = [](std::size_t count) { return std::string(count, '\0'); };
  const auto header = "BWA1"s + "\x01\0"s + "\x15\0"s + "\x01"s + zeros(7) + "\5\4\3\2\1\0\0\0"s +
                      "\x03"s + zeros(7) + "\x11"s + zeros(7) + "\x22"s + zeros(7) + "\x33"s +
                      zeros(7) + "\x04node"s + zeros(27) + "\x09\0\0\0"s;
  const auto payload = "\x04\0\0\0stop\x01"s;
  ASSERT_EQ(header.size(), record_header_bytes);
  sha256 hash;
  const auto leaf = hash.of({"\0"s, header, payload});
  const auto text = [](const digest& x) { return std::string{x.begin(), x.end()}; };
  ASSERT_EQ(bytes.size(), header.size() + payload.size() + record_trailer_bytes);
  EXPECT_EQ(bytes.substr(0, header.size()), header);
  EXPECT_EQ(bytes.substr(header.size(), payload.size()), payload);
  EXPECT_EQ(bytes.substr(header.size() + payload.size(), 32), zeros(32));
  EXPECT_EQ(bytes.substr(bytes.size() - 36, 32), text(leaf));
}

TEST(record_layout, is_taken_apart_again) {
  const auto bytes = first_record();
  const auto view = parse_record(bytes);
  ASSERT_TRUE(view.ok());
  EXPECT_TRUE(view->checksum_fits);
  EXPECT_EQ(view->sequence.value, 1u);
  EXPECT_EQ(view->boot_no, 3u);
  const auto record = decode_record(*view, digest{1});
  ASSERT_TRUE(record.ok());
  EXPECT_EQ(audit_type_name(record->type), "shutdown");
  EXPECT_EQ(record->from.view(), "node");
  EXPECT_EQ(record->mono.value, 0x22);
  EXPECT_EQ(record->trace.value, 0x33u);
  EXPECT_EQ(std::get<shutdown_record>(record->event).cause, "stop");
}

TEST(record_layout, refuses_another_form) {
  const auto good = first_record();
  const auto with = [&](std::size_t at, char byte) {
    auto out = good;
    out[at] = byte;
    return out;
  };
  for (std::size_t size = 0; size < good.size(); ++size)
    EXPECT_EQ(parse_record(good.substr(0, size)).code(), ec::parse_failed);
  EXPECT_EQ(parse_record(good + "x").code(), ec::parse_failed);
  EXPECT_EQ(parse_record(with(0, 'X')).code(), ec::parse_failed) << "magic";
  EXPECT_EQ(parse_record(with(4, 2)).code(), ec::parse_failed) << "version";
  EXPECT_EQ(parse_record(with(6, 0)).code(), ec::parse_failed) << "type";
  EXPECT_EQ(parse_record(with(56, 32)).code(), ec::parse_failed) << "sender too long";
  EXPECT_EQ(parse_record(with(87, 1)).code(), ec::parse_failed) << "sender not padded";
  EXPECT_EQ(parse_record(with(91, 1)).code(), ec::parse_failed) << "length";
  EXPECT_FALSE(parse_record(with(95, 'x'))->checksum_fits) << "payload";
}

TEST(record_layout, says_that_a_type_is_newer_than_the_reader) {
  auto bytes = first_record();
  bytes[6] = static_cast<char>(audit_type_count + 1);
  const auto record = decode_record(*parse_record(bytes), {});
  EXPECT_EQ(record.code(), ec::unsupported);
  EXPECT_NE(record.failure().context.find("record 1"), std::string::npos);
}

TEST(record_layout, bounds_a_record) {
  record_writer writer{1, 1, {}, {}};
  reconcile_record large;
  large.differences.assign(5, std::string(1u << 20, 'x'));
  const audit_event event = large;
  EXPECT_EQ(writer.add({tests::stamp_at(1), &event}).code(), ec::out_of_range);
}

}  // namespace
}  // namespace bw
