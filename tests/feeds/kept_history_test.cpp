// Past bars from a store and from a server: what is asked for, in which order bars come, and what
// is kept. The server speaks over a real socket; the store is a map.

#include "feeds/kept_history.hpp"

#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>

#include "feeds/bar_pages.hpp"
#include "tests/feeds/collected_events.hpp"
#include "tests/feeds/scripted_data_server.hpp"

namespace bw {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

utc_ns utc(const char* text) { return *parse_rfc3339(text); }

class map_store final : public bar_store {
 public:
  std::optional<std::string> load(const bar_series& series, calendar_date day,
                                  calendar_date today) override {
    asked.push_back(series.symbol + " " + format_date(day) + " on " + format_date(today));
    const auto found = pages.find({series.symbol, day});
    return found == pages.end() ? std::nullopt : std::optional{found->second};
  }
  void store(const bar_series& series, calendar_date day, calendar_date,
             std::string_view page) override {
    EXPECT_EQ(series.feed, "iex");
    EXPECT_EQ(series.timeframe, "1Min");
    EXPECT_EQ(series.adjustment, "split");
    pages[{series.symbol, day}] = page;
  }
  std::map<std::pair<std::string, calendar_date>, std::string> pages;
  std::vector<std::string> asked;
};

std::string bar_json(const std::string& start, const char* close = "2") {
  return R"({"t":")" + start + R"(","o":1,"h":9,"l":1,"c":)" + close +
         R"(,"v":10.5,"n":1,"vw":1.5})";
}
std::string page_json(const std::string& symbol, const std::string& bars) {
  return R"({"bars":{")" + symbol + R"(":[)" + bars + R"(]},"next_page_token":null})";
}

struct kept_history_test : testing::Test {
  const symbol_list symbols{"AAPL", "MSFT"};
  system_clock time;
  metrics_registry metrics;
  loop_thread where;
  scripted_data_server server{where, symbols};
  map_store store;
  std::unique_ptr<data_requests> requests;
  std::unique_ptr<kept_history> history;
  alpaca_data_codec codec{symbols};
  collected_events out;
  std::optional<result<void>> ended;
  const utc_ns now = utc("2026-11-04T16:00:00Z");

