#include <gtest/gtest.h>

#include <set>

#include "broker/page_walk.hpp"
#include "tests/broker/desk_fixture.hpp"

namespace bw {
namespace {

TEST_F(desk_test, reads_the_account_whole) {
  const auto x = need<account_details>([&](auto done) { account->account(std::move(done)); });
  EXPECT_EQ(x.status, "ACTIVE");
  EXPECT_EQ(x.cash, money::from_int(100'000));
  EXPECT_EQ(x.multiplier, ratio::from_int(2));
  EXPECT_EQ(x.trading_blocked, false);
  const auto rules =
      need<account_configuration>([&](auto done) { account->configuration(std::move(done)); });
  EXPECT_EQ(rules.suspend_trade, false);
  const auto clock = need<clock_details>([&](auto done) { account->clock(std::move(done)); });
  EXPECT_EQ(clock.is_open, true);
  const auto days = need<std::vector<calendar_details>>([&](auto done) {
    account->calendar({2026, 10, 30}, {2026, 11, 2}, std::move(done));
  });
  ASSERT_EQ(days.size(), 2u);
  EXPECT_EQ(days[1].open, "09:30");
  const auto history = need<portfolio_history>([&](auto done) {
    account->portfolio_history({.period = "1D", .timeframe = "1Min"}, std::move(done));
  });
  EXPECT_EQ(history.timeframe, "1Min");
  EXPECT_EQ(account->unknown().names(), std::vector<std::string>{});
}

TEST_F(desk_test, reads_assets) {
  const auto all =
      need<std::vector<asset_details>>([&](auto done) { account->assets({}, std::move(done)); });
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0].symbol, "AAPL");
  EXPECT_EQ(all[0].asset_class, "us_equity");
  EXPECT_FALSE(all[0].attributes.empty());
  const auto one =
      need<asset_details>([&](auto done) { account->asset(*all[0].id, std::move(done)); });
  EXPECT_EQ(one.symbol, "AAPL");
  EXPECT_EQ(ask<asset_details>([&](auto done) { account->asset("NONE", std::move(done)); }).code(),
            ec::not_found);
}

TEST_F(desk_test, walks_orders_page_by_page_in_both_directions) {
  std::set<std::string> made;
  for (int k = 0; k < 12; ++k) {
    const auto x = submit(limit_order("50", ("page-" + std::to_string(k)).c_str()));
    ASSERT_EQ(x.outcome, submit_outcome::accepted) << x.refusal.message;
    made.insert(*x.order->id);
  }
  for (const auto direction : {list_direction::newest_first, list_direction::oldest_first}) {
    orders_query query;
    query.direction = direction;
    query.rows_max = 5;
    const auto some =
        need<row_page<order_details>>([&](auto done) { account->orders(query, std::move(done)); });
    EXPECT_EQ(some.rows.size(), 5u);
    EXPECT_FALSE(some.next_token.empty()) << "there are more, and it is said";
    query.rows_max = 500;
    const auto all =
        need<row_page<order_details>>([&](auto done) { account->orders(query, std::move(done)); });
    std::set<std::string> found;
    for (const auto& x : all.rows) found.insert(*x.id);
    EXPECT_EQ(found, made);
    EXPECT_TRUE(all.next_token.empty());
    const bool newest_first = direction == list_direction::newest_first;
    EXPECT_EQ(all.rows.front().client_order_id, newest_first ? "page-11" : "page-0");
  }
  const auto by_client = need<order_details>(
      [&](auto done) { account->order_by_client_id("page-3", std::move(done)); });
  EXPECT_EQ(by_client.client_order_id, "page-3");
  EXPECT_EQ(ask<order_details>([&](auto done) { account->order("none", std::move(done)); }).code(),
            ec::not_found);
}

TEST_F(desk_test, reads_positions_and_activities) {
  const auto id = buy_at_market("AAPL", 3);
  const auto held =
      need<std::vector<position_details>>([&](auto done) { account->positions(std::move(done)); });
  ASSERT_EQ(held.size(), 1u);
  EXPECT_EQ(held[0].qty, quantity::from_int(3));
  const auto one =
      need<position_details>([&](auto done) { account->position("AAPL", std::move(done)); });
  EXPECT_EQ(one.side, "long");
  EXPECT_TRUE(one.unrealized_plpc.has_value());
  EXPECT_EQ(
      ask<position_details>([&](auto done) { account->position("F", std::move(done)); }).code(),
      ec::not_found);
  activities_query query;
  query.types = {"FILL"};
  const auto moved = need<row_page<activity_details>>(
      [&](auto done) { account->activities(query, std::move(done)); });
  ASSERT_EQ(moved.rows.size(), 1u);
  EXPECT_EQ(moved.rows[0].order_id, id);
  EXPECT_EQ(moved.rows[0].cum_qty, quantity::from_int(3));
  EXPECT_EQ(account->unknown().names(), std::vector<std::string>{});
}

TEST_F(desk_test, walks_bars_of_several_symbols_page_by_page) {
  market_query query;
  query.symbols = {"AAPL", "F"};
  query.start = *parse_rfc3339("2026-10-30T13:30:00Z");
  query.end = *parse_rfc3339("2026-10-30T14:29:00Z");
  query.rows_max = 500;
  const auto whole =
      need<row_page<bar_details>>([&](auto done) { market->bars(query, std::move(done)); });
  ASSERT_EQ(whole.rows.size(), 120u);
  EXPECT_TRUE(whole.next_token.empty());
  EXPECT_EQ(whole.rows[0].symbol, "AAPL");
  EXPECT_EQ(whole.rows[119].symbol, "F");
  // A venue that gives seven rows at most: pages follow each other without a gap.
  std::vector<std::string> tokens;
  rest_get small = [get = reads->get(), &tokens](std::string target, auto use, auto done) {
    const auto limit = target.find("limit=");
    target.replace(limit, target.find('&', limit) - limit, "limit=7");
    tokens.push_back(target);
    get(std::move(target), std::move(use), std::move(done));
  };
  market_desk paged{small};
  query.rows_max = 120;
  const auto pages =
      need<row_page<bar_details>>([&](auto done) { paged.bars(query, std::move(done)); });
  EXPECT_EQ(tokens.size(), 18u);
  ASSERT_EQ(pages.rows.size(), 120u);
  for (std::size_t k = 0; k < 120; ++k) EXPECT_EQ(pages.rows[k].start, whole.rows[k].start) << k;
}

TEST_F(desk_test, reads_the_latest_of_everything) {
  const std::vector<std::string> both{"AAPL", "SPY", "NOSUCH"};
  const auto quotes = need<std::vector<quote_details>>(
      [&](auto done) { market->latest_quotes(both, "iex", std::move(done)); });
  ASSERT_EQ(quotes.size(), 2u);
  EXPECT_LT(*quotes[0].bid, *quotes[0].ask);
  // What has not traded yet has no last trade.
  std::vector<trade_details> trades;
  ASSERT_TRUE(tests::eventually(patience, [&] {
    trades = need<std::vector<trade_details>>(
        [&](auto done) { market->latest_trades(both, "iex", std::move(done)); });
    return trades.size() == 2;
  }));
  EXPECT_TRUE(trades[1].id.has_value());
  const auto snapshots = need<std::vector<snapshot_details>>(
      [&](auto done) { market->snapshots(both, "iex", std::move(done)); });
  ASSERT_EQ(snapshots.size(), 2u);
  EXPECT_TRUE(snapshots[0].latest_quote.has_value());
  EXPECT_TRUE(snapshots[0].previous_daily_bar.has_value());
  market_query query;
  query.symbols = {"AAPL"};
  query.rows_max = 3;
  const auto past =
      need<row_page<quote_details>>([&](auto done) { market->quotes(query, std::move(done)); });
  EXPECT_EQ(past.rows.size(), 3u);
  const auto prints =
      need<row_page<trade_details>>([&](auto done) { market->trades(query, std::move(done)); });
  EXPECT_FALSE(prints.rows.empty());
  EXPECT_EQ(market->unknown().names(), std::vector<std::string>{});
}

TEST_F(desk_test, reads_news_page_by_page) {
  news_query query;
  query.start = *parse_rfc3339("2026-10-30T00:00:00Z");
  query.end = *parse_rfc3339("2026-10-30T02:00:00Z");
  query.sort = "asc";
  query.include_content = true;
  query.rows_max = 1'000;
  const auto all =
      need<row_page<news_item>>([&](auto done) { market->news(query, std::move(done)); });
  EXPECT_GT(all.rows.size(), market_desk::page_news);
  for (std::size_t k = 0; k < all.rows.size(); ++k) {
    EXPECT_TRUE(k == 0 || all.rows[k - 1].created_at < all.rows[k].created_at);
    EXPECT_FALSE(all.rows[k].headline.empty());
    EXPECT_FALSE(all.rows[k].content.empty());
    EXPECT_EQ(all.rows[k].images.size(), 3u);
  }
}

TEST_F(desk_test, a_parameter_that_makes_no_sense_is_told) {
  market_query query;
  query.symbols = {"AAPL"};
  query.timeframe = "7Lightyears";
  const auto bars =
      ask<row_page<bar_details>>([&](auto done) { market->bars(query, std::move(done)); });
  ASSERT_FALSE(bars.ok());
  EXPECT_EQ(bars.code(), ec::http_status);
  EXPECT_NE(bars.failure().context.find("400"), std::string::npos) << bars.failure().context;
}

TEST_F(desk_test, a_closed_connection_answers_at_once) {
  const auto get = reads->get();
  reads->close();
  const auto late = ask<account_details>([&](auto done) { account->account(std::move(done)); });
  EXPECT_EQ(late.code(), ec::cancelled);
  at->on_loop([this] { reads.reset(); });
  account_desk orphan{get};
  EXPECT_EQ(ask<account_details>([&](auto done) { orphan.account(std::move(done)); }).code(),
            ec::halted);
}

/// Answers from a list; then the same for ever.
rest_get scripted(std::vector<std::string> bodies) {
  auto next = std::make_shared<std::size_t>(0);
  return [bodies, next](const std::string&, auto use, auto done) {
    done(use(bodies[std::min((*next)++, bodies.size() - 1)]));
  };
}

TEST(page_walk, leaves_a_list_that_repeats_itself) {
  market_desk desk{scripted({R"({"bars":{"A":[]},"next_page_token":"x"})"})};
  std::optional<result<row_page<bar_details>>> out;
  desk.bars({}, [&](auto x) { out = std::move(x); });
  ASSERT_TRUE(out);
  EXPECT_EQ(out->code(), ec::protocol_violation);
}

TEST(page_walk, leaves_a_list_that_does_not_end) {
  std::vector<std::string> bodies;
  for (std::uint32_t k = 0; k <= pages_max; ++k)
    bodies.push_back(R"({"bars":{"A":[]},"next_page_token":")" + std::to_string(k) + "\"}");
  market_desk desk{scripted(bodies)};
  std::optional<result<row_page<bar_details>>> out;
  desk.bars({}, [&](auto x) { out = std::move(x); });
  ASSERT_TRUE(out);
  EXPECT_EQ(out->code(), ec::out_of_range);
}

TEST(page_walk, a_page_that_fails_fails_the_whole) {
  market_desk desk{scripted(
      {R"({"bars":{"A":[{"t":"2026-11-02T14:31:00Z"}]},"next_page_token":"x"})", "<html>"})};
  std::optional<result<row_page<bar_details>>> out;
  desk.bars({}, [&](auto x) { out = std::move(x); });
  ASSERT_TRUE(out);
  EXPECT_EQ(out->code(), ec::parse_failed);
}

}  // namespace
}  // namespace bw
