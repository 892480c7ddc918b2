// The session actor in virtual time: jobs of the day by the broker's clock, a calendar that is kept
// over a restart, and one that does not agree with the built-in rules.

#include "actors/session_actor.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "domain/calendar_text.hpp"
#include "tests/support/actor_fixture.hpp"

namespace bw {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

/// The machine's clocks: the wall clock can be stepped, the monotonic one cannot.
struct stepped_clock final : clock {
  stepped_clock(const clock& below, utc_ns start) : below_(below), wall(start - below.utc_now()) {}
  utc_ns utc_now() const override { return below_.utc_now() + wall; }
  mono_ns mono_now() const override { return below_.mono_now(); }

  const clock& below_;
  nanoseconds wall;
};

/// Answers at once: with its own clock, and with the calendar that it is told to have.
struct calendar_broker final : broker_gateway {
  void start(broker_events) override {}
  void stop() override {}
  void submit(outgoing_order) override {}
  void cancel(outgoing_cancel) override {}
  void cancel_all(std::function<void(result<std::uint32_t>)> done) override { done(0U); }
  void account(std::function<void(result<account_report>)>) override {}
  void positions(std::function<void(result<std::vector<position_report>>)>) override {}
  void open_orders(std::function<void(result<std::vector<open_order_report>>)>) override {}
  void orders_since(utc_ns, std::function<void(result<std::vector<open_order_report>>)>) override {}
  void order_by_client_id(client_order_id,
                          std::function<void(result<open_order_report>)>) override {}
  void market_clock(std::function<void(result<clock_report>)> done) override {
    clock_report x;
    x.at = now();
    done(x);
  }
  void calendar(calendar_date, calendar_date,
                std::function<void(result<std::vector<session_day>>)> done) override {
    ++calendar_questions;
    if (days.empty()) return done({ec::http_status, "the broker answered 503"});
    done(days);
  }
  void asset(std::string symbol, std::function<void(result<asset_report>)> done) override {
    ++asset_questions;
    asset_report x;
    x.symbol = symbol_name{symbol};
    done(x);
  }
  void restart_stream() override {}

