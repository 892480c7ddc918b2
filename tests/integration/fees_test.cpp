// What the broker charges after the day, over real sockets: it reaches the log, the tables and the
// report, and what the node says that it earned is to the cent what the venue's ledger says.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "app/demo_venue.hpp"
#include "app/node_runner.hpp"
#include "config/state_folder.hpp"
#include "storage/audit_reader.hpp"
#include "storage/trade_database.hpp"
#include "tests/support/program.hpp"
#include "tests/support/venue_positions.hpp"
#include "venue/us_fees.hpp"

namespace bw {
namespace {

using nlohmann::json;
using std::chrono::seconds;
using tests::eventually;

constexpr std::uint64_t market_seed = 2;
constexpr std::int64_t market_speed = 150;
const char* const day = "2026-11-02";

struct Fees : testing::Test {
  tests::scratch_folder folder;
  metrics_registry metrics;

  std::filesystem::path state() const { return folder.path() / "state"; }
  template <class Record>
  std::vector<Record> logged() const {
    std::vector<Record> out;
    const auto reader = open_audit_reader(audit_folder(state()));
    if (!reader) return out;
    (void)(*reader)->read({}, [&](const audit_record& record) {
      if (const auto* x = std::get_if<Record>(&record.event)) out.push_back(*x);
      return true;
    });
    return out;
  }
};

TEST_F(Fees, ArePostedAfterTheDayAndReachEveryFigureToTheCent) {
  demo_market_day last_hour;
  last_hour.start = *parse_rfc3339("2026-11-02T14:50:00-05:00");
  last_hour.fees_at_close.sales = venue::us_sale_fees();
  demo_venue venue{market_seed, market_speed, {}, {}, last_hour};
  const auto port = venue.start();
  ASSERT_TRUE(port.ok()) << port.failure().text();
  const auto cash = [&] {
    return venue.ask([](const auto& service) { return service.market().account().cash; });
  };
  const auto began = cash();

  auto config =
      parse_config(sample_node_toml(), "node.toml", sample_strategies_toml(), "strategies.toml");
  ASSERT_TRUE(config.ok());
  config->config.mode = environment::sim;
  config->config.sim.port = *port;
  config->config.state_folder = state();
  config->config.ops.port = 0;
  node_runner::setup setup;
  setup.config = std::move(*config);
  setup.shared_clock = &venue.time();
  setup.metrics = &metrics;
  node_runner node{std::move(setup)};
  const auto failed = node.start();
  ASSERT_FALSE(failed) << failed->message;
  const auto page = state() / "reports" / day / "report.json";
  ASSERT_TRUE(eventually(seconds{180}, [&] { return std::filesystem::exists(page); }))
      << "the day does not end";
  const auto ended = cash();
  ASSERT_TRUE(tests::venue_positions(*port).empty()) << "nothing is held over night";

  // The venue's book, as anybody reads it.
  money charged;
  for (const auto& each : tests::venue_answer(*port, "/v2/account/activities/FEE"))
    charged -= *money::parse(each.at("net_amount").get<std::string>());
  node.stop();
  EXPECT_TRUE(node.audit_verified());
  const auto earned = ended - began;
  ASSERT_TRUE(charged.is_positive()) << "a day without a sale shows nothing";

  money fees;
  for (const auto& each : logged<fee_record>()) fees += each.amount;
  EXPECT_EQ(fees, charged);
  money realized;
  for (const auto& each : logged<fill_record>()) realized += each.realized;
  EXPECT_EQ(realized - fees, earned) << "the log";

  const auto days = logged<performance_record>();
  ASSERT_EQ(days.size(), 1u);
  const auto& all = days[0].lines.at(0);
  EXPECT_EQ(all.realized - all.fees, earned) << "the figures of the day";
  money of_strategies;
  for (const auto& line : days[0].lines)
    if (!line.strategy.empty()) of_strategies += line.realized - line.fees;
  EXPECT_EQ(of_strategies, earned) << "its strategies together";
  const auto books = logged<day_record>();
  ASSERT_EQ(books.size(), 1u);
  EXPECT_TRUE(books[0].matched);

  const auto tables = trade_database::open(trades_file(state()), sqlite_access::read_only);
  ASSERT_TRUE(tables.ok()) << tables.failure().text();
  const auto sum = [&](const char* table, const char* column) {
    const auto text = (*tables)->exact_sum(table, column);
    return text ? money::parse(*text).value_or(money{}) : money{};
  };
  EXPECT_EQ(sum("trades", "pnl") - sum("trades", "fees"), earned) << "trades.db";
  EXPECT_EQ(sum("executions", "commission"), charged);
  EXPECT_EQ(sum("trading_sessions", "commission"), charged);

  // The page that the node wrote, and the same made anew.
  const auto again = tests::run_program(
      {"report", "days", "--state", state().string(), "--day", day, "--json"}, seconds{60});
  ASSERT_EQ(again.code, 0) << again.err;
  for (const auto& text : {tests::file_text(page), again.out}) {
    const auto report = json::parse(text, nullptr, false);
    ASSERT_TRUE(report.is_object()) << text.substr(0, 200);
    const auto amount = [](const json& x) { return *money::parse(x.get<std::string>()); };
    EXPECT_EQ(amount(report.at("figures").at("net_profit")), earned);
    EXPECT_EQ(amount(report.at("figures").at("fees")), charged);
    money net;
    for (const auto& [name, figures] : report.at("groups").at("strategy").items())
      net += amount(figures.at("net"));
    EXPECT_EQ(net, earned);
  }
}

}  // namespace
}  // namespace bw
