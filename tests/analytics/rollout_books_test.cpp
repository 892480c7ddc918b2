// A log folded into what a rollout wants to know of each session.

#include "analytics/rollout_books.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bw {
namespace {

using std::chrono::hours;
using ::testing::HasSubstr;

const session_calendar& calendar() {
  static const auto made = session_calendar::make();
  return *made;
}

class rollout_log {
 public:
  explicit rollout_log(const char* mode = "paper")
      : mode_(mode), books_("paper", calendar(), {"momentum"}, {"momentum_next"}) {
    boot_record x;
    x.version = "0.1.0";
    x.mode = mode_;
    put(x);
  }
  void put(const audit_event& event) { books_.apply(at_, event); }
  void open_session() {
    session_record x;
    x.session.phase = session_phase::entries;
    x.session.open = at_;
    put(x);
  }
  void end_session() {
    day_record x;
    x.day = format_date(today());
    x.matched = true;
    put(x);
    at_ = at_ + hours{24};
  }
  void signal(const char* strategy, signal_fate fate) {
    signal_record x;
    x.strategy = cut<short_name>(strategy);
    x.fate = fate;
    put(x);
  }
  void execution(const char* trade, const char* strategy, trade_event_kind event, side which,
                 std::int64_t qty, std::int64_t at, std::int64_t pnl = 0) {
    trade_event_record x;
    x.trade = cut<client_order_id>(trade);
    x.strategy = cut<short_name>(strategy);
    x.event = event;
    x.side = which;
    x.qty = quantity::from_int(qty);
    x.fill_price = price::from_int(at);
    x.pnl = money::from_int(pnl);
    x.fees = money::from_int(1);
    put(x);
  }
  calendar_date today() const { return calendar().new_york_date(at_); }
  std::vector<rollout_session> sessions() const { return books_.sessions(today()); }

 private:
  std::string mode_;
  rollout_books books_;
  utc_ns at_ = *parse_rfc3339("2026-06-01T15:00:00Z");
};

TEST(rollout_books, a_trade_counts_where_it_closes_with_its_fees_and_the_value_of_its_entries) {
  rollout_log log;
  log.open_session();
  log.execution("t1", "momentum", trade_event_kind::open, side::buy, 10, 100);
  log.execution("t2", "other", trade_event_kind::open, side::buy, 10, 100);
  log.end_session();
  log.open_session();
  log.execution("t1", "momentum", trade_event_kind::update, side::buy, 5, 102);
  log.execution("t1", "momentum", trade_event_kind::update, side::sell, 5, 105, 22);
  log.execution("t1", "momentum", trade_event_kind::close, side::sell, 10, 105, 65);
  log.execution("t2", "other", trade_event_kind::close, side::sell, 10, 90, -100);
  log.execution("t0", "momentum", trade_event_kind::close, side::sell, 1, 90, -100);
  log.end_session();
  const auto seen = log.sessions();
  ASSERT_EQ(seen.size(), 2u);
  EXPECT_EQ(seen[0].trades, trade_sum{});
  EXPECT_EQ(seen[1].trades, (trade_sum{1, money::from_int(1'510), money::from_int(61)}))
      << "one whose beginning is not in the log has no value to be measured by";
  EXPECT_EQ(seen[0].breach + seen[1].breach, "");
}

TEST(rollout_books, only_signals_of_the_copy_in_shadow_count) {
  rollout_log log;
  log.open_session();
  log.signal("momentum_next", signal_fate::shadow);
  log.signal("momentum_next", signal_fate::shadow);
  log.signal("momentum_next", signal_fate::not_warm);
  log.signal("momentum", signal_fate::shadow);
  log.end_session();
  ASSERT_EQ(log.sessions().size(), 1u);
  EXPECT_EQ(log.sessions()[0].signals, 2u);
}

TEST(rollout_books, faults_of_the_strategy_and_of_the_node_are_breaches) {
  rollout_log log;
  log.open_session();
  strategy_switch_record off;
  off.strategy = cut<short_name>("momentum_next");
  off.latched = true;
  off.cause = "it threw";
  log.put(off);
  log.end_session();
  log.open_session();
  state_record halt;
  halt.changed = halt_reason::kill;
  halt.added = true;
  log.put(halt);
  log.end_session();
  const auto seen = log.sessions();
  ASSERT_EQ(seen.size(), 2u);
  EXPECT_EQ(seen[0].breach, "momentum_next was taken out: it threw");
  EXPECT_THAT(seen[1].breach, HasSubstr("2026-06-02"));
}

TEST(rollout_books, a_session_that_goes_on_and_other_modes_are_passed_over) {
  rollout_log log;
  log.open_session();
  EXPECT_TRUE(log.sessions().empty());
  log.end_session();
  EXPECT_EQ(log.sessions().size(), 1u);
  rollout_log other{"live"};
  other.open_session();
  other.end_session();
  EXPECT_TRUE(other.sessions().empty());
}

}  // namespace
}  // namespace bw
