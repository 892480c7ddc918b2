// A log folded into sessions: what counts as evidence, what spoils it, and how the ramp moves.

#include "analytics/live_record.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bw {
namespace {

using std::chrono::hours;

const session_calendar& calendar() {
  static const auto made = session_calendar::make();
  return *made;
}

/// Writes the records of a node's days in their order.
class log_writer {
 public:
  explicit log_writer(std::string mode) : mode_(mode), record_(std::move(mode), calendar()) {}

  void put(audit_event event) { record_.apply(at_, event); }
  void boot(const char* version = "0.1.0") {
    boot_record x;
    x.version = version;
    x.mode = mode_;
    put(x);
  }
  void shut_down(bool clean = true) { put(shutdown_record{"asked", clean}); }
  void equity(std::int64_t dollars) {
    account_record x;
    x.account.equity = money::from_int(dollars);
    put(x);
  }
  void open_session() {
    const auto day = calendar().new_york_date(at_);
    session_record x;
    x.session.phase = session_phase::entries;
    x.session.open = calendar().utc_from_new_york(day, std::chrono::minutes{570});
    x.session.close = calendar().utc_from_new_york(day, std::chrono::minutes{960});
    put(x);
  }
  void close_trade(std::int64_t dollars) {
    trade_event_record x;
    x.event = trade_event_kind::close;
    x.pnl = money::from_int(dollars);
    put(x);
  }
  void halt(halt_reason reason) {
    state_record x;
    x.changed = reason;
    x.added = true;
    put(x);
  }
  void day_ends(bool matched = true) {
    day_record x;
    x.day = format_date(today());
    x.matched = matched;
    put(x);
  }
  void person(std::string_view command, const std::string& answer = "") {
    put(operator_record{std::string{command}, "ann", "", command_channel::terminal, true, answer});
  }
  void prove(proof_kind kind, const std::string& subject, bool passed, std::uint64_t count = 0) {
    put(proof_record{kind, subject, passed, count, "", {}});
  }
  /// A whole session and the way to the next one.
  void clean_day(std::int64_t equity_dollars = 100'000) {
    boot();
    equity(equity_dollars);
    open_session();
    day_ends();
    shut_down();
    next_day();
  }
  void next_day() { at_ = at_ + hours{24}; }
  calendar_date today() const { return calendar().new_york_date(at_); }
  live_stage stage() const { return record_.stage(today()).stage; }
  paper_evidence evidence(std::uint32_t window = 60) const {
    return record_.evidence(window, "0", today());
  }
  live_record& record() { return record_; }

