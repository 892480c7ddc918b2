// Real money is let in by one combination of eight conditions and refused by all others, and each
// refusal names exactly what is missing.

#include "domain/live_interlock.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bw {
namespace {

using ::testing::HasSubstr;

const utc_ns now = *parse_rfc3339("2026-11-02T15:00:00Z");
const utc_ns close = *parse_rfc3339("2026-11-02T21:00:00Z");

digest limits_of(std::uint8_t x) {
  digest out{};
  out[0] = x;
  return out;
}

live_facts complete() {
  live_facts out;
  out.mode = "live";
  out.live_enabled = "true";
  out.flag = true;
  out.host = "api.alpaca.markets";
  out.key = key_class::live;
  out.account = "123456789";
  out.accounts = {"987654321", "123456789"};
  out.arming = arming_record{"123456789", limits_of(1), "ann", close, 1};
  out.session_close = close;
  out.limits = limits_of(1);
  out.now = now;
  return out;
}

/// Takes one condition away without touching another.
void spoil(live_facts& facts, live_condition what) {
  switch (what) {
    case live_condition::mode: facts.mode = "paper"; return;
    case live_condition::enabled: facts.live_enabled = "false"; return;
    case live_condition::flag: facts.flag = false; return;
    case live_condition::host: facts.host = "paper-api.alpaca.markets"; return;
    case live_condition::key_class: facts.key = key_class::paper; return;
    case live_condition::account: facts.accounts = {"987654321"}; return;
    case live_condition::arming: facts.arming->expires = now; return;
    case live_condition::limits: facts.limits = limits_of(2); return;
  }
}

TEST(live_interlock, of_all_256_combinations_one_arms) {
  int armed = 0;
  int not_asked = 0;
  for (unsigned bits = 0; bits < 256; ++bits) {
    auto facts = complete();
    for (unsigned k = 0; k < live_condition_count; ++k)
      if ((bits & (1U << k)) == 0) spoil(facts, static_cast<live_condition>(k + 1));
    const auto verdict = judge_live(facts);
    const bool asked = (bits & 0b111U) != 0;  // Mode, flag or the variable.
    if (!asked) {
      EXPECT_EQ(verdict.outcome, interlock_outcome::not_asked) << bits;
      EXPECT_TRUE(verdict.missing.empty());
      ++not_asked;
      continue;
    }
    EXPECT_EQ(verdict.outcome == interlock_outcome::armed, bits == 255) << bits;
    for (unsigned k = 0; k < live_condition_count; ++k)
      EXPECT_EQ(verdict.misses(static_cast<live_condition>(k + 1)), (bits & (1U << k)) == 0)
          << "combination " << bits << ", condition " << k + 1 << "\n"
          << verdict.text();
    armed += verdict.outcome == interlock_outcome::armed ? 1 : 0;
  }
  EXPECT_EQ(armed, 1);
  EXPECT_EQ(not_asked, 32) << "plain paper: nobody wants real money";
}

TEST(live_interlock, each_missing_thing_is_named_with_how_to_mend_it) {
  struct {
    void (*spoil)(live_facts&);
    live_condition what;
    const char* says;
  } const rows[] = {
      {[](auto& f) { f.mode = "sim"; }, live_condition::mode, "mode in node.toml is \"sim\""},
      {[](auto& f) { f.trading_mode = "paper"; }, live_condition::mode, "TRADING_MODE"},
      {[](auto& f) { f.live_enabled = ""; }, live_condition::enabled, "LIVE_TRADING_ENABLED"},
      {[](auto& f) { f.live_enabled = "TRUE"; }, live_condition::enabled, "LIVE_TRADING_ENABLED"},
      {[](auto& f) { f.flag = false; }, live_condition::flag, "--live"},
      {[](auto& f) { f.host = ""; }, live_condition::host, "api.alpaca.markets"},
      {[](auto& f) { f.host = "api.alpaca.markets."; }, live_condition::host, "not to"},
      {[](auto& f) { f.host = "API.alpaca.markets"; }, live_condition::host, "not to"},
      {[](auto& f) { f.named_host = "paper-api.alpaca.markets"; }, live_condition::host,
       "ALPACA_BASE_URL names paper-api"},
      {[](auto& f) { f.key = std::nullopt; }, live_condition::key_class, "no key pair"},
      {[](auto& f) { f.key = key_class::paper; }, live_condition::key_class, "paper account"},
      {[](auto& f) { f.accounts.clear(); }, live_condition::account, "names no account"},
      {[](auto& f) { f.account = ""; }, live_condition::account, "not known"},
      {[](auto& f) { f.accounts = {"1"}; }, live_condition::account, "not among live.accounts"},
      {[](auto& f) { f.arming->account = "987654321"; }, live_condition::arming, "another account"},
      {[](auto& f) { f.arming->expires = f.now; }, live_condition::arming, "expired at 2026"},
      {[](auto& f) { f.arming->expires.value += 1; }, live_condition::arming, "beyond the end"},
      {[](auto& f) { f.arming->stage = 0; }, live_condition::arming, "no stage"},
      {[](auto& f) { f.arming->stage = 5; }, live_condition::arming, "no stage"},
      {[](auto& f) { f.session_close = utc_ns{}; }, live_condition::arming, "no session"},
      {[](auto& f) { f.limits = limits_of(9); }, live_condition::limits, "not those"},
  };
  for (const auto& row : rows) {
    auto facts = complete();
    row.spoil(facts);
    const auto verdict = judge_live(facts);
    EXPECT_EQ(verdict.outcome, interlock_outcome::refused) << row.says;
    ASSERT_EQ(verdict.missing.size(), 1u) << row.says << "\n" << verdict.text();
    EXPECT_EQ(verdict.missing[0].what, row.what) << row.says;
    EXPECT_THAT(verdict.text(), HasSubstr(row.says));
    EXPECT_THAT(verdict.text(), HasSubstr(std::string{to_string(row.what)} + ": "));
  }
}

TEST(live_interlock, without_an_arming_record_nobody_approved_the_limits_either) {
  auto facts = complete();
  facts.arming.reset();
  facts.arming_problem = "the signature does not fit";
  const auto verdict = judge_live(facts);
  EXPECT_EQ(verdict.missing.size(), 2u);
  EXPECT_THAT(verdict.text(), HasSubstr("the signature does not fit; run `bellwether arm`"));
}

TEST(live_interlock, a_key_of_no_known_class_passes_because_the_prefix_is_no_promise) {
  EXPECT_EQ(class_of_key("PKABC"), key_class::paper);
  EXPECT_EQ(class_of_key("AKABC"), key_class::live);
  EXPECT_EQ(class_of_key("CKABC"), key_class::unknown);
  EXPECT_EQ(class_of_key(""), key_class::unknown);
  auto facts = complete();
  facts.key = key_class::unknown;
  EXPECT_EQ(judge_live(facts).outcome, interlock_outcome::armed);
}

TEST(live_interlock, any_switch_asks_on_paper_and_only_the_flag_on_the_embedded_venue) {
  live_facts plain;
  plain.mode = "paper";
  EXPECT_EQ(judge_live(plain).outcome, interlock_outcome::not_asked);
  plain.trading_mode = "paper";
  plain.live_enabled = "false";
  EXPECT_EQ(judge_live(plain).outcome, interlock_outcome::not_asked);
  for (const auto ask :
       {+[](live_facts& f) { f.flag = true; }, +[](live_facts& f) { f.trading_mode = "live"; },
        +[](live_facts& f) { f.live_enabled = "true"; }, +[](live_facts& f) { f.mode = "live"; }}) {
    auto facts = plain;
    ask(facts);
    EXPECT_EQ(judge_live(facts).outcome, interlock_outcome::refused);
  }
  plain.mode = "sim";
  plain.trading_mode = "live";
  plain.live_enabled = "true";
  EXPECT_EQ(judge_live(plain).outcome, interlock_outcome::not_asked);
  plain.flag = true;
  EXPECT_EQ(judge_live(plain).outcome, interlock_outcome::refused);
}

TEST(live_interlock, words_are_exact) {
  struct {
    const char* trading_mode;
    const char* enabled;
    const char* error;
  } const rows[] = {{"", "", nullptr},
                    {"paper", "false", nullptr},
                    {"live", "true", nullptr},
                    {"Live", "", "TRADING_MODE"},
                    {"sim", "", "TRADING_MODE"},
                    {" live", "", "TRADING_MODE"},
                    {"", "True", "LIVE_TRADING_ENABLED"},
                    {"", "1", "LIVE_TRADING_ENABLED"},
                    {"", "yes", "LIVE_TRADING_ENABLED"}};
  for (const auto& row : rows) {
    live_facts facts;
    facts.trading_mode = row.trading_mode;
    facts.live_enabled = row.enabled;
    const auto good = check_live_words(facts);
    EXPECT_EQ(good.ok(), row.error == nullptr) << row.trading_mode << "/" << row.enabled;
    if (row.error == nullptr || good) continue;
    EXPECT_EQ(good.code(), ec::invalid_argument);
    EXPECT_THAT(good.failure().context, HasSubstr(row.error));
  }
}

}  // namespace
}  // namespace bw
