// Both books over real sockets: a fill that the stream loses, a trade by hand, and the command that
// compares without a node.

#include <gtest/gtest.h>

#include <future>
#include <map>
#include <nlohmann/json.hpp>
#include <thread>

#include "app/demo_venue.hpp"
#include "app/node_runner.hpp"
#include "net/http_client.hpp"
#include "storage/audit_reader.hpp"
#include "tests/support/program.hpp"
#include "tests/support/venue_positions.hpp"

namespace bw {
namespace {

using std::chrono::seconds;
using tests::eventually;
using tests::run_program;

constexpr std::uint64_t market_seed = 2;
constexpr std::int64_t market_speed = 60;

/// One request by somebody who is not the node.
net::http_response by_hand(std::uint16_t port, std::string method, std::string target,
                           std::string body = {}) {
  const system_clock time;
  net::io_loop loop;
  net::http_client_options options;
  options.headers = {{"APCA-API-KEY-ID", "SIMULATION"}, {"APCA-API-SECRET-KEY", "simulation"}};
  net::http_client client{loop, {"127.0.0.1", port, net::security::plain_loopback}, options, time};
  std::promise<net::http_outcome> answer;
  client.send({std::move(method), std::move(target), {}, std::move(body)},
              [&](net::http_outcome x) { answer.set_value(std::move(x)); });
  std::thread carrier{[&] { loop.run(); }};
  const auto outcome = answer.get_future().get();
  loop.stop();
  carrier.join();
  EXPECT_TRUE(outcome.response.ok());
  return outcome.response.ok() ? *outcome.response : net::http_response{};
}

struct Reconcile : testing::Test {
  tests::scratch_folder folder;
  demo_venue venue{market_seed, market_speed};
  std::uint16_t port = 0;

  void SetUp() override {
    const auto started = venue.start();
    ASSERT_TRUE(started.ok()) << started.failure().text();
    port = *started;
  }

