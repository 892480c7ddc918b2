#include "broker/alpaca_order_codec.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "broker/alpaca_words.hpp"
#include "core/prng.hpp"
#include "tests/broker/sample_bodies.hpp"
#include "tests/support/data_folder.hpp"

namespace bw {
namespace {

namespace fs = std::filesystem;

price price_of(const char* text) { return *price::parse(text); }
quantity shares(const char* text) { return *quantity::parse(text); }
money dollars(const char* text) { return *money::parse(text); }
utc_ns instant(const char* text) { return *parse_rfc3339(text); }

result<stream_frame> read_frame(alpaca_order_codec& codec, std::string text) {
  text.reserve(text.size() + 64);
  return codec.frame(text, mono_ns{9});
}

outgoing_order sample_order() {
  outgoing_order out;
  out.client_id = client_order_id{"bw-1-2-3"};
  out.symbol = symbol_name{"AAPL"};
  out.request.side = side::buy;
  out.request.qty = shares("10");
  out.request.limit = price_of("187.35");
  out.request.stop = price_of("180.5");
  return out;
}

TEST(alpaca_order_codec, writes_orders_with_decimals_as_text) {
  auto order = sample_order();
  const std::string head = R"({"symbol":"AAPL","side":"buy",)";
  const std::string tail = R"(,"client_order_id":"bw-1-2-3"})";
  EXPECT_EQ(
      encode_order(order),
      head + R"("type":"limit","time_in_force":"day","qty":"10","limit_price":"187.35")" + tail);
  order.request.type = order_type::market;
  EXPECT_EQ(encode_order(order),
            head + R"("type":"market","time_in_force":"day","qty":"10")" + tail);
  order.request.type = order_type::stop;
  order.request.tif = time_in_force::gtc;
  EXPECT_EQ(encode_order(order),
            head + R"("type":"stop","time_in_force":"gtc","qty":"10","stop_price":"180.5")" + tail);
  order.request.type = order_type::stop_limit;
  EXPECT_EQ(encode_order(order), head + R"("type":"stop_limit","time_in_force":"gtc","qty":"10",)" +
                                     R"("limit_price":"187.35","stop_price":"180.5")" + tail);
  order.request.type = order_type::trailing_stop;
  EXPECT_EQ(encode_order(order),
            head +
                R"("type":"trailing_stop","time_in_force":"gtc","qty":"10","trail_price":"180.5")" +
                tail);
}

TEST(alpaca_order_codec, reads_an_order) {
  alpaca_order_codec codec;
  const auto order = codec.order(order_body("bw-1-2-3", "id-7", "partially_filled", "10", "4"));
  ASSERT_TRUE(order.ok()) << order.failure().text();
  EXPECT_EQ(order->client_id.view(), "bw-1-2-3");
  EXPECT_EQ(order->venue_id.view(), "id-7");
  EXPECT_EQ(order->symbol.view(), "AAPL");
  EXPECT_EQ(order->status, order_event::partial_fill);
  EXPECT_EQ(order->qty, shares("10"));
  EXPECT_EQ(order->filled_total, shares("4"));
  EXPECT_EQ(order->filled_average, price_of("187.333333333"));
  EXPECT_EQ(order->limit, price_of("187.35"));
  EXPECT_TRUE(order->stop.is_zero());
  EXPECT_EQ(order->submitted_at, instant("2026-11-02T14:31:04.9123Z"));
}

TEST(alpaca_order_codec, refuses_an_order_without_what_it_needs) {
  alpaca_order_codec codec;
  for (const char* text : {"", "[]", "{}", "17", "<html>", R"({"id":"x"})",
                           R"({"id":"x","symbol":"A","status":"new"})",
                           R"({"id":"x","symbol":"A","status":"new","side":"buy","qty":"ten"})",
                           R"({"id":"x","symbol":"A","status":"new","side":"buy","qty":"1")"}) {
    const auto order = codec.order(text);
    ASSERT_FALSE(order.ok()) << text;
    EXPECT_EQ(order.code(), ec::parse_failed) << text;
  }
  EXPECT_NE(codec.order(R"({"id":"x"})").failure().context.find("field symbol"), std::string::npos);
}

TEST(alpaca_order_codec, knows_every_status_word) {
  const struct {
    const char* word;
    order_event event;
  } rows[] = {{"pending_new", order_event::pending_new},
              {"accepted", order_event::accepted},
              {"accepted_for_bidding", order_event::accepted},
              {"new", order_event::new_order},
              {"held", order_event::held},
              {"partially_filled", order_event::partial_fill},
              {"filled", order_event::fill},
              {"done_for_day", order_event::done_for_day},
              {"canceled", order_event::canceled},
              {"expired", order_event::expired},
              {"rejected", order_event::rejected},
              {"replaced", order_event::replaced},
              {"pending_cancel", order_event::pending_cancel},
              {"pending_replace", order_event::pending_replace},
              {"stopped", order_event::stopped},
              {"suspended", order_event::suspended},
              {"calculated", order_event::calculated},
              {"pending_review", order_event::pending_review},
              {"", order_event::other},
              {"fill", order_event::other}};
  for (const auto& row : rows) EXPECT_EQ(event_of_status(row.word), row.event) << row.word;
}

TEST(alpaca_order_codec, knows_every_event_word) {
  for (std::size_t k = 1; k <= order_event_count; ++k) {
    const auto event = static_cast<order_event>(k);
    if (event == order_event::other) continue;
    EXPECT_EQ(event_of_word(to_string(event)), event) << to_string(event);
  }
  for (const char* word : {"reincarnated", "", "filled"})
    EXPECT_EQ(event_of_word(word), order_event::other) << word;
}

TEST(alpaca_order_codec, reads_lists_of_orders) {
  alpaca_order_codec codec;
  const auto orders =
      codec.orders("[" + order_body("a", "1") + "," + order_body("b", "2", "held") + "]");
  ASSERT_TRUE(orders.ok());
  ASSERT_EQ(orders->size(), 2U);
  EXPECT_EQ((*orders)[1].client_id.view(), "b");
  EXPECT_EQ((*orders)[1].status, order_event::held);
  EXPECT_TRUE(codec.orders("[]")->empty());
  EXPECT_FALSE(codec.orders("[" + order_body("a") + ",{}]").ok()) << "half a list is no list";
  EXPECT_FALSE(codec.orders("[1]").ok());
  EXPECT_FALSE(codec.orders("{}").ok());
}

TEST(alpaca_order_codec, reads_the_account) {
  alpaca_order_codec codec;
  auto account = codec.account(std::string{account_body});
  ASSERT_TRUE(account.ok()) << account.failure().text();
  EXPECT_EQ(account->account_number, "PA3SIM000001");
  EXPECT_EQ(account->status, "ACTIVE");
  EXPECT_EQ(account->cash, dollars("61250.4"));
  EXPECT_EQ(account->equity, dollars("101250.4"));
  EXPECT_EQ(account->last_equity, dollars("100800"));
  EXPECT_EQ(account->buying_power, dollars("162500.8"));
  EXPECT_FALSE(account->trading_blocked);
  for (const char* flag : {"trading_blocked", "account_blocked", "trade_suspended_by_user"}) {
    account = codec.account(std::string{R"({"status":"ACTIVE","cash":"-1.5","equity":2,")"} + flag +
                            R"(":true})");
    ASSERT_TRUE(account.ok()) << flag;
    EXPECT_TRUE(account->trading_blocked) << flag;
    EXPECT_EQ(account->cash, dollars("-1.5"));
  }
  EXPECT_FALSE(codec.account(R"({"status":"ACTIVE","cash":"1"})").ok()) << "no equity";
  EXPECT_FALSE(codec.account(R"({"status":"ACTIVE","cash":"x","equity":"1"})").ok());
}

TEST(alpaca_order_codec, reads_positions_long_and_short) {
  alpaca_order_codec codec;
  const auto positions = codec.positions(
      R"([{"symbol":"AAPL","qty":"10","side":"long","avg_entry_price":"187.33333333333",)"
      R"("current_price":"188.1","market_value":"1881","asset_marginable":true},)"
      R"({"symbol":"F","qty":"-3","side":"short","avg_entry_price":"10","current_price":null,)"
      R"("market_value":"-30"},{"symbol":"G","qty":"3","side":"short"}])");
  ASSERT_TRUE(positions.ok()) << positions.failure().text();
  ASSERT_EQ(positions->size(), 3U);
  EXPECT_EQ((*positions)[0].average, price_of("187.333333333"));
  EXPECT_EQ((*positions)[0].last, price_of("188.1"));
  EXPECT_EQ((*positions)[1].qty, shares("-3"));
  EXPECT_TRUE((*positions)[1].last.is_zero());
  EXPECT_EQ((*positions)[2].qty, shares("-3")) << "the word says short";
  EXPECT_FALSE(codec.positions(R"([{"symbol":"AAPL"}])").ok());
  EXPECT_FALSE(codec.positions(R"([{"qty":"1"}])").ok());
}

TEST(alpaca_order_codec, reads_clock_calendar_and_asset) {
  alpaca_order_codec codec;
  const auto clock = codec.market_clock(std::string{clock_body});
  ASSERT_TRUE(clock.ok());
  EXPECT_TRUE(clock->is_open);
  EXPECT_EQ(clock->at, instant("2026-11-02T14:31:04.912345678Z"));
  EXPECT_EQ(clock->next_close, instant("2026-11-02T21:00:00Z"));
  EXPECT_FALSE(codec.market_clock(R"({"timestamp":"2026-11-02T09:31:04-05:00"})").ok());

  const new_york_to_utc winter = [](calendar_date date, int minutes) {
    return utc_ns{(days_from_civil(date) * 1440 + minutes + 300) * 60'000'000'000};
  };
  const auto days = codec.calendar(
      R"([{"date":"2026-11-27","open":"09:30","close":"13:00","session_open":"0400"}])", winter);
  ASSERT_TRUE(days.ok());
  ASSERT_EQ(days->size(), 1U);
  EXPECT_EQ((*days)[0].open, instant("2026-11-27T14:30:00Z"));
  EXPECT_EQ((*days)[0].close, instant("2026-11-27T18:00:00Z"));
  for (const char* bad :
       {R"([{"date":"2026-11-27","open":"0930","close":"13:00"}])",
        R"([{"date":"2026-11-27","open":"13:00","close":"09:30"}])",
        R"([{"date":"2026-13-27","open":"09:30","close":"13:00"}])", R"([{"date":"2026-11-27"}])"})
    EXPECT_FALSE(codec.calendar(bad, winter).ok()) << bad;

  const auto asset = codec.asset(R"({"symbol":"AAPL","status":"active","tradable":true,)"
                                 R"("fractionable":false,"attributes":["x"]})");
  ASSERT_TRUE(asset.ok());
  EXPECT_TRUE(asset->tradable);
  EXPECT_TRUE(asset->active);
  EXPECT_FALSE(asset->fractionable);
  EXPECT_FALSE(codec.asset("{}").ok());
}

TEST(alpaca_order_codec, reads_refusals_and_counts_cancels) {
  alpaca_order_codec codec;
  const auto refusal = decode_refusal(
      R"({"code":40310000,"message":"insufficient buying power","buying_power":"1234.5"})");
  EXPECT_EQ(refusal.code, 40310000U);
  EXPECT_EQ(refusal.message, "insufficient buying power");
  EXPECT_FALSE(refusal.says_duplicate());
  EXPECT_TRUE(decode_refusal(R"({"code":42210000,"message":"client_order_id must be unique"})")
                  .says_duplicate());
  EXPECT_FALSE(decode_refusal(R"({"code":40010001,"message":)"
                              R"("client_order_id must be no more than 128 characters"})")
                   .says_duplicate());
  for (const char* none : {"", "<html>401</html>", "[]", "{\"code\":", R"({"message":"x"})"})
    EXPECT_EQ(decode_refusal(none).code, 0U) << none;

  EXPECT_EQ(*codec.cancelled(R"([{"id":"a","status":200},{"id":"b","status":422,"body":)"
                             R"({"code":42210000,"message":"x"}},{"status":"200"}])"),
            2U);
  EXPECT_EQ(*codec.cancelled("[]"), 0U);
  EXPECT_FALSE(codec.cancelled("{}").ok());
}

TEST(alpaca_order_codec, reads_the_order_streams_handshake) {
  alpaca_order_codec codec;
  using kind = stream_frame::kind;
  const struct {
    const char* text;
    kind what;
  } rows[] = {
      {R"({"stream":"authorization","data":{"status":"authorized","action":"authenticate"}})",
       kind::authorized},
      {R"({"data":{"status":"unauthorized","action":"listen"},"stream":"authorization"})",
       kind::unauthorized},
      {R"({"stream":"listening","data":{"streams":["trade_updates"]}})", kind::listening},
      {R"({"action":"error","data":{"error_message":"no"}})", kind::error},
      {R"({"stream":"news","data":{}})", kind::other},
      {"\x01", kind::other},
      {"", kind::other},
  };
  for (const auto& row : rows) {
    const auto frame = read_frame(codec, row.text);
    ASSERT_TRUE(frame.ok()) << row.text;
    EXPECT_EQ(frame->what, row.what) << row.text;
  }
  EXPECT_TRUE(read_frame(codec, rows[2].text)->listens_to_updates);
  EXPECT_FALSE(
      read_frame(codec, R"({"stream":"listening","data":{"streams":[]}})")->listens_to_updates);
  EXPECT_EQ(encode_authenticate("PK", "s"),
            R"({"action":"authenticate","data":{"key_id":"PK","secret_key":"s"}})");
}

TEST(alpaca_order_codec, reads_order_updates) {
  alpaca_order_codec codec;
  auto frame = read_frame(
      codec,
      update_frame("partial_fill", order_body("bw-1", "v", "partially_filled", "10", "4"),
                   R"("execution_id":"exec-1","price":"187.31","qty":"3","position_qty":"4",)"));
  ASSERT_TRUE(frame.ok()) << frame.failure().text();
  const auto& update = frame->update;
  EXPECT_EQ(update.client_id.view(), "bw-1");
  EXPECT_EQ(update.venue_id.view(), "v");
  EXPECT_EQ(update.event, order_event::partial_fill);
  EXPECT_EQ(update.source, evidence::stream);
  EXPECT_EQ(update.filled_total, shares("4"));
  EXPECT_EQ(update.last_qty, shares("3"));
  EXPECT_EQ(update.last_price, price_of("187.31"));
  EXPECT_EQ(update.execution.view(), "exec-1");
  EXPECT_EQ(update.ts_event, instant("2026-11-02T14:31:05.123456789Z"));
  EXPECT_EQ(update.received, mono_ns{9});

  frame = read_frame(codec, update_frame("canceled", order_body("bw-1", "v", "canceled"),
                                         R"("price":"1","qty":"2",)"));
  ASSERT_TRUE(frame.ok());
  EXPECT_TRUE(frame->update.last_qty.is_zero()) << "no execution, whatever stands there";

  frame = read_frame(codec, update_frame("trade_bust", order_body("bw-1", "v", "filled")));
  ASSERT_TRUE(frame.ok());
  EXPECT_EQ(frame->update.event, order_event::trade_bust);
  EXPECT_TRUE(frame->update.last_qty.is_zero()) << "it alters what was told, it adds nothing";
  EXPECT_EQ(frame->update.text.view(), "event trade_bust, status filled");
  EXPECT_EQ(codec.unknown().words(), 0U);
  frame = read_frame(codec, update_frame("reborn", order_body("bw-1", "v", "filled")));
  ASSERT_TRUE(frame.ok());
  EXPECT_EQ(frame->update.event, order_event::other);
  EXPECT_EQ(codec.unknown().words(), 1U);
}

TEST(alpaca_order_codec, refuses_updates_that_cannot_be_counted) {
  alpaca_order_codec codec;
  const auto order = order_body("bw-1", "v", "filled", "10", "10");
  for (const auto& text :
       {update_frame("fill", order), update_frame("fill", order, R"("price":"1","qty":"0",)"),
        update_frame("fill", order, R"("price":"x","qty":"1",)"), update_frame("", order),
        update_frame("new", "{}"), update_frame("new", "null"), update_frame("new", "[]"),
        std::string{R"({"stream":"trade_updates","data":{"event":"new"}})"},
        std::string{R"([{"stream":"trade_updates"}])"}, std::string{R"({"stream":"trade_up)"}}) {
    const auto frame = read_frame(codec, text);
    ASSERT_FALSE(frame.ok()) << text;
    EXPECT_EQ(frame.code(), ec::parse_failed) << text;
  }
}

TEST(alpaca_order_codec, survives_mutated_bodies) {
  const std::uint64_t seed = 99;
  SCOPED_TRACE("seed " + std::to_string(seed));
  prng random{seed};
  const std::string sources[] = {
      update_frame("fill", order_body("bw-1", "v", "filled", "10", "10"),
                   R"("execution_id":"e","price":"187.31","qty":"10",)"),
      order_body("bw-1"),
      "[" + order_body("a") + "," + order_body("b") + "]",
      std::string{account_body},
      std::string{clock_body},
      R"([{"date":"2026-11-27","open":"09:30","close":"13:00"}])",
      R"([{"id":"a","status":200},)"
      R"({"id":"b","status":422,"body":{"code":42210000,"message":"x"}}])"};
  constexpr std::string_view spice = "[]{}\",:0123456789.eE-+\\ntfu \x00\xff\x80";
  const new_york_to_utc flat = [](calendar_date date, int minutes) {
    return utc_ns{days_from_civil(date) + minutes};
  };
  alpaca_order_codec codec;
  for (int k = 0; k < 10'000; ++k) {
    auto text = sources[random.below(std::size(sources))];
    for (auto n = random.between(1, 5); n > 0 && !text.empty(); --n) {
      const auto at = random.below(text.size());
      switch (random.below(4)) {
        case 0: text[at] = spice[random.below(spice.size())]; break;
        case 1: text.erase(at, random.between(1, 30)); break;
        case 2: text.insert(at, 1, spice[random.below(spice.size())]); break;
        default: text.resize(at); break;
      }
    }
    (void)read_frame(codec, text);
    (void)codec.order(text);
    (void)codec.orders(text);
    (void)codec.account(text);
    (void)codec.positions(text);
    (void)codec.market_clock(text);
    (void)codec.calendar(text, flat);
    (void)codec.asset(text);
    (void)codec.cancelled(text);
    (void)decode_refusal(text);
  }
}

// Recorded answers and messages of the real service.

fs::path recorded() {
  const fs::path alpaca = tests::data_folder() / "alpaca";
  return fs::exists(alpaca) ? alpaca : fs::path{};
}

#define NEED_RECORDED_DATA() \
  if (recorded().empty()) GTEST_SKIP() << tests::data_hint()

std::string content(const fs::path& file) {
  std::ostringstream out;
  out << std::ifstream{file}.rdbuf();
  return out.str();
}

TEST(recorded_orders, stream_messages_are_understood) {
  NEED_RECORDED_DATA();
  alpaca_order_codec codec;
  std::istringstream lines{
      content(recorded() / "stream" / "trade_updates_market_sell_fill_20260918.jsonl")};
  std::vector<stream_frame> frames;
  for (std::string line; std::getline(lines, line);) {
    const auto frame = read_frame(codec, line);
    ASSERT_TRUE(frame.ok()) << frame.failure().text();
    frames.push_back(*frame);
  }
  ASSERT_EQ(frames.size(), 5U);
  EXPECT_EQ(frames[0].what, stream_frame::kind::authorized);
  EXPECT_TRUE(frames[1].listens_to_updates);
  EXPECT_EQ(frames[2].update.event, order_event::pending_new);
  EXPECT_EQ(frames[3].update.event, order_event::new_order);
  EXPECT_EQ(frames[4].update.event, order_event::fill);
  EXPECT_EQ(frames[4].update.last_price, price_of("0.0851119"));
  EXPECT_EQ(frames[4].update.filled_total, shares("129.7"));
}

TEST(recorded_orders, documented_stream_messages_are_understood) {
  NEED_RECORDED_DATA();
  alpaca_order_codec codec;
  std::istringstream lines{content(recorded() / "stream" / "docs_examples.jsonl")};
  int updates = 0;
  for (std::string line; std::getline(lines, line);) {
    if (line.find(R"("doc":"trading")") == std::string::npos ||
        line.find(R"("direction":"server")") == std::string::npos)
      continue;
    auto text = line.substr(line.find(R"("message":)") + 10);
    text.pop_back();
    const auto frame = read_frame(codec, text);
    ASSERT_TRUE(frame.ok()) << frame.failure().text();
    if (frame->what == stream_frame::kind::update) ++updates;
  }
  EXPECT_EQ(updates, 1);
}

/// The `body` of a recorded exchange and its status; the file is JSON with an escaped body.
struct recording {
  std::string name;
  std::string url;
  std::string method;
  int status = 0;
  std::string body;
};

/// Undoes the escapes of a JSON string that stands behind `"name": "`.
std::string string_after(const std::string& text, const std::string& name, std::size_t from) {
  std::string out;
  auto at = text.find("\"" + name + "\": \"", from);
  if (at == std::string::npos) return out;
  for (at += name.size() + 5; at < text.size() && text[at] != '"'; ++at) {
    if (text[at] != '\\') {
      out += text[at];
      continue;
    }
    ++at;
    if (text[at] == 'n') {
      out += '\n';
    } else if (text[at] == 'u') {
      out += '?';
      at += 4;
    } else {
      out += text[at];
    }
  }
  return out;
}

std::vector<recording> recordings() {
  std::vector<recording> out;
  for (const auto& entry : fs::directory_iterator{recorded() / "recorded_rest"}) {
    const auto text = content(entry.path());
    const auto response = text.find("\"response\"");
    const auto status = text.find("\"status\": ", response);
    out.push_back({entry.path().filename().string(), string_after(text, "url", 0),
                   string_after(text, "method", 0), std::atoi(text.c_str() + status + 10),
                   string_after(text, "body", response)});
  }
  return out;
}

TEST(recorded_orders, real_answers_are_read) {
  NEED_RECORDED_DATA();
  alpaca_order_codec codec;
  const new_york_to_utc winter = [](calendar_date date, int minutes) {
    return utc_ns{(days_from_civil(date) * 1440 + minutes + 300) * 60'000'000'000};
  };
  int orders = 0;
  int others = 0;
  int refusals = 0;
  for (const auto& row : recordings()) {
    const auto path = row.url.substr(row.url.find("/v"));
    const auto has = [&](const char* prefix) { return path.rfind(prefix, 0) == 0; };
    if (row.status >= 400) {
      if (!row.body.empty() && row.body[0] == '{' && decode_refusal(row.body).code != 0) ++refusals;
      continue;
    }
    SCOPED_TRACE(row.name + " " + path + " " + row.body.substr(0, 300));
    if (row.body.empty() || !has("/v2/")) continue;
    if (has("/v2/orders") && row.method != "DELETE") {
      const auto ok = row.body[0] == '[' ? codec.orders(row.body).ok() : codec.order(row.body).ok();
      EXPECT_TRUE(ok) << (row.body[0] == '[' ? codec.orders(row.body).failure().text()
                                             : codec.order(row.body).failure().text());
      ++orders;
    } else if (has("/v2/orders")) {
      EXPECT_TRUE(codec.cancelled(row.body).ok());
    } else if (has("/v2/clock")) {
      EXPECT_TRUE(codec.market_clock(row.body).ok());
      ++others;
    } else if (has("/v2/calendar")) {
      EXPECT_TRUE(codec.calendar(row.body, winter).ok());
      ++others;
    } else if (path == "/v2/account") {
      EXPECT_TRUE(codec.account(row.body).ok());
      ++others;
    } else if (path == "/v2/positions" && row.method == "GET") {
      EXPECT_TRUE(codec.positions(row.body).ok());
      ++others;
    } else if (has("/v2/assets/")) {
      EXPECT_TRUE(codec.asset(row.body).ok());
      ++others;
    }
  }
  EXPECT_GT(orders, 8);
  EXPECT_GT(others, 4);
  EXPECT_GT(refusals, 3);
}

TEST(recorded_orders, foreign_bodies_do_no_harm) {
  NEED_RECORDED_DATA();
  alpaca_order_codec codec;
  std::istringstream lines{content(recorded() / "docs_openapi_examples.jsonl")};
  std::vector<std::string> bodies;
  for (std::string line; std::getline(lines, line);) bodies.push_back(line);
  for (const auto& entry : fs::directory_iterator{recorded() / "sdk_fixtures"})
    bodies.push_back(content(entry.path()));
  ASSERT_GT(bodies.size(), 80U);
  for (const auto& body : bodies) {
    (void)read_frame(codec, body);
    (void)codec.order(body);
    (void)codec.orders(body);
    (void)codec.account(body);
    (void)codec.positions(body);
    (void)decode_refusal(body);
  }
}

}  // namespace
}  // namespace bw
