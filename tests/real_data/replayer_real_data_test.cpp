#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <map>

#include "tests/support/data_folder.hpp"
#include "venue/csv_reader.hpp"
#include "venue/exchange.hpp"
#include "venue/market_replayer.hpp"
#include "venue/minute_aggregate.hpp"

// Shows that recorded markets replay completely and in order: single trades and quotes of IBM
// against the counts of their files and against the vendor's own minute bars, and two weeks of
// minute bars against their rows. Needs the recorded data; BELLWETHER_DATA names their folder.

namespace bw::venue {
namespace {

namespace fs = std::filesystem;

utc_ns at(std::string_view text) { return *parse_rfc3339(text); }

class replayer_real_data : public testing::Test {
 protected:
  void SetUp() override {
    data_ = tests::data_folder();
    if (!fs::exists(data_ / "ticks"))
      GTEST_SKIP() << "no recorded data in " << fs::absolute(data_)
                   << "; set BELLWETHER_DATA to their folder";
  }

  std::unique_ptr<market_source> open(replay_options options) {
    auto source = open_replay(std::move(options));
    EXPECT_TRUE(source) << (source ? "" : source.failure().text());
    return source ? std::move(*source) : nullptr;
  }

  /// Plays all and hands every event to `see`; checks the order on the way.
  template <class See>
  void play(market_source& source, See see) {
    std::vector<market_event> events;
    utc_ns last{};
    while (const auto next = source.next_time()) {
      ASSERT_LE(last, *next);
      last = *next;
      events.clear();
      source.advance(*next, 10'000, events);
      for (const auto& event : events) {
        ASSERT_EQ(emission_time(event), *next);
        see(event);
      }
    }
    ASSERT_FALSE(source.failure()) << source.failure()->text();
  }

  /// Data lines of a file, counted without the replayer.
  static std::size_t rows_of(const fs::path& file) {
    auto reader = csv_reader::open(file);
    EXPECT_TRUE(reader);
    std::size_t out = 0;
    while (*reader->next()) ++out;
    return out;
  }

  fs::path data_;
};

TEST_F(replayer_real_data, replays_every_tick_of_a_day) {
  const auto trades_file = data_ / "ticks/lean/IBM_20131007_trade.csv.gz";
  const auto quotes_file = data_ / "ticks/lean/IBM_20131007_quote.csv.gz";
  const auto source =
      open({.files = {trades_file, quotes_file}, .start = at("2013-10-07T08:00:00Z")});
  ASSERT_TRUE(source);
  std::size_t trades = 0, quotes = 0, bars = 0;
  play(*source, [&](const market_event& event) {
    trades += std::holds_alternative<trade>(event);
    quotes += std::holds_alternative<quote>(event);
    bars += std::holds_alternative<bar>(event);
  });
  EXPECT_EQ(trades, rows_of(trades_file) - 2) << "all but the official open and close";
  EXPECT_EQ(quotes, rows_of(quotes_file) - 1) << "all but the suspicious one";
  EXPECT_GT(bars, 390u);
  EXPECT_EQ(trades, 24'291u);
  EXPECT_EQ(quotes, 54'533u);
}

TEST_F(replayer_real_data, aggregates_ticks_to_the_volume_of_the_vendor_s_minute_bars) {
  const market_session session{at("2013-10-07T13:30:00Z"), at("2013-10-07T20:00:00Z")};
  const auto source = open({.files = {data_ / "ticks/lean/IBM_20131007_trade.csv.gz",
                                      data_ / "ticks/lean/IBM_20131007_quote.csv.gz"},
                            .sessions = {session}});
  ASSERT_TRUE(source);
  EXPECT_EQ(source->start_time(), at("2013-10-07T13:25:00Z"));
  EXPECT_FALSE(
      source->minute_bars(symbol_id{0}, {}, source->start_time(), source->start_time()).empty())
      << "trades from before the open are history";
  std::map<std::int64_t, bar> ours;
  play(*source, [&](const market_event& event) {
    if (const auto* x = std::get_if<bar>(&event)) ours[x->start.value] = *x;
  });
  auto reader = csv_reader::open(data_ / "bars/lean_minute/IBM_20131007_trade.csv.gz");
  ASSERT_TRUE(reader);
  int compared = 0, equal_volume = 0, near_close = 0;
  while (*reader->next()) {
    const auto start = std::stoll(std::string{reader->fields()[0]});
    if (start < session.open.value || start >= session.close.value) continue;
    ASSERT_TRUE(ours.contains(start));
    ++compared;
    equal_volume += ours[start].volume == *quantity::parse(reader->fields()[6]);
    const auto difference = abs(ours[start].close - *price::parse(reader->fields()[5]));
    near_close += difference <= *price::parse("0.05");
  }
  EXPECT_EQ(compared, 390);
  EXPECT_GE(equal_volume, 380);
  EXPECT_GE(near_close, 370);
}

TEST_F(replayer_real_data, replays_two_weeks_of_minute_bars_of_several_symbols) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator{data_ / "bars/yahoo_minute_2026"})
    if (entry.path().filename().string().starts_with("AAPL") ||
        entry.path().filename().string().starts_with("MSFT") ||
        entry.path().filename().string().starts_with("SPY"))
      files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  ASSERT_EQ(files.size(), 3u);
  std::size_t rows = 0;
  for (const auto& file : files) rows += rows_of(file);
  const auto source = open({.files = files});
  ASSERT_TRUE(source);
  std::size_t bars = 0;
  std::vector<quantity> traded(3), recorded(3);
  play(*source, [&](const market_event& event) {
    if (const auto* x = std::get_if<bar>(&event)) {
      ++bars;
      recorded[x->symbol.value] += x->volume;
    } else if (const auto* print = std::get_if<trade>(&event)) {
      traded[print->symbol.value] += print->size;
    } else if (const auto* market = std::get_if<quote>(&event)) {
      ASSERT_LT(market->bid, market->ask);
    }
  });
  EXPECT_EQ(bars, rows);
  EXPECT_EQ(traded, recorded) << "the trades played inside the minutes make up their volume";
}

TEST_F(replayer_real_data, opens_every_minute_file_and_tick_file_it_knows) {
  for (const char* folder :
       {"bars/lean_minute", "bars/alphavantage_minute_2019", "bars/polygon_minute_spy_2024",
        "bars/alpaca_minute_2020", "ticks/alpaca"})
    for (const auto& entry : fs::directory_iterator{data_ / folder}) {
      const auto rows = rows_of(entry.path());
      const auto source = open({.files = {entry.path()}});
      ASSERT_TRUE(source) << entry.path();
      std::size_t bars = 0;
      play(*source, [&](const market_event& event) { bars += std::holds_alternative<bar>(event); });
      const bool has_bars =
          folder[0] == 'b' && entry.path().string().find("quote") == std::string::npos;
      if (has_bars) {
        EXPECT_EQ(bars, rows) << entry.path();
      }
    }
}

TEST_F(replayer_real_data, fills_orders_against_the_recorded_quotes) {
  const market_session session{at("2013-10-07T13:30:00Z"), at("2013-10-07T20:00:00Z")};
  const auto source = open({.files = {data_ / "ticks/lean/IBM_20131007_trade.csv.gz",
                                      data_ / "ticks/lean/IBM_20131007_quote.csv.gz"},
                            .sessions = {session}});
  ASSERT_TRUE(source);
  exchange venue{{.partial_fill_percent = 0}, source->symbols()};
  std::vector<venue_event> events;
  std::vector<market_event> market;
  source->advance(session.open + std::chrono::minutes{1}, 1'000'000, market);
  bool open = false;
  for (const auto& event : market) {
    if (!open && emission_time(event) >= session.open) {
      venue.set_session(session, true, session.open, events);
      open = true;
    }
    venue.on_market(event, emission_time(event), events);
  }
  const auto now = session.open + std::chrono::minutes{1};
  const auto ask = venue.latest_quote(symbol_id{0})->ask;
  const auto answer = venue.submit({.symbol = "IBM", .qty = quantity::from_int(10)}, now, events);
  ASSERT_TRUE(std::holds_alternative<venue_order>(answer));
  venue.advance(now + std::chrono::seconds{1}, events);
  EXPECT_EQ(venue.position("IBM")->average, ask);
}

}  // namespace
}  // namespace bw::venue
