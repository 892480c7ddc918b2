// A trial over days: what is kept of many looks.

#include "app/trial.hpp"

#include <gtest/gtest.h>

namespace bw {
namespace {

using grade = preflight_result;

constexpr calendar_date monday{2026, 11, 2};
constexpr calendar_date tuesday{2026, 11, 3};

preflight_report look(grade api, grade disk, const std::string& what) {
  preflight_report out;
  out.items = {{"api_connected", api, what, ""}, {"disk_space", disk, what, "make room"}};
  return out;
}

const preflight_item& item(const preflight_report& report, const std::string& name) {
  for (const auto& each : report.items)
    if (each.name == name) return each;
  static const preflight_item none;
  ADD_FAILURE() << name << " is not there";
  return none;
}

TEST(extended_trial, nothing_seen_is_not_passed) {
  EXPECT_FALSE(extended_trial{}.report().passed());
  EXPECT_FALSE(extended_trial{}.report(monday).passed());
}

TEST(extended_trial, the_first_of_the_worst_is_told_by_day_and_in_all) {
  extended_trial trial;
  trial.add(look(grade::pass, grade::pass, "first"), monday);
  trial.add(look(grade::warn, grade::pass, "second"), monday);
  trial.add(look(grade::warn, grade::pass, "third"), monday);
  trial.add(look(grade::pass, grade::fail, "fourth"), tuesday);
  trial.add(look(grade::pass, grade::fail, "fifth"), tuesday);
  EXPECT_EQ(trial.days(), (std::vector{monday, tuesday}));

  const auto first = trial.report(monday);
  EXPECT_TRUE(first.passed());
  EXPECT_EQ(item(first, "looks").value, "3");
  EXPECT_EQ(item(first, "api_connected").result, grade::warn);
  EXPECT_EQ(item(first, "api_connected").value, "2 of 3 looks: second");
  EXPECT_EQ(item(first, "disk_space").value, "all of 3 looks: first");

  const auto second = trial.report(tuesday);
  EXPECT_FALSE(second.passed());
  EXPECT_EQ(item(second, "disk_space").value, "2 of 2 looks: fourth");
  EXPECT_EQ(item(second, "disk_space").hint, "make room");

  const auto all = trial.report();
  EXPECT_FALSE(all.passed());
  EXPECT_EQ(item(all, "looks").value, "5");
  EXPECT_EQ(item(all, "api_connected").value, "2 of 5 looks: second");
  EXPECT_EQ(item(all, "disk_space").value, "2 of 5 looks: fourth");
}

TEST(extended_trial, an_item_may_come_later) {
  extended_trial trial;
  trial.add({{{"configuration", grade::fail, "unreadable", "mend it"}}}, monday);
  trial.add(look(grade::pass, grade::pass, "fine"), monday);
  EXPECT_EQ(trial.report().items.size(), 4u);
  EXPECT_EQ(item(trial.report(), "configuration").value, "1 of 1 looks: unreadable");
}

}  // namespace
}  // namespace bw
