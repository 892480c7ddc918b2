// Strategies that keep positions over night, beside others that do not.

#include <gtest/gtest.h>

#include "tests/strategies/engine_fixture.hpp"

namespace bw {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

/// Stops rest at the broker, as they have to for a night.
struct resting_stops {
  resting_stops() { stops_rest = protective_stop::resting; }
  ~resting_stops() { stops_rest = protective_stop::node; }
};

struct overnight_engine : resting_stops, engine_fixture {
  overnight_engine() { mark(true); }
  void mark(bool overnight) {
    auto settings = engine.settings_of(strategy_id{0});
    settings.overnight = overnight;
    EXPECT_TRUE(engine.change(settings, nullptr).ok());
  }
  /// Shares with a stop of theirs that the broker has.
  order_request hold() {
    enter();
    const auto orders = only<order_request>(all);
    EXPECT_EQ(orders.size(), 2u);
    const auto stop = orders.back();
    EXPECT_EQ(stop.purpose, order_purpose::protective);
    report(stop, order_state::working);
    EXPECT_EQ(engine.covered().covered, engine.covered().position);
    return stop;
  }
  void go_to(utc_ns at) { pass(at - now.utc); }
};

TEST(overnight, shares_and_stop_stay_over_the_close) {
  overnight_engine x;
  const auto stop = x.hold();
  EXPECT_EQ(stop.tif, time_in_force::gtc) << "a day order would end with the day";
  x.phase(session_phase::flatten);
  EXPECT_TRUE(x.timer_after(seconds{1}).empty());
  x.phase(session_phase::closed);
  EXPECT_TRUE(x.timer_after(hours{1}).empty());
  EXPECT_EQ(x.engine.covered().covered, x.engine.covered().position);
  x.phase(session_phase::open_guard);
  x.quote_at("99.98", "100");
  EXPECT_TRUE(x.timer_after(seconds{1}).empty()) << "the stop of yesterday still holds";
}

TEST(overnight, entries_go_on_until_their_own_end) {
  overnight_engine x;
  x.quote_at("99.98", "100");
  x.go_to(x.close - minutes{10});
  x.phase(session_phase::exits_only);
  x.scripted[0]->say = always(buy_wish());
  const auto order = x.order_in(x.bar_of(100));
  EXPECT_TRUE(order.overnight);
  x.report(order, order_state::working);
  x.phase(session_phase::flatten);
  EXPECT_TRUE(x.timer_after(seconds{1}).empty()) << "an open entry stays";
  x.go_to(x.close - minutes{2});
  EXPECT_EQ(x.only<cancel_request>(x.timer_after({})).size(), 1u);
}

TEST(overnight, an_open_entry_of_the_day_ends_with_the_entries) {
  overnight_engine x;
  x.mark(false);
  x.quote_at("99.98", "100");
  x.scripted[0]->say = always(buy_wish());
  const auto order = x.order_in(x.bar_of(100));
  EXPECT_FALSE(order.overnight);
  x.report(order, order_state::working);
  x.phase(session_phase::exits_only);
  EXPECT_EQ(x.only<cancel_request>(x.timer_after(seconds{1})).size(), 1u);
}

/// A strategy that holds nothing in the evening enters in the morning, and its entry may rest.
TEST(overnight, what_was_too_late_for_a_session_says_nothing_of_the_next) {
  for (const bool overnight : {false, true}) {
    SCOPED_TRACE(overnight);
    overnight_engine x;
    x.mark(overnight);
    x.quote_at("99.98", "100");
    for (const auto evening : {session_phase::exits_only, session_phase::flatten}) {
      x.go_to(x.close - minutes{1});
      x.phase(evening);
      EXPECT_TRUE(x.quote_at("99.98", "100").empty());
    }
    x.phase(session_phase::closed);
    x.go_to(x.open + hours{24});
    x.engine.on_session({session_phase::entries, x.open + hours{24}, x.close + hours{24},
                         x.close + hours{24} - minutes{2}});
    x.quote_at("99.98", "100");
    x.scripted[0]->say = always(buy_wish());
    const auto order = x.order_in(x.bar_of(100));
    EXPECT_TRUE(x.report(order, order_state::working).empty()) << "it is not cancelled";
    EXPECT_TRUE(x.timer_after(seconds{1}).empty());
  }
}

TEST(overnight, one_that_was_switched_off_and_on_again_keeps_its_entry) {
  overnight_engine x;
  x.quote_at("99.98", "100");
  auto settings = x.engine.settings_of(strategy_id{0});
  for (const bool enabled : {false, true}) {
    settings.enabled = enabled;
    ASSERT_TRUE(x.engine.change(settings, nullptr).ok());
    EXPECT_TRUE(x.quote_at("99.98", "100").empty());
  }
  x.scripted[0]->say = always(buy_wish());
  const auto order = x.order_in(x.bar_of(100));
  EXPECT_TRUE(x.report(order, order_state::working).empty());
}

TEST(overnight, whoever_closes_everything_closes_them_too) {
  overnight_engine x;
  const auto stop = x.hold();
  session_state all{session_phase::flatten, x.open, x.close, x.close - minutes{2}};
  all.closes_overnight = true;
  x.engine.on_session(all);
  ASSERT_EQ(x.only<cancel_request>(x.timer_after(seconds{1})).size(), 1u) << "first the stop";
  EXPECT_EQ(x.order_in(x.report(stop, order_state::canceled)).purpose, order_purpose::flatten);
}

TEST(overnight, without_the_mark_the_position_goes_with_the_day) {
  overnight_engine x;
  const auto stop = x.hold();
  x.mark(false);
  x.phase(session_phase::flatten);
  ASSERT_EQ(x.only<cancel_request>(x.timer_after(seconds{1})).size(), 1u);
  EXPECT_EQ(x.order_in(x.report(stop, order_state::canceled)).purpose, order_purpose::flatten);
}

TEST(overnight, a_restart_adopts_position_and_stop) {
  overnight_engine before;
  const auto stop = before.hold();
  const auto held = before.engine.view().positions.at(0);

  overnight_engine after;
  after.phase(session_phase::closed);
  ASSERT_TRUE(after.engine.restore(held).ok());
  EXPECT_EQ(after.engine.covered().covered, quantity{});
  // The router tells what it has found open.
  order_report found;
  found.request = stop;
  found.request.order = order_id{7};
  found.state = order_state::working;
  after.call([&](auto& out) { after.engine.on_report(found, after.now, out); });
  EXPECT_EQ(after.engine.covered().covered, held.qty);
  after.phase(session_phase::open_guard);
  after.quote_at("99.98", "100");
  EXPECT_TRUE(after.timer_after(seconds{1}).empty()) << "no second stop, no exit";
  EXPECT_EQ(after.engine.view().positions.at(0).stop, held.stop);
}

}  // namespace
}  // namespace bw
