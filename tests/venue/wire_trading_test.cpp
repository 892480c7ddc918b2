#include <gtest/gtest.h>

#include "tests/venue/recorded.hpp"
#include "tests/venue/steady_source.hpp"
#include "venue/alpaca_wire.hpp"

namespace bw::venue::tests {
namespace {

using json = nlohmann::json;

/// The margin regime of 2026 took these away.
const std::set<std::string> day_trading_members = {"pattern_day_trader", "daytrade_count",
                                                   "daytrading_buying_power"};

venue_order sample_order() {
  venue_order out;
  out.id = "4c0a4c41-5a3c-4a0e-9b0d-7a2a55b3c7d2";
  out.client_order_id = "node7-000042";
  out.symbol = symbol_id{0};
  out.symbol_text = "AAPL";
  out.type = order_type::limit;
  out.qty = quantity::from_int(10);
  out.limit = *price::parse("187.35");
  out.created_at = out.submitted_at = utc("2026-11-02T14:31:04.9123Z");
  out.updated_at = utc("2026-11-02T14:31:04.9129Z");
  out.expires_at = utc("2026-11-02T21:00:00Z");
  return out;
}

template <class Write>
json written(Write write) {
  json_writer out;
  write(out);
  return json::parse(out.text());
}

TEST(wire_trading, an_order_has_every_member_and_nulls_for_what_it_lacks) {
  const auto order = written([](json_writer& out) {
    write_order(out, sample_order(), {"b0b6dd9d-8b9b-48a9-ba46-b9d54906e415"});
  });
  const auto expected = json::parse(R"({
    "id":"4c0a4c41-5a3c-4a0e-9b0d-7a2a55b3c7d2","client_order_id":"node7-000042",
    "created_at":"2026-11-02T14:31:04.9123Z","updated_at":"2026-11-02T14:31:04.9129Z",
    "submitted_at":"2026-11-02T14:31:04.9123Z","filled_at":null,"expired_at":null,
    "expires_at":"2026-11-02T21:00:00Z","canceled_at":null,"failed_at":null,"replaced_at":null,
    "replaced_by":null,"replaces":null,"asset_id":"b0b6dd9d-8b9b-48a9-ba46-b9d54906e415",
    "symbol":"AAPL","asset_class":"us_equity","notional":null,"qty":"10","filled_qty":"0",
    "filled_avg_price":null,"order_class":"","order_type":"limit","type":"limit","side":"buy",
    "position_intent":"buy_to_open","time_in_force":"day","limit_price":"187.35",
    "stop_price":null,"status":"pending_new","extended_hours":false,"legs":null,
    "trail_percent":null,"trail_price":null,"hwm":null,"ratio_qty":null,"subtag":null,
    "source":null})");
  EXPECT_EQ(order, expected);
}

TEST(wire_trading, a_fill_tells_its_own_price_and_quantity) {
  venue_event event;
  event.what = venue_event::kind::partial_fill;
  event.order = sample_order();
  event.order.status = venue_status::partially_filled;
  event.event_id = "01KB3Q5G7N8R9TSVWXYZ012345";
  event.execution_id = "0b7d1d7e-64d4-4f15-9d2b-2d0b1f0a6c11";
  event.fill_price = *price::parse("187.31");
  event.fill_qty = quantity::from_int(4);
  event.position_qty = quantity::from_int(-6);
  event.at = utc("2026-11-02T14:31:05.123456789Z");
  const auto message = json::parse(trade_update_message(event, {"asset"}));
  EXPECT_EQ(message["stream"], "trade_updates");
  const auto& data = message["data"];
  EXPECT_EQ(data["event"], "partial_fill");
  EXPECT_EQ(data["price"], "187.31");
  EXPECT_EQ(data["qty"], "4");
  EXPECT_EQ(data["position_qty"], "-6");
  EXPECT_EQ(data["execution_id"], event.execution_id);
  EXPECT_EQ(data["timestamp"], "2026-11-02T14:31:05.123456789Z");
  EXPECT_EQ(data["order"]["status"], "partially_filled");
  EXPECT_TRUE(data["order"].contains("cancel_requested_at"));
}

TEST(wire_trading, only_fills_have_a_price_and_pending_new_has_no_execution) {
  venue_event event;
  event.what = venue_event::kind::pending_new;
  event.order = sample_order();
  const auto data = json::parse(trade_update_message(event, {"asset"}))["data"];
  for (const auto* name : {"price", "qty", "position_qty", "execution_id"})
    EXPECT_FALSE(data.contains(name)) << name;
}

TEST(wire_trading, trade_updates_have_the_shape_of_a_recorded_stream) {
  BW_RECORDED_OR_SKIP(file, recorded("stream/trade_updates_market_sell_fill_20260918.jsonl"));
  // Only crypto has these.
  const std::set<std::string> elsewhere = {"swap_rate", "settle_date"};
  std::istringstream lines{*file};
  std::string line;
  int compared = 0;
  while (std::getline(lines, line)) {
    const auto theirs = json::parse(line);
    if (theirs["stream"] != "trade_updates") continue;
    venue_event event;
    event.order = sample_order();
    event.event_id = "id";
    for (const auto what :
         {venue_event::kind::pending_new, venue_event::kind::new_order, venue_event::kind::fill}) {
      if (theirs["data"]["event"] != std::string{to_string(what)}) continue;
      event.what = what;
      if (what != venue_event::kind::pending_new) event.execution_id = "id";
      expect_same_shape(json::parse(trade_update_message(event, {"asset"})), theirs, elsewhere);
      ++compared;
    }
  }
  EXPECT_EQ(compared, 3);
}

TEST(wire_trading, orders_have_the_shape_of_recorded_ones) {
  BW_RECORDED_OR_SKIP(
      theirs,
      recorded_body("recorded_rest/r_orders_order_submit_properly_places_a_simple_buy_order.json"));
  const auto ours = written([](json_writer& out) { write_order(out, sample_order(), {"asset"}); });
  expect_same_shape(ours, *theirs);
}

TEST(wire_trading, the_account_has_the_shape_of_a_recorded_one) {
  BW_RECORDED_OR_SKIP(
      theirs,
      recorded_body("recorded_rest/r_account_account_retrieves_account_details_properly.json"));
  const auto ours = written([](json_writer& out) { write_account(out, {}, {}); });
  expect_same_shape(ours, *theirs, day_trading_members);
}

TEST(wire_trading, a_short_position_is_negative_and_losing_when_the_price_rises) {
  venue_position held;
  held.symbol_text = "F";
  held.qty = quantity::from_int(-100);
  held.average = *price::parse("198.4");
  held.last = *price::parse("199.22");
  held.lastday = *price::parse("195.76");
  held.held_for_orders = quantity::from_int(40);
  const auto ours = written([&](json_writer& out) {
    write_position(out, held, {"asset", "NASDAQ"});
  });
  EXPECT_EQ(ours["side"], "short");
  EXPECT_EQ(ours["qty"], "-100");
  EXPECT_EQ(ours["qty_available"], "-60");
  EXPECT_EQ(ours["market_value"], "-19922");
  EXPECT_EQ(ours["cost_basis"], "-19840");
  EXPECT_EQ(ours["unrealized_pl"], "-82");
  EXPECT_EQ(ours["unrealized_plpc"], "-0.004133065");
  EXPECT_EQ(ours["change_today"], "0.017674704");

  BW_RECORDED_OR_SKIP(theirs,
                      recorded_body("recorded_rest/ruby_positions_returns_an_array_of_position_"
                                    "objects_with_open_positions.json"));
  expect_same_shape(ours, theirs->at(0));
}

TEST(wire_trading, a_position_bought_at_nothing_divides_by_nothing) {
  venue_position held;
  held.qty = quantity::from_int(1);
  const auto ours = written([&](json_writer& out) { write_position(out, held, {"", ""}); });
  EXPECT_EQ(ours["unrealized_plpc"], "0");
  EXPECT_EQ(ours["change_today"], "0");
}

TEST(wire_trading, assets_have_the_shape_of_recorded_ones) {
  const auto ours =
      written([](json_writer& out) { write_asset(out, steady_source::usual_symbols()[0], "id"); });
  EXPECT_EQ(ours["class"], "us_equity");
  EXPECT_EQ(ours["borrow_status"], "easy_to_borrow");
  BW_RECORDED_OR_SKIP(
      theirs,
      recorded_body("recorded_rest/r_assets_assets_returns_a_well_known_ticker_symbol.json"));
  expect_same_shape(ours, *theirs);
}

TEST(wire_trading, the_clock_speaks_new_york_on_both_sides_of_daylight_saving) {
  const trading_days days{november_sessions()};
  const new_york_time new_york{november_offset};
  const auto clock = [&](std::string_view now) {
    return written([&](json_writer& out) { write_clock(out, days, new_york, utc(now)); });
  };
  const auto open = clock("2026-11-02T14:31:04.912345678Z");
  EXPECT_EQ(open["timestamp"], "2026-11-02T09:31:04.912345678-05:00");
  EXPECT_EQ(open["is_open"], true);
  EXPECT_EQ(open["next_open"], "2026-11-27T09:30:00-05:00");
  EXPECT_EQ(open["next_close"], "2026-11-02T16:00:00-05:00");

  const auto before = clock("2026-10-30T13:29:59Z");
  EXPECT_EQ(before["timestamp"], "2026-10-30T09:29:59-04:00");
  EXPECT_EQ(before["is_open"], false);
  EXPECT_EQ(before["next_open"], "2026-10-30T09:30:00-04:00");
  EXPECT_EQ(clock("2026-10-30T13:30:00Z")["is_open"], true);
  EXPECT_EQ(clock("2026-10-30T20:00:00Z")["is_open"], false);

  // Behind the last given day, which was a Friday, weekdays go on.
  const auto later = clock("2026-11-28T15:00:00Z");
  EXPECT_EQ(later["is_open"], false);
  EXPECT_EQ(later["next_open"], "2026-11-30T09:30:00-05:00");

  BW_RECORDED_OR_SKIP(theirs,
                      recorded_body("recorded_rest/ruby_clock_returns_the_market_clock.json"));
  expect_same_shape(open, *theirs);
}

TEST(wire_trading, the_calendar_lists_the_trading_days_with_their_settlement) {
  const trading_days days{november_sessions()};
  const new_york_time new_york{november_offset};
  const auto list = [&](calendar_date from, calendar_date to) {
    return written([&](json_writer& out) { write_calendar(out, days, new_york, from, to); });
  };
  EXPECT_EQ(list({2026, 10, 30}, {2026, 11, 2}), json::parse(R"([
    {"date":"2026-10-30","open":"09:30","close":"16:00","session_open":"0400",
     "session_close":"2000","settlement_date":"2026-11-02"},
    {"date":"2026-11-02","open":"09:30","close":"16:00","session_open":"0400",
     "session_close":"2000","settlement_date":"2026-11-27"}])"));
  const auto half_day = list({2026, 11, 27}, {2026, 11, 27})[0];
  EXPECT_EQ(half_day["close"], "13:00");
  EXPECT_EQ(half_day["session_close"], "1700");
  EXPECT_EQ(half_day["settlement_date"], "2026-11-30");
  EXPECT_TRUE(list({2026, 11, 3}, {2026, 11, 4}).empty());

  BW_RECORDED_OR_SKIP(theirs,
                      recorded_body("recorded_rest/ruby_calendar_returns_calendar_objects.json"));
  expect_same_shape(half_day, theirs->at(0));
}

TEST(wire_trading, a_refusal_carries_its_extra_members) {
  const refusal why{403, 40310000, "insufficient buying power", {{"buying_power", "1234.5"}}};
  EXPECT_EQ(refusal_json(why),
            R"({"code":40310000,"message":"insufficient buying power","buying_power":"1234.5"})");
}

TEST(wire_trading, intent_depends_on_the_position_before) {
  const auto flat = quantity{};
  const auto held = quantity::from_int(5);
  EXPECT_EQ(intent_of(side::buy, flat), position_intent::buy_to_open);
  EXPECT_EQ(intent_of(side::buy, held), position_intent::buy_to_open);
  EXPECT_EQ(intent_of(side::buy, -held), position_intent::buy_to_close);
  EXPECT_EQ(intent_of(side::sell, flat), position_intent::sell_to_open);
  EXPECT_EQ(intent_of(side::sell, held), position_intent::sell_to_close);
  EXPECT_EQ(intent_of(side::sell, -held), position_intent::sell_to_open);
}

}  // namespace
}  // namespace bw::venue::tests
