#include "broker/outcome.hpp"

#include <gtest/gtest.h>

#include <string>

namespace bw {
namespace {

// One row for each case of the outcome table: what is known, and what may be concluded from it.
TEST(outcome, of_an_order_row_by_row) {
  constexpr bool yes = true;
  constexpr bool no = false;
  const struct {
    const char* name;
    submit_facts facts;
    submit_outcome outcome;
  } rows[] = {
      {"no byte left", {no, 0, 0, no, no}, submit_outcome::not_sent},
      {"no byte left, whatever else is claimed", {no, 200, 0, yes, no}, submit_outcome::not_sent},
      {"accepted", {yes, 200, 0, yes, no}, submit_outcome::accepted},
      {"accepted with another success", {yes, 201, 0, yes, no}, submit_outcome::accepted},
      {"success that shows another order", {yes, 200, 0, no, no}, submit_outcome::unknown},
      {"malformed", {yes, 400, 40010000, no, no}, submit_outcome::rejected},
      {"buying power", {yes, 403, 40310000, no, no}, submit_outcome::rejected},
      {"no such thing", {yes, 404, 40410000, no, no}, submit_outcome::rejected},
      {"validation", {yes, 422, 42210000, no, no}, submit_outcome::rejected},
      {"code of another status", {yes, 422, 40010001, no, no}, submit_outcome::rejected},
      {"duplicate, order open", {yes, 422, 42210000, no, yes}, submit_outcome::duplicate},
      {"duplicate, order closed", {yes, 422, 40010001, no, yes}, submit_outcome::duplicate},
      {"403 without a code", {yes, 403, 0, no, no}, submit_outcome::unknown},
      {"422 with a short code", {yes, 422, 422, no, no}, submit_outcome::unknown},
      {"422 with a long code", {yes, 422, 422100000, no, no}, submit_outcome::unknown},
      {"duplicate without a code", {yes, 422, 0, no, yes}, submit_outcome::unknown},
      {"keys refused", {yes, 401, 40110000, no, no}, submit_outcome::unknown},
      {"request timeout", {yes, 408, 40810000, no, no}, submit_outcome::unknown},
      {"conflict", {yes, 409, 40910000, no, no}, submit_outcome::unknown},
      {"rate limit", {yes, 429, 42910000, no, no}, submit_outcome::unknown},
      {"server error", {yes, 500, 50010000, no, no}, submit_outcome::unknown},
      {"bad gateway", {yes, 502, 0, no, no}, submit_outcome::unknown},
      {"unavailable", {yes, 503, 0, no, no}, submit_outcome::unknown},
      {"gateway timeout", {yes, 504, 0, no, no}, submit_outcome::unknown},
      {"redirect", {yes, 302, 0, no, no}, submit_outcome::unknown},
      {"sent, no answer", {yes, 0, 0, no, no}, submit_outcome::unknown},
  };
  for (const auto& row : rows) EXPECT_EQ(classify_submit(row.facts), row.outcome) << row.name;
}

// A promise that no order exists is made for a handful of answers only.
TEST(outcome, no_other_status_is_a_promise) {
  for (std::uint16_t status = 0; status < 1000; ++status)
    for (const std::uint32_t code : {0U, 40310000U}) {
      const auto outcome = classify_submit({true, status, code, false, false});
      const bool definite =
          code != 0 && (status == 400 || status == 403 || status == 404 || status == 422);
      EXPECT_EQ(outcome, definite ? submit_outcome::rejected : submit_outcome::unknown) << status;
    }
}

TEST(outcome, of_a_cancel_row_by_row) {
  EXPECT_EQ(classify_cancel(false, 0), submit_outcome::not_sent);
  EXPECT_EQ(classify_cancel(true, 204), submit_outcome::accepted);
  EXPECT_EQ(classify_cancel(true, 200), submit_outcome::accepted);
  EXPECT_EQ(classify_cancel(true, 404), submit_outcome::rejected);
  EXPECT_EQ(classify_cancel(true, 422), submit_outcome::rejected);
  for (const std::uint16_t status : {0, 401, 403, 408, 429, 500, 503})
    EXPECT_EQ(classify_cancel(true, status), submit_outcome::unknown) << status;
}

}  // namespace
}  // namespace bw
