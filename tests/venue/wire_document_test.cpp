#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "core/prng.hpp"
#include "tests/support/seed.hpp"
#include "venue/base64.hpp"
#include "venue/wire_document.hpp"

namespace bw::venue {
namespace {

std::string packed(const nlohmann::json& x) {
  std::string out;
  nlohmann::json::to_msgpack(x, out);
  return out;
}

TEST(wire_document, flattens_an_object_and_keeps_the_digits_of_numbers) {
  const auto document = wire_document::read(
      R"({"a":"x","n":1.10,"big":9007199254740993,"data":{"k":[ "p","q"],"flag":true},"z":null})",
      wire_codec::json);
  ASSERT_TRUE(document);
  EXPECT_EQ(document->text("a"), "x");
  EXPECT_EQ(document->find("n")->text, "1.10");
  EXPECT_EQ(document->find("big")->text, "9007199254740993");
  EXPECT_EQ(document->texts("data.k"), (std::vector<std::string>{"p", "q"}));
  EXPECT_EQ(document->find("data.flag")->text, "true");
  EXPECT_EQ(document->find("z")->what, wire_document::kind::null);
  EXPECT_EQ(document->find("data.missing"), nullptr);
}

TEST(wire_document, reads_the_same_from_both_codecs) {
  const nlohmann::json message = {{"action", "subscribe"}, {"trades", {"AAPL", "F"}}, {"n", 7}};
  const auto text = wire_document::read(message.dump(), wire_codec::json);
  const auto binary = wire_document::read(packed(message), wire_codec::msgpack);
  ASSERT_TRUE(text && binary);
  EXPECT_EQ(text->text("action"), binary->text("action"));
  EXPECT_EQ(text->texts("trades"), binary->texts("trades"));
  EXPECT_EQ(text->find("n")->text, binary->find("n")->text);
}

TEST(wire_document, a_list_with_anything_but_strings_is_no_list_of_strings) {
  const auto document = wire_document::read(R"({"a":["x",1],"b":"x","c":[]})", wire_codec::json);
  ASSERT_TRUE(document);
  EXPECT_FALSE(document->texts("a"));
  EXPECT_FALSE(document->texts("b"));
  EXPECT_EQ(document->texts("c"), std::vector<std::string>{});
}

TEST(wire_document, refuses_what_is_no_object_within_the_bounds) {
  const std::string deep = R"({"a":)" + std::string(wire_document::depth_max, '[') +
                           std::string(wire_document::depth_max, ']') + "}";
  std::string many = R"({"a":[0)";
  for (std::size_t k = 0; k < wire_document::values_max; ++k) many += ",0";
  const std::string long_key(wire_document::key_bytes_max + 1, 'k');
  const std::vector<std::string> bad = {"",
                                        "1",
                                        "[]",
                                        "null",
                                        R"({"a":)",
                                        R"({"a"})",
                                        "{} {}",
                                        R"({"a":1e999})",
                                        deep,
                                        many + "]}",
                                        R"({")" + long_key + R"(":1})"};
  for (const auto& text : bad)
    EXPECT_FALSE(wire_document::read(text, wire_codec::json)) << text.substr(0, 60);
}

/// A million nested arrays would overflow the stack of a reader that follows them.
TEST(wire_document, nesting_ends_a_packed_message_early) {
  std::string bomb =
      "\x81\xa1"
      "a";
  bomb.append(1'000'000, '\x91');
  EXPECT_FALSE(wire_document::read(bomb, wire_codec::msgpack));
}

TEST(wire_document, survives_any_bytes) {
  const auto seed = bw::tests::test_seed(11);
  prng chance{seed};
  const auto message = packed({{"action", "auth"}, {"key", "k"}, {"list", {"a", "b"}}});
  for (int round = 0; round < 20'000; ++round) {
    auto bytes = message;
    for (int k = 0; k < 3; ++k)
      bytes[chance.below(bytes.size())] = static_cast<char>(chance.next());
    bytes.resize(chance.below(bytes.size() + 1));
    for (const auto codec : {wire_codec::json, wire_codec::msgpack})
      (void)wire_document::read(bytes, codec);
  }
}

TEST(base64, turns_bytes_into_text_and_back) {
  // The examples of RFC 4648 section 10.
  const std::vector<std::pair<std::string, std::string>> known = {{"", ""},
                                                                  {"f", "Zg=="},
                                                                  {"fo", "Zm8="},
                                                                  {"foo", "Zm9v"},
                                                                  {"foob", "Zm9vYg=="},
                                                                  {"fooba", "Zm9vYmE="},
                                                                  {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : known) {
    EXPECT_EQ(encode_base64(bytes), text);
    EXPECT_EQ(decode_base64(text), bytes);
  }
  EXPECT_FALSE(decode_base64("Zm9v!"));
  EXPECT_FALSE(decode_base64("Z"));
}

}  // namespace
}  // namespace bw::venue
