// The canonical form of events: equal facts are equal bytes, and no bytes can make a reader
// stumble.

#include "storage/audit_codec.hpp"

#include <gtest/gtest.h>

#include "storage/binary_codec.hpp"
#include "storage/event_json.hpp"
#include "tests/storage/sample_events.hpp"
#include "tests/support/seed.hpp"

namespace bw {
namespace {

using namespace std::string_literals;

template <class T>
std::string bytes_of(const T& x) {
  std::string out;
  binary_writer writer{out};
  writer.value(x);
  EXPECT_TRUE(writer.fits());
  return out;
}

template <class T>
bool reads(std::string_view bytes) {
  T x{};
  binary_reader reader{bytes};
  return reader.value(x) && reader.at_end();
}

std::string encoded(const audit_event& event) {
  std::string out;
  EXPECT_TRUE(encode_event(event, out).ok());
  return out;
}

TEST(binary_codec, writes_each_kind_of_member_in_one_way) {
  EXPECT_EQ(bytes_of(true), "\x01"s);
  EXPECT_EQ(bytes_of(std::uint16_t{0x1234}), "\x34\x12"s);
  EXPECT_EQ(bytes_of(std::int32_t{-2}), "\xfe\xff\xff\xff"s);
  EXPECT_EQ(bytes_of(side::sell), "\x02"s);
  EXPECT_EQ(bytes_of(symbol_id{5}), "\x05\0\0\0"s);
  EXPECT_EQ(bytes_of(price::from_int(1)), "\x00\xca\x9a\x3b\0\0\0\0"s);
  EXPECT_EQ(bytes_of(symbol_name{"SPY"}), "\x03SPY"s);
  EXPECT_EQ(bytes_of("SPY"s), "\x03\0\0\0SPY"s);
  EXPECT_EQ(bytes_of(std::vector<std::string>{"a"}), "\x01\0\0\0\x01\0\0\0a"s);
  EXPECT_EQ(bytes_of(std::array<std::uint8_t, 2>{1, 2}), "\x01\x02"s);
  EXPECT_EQ(bytes_of(halt_command{halt_reason::kill, short_text{"x"}}), "\x04\x01x\x01"s);
}

TEST(binary_codec, refuses_what_it_cannot_have_written) {
  EXPECT_FALSE(reads<bool>("\x02"s)) << "a bool is 0 or 1";
  EXPECT_FALSE(reads<std::uint32_t>("\1\2\3"s)) << "an integer has its width";
  EXPECT_FALSE(reads<symbol_name>("\x10"s + std::string(16, 'a'))) << "longer than its capacity";
  EXPECT_FALSE(reads<symbol_name>("\x03SP"s)) << "shorter than its length says";
  EXPECT_FALSE(reads<std::string>("\xff\xff\xff\xff"s)) << "a length that nothing backs";
  EXPECT_FALSE(reads<std::vector<std::string>>("\x00\x00\x01\x00"s))
      << "a count that nothing backs";
  EXPECT_FALSE(reads<indicator_values>("\x09\0\0\0"s + std::string(81, '\0')))
      << "more elements than fit";
  EXPECT_FALSE(reads<std::uint8_t>("\1\2"s)) << "bytes behind the end";
}

TEST(binary_codec, carries_texts_and_lists_up_to_their_maximum) {
  std::string out;
  EXPECT_TRUE(encode_event(config_record{std::string(codec_text_bytes_max, 'x')}, out).ok());
  EXPECT_TRUE(decode_event(audit_event{config_record{}}.index(), out).ok());
  EXPECT_EQ(encode_event(config_record{std::string(codec_text_bytes_max + 1, 'x')}, out).code(),
            ec::out_of_range);
  reconcile_record many;
  many.differences.resize(codec_elements_max);
  out.clear();
  EXPECT_TRUE(encode_event(many, out).ok());
  EXPECT_TRUE(decode_event(audit_event{many}.index(), out).ok());
  many.differences.resize(codec_elements_max + 1);
  EXPECT_EQ(encode_event(many, out).code(), ec::out_of_range);
}

TEST(audit_codec, reads_back_what_it_wrote) {
  const auto seed = tests::test_seed(11);
  tests::event_maker events{seed};
  for (std::uint64_t k = 0; k < tests::test_size(50) * audit_type_count; ++k) {
    const auto event = events.make(k);
    const auto bytes = encoded(event);
    const auto back = decode_event(event.index(), bytes);
    ASSERT_TRUE(back.ok()) << back.failure().text() << "; " << tests::repeat_with(seed);
    ASSERT_EQ(back->index(), event.index());
    ASSERT_EQ(encoded(*back), bytes) << tests::repeat_with(seed);
    // The JSON shows every field, so it would show one that was lost.
    ASSERT_EQ(event_json(*back), event_json(event)) << tests::repeat_with(seed);
  }
}

TEST(audit_codec, refuses_every_prefix_and_survives_every_change) {
  const auto seed = tests::test_seed(12);
  tests::event_maker events{seed};
  for (std::uint64_t k = 0; k < tests::test_size(5) * audit_type_count; ++k) {
    const auto event = events.make(k);
    auto bytes = encoded(event);
    for (std::size_t size = 0; size < bytes.size(); ++size)
      ASSERT_FALSE(decode_event(event.index(), std::string_view{bytes}.substr(0, size)).ok())
          << tests::repeat_with(seed);
    ASSERT_FALSE(decode_event(event.index(), bytes + '\0').ok()) << tests::repeat_with(seed);
    for (int change = 0; change < 50 && !bytes.empty(); ++change) {
      bytes[events.chance().below(bytes.size())] = static_cast<char>(events.chance().next());
      const auto back = decode_event(event.index(), bytes);
      if (back) {
        ASSERT_EQ(encoded(*back), bytes) << tests::repeat_with(seed);
      }
    }
  }
}

TEST(audit_codec, names_a_type_that_is_too_new) {
  const auto refused = decode_event(audit_type_count, "");
  EXPECT_EQ(refused.code(), ec::unsupported);
  EXPECT_NE(refused.failure().context.find("newer"), std::string::npos);
}

TEST(audit_codec, knows_which_order_a_record_is_about) {
  const client_order_id id{"bw-1-1-1"};
  submit_record submit;
  submit.result.client_id = id;
  update_record update;
  update.update.client_id = id;
  cancel_result_record cancel_result;
  cancel_result.result.client_id = id;
  for (const audit_event& event :
       {audit_event{intent_record{.client_id = id}}, audit_event{verdict_record{.client_id = id}},
        audit_event{sending_record{.client_id = id}},
        audit_event{withdrawn_record{.client_id = id}}, audit_event{submit}, audit_event{update},
        audit_event{fill_record{.client_id = id}}, audit_event{cancel_record{.client_id = id}},
        audit_event{cancel_result}})
    EXPECT_EQ(client_id_of(event), id) << audit_type_name(event.index());
  EXPECT_TRUE(client_id_of(boot_record{}).empty());
}

}  // namespace
}  // namespace bw
