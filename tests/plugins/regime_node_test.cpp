// The regime of a symbol in a whole node, as a process beside a venue that has more than a year of
// daily bars: it is found and recorded, and a strategy that is not for it enters nothing.

#include <gtest/gtest.h>
#include <signal.h>

#include <array>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "domain/session_calendar.hpp"
#include "storage/audit_reader.hpp"
#include "tests/plugins/plugin_folder.hpp"

namespace bw {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using tests::eventually;
using tests::program;
using tests::run_program;

constexpr calendar_date today{2026, 3, 3};
constexpr calendar_date first_day{2025, 1, 2};
constexpr std::int64_t one_cent = decimal_scale / 100;

/// Closes that move less and less, on their way up by so many millionths a day.
struct course {
  const char* symbol;
  std::int64_t first_cents;
  std::int64_t drift_ppm;
};
constexpr course courses[] = {
    {"AAPL", 8'000, 2'000}, {"MSFT", 10'000, 0}, {"AMD", 9'000, 2'000}, {"NVDA", 11'000, 0}};

std::string row(utc_ns at, std::array<std::int64_t, 4> cents, std::int64_t volume) {
  auto out = std::to_string(at.value) + "," + format_rfc3339(at);
  for (const auto each : cents) out += "," + price::from_units(each * one_cent).text();
  return out + "," + std::to_string(volume) + "\n";
}

/// One minute of each day that is over, and every minute of today.
std::string recording_of(const course& x, const std::vector<session_day>& days) {
  std::string out = "ts_ns,time_utc,open,high,low,close,volume\n";
  auto cents = x.first_cents;
  std::int64_t up = 1;
  for (std::size_t k = 0; k + 1 < days.size(); ++k) {
    const auto swing_ppm = 12'000 - static_cast<std::int64_t>(k) * 30;
    cents += cents * (x.drift_ppm + up * swing_ppm) / 1'000'000;
    up = -up;
    out += row(days[k].close - minutes{1}, {cents, cents, cents, cents}, 5'000'000);
  }
  for (auto at = days.back().open; at < days.back().close; at = at + minutes{1}) {
    up = -up;
    out += row(at, {cents, cents + 2, cents - 2, cents + up}, 30'000);
  }
  return out;
}

struct regime_node : testing::Test {
  tests::plugin_folder folder;

  std::filesystem::path state() const { return folder.above().path() / "state"; }
  /// What the log has by now.
  struct story {
    /// By strategy, the symbols that it has bought.
    std::map<std::string, std::set<std::string>> bought;
    /// By strategy and symbol, the last record of an entry that the regime kept back.
    std::map<std::pair<std::string, std::string>, std::uint64_t> refused;
    std::vector<trend_record> trends;
  };
  story read() const {
    story out;
    const auto reader = open_audit_reader(state() / "audit");
    if (!reader) return out;
    (void)(*reader)->read({}, [&](const audit_record& record) {
      if (const auto* fill = std::get_if<fill_record>(&record.event))
        if (fill->side == side::buy) out.bought[fill->strategy.str()].insert(fill->symbol.str());
      if (const auto* x = std::get_if<verdict_record>(&record.event))
        if (!x->verdict.approved && x->verdict.reason == risk_rule::regime)
          out.refused[{x->strategy.str(), x->symbol.str()}] = record.sequence.value;
      if (const auto* x = std::get_if<trend_record>(&record.event)) out.trends.push_back(*x);
      return true;
    });
    return out;
  }
};

TEST_F(regime_node, a_strategy_enters_what_is_in_its_regime_and_nothing_else) {
  folder.add("faulty");
  const auto calendar = session_calendar::make();
  ASSERT_TRUE(calendar.ok());
  const auto days = calendar->sessions(first_day, today);
  ASSERT_GT(days.size(), market_trend::closes_needed);
  std::vector<std::string> arguments{"venue",   "--port",
                                     "0",       "--json",
                                     "--quiet", "--speed",
                                     "60",      "--wait-for-client",
                                     "--start", format_rfc3339(days.back().open + minutes{60})};
  for (const auto& each : courses) {
    const auto name = std::string{each.symbol} + "_made.csv";
    arguments.emplace_back("--data");
    arguments.push_back(folder.above().write(name.c_str(), recording_of(each, days)).string());
  }
  program venue{arguments};
  ASSERT_TRUE(venue.says("listening", seconds{30})) << venue.err();
  const auto port = nlohmann::json::parse(venue.out().substr(0, venue.out().find('\n'))).at("port");
  const auto strategy = [](const std::string& regime, const std::string& watchlist) {
    return "[[strategy]]\nid = \"" + regime + "\"\nkind = \"faulty\"\nregimes = [\"" + regime +
           "\"]\nwatchlist = [" + watchlist + "]\n[strategy.parameters]\nlevel = 1\n";
  };
  folder.above().write("strategies.toml", strategy("trending", "\"AAPL\", \"MSFT\"") +
                                              strategy("ranging", "\"AMD\", \"NVDA\""));
  const auto config = folder.above().write(
      "node.toml", "mode = \"sim\"\n[sim]\nport = " + port.dump() + "\n[ops]\nport = 0\n");
  program node{{"run", "--config", config.string(), "--json"}};
  EXPECT_TRUE(eventually(seconds{90}, [&] {
    const auto now = read();
    return now.bought.size() == 2 && now.refused.size() == 2;
  })) << node.err();
  node.signal(SIGTERM);
  EXPECT_EQ(node.wait(seconds{20}), 0) << node.err();

  auto all = read();
  EXPECT_EQ(all.bought["trending"], std::set<std::string>{"AAPL"});
  EXPECT_EQ(all.bought["ranging"], std::set<std::string>{"NVDA"});
  std::map<std::string, trend_record> found;
  for (const auto& x : all.trends) {
    EXPECT_FALSE(found.contains(x.symbol.str())) << "a day has one record";
    found[x.symbol.str()] = x;
  }
  ASSERT_EQ(found.size(), std::size(courses));
  for (const auto& each : courses) {
    const auto& x = found[each.symbol];
    EXPECT_EQ(x.trend.regime,
              each.drift_ppm > 0 ? market_regime::trending : market_regime::ranging);
    EXPECT_EQ(x.day, format_date(today));
    EXPECT_EQ(x.closes, market_trend::closes_needed);
  }
  EXPECT_EQ(found["AAPL"].trend.sign, 1);

  // Whoever asks why is told.
  for (const auto& [mine, symbol, is] :
       {std::tuple{"trending", "MSFT", "ranging"}, {"ranging", "AMD", "trending"}}) {
    const auto record = all.refused[{mine, symbol}];
    ASSERT_GT(record, 0u) << mine;
    const auto why =
        run_program({"why", "#" + std::to_string(record), "--state", state().string()});
    EXPECT_EQ(why.code, 0) << why.err;
    EXPECT_NE(why.out.find("REGIME"), std::string::npos) << why.out;
    EXPECT_NE(why.out.find(is), std::string::npos) << why.out;
  }
}

}  // namespace
}  // namespace bw
