#include "config/fault_file.hpp"

#include <gtest/gtest.h>

namespace bw {
namespace {

using venue::fault_action;
using venue::fault_point;

TEST(FaultFile, ReadsEveryKeyOfARule) {
  const auto script = parse_fault_script(R"(
title = "Everything"
seed = 42
clock = "market"
begin = "first_order"

[expect]
text = "It survives."
halted = "FEED"
within = "12s"
counts = "bellwether_feed_reconnects_total"

[[rule]]
name = "one"
on = "request"
do = "status"
method = "POST"
path = "/v2/orders*"
match = "AAPL"
from = "1s"
until = "2m"
skip = 2
count = 3
percent = 40
code = 503
body = "<html>"
headers = { "Retry-After" = "1" }
applied = true

[[rule]]
on = "time"
do = "clock_step"
by = "-90s"
)",
                                         "f.toml");
  ASSERT_TRUE(script.ok()) << script.failure().context;
  EXPECT_EQ(script->title, "Everything");
  EXPECT_EQ(script->seed, 42u);
  EXPECT_EQ(script->clock, venue::fault_clock::market);
  EXPECT_EQ(script->begin, venue::fault_begin::first_order);
  EXPECT_EQ(script->expect.halted, "FEED");
  EXPECT_EQ(script->expect.within, std::chrono::seconds{12});
  EXPECT_EQ(script->expect.counts, "bellwether_feed_reconnects_total");
  ASSERT_EQ(script->rules.size(), 2u);
  const auto& rule = script->rules[0];
  EXPECT_EQ(rule.on, fault_point::request);
  EXPECT_EQ(rule.what, fault_action::status);
  EXPECT_EQ(rule.from, std::chrono::seconds{1});
  EXPECT_EQ(rule.until, std::chrono::minutes{2});
  EXPECT_EQ(rule.skip, 2u);
  EXPECT_EQ(rule.count, 3u);
  EXPECT_EQ(rule.percent, 40u);
  EXPECT_EQ(rule.code, 503u);
  EXPECT_TRUE(rule.applied);
  ASSERT_EQ(rule.headers.size(), 1u);
  EXPECT_EQ(rule.headers[0].second, "1");
  EXPECT_EQ(script->rules[1].by, -std::chrono::seconds{90});
}

TEST(FaultFile, TellsEveryErrorWithItsLine) {
  const auto script = parse_fault_script(R"(title = 7
sede = 1
[[rule]]
on = "request"
do = "huge"
[[rule]]
on = "tick"
do = "dorp"
percent = 101
[[rule]]
do = "drop"
metod = "GET"
)",
                                         "f.toml");
  ASSERT_FALSE(script.ok());
  const auto& text = script.failure().context;
  for (const char* each :
       {"f.toml:1:", "title: expected text", "f.toml:2:", "sede: unknown key; did you mean seed?",
        "rule 1: do: on \"request\" a rule can drop, delay", "f.toml:8:", "rule 2: do: expected",
        "rule 2: percent: expected 1 .. 100", "rule 3: on: is missing",
        "rule 3: metod: unknown key; did you mean method?"})
    EXPECT_NE(text.find(each), std::string::npos) << each << " is not in\n" << text;
}

TEST(FaultFile, WhatARuleNeedsDependsOnWhatItDoes) {
  struct {
    const char* rule;
    const char* says;
  } const table[] = {
      {"on = \"request\"\ndo = \"delay\"", "delay: say how long"},
      {"on = \"request\"\ndo = \"status\"", "code: an HTTP status"},
      {"on = \"request\"\ndo = \"status\"\ncode = 1000", "code: an HTTP status"},
      {"on = \"time\"\ndo = \"refuse\"", "lasting: say how long"},
      {"on = \"time\"\ndo = \"stand_still\"\nlasting = \"1h\"", "at most 120s"},
      {"on = \"time\"\ndo = \"clock_step\"", "by: say how far"},
      {"on = \"time\"\ndo = \"act\"", "act: needs method and path"},
      {"on = \"time\"\ndo = \"close\"\ncount = 2", "every: say after which time"},
      {"on = \"data_message\"\ndo = \"rewrite\"", "rewrite: needs find"},
      {"on = \"tick\"\ndo = \"drop\"\nfrom = \"2s\"\nuntil = \"1s\"", "until: must lie after"},
      {"on = \"tick\"\ndo = \"drop\"\nfrom = \"2 parsecs\"", "from: expected a time"},
      {"on = \"tick\"\ndo = \"drop\"\nfrom = \"-2s\"", "from: expected a time"},
      {"on = \"tick\"\ndo = \"drop\"\nfrom = \"9999999999h\"", "from: expected a time"}};
  for (const auto& each : table) {
    const auto script = parse_fault_script(std::string{"[[rule]]\n"} + each.rule, "f.toml");
    ASSERT_FALSE(script.ok()) << each.rule;
    EXPECT_NE(script.failure().context.find(each.says), std::string::npos)
        << script.failure().context;
  }
}

TEST(FaultFile, ASyntaxErrorAndAnEmptyFileAreErrorsToo) {
  EXPECT_FALSE(parse_fault_script("[[rule", "f.toml").ok());
  EXPECT_FALSE(parse_fault_script("title = \"nothing\"", "f.toml").ok());
  EXPECT_FALSE(parse_fault_script("rule = 3", "f.toml").ok());
  EXPECT_FALSE(parse_fault_script("rule = []", "f.toml").ok());
}

TEST(FaultFile, ABuiltInScriptIsFoundByItsBeginning) {
  ASSERT_FALSE(fault_samples().empty());
  EXPECT_TRUE(load_fault_script("f03").ok());
  EXPECT_TRUE(load_fault_script("f20-response-lost").ok());
  const auto several = load_fault_script("f20");
  ASSERT_FALSE(several.ok());
  EXPECT_EQ(several.code(), ec::not_found);
  EXPECT_NE(load_fault_script("no-such").failure().context.find("--list-faults"),
            std::string::npos);
}

}  // namespace
}  // namespace bw
