// What commands print: exit codes, errors for people and for programs, tables, durations.

#include "app/output.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include <unistd.h>

namespace bw {
namespace {

TEST(output, every_error_has_an_exit_code) {
  const struct {
    ec code;
    exit_code exits;
  } rows[] = {
      {ec::invalid_argument, exit_code::usage},
      {ec::parse_failed, exit_code::usage},
      {ec::out_of_range, exit_code::usage},
      {ec::not_found, exit_code::usage},
      {ec::already_exists, exit_code::refused_for_safety},
      {ec::unknown_key, exit_code::usage},
      {ec::unsupported, exit_code::usage},
      {ec::io_failed, exit_code::unexpected},
      {ec::address_in_use, exit_code::usage},
      {ec::connection_failed, exit_code::unreachable},
      {ec::connection_closed, exit_code::unreachable},
      {ec::timed_out, exit_code::unreachable},
      {ec::tls_failed, exit_code::unreachable},
      {ec::http_status, exit_code::unexpected},
      {ec::auth_refused, exit_code::auth_refused},
      {ec::rate_limited, exit_code::unexpected},
      {ec::breaker_open, exit_code::unexpected},
      {ec::queue_full, exit_code::unexpected},
      {ec::protocol_violation, exit_code::unexpected},
      {ec::storage_failed, exit_code::integrity},
      {ec::storage_locked, exit_code::refused_for_safety},
      {ec::integrity_broken, exit_code::integrity},
      {ec::illegal_transition, exit_code::unexpected},
      {ec::insufficient_funds, exit_code::unexpected},
      {ec::halted, exit_code::refused_for_safety},
      {ec::cancelled, exit_code::unexpected},
  };
  for (const auto& row : rows) EXPECT_EQ(code_for(row.code), row.exits) << to_string(row.code);
  EXPECT_EQ(std::size(rows), static_cast<std::size_t>(ec::cancelled));
}

TEST(output, a_failure_is_two_lines_for_a_person) {
  testing::internal::CaptureStderr();
  EXPECT_EQ(fail({}, {exit_code::usage, "no such thing", "look elsewhere"}), 2);
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "bellwether: no such thing\n  look elsewhere\n");
}

TEST(output, a_failure_is_one_object_for_a_program) {
  common_flags flags;
  flags.json = true;
  testing::internal::CaptureStderr();
  EXPECT_EQ(fail(flags, {exit_code::integrity, "line one\nline two", "a \"hint\""}), 7);
  const auto told = nlohmann::json::parse(testing::internal::GetCapturedStderr());
  EXPECT_EQ(told,
            (nlohmann::json{{"error", "line one\nline two"}, {"code", 7}, {"hint", "a \"hint\""}}));
}

TEST(output, tables_have_aligned_columns_and_no_blanks_at_the_end) {
  EXPECT_EQ(format_table({{"symbol", "qty"}, {"A", "12"}, {"B", ""}}),
            "symbol  qty\n"
            "A       12\n"
            "B\n");
  EXPECT_EQ(format_table({}), "");
}

TEST(output, durations_are_a_number_and_a_unit) {
  const struct {
    const char* text;
    nanoseconds length;
  } good[] = {{"500ms", std::chrono::milliseconds{500}},
              {"30s", std::chrono::seconds{30}},
              {"2m", std::chrono::minutes{2}},
              {"168h", std::chrono::hours{168}}};
  for (const auto& row : good) {
    const auto read = parse_duration(row.text);
    ASSERT_TRUE(read) << row.text;
    EXPECT_EQ(*read, row.length) << row.text;
  }
  for (const char* text : {"", "s", "5", "5 s", "-5s", "0s", "+5s", "5d", "169h", "5sx", "1.5s",
                           "99999999999999999999s", "9223372036854775807h"}) {
    const auto read = parse_duration(text);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.code(), ec::parse_failed);
  }
}

TEST(output, a_pipe_is_no_rich_terminal) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  EXPECT_FALSE(is_rich_terminal(ends[1], {}));
  ::close(ends[0]);
  ::close(ends[1]);
}

}  // namespace
}  // namespace bw
