#include "venue/market_replayer.hpp"

#include <gtest/gtest.h>
#include <unistd.h>
#include <zlib.h>

#include <fstream>

#include "core/decimal.hpp"
#include "venue/csv_reader.hpp"
#include "venue/minute_aggregate.hpp"
#include "venue/recorded_rows.hpp"

// Shows how recordings become a market: which events each kind of file gives, in which order files
// are merged, where the replay starts, and what every kind of malformed file is answered with.

namespace bw::venue {
namespace {

namespace fs = std::filesystem;

constexpr const char* bar_header = "ts_ns,time_utc,open,high,low,close,volume\n";
constexpr const char* quote_bar_header =
    "ts_ns,time_utc,bid_open,bid_high,bid_low,bid_close,bid_size,ask_open,ask_high,ask_low,"
    "ask_close,ask_size\n";
constexpr const char* trade_header = "ts_ns,price,size,exchange,condition_hex,suspicious\n";
constexpr const char* code_header = "ts_ns,price,size,exchange,conditions,trade_id,tape\n";
constexpr const char* quote_header =
    "ts_ns,bid_price,bid_size,bid_exchange,ask_price,ask_size,ask_exchange,condition_hex,"
    "suspicious\n";

utc_ns at(std::string_view text) { return *parse_rfc3339(text); }

/// "1786...,2026-…Z," for a minute of 2026-11-02.
std::string minute(std::string_view hour_minute) {
  const auto text = "2026-11-02T" + std::string{hour_minute} + ":00Z";
  return std::to_string(at(text).value) + ',' + text + ',';
}
/// Nanoseconds of a time of the same day.
std::string tick(std::string_view time) {
  return std::to_string(at("2026-11-02T" + std::string{time} + "Z").value) + ',';
}

class market_replayer : public testing::Test {
 protected:
  market_replayer() {
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = fs::temp_directory_path() /
              ("bw_replayer_" + std::to_string(getpid()) + '_' + info->name());
    fs::create_directories(folder_);
  }
  ~market_replayer() override { fs::remove_all(folder_); }

  fs::path write(const std::string& name, const std::string& text) {
    std::ofstream{folder_ / name, std::ios::binary} << text;
    return folder_ / name;
  }
  fs::path write_compressed(const std::string& name, const std::string& text) {
    const auto file = gzopen((folder_ / name).c_str(), "wb");
    gzwrite(file, text.data(), static_cast<unsigned>(text.size()));
    gzclose(file);
    return folder_ / name;
  }

  static replay_options options(std::vector<fs::path> files) {
    return {.files = std::move(files),
            .sessions = {{at("2026-11-02T14:30:00Z"), at("2026-11-02T21:00:00Z")}}};
  }
  std::unique_ptr<market_source> open(std::vector<fs::path> files) {
    auto source = open_replay(options(std::move(files)));
    EXPECT_TRUE(source) << (source ? "" : source.failure().text());
    return source ? std::move(*source) : nullptr;
  }
  static std::string play(market_source& source) {
    std::string out;
    std::vector<market_event> events;
    while (const auto next = source.next_time()) source.advance(*next, 1, events);
    for (const auto& event : events) out += line(source, event) + '\n';
    return out;
  }
  static std::string clock_text(utc_ns t) { return format_rfc3339(t).substr(11); }
  static std::string line(const market_source& source, const market_event& event) {
    const auto name = [&](symbol_id id) { return source.symbols()[id.value].symbol; };
    auto out = clock_text(emission_time(event)) + ' ';
    if (const auto* x = std::get_if<quote>(&event))
      return out + name(x->symbol) + " quote " + x->bid.text() + ' ' + x->ask.text();
    if (const auto* x = std::get_if<trade>(&event))
      return out + name(x->symbol) + " trade " + x->last.text() + ' ' + x->size.text() +
             (x->eligible == price_eligible::yes ? "" : " volume only");
    const auto& x = std::get<bar>(event);
    return out + name(x.symbol) + " bar " + clock_text(x.start) + ' ' + x.open.text() + ' ' +
           x.high.text() + ' ' + x.low.text() + ' ' + x.close.text() + ' ' + x.volume.text();
  }