  std::function<utc_ns()> now;
  std::vector<session_day> days;
  int calendar_questions = 0;
  int asset_questions = 0;
};

utc_ns at(const char* text) { return parse_rfc3339(text).value(); }

class session_actor_test : public testing::Test {
 protected:
  session_actor_test() {
    folder = std::filesystem::temp_directory_path() /
             ("bw_session_" + std::to_string(::getpid()) + "_" +
              testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directories(folder);
    broker.days = calendar.sessions({2026, 10, 20}, {2026, 12, 1});
  }
  ~session_actor_test() override { std::filesystem::remove_all(folder); }

  void begin(const char* when) {
    machine.emplace(world.time, at(when));
    broker.now = [this, shift = machine->wall] { return world.time.utc_now() + shift + drift; };
    symbols = name_table{{"SPY"}, 1};
    session_args args{{},        calendar,       symbols, &broker,
                      &*machine, &world.metrics, 1,       [](exit_code, std::string) {}};
    args.state_folder = folder;
    args.past_days = past_days_of_spy;
    args.trends = known_trends;
    subject = world.keep(world.system().spawn(session, std::move(args)));
    members = {};
    members.gate = caf::actor_cast<risk_gate_actor>(world.fake(caf::behavior{
        [this](const session_state& x) { phase = x.phase; },
        [this](const clear_command&) { booted = true; },
        [this](const brief_due& x) { due.push_back(x.slot); },
        [this](const input_measured& x) { measured.push_back(x); },
        [this](const asset_report& x) { assets.push_back(x); },
        [this](const symbol_trend& x) { trends.push_back(x); }, [](const halt_command&) {}}));
    members.audit =
        caf::actor_cast<audit_actor>(world.fake(caf::behavior{[this](const audit_append& x) {
          for (const auto& each : x.events) {
            if (const auto* alert = std::get_if<alert_record>(&each)) alerts.push_back(*alert);
            if (const auto* trend = std::get_if<trend_record>(&each)) records.push_back(*trend);
          }
        }}));
    members.status = caf::actor_cast<status_actor>(world.fake(
        caf::behavior{[this](const checkin_request& x) { briefs.push_back(x.job.str()); },
                      [this](const kept_file& x) { std::ofstream{folder / x.name} << x.text; }}));
    members.router = caf::actor_cast<order_router_actor>(world.fake(caf::behavior{
        [](const session_state&) {}, [this](atom::cancel_all, atom::intraday) { ++intraday_ended; },
        [this](atom::cancel_all, atom::entries) { ++entries_ended; }}));
    members.strategies = {caf::actor_cast<strategy_actor>(
        world.fake(caf::behavior{[](const session_state&) {}, [this](atom::view) { return spy; },
                                 [this](const symbol_trend& x) { told_strategy.push_back(x); }}))};
    world.send(subject, members);
    world.run();
    pass(seconds{2});
  }
  /// Begun twenty minutes before the close of the day.
  void expect_entries_to_end_in_ten_minutes() {
    pass(minutes{9});
    EXPECT_EQ(intraday_ended, 0);
    pass(minutes{2});
    EXPECT_EQ(intraday_ended, 1);
    EXPECT_EQ(phase, session_phase::exits_only);
    pass(minutes{6});
    EXPECT_EQ(entries_ended, 0) << "who stays over night may still enter";
    pass(minutes{2});
    EXPECT_EQ(entries_ended, 1);
    pass(minutes{3});
    EXPECT_EQ(entries_ended, 2);
    EXPECT_EQ(phase, session_phase::closed);
  }
  void pass(nanoseconds total) { world.pass(total, seconds{1}); }
  std::size_t alerts_with(const std::string& code) const {
    return static_cast<std::size_t>(std::count_if(
        alerts.begin(), alerts.end(), [&](const alert_record& x) { return x.code == code; }));
  }

  tests::actor_fixture world;
  std::filesystem::path folder;
  std::optional<stepped_clock> machine;
  session_calendar calendar = session_calendar::make().value();
  calendar_broker broker;
  nanoseconds drift{};
  session_actor subject;
  directory members;
  name_table symbols;
  session_phase phase = session_phase::unknown;
  bool booted = false;
  std::vector<alert_record> alerts;
  std::vector<std::string> briefs;
  std::vector<brief_slot> due;
  std::vector<input_measured> measured;
  /// What the STRATEGY actor of SPY says of itself.
  strategy_view spy = [] {
    strategy_view x;
    x.warm = true;
    return x;
  }();
  int entries_ended = 0;
  int intraday_ended = 0;

  /// Daily bars: what is asked for, and what is answered at once.
  bool knows_days = true;
  std::size_t closes_known = 300;
  std::vector<std::string> days_asked;
  past_days_port past_days_of_spy = [this](const std::string& symbol, calendar_date before,
                                           std::function<void(result<past_days>)> done) {
    days_asked.push_back(symbol + " " + format_date(before));
    if (!knows_days) return done({ec::http_status, "503"});
    past_days out{quantity::from_int(1'000), {}};
    // A steady rise: it trends.
    for (std::size_t k = 0; k < closes_known; ++k)
      out.closes.push_back(price::from_units((100 + static_cast<std::int64_t>(k)) * decimal_scale +
                                             static_cast<std::int64_t>(k % 7) * 100'000'000));
    done(std::move(out));
  };
  std::vector<trend_record> known_trends;
  std::vector<trend_record> records;
  std::vector<symbol_trend> trends;
  std::vector<symbol_trend> told_strategy;
  std::vector<asset_report> assets;
};

using names = std::vector<std::string>;

TEST_F(session_actor_test, hands_out_the_jobs_of_a_day_once_each) {
  begin("2026-11-02T14:20:00Z");
  EXPECT_TRUE(booted);
  EXPECT_EQ(phase, session_phase::closed);
  pass(minutes{12});
  EXPECT_EQ(phase, session_phase::entries);
  EXPECT_EQ(briefs, (names{"checkin_morning"}));
  EXPECT_EQ(due, (std::vector{brief_slot::morning})) << "the gate hears of it";
  ASSERT_FALSE(measured.empty());
  EXPECT_EQ(measured.back().what, measured_input::clock);
  EXPECT_GE(broker.calendar_questions, 2) << "before the open the calendar is asked for again";
  EXPECT_TRUE(alerts.empty());
  EXPECT_TRUE(std::filesystem::exists(folder / "schedule.txt"));
  EXPECT_TRUE(parse_calendar(
                  to_text({at("2026-11-02T14:20:00Z"), {2026, 10, 20}, {2026, 12, 1}, broker.days}))
                  .ok());
}

TEST_F(session_actor_test, before_the_open_the_broker_is_asked_again_and_cold_symbols_are_named) {
  spy.warm = false;
  begin("2026-11-02T14:20:00Z");
  const auto asked = broker.asset_questions;
  pass(minutes{6});
  EXPECT_EQ(broker.asset_questions, asked + 1) << "whether SPY may be traded today";
  ASSERT_EQ(alerts_with("not_warm"), 1u);
  EXPECT_EQ(alerts.back().text.rfind("SPY: not enough bars", 0), 0u) << alerts.back().text;
  spy.warm = true;
  pass(minutes{6});
  EXPECT_EQ(alerts_with("not_warm"), 1u) << "at the open all is well";
}

TEST_F(session_actor_test, open_entries_end_before_the_close_and_once_more_at_it) {
  begin("2026-11-02T20:40:00Z");
  expect_entries_to_end_in_ten_minutes();
}

TEST_F(session_actor_test, on_a_half_day_they_end_by_the_earlier_close) {
  begin("2026-11-27T17:40:00Z");
  expect_entries_to_end_in_ten_minutes();
}

TEST_F(session_actor_test, shares_over_night_without_a_stop_at_the_broker_are_an_alert) {
  begin("2026-11-02T20:58:00Z");
  spy.positions.push_back({symbol_id{0}, strategy_id{0}, quantity::from_int(10), {}, {}});
  spy.covered = quantity::from_int(4);
  pass(minutes{4});
  ASSERT_EQ(alerts_with("overnight_uncovered"), 1u);
  EXPECT_EQ(alerts.back().level, alert_level::critical);
}

TEST_F(session_actor_test, a_symbol_that_the_node_takes_on_is_asked_about) {
  begin("2026-11-02T15:00:00Z");
  const auto asked = broker.asset_questions;
  ASSERT_TRUE(symbols.add("QQQ"));
  world.send(subject, members);
  pass(seconds{2});
  EXPECT_EQ(broker.asset_questions, asked + 1);
}

TEST_F(session_actor_test, a_step_of_the_wall_clock_fires_and_starves_nothing) {
  begin("2026-11-02T15:00:00Z");
  machine->wall += hours{7};
  pass(minutes{2});
  EXPECT_TRUE(briefs.empty());
  EXPECT_EQ(phase, session_phase::entries) << "the session did not end";
  machine->wall -= hours{30};
  pass(minutes{2});
  EXPECT_EQ(phase, session_phase::entries);
  // The machine slept: the broker's next word says so, and the brief comes late.
  drift = hours{3} + minutes{30};
  pass(minutes{7});
  EXPECT_EQ(briefs, (names{"checkin_midday"}));
  EXPECT_TRUE(alerts.empty());
}

TEST_F(session_actor_test, what_was_missed_while_the_node_was_down_is_told) {
  std::ofstream{folder / "schedule.txt"} << "2026-11-02T12:00:00Z\n";
  begin("2026-11-02T19:30:00Z");
  EXPECT_EQ(briefs, (names{"checkin_midday"})) << "an hour and a half late";
  ASSERT_EQ(alerts_with("job_missed"), 1u);
  EXPECT_NE(alerts[0].text.find("checkin_morning of 2026-11-02"), std::string::npos)
      << alerts[0].text;
}

TEST_F(session_actor_test, a_difference_to_the_built_in_rules_denies_entries_and_says_so) {
  for (auto& day : broker.days)
    if (day.date == calendar_date{2026, 11, 2}) day.close = at("2026-11-02T18:00:00Z");
  begin("2026-11-02T15:00:00Z");
  EXPECT_EQ(phase, session_phase::exits_only);
  ASSERT_EQ(alerts_with("calendar_differs"), 1u);
  EXPECT_EQ(alerts[0].level, alert_level::critical);
  EXPECT_NE(alerts[0].text.find("2026-11-02"), std::string::npos);
  pass(minutes{11});
  EXPECT_EQ(alerts_with("calendar_differs"), 1u) << "told once";
}

TEST_F(session_actor_test, the_kept_calendar_serves_until_the_broker_answers) {
  auto days = broker.days;
  // What only the broker knows: a closure on Wednesday.
  std::erase_if(days, [](const auto& x) { return x.date == calendar_date{2026, 11, 4}; });
  std::ofstream{folder / "calendar.txt"}
      << to_text({at("2026-11-01T12:00:00Z"), days.front().date, days.back().date, days});
  broker.days.clear();
  begin("2026-11-02T15:00:00Z");
  EXPECT_TRUE(booted);
  EXPECT_EQ(phase, session_phase::entries);
}

TEST_F(session_actor_test, a_calendar_that_is_too_old_or_broken_is_not_taken_up) {
  std::ofstream{folder / "calendar.txt"} << to_text(
      {at("2026-10-20T12:00:00Z"), broker.days.front().date, broker.days.back().date, broker.days});
  broker.days.clear();
  begin("2026-11-02T15:00:00Z");
  EXPECT_FALSE(booted);
  std::ofstream{folder / "calendar.txt"} << "bellwether calendar 1\nfetched yesterday\n";
  begin("2026-11-02T15:00:00Z");
  EXPECT_FALSE(booted);
}

using days = std::vector<std::string>;

TEST_F(session_actor_test, the_regime_of_a_day_is_recorded_once_and_told_to_those_who_decide) {
  begin("2026-11-02T14:00:00Z");
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].symbol.view(), "SPY");
  EXPECT_EQ(records[0].day, "2026-11-02");
  EXPECT_EQ(records[0].closes, 300u);
  EXPECT_EQ(records[0].trend.sign, 1);
  EXPECT_NE(records[0].trend.regime, market_regime::unknown);
  ASSERT_EQ(trends.size(), 1u);
  EXPECT_EQ(trends[0].symbol, symbol_id{0});
  EXPECT_EQ(trends[0].trend, records[0].trend);
  ASSERT_EQ(told_strategy.size(), 1u);
  EXPECT_EQ(told_strategy[0].trend, records[0].trend);
  ASSERT_FALSE(assets.empty());
  EXPECT_EQ(assets[0].average_volume, quantity::from_int(1'000)) << "of the same bars";
  EXPECT_EQ(days_asked, (days{"SPY 2026-11-02"}));
  world.pass(hours{8}, minutes{1});
  EXPECT_EQ(records.size(), 1u) << "before the open and every six hours it is only asked again";
  EXPECT_GE(days_asked.size(), 2u);
  EXPECT_EQ(trends.size(), 1u);
}

TEST_F(session_actor_test, in_the_middle_of_a_session_as_well) {
  begin("2026-11-02T17:00:00Z");
  EXPECT_EQ(phase, session_phase::entries);
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].day, "2026-11-02");
}

TEST_F(session_actor_test, a_short_past_is_recorded_as_an_unknown_regime) {
  closes_known = market_trend::closes_needed - 1;
  begin("2026-11-02T14:00:00Z");
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].closes, market_trend::closes_needed - 1);
  EXPECT_EQ(records[0].trend, market_trend{});
  ASSERT_EQ(trends.size(), 1u);
  EXPECT_EQ(trends[0].trend.regime, market_regime::unknown);
}

