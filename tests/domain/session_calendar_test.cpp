// New York's clock, the phases of a day, and what happens when the broker's calendar disagrees.

#include "domain/session_calendar.hpp"

#include <gtest/gtest.h>

namespace bw {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

const session_calendar& calendar() {
  static const auto made = session_calendar::make();
  return *made;
}
utc_ns utc(const char* text) { return *parse_rfc3339(text); }

TEST(session_calendar, new_york_changes_its_clock_twice_a_year) {
  struct {
    const char* at;
    int hours;
  } const rows[] = {{"2026-03-08T06:59:59.999999999Z", -5},
                    {"2026-03-08T07:00:00Z", -4},
                    {"2026-11-01T05:59:59.999999999Z", -4},
                    {"2026-11-01T06:00:00Z", -5},
                    {"2006-03-20T12:00:00Z", -5},  // Until 2006 summer began in April,
                    {"2006-10-30T12:00:00Z", -5},  // and ended in October.
                    {"1974-02-01T12:00:00Z", -4},  // The year of the oil crisis.
                    {"2036-07-01T12:00:00Z", -4}};
  for (const auto& row : rows)
    EXPECT_EQ(calendar().offset_at(utc(row.at)), hours{row.hours}) << row.at;
}

TEST(session_calendar, wall_clock_times_become_instants) {
  const auto at = [](calendar_date date, int h, int m) {
    return format_rfc3339(calendar().utc_from_new_york(date, hours{h} + minutes{m}));
  };
  EXPECT_EQ(at({2026, 11, 2}, 9, 30), "2026-11-02T14:30:00Z");
  EXPECT_EQ(at({2026, 7, 1}, 9, 30), "2026-07-01T13:30:00Z");
  EXPECT_EQ(at({2026, 11, 1}, 1, 30), "2026-11-01T05:30:00Z");  // Comes twice: the first.
  EXPECT_EQ(at({2026, 11, 1}, 2, 0), "2026-11-01T07:00:00Z");
  EXPECT_EQ(at({2026, 3, 8}, 1, 59), "2026-03-08T06:59:00Z");
  EXPECT_EQ(at({2026, 3, 8}, 2, 30), "2026-03-08T07:30:00Z");  // Skipped.
  EXPECT_EQ(at({2026, 3, 8}, 3, 0), "2026-03-08T07:00:00Z");
}

TEST(session_calendar, the_date_is_new_yorks) {
  EXPECT_EQ(calendar().new_york_date(utc("2026-11-03T04:59:59Z")), (calendar_date{2026, 11, 2}));
  EXPECT_EQ(calendar().new_york_date(utc("2026-11-03T05:00:00Z")), (calendar_date{2026, 11, 3}));
}

struct day_row {
  calendar_date date;
  const char* open;
  const char* close;
};

const day_row days[] = {
    {{2026, 3, 6}, "2026-03-06T14:30:00Z", "2026-03-06T21:00:00Z"},
    {{2026, 3, 9}, "2026-03-09T13:30:00Z", "2026-03-09T20:00:00Z"},
    {{2026, 10, 30}, "2026-10-30T13:30:00Z", "2026-10-30T20:00:00Z"},
    {{2026, 11, 2}, "2026-11-02T14:30:00Z", "2026-11-02T21:00:00Z"},
    {{2026, 11, 27}, "2026-11-27T14:30:00Z", "2026-11-27T18:00:00Z"},
    {{2024, 7, 3}, "2024-07-03T13:30:00Z", "2024-07-03T17:00:00Z"},
};

TEST(session_calendar, sessions_follow_the_clock_and_half_days) {
  for (const auto& row : days) {
    const auto day = calendar().session_on(row.date);
    ASSERT_TRUE(day) << format_date(row.date);
    EXPECT_EQ(day->open, utc(row.open)) << format_date(row.date);
    EXPECT_EQ(day->close, utc(row.close)) << format_date(row.date);
  }
  EXPECT_FALSE(calendar().session_on({2026, 11, 26}));
  EXPECT_EQ(calendar().sessions({2026, 11, 23}, {2026, 11, 29}).size(), 4u);
}

struct phase_row {
  const char* now;
  session_phase phase;
};

// A full day and a half day: each phase from its first nanosecond.
const phase_row phases[] = {
    {"2026-11-02T14:29:59.999999999Z", session_phase::closed},
    {"2026-11-02T14:30:00Z", session_phase::open_guard},
    {"2026-11-02T14:30:59.999999999Z", session_phase::open_guard},
    {"2026-11-02T14:31:00Z", session_phase::entries},
    {"2026-11-02T20:49:59.999999999Z", session_phase::entries},
    {"2026-11-02T20:50:00Z", session_phase::exits_only},
    {"2026-11-02T20:55:00Z", session_phase::flatten},
    {"2026-11-02T20:59:59.999999999Z", session_phase::flatten},
    {"2026-11-02T21:00:00Z", session_phase::closed},
    {"2026-11-27T17:49:59Z", session_phase::entries},
    {"2026-11-27T17:50:00Z", session_phase::exits_only},
    {"2026-11-27T17:55:00Z", session_phase::flatten},
    {"2026-11-27T18:00:00Z", session_phase::closed},
    {"2026-11-26T15:00:00Z", session_phase::closed},
    {"2040-11-26T15:00:00Z", session_phase::unknown},
};

TEST(session_calendar, phases) {
  for (const auto& row : phases)
    EXPECT_EQ(calendar().phase(utc(row.now), {}).phase, row.phase) << row.now;
}

TEST(session_calendar, a_closed_day_shows_the_next_session) {
  const auto state = calendar().phase(utc("2026-11-25T22:00:00Z"), {});
  EXPECT_EQ(state.open, utc("2026-11-27T14:30:00Z"));
  EXPECT_EQ(state.close, utc("2026-11-27T18:00:00Z"));
}

TEST(session_calendar, the_brokers_days_replace_the_built_in_ones) {
  auto own = calendar();
  // Closed on Tuesday, a half day on Wednesday that nobody planned.
  auto monday = *own.session_on({2026, 11, 2});
  auto wednesday = *own.session_on({2026, 11, 4});
  wednesday.close = utc("2026-11-04T18:00:00Z");
  ASSERT_TRUE(own.use_broker_days({2026, 11, 2}, {2026, 11, 4}, {monday, wednesday}).ok());
  EXPECT_FALSE(own.session_on({2026, 11, 3}));
  EXPECT_TRUE(own.session_on({2026, 11, 5}));  // Beyond the broker's range: built-in.

  const auto differences = own.cross_check();
  ASSERT_EQ(differences.size(), 2u);
  EXPECT_EQ(differences[0].text(), "2026-11-03: broker closed, built-in 14:30-21:00Z");
  EXPECT_EQ(differences[1].text(), "2026-11-04: broker 14:30-18:00Z, built-in 14:30-21:00Z");

  EXPECT_EQ(own.phase(utc("2026-11-02T16:00:00Z"), {}).phase, session_phase::entries);
  EXPECT_EQ(own.phase(utc("2026-11-03T16:00:00Z"), {}).phase, session_phase::closed);
  // Both know a session and not the same one: nothing new is entered.
  EXPECT_EQ(own.phase(utc("2026-11-04T16:00:00Z"), {}).phase, session_phase::exits_only);
  EXPECT_EQ(own.phase(utc("2026-11-04T16:00:00Z"), {}).overnight_entries_end, utc_ns{});
  EXPECT_EQ(own.phase(utc("2026-11-04T17:56:00Z"), {}).phase, session_phase::flatten);
  EXPECT_TRUE(calendar().cross_check().empty());
}

TEST(session_calendar, a_broken_calendar_of_the_broker_is_refused) {
  auto own = calendar();
  const calendar_date first{2026, 11, 2};
  const calendar_date last{2026, 11, 4};
  const auto monday = *own.session_on(first);
  const auto tuesday = *own.session_on({2026, 11, 3});
  auto backwards = monday;
  std::swap(backwards.open, backwards.close);
  auto elsewhere = monday;
  elsewhere.date = {2026, 11, 4};
  const std::vector<std::vector<session_day>> broken = {{tuesday, monday},
                                                        {monday, monday},
                                                        {backwards},
                                                        {elsewhere},
                                                        {*own.session_on({2026, 11, 5})}};
  for (const auto& each : broken)
    EXPECT_EQ(own.use_broker_days(first, last, each).code(), ec::invalid_argument);
  EXPECT_EQ(own.use_broker_days({1900, 1, 1}, last, {}).code(), ec::invalid_argument);
  EXPECT_TRUE(own.cross_check().empty());
}

TEST(session_calendar, overnight_entries_end_two_minutes_before_the_real_close) {
  const auto until = [](const char* now) { return calendar().phase(utc(now), {}); };
  EXPECT_EQ(until("2026-11-25T15:00:00Z").overnight_entries_end, utc("2026-11-25T20:58:00Z"));
  EXPECT_EQ(until("2026-11-25T20:57:00Z").phase, session_phase::flatten);
  EXPECT_EQ(until("2026-11-25T20:57:00Z").overnight_entries_end, utc("2026-11-25T20:58:00Z"));
  EXPECT_EQ(until("2026-11-27T17:57:00Z").overnight_entries_end, utc("2026-11-27T17:58:00Z"))
      << "a half day";
  EXPECT_EQ(until("2026-11-25T14:00:00Z").overnight_entries_end, utc_ns{}) << "before the open";
  EXPECT_FALSE(until("2026-11-25T20:57:00Z").closes_overnight);
}

}  // namespace
}  // namespace bw
