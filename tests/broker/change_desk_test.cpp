#include "broker/change_desk.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/broker/desk_fixture.hpp"

namespace bw {
namespace {

order_ticket ticket_of(order_type type) {
  order_ticket out;
  out.symbol = "AAPL";
  out.type = type;
  out.qty = quantity::from_int(1);
  if (type == order_type::limit || type == order_type::stop_limit)
    out.limit = price::from_int(type == order_type::limit ? 50 : 151);
  if (type == order_type::stop || type == order_type::stop_limit) out.stop = price::from_int(150);
  if (type == order_type::trailing_stop) out.trail_percent = ratio::from_int(10);
  return out;
}

TEST_F(desk_test, sends_orders_of_every_type) {
  for (const auto type : {order_type::market, order_type::limit, order_type::stop,
                          order_type::stop_limit, order_type::trailing_stop}) {
    const auto x = submit(ticket_of(type));
    ASSERT_EQ(x.outcome, submit_outcome::accepted) << to_string(type) << x.refusal.message;
    EXPECT_EQ(x.order->type, to_string(type));
  }
  EXPECT_EQ(changes->unknown().names(), std::vector<std::string>{});
}

TEST_F(desk_test, sends_dollars_fractions_and_extended_hours) {
  order_ticket dollars;
  dollars.symbol = "AAPL";
  dollars.notional = *money::parse("250.50");
  const auto bought = submit(dollars);
  ASSERT_EQ(bought.outcome, submit_outcome::accepted) << bought.refusal.message;
  EXPECT_EQ(bought.order->notional, *money::parse("250.50"));
  EXPECT_FALSE(bought.order->qty);
  auto part = limit_order("50");
  part.qty = *quantity::parse("0.25");
  EXPECT_EQ(submit(part).order->qty, part.qty);
  auto early = limit_order("50");
  early.extended_hours = true;
  EXPECT_EQ(submit(early).order->extended_hours, true);
}

TEST_F(desk_test, sends_groups_and_reads_their_legs) {
  auto entry = limit_order("50", "with-exits");
  entry.group = order_class::bracket;
  entry.take_profit = price::from_int(60);
  entry.stop_loss = price::from_int(40);
  entry.stop_loss_limit = price::from_int(39);
  const auto bracket = submit(entry);
  ASSERT_EQ(bracket.outcome, submit_outcome::accepted) << bracket.refusal.message;
  const auto nested = order(*bracket.order->id);
  ASSERT_EQ(nested.legs.size(), 2u);
  EXPECT_EQ(nested.legs[0].status, "held");
  EXPECT_EQ(nested.legs[1].type, "stop_limit");

  entry.group = order_class::oto;
  entry.client_id = "one-exit";
  entry.take_profit = {};
  EXPECT_EQ(submit(entry).order->legs.size(), 1u);

  buy_at_market("F", 2);
  order_ticket exit;
  exit.symbol = "F";
  exit.side = side::sell;
  exit.type = order_type::limit;
  exit.group = order_class::oco;
  exit.qty = quantity::from_int(2);
  exit.take_profit = price::from_int(300);
  exit.stop_loss = price::from_int(100);
  const auto oco = submit(exit);
  ASSERT_EQ(oco.outcome, submit_outcome::accepted) << oco.refusal.message;
  EXPECT_EQ(oco.order->legs.size(), 1u);
}

TEST_F(desk_test, replaces_an_order_and_hears_why_not) {
  const auto first = submit(limit_order("50"));
  const auto id = *first.order->id;
  order_when(id, "new");
  order_change change;
  change.limit = price::from_int(51);
  change.client_id = "moved";
  const auto moved = ask_plain<change_answer>(
      [&](auto done) { changes->replace(id, change, intent(), std::move(done)); });
  ASSERT_EQ(moved.outcome, submit_outcome::accepted) << moved.refusal.message;
  EXPECT_EQ(moved.order->replaces, id);
  EXPECT_EQ(moved.order->client_order_id, "moved");
  EXPECT_EQ(order_when(id, "replaced").replaced_by, moved.order->id);
  const auto late = ask_plain<change_answer>(
      [&](auto done) { changes->replace(id, change, intent(), std::move(done)); });
  EXPECT_EQ(late.outcome, submit_outcome::rejected);
  EXPECT_NE(late.refusal.code, 0u);
}

TEST_F(desk_test, cancels_one_and_all) {
  const auto first = *submit(limit_order("50")).order->id;
  submit(limit_order("51"));
  EXPECT_TRUE(need<bool>([&](auto done) { changes->cancel(first, std::move(done)); }));
  order_when(first, "canceled");
  EXPECT_EQ(ask<bool>([&](auto done) { changes->cancel(first, std::move(done)); }).code(),
            ec::http_status);
  EXPECT_EQ(ask<bool>([&](auto done) { changes->cancel("none", std::move(done)); }).code(),
            ec::not_found);
  const auto rest =
      need<std::vector<item_outcome>>([&](auto done) { changes->cancel_all(std::move(done)); });
  ASSERT_EQ(rest.size(), 1u);
  EXPECT_TRUE(rest[0].done());
  EXPECT_TRUE(need<std::vector<item_outcome>>([&](auto done) {
                changes->cancel_all(std::move(done));
              }).empty());
}

TEST_F(desk_test, closes_positions_in_parts_and_whole) {
  buy_at_market("AAPL", 10);
  buy_at_market("F", 4);
  const auto close = [&](close_amount amount) {
    return ask_plain<change_answer>(
        [&](auto done) { changes->close_position("AAPL", amount, intent(), std::move(done)); });
  };
  const auto two = close(quantity::from_int(2));
  ASSERT_EQ(two.outcome, submit_outcome::accepted) << two.refusal.message;
  EXPECT_EQ(two.order->qty, quantity::from_int(2));
  order_when(*two.order->id, "filled");
  const auto half = close(ratio::from_int(50));
  EXPECT_EQ(half.order->qty, quantity::from_int(4));
  order_when(*half.order->id, "filled");
  // What holds the shares of F does not give way unless it is cancelled.
  auto exit = limit_order("900");
  exit.symbol = "F";
  exit.side = side::sell;
  exit.qty = quantity::from_int(4);
  ASSERT_EQ(submit(exit).outcome, submit_outcome::accepted);
  const auto all = need<std::vector<item_outcome>>(
      [&](auto done) { changes->close_all_positions(false, intent(), std::move(done)); });
  ASSERT_EQ(all.size(), 2u);
  for (const auto& x : all) {
    EXPECT_EQ(x.done(), x.of == "AAPL") << x.of << x.refusal.message;
    EXPECT_EQ(x.order.has_value(), x.of == "AAPL");
    EXPECT_EQ(x.refusal.code, x.of == "AAPL" ? 0u : 40310000u);
  }
  const auto rest = need<std::vector<item_outcome>>(
      [&](auto done) { changes->close_all_positions(true, intent(), std::move(done)); });
  EXPECT_TRUE(std::all_of(rest.begin(), rest.end(), [](const auto& x) { return x.done(); }));
  EXPECT_EQ(ask_plain<change_answer>([&](auto done) {
              changes->close_position("SPY", whole_position{}, intent(), std::move(done));
            }).outcome,
            submit_outcome::rejected);
}

TEST_F(desk_test, changes_the_accounts_rules) {
  configuration_change change;
  change.suspend_trade = true;
  change.trade_confirm_email = "none";
  const auto after =
      need<account_configuration>([&](auto done) { changes->configure(change, std::move(done)); });
  EXPECT_EQ(after.suspend_trade, true);
  EXPECT_EQ(after.trade_confirm_email, "none");
  const auto refused = submit(limit_order("50"));
  EXPECT_EQ(refused.outcome, submit_outcome::rejected);
  EXPECT_EQ(refused.refusal.code, 40310000u);
}

TEST_F(desk_test, refusals_and_duplicates_are_told_apart) {
  EXPECT_EQ(submit(limit_order("50", "once")).outcome, submit_outcome::accepted);
  EXPECT_EQ(submit(limit_order("50", "once")).outcome, submit_outcome::duplicate);
  auto too_large = limit_order("90");
  too_large.qty = quantity::from_int(1'000'000);
  EXPECT_EQ(submit(too_large).outcome, submit_outcome::rejected);
}

TEST_F(desk_test, nothing_that_makes_an_order_leaves_after_a_kill_and_cancels_do) {
  buy_at_market("AAPL", 2);
  const auto resting = *submit(limit_order("50")).order->id;
  order_when(resting, "new");
  const auto orders_before = at->counts().orders;
  mark.kill();
  EXPECT_EQ(submit(limit_order("50")).outcome, submit_outcome::not_sent);
  order_change change;
  change.limit = price::from_int(51);
  EXPECT_EQ(ask_plain<change_answer>([&](auto done) {
              changes->replace(resting, change, intent(), std::move(done));
            }).outcome,
            submit_outcome::not_sent);
  auto closing = intent();
  closing.what = leaving::closing_order;
  const auto close = [&] {
    return ask_plain<change_answer>([&](auto done) {
      changes->close_position("AAPL", whole_position{}, closing, std::move(done));
    });
  };
  EXPECT_EQ(close().outcome, submit_outcome::not_sent);
  EXPECT_EQ(ask<std::vector<item_outcome>>([&](auto done) {
              changes->close_all_positions(true, closing, std::move(done));
            }).code(),
            ec::halted);
  EXPECT_EQ(at->counts().orders, orders_before);
  EXPECT_TRUE(need<bool>([&](auto done) { changes->cancel(resting, std::move(done)); }));
  mark.permit_closing();
  EXPECT_EQ(close().outcome, submit_outcome::accepted);
}

TEST_F(desk_test, an_order_without_a_logged_intent_is_a_programming_error) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(
      ask_plain<change_answer>([&](auto done) {
        changes->submit(limit_order("50"), logged_intent{order_id{7}, 101}, std::move(done));
      }),
      "acknowledged");
}

TEST_F(desk_test, what_the_broker_would_refuse_is_not_even_sent) {
  auto bad = limit_order("50.001");
  const auto x = submit(bad);
  EXPECT_EQ(x.outcome, submit_outcome::not_sent);
  EXPECT_NE(x.text.find("limit_price"), std::string::npos) << x.text;
}

/// The node's orders go through gate, log and router, so nothing that runs in it may know the desk.
TEST(change_desk, is_out_of_the_nodes_reach) {
  int files = 0;
  for (const char* folder : {"actors", "app", "ops", "strategies"})
    for (const auto& each : std::filesystem::recursive_directory_iterator{folder}) {
      if (!each.is_regular_file()) continue;
      std::ostringstream text;
      text << std::ifstream{each.path()}.rdbuf();
      EXPECT_EQ(text.str().find("change_desk"), std::string::npos) << each.path();
      ++files;
    }
  EXPECT_GT(files, 100) << "run from the source root";
}

}  // namespace
}  // namespace bw
