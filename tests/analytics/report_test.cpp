// The report: complete, self-contained, small, the same every time, and safe against what names
// contain.

#include "analytics/report.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "analytics/candle_sampler.hpp"
#include "analytics/chart.hpp"
#include "storage/temporary_folder.hpp"
#include "tests/analytics/html_check.hpp"
#include "tests/analytics/run_fixture.hpp"
#include "tests/support/seed.hpp"

namespace bw {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const session_calendar& new_york() {
  static const auto calendar = *session_calendar::make();
  return calendar;
}

std::string page_of(const run_result& run) {
  return report_html(run, statistics_of(run, new_york()), new_york());
}

std::string text_of(const std::filesystem::path& path) {
  std::ostringstream out;
  out << std::ifstream{path, std::ios::binary}.rdbuf();
  return out.str();
}

std::size_t occurrences(const std::string& text, std::string_view part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

TEST(report, writes_its_five_files_and_the_same_bytes_again) {
  const auto folder = *temporary_folder::make("bw-report");
  const auto run = tests::make_sample_run();
  ASSERT_TRUE(write_report(run, new_york(), folder.path() / "a" / "b").ok());
  ASSERT_TRUE(write_report(run, new_york(), folder.path() / "c").ok());
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator{folder.path() / "c"}) {
    const auto name = entry.path().filename();
    EXPECT_EQ(text_of(entry.path()), text_of(folder.path() / "a" / "b" / name)) << name;
    ++files;
  }
  EXPECT_EQ(files, 5u) << "nothing is left beside them";
}

TEST(report, says_so_when_the_folder_cannot_be_written) {
  const auto folder = *temporary_folder::make("bw-report");
  std::ofstream{folder.path() / "file"} << "x";
  const auto written = write_report(tests::make_sample_run(), new_york(), folder.path() / "file");
  EXPECT_EQ(written.code(), ec::io_failed);
}

TEST(report, the_page_is_well_formed_and_needs_nothing_from_elsewhere) {
  const auto page = page_of(tests::make_sample_run());
  EXPECT_EQ(tests::html_problem(page), "");
  for (const char* outside :
       {"http://", "https://", " src=", "url(", "@import", "<link", "<iframe"})
    EXPECT_THAT(page, Not(HasSubstr(outside)));
  EXPECT_THAT(page, HasSubstr("default-src 'none'"));
}

TEST(report, the_page_has_every_part) {
  auto run = tests::make_sample_run(2, {70, 15, 6});
  run.warnings = {"The data have a gap."};
  const auto page = page_of(run);
  for (const char* part :
       {"Before you believe this", "<h2>Equity</h2>", "<title>Drawdown</title>",
        "<title>Rolling Sharpe ratio</title>", "<title>Daily returns</title>", "class=\"heat\"",
        "How each figure is computed", "10 basis points commission", "<h2>Periods</h2>",
        "<caption>Strategy</caption>", "<caption>Exit</caption>", "Deepest drawdowns",
        "Prices and executions", "id=\"trades\"", "Assumptions", "d0d0d0d0", "prefers-color-scheme",
        "@media print", "lang=\"en\""})
    EXPECT_THAT(page, HasSubstr(part));
  // Every drawing can be read out.
  EXPECT_EQ(occurrences(page, "<svg"), occurrences(page, "role=\"img\""));
  EXPECT_EQ(occurrences(page, "<svg"), occurrences(page, "<desc>"));
}

TEST(report, a_year_of_minutes_with_thousands_of_trades_stays_small) {
  const auto run = tests::make_sample_run(3, {252, 1, 20});
  ASSERT_GT(run.trades.size(), trades_in_page_max);
  ASSERT_GT(run.equity.size(), 90'000u);
  const auto page = page_of(run);
  EXPECT_LT(page.size(), report_bytes_max);
  EXPECT_THAT(page, HasSubstr("trades.csv holds all"));
  RecordProperty("bytes", static_cast<int>(page.size()));
}

TEST(report, long_lists_are_cut_in_the_page_and_whole_in_json) {
  auto run = tests::make_sample_run(1, {25, 30, 4});
  run.warnings.assign(60, "The data have a gap.");
  run.open_trades.assign(70, open_trade{});
  const auto page = page_of(run);
  EXPECT_EQ(occurrences(page, "The data have a gap."), 50u);
  EXPECT_THAT(page, HasSubstr("more warnings are in report.json"));
  EXPECT_THAT(page, HasSubstr("The first 50 of 70; report.json has all."));
  const auto json = nlohmann::json::parse(report_json(run, statistics_of(run, new_york())));
  EXPECT_EQ(json.at("open_trades").size(), 70u);
  EXPECT_GE(json.at("warnings").size(), 60u);
}

TEST(report, names_cannot_break_out_of_the_page) {
  auto run = tests::make_sample_run(1, {25, 30, 4});
  run.name = "<script>alert(1)</script>\"'&";
  run.warnings = {"<b>bold</b>"};
  run.models = {{"</td>", "<img src=x>"}};
  for (auto& trade : run.trades) {
    trade.exit_reason = short_name{"</script><b>"};
    trade.strategy = short_name{"<i>\"'"};
  }
  const auto page = page_of(run);
  EXPECT_EQ(tests::html_problem(page), "");
  for (const char* bad : {"<script>alert", "<b>bold", "</script><b>", "<img", "<i>"})
    EXPECT_THAT(page, Not(HasSubstr(bad)));
}

TEST(report, a_run_without_anything_still_has_a_page) {
  run_result run;
  run.name = "empty";
  run.starting_equity = money::from_int(1'000);
  const auto page = page_of(run);
  EXPECT_EQ(tests::html_problem(page), "");
  EXPECT_THAT(page, HasSubstr("has no result"));
  EXPECT_THAT(page, Not(HasSubstr("id=\"trades\"")));
}

TEST(report, positions_that_are_open_at_the_end_are_listed_apart) {
  auto run = tests::make_sample_run(1, {25, 30, 4});
  open_trade open;
  open.symbol = symbol_name{"NVDA"};
  open.qty = quantity::from_int(3);
  open.unrealized = *money::parse("-12.5");
  run.open_trades = {open};
  const auto page = page_of(run);
  EXPECT_THAT(page, HasSubstr("Open at the end"));
  EXPECT_THAT(page, HasSubstr("NVDA"));
  EXPECT_THAT(page, HasSubstr("-$12.50"));
}

TEST(report, json_holds_identity_figures_conventions_and_series) {
  const auto run = tests::make_sample_run();
  const auto statistics = statistics_of(run, new_york());
  const auto json = nlohmann::json::parse(report_json(run, statistics));
  EXPECT_EQ(json.at("schema_version"), 1);
  EXPECT_EQ(json.at("run").at("data_hash"), "d0d0d0d0");
  EXPECT_EQ(json.at("run").at("seed"), 7);
  EXPECT_EQ(json.at("figures").size(), json.at("conventions").size());
  EXPECT_EQ(json.at("daily").size(), statistics.days.size());
  EXPECT_EQ(json.at("figures").at("net_profit"),
            (run.equity.back().equity - run.starting_equity).text());
  EXPECT_TRUE(json.at("groups").at("weekday").contains("1 Monday"));
  EXPECT_EQ(json.at("stress").at("commission_basis_points"), 10);
}

TEST(report, names_the_regime_of_each_symbol_and_groups_trades_by_it) {
  auto run = tests::make_sample_run();
  run.trades[0].regime = market_regime::trending;
  trend_record one{symbol_name{"AAPL"}, "2026-11-02", 272, {}};
  one.trend.regime = market_regime::trending;
  trend_record other{symbol_name{"MSFT"}, "2026-11-02", 272, {}};
  other.trend.regime = market_regime::unsettled;
  run.regimes = {one, other};
  const auto statistics = statistics_of(run, new_york());
  const auto json = nlohmann::json::parse(report_json(run, statistics));
  EXPECT_EQ(json.at("regimes"), (nlohmann::json{{"AAPL", "trending"}, {"MSFT", "volatile"}}));
  EXPECT_EQ(json.at("groups").at("regime").at("trending").at("trades"), 1);
  const auto page = report_html(run, statistics, new_york());
  EXPECT_THAT(page, HasSubstr("Regime at entry"));
  EXPECT_THAT(page, HasSubstr("Regimes of 2026-11-02"));
  EXPECT_THAT(page, HasSubstr("AAPL trending, MSFT volatile"));
  EXPECT_THAT(verdict_text(run, statistics), HasSubstr("AAPL trending, MSFT volatile"));
  EXPECT_EQ(regimes_text(run, 1), "AAPL trending, and 1 more");
}

TEST(report, csv_quotes_what_needs_it_and_has_one_line_a_trade) {
  auto run = tests::make_sample_run(1, {25, 30, 4});
  run.trades[0].exit_reason = short_name{"a,\"b\""};
  const auto trades = trades_csv(run);
  EXPECT_EQ(occurrences(trades, "\n"), run.trades.size() + 1);
  EXPECT_THAT(trades, HasSubstr(",\"a,\"\"b\"\"\","));
  const auto equity = equity_csv(statistics_of(run, new_york()));
  EXPECT_THAT(equity, ::testing::StartsWith("date,return,equity,benchmark_return\n2024-01-02,"));
  EXPECT_EQ(occurrences(equity, "\n"), 26u);
}

TEST(report, the_verdict_fits_a_terminal) {
  const auto run = tests::make_sample_run();
  const auto verdict = verdict_text(run, statistics_of(run, new_york()));
  const auto lines = occurrences(verdict, "\n");
  EXPECT_GE(lines, 10u);
  EXPECT_LE(lines, 20u);
  EXPECT_THAT(verdict, HasSubstr("sample "));
  EXPECT_THAT(verdict, HasSubstr("60 sessions"));
  EXPECT_THAT(verdict, HasSubstr("at 10 bp"));
}

TEST(report, few_trades_are_called_weak_evidence) {
  const auto run = tests::make_sample_run(1, {20, 60, 1});
  ASSERT_LT(run.trades.size(), weak_evidence_trades);
  const auto statistics = statistics_of(run, new_york());
  EXPECT_THAT(verdict_sentence(run, statistics), HasSubstr("weak evidence"));
  EXPECT_THAT(page_of(run), HasSubstr("Weak evidence"));
}

TEST(thin, keeps_the_ends_and_the_extremes_of_each_column) {
  const auto seed = tests::test_seed(111);
  prng chance{seed};
  std::vector<chart_point> line;
  for (int k = 0; k < 10'000; ++k)
    line.push_back({static_cast<double>(k), static_cast<double>(chance.between(-1000, 1000))});
  const auto thinned = thin(line, 100);
  EXPECT_LE(thinned.size(), 400u);
  EXPECT_EQ(thinned.front(), line.front());
  EXPECT_EQ(thinned.back(), line.back());
  const auto by_y = [](const auto& a, const auto& b) { return a.y < b.y; };
  EXPECT_EQ(std::max_element(thinned.begin(), thinned.end(), by_y)->y,
            std::max_element(line.begin(), line.end(), by_y)->y);
  EXPECT_EQ(std::min_element(thinned.begin(), thinned.end(), by_y)->y,
            std::min_element(line.begin(), line.end(), by_y)->y);
  EXPECT_TRUE(std::is_sorted(thinned.begin(), thinned.end(),
                             [](const auto& a, const auto& b) { return a.x < b.x; }));
  EXPECT_EQ(thin(thinned, 100), thinned) << "what is short stays";
}

TEST(candle_sampler, stays_bounded_and_keeps_open_high_low_close) {
  candle_sampler sampler{symbol_name{"SPY"}};
  prng chance{5};
  price lowest = price::max();
  price highest;
  const auto begin = *parse_rfc3339("2024-01-02T14:30:00Z");
  price last;
  for (int minute = 0; minute < 50'000; ++minute) {
    const auto at = price::from_units(chance.between(90'000'000'000, 110'000'000'000));
    lowest = std::min(lowest, at);
    highest = std::max(highest, at);
    last = at;
    sampler.add({begin + std::chrono::minutes{minute}, at, at, at, at});
    ASSERT_LE(sampler.series().candles.size(), candle_sampler::candles_max);
  }
  const auto& candles = sampler.series().candles;
  EXPECT_EQ(sampler.series().span, std::chrono::hours{4});
  EXPECT_EQ(candles.back().close, last);
  price low = price::max();
  price high;
  for (const auto& each : candles) {
    low = std::min(low, each.low);
    high = std::max(high, each.high);
    EXPECT_EQ(each.start.value % std::chrono::nanoseconds{sampler.series().span}.count(), 0);
  }
  EXPECT_EQ(low, lowest);
  EXPECT_EQ(high, highest);
}

}  // namespace
}  // namespace bw