TEST_F(session_actor_test, what_a_restart_knows_of_the_day_holds_and_is_not_recorded_again) {
  trend_record known{symbol_name{"SPY"}, "2026-11-02", 290, {}};
  known.trend.regime = market_regime::ranging;
  known_trends = {known};
  knows_days = false;
  begin("2026-11-02T15:00:00Z");
  ASSERT_FALSE(trends.empty());
  EXPECT_EQ(trends[0].trend.regime, market_regime::ranging) << "although no bars come";
  knows_days = true;
  pass(minutes{3});
  EXPECT_TRUE(records.empty());
  for (const auto& each : trends) EXPECT_EQ(each.trend.regime, market_regime::ranging);
}

TEST_F(session_actor_test, what_holds_no_more_is_not_told) {
  trend_record known{symbol_name{"SPY"}, "2026-10-30", 290, {}};
  known.trend.regime = market_regime::ranging;
  known_trends = {known};
  knows_days = false;
  begin("2026-11-02T15:00:00Z");
  EXPECT_TRUE(trends.empty()) << "nobody has been told that it is known";
}

TEST_F(session_actor_test, daily_bars_that_do_not_come_are_asked_for_again_alone) {
  knows_days = false;
  begin("2026-11-02T15:00:00Z");
  EXPECT_TRUE(booted) << "not knowing them is no failure";
  EXPECT_TRUE(records.empty());
  const auto broker_questions = broker.asset_questions;
  pass(minutes{5});
  EXPECT_GE(days_asked.size(), 4u);
  EXPECT_LE(days_asked.size(), 7u);
  knows_days = true;
  pass(minutes{2});
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(trends.size(), 1u);
  EXPECT_EQ(assets.back().average_volume, quantity::from_int(1'000)) << "the gate hears of it late";
  EXPECT_EQ(broker.asset_questions, broker_questions) << "the broker was not asked";
  const auto asked = days_asked.size();
  pass(minutes{5});
  EXPECT_EQ(days_asked.size(), asked);
}

TEST_F(session_actor_test, on_a_new_day_nobody_knows_the_regime_until_its_bars_have_come) {
  begin("2026-11-03T03:00:00Z");  // 22:00 of Monday.
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].day, "2026-11-02") << "days end at midnight";
  knows_days = false;
  world.pass(hours{2} + minutes{3}, seconds{20});
  ASSERT_EQ(trends.size(), 2u);
  EXPECT_EQ(trends[1].trend.regime, market_regime::unknown);
  EXPECT_EQ(days_asked.at(1), "SPY 2026-11-03");
  knows_days = true;
  pass(minutes{3});
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[1].day, "2026-11-03");
  EXPECT_NE(trends.back().trend.regime, market_regime::unknown);
}

TEST_F(session_actor_test, a_weekend_belongs_to_the_day_of_trading_that_follows) {
  begin("2026-10-31T15:00:00Z");
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].day, "2026-11-02");
  EXPECT_EQ(days_asked, (days{"SPY 2026-10-31"}));
}

TEST_F(session_actor_test, whoever_is_new_hears_of_the_regime_too) {
  begin("2026-11-02T15:00:00Z");
  ASSERT_EQ(told_strategy.size(), 1u);
  world.send(subject, members);
  pass(seconds{1});
  EXPECT_EQ(told_strategy.size(), 2u);
  ASSERT_TRUE(symbols.add("QQQ"));
  world.send(subject, members);
  pass(seconds{2});
  ASSERT_EQ(records.size(), 2u) << "of a symbol that the node has taken on";
  EXPECT_EQ(records[1].symbol.view(), "QQQ");
}

}  // namespace
}  // namespace bw
