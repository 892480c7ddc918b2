#include "broker/record_codec.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "tests/broker/lossless.hpp"
#include "tests/broker/sample_bodies.hpp"
#include "tests/support/data_folder.hpp"
#include "tests/support/mutated_text.hpp"
#include "tests/support/seed.hpp"

namespace bw {
namespace {

namespace fs = std::filesystem;
using tests::json;

template <class Record>
json written(const Record& record) {
  json_writer out;
  write_record(out, record);
  return json::parse(out.take());
}
template <class Record>
json all_written(const std::vector<Record>& records) {
  json out = json::array();
  for (const auto& each : records) out.push_back(written(each));
  return out;
}
json all_written(const std::vector<news_item>& items) {
  json out = json::array();
  for (const auto& each : items) {
    json_writer text;
    write_news(text, each);
    out.push_back(json::parse(text.take()));
  }
  return out;
}

TEST(record_codec, reads_an_order_with_its_legs) {
  unknown_parts unknown;
  const auto leg = order_body("leg-1", "venue-2", "held");
  auto text = order_body("bw-1");
  text.replace(text.find(R"("legs":null)"), 11, R"("legs":[)" + leg + "]");
  const auto order = decode_record<order_details>(text, unknown);
  ASSERT_TRUE(order.ok()) << order.failure().text();
  EXPECT_EQ(order->id, "venue-1");
  EXPECT_EQ(order->order_class, "") << "an empty word is a word";
  EXPECT_EQ(order->limit_price, *price::parse("187.35"));
  EXPECT_FALSE(order->stop_price);
  EXPECT_FALSE(order->filled_at);
  EXPECT_EQ(order->extended_hours, false);
  ASSERT_EQ(order->legs.size(), 1u);
  EXPECT_EQ(order->legs[0].status, "held");
  EXPECT_EQ(unknown.total(), 0u);
}

TEST(record_codec, counts_what_it_does_not_know_and_keeps_the_rest) {
  unknown_parts unknown;
  const auto order = decode_record<order_details>(
      R"({"id":"x","status":"dreaming","qty":"many","brand_new":{"a":[1]},"brand_new":2,)"
      R"("side":"buy","extended_hours":"perhaps","legs":7,"filled_at":"yesterday"})",
      unknown);
  ASSERT_TRUE(order.ok()) << order.failure().text();
  EXPECT_EQ(order->status, "dreaming");
  EXPECT_EQ(order->side, "buy");
  EXPECT_FALSE(order->qty);
  EXPECT_FALSE(order->extended_hours);
  EXPECT_EQ(unknown.fields(), 2u);
  EXPECT_EQ(unknown.words(), 1u);
  EXPECT_EQ(unknown.values(), 4u);
  const std::vector<std::string> names{
      "word 'dreaming' in status", "value 'many' in qty",
      "field brand_new",           "value 'perhaps' in extended_hours",
      "value 'no list' in legs",   "value 'yesterday' in filled_at"};
  EXPECT_EQ(unknown.names(), names);
}

TEST(record_codec, names_of_unknown_parts_are_bounded) {
  unknown_parts unknown;
  for (int k = 0; k < 1'000; ++k) unknown.field("f" + std::to_string(k));
  EXPECT_EQ(unknown.fields(), 1'000u);
  EXPECT_EQ(unknown.names().size(), unknown_parts::names_max);
}

TEST(record_codec, legs_of_legs_are_not_followed) {
  std::string text = R"({"id":"x","status":"new"})";
  for (int k = 0; k < 5'000; ++k) text = R"({"id":"x","status":"new","legs":[)" + text + "]}";
  unknown_parts unknown;
  const auto order = decode_record<order_details>(text, unknown);
  ASSERT_TRUE(order.ok()) << order.failure().text();
  EXPECT_EQ(order->legs.at(0).legs.size(), 0u);
}

TEST(record_codec, refuses_answers_that_are_about_nothing) {
  unknown_parts unknown;
  for (const char* text :
       {"", "{}", "[]", "null", "7", "<html>", R"({"status":"new"})", "{\"id\":"})
    EXPECT_EQ(decode_record<order_details>(text, unknown).code(), ec::parse_failed) << text;
  for (const char* text : {"", "{}", "null", R"([{"symbol":"A"}])", "[7]", "[{\"symbol\":"})
    EXPECT_EQ(decode_records<position_details>(text, unknown).code(), ec::parse_failed) << text;
  EXPECT_TRUE(decode_records<position_details>("[]", unknown).ok());
  for (const char* text : {"", "{}", "[]", R"({"message":"too many requests."})"}) {
    EXPECT_EQ(decode_rows<bar_details>(text, "bars", unknown).code(), ec::parse_failed) << text;
    EXPECT_EQ(decode_news(text, unknown).code(), ec::parse_failed) << text;
  }
  EXPECT_TRUE(
      decode_rows<bar_details>(R"({"bars":null,"next_page_token":null})", "bars", unknown).ok());
}

TEST(record_codec, reads_the_outcomes_of_a_request_about_all) {
  unknown_parts unknown;
  const auto outcomes = decode_outcomes(
      R"([{"id":"a","status":200},{"id":"b","status":422,"body":{"code":42210000,)"
      R"("message":"order is already in \"filled\" state"}},{"symbol":"F","status":403,"body":)"
      R"({"code":40310000,"message":"insufficient qty","available":"0","existing_qty":"3"}},)"
      R"({"symbol":"AAPL","status":200,"body":)" +
          order_body("bw-1") + "}]",
      unknown);
  ASSERT_TRUE(outcomes.ok()) << outcomes.failure().text();
  ASSERT_EQ(outcomes->size(), 4u);
  EXPECT_TRUE((*outcomes)[0].done());
  EXPECT_FALSE((*outcomes)[1].done());
  EXPECT_EQ((*outcomes)[1].refusal.code, 42210000u);
  EXPECT_EQ((*outcomes)[2].of, "F");
  EXPECT_EQ((*outcomes)[2].refusal.message, "insufficient qty");
  ASSERT_TRUE((*outcomes)[3].order);
  EXPECT_EQ((*outcomes)[3].order->client_order_id, "bw-1");
  EXPECT_EQ(unknown.total(), 0u);
  EXPECT_EQ(decode_outcomes(R"([{"status":200}])", unknown).code(), ec::parse_failed);
}

TEST(record_codec, a_history_keeps_the_place_of_what_is_missing) {
  unknown_parts unknown;
  const auto history = decode_record<portfolio_history>(
      R"({"timestamp":[1,2],"equity":[100000,null],"profit_loss":[null,42.5],)"
      R"("profit_loss_pct":[0,0.000425],"base_value":null,"timeframe":"1D",)"
      R"("cashflow":{"FEE":[1]}})",
      unknown);
  ASSERT_TRUE(history.ok()) << history.failure().text();
  EXPECT_EQ(history->equity[0], money::from_int(100'000));
  EXPECT_FALSE(history->equity[1]);
  EXPECT_EQ(history->cashflow->text, R"({"FEE":[1]})");
  EXPECT_EQ(unknown.total(), 0u);
  EXPECT_FALSE(decode_record<portfolio_history>(R"({"timestamp":[1],"equity":[]})", unknown).ok());
}

// Recorded answers, told again from what was kept of them: nothing may be missing.

std::string content(const fs::path& file) {
  std::ostringstream out;
  out << std::ifstream{file}.rdbuf();
  return out.str();
}

struct sample {
  std::string name;
  /// Method and path of the request.
  std::string call;
  std::string body;
};

/// Where the samples without a request of their own come from.
const std::map<std::string, std::string> call_of_name{
    {"Account:", "GET /v2/account"},
    {"AccountConfigurations:", "GET /v2/account/configurations"},
    {"TradingActivities:", "GET /v2/account/activities"},
    {"NonTradeActivities:", "GET /v2/account/activities"},
    {"Order:", "GET /v2/orders/x"},
    {"Assets:", "GET /v2/assets/x"},
    {"Position:", "GET /v2/positions/x"},
    {"Calendar:", "GET /v2/calendar"},
    {"Clock:", "GET /v2/clock"},
    {"CanceledOrderResponse:", "DELETE /v2/orders"},
    {"PositionClosedReponse:", "DELETE /v2/positions"},
    {"go_TestGetAssetFromJSON", "GET /v2/assets/x"},
    {"go_TestGetBars", "GET /v2/stocks/bars"},
    {"go_TestGetMultiBars", "GET /v2/stocks/bars"},
    {"go_TestGetMultiQuotes", "GET /v2/stocks/quotes"},
    {"go_TestGetMultiTrades", "GET /v2/stocks/trades"},
    {"go_TestGetNews", "GET /v1beta1/news"},
    {"go_TestGetQuotes", "GET /v2/stocks/quotes"},
    {"go_TestGetTrades", "GET /v2/stocks/trades"},
    {"go_TestLatestBar", "GET /v2/stocks/bars/latest"},
    {"go_TestLatestQuote", "GET /v2/stocks/quotes/latest"},
    {"go_TestLatestTrades", "GET /v2/stocks/trades/latest"},
    {"go_TestSnapshot", "GET /v2/stocks/snapshots"},
    {"py_test_cancel_orders", "DELETE /v2/orders"},
    {"py_test_close_all_positions", "DELETE /v2/positions"},
    {"py_test_close_position_with_qty", "GET /v2/orders/x"},
    {"py_test_get_account_configurations", "GET /v2/account/configurations"},
    {"py_test_get_asset", "GET /v2/assets/x"},
    {"py_test_get_bars", "GET /v2/stocks/bars"},
    {"py_test_get_latest_quote", "GET /v2/stocks/quotes/latest"},
    {"py_test_get_multisymbol_latest_trade", "GET /v2/stocks/trades/latest"},
    {"py_test_get_orders", "GET /v2/orders"},
    {"py_test_get_quotes", "GET /v2/stocks/quotes"},
    {"py_test_get_snapshot", "GET /v2/stocks/snapshots"},
    {"py_test_get_trades", "GET /v2/stocks/trades"},
    {"py_test_multisymbol_get_bars", "GET /v2/stocks/bars"},
    {"py_test_multisymbol_get_trades", "GET /v2/stocks/trades"},
    {"py_test_multisymbol_quotes", "GET /v2/stocks/quotes"},
    {"py_test_order_position_intent", "GET /v2/orders/x"},
    {"py_test_stock_latest_bar", "GET /v2/stocks/bars/latest"},
    {"pyold_test_data_10", "GET /v1beta1/news"},
};

std::string call_for(const std::string& name) {
  for (const auto& [prefix, call] : call_of_name)
    if (name.starts_with(prefix)) return call;
  return "";
}

void add_recordings(const fs::path& alpaca, std::vector<sample>& out) {
  for (const auto& entry : fs::directory_iterator{alpaca / "recorded_rest"}) {
    const auto file = json::parse(content(entry.path()));
    const auto& answer = file["response"];
    const std::string url = file["request"]["url"];
    if (answer["status"] > 299 || answer["status"] == 204) continue;
    if (!answer["body"].is_string() || answer["body"] == "") continue;
    const auto path = url.substr(url.find('/', 10));
    out.push_back(
        {entry.path().filename().string(),
         file["request"]["method"].get<std::string>() + " " + path.substr(0, path.find('?')),
         answer["body"]});
  }
}

std::vector<sample> samples() {
  const auto alpaca = tests::data_folder() / "alpaca";
  std::vector<sample> out;
  add_recordings(alpaca, out);
  for (const auto& entry : fs::directory_iterator{alpaca / "sdk_fixtures"}) {
    const auto name = entry.path().filename().string();
    out.push_back({name, call_for(name), content(entry.path())});
  }
  std::istringstream lines{content(alpaca / "docs_openapi_examples.jsonl")};
  for (std::string line; std::getline(lines, line);) {
    const auto row = json::parse(line);
    const std::string name = row["name"];
    const bool is_response = row["where"] == "response";
    auto call = is_response ? "GET " + row["path"].get<std::string>() : call_for(name);
    auto body = row["example"].dump();
    const bool is_list = call == "GET /v2/account/activities" || call.starts_with("DELETE") ||
                         call == "GET /v2/calendar";
    if (is_list && body[0] == '{') body = "[" + body + "]";
    out.push_back({name, call, std::move(body)});
  }
  return out;
}

/// Decodes one answer and finds what was lost; nothing when no codec is for it.
std::optional<std::vector<std::string>> decode_and_compare(const sample& x,
                                                           unknown_parts& unknown) {
  using lost = std::vector<std::string>;
  const auto told = json::parse(x.body);
  const auto compare = [&](const auto& read, const json& with) -> lost {
    if (!read) return {read.failure().text()};
    return tests::losses_between(tests::by_symbol(with), tests::by_symbol([&] {
                                   using value = std::decay_t<decltype(*read)>;
                                   if constexpr (requires(const value& v) { v.rows; })
                                     return all_written(read->rows);
                                   else if constexpr (requires(const value& v) { v.size(); })
                                     return all_written(*read);
                                   else
                                     return written(*read);
                                 }()));
  };
  const auto is = [&](const char* call) { return x.call == call; };
  const auto under = [&](const char* call) { return x.call.starts_with(call); };
  if (is("GET /v2/account")) return compare(decode_record<account_details>(x.body, unknown), told);
  if (is("GET /v2/account/configurations") || is("PATCH /v2/account/configurations"))
    return compare(decode_record<account_configuration>(x.body, unknown), told);
  if (under("GET /v2/account/activities"))
    return compare(decode_records<activity_details>(x.body, unknown), told);
  if (is("GET /v2/orders")) return compare(decode_records<order_details>(x.body, unknown), told);
  if (under("GET /v2/orders/") || under("POST /v2/orders") || under("PATCH /v2/orders") ||
      under("DELETE /v2/positions/"))
    return compare(decode_record<order_details>(x.body, unknown), told);
  if (is("GET /v2/positions"))
    return compare(decode_records<position_details>(x.body, unknown), told);
  if (under("GET /v2/positions/"))
    return compare(decode_record<position_details>(x.body, unknown), told);
  if (under("GET /v2/assets/")) return compare(decode_record<asset_details>(x.body, unknown), told);
  if (is("GET /v2/clock")) return compare(decode_record<clock_details>(x.body, unknown), told);
  if (is("GET /v2/calendar"))
    return compare(decode_records<calendar_details>(x.body, unknown), told);
  if (is("DELETE /v2/orders") || is("DELETE /v2/positions")) {
    const auto read = decode_outcomes(x.body, unknown);
    if (!read) return lost{read.failure().text()};
    return read->size() == told.size() ? lost{} : lost{"other size"};
  }
  if (is("GET /v1beta1/news")) return compare(decode_news(x.body, unknown), told["news"]);
  if (!under("GET /v2/stocks/")) return std::nullopt;
  if (x.call.find("/snapshot") != std::string::npos) {
    json all = json::array();
    if (told.contains("symbol")) {
      all.push_back(told);
      all[0].erase("currency");
    } else {
      for (const auto& [symbol, each] : told.items()) {
        all.push_back(each);
        all.back()["symbol"] = symbol;
      }
    }
    return compare(decode_snapshots(x.body, unknown), all);
  }
  if (x.call.find("/meta/") != std::string::npos) return std::nullopt;
  if (x.call.find("/bars") != std::string::npos)
    return compare(decode_rows<bar_details>(x.body, "bars", unknown), tests::rows_of(told, "bars"));
  if (x.call.find("/quotes") != std::string::npos)
    return compare(decode_rows<quote_details>(x.body, "quotes", unknown),
                   tests::rows_of(told, "quotes"));
  return compare(decode_rows<trade_details>(x.body, "trades", unknown),
                 tests::rows_of(told, "trades"));
}

TEST(recorded_records, real_answers_are_kept_without_loss) {
  if (!fs::exists(tests::data_folder() / "alpaca")) GTEST_SKIP() << tests::data_hint();
  unknown_parts unknown;
  std::map<std::string, int> decoded;
  int others = 0;
  for (const auto& x : samples()) {
    SCOPED_TRACE(x.name + ": " + x.call + "\n" + x.body.substr(0, 200));
    const auto lost = decode_and_compare(x, unknown);
    if (!lost) {
      ++others;
      continue;
    }
    for (const auto& each : *lost) ADD_FAILURE() << each;
    ++decoded[x.call.substr(0, x.call.find('/', 8))];
  }
  int total = 0;
  for (const auto& [call, count] : decoded) total += count;
  RecordProperty("decoded", total);
  EXPECT_GE(total, 90);
  // What the samples hold beyond the fields and words of today's interface.
  EXPECT_EQ(unknown.names(),
            (std::vector<std::string>{"field available", "value 'string' in hwm"}));
  EXPECT_LT(others, total);
}

TEST(random_records, ten_thousand_bodies_each_do_no_harm) {
  const std::vector<std::string> good{
      order_body("bw-1"),
      "[" + order_body("bw-2") + "]",
      std::string{account_body},
      std::string{clock_body},
      R"({"timestamp":[1,2],"equity":[1,null],"profit_loss":[0,1],"profit_loss_pct":[0,0.1]})",
      R"([{"id":"a","status":200},{"symbol":"F","status":403,"body":{"code":40310000}}])",
      R"({"bars":{"AAPL":[{"t":"2026-11-02T14:31:00Z","o":187.3,"h":187.4,"l":187.2,"c":187.3,)"
      R"("v":20311,"n":312,"vw":187.33}]},"next_page_token":"QUFQTA=="})",
      R"({"symbol":"AAPL","quote":{"t":"2026-11-02T14:31:05Z","ap":1,"as":3,"c":["R"],"z":"C"}})",
      R"({"AAPL":{"latestTrade":{"t":"2026-11-02T14:31:05Z","p":1,"i":9},"dailyBar":null}})",
      R"({"news":[{"id":7,"headline":"x","images":[{"size":"thumb","url":"u"}],)"
      R"("symbols":["AAPL"],"created_at":"2026-11-02T13:00:00Z"}],"next_page_token":null})"};
  const auto seed = tests::test_seed(77);
  SCOPED_TRACE(tests::repeat_with(seed));
  tests::mutated_text bodies{prng{seed}, good};
  unknown_parts unknown;
  std::uint64_t read = 0;
  for (std::uint64_t k = 0; k < tests::test_size(10'000); ++k) {
    const auto text = bodies.next();
    read += decode_record<order_details>(text, unknown).ok();
    read += decode_records<order_details>(text, unknown).ok();
    read += decode_record<account_details>(text, unknown).ok();
    read += decode_record<portfolio_history>(text, unknown).ok();
    read += decode_outcomes(text, unknown).ok();
    read += decode_rows<bar_details>(text, "bars", unknown).ok();
    read += decode_rows<quote_details>(text, "quotes", unknown).ok();
    read += decode_rows<trade_details>(text, "trades", unknown).ok();
    read += decode_snapshots(text, unknown).ok();
    if (const auto news = decode_news(text, unknown)) {
      ++read;
      all_written(news->rows);
    }
  }
  EXPECT_GT(read, 1'000u) << "some of them are still good";
  EXPECT_GT(unknown.total(), 1'000u);
}

}  // namespace
}  // namespace bw
