#include "venue/fault_plan.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/seed.hpp"
#include "venue/fault_text.hpp"

namespace bw::venue {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

fault_script with(fault_rule rule) {
  fault_script out;
  out.rules.push_back(std::move(rule));
  return out;
}

fault_rule request_rule() {
  fault_rule out;
  out.method = "POST";
  out.path = "/v2/orders";
  return out;
}

constexpr fault_event post{fault_point::request, "POST", "/v2/orders", "{}", {}};

fault_time at(nanoseconds machine) { return {machine, machine * 60}; }

TEST(FaultPlan, ARuleMeetsWhatItsFiltersSay) {
  fault_plan plan{with(request_rule())};
  EXPECT_TRUE(plan.ask(post, at(seconds{0})));
  EXPECT_FALSE(plan.ask({fault_point::request, "GET", "/v2/orders", {}, {}}, at(seconds{0})));
  EXPECT_FALSE(plan.ask({fault_point::request, "POST", "/v2/orders/x", {}, {}}, at(seconds{0})));
  EXPECT_FALSE(plan.ask({fault_point::connect, "POST", "/v2/orders", {}, {}}, at(seconds{0})));
}

TEST(FaultPlan, CountsSkipsAndEnds) {
  auto rule = request_rule();
  rule.skip = 2;
  rule.count = 3;
  fault_plan plan{with(rule)};
  std::string said;
  for (int k = 0; k < 8; ++k) said += plan.ask(post, at(seconds{0})) ? 'x' : '.';
  EXPECT_EQ(said, "..xxx...");
  EXPECT_TRUE(plan.is_over(at(seconds{0})));
  EXPECT_EQ(plan.tallies()[0].acted, 3u);
}

TEST(FaultPlan, AWindowIsHalfOpenAndOnTheScriptsClock) {
  auto rule = request_rule();
  rule.from = seconds{2};
  rule.until = seconds{4};
  fault_plan machine{with(rule)};
  EXPECT_FALSE(machine.ask(post, at(milliseconds{1999})));
  EXPECT_TRUE(machine.ask(post, at(seconds{2})));
  EXPECT_FALSE(machine.is_over(at(milliseconds{3999})));
  EXPECT_FALSE(machine.ask(post, at(seconds{4})));
  EXPECT_TRUE(machine.is_over(at(seconds{4})));
  auto script = with(rule);
  script.clock = fault_clock::market;
  fault_plan market{script};
  EXPECT_TRUE(market.ask(post, at(milliseconds{40}))) << "2.4 market seconds";
}

TEST(FaultPlan, TheFirstRuleThatActsDecides) {
  fault_script script;
  script.rules = {request_rule(), request_rule()};
  script.rules[0].count = 1;
  script.rules[1].what = fault_action::hang;
  fault_plan plan{script};
  EXPECT_EQ(plan.ask(post, at(seconds{0}))->rule->what, fault_action::drop);
  EXPECT_EQ(plan.ask(post, at(seconds{0}))->rule->what, fault_action::hang);
}

TEST(FaultPlan, ProbabilityComesFromTheSeed) {
  auto rule = request_rule();
  rule.percent = 30;
  const auto pattern = [&](std::uint64_t seed) {
    auto script = with(rule);
    script.seed = seed;
    fault_plan plan{script};
    std::string out;
    for (int k = 0; k < 2000; ++k) out += plan.ask(post, at(seconds{0})) ? 'x' : '.';
    return out;
  };
  EXPECT_EQ(pattern(1), pattern(1));
  EXPECT_NE(pattern(1), pattern(2));
  const auto once = pattern(1);
  const auto hits = std::count(once.begin(), once.end(), 'x');
  EXPECT_NEAR(static_cast<double>(hits), 600, 90);
}

TEST(FaultPlan, DelaysSpreadWithinTheirJitter) {
  auto rule = request_rule();
  rule.what = fault_action::delay;
  rule.delay = milliseconds{500};
  rule.jitter = milliseconds{300};
  fault_plan plan{with(rule)};
  nanoseconds least = seconds{9};
  nanoseconds most{};
  for (int k = 0; k < 500; ++k) {
    const auto hit = plan.ask(post, at(seconds{0}));
    least = std::min(least, hit->delay);
    most = std::max(most, hit->delay);
  }
  EXPECT_GE(least, milliseconds{200});
  EXPECT_LT(least, milliseconds{260});
  EXPECT_LE(most, milliseconds{800});
  EXPECT_GT(most, milliseconds{740});
}

TEST(FaultPlan, ARuleOfTimeActsWhenItsInstantComesAndAgain) {
  fault_rule rule;
  rule.on = fault_point::time;
  rule.what = fault_action::close;
  rule.from = seconds{1};
  rule.every = seconds{2};
  rule.count = 3;
  fault_plan plan{with(rule)};
  EXPECT_TRUE(plan.due(at(milliseconds{999})).empty());
  EXPECT_EQ(plan.due(at(seconds{1})).size(), 1u);
  EXPECT_TRUE(plan.due(at(seconds{2})).empty());
  EXPECT_EQ(plan.due(at(seconds{9})).size(), 2u) << "what is late comes at once";
  EXPECT_TRUE(plan.is_over(at(seconds{9})));
  EXPECT_TRUE(plan.due(at(seconds{20})).empty());
}

TEST(FaultPlan, WithoutAnEndARuleIsNeverOver) {
  fault_plan plan{with(request_rule())};
  EXPECT_FALSE(plan.is_over(at(std::chrono::hours{1000})));
}

TEST(FaultPlan, PathsMayHaveStars) {
  struct {
    const char* pattern;
    const char* text;
    bool fits;
  } const table[] = {{"/v2/orders*", "/v2/orders", true},
                     {"/v2/orders*", "/v2/orders/abc", true},
                     {"/v2/orders/*", "/v2/orders", false},
                     {"*", "", true},
                     {"*/orders/*/x", "/v2/orders/a/orders/b/x", true},
                     {"/v2/iex", "/v2/sip", false},
                     {"a*b*c", "axxbyyc", true},
                     {"a*b*c", "axxbyy", false},
                     {"", "", true},
                     {"", "x", false}};
  for (const auto& each : table)
    EXPECT_EQ(matches_path(each.pattern, each.text), each.fits) << each.pattern << ' ' << each.text;
}

TEST(FaultText, RewritesEveryOccurrenceOrTheWhole) {
  fault_rule rule;
  rule.what = fault_action::rewrite;
  rule.find = "ab";
  rule.replace = "x";
  EXPECT_EQ(spoil(rule, "ab-ab-a", 1), "x-x-a");
  rule.find.clear();
  EXPECT_EQ(spoil(rule, "ab-ab-a", 1), "x");
}

TEST(FaultText, GarbageIsBoundedAndComesFromItsDice) {
  const auto seed = bw::tests::test_seed(7);
  prng random{seed};
  fault_rule rule;
  rule.what = fault_action::garbage;
  for (int kind = 1; kind <= 6; ++kind) {
    rule.kind = static_cast<garbage_kind>(kind);
    for (int k = 0; k < 50; ++k) {
      const auto dice = random.next();
      const auto once = spoil(rule, R"([{"T":"q","S":"AAPL"}])", dice);
      EXPECT_EQ(once, spoil(rule, R"([{"T":"q","S":"AAPL"}])", dice)) << seed;
      EXPECT_LE(once.size(), 8192u);
      EXPECT_EQ(spoil(rule, "", dice).size() > 8192u, false) << "an empty text is no trap";
    }
  }
}

TEST(FaultText, AHugeFrameHasItsSize) {
  fault_rule rule;
  rule.what = fault_action::huge;
  rule.bytes = 100'000;
  EXPECT_GT(spoil(rule, "x", 1).size(), 100'000u);
}

TEST(FaultText, TheNumberOfAnActStandsInItsBody) {
  EXPECT_EQ(fill_in(R"({"id":"by-hand-{n}"})", 12), R"({"id":"by-hand-12"})");
}

}  // namespace
}  // namespace bw::venue