 private:
  std::string mode_;
  live_record record_;
  utc_ns at_ = *parse_rfc3339("2026-06-01T15:00:00Z");
};

TEST(live_record, sessions_trades_and_equity_are_counted) {
  log_writer log{"paper"};
  log.boot();
  log.equity(100'000);
  log.open_session();
  log.close_trade(30);
  log.close_trade(-10);
  log.close_trade(0);
  log.equity(102'000);
  log.equity(99'960);
  log.day_ends();
  log.shut_down();
  log.next_day();
  log.clean_day(103'000);
  const auto seen = log.evidence();
  EXPECT_EQ(seen.sessions, 2u);
  EXPECT_EQ(seen.trades, 3u);
  EXPECT_EQ(seen.wins, 1u);
  EXPECT_EQ(seen.losses, 1u);
  EXPECT_EQ(seen.earned, money::from_int(30));
  EXPECT_EQ(seen.lost, money::from_int(10));
  EXPECT_EQ(seen.equity_first, money::from_int(100'000));
  EXPECT_EQ(seen.equity_last, money::from_int(103'000));
  EXPECT_EQ(seen.drawdown_bp, 200) << "102,000 to 99,960";
  EXPECT_EQ(seen.crashes + seen.differences + seen.limit_breaches, 0u);
}

TEST(live_record, a_fall_across_days_counts_from_the_peak) {
  log_writer log{"paper"};
  log.clean_day(100'000);
  log.clean_day(110'000);
  log.clean_day(108'000);
  log.clean_day(104'500);
  EXPECT_EQ(log.evidence().drawdown_bp, 500);
}

TEST(live_record, other_modes_other_versions_and_days_off_are_no_sessions) {
  log_writer log{"paper"};
  boot_record sim;
  sim.mode = "sim";
  sim.version = "0.1.0";
  log.put(sim);
  log.open_session();
  log.close_trade(5);
  log.halt(halt_reason::loss);
  log.day_ends();
  log.shut_down();
  log.next_day();
  log.boot("1.0.0");
  log.open_session();
  log.day_ends();
  log.shut_down();
  log.next_day();
  log.boot();  // The exchange stayed shut.
  log.equity(100'000);
  log.shut_down();
  log.next_day();
  const auto seen = log.evidence();
  EXPECT_EQ(seen.sessions, 0u);
  EXPECT_EQ(seen.trades, 0u);
  EXPECT_EQ(seen.limit_breaches, 0u);
}

TEST(live_record, a_run_without_a_last_word_is_a_crash_once) {
  log_writer log{"paper"};
  log.boot();
  log.open_session();
  log.boot();
  log.day_ends();
  log.shut_down();
  log.next_day();
  EXPECT_EQ(log.evidence().crashes, 1u);
  log.clean_day();
  EXPECT_EQ(log.evidence().crashes, 1u);
  log.boot();
  log.open_session();
  log.day_ends();
  log.shut_down(false);
  log.next_day();
  EXPECT_EQ(log.evidence().crashes, 2u) << "ended by a failure";
}

TEST(live_record, a_session_that_was_not_compared_or_did_not_match_is_a_difference) {
  log_writer log{"paper"};
  log.boot();
  log.open_session();
  EXPECT_EQ(log.evidence().differences, 0u) << "today is not over";
  log.shut_down();
  log.next_day();
  EXPECT_EQ(log.evidence().differences, 1u);
  EXPECT_EQ(log.evidence().sessions, 0u);
  log.boot();
  log.open_session();
  log.day_ends(false);
  log.shut_down();
  log.next_day();
  EXPECT_EQ(log.evidence().differences, 2u);
}

TEST(live_record, only_the_last_sessions_of_the_window_count) {
  log_writer log{"paper"};
  log.boot();
  log.open_session();
  log.halt(halt_reason::loss);
  log.close_trade(7);
  log.day_ends();
  log.shut_down();
  log.next_day();
  for (int n = 0; n < 5; ++n) log.clean_day();
  EXPECT_EQ(log.evidence(6).limit_breaches, 1u);
  EXPECT_EQ(log.evidence(5).limit_breaches, 0u);
  EXPECT_EQ(log.evidence(5).trades, 0u);
  EXPECT_EQ(log.evidence(5).sessions, 5u);
}

TEST(live_record, drills_of_a_check_count_for_their_own_mode) {
  for (const bool same : {true, false}) {
    log_writer log{"paper"};
    boot_record check;
    check.mode = same ? "check-paper" : "check-sim";
    log.put(check);
    drill_record drill;
    drill.passed = true;
    drill.flat_ns = 5'000'000;
    log.put(drill);
    log.put(shutdown_record{"check", true});
    ASSERT_EQ(log.evidence().drill.has_value(), same);
    if (same) {
      EXPECT_EQ(log.evidence().drill->to_flat, std::chrono::milliseconds{5});
    }
  }
}

TEST(live_record, the_ramp_goes_up_by_people_and_down_by_itself) {
  log_writer log{"live"};
  EXPECT_EQ(log.stage(), live_stage::s0);
  log.person(promote_command);
  EXPECT_EQ(log.stage(), live_stage::s1);
  for (int n = 0; n < 5; ++n) log.clean_day();
  EXPECT_EQ(log.record().stage(log.today()).clean_sessions, 5u);
  EXPECT_EQ(log.stage(), live_stage::s1) << "nothing goes up by itself";
  log.person(promote_command);
  log.person(promote_command);
  EXPECT_EQ(log.stage(), live_stage::s3);
  log.boot();
  log.open_session();
  log.halt(halt_reason::loss);
  EXPECT_EQ(log.stage(), live_stage::s3) << "the session is not over";
  log.day_ends();
  EXPECT_EQ(log.stage(), live_stage::s2);
  log.shut_down();
  log.next_day();
  log.boot();
  log.open_session();
  log.halt(halt_reason::kill);
  log.shut_down();
  log.next_day();
  EXPECT_EQ(log.stage(), live_stage::s1);
  EXPECT_THAT(log.record().stage(log.today()).cause, ::testing::HasSubstr("severe"));
}

TEST(live_record, a_promotion_after_the_close_begins_with_the_next_session) {
  log_writer log{"live"};
  log.person(promote_command);
  log.boot();
  log.open_session();
  log.day_ends();
  log.shut_down();
  log.person(promote_command);
  EXPECT_EQ(log.stage(), live_stage::s2);
  EXPECT_EQ(log.record().stage(log.today()).clean_sessions, 0u);
}

TEST(live_record, each_fault_has_its_grade) {
  struct {
    void (*spoil)(log_writer&);
    session_grade grade;
  } const rows[] = {
      {[](log_writer&) {}, session_grade::clean},
      {[](log_writer& log) { log.halt(halt_reason::feed); }, session_grade::clean},
      {[](log_writer& log) { log.halt(halt_reason::drawdown); }, session_grade::breach},
      {[](log_writer& log) { log.halt(halt_reason::parent_child); }, session_grade::breach},
      {[](log_writer& log) { log.halt(halt_reason::audit); }, session_grade::breach},
      {[](log_writer& log) { log.halt(halt_reason::kill); }, session_grade::severe},
      {[](log_writer& log) { log.halt(halt_reason::position_mismatch); }, session_grade::severe},
      {[](log_writer& log) {
         log.put(coverage_record{.symbol = symbol_name{"AAPL"}, .uncovered_ns = 5'000'000'000});
       },
       session_grade::clean},
      {[](log_writer& log) {
         log.put(coverage_record{.symbol = symbol_name{"AAPL"}, .uncovered_ns = 5'000'000'001});
       },
       session_grade::breach},
      {[](log_writer& log) {
         log.put(supervisor_record{short_name{"feed"}, "died", 3, true});
       },
       session_grade::breach},
  };
  for (const auto& row : rows) {
    log_writer log{"live"};
    log.boot();
    log.open_session();
    row.spoil(log);
    log.day_ends();
    ASSERT_EQ(log.record().sessions().size(), 1u);
    EXPECT_EQ(grade_of(log.record().sessions()[0]).grade, row.grade) << &row - rows;
  }
  log_writer log{"live"};
  log.boot();
  log.open_session();
  EXPECT_EQ(grade_of(log.record().sessions()[0]).grade, session_grade::breach) << "not compared";
}

TEST(live_record, an_acknowledgement_names_its_day) {
  log_writer log{"live"};
  log.boot();
  log.open_session();
  log.day_ends();
  log.shut_down();
  const auto day = format_date(log.today());
  log.person(acknowledge_command, "2020-01-02");
  EXPECT_FALSE(log.record().sessions()[0].acknowledged);
  log.person(acknowledge_command, day);
  EXPECT_TRUE(log.record().sessions()[0].acknowledged);
}

TEST(live_record, sessions_that_were_decided_again_count_with_their_last_word) {
  log_writer log{"paper"};
  const auto first = format_date(log.today());
  log.clean_day();
  const auto second = format_date(log.today());
  log.clean_day();
  log.prove(proof_kind::parity, first, true);
  log.prove(proof_kind::parity, second, false);
  log.prove(proof_kind::parity, "2020-01-02", true);
  log.prove(proof_kind::parity, "no day", true);
  EXPECT_EQ(log.evidence().parity_same, 1u);
  EXPECT_EQ(log.evidence().parity_other, 1u);
  log.prove(proof_kind::parity, second, true);
  EXPECT_EQ(log.evidence().parity_same, 2u);
  EXPECT_EQ(log.evidence().parity_other, 0u);
  EXPECT_EQ(log.evidence(1).parity_same, 1u) << "within the window";
}

TEST(live_record, knows_the_regimes_of_a_backtest_and_those_of_the_symbols) {
  log_writer log{"live"};
  proof_record proof{proof_kind::backtest, "momentum", true, 120, "", {}};
  proof.regimes = regime_bit(market_regime::ranging);
  log.put(proof);
  EXPECT_EQ(log.record().backtest_regimes_of("momentum"), proof.regimes);
  EXPECT_EQ(log.record().backtest_regimes_of("another"), 0);
  trend_record trend{symbol_name{"SPY"}, "2026-11-03", 272, {}};
  trend.trend.regime = market_regime::trending;
  log.put(trend);
  trend.day = "2026-11-02";
  trend.trend.regime = market_regime::ranging;
  log.put(trend);
  EXPECT_EQ(log.record().trends().at(symbol_name{"SPY"}).trend.regime, market_regime::trending);
}

TEST(live_record, the_newest_backtest_of_a_strategy_holds) {
  log_writer log{"live"};
  EXPECT_FALSE(log.record().backtest_of("momentum"));
  log.prove(proof_kind::backtest, "momentum", true, 120);
  EXPECT_EQ(log.record().backtest_of("momentum"), 120u);
  log.prove(proof_kind::backtest, "momentum", false, 20);
  EXPECT_FALSE(log.record().backtest_of("momentum"));
  for (std::size_t k = 0; k < live_record::backtests_max + 9; ++k)
    log.prove(proof_kind::backtest, "s" + std::to_string(k), true, 120);
  EXPECT_TRUE(log.record().backtest_of("s0"));
  EXPECT_FALSE(log.record().backtest_of("s" + std::to_string(live_record::backtests_max + 8)));
}

TEST(live_record, the_ramp_counts_weeks_that_were_read_about_and_days_like_papers) {
  log_writer live{"live"};
  log_writer paper{"paper"};
  live.person(promote_command);
  // 2026-06-01 is a Monday: five days of one week, and the Monday after it.
  for (int n = 0; n < 5; ++n) {
    live.clean_day();
    paper.clean_day();
  }
  live.next_day();
  live.next_day();
  live.clean_day();
  live.record().compare_with(paper.record(), 50);
  auto stage = live.record().stage(live.today());
  EXPECT_EQ(stage.clean_sessions, 6u);
  EXPECT_EQ(stage.unreviewed, 6u);
  EXPECT_EQ(stage.like_paper, 0u) << "the last day has no paper node beside it";
  live.person(review_command, "2026-06-01");
  stage = live.record().stage(live.today());
  EXPECT_EQ(stage.unreviewed, 1u);
  live.person(review_command, "2026-06-10");
  EXPECT_EQ(live.record().stage(live.today()).unreviewed, 0u) << "any day names its week";
  paper.next_day();
  paper.next_day();
  paper.clean_day();
  live.record().compare_with(paper.record(), 50);
  EXPECT_EQ(live.record().stage(live.today()).like_paper, 6u);
}

TEST(live_record, weeks_begin_on_mondays) {
  const struct {
    const char* day;
    const char* monday;
  } rows[] = {{"2026-06-01", "2026-06-01"}, {"2026-06-07", "2026-06-01"},
              {"2026-06-08", "2026-06-08"}, {"1970-01-01", "1969-12-29"},
              {"2024-02-29", "2024-02-26"}, {"2027-01-01", "2026-12-28"}};
  for (const auto& row : rows) EXPECT_EQ(format_date(week_of(*parse_date(row.day))), row.monday);
}

TEST(live_record, a_long_life_is_kept_bounded_and_the_stage_survives) {
  log_writer log{"live"};
  log.person(promote_command);
  log.person(promote_command);
  for (std::size_t n = 0; n < live_record::sessions_max + 50; ++n) log.clean_day();
  EXPECT_EQ(log.record().sessions().size(), live_record::sessions_max);
  const auto stage = log.record().stage(log.today());
  EXPECT_EQ(stage.stage, live_stage::s2);
  EXPECT_EQ(stage.clean_sessions, live_record::sessions_max + 50);
}

}  // namespace
}  // namespace bw
