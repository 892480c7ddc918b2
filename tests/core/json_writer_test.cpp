#include "core/json_writer.hpp"

#include <gtest/gtest.h>

namespace bw {
namespace {

TEST(JsonWriter, WritesNestedValuesWithTheirCommas) {
  json_writer out;
  out.begin_object();
  out.member("price", *price::parse("187.35"));
  out.member("n", 3);
  out.member("yes", true);
  out.key("list").begin_array().value("a").value(2).null().end_array();
  out.key("empty").begin_object().end_object();
  out.key("bid").number(*price::parse("187.3"));
  out.member("at", utc_ns{0});
  out.end_object();
  EXPECT_EQ(out.take(),
            R"({"price":"187.35","n":3,"yes":true,"list":["a",2,null],"empty":{},"bid":187.3,)"
            R"("at":"1970-01-01T00:00:00Z"})");
}

TEST(JsonWriter, EscapesWhatJsonForbidsAndMendsWhatIsNoUtf8) {
  struct row {
    std::string text;
    std::string json;
  };
  const row table[] = {
      {"plain", "\"plain\""},
      {"a\"b\\c", "\"a\\\"b\\\\c\""},
      {"line\nbreak\t", "\"line\\nbreak\\t\""},
      {std::string{"\x01\x1f\x7f", 3}, "\"\\u0001\\u001f\\u007f\""},
      {std::string{"nul\0x", 5}, "\"nul\\u0000x\""},
      {"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", "\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\""},
      {"\xc3", "\"\xef\xbf\xbd\""},                                  // cut off
      {"\xff\xfe", "\"\xef\xbf\xbd\xef\xbf\xbd\""},                  // never UTF-8
      {"\xc0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\""},                  // overlong
      {"\xed\xa0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},  // surrogate
  };
  for (const auto& row : table) {
    std::string out;
    append_json_string(out, row.text);
    EXPECT_EQ(out, row.json);
  }
}

TEST(JsonWriterDeathTest, AnUnclosedObjectIsAProgrammingError) {
  json_writer out;
  out.begin_object();
  EXPECT_DEATH((void)out.take(), "each begin of a JSON text has its end");
}

}  // namespace
}  // namespace bw