  fs::path folder_;
};

TEST_F(market_replayer, plays_a_minute_bar_as_quotes_trades_and_the_bar) {
  const auto source =
      open({write("AAPL_bars.csv", bar_header + minute("14:30") + "100,100.5,99.9,100.2,1001\n")});
  EXPECT_EQ(source->start_time(), at("2026-11-02T14:25:00Z"));
  EXPECT_EQ(play(*source),
            "14:30:00Z AAPL quote 99.99 100.01\n"
            "14:30:00.001Z AAPL trade 100 250.25\n"
            "14:30:20Z AAPL quote 99.89 99.91\n"  // The low is nearer to the open.
            "14:30:20.001Z AAPL trade 99.9 250.25\n"
            "14:30:40Z AAPL quote 100.48 100.51\n"
            "14:30:40.001Z AAPL trade 100.5 250.25\n"
            "14:30:59.9Z AAPL quote 100.18 100.21\n"
            "14:30:59.901Z AAPL trade 100.2 250.25\n"
            "14:31:00Z AAPL bar 14:30:00Z 100 100.5 99.9 100.2 1001\n");
  EXPECT_FALSE(source->failure());
}

TEST_F(market_replayer, keeps_vwap_and_trade_count_where_recorded) {
  const auto source =
      open({write("SPY_x.csv", "ts_ns,time_utc,open,high,low,close,volume,vwap,trades\n" +
                                   minute("14:30") + "100,101,99,100,0,100.3,17\n")});
  std::vector<market_event> events;
  source->advance(at("2026-11-02T15:00:00Z"), 100, events);
  ASSERT_EQ(events.size(), 5u) << "without volume there are quotes and the bar, but no trades";
  const auto whole = std::get<bar>(events.back());
  EXPECT_EQ(whole.vwap.text(), "100.3");
  EXPECT_EQ(whole.trades, 17u);
  EXPECT_EQ(whole.origin, bar_origin::live);
}

TEST_F(market_replayer, plays_quote_bars_instead_of_made_up_quotes) {
  const auto source =
      open({write("IBM_trade.csv", bar_header + minute("14:30") + "10,10,10,10,400\n"),
            write("IBM_quote.csv", quote_bar_header + minute("14:30") +
                                       "9.98,9.99,9.95,9.97,300,10.02,10.03,10,10.01,200\n")});
  EXPECT_EQ(play(*source),
            "14:30:00Z IBM quote 9.98 10.02\n"
            "14:30:00.001Z IBM trade 10 100\n"
            "14:30:20Z IBM quote 9.99 10.03\n"
            "14:30:20.001Z IBM trade 10 100\n"
            "14:30:40Z IBM quote 9.95 10\n"
            "14:30:40.001Z IBM trade 10 100\n"
            "14:30:59.9Z IBM quote 9.97 10.01\n"
            "14:30:59.901Z IBM trade 10 100\n"
            "14:31:00Z IBM bar 14:30:00Z 10 10 10 10 400\n");
}

TEST_F(market_replayer, aggregates_single_trades_into_minute_bars) {
  const auto source = open(
      {write("IBM_trade.csv", trade_header + tick("14:30:01") + "10,100,N,1,0\n" +
                                  tick("14:30:02") + "12,50,N,1,0\n" +  // Odd lot.
                                  tick("14:30:03") + "11,200,N,1,0\n" + tick("14:30:04") +
                                  "99,200,N,1,1\n" +                          // Suspicious.
                                  tick("14:30:05") + "9,300,N,4000,0\n" +     // Out of sequence.
                                  tick("14:30:06") + "9,300,N,4000000,0\n" +  // Official print.
                                  tick("14:31:00") + "10.5,100,N,1,0\n"),
       write("IBM_quote.csv", quote_header + tick("14:30:00") + ",,,10.02,3,N,1,0\n" +
                                  tick("14:30:01") + "10,1,N,10.02,3,N,1,0\n" + tick("14:30:02") +
                                  "10,1,N,10.02,3,N,1,1\n")});
  EXPECT_EQ(play(*source),
            "14:30:00Z IBM quote 0 10.02\n"
            "14:30:01Z IBM trade 10 100\n"  // The file named first comes first.
            "14:30:01Z IBM quote 10 10.02\n"
            "14:30:02Z IBM trade 12 50 volume only\n"
            "14:30:03Z IBM trade 11 200\n"
            "14:30:05Z IBM trade 9 300 volume only\n"
            "14:31:00Z IBM bar 14:30:00Z 10 11 10 11 650\n"  // Before what happens at 14:31.
            "14:31:00Z IBM trade 10.5 100\n"
            "14:32:00Z IBM bar 14:31:00Z 10.5 10.5 10.5 10.5 100\n");
}

TEST_F(market_replayer, reads_trades_with_condition_letters_and_makes_up_quotes) {
  const auto source = open({write(
      "SPOT_a.csv", code_header + tick("14:30:01.5") + "237.5,100,K,_ T,5,A\n" + tick("14:30:02") +
                        "237.6,1,K,_ T I,6,A\n" + tick("14:30:03") + "237.7,0,K,_ 9,7,A\n" +
                        tick("14:30:04") + "237.8,500,K,_ M,8,A\n")});
  EXPECT_EQ(play(*source),
            "14:30:01.5Z SPOT quote 237.47 237.52\n"
            "14:30:01.5Z SPOT trade 237.5 100\n"
            "14:30:02Z SPOT trade 237.6 1 volume only\n"
            "14:31:00Z SPOT bar 14:30:00Z 237.5 237.5 237.5 237.5 101\n");
}

TEST_F(market_replayer, merges_files_by_time_plain_and_compressed) {
  const auto row = [](const char* time, const char* price) {
    return minute(time) + price + ',' + price + ',' + price + ',' + price + ",4\n";
  };
  const auto source =
      open({write_compressed("BBB_1.csv.gz", bar_header + row("14:31", "20") + row("14:33", "21")),
            write("AAA_1.csv", bar_header + row("14:30", "10") + row("14:31", "11")),
            write("AAA_2.csv", bar_header + row("14:32", "12"))});
  std::vector<std::string> bars;
  std::vector<market_event> events;
  source->advance(at("2026-11-02T20:00:00Z"), 1'000, events);
  for (std::size_t k = 1; k < events.size(); ++k)
    EXPECT_LE(emission_time(events[k - 1]), emission_time(events[k]));
  for (const auto& event : events)
    if (std::holds_alternative<bar>(event)) bars.push_back(line(*source, event));
  const std::vector<std::string> expected{
      "14:31:00Z AAA bar 14:30:00Z 10 10 10 10 4", "14:32:00Z BBB bar 14:31:00Z 20 20 20 20 4",
      "14:32:00Z AAA bar 14:31:00Z 11 11 11 11 4", "14:33:00Z AAA bar 14:32:00Z 12 12 12 12 4",
      "14:34:00Z BBB bar 14:33:00Z 21 21 21 21 4"};
  EXPECT_EQ(bars, expected);
  EXPECT_EQ(source->symbols().size(), 2u);
  EXPECT_EQ(source->symbols()[0].symbol, "BBB");
}

TEST_F(market_replayer, starts_before_the_first_session_with_data_and_keeps_the_rest_as_history) {
  std::string rows = bar_header;
  for (const char* time : {"12:00", "14:24", "14:25", "14:30"})
    rows += minute(time) + "10,10,10,10,4\n";
  const auto file = write("AAA_1.csv", rows);
  auto chosen = options({file});
  chosen.sessions.insert(chosen.sessions.begin(),
                         {at("2026-10-30T13:30:00Z"), at("2026-10-30T20:00:00Z")});
  const auto source = *open_replay(chosen);
  EXPECT_EQ(source->start_time(), at("2026-11-02T14:25:00Z"));
  const auto history = [&](utc_ns now) {
    return source->minute_bars(symbol_id{0}, at("2026-11-02T00:00:00Z"), at("2026-11-03T00:00:00Z"),
                               now);
  };
  // The bar of 14:24 ends at the start and is emitted then.
  EXPECT_EQ(history(source->start_time()).size(), 1u);
  EXPECT_EQ(history(source->start_time())[0].origin, bar_origin::history);
  EXPECT_EQ(*source->next_time(), source->start_time());
  std::vector<market_event> events;
  source->advance(at("2026-11-02T14:31:00Z"), 1'000, events);
  EXPECT_EQ(history(at("2026-11-02T14:31:00Z")).size(), 4u);
  EXPECT_EQ(history(at("2026-11-02T14:30:59Z")).size(), 3u);
  EXPECT_FALSE(source->next_time());
  EXPECT_TRUE(source->minute_bars(symbol_id{7}, {}, {}, {}).empty());
}

TEST_F(market_replayer, starts_where_it_is_told) {
  std::string rows = bar_header;
  for (const char* time : {"14:30", "14:31", "14:32"}) rows += minute(time) + "10,10,10,10,4\n";
  auto chosen = options({write("AAA_1.csv", rows)});
  chosen.start = at("2026-11-02T14:32:00Z");
  const auto source = *open_replay(chosen);
  EXPECT_EQ(source->start_time(), *chosen.start);
  EXPECT_EQ(source->minute_bars(symbol_id{0}, {}, *chosen.start, *chosen.start).size(), 1u);
  chosen.start = at("2026-11-02T15:00:00Z");
  const auto late = open_replay(chosen);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.code(), ec::not_found);
}

TEST_F(market_replayer, keeps_a_bounded_history) {
  std::string rows = bar_header;
  for (const char* time : {"14:30", "14:31", "14:32"}) rows += minute(time) + "10,10,10,10,4\n";
  auto chosen = options({write("AAA_1.csv", rows)});
  chosen.history_bars_max = 2;
  const auto source = *open_replay(chosen);
  play(*source);
  const auto bars =
      source->minute_bars(symbol_id{0}, {}, at("2026-11-03T00:00:00Z"), at("2026-11-03T00:00:00Z"));
  ASSERT_EQ(bars.size(), 2u);
  EXPECT_EQ(bars[0].start, at("2026-11-02T14:31:00Z"));
}

TEST_F(market_replayer, refuses_files_it_cannot_understand) {
  const auto bars = bar_header + minute("14:30") + "10,10,10,10,4\n";
  struct row {
    const char* what;
    std::vector<fs::path> files;
    ec code;
    const char* words;
  };
  auto truncated = write_compressed("CUT_1.csv.gz", bar_header + std::string(20'000, 'x'));
  fs::resize_file(truncated, fs::file_size(truncated) / 2);
  const row rows[] = {
      {"no file", {}, ec::invalid_argument, "at least one"},
      {"missing", {folder_ / "AAA_none.csv"}, ec::io_failed, "cannot be opened"},
      {"folder", {folder_}, ec::parse_failed, "begins with its symbol"},
      {"no symbol", {write("bars.csv", bars)}, ec::parse_failed, "rename the file"},
      {"bad symbol", {write("aa_1.csv", bars)}, ec::parse_failed, "rename the file"},
      {"empty", {write("AAA_empty.csv", "")}, ec::parse_failed, ".csv:1: the file is empty"},
      {"other header", {write("AAA_other.csv", "date,open\n")}, ec::parse_failed, "one of ts_ns"},
      {"no rows", {write("AAA_header.csv", bar_header)}, ec::not_found, "no market events"},
      {"damaged", {truncated}, ec::io_failed, "fetch the file again"},
      {"ticks and bars",
       {write("AAA_b.csv", bars),
        write("AAA_t.csv", trade_header + tick("14:30:00") + "1,1,N,1,0\n")},
       ec::unsupported,
       "give one of the two"},
      {"same minute twice",
       {write("AAA_b.csv", bars), write("AAA_c.csv", bars)},
       ec::parse_failed,
       "came from another file already"},
  };
  for (const auto& row : rows) {
    auto source = open_replay(options(row.files));
    std::optional<error> failed;
    if (!source) {
      failed = source.failure();
    } else {
      play(**source);
      failed = (*source)->failure();
    }
    ASSERT_TRUE(failed) << row.what;
    EXPECT_EQ(failed->code, row.code) << row.what << ": " << failed->text();
    EXPECT_NE(failed->context.find(row.words), std::string::npos) << failed->text();
  }
}

TEST_F(market_replayer, names_line_column_and_value_of_a_malformed_row) {
  struct row {
    const char* header;
    std::string text;
    const char* words;
  };
  const auto good = minute("14:30");
  const std::string too_long(csv_reader::line_length_max + 1, '1');
  const row rows[] = {
      {bar_header, good + "10,10,10,10\n", "the line has 6 fields and the header 7"},
      {bar_header, good + "10,10,10,10,4,5\n", "the line has 8 fields and the header 7"},
      {bar_header, "x,2026-11-02T14:30:00Z,1,1,1,1,1\n", "column 'ts_ns' is 'x'"},
      {bar_header, "-5,2026-11-02T14:30:00Z,1,1,1,1,1\n", "column 'ts_ns' is '-5'"},
      {bar_header, "9223372036854775807,2026-11-02T14:30:00Z,1,1,1,1,1\n", "before the year 2200"},
      {bar_header, "99999999999999999999,2026-11-02T14:30:00Z,1,1,1,1,1\n", "column 'ts_ns'"},
      {bar_header, tick("14:30:01") + "2026-11-02T14:30:01Z,1,1,1,1,1\n", "it is no full minute"},
      {bar_header, tick("14:30:00") + "2026-11-02T14:31:00Z,1,1,1,1,1\n", "column 'time_utc'"},
      {bar_header, good + "1,1,1,1,1\n" + good + "1,1,1,1,1\n", ":3: column 'ts_ns'"},
      {bar_header, good + "1,1,1,1,1\n" + minute("14:29") + "1,1,1,1,1\n", "older than the one"},
      {bar_header, good + "nan,10,10,10,4\n", "column 'open' is 'nan'"},
      {bar_header, good + ",10,10,10,4\n", "column 'open' is ''"},
      {bar_header, good + "0,10,10,10,4\n", "column 'open' is '0'"},
      {bar_header, good + "-1,10,10,10,4\n", "column 'open' is '-1'"},
      {bar_header, good + "1e7,10,10,10,4\n", "not above 1000000"},
      {bar_header, good + "10,9,8,8.5,4\n", "column 'high' is '9': the high lies below"},
      {bar_header, good + "10,12,11,11,4\n", "column 'low' is '11': the low lies above"},
      {bar_header, good + "10,10,10,10,-4\n", "column 'volume' is '-4'"},
      {bar_header, good + "10,10,10,10,4000000000\n", "column 'volume' is '4000000000'"},
      {bar_header, good + "10,10,10,10,\n", "column 'volume' is ''"},
      {bar_header, good + "10,10,10,10," + too_long + "\n", "the line is longer than 4096"},
      {bar_header, std::string("\0\0\0\n", 4), "the line has 1 fields"},
      {quote_bar_header, good + "1,1,1,1,1,2,2,2,2\n", "the line has 11 fields"},
      {quote_bar_header, good + "1,2,3,1,1,2,2,2,2,1\n", "column 'bid_low' is '3'"},
      {quote_bar_header, good + "1,1,1,1,1,2,2,2,2,x\n", "column 'ask_size' is 'x'"},
      {trade_header, tick("14:30:00") + "1,1,N,zz,0\n", "column 'condition_hex' is 'zz'"},
      {trade_header, tick("14:30:00") + "1,1,N,1,2\n", "column 'suspicious' is '2'"},
      {trade_header, tick("14:30:00") + "1,x,N,1,0\n", "column 'size' is 'x'"},
      {trade_header, tick("14:30:01") + "1,1,N,1,0\n" + tick("14:30:00") + "1,1,N,1,0\n",
       ":3: column 'ts_ns'"},
      {code_header, tick("14:30:00") + "0,1,N,@,1,A\n", "column 'price' is '0'"},
      {quote_header, tick("14:30:00") + "-1,1,N,2,1,N,1,0\n", "column 'bid_price' is '-1'"},
      {quote_header, tick("14:30:00") + "1,1,N,2,-1,N,1,0\n", "column 'ask_size' is '-1'"},
  };
  for (const auto& row : rows) {
    auto source = open_replay(options({write("AAA_bad.csv", row.header + row.text)}));
    std::optional<error> failed;
    if (!source) {
      failed = source.failure();
    } else {
      play(**source);
      failed = (*source)->failure();
    }
    ASSERT_TRUE(failed) << row.words;
    EXPECT_EQ(failed->code, ec::parse_failed);
    EXPECT_NE(failed->context.find("AAA_bad.csv:"), std::string::npos) << failed->text();
    EXPECT_NE(failed->context.find(row.words), std::string::npos) << failed->text();
  }
}

TEST_F(market_replayer, plays_up_to_a_malformed_row_and_then_stops_for_good) {
  const auto source =
      open({write("AAA_1.csv", trade_header + tick("14:30:01") + "10,100,N,1,0\n" +
                                   tick("14:30:02") + "11,100,N,1,0\n" + tick("14:30:03") +
                                   "oops,100,N,1,0\n" + tick("14:30:04") + "12,100,N,1,0\n")});
  EXPECT_EQ(play(*source),
            "14:30:01Z AAA quote 9.99 10\n"
            "14:30:01Z AAA trade 10 100\n"
            "14:30:02Z AAA quote 10.99 11\n"
            "14:30:02Z AAA trade 11 100\n");
  ASSERT_TRUE(source->failure());
  EXPECT_NE(source->failure()->context.find(":4: column 'price' is 'oops'"), std::string::npos);
  EXPECT_FALSE(source->next_time());
}

TEST_F(market_replayer, accepts_other_line_ends_and_empty_lines) {
  const auto source =
      open({write("AAA_1.csv", "ts_ns,time_utc,open,high,low,close,volume\r\n" + minute("14:30") +
                                   "10,10,10,10,4\r\n\r\n\n" + minute("14:31") + "10,10,10,10,4")});
  play(*source);
  EXPECT_FALSE(source->failure());
  EXPECT_EQ(
      source->minute_bars(symbol_id{0}, {}, at("2026-11-03T00:00:00Z"), at("2026-11-03T00:00:00Z"))
          .size(),
      2u);
}

TEST(quote_around, is_never_crossed_and_on_ticks) {
  for (const char* text : {"0.0001", "0.0002", "0.5", "0.9999", "1", "1.01", "99.995", "187.35",
                           "653.2", "999999.99"}) {
    const auto last = *price::parse(text);
    const auto market = quote_around(symbol_id{0}, last, {});
    EXPECT_TRUE(market.bid.is_positive()) << text;
    EXPECT_LT(market.bid, market.ask) << text;
    const auto widest = std::max(tick_size(last), shift_basis_points(last, 3) - last);
    EXPECT_LE(market.ask - market.bid, widest) << text;
  }
  EXPECT_EQ(quote_around(symbol_id{0}, *price::parse("500"), {}).ask.text(), "500.05");
}

}  // namespace
}  // namespace bw::venue
