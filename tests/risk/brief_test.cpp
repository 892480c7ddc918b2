// Early with real money: who has not said that he read the brief of the day gets no entries.

#include <gtest/gtest.h>

#include "domain/risk_desk.hpp"

namespace bw {
namespace {

using std::chrono::minutes;

constexpr mono_ns start{1'000'000'000'000};

TEST(brief_watch, morning_waits_for_nobody_and_midday_for_half_an_hour) {
  struct {
    brief_slot slot;
    nanoseconds waits;
  } const rows[] = {{brief_slot::morning, minutes{0}}, {brief_slot::midday, minutes{30}}};
  for (const auto& row : rows) {
    brief_watch watch;
    EXPECT_FALSE(watch.waits_for_time());
    watch.on_brief(row.slot, start);
    EXPECT_TRUE(watch.waits_for_time());
    EXPECT_FALSE(watch.keeps_entries_off(start + row.waits - nanoseconds{1}));
    EXPECT_TRUE(watch.keeps_entries_off(start + row.waits));
    watch.on_read();
    EXPECT_FALSE(watch.keeps_entries_off(start + std::chrono::hours{9}));
    EXPECT_FALSE(watch.waits_for_time());
  }
}

TEST(brief_watch, a_later_brief_gives_an_older_one_no_more_time) {
  brief_watch watch;
  watch.on_brief(brief_slot::midday, start);
  watch.on_brief(brief_slot::midday, start + minutes{20});
  EXPECT_TRUE(watch.keeps_entries_off(start + minutes{30}));
  watch.on_read();
  watch.on_brief(brief_slot::end_of_day, start);
  EXPECT_FALSE(watch.waits_for_time()) << "the next morning asks";
}

struct a_desk_with_briefs : testing::Test {
  risk_desk desk{{.briefs_need_person = true}, std::vector<symbol_facts>(1), 1};
  mono_ns now = start;

  void SetUp() override { desk.begin_connected(); }
  void hear(brief_slot slot) { desk.on_brief({slot}, now); }
  bool is_off() const { return has_reason(desk.trading(), halt_reason::brief); }
  void pass(nanoseconds by) {
    now = now + by;
    desk.watch({utc_ns{now.value}, now});
  }
};

TEST_F(a_desk_with_briefs, the_morning_keeps_entries_off_until_a_person_has_read_it) {
  hear(brief_slot::morning);
  EXPECT_TRUE(is_off());
  EXPECT_EQ(desk.trading().mode, trading_mode::reducing);
  desk.clear_by_rule(halt_reason::brief, "no rule may");
  pass(std::chrono::hours{3});
  EXPECT_TRUE(is_off());
  EXPECT_EQ(*desk.clear_by_person(halt_reason::brief, "ann: read"), true);
  pass(std::chrono::hours{3});
  EXPECT_EQ(desk.trading().mode, trading_mode::active);
}

TEST_F(a_desk_with_briefs, midday_narrows_when_nobody_came_within_half_an_hour) {
  hear(brief_slot::midday);
  pass(minutes{30} - nanoseconds{1});
  EXPECT_FALSE(is_off());
  EXPECT_TRUE(desk.waits_for_time());
  pass(nanoseconds{1});
  EXPECT_TRUE(is_off());
  EXPECT_EQ(*desk.clear_by_person(halt_reason::brief, "ann: read"), true);
  hear(brief_slot::midday);
  pass(minutes{29});
  EXPECT_EQ(*desk.clear_by_person(halt_reason::brief, "ann: read"), false) << "it did not stand";
  pass(minutes{60});
  EXPECT_FALSE(is_off()) << "read before it was asked for";
}

TEST_F(a_desk_with_briefs, who_was_not_read_before_a_restart_still_is_not) {
  hear(brief_slot::morning);
  risk_desk next{{.briefs_need_person = true}, std::vector<symbol_facts>(1), 1};
  risk_desk_past past;
  past.latched = desk.trading();
  next.begin_disconnected(past, {utc_ns{now.value}, now});
  EXPECT_TRUE(has_reason(next.trading(), halt_reason::brief));
}

TEST(briefs, nobody_is_asked_on_paper) {
  risk_desk desk{{}, std::vector<symbol_facts>(1), 1};
  desk.begin_connected();
  desk.on_brief({brief_slot::morning}, start);
  desk.watch({utc_ns{start.value}, start});
  EXPECT_EQ(desk.trading().mode, trading_mode::active);
}

}  // namespace
}  // namespace bw
