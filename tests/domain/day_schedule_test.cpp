// Jobs of trading days: on time in summer and winter, on half days and closed days, once each
// whatever the machine does, and against a slow reckoning over ten years.

#include "domain/day_schedule.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "core/prng.hpp"
#include "domain/calendar_text.hpp"
#include "domain/carried_time.hpp"
#include "tests/support/seed.hpp"

namespace bw {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

utc_ns at(const char* text) { return parse_rfc3339(text).value(); }

struct day_schedule_test : testing::Test {
  day_schedule make() const { return {usual_jobs({}, {}).value(), hours{2}}; }

  /// Looks every minute of a day; what came due, by its name.
  std::map<std::string, std::string> day_of(calendar_date date) const {
    auto jobs = make();
    std::map<std::string, std::string> out;
    const auto midnight = calendar.utc_from_new_york(date, {});
    for (auto now = midnight; now < midnight + hours{24}; now = now + minutes{1})
      for (const auto& job : jobs.take_due(now, calendar)) {
        EXPECT_FALSE(job.missed);
        EXPECT_EQ(job.day, date);
        EXPECT_LE(job.due, now);
        EXPECT_LT(now - job.due, minutes{1});
        EXPECT_TRUE(out.emplace(job.name.str(), format_rfc3339(job.due).substr(11, 6)).second);
      }
    return out;
  }

