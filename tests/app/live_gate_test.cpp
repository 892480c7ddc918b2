// The only door to real money: in which order it asks, and what it lets through.

#include "app/live_gate.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/arming.hpp"

namespace bw {
namespace {

using ::testing::HasSubstr;

const utc_ns now = *parse_rfc3339("2026-11-02T15:00:00Z");
const utc_ns close = *parse_rfc3339("2026-11-02T21:00:00Z");

struct live_gate : testing::Test {
  live_facts facts;
  live_books books;
  result<account_report> account{account_report{}};
  int books_read = 0;
  int broker_asked = 0;

  live_gate() {
    facts.mode = "live";
    facts.live_enabled = "true";
    facts.flag = true;
    facts.host = "api.alpaca.markets";
    facts.key = key_class::live;
    facts.accounts = {"123456789"};
    facts.arming = arming_record{"123456789", {}, "ann", close, 1};
    facts.session_close = close;
    facts.now = now;
    books.evidence.gates = {{"sessions", true, "30", "at least 30"}};
    books.stage.stage = live_stage::s1;
    account->account_number = "123456789";
  }
  live_answer ask() {
    return admit_live({facts,
                       [this]() -> result<live_books> {
                         ++books_read;
                         return books;
                       },
                       [this] {
                         ++broker_asked;
                         return account;
                       }});
  }
  void expect_refused(exit_code code, const char* says) {
    const auto answer = ask();
    EXPECT_FALSE(answer.permit);
    ASSERT_TRUE(answer.refusal);
    EXPECT_EQ(answer.refusal->code, code);
    EXPECT_THAT(answer.refusal->message, HasSubstr(says));
  }
};

TEST_F(live_gate, lets_in_when_everything_holds) {
  const auto answer = ask();
  ASSERT_TRUE(answer.permit) << answer.refusal->message;
  EXPECT_FALSE(answer.refusal);
  EXPECT_EQ(answer.permit->stage(), live_stage::s1);
  EXPECT_EQ(broker_asked, 1);
}

TEST_F(live_gate, nobody_asked) {
  facts = {};
  facts.mode = "paper";
  const auto answer = ask();
  EXPECT_FALSE(answer.permit);
  EXPECT_FALSE(answer.refusal);
  EXPECT_EQ(books_read + broker_asked, 0);
}

TEST_F(live_gate, of_all_combinations_of_what_is_at_hand_one_asks_the_broker) {
  for (unsigned bits = 0; bits < 64; ++bits) {
    const auto saved = facts;
    if ((bits & 1U) == 0) facts.live_enabled = "false";
    if ((bits & 2U) == 0) facts.flag = false;
    if ((bits & 4U) == 0) facts.host = "paper-api.alpaca.markets";
    if ((bits & 8U) == 0) facts.key = key_class::paper;
    if ((bits & 16U) == 0) facts.arming->expires = now;
    if ((bits & 32U) == 0) facts.limits[0] = 9;
    broker_asked = 0;
    const auto answer = ask();
    EXPECT_EQ(answer.permit.has_value(), bits == 63) << bits;
    EXPECT_EQ(broker_asked, bits == 63 ? 1 : 0) << bits;
    if (bits != 63) {
      EXPECT_EQ(answer.refusal->code, exit_code::refused_for_safety) << bits;
    }
    facts = saved;
  }
}

TEST_F(live_gate, words_come_first) {
  facts.live_enabled = "yes";
  expect_refused(exit_code::usage, "LIVE_TRADING_ENABLED");
  EXPECT_EQ(books_read + broker_asked, 0);
}

TEST_F(live_gate, evidence_and_stage_are_needed_before_the_broker_is_asked) {
  books.evidence.gates.push_back({"trades", false, "3", "at least 50"});
  expect_refused(exit_code::refused_for_safety, "trades: 3, wanted at least 50");
  books.evidence.gates.pop_back();
  books.stage.stage = live_stage::s0;
  expect_refused(exit_code::refused_for_safety, "live promote");
  books.stage.stage = live_stage::s1;
  facts.arming->stage = 2;
  expect_refused(exit_code::refused_for_safety, "has gone back to S1");
  EXPECT_EQ(broker_asked, 0);
}

TEST_F(live_gate, a_promotion_after_the_arming_does_not_widen_it) {
  books.stage.stage = live_stage::s3;
  EXPECT_EQ(ask().permit->stage(), live_stage::s1);
}

TEST_F(live_gate, without_an_allowed_account_the_broker_is_not_asked) {
  facts.accounts.clear();
  expect_refused(exit_code::refused_for_safety, "names no account");
  EXPECT_EQ(books_read + broker_asked, 0);
}

TEST_F(live_gate, the_broker_has_the_last_word) {
  account->account_number = "987654321";
  expect_refused(exit_code::refused_for_safety, "not among live.accounts");
  facts.accounts.push_back("987654321");
  expect_refused(exit_code::refused_for_safety, "another account was armed");
  account = {ec::auth_refused, "refused"};
  expect_refused(exit_code::auth_refused, "refused");
  account = {ec::timed_out, "no answer"};
  expect_refused(exit_code::unreachable, "no answer");
}

arming_question question() {
  arming_question out;
  out.mode = "live";
  out.account.account_number = "123456789";
  out.account.status = "ACTIVE";
  out.account.equity = money::from_int(25'000);
  out.stage.stage = live_stage::s2;
  out.in_force = tightened(risk_options{}, live_stage::s2);
  out.expires = close;
  return out;
}

TEST(arming, the_person_sees_what_he_approves_and_types_the_number_in_full) {
  std::string shown;
  struct {
    const char* typed;
    bool armed;
  } const rows[] = {
      {"123456789", true}, {"12345678", false}, {"yes", false}, {"", false}, {" 123456789", false}};
  for (const auto& row : rows) {
    shown.clear();
    const person who{true, [&](const std::string& text) { shown += text; },
                     [&] { return std::string{row.typed}; }};
    EXPECT_EQ(confirm_arming(question(), who).ok(), row.armed) << row.typed;
    for (const char* part : {"live", "123456789", "25000 USD", "S2", "2 % of equity", "5000 USD",
                             "halt 1 %", "2026-11-02T21:00:00Z"})
      EXPECT_THAT(shown, HasSubstr(part));
  }
}

TEST(arming, without_a_terminal_nobody_is_asked) {
  const person nobody{false, [](const std::string&) { FAIL(); },
                      [] { return std::string{"123456789"}; }};
  const auto armed = confirm_arming(question(), nobody);
  EXPECT_EQ(armed.code(), ec::halted);
}

TEST(arming, an_account_without_a_number_cannot_be_confirmed_by_nothing) {
  auto asked = question();
  asked.account.account_number.clear();
  const person silent{true, [](const std::string&) {}, [] { return std::string{}; }};
  EXPECT_FALSE(confirm_arming(asked, silent).ok());
}

}  // namespace
}  // namespace bw
