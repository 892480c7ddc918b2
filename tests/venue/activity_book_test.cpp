// The venue's book of the account: executions in order, pages by token, filters.

#include "venue/activity_book.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

namespace bw::venue {
namespace {

using nlohmann::json;

utc_ns at(std::int64_t ms) { return utc_ns{1'773'322'200'000'000'000 + ms * 1'000'000}; }

venue_event execution(int n, std::int64_t qty, std::int64_t total) {
  venue_event out;
  out.what = total == 10 ? venue_event::kind::fill : venue_event::kind::partial_fill;
  out.order.id = "order-1";
  out.order.symbol_text = "AAPL";
  out.order.side = side::sell;
  out.order.qty = quantity::from_int(10);
  out.order.filled_qty = quantity::from_int(total);
  out.execution_id = "e" + std::to_string(n);
  out.fill_qty = quantity::from_int(qty);
  out.fill_price = *price::parse("187.31");
  out.at = at(n);
  return out;
}

json ask(const activity_book& book, const std::string& target) {
  net::http_request request;
  request.method = "GET";
  request.target = target;
  const auto call = take_apart(request);
  EXPECT_TRUE(asks_for_activities(call)) << target;
  const auto answer = answer_activities(call, book);
  EXPECT_EQ(answer.status, 200) << answer.body;
  return json::parse(answer.body);
}

TEST(activity_book, fills_have_alpacas_form) {
  activity_book book;
  book.record(execution(1, 4, 4), {});
  book.record(execution(2, 6, 10), {});
  auto other = execution(3, 1, 1);
  other.what = venue_event::kind::canceled;
  book.record(other, {});
  const auto list = ask(book, "/v2/account/activities?direction=asc");
  ASSERT_EQ(list.size(), 2u);
  EXPECT_EQ(list[0].at("id"), "20260312133000001::e1");
  EXPECT_EQ(list[0].at("activity_type"), "FILL");
  EXPECT_EQ(list[0].at("type"), "partial_fill");
  EXPECT_EQ(list[0].at("cum_qty"), "4");
  EXPECT_EQ(list[0].at("leaves_qty"), "6");
  EXPECT_EQ(list[1].at("order_status"), "filled");
  EXPECT_EQ(ask(book, "/v2/account/activities")[0].at("cum_qty"), "10") << "newest first";
}

TEST(activity_book, a_fee_is_a_movement_of_its_own) {
  activity_book book;
  fee_schedule fees;
  fees.commission_basis_points = 10;
  book.record(execution(1, 4, 4), fees);
  const auto list = ask(book, "/v2/account/activities?category=non_trade_activity");
  ASSERT_EQ(list.size(), 1u);
  EXPECT_EQ(list[0].at("activity_type"), "FEE");
  EXPECT_EQ(list[0].at("net_amount"), "-0.74924");
}

TEST(activity_book, pages_by_token_reach_everything_once_in_both_directions) {
  activity_book book;
  for (int n = 0; n < 1'234; ++n) {
    auto event = execution(n / 3, 1, 1);  // Some share a time.
    event.execution_id = "e" + std::to_string(n);
    book.record(event, {});
  }
  for (const std::string direction : {"asc", "desc"}) {
    std::vector<std::string> ids;
    std::string token;
    for (;;) {
      const auto page =
          ask(book, "/v2/account/activities/FILL?direction=" + direction + "&page_token=" + token);
      for (const auto& row : page) ids.push_back(row.at("id"));
      if (page.size() < activity_book::page_max) break;
      token = ids.back();
    }
    EXPECT_EQ(ids.size(), 1'234u) << direction;
    EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()).size(), ids.size());
  }
}

TEST(activity_book, filters) {
  activity_book book;
  book.record(execution(1'000, 4, 4), {});
  book.record(execution(90'000'000, 6, 10), {});
  activity dividend;
  dividend.type = "DIV";
  dividend.at = at(5'000);
  dividend.symbol = "T";
  dividend.net_amount = *money::parse("1.02");
  book.add(dividend, "d");
  const std::pair<const char*, std::size_t> table[] = {
      {"", 3},
      {"?activity_types=DIV", 1},
      {"?activity_types=FILL,DIV&page_size=2", 2},
      {"?after=2026-03-12T13:30:01Z", 2},
      {"?until=2026-03-12T13:30:05Z", 1},
      {"?date=2026-03-12", 2},
      {"?order_id=order-1", 2},
      {"?category=trade_activity", 2},
  };
  for (const auto& [query, count] : table)
    EXPECT_EQ(ask(book, std::string{"/v2/account/activities"} + query).size(), count) << query;
  EXPECT_EQ(ask(book, "/v2/account/activities/DIV").size(), 1u);
}

TEST(activity_book, refuses_what_it_does_not_understand) {
  const activity_book book;
  for (const char* query : {"direction=up", "page_size=0", "page_size=x", "after=never",
                            "date=2026-13-01", "activity_types=FILL&category=trade_activity"}) {
    net::http_request request;
    request.method = "GET";
    request.target = std::string{"/v2/account/activities?"} + query;
    EXPECT_EQ(answer_activities(take_apart(request), book).status, 422) << query;
  }
  net::http_request post;
  post.method = "POST";
  post.target = "/v2/account/activities";
  EXPECT_EQ(answer_activities(take_apart(post), book).status, 405);
}

}  // namespace
}  // namespace bw::venue
