#include "net/http.hpp"

#include <gmock/gmock.h>

#include "core/prng.hpp"
#include "net/http_wire.hpp"

namespace bw::net {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST(find_header, compares_names_without_case_and_takes_the_first) {
  const header_list headers{{"Content-Type", "a"}, {"X-Request-ID", "b"}, {"x-request-id", "c"}};
  EXPECT_EQ(find_header(headers, "content-type"), "a");
  EXPECT_EQ(find_header(headers, "X-REQUEST-ID"), "b");
  EXPECT_EQ(find_header(headers, "X-Request"), "");
}

TEST(parse_target, splits_path_and_decodes_the_query) {
  const auto target = parse_target("/v2/orders?status=open&symbols=A%2CB&note=x+y&flag&=z&&a=1=2");
  EXPECT_EQ(target.path, "/v2/orders");
  EXPECT_EQ(target.parameter("status"), "open");
  EXPECT_EQ(target.parameter("symbols"), "A,B");
  EXPECT_EQ(target.parameter("note"), "x y");
  EXPECT_TRUE(target.has("flag"));
  EXPECT_EQ(target.parameter("flag"), "");
  EXPECT_FALSE(target.has("absent"));
  EXPECT_EQ(target.parameter("a"), "1=2");
  EXPECT_EQ(target.query.size(), 6u);
}

TEST(parse_target, bears_what_is_not_well_formed) {
  EXPECT_EQ(parse_target("").path, "");
  EXPECT_EQ(parse_target("/x?").query.size(), 0u);
  EXPECT_EQ(parse_target("/x?a=%").parameter("a"), "%");
  EXPECT_EQ(parse_target("/x?a=%4").parameter("a"), "%4");
  EXPECT_EQ(parse_target("/x?a=%zz").parameter("a"), "%zz");
  EXPECT_EQ(parse_target("/x?a=%41#frag&b=1").parameter("a"), "A");
}

// Whatever bytes a value has, encoding and parsing gives them back.
TEST(percent_encode, is_undone_by_parse_target) {
  constexpr std::uint64_t seed = 20260102;
  SCOPED_TRACE(seed);
  prng chance{seed};
  for (int round = 0; round < 2000; ++round) {
    std::string value;
    for (auto n = chance.below(20); n > 0; --n) value += static_cast<char>(chance.below(256));
    const auto target = parse_target("/p?k=" + percent_encode(value));
    ASSERT_EQ(target.parameter("k"), value);
  }
  EXPECT_EQ(percent_encode("AZaz09-._~ /+"), "AZaz09-._~%20%2F%2B");
}

TEST(format_request, writes_one_well_formed_message) {
  const auto text = format_request(
      {.method = "POST", .target = "/v2/orders", .headers = {{"Accept", "*/*"}}, .body = "{}"},
      "h:1", {{"APCA-API-KEY-ID", "key"}});
  ASSERT_TRUE(text);
  EXPECT_EQ(*text,
            "POST /v2/orders HTTP/1.1\r\nHost: h:1\r\nAPCA-API-KEY-ID: key\r\nAccept: */*\r\n"
            "Content-Length: 2\r\n\r\n{}");
  EXPECT_EQ(*format_request({}, "h", {}), "GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_THAT(*format_request({.method = "POST"}, "h", {}), HasSubstr("Content-Length: 0"));
}

TEST(format_request, refuses_what_would_break_out_of_its_place) {
  const http_request bad[] = {
      {.method = "GET /"},
      {.method = ""},
      {.target = "/a b"},
      {.target = "/a\r\nX: y"},
      {.target = "no-slash"},
      {.target = ""},
      {.headers = {{"X", "a\r\nY: b"}}},
      {.headers = {{"X:", "a"}}},
      {.headers = {{"", "a"}}},
      {.headers = {{"X", std::string("a\0b", 3)}}},
  };
  for (const auto& request : bad) {
    const auto text = format_request(request, "h", {});
    ASSERT_FALSE(text);
    EXPECT_EQ(text.code(), ec::invalid_argument);
  }
}

// A bad value may be a secret: the error must not show it.
TEST(format_request, does_not_show_the_header_it_refuses) {
  const auto text = format_request({}, "h", {{"APCA-API-SECRET-KEY", "hunter2\n"}});
  ASSERT_FALSE(text);
  EXPECT_THAT(text.failure().text(), Not(HasSubstr("hunter2")));
}

TEST(format_request, keeps_framing_headers_to_itself) {
  const auto text = format_request({.method = "PUT",
                                    .headers = {{"content-length", "99"},
                                                {"Transfer-Encoding", "chunked"},
                                                {"HOST", "evil"},
                                                {"Connection", "close"}},
                                    .body = "x"},
                                   "h", {});
  EXPECT_EQ(*text, "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\nx");
}

TEST(format_response, frames_the_body_as_status_and_method_ask) {
  const http_response answer{.status = 422, .headers = {{"X", "y"}}, .body = "no"};
  EXPECT_EQ(format_response(answer, {}),
            "HTTP/1.1 422 Unprocessable Entity\r\nX: y\r\nContent-Length: 2\r\n\r\nno");
  EXPECT_EQ(format_response(answer, {.keep_alive = false, .head = true}),
            "HTTP/1.1 422 Unprocessable Entity\r\nX: y\r\nConnection: close\r\n"
            "Content-Length: 2\r\n\r\n");
  EXPECT_EQ(format_response({.status = 204, .body = "dropped"}, {}),
            "HTTP/1.1 204 No Content\r\n\r\n");
  EXPECT_THAT(format_response({.headers = {{"X", "a\r\nb"}}}, {}), StartsWith("HTTP/1.1 500"));
  EXPECT_THAT(format_response({.status = 99}, {}), StartsWith("HTTP/1.1 500"));
}

}  // namespace
}  // namespace bw::net
