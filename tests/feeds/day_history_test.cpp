// What the daily bars of a symbol come to, and that one fetch a day serves everybody who asks.

#include "feeds/day_history.hpp"

#include <gtest/gtest.h>

#include <map>

#include "messages/market_trend.hpp"
#include "tests/feeds/scripted_data_server.hpp"

namespace bw {
namespace {

std::string bar_json(std::int64_t close, std::int64_t volume) {
  return R"({"t":"2026-03-11T04:00:00Z","v":)" + std::to_string(volume) + R"(,"c":)" +
         std::to_string(close) + "}";
}
/// Of `days` days; the newest closes at 1000 and has a volume of 100, each day before it one less
/// and one more.
std::string page(std::size_t days) {
  std::string bars;
  for (std::int64_t k = 0; k < static_cast<std::int64_t>(days); ++k)
    bars += (k > 0 ? "," : "") + bar_json(1'000 - k, 100 + k);
  return R"({"bars":{"AAPL":[)" + bars + R"(]},"next_page_token":null})";
}

TEST(past_days, the_volume_is_the_mean_of_the_newest_twenty_sessions) {
  const std::string body = R"({"bars":{"AAPL":[{"t":"2026-03-11T04:00:00Z","v":300,"c":1.5},)"
                           R"({"v":100,"t":"2026-03-10T04:00:00Z","c":1.25}]},)"
                           R"("next_page_token":null})";
  const auto two = past_days_of(body);
  ASSERT_TRUE(two.ok());
  EXPECT_EQ(two->average_volume.text(), "200");
  EXPECT_EQ(two->closes, (std::vector{*price::parse("1.25"), *price::parse("1.5")}));
  EXPECT_EQ(past_days_of(R"({"bars":{"A":[{"v":1,"c":1},{"v":2,"c":1}]}})")->average_volume.text(),
            "1.5");
  EXPECT_EQ(past_days_of(page(300))->average_volume.text(), "109.5");
}

TEST(past_days, closes_are_as_many_as_a_trend_is_made_of_the_oldest_first) {
  const auto many = past_days_of(page(300));
  ASSERT_TRUE(many.ok());
  ASSERT_EQ(many->closes.size(), market_trend::closes_needed);
  EXPECT_EQ(many->closes.back(), price::from_int(1'000));
  EXPECT_EQ(many->closes.front(),
            price::from_int(1'001 - static_cast<std::int64_t>(market_trend::closes_needed)));
  EXPECT_EQ(past_days_of(page(3))->closes.size(), 3u);
}

TEST(past_days, without_bars_nobody_knows_anything) {
  for (const char* body : {R"({"bars":{},"next_page_token":null})", R"({"bars":{"A":[]}})"}) {
    const auto none = past_days_of(body);
    ASSERT_TRUE(none.ok()) << body;
    EXPECT_TRUE(none->average_volume.is_zero());
    EXPECT_TRUE(none->closes.empty());
  }
}

TEST(past_days, what_cannot_be_read_is_an_error) {
  for (const char* body :
       {"", "[]", "{}", R"({"bars":null})", R"({"bars":{"A":[{"c":1}]}})",
        R"({"bars":{"A":[{"v":1}]}})", R"({"bars":{"A":[{"v":"x","c":1}]}})",
        R"({"bars":{"A":[{"v":-5,"c":1}]}})", R"({"bars":{"A":[{"v":5,"c":-1}]}})",
        R"({"bars":{"A":[{"v":1e400,"c":1}]}})", R"({"bars":{"A":[7]}})"})
    EXPECT_EQ(past_days_of(body).code(), ec::parse_failed) << body;
}

class map_store final : public bar_store {
 public:
  std::optional<std::string> load(const bar_series& series, calendar_date day,
                                  calendar_date today) override {
    EXPECT_EQ(civil_from_days(days_from_civil(today) - 1), day);
    const auto found = pages.find({series.symbol, day});
    return found == pages.end() ? std::nullopt : std::optional{found->second};
  }
  void store(const bar_series& series, calendar_date day, calendar_date,
             std::string_view body) override {
    EXPECT_EQ(series, (bar_series{series.symbol, "iex", "1Day", "split"}));
    pages[{series.symbol, day}] = body;
  }
  std::map<std::pair<std::string, calendar_date>, std::string> pages;
};

struct day_history_test : testing::Test {
  system_clock time;
  loop_thread where;
  scripted_data_server server{where, {"AAPL"}};
  map_store store;
  std::unique_ptr<day_history> history;
  std::vector<result<past_days>> answers;

  void SetUp() override {
    server.bars = [](const auto&) { return scripted_data_server::body(page(300)); };
    where.on_loop([&] {
      history = std::make_unique<day_history>(
          where.loop, time,
          day_history_options{.data = {"127.0.0.1", server.port, net::security::plain_loopback},
                              .credentials = {},
                              .days = *session_calendar::make(),
                              .store = &store});
    });
  }
  void TearDown() override {
    where.on_loop([&] { history.reset(); });
  }
  result<past_days> ask(calendar_date before) {
    const auto wanted = answers.size() + 1;
    history->ask("AAPL", before, [this](result<past_days> x) {
      where.change([&] { answers.push_back(std::move(x)); });
    });
    EXPECT_TRUE(where.wait_until([&] { return answers.size() == wanted; }));
    return where.change([&] { return answers.back(); });
  }
  std::size_t requests() {
    return where.change([&] { return server.bar_requests.size(); });
  }
};

TEST_F(day_history_test, one_request_serves_a_day_and_its_restarts) {
  const auto first = ask({2026, 11, 2});
  ASSERT_TRUE(first.ok()) << first.failure().text();
  EXPECT_EQ(first->closes.size(), market_trend::closes_needed);
  EXPECT_EQ(first->average_volume.text(), "109.5");
  const auto again = ask({2026, 11, 2});
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->closes, first->closes);
  EXPECT_EQ(again->average_volume, first->average_volume);
  EXPECT_EQ(requests(), 1u);
  EXPECT_TRUE(ask({2026, 11, 3}).ok());
  EXPECT_EQ(requests(), 2u) << "another day has other days before it";
}

TEST_F(day_history_test, asks_for_whole_days_before_midnight_in_new_york) {
  ASSERT_TRUE(ask({2026, 11, 2}).ok());
  const auto target = where.change([&] { return server.bar_requests.at(0); });
  std::map<std::string, std::string> query(target.query.begin(), target.query.end());
  EXPECT_EQ(query["timeframe"], "1Day");
  EXPECT_EQ(query["adjustment"], "split");
  EXPECT_EQ(query["sort"], "desc");
  EXPECT_EQ(query["symbols"], "AAPL");
  EXPECT_EQ(query["feed"], "iex");
  EXPECT_EQ(query["end"], "2026-11-02T04:59:59.999999999Z");
  EXPECT_EQ(query["start"], "2025-09-08T04:00:00Z");
  EXPECT_GE(std::stoul(query["limit"]), market_trend::closes_needed);
}

TEST_F(day_history_test, what_is_kept_and_damaged_is_fetched_again) {
  store.pages[{"AAPL", calendar_date{2026, 11, 1}}] = "nonsense";
  ASSERT_TRUE(ask({2026, 11, 2}).ok());
  EXPECT_EQ(requests(), 1u);
}

TEST_F(day_history_test, neither_failures_nor_an_empty_answer_are_kept) {
  where.change(
      [&] { server.bars = [](const auto&) { return scripted_data_server::body("busy", 503); }; });
  EXPECT_EQ(ask({2026, 11, 2}).code(), ec::http_status);
  where.change([&] { server.bars = [](const auto&) { return scripted_data_server::no_bars(); }; });
  EXPECT_TRUE(ask({2026, 11, 2})->closes.empty());
  where.change([&] { server.bars = [](const auto&) { return scripted_data_server::body("[]"); }; });
  EXPECT_EQ(ask({2026, 11, 2}).code(), ec::parse_failed);
  EXPECT_TRUE(store.pages.empty());
  EXPECT_EQ(requests(), 3u);
}

TEST_F(day_history_test, without_a_store_every_question_fetches) {
  where.on_loop([&] {
    history = std::make_unique<day_history>(
        where.loop, time,
        day_history_options{.data = {"127.0.0.1", server.port, net::security::plain_loopback},
                            .credentials = {},
                            .days = *session_calendar::make()});
  });
  EXPECT_TRUE(ask({2026, 11, 2}).ok());
  EXPECT_TRUE(ask({2026, 11, 2}).ok());
  EXPECT_EQ(requests(), 2u);
}

}  // namespace
}  // namespace bw