  std::string config(std::uint16_t at, const std::string& more = {}) {
    folder.write("strategies.toml", std::string{sample_strategies_toml()});
    return folder
        .write("node.toml",
               "mode = \"sim\"\n[sim]\nport = " + std::to_string(at) + "\n[ops]\nport = 0\n" + more)
        .string();
  }
  struct running_node {
    metrics_registry metrics;
    std::unique_ptr<node_runner> runner;
  };
  std::unique_ptr<running_node> start_node(const std::string& more = {}) {
    auto out = std::make_unique<running_node>();
    auto loaded = load_config(config(port, more));
    EXPECT_TRUE(loaded.ok());
    node_runner::setup setup;
    setup.config = std::move(*loaded);
    setup.shared_clock = &venue.time();
    setup.metrics = &out->metrics;
    out->runner = std::make_unique<node_runner>(std::move(setup));
    const auto failed = out->runner->start();
    EXPECT_FALSE(failed) << failed->message;
    return out;
  }
  static bool is_active(const running_node& node) {
    return node.runner->status().trading.mode == trading_mode::active;
  }
  static std::map<std::string, std::string> held_by(const node_status& status) {
    std::map<std::string, quantity> sums;
    for (const auto& row : status.positions) sums[row.symbol] += row.qty;
    std::map<std::string, std::string> out;
    for (const auto& [symbol, qty] : sums)
      if (!qty.is_zero()) out[symbol] = qty.text();
    return out;
  }
};

TEST_F(Reconcile, AFillThatAHealthyStreamLosesIsFoundWithinFifteenSeconds) {
  auto node = start_node();
  ASSERT_TRUE(eventually(seconds{20}, [&] { return is_active(*node); }));
  const auto before = node->runner->status().fills;
  venue.lose_fill_messages(1);
  ASSERT_TRUE(eventually(seconds{60}, [&] {
    return tests::venue_positions(port) != held_by(node->runner->status());
  })) << "a fill happens and is not told";
  const system_clock real;
  const auto lost = real.mono_now();
  EXPECT_TRUE(eventually(seconds{15}, [&] {
    return node->runner->status().fills > before &&
           tests::venue_positions(port) == held_by(node->runner->status());
  })) << "venue and node hold the same again";
  const auto waited = real.mono_now() - lost;
  EXPECT_LE(waited, seconds{15});
  RecordProperty("found_after_ms", static_cast<int>(waited.count() / 1'000'000));
  EXPECT_FALSE(has_reason(node->runner->status().trading, halt_reason::position_mismatch));
  node->runner->stop();
  EXPECT_TRUE(node->runner->audit_verified());
}

TEST_F(Reconcile, ATradeByHandIsAdoptedWhileOtherSymbolsGoOn) {
  auto node = start_node();
  ASSERT_TRUE(eventually(seconds{20}, [&] { return is_active(*node); }));
  const auto bought = by_hand(port, "POST", "/v2/orders",
                              R"({"symbol":"AAPL","qty":"3","side":"buy","type":"market",)"
                              R"("time_in_force":"day","client_order_id":"by-hand-1"})");
  ASSERT_EQ(bought.status, 200) << bought.body;
  const auto external = [&]() -> std::optional<external_status> {
    for (const auto& row : node->runner->status().external)
      if (row.symbol == "AAPL") return row;
    return std::nullopt;
  };
  ASSERT_TRUE(eventually(seconds{20}, [&] {
    const auto row = external();
    return row && row->qty == quantity::from_int(3) && row->open_orders == 0;
  }));
  const auto fills = node->runner->status().fills;
  EXPECT_TRUE(eventually(seconds{60}, [&] {
    const auto status = node->runner->status();
    return status.fills > fills + 1;
  })) << "others keep trading";
  EXPECT_TRUE(eventually(seconds{5}, [&] { return is_active(*node); }));
  EXPECT_EQ(external()->qty, quantity::from_int(3)) << "never touched";
  const auto status = run_program({"status", "--state", (folder / "state").string(), "--json"});
  const auto shown = nlohmann::json::parse(status.out, nullptr, false);
  ASSERT_TRUE(shown.is_object()) << status.out;
  ASSERT_EQ(shown.at("external").size(), 1u);
  EXPECT_EQ(shown.at("external")[0].at("qty"), "3");
  const auto text = run_program({"status", "--state", (folder / "state").string()});
  EXPECT_NE(text.out.find("EXTERNAL"), std::string::npos) << text.out;
  node->runner->stop();

  // The next run knows it from the log, and the command sees no difference in it.
  const auto compared = run_program({"reconcile", "--config", config(port), "--json"});
  EXPECT_EQ(compared.code, 0) << compared.out << compared.err;
  const auto said = nlohmann::json::parse(compared.out, nullptr, false);
  ASSERT_TRUE(said.is_object()) << compared.out;
  EXPECT_TRUE(said.at("clean").get<bool>());
  EXPECT_EQ(said.at("external")[0].at("symbol"), "AAPL");
  auto second = start_node();
  EXPECT_TRUE(eventually(seconds{20}, [&] { return is_active(*second); }));
  EXPECT_EQ(second->runner->status().external.size(), 1u);
  second->runner->stop();
}

TEST_F(Reconcile, TheCommandNamesDifferencesAndMendsThemOnDemand) {
  // Positions alone: an order that rests here and not elsewhere is a difference of its own.
  const std::string without_stops = "[risk]\nprotective = \"node\"\n";
  const auto path = config(port, without_stops);
  EXPECT_EQ(run_program({"reconcile", "--config", path}).code, 2) << "there is no log yet";
  auto node = start_node(without_stops);
  ASSERT_TRUE(eventually(seconds{60}, [&] { return !node->runner->status().positions.empty(); }));
  const auto busy = run_program({"reconcile", "--config", path, "--fix", "--confirm", "adopt"});
  EXPECT_EQ(busy.code, 8) << busy.out << busy.err;
  node->runner->stop();
  const auto held = held_by(node->runner->status());
  ASSERT_FALSE(held.empty());
  const auto same = run_program({"reconcile", "--config", path});
  EXPECT_EQ(same.code, 0) << same.out << same.err;
  EXPECT_NE(same.out.find("both books are the same"), std::string::npos);

  // Another account, where nothing of it ever happened.
  demo_venue empty{market_seed, market_speed};
  const auto other = empty.start();
  ASSERT_TRUE(other.ok());
  const auto elsewhere = config(*other, without_stops);
  const auto differs = run_program({"reconcile", "--config", elsewhere, "--json"});
  EXPECT_EQ(differs.code, 7) << differs.out << differs.err;
  const auto said = nlohmann::json::parse(differs.out, nullptr, false);
  ASSERT_TRUE(said.is_object()) << differs.out;
  EXPECT_EQ(said.at("differences").size(), held.size());
  EXPECT_EQ(said.at("differences")[0].at("ours"), held.begin()->second);
  EXPECT_EQ(said.at("differences")[0].at("broker"), "0");
  const auto text = run_program({"reconcile", "--config", elsewhere});
  EXPECT_NE(text.out.find("position_differs"), std::string::npos) << text.out;

  EXPECT_EQ(run_program({"reconcile", "--config", elsewhere, "--fix", "--confirm", "yes"}).code, 8);
  EXPECT_EQ(run_program({"reconcile", "--config", elsewhere}).code, 7) << "nothing was changed";
  const auto mended =
      run_program({"reconcile", "--config", elsewhere, "--fix", "--confirm", "adopt"});
  EXPECT_EQ(mended.code, 0) << mended.out << mended.err;
  EXPECT_EQ(run_program({"reconcile", "--config", elsewhere}).code, 0);
  EXPECT_EQ(run_program({"audit", "verify", "--state", (folder / "state").string()}).code, 0);
  const auto adoptions = run_program(
      {"audit", "show", "--state", (folder / "state").string(), "--type", "adoption", "--json"});
  EXPECT_NE(adoptions.out.find("reconcile --fix"), std::string::npos) << adoptions.out;
}

TEST_F(Reconcile, TheCommandComparesADayAndSaysWhenTheBrokerIsAway) {
  auto node = start_node();
  ASSERT_TRUE(eventually(seconds{60}, [&] { return node->runner->status().fills >= 2; }));
  const auto day = format_date(utc_date(node->runner->status().session.open));
  node->runner->stop();
  const auto path = config(port);
  const auto compared = run_program({"reconcile", "--config", path, "--day", day, "--json"});
  EXPECT_EQ(compared.code, 0) << compared.out << compared.err;
  const auto said = nlohmann::json::parse(compared.out, nullptr, false);
  ASSERT_TRUE(said.is_object()) << compared.out;
  EXPECT_TRUE(said.at("matched").get<bool>());
  EXPECT_GT(said.at("lines").size(), 1u);
  EXPECT_EQ(run_program({"reconcile", "--config", path, "--day", "yesterday"}).code, 2);
  const auto away = run_program({"reconcile", "--config", config(1)});
  EXPECT_EQ(away.code, 5) << away.out << away.err;
  const auto help = run_program({"reconcile", "--help"});
  EXPECT_EQ(help.code, 0);
  EXPECT_NE(help.out.find("Example"), std::string::npos);
}

// Twice as many shares from one look to the next, and the broker's book says why: nobody is
// alarmed, nobody trades the symbol, and a person's word makes the strategy's shares what they are.
TEST_F(Reconcile, ASplitIsExplainedAndItsSymbolWaitsForAPerson) {
  // Without a stop at the broker nobody can sell what is stopped while the test looks at it.
  const std::string without_stops = "[risk]\nprotective = \"node\"\n";
  auto node = start_node(without_stops);
  ASSERT_TRUE(eventually(seconds{60}, [&] { return !node->runner->status().positions.empty(); }));
  const auto held = node->runner->status().positions.front();
  const auto& symbol = held.symbol;
  const auto split = venue.ask([&](venue::venue_service& x) { return x.split(symbol, {2, 1}); });
  ASSERT_TRUE(split.ok()) << split.failure().text();
  const auto row = [&](const running_node& of) -> std::optional<external_status> {
    for (const auto& each : of.runner->status().external)
      if (each.symbol == symbol) return each;
    return std::nullopt;
  };
  ASSERT_TRUE(eventually(seconds{30}, [&] {
    const auto now = row(*node);
    return now && now->stopped;
  }));
  EXPECT_TRUE(row(*node)->note.starts_with("SPLIT ")) << row(*node)->note;
  EXPECT_NE(row(*node)->note.find(symbol + " split 2 for 1"), std::string::npos);
  ASSERT_TRUE(eventually(seconds{20}, [&] { return is_active(*node); }));
  EXPECT_FALSE(has_reason(node->runner->status().trading, halt_reason::position_mismatch));
  node->runner->stop();
  const auto ours = held_by(node->runner->status());
  ASSERT_TRUE(ours.contains(symbol)) << "it was stopped, and nobody sold it";
  const auto before = ours.at(symbol);

  const auto path = config(port, without_stops);
  const auto named = run_program({"reconcile", "--config", path, "--json"});
  const auto said = nlohmann::json::parse(named.out, nullptr, false);
  ASSERT_TRUE(said.is_object()) << named.out << named.err;
  ASSERT_EQ(said.at("splits").size(), 1u) << named.out;
  EXPECT_EQ(said.at("splits")[0].at("symbol"), symbol);
  EXPECT_EQ(said.at("splits")[0].at("new_shares"), 2);

  // Nobody has said anything: it is stopped in the next run too.
  node = start_node(without_stops);
  ASSERT_TRUE(eventually(seconds{20}, [&] { return is_active(*node); }));
  EXPECT_TRUE(row(*node)->stopped);
  node->runner->stop();

  const auto fixed = run_program({"reconcile", "--config", path, "--fix", "--confirm", "adopt"});
  EXPECT_NE(fixed.out.find("our books are the broker's now"), std::string::npos)
      << fixed.code << fixed.out << fixed.err;
  node = start_node();
  ASSERT_TRUE(eventually(seconds{20}, [&] { return is_active(*node); }));
  EXPECT_FALSE(row(*node)) << "nothing of it is EXTERNAL any more";
  const auto doubled = *quantity::parse(before) + *quantity::parse(before);
  EXPECT_TRUE(eventually(seconds{20}, [&] {
    for (const auto& order : tests::venue_answer(port, "/v2/orders?status=open&symbols=" + symbol))
      if (order.at("side") == "sell" && order.at("qty") == doubled.text()) return true;
    return !held_by(node->runner->status()).contains(symbol);
  })) << "the stop covers all of it";
  node->runner->stop();
  EXPECT_TRUE(node->runner->audit_verified());
}

}  // namespace
}  // namespace bw