  void SetUp() override {
    where.on_loop([&] {
      requests = std::make_unique<data_requests>(
          where.loop, time, metrics,
          data_requests_options{.data = {"127.0.0.1", server.port, net::security::plain_loopback},
                                .credentials = {}});
      kept_history_options how;
      how.fetch.symbols = symbols;
      how.fetch.attempts_max = 1;
      how.days = *session_calendar::make();
      how.store = &store;
      history = std::make_unique<kept_history>(where.loop, *requests, metrics, std::move(how));
    });
  }
  void TearDown() override {
    where.on_loop([&] {
      history.reset();
      requests.reset();
    });
  }
  /// Fetches from `from` to now and answers the starts and closes that came, in their order.
  std::vector<std::string> fetch(utc_ns from) {
    where.change([&] {
      ended.reset();
      out.events.clear();
      server.bar_requests.clear();
    });
    where.on_loop([&] {
      history->fetch(
          from, now,
          [&](std::string body) {
            return where.change(
                [&] { return codec.decode_bars(std::move(body), mono_ns{1}, out); });
          },
          [&](result<void> how) { where.change([&] { ended = std::move(how); }); });
    });
    EXPECT_TRUE(where.wait_until([&] { return ended.has_value(); }));
    std::vector<std::string> told;
    for (const auto& b : out.all<bar>())
      told.push_back(symbols[b.symbol.value] + " " + format_rfc3339(b.start));
    return told;
  }
  /// What the requests were about: symbols and beginning.
  std::vector<std::string> asked_for() {
    std::vector<std::string> told;
    where.change([&] {
      for (const auto& each : server.bar_requests)
        told.push_back(std::string{each.parameter("symbols")} + " " +
                       std::string{each.parameter("start")});
    });
    return told;
  }
};

TEST_F(kept_history_test, fetches_once_keeps_whole_days_and_asks_for_today_alone_afterwards) {
  server.bars = [&](const net::parsed_target& target) {
    // Two pages, one bar twice, one of today; 23:59 in New York is the next day in UTC.
    if (target.parameter("start") == "2026-11-04T05:00:00Z")
      return scripted_data_server::body(R"({"bars":{"AAPL":[)" + bar_json("2026-11-04T15:59:00Z") +
                                        R"(]},"next_page_token":null})");
    if (!target.has("page_token"))
      return scripted_data_server::body(R"({"bars":{"AAPL":[)" + bar_json("2026-11-02T14:30:00Z") +
                                        "," + bar_json("2026-11-02T14:31:00Z") +
                                        R"(]},"next_page_token":"more"})");
    return scripted_data_server::body(R"({"bars":{"AAPL":[)" + bar_json("2026-11-02T14:31:00Z") +
                                      "," + bar_json("2026-11-04T04:59:00Z", "3.000000001") + "," +
                                      bar_json("2026-11-04T15:58:00Z") +
                                      R"(]},"next_page_token":null})");
  };
  const auto first = fetch(utc("2026-11-02T16:00:00Z"));
  EXPECT_EQ(asked_for(), (std::vector<std::string>{"AAPL,MSFT 2026-11-02T05:00:00Z",
                                                   "AAPL,MSFT 2026-11-02T05:00:00Z"}))
      << "from the first minute of that day";
  EXPECT_EQ(first.size(), 5u);
  ASSERT_EQ(store.pages.size(), 4u) << "two symbols, Monday and Tuesday, never today";
  const auto monday = json::parse(store.pages.at({"AAPL", {2026, 11, 2}}));
  EXPECT_EQ(monday["bars"]["AAPL"].size(), 2u) << "each bar once";
  EXPECT_EQ(json::parse(store.pages.at({"MSFT", {2026, 11, 3}}))["bars"]["MSFT"].size(), 0u);
  EXPECT_NE(store.pages.at({"AAPL", {2026, 11, 3}}).find("3.000000001"), std::string::npos)
      << "digits stay as they were";

  EXPECT_EQ(fetch(utc("2026-11-02T16:00:00Z")),
            (std::vector<std::string>{"AAPL 2026-11-02T14:30:00Z", "AAPL 2026-11-02T14:31:00Z",
                                      "AAPL 2026-11-04T04:59:00Z", "AAPL 2026-11-04T15:59:00Z"}));
  EXPECT_EQ(asked_for(), (std::vector<std::string>{"AAPL,MSFT 2026-11-04T05:00:00Z"}));
}

// A whole session, one with a hole of five minutes, one with a hole of six, and none at all.
TEST_F(kept_history_test, tells_of_days_that_have_gaps) {
  const auto minutes = [](calendar_date day, int hole_from, int hole) {
    const auto session = *(*session_calendar::make()).session_on(day);
    std::string out;
    for (auto at = session.open; at < session.close; at = at + 1min) {
      const auto minute = (at - session.open) / 1min;
      if (minute >= hole_from && minute < hole_from + hole) continue;
      out += (out.empty() ? "" : ",") + bar_json(format_rfc3339(at));
    }
    return out;
  };
  const auto whole = minutes({2026, 10, 30}, 0, 0) + "," + minutes({2026, 11, 2}, 385, 5);
  server.bars = [&](const net::parsed_target&) {
    return scripted_data_server::body(
        R"({"bars":{"AAPL":[)" + whole + "," + minutes({2026, 11, 3}, 100, 0) + R"(],"MSFT":[)" +
        whole + "," + minutes({2026, 11, 3}, 100, 6) + R"(]},"next_page_token":null})");
  };
  fetch(utc("2026-10-30T16:00:00Z"));
  EXPECT_EQ(metrics.total("bellwether_data_history_gaps_total"), 1u) << "no weekend, no short hole";
  store.pages.clear();
  server.bars = [&](const net::parsed_target&) { return scripted_data_server::no_bars(); };
  fetch(utc("2026-11-03T16:00:00Z"));
  EXPECT_EQ(metrics.total("bellwether_data_history_gaps_total"), 3u) << "two symbols, no bar";
}

TEST_F(kept_history_test, a_symbol_that_lacks_a_day_is_fetched_whole_and_the_other_is_not) {
  for (const auto day : {calendar_date{2026, 11, 2}, calendar_date{2026, 11, 3}})
    store.pages[{"MSFT", day}] = page_json("MSFT", bar_json(format_date(day) + "T15:00:00Z"));
  store.pages[{"AAPL", {2026, 11, 2}}] = page_json("AAPL", bar_json("2026-11-02T15:00:00Z"));
  server.bars = [&](const net::parsed_target&) { return scripted_data_server::no_bars(); };
  const auto told = fetch(utc("2026-11-02T16:00:00Z"));
  EXPECT_EQ(told,
            (std::vector<std::string>{"MSFT 2026-11-02T15:00:00Z", "MSFT 2026-11-03T15:00:00Z"}));
  EXPECT_EQ(asked_for(),
            (std::vector<std::string>{"AAPL 2026-11-02T05:00:00Z", "MSFT 2026-11-04T05:00:00Z"}));
}

TEST_F(kept_history_test, what_cannot_be_read_from_the_store_is_fetched) {
  for (const auto day : {calendar_date{2026, 11, 3}}) {
    store.pages[{"AAPL", day}] = "no page";
    store.pages[{"MSFT", day}] = page_json("MSFT", "");
  }
  server.bars = [&](const net::parsed_target&) { return scripted_data_server::no_bars(); };
  EXPECT_TRUE(fetch(utc("2026-11-03T16:00:00Z")).empty());
  EXPECT_TRUE(ended->ok());
  EXPECT_EQ(asked_for(),
            (std::vector<std::string>{"AAPL 2026-11-03T05:00:00Z", "MSFT 2026-11-04T05:00:00Z"}));
  EXPECT_EQ(store.pages.at({"AAPL", {2026, 11, 3}}), page_json("AAPL", ""));
}

TEST_F(kept_history_test, nothing_is_kept_of_a_fetch_that_failed) {
  int calls = 0;
  server.bars = [&](const net::parsed_target&) {
    return ++calls == 1 ? scripted_data_server::body(R"({"bars":{"AAPL":[)" +
                                                     bar_json("2026-11-02T14:30:00Z") +
                                                     R"(]},"next_page_token":"more"})")
                        : scripted_data_server::body("gone", 404);
  };
  fetch(utc("2026-11-02T16:00:00Z"));
  EXPECT_FALSE(ended->ok());
  EXPECT_TRUE(store.pages.empty());
}

TEST_F(kept_history_test, what_happened_today_does_not_go_by_the_store) {
  fetch(utc("2026-11-04T15:00:00Z"));
  EXPECT_TRUE(store.asked.empty());
  EXPECT_EQ(asked_for(), (std::vector<std::string>{"AAPL,MSFT 2026-11-04T15:00:00Z"}));
}

TEST(bar_pages, what_is_no_page_is_refused_whole) {
  bar_pages pages{[](utc_ns at) { return utc_date(at); }};
  for (const char* bad :
       {"", "[]", "{}", R"({"bars":3})", R"({"bars":{"A":3}})", R"({"bars":{"A":[{"o":1}]}})",
        R"({"bars":{"A":[{"t":"2026-11-02T14:30:00Z"},{"t":"noon"}]}})"})
    EXPECT_EQ(pages.add(bad).code(), ec::parse_failed) << bad;
  EXPECT_EQ(pages.bars("A", {2026, 11, 2}), 0u);
  EXPECT_TRUE(pages.add(R"({"bars":null})").ok());
  EXPECT_TRUE(pages
                  .add(R"({"bars":{"A":[{"t":"2026-11-02T14:31:00Z"},{"t":"2026-11-02T14:30:00Z"},)"
                       R"({"t":"2026-11-02T14:31:00Z"}]}})")
                  .ok());
  EXPECT_EQ(pages.bars("A", {2026, 11, 2}), 1u);
  EXPECT_EQ(pages.duplicates(), 1u);
  EXPECT_EQ(pages.disordered(), 1u);
}

}  // namespace
}  // namespace bw
