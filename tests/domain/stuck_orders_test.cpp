// When an order should have ended by itself, and what is done when it has not.

#include "domain/stuck_orders.hpp"

#include <gtest/gtest.h>

#include "core/time.hpp"

namespace bw {
namespace {

using std::chrono::seconds;
using step = stuck_orders::step;

utc_ns at(const char* text) { return parse_rfc3339(text).value(); }

const auto monday_open = at("2026-11-02T14:30:00Z");
const auto monday_close = at("2026-11-02T21:00:00Z");
const auto tuesday_open = at("2026-11-03T14:30:00Z");
const auto tuesday_close = at("2026-11-03T21:00:00Z");

order_request order_of(time_in_force tif, utc_ns made, std::uint64_t id = 1) {
  order_request out;
  out.order = order_id{id};
  out.tif = tif;
  out.header.ts_init = made;
  return out;
}

TEST(StuckOrders, AnOrderEndsByItsTimeInForce) {
  stuck_orders orders;
  const auto before = at("2026-11-02T12:00:00Z");
  const auto during = at("2026-11-02T15:00:00Z");
  const auto night = at("2026-11-02T23:00:00Z");
  EXPECT_EQ(orders.end_of(order_of(time_in_force::day, during)), std::nullopt)
      << "no session is known";
  orders.on_session({session_phase::entries, monday_open, monday_close});
  orders.on_session({session_phase::closed, tuesday_open, tuesday_close});
  struct row {
    time_in_force tif;
    utc_ns made;
    std::optional<utc_ns> end;
  };
  const row rows[] = {
      {time_in_force::day, before, monday_close}, {time_in_force::day, during, monday_close},
      {time_in_force::day, night, tuesday_close}, {time_in_force::cls, during, monday_close},
      {time_in_force::opg, before, monday_open},  {time_in_force::opg, night, tuesday_open},
      {time_in_force::ioc, during, during},       {time_in_force::fok, during, during},
      {time_in_force::gtc, during, std::nullopt}, {time_in_force::day, tuesday_close, std::nullopt},
  };
  for (const auto& each : rows)
    EXPECT_EQ(orders.end_of(order_of(each.tif, each.made)), each.end)
        << to_string(each.tif) << " made at " << format_rfc3339(each.made);
}

TEST(StuckOrders, EachStepIsTakenOnce) {
  stuck_orders orders;
  orders.on_session({session_phase::entries, monday_open, monday_close});
  const auto held = order_of(time_in_force::day, monday_open);
  EXPECT_EQ(orders.next(held, monday_close), step::none);
  EXPECT_EQ(orders.next(held, monday_close + seconds{59}), step::none);
  EXPECT_EQ(orders.next(held, monday_close + seconds{60}), step::ask);
  EXPECT_EQ(orders.next(held, monday_close + seconds{69}), step::none);
  EXPECT_EQ(orders.next(held, monday_close + seconds{70}), step::cancel);
  EXPECT_EQ(orders.next(held, monday_close + seconds{900}), step::none);
  const auto other = order_of(time_in_force::day, monday_open, 2);
  EXPECT_EQ(orders.next(other, monday_close + seconds{900}), step::ask);
  EXPECT_EQ(orders.next(order_of(time_in_force::gtc, monday_open, 3), tuesday_close), step::none);
}

TEST(StuckOrders, ASessionMayEndEarlierThanItWasSaid) {
  stuck_orders orders;
  const auto early = at("2026-11-02T18:00:00Z");
  orders.on_session({session_phase::entries, monday_open, monday_close});
  orders.on_session({session_phase::entries, monday_open, early});
  EXPECT_EQ(orders.end_of(order_of(time_in_force::day, monday_open)), early);
}

TEST(StuckOrders, TheSameSessionToldAgainAndAnEarlierOneChangeNothing) {
  stuck_orders orders;
  orders.on_session({session_phase::entries, monday_open, monday_close});
  orders.on_session({session_phase::closed, tuesday_open, tuesday_close});
  orders.on_session({session_phase::closed, tuesday_open, tuesday_close});
  orders.on_session({session_phase::entries, monday_open, monday_close});
  orders.on_session({session_phase::unknown, {}, {}});
  EXPECT_EQ(orders.end_of(order_of(time_in_force::day, monday_open)), monday_close);
}

}  // namespace
}  // namespace bw