  session_calendar calendar = session_calendar::make().value();
};

constexpr std::size_t jobs_a_day = 8;
using times = std::map<std::string, std::string>;

TEST_F(day_schedule_test, a_day_in_winter_and_one_in_summer) {
  EXPECT_EQ(day_of({2026, 1, 14}), (times{{"pre_open", "14:25:"},
                                          {"open", "14:30:"},
                                          {"checkin_morning", "14:30:"},
                                          {"checkin_midday", "18:00:"},
                                          {"pre_close", "20:50:"},
                                          {"overnight_guard", "20:58:"},
                                          {"close", "21:00:"},
                                          {"checkin_eod", "21:30:"}}));
  EXPECT_EQ(day_of({2026, 7, 15}), (times{{"pre_open", "13:25:"},
                                          {"open", "13:30:"},
                                          {"checkin_morning", "13:30:"},
                                          {"checkin_midday", "17:00:"},
                                          {"pre_close", "19:50:"},
                                          {"overnight_guard", "19:58:"},
                                          {"close", "20:00:"},
                                          {"checkin_eod", "20:30:"}}));
}

TEST_F(day_schedule_test, a_half_day_counts_from_its_close_and_a_closed_day_has_nothing) {
  const auto half = day_of({2026, 11, 27});
  EXPECT_EQ(half.at("pre_close"), "17:50:");
  EXPECT_EQ(half.at("overnight_guard"), "17:58:");
  EXPECT_EQ(half.at("close"), "18:00:");
  EXPECT_EQ(half.at("checkin_midday"), "18:00:");
  EXPECT_EQ(half.at("checkin_eod"), "18:30:");
  EXPECT_TRUE(day_of({2026, 11, 26}).empty());
  EXPECT_TRUE(day_of({2026, 11, 28}).empty());
}

TEST_F(day_schedule_test, the_days_around_a_change_of_the_clock_are_right) {
  // Summer time began on Sunday, 8 March 2026, and ended on Sunday, 1 November.
  EXPECT_EQ(day_of({2026, 3, 6}).at("checkin_midday"), "18:00:");
  EXPECT_EQ(day_of({2026, 3, 9}).at("checkin_midday"), "17:00:");
  EXPECT_EQ(day_of({2026, 10, 30}).at("checkin_eod"), "20:30:");
  EXPECT_EQ(day_of({2026, 11, 2}).at("checkin_eod"), "21:30:");
}

TEST_F(day_schedule_test, late_by_two_hours_runs_and_later_is_missed) {
  auto jobs = make();
  jobs.resume(at("2026-01-14T12:00:00Z"));
  const auto late = jobs.take_due(at("2026-01-14T16:30:00Z"), calendar);
  ASSERT_EQ(late.size(), 3u);
  EXPECT_EQ(late[0].name.str(), "pre_open");
  EXPECT_TRUE(late[0].missed) << "two hours and five minutes";
  EXPECT_FALSE(late[1].missed) << "two hours to the second";
  EXPECT_FALSE(late[2].missed);
  EXPECT_TRUE(jobs.take_due(at("2026-01-14T16:30:01Z"), calendar).empty()) << "once";
}

TEST_F(day_schedule_test, nothing_is_missed_before_the_first_start) {
  auto jobs = make();
  EXPECT_TRUE(jobs.take_due(at("2026-01-14T23:00:00Z"), calendar).empty());
  EXPECT_EQ(jobs.take_due(at("2026-01-15T23:00:00Z"), calendar).size(), jobs_a_day);
}

TEST_F(day_schedule_test, days_of_downtime_are_reported_up_to_a_bound) {
  auto jobs = make();
  jobs.resume(at("2025-01-02T00:00:00Z"));
  const auto all = jobs.take_due(at("2026-01-14T23:59:00Z"), calendar);
  EXPECT_LE(all.size(), jobs_a_day * static_cast<std::size_t>(day_schedule::days_back_max + 1));
  EXPECT_GE(all.size(), jobs_a_day * 8);
  for (std::size_t k = 1; k < all.size(); ++k) EXPECT_LE(all[k - 1].due, all[k].due);
}

TEST_F(day_schedule_test, a_time_that_goes_back_fires_nothing_twice_and_starves_nothing) {
  auto jobs = make();
  jobs.resume(at("2026-01-14T14:00:00Z"));
  EXPECT_EQ(jobs.take_due(at("2026-01-14T14:31:00Z"), calendar).size(), 3u);
  EXPECT_TRUE(jobs.take_due(at("2026-01-14T13:31:00Z"), calendar).empty());
  EXPECT_TRUE(jobs.take_due(at("2026-01-14T14:31:00Z"), calendar).empty());
  EXPECT_EQ(jobs.take_due(at("2026-01-14T18:01:00Z"), calendar).size(), 1u);
  // A clock that was a year ahead must not silence a year.
  jobs.resume(at("2027-01-14T14:00:00Z"));
  EXPECT_TRUE(jobs.take_due(at("2026-01-14T18:01:00Z"), calendar).empty());
  EXPECT_EQ(jobs.take_due(at("2026-01-14T21:31:00Z"), calendar).size(), 4u);
}

TEST_F(day_schedule_test, each_job_comes_due_once_however_often_somebody_looks) {
  const auto seed = tests::test_seed(41);
  prng chance{seed};
  auto jobs = make();
  const auto first = at("2026-01-01T05:00:00Z");
  const auto last = at("2027-01-01T05:00:00Z");
  jobs.resume(first);
  std::set<std::pair<calendar_date, std::string>> seen;
  for (auto now = first; now < last;) {
    now = std::min(last, now + minutes{chance.chance(1, 200) ? chance.between(100, 5'000)
                                                             : chance.between(1, 90)});
    for (const auto& job : jobs.take_due(now, calendar)) {
      EXPECT_TRUE(seen.emplace(job.day, job.name.str()).second) << tests::repeat_with(seed);
      EXPECT_EQ(job.missed, now - job.due > hours{2});
    }
    if (chance.chance(1, 50)) {  // A restart keeps nothing but the instant.
      const auto until = jobs.looked_until();
      jobs = make();
      jobs.resume(*until);
    }
  }
  EXPECT_EQ(seen.size(), jobs_a_day * calendar.sessions({2026, 1, 1}, {2026, 12, 31}).size())
      << tests::repeat_with(seed);
}

TEST_F(day_schedule_test, next_is_what_comes_due_next) {
  const auto jobs = make();
  EXPECT_EQ(jobs.next(at("2026-01-14T15:00:00Z"), calendar)->name.str(), "checkin_midday");
  const auto after_friday = jobs.next(at("2026-01-16T22:00:00Z"), calendar);
  EXPECT_EQ(after_friday->day, (calendar_date{2026, 1, 20})) << "Monday is a holiday";
}

TEST(local_times, are_read_whole_or_refused) {
  EXPECT_EQ(parse_local_time("08:30 America/Chicago")->of_day, minutes{510});
  EXPECT_EQ(parse_local_time("23:59 Europe/Berlin")->of_day, minutes{1439});
  for (const char* bad :
       {"", "08:30", "8:30 America/Chicago", "08:3O America/Chicago", "24:00 America/Chicago",
        "08:60 America/Chicago", "08:30  ", "08.30 America/Chicago", "08:30:00 America/Chicago"})
    EXPECT_FALSE(parse_local_time(bad).ok()) << bad;
  EXPECT_EQ(parse_local_time("08:30 America/Chicgo").code(), ec::not_found);
  schedule_options options;
  options.checkin_midday = "noon";
  const auto jobs = usual_jobs(options, {});
  ASSERT_FALSE(jobs.ok());
  EXPECT_NE(jobs.failure().context.find("schedule.checkin_midday"), std::string::npos);
}

TEST(zone_times, follow_their_own_rules) {
  const auto chicago = zone_time::make("America/Chicago").value();
  EXPECT_EQ(chicago.offset_at(at("2026-01-14T12:00:00Z")), -hours{6});
  EXPECT_EQ(chicago.offset_at(at("2026-07-14T12:00:00Z")), -hours{5});
  EXPECT_EQ(chicago.instant_of({2026, 3, 8}, hours{2} + minutes{30}), at("2026-03-08T08:30:00Z"))
      << "skipped: as many minutes after the gap";
  EXPECT_EQ(chicago.instant_of({2026, 11, 1}, hours{1} + minutes{30}), at("2026-11-01T06:30:00Z"))
      << "comes twice: the first";
  EXPECT_EQ(chicago.date_at(at("2026-01-14T05:59:59Z")), (calendar_date{2026, 1, 13}));
}

TEST(carried_times, a_step_of_the_wall_clock_does_not_move_them) {
  carried_time time{at("2026-01-14T14:00:00Z"), mono_ns{0}};
  EXPECT_EQ(time.at(mono_ns{0} + hours{1}), at("2026-01-14T15:00:00Z"));
  EXPECT_FALSE(time.correct(at("2026-01-14T15:00:01Z"), mono_ns{0} + hours{1}));
  EXPECT_EQ(time.at(mono_ns{0} + hours{1}), at("2026-01-14T15:00:00Z")) << "within the tolerance";
  // The machine slept for three hours, which the monotonic clock does not know.
  EXPECT_TRUE(time.correct(at("2026-01-14T18:00:00Z"), mono_ns{0} + hours{1}));
  EXPECT_EQ(time.at(mono_ns{0} + hours{1} + seconds{1}), at("2026-01-14T18:00:01Z"));
  EXPECT_TRUE(time.correct(at("2026-01-14T17:00:00Z"), mono_ns{0} + hours{1}));
}

TEST(interval_timers, come_due_once_a_period_and_once_after_a_pause) {
  interval_timer timer{minutes{1}};
  const mono_ns start{7};
  EXPECT_FALSE(timer.take_due(start));
  EXPECT_FALSE(timer.take_due(start + seconds{59}));
  EXPECT_TRUE(timer.take_due(start + seconds{60}));
  EXPECT_FALSE(timer.take_due(start + seconds{61}));
  EXPECT_TRUE(timer.take_due(start + minutes{10} + seconds{30}));
  EXPECT_FALSE(timer.take_due(start + minutes{10} + seconds{59}));
  EXPECT_TRUE(timer.take_due(start + minutes{11}));
}

TEST(kept_calendars, come_back_as_they_were) {
  const auto calendar = session_calendar::make().value();
  kept_calendar kept{at("2026-11-20T12:00:00.5Z"), {2026, 11, 1}, {2026, 12, 31}, {}};
  kept.days = calendar.sessions(kept.first, kept.last);
  const auto text = to_text(kept);
  const auto back = parse_calendar(text);
  ASSERT_TRUE(back.ok()) << back.failure().text();
  EXPECT_EQ(back->fetched, kept.fetched);
  EXPECT_EQ(back->first, kept.first);
  EXPECT_EQ(back->last, kept.last);
  EXPECT_EQ(back->days, kept.days);
  // Cut off anywhere it is refused, never taken for fewer sessions.
  for (std::size_t length = 0; length + 1 < text.size(); ++length)
    EXPECT_FALSE(parse_calendar(std::string_view{text}.substr(0, length)).ok()) << length;
}

TEST(kept_calendars, mutated_text_is_refused_or_read_and_never_worse) {
  const auto calendar = session_calendar::make().value();
  kept_calendar kept{at("2026-11-20T12:00:00Z"), {2026, 11, 1}, {2026, 11, 30}, {}};
  kept.days = calendar.sessions(kept.first, kept.last);
  const auto text = to_text(kept);
  const auto seed = tests::test_seed(42);
  prng chance{seed};
  for (int k = 0; k < 2'000; ++k) {
    auto broken = text;
    broken[chance.below(broken.size())] = static_cast<char>(chance.below(256));
    const auto back = parse_calendar(broken);
    if (back) {
      EXPECT_LE(back->days.size(), kept_calendar_days_max);
    }
  }
  std::string long_text = text.substr(0, text.size() - 4);
  const auto line = long_text.substr(long_text.rfind('\n', long_text.size() - 2) + 1);
  for (std::size_t k = 0; k <= kept_calendar_days_max; ++k) long_text += line;
  EXPECT_EQ(parse_calendar(long_text + "end\n").code(), ec::parse_failed);
}

}  // namespace
}  // namespace bw
