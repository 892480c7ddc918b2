// A whole node, as a process of its own beside a venue, with a plugin in it: what goes wrong inside
// the plugin is contained as the documents say, and strategies.toml is applied while it trades.

#include <gtest/gtest.h>
#include <signal.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "storage/audit_reader.hpp"
#include "tests/plugins/plugin_folder.hpp"
#include "tests/support/venue_positions.hpp"

namespace bw {
namespace {

using std::chrono::seconds;
using tests::eventually;
using tests::program;
using tests::run_program;

struct plugin_node : testing::Test {
  tests::plugin_folder folder;
  std::unique_ptr<program> venue;
  std::uint16_t port = 0;

  void SetUp() override {
    folder.add("faulty");
    folder.add("broken_2");
    venue = std::make_unique<program>(
        std::vector<std::string>{"venue", "--port", "0", "--json", "--quiet", "--speed", "60",
                                 "--seed", "2", "--start", "2026-11-02T14:33:00Z"});
    ASSERT_TRUE(venue->says("listening", seconds{30})) << venue->err();
    port = nlohmann::json::parse(venue->out().substr(0, venue->out().find('\n')))
               .at("port")
               .get<std::uint16_t>();
  }

  /// `faulty` beside momentum on the same symbols; what is wrong with it says the test.
  std::string strategies(const std::string& parameters, const std::string& settings = {}) const {
    return "[[strategy]]\nid = \"momentum\"\nkind = \"momentum\"\n"
           "watchlist = [\"AAPL\", \"MSFT\", \"NVDA\"]\n[strategy.parameters]\nrsi_floor = 50\n"
           "max_price = 100000\n"
           "[[strategy]]\nid = \"suspect\"\nkind = \"faulty\"\n" +
           settings + "watchlist = [\"AAPL\", \"MSFT\", \"NVDA\"]\n[strategy.parameters]\n" +
           parameters;
  }
  /// Replaced in one step, as editors do.
  void write_strategies(const std::string& text) const {
    const auto fresh = folder.above().write("strategies.toml.new", text);
    std::filesystem::rename(fresh, folder.above().path() / "strategies.toml");
  }
  std::string config(const std::string& text) const {
    write_strategies(text);
    return folder.above()
        .write("node.toml", "mode = \"sim\"\n[sim]\nport = " + std::to_string(port) +
                                "\n[ops]\nport = 0\n[risk]\nmax_positions = 10\n")
        .string();
  }
  std::unique_ptr<program> start(const std::string& path) const {
    // What an earlier run said last is not what this one says.
    std::filesystem::remove(folder.above().path() / "state" / "status.json");
    return std::make_unique<program>(std::vector<std::string>{"run", "--config", path, "--json"});
  }
  nlohmann::json status() const {
    return nlohmann::json::parse(tests::file_text(folder.above().path() / "state" / "status.json"),
                                 nullptr, false);
  }
  bool is_active() const {
    const auto now = status();
    return now.is_object() && now.value("state", "") == "ACTIVE";
  }
  /// The row of a strategy in status.json; null when there is none yet.
  nlohmann::json row_of(const std::string& strategy) const {
    const auto now = status();
    if (now.is_object() && now.contains("strategies"))
      for (const auto& row : now["strategies"])
        if (row.value("strategy", "") == strategy) return row;
    return nullptr;
  }
  template <class Record>
  std::vector<std::pair<utc_ns, Record>> logged() const {
    std::vector<std::pair<utc_ns, Record>> out;
    const auto reader = open_audit_reader(folder.above().path() / "state" / "audit");
    EXPECT_TRUE(reader.ok()) << reader.failure().text();
    if (!reader) return out;
    const auto read = (*reader)->read({}, [&](const audit_record& record) {
      if (const auto* x = std::get_if<Record>(&record.event)) out.push_back({record.wall, *x});
      return true;
    });
    EXPECT_TRUE(read.ok()) << "the chain is broken";
    return out;
  }
  void stop(program& node) const {
    node.signal(SIGTERM);
    EXPECT_EQ(node.wait(seconds{20}), 0) << node.err();
  }
};

TEST_F(plugin_node, one_of_the_first_abi_trades) {
  folder.add("first_abi_0");
  const auto node = start(config(strategies("level = 100000\n") +
                                 "[[strategy]]\nid = \"old\"\nkind = \"first_abi\"\n"
                                 "watchlist = [\"AAPL\"]\n[strategy.parameters]\nabove = 1\n"));
  EXPECT_TRUE(eventually(seconds{90}, [&] {
    const auto row = row_of("old");
    return row.is_object() && row.value("trades", 0) > 0;
  })) << node->err();
  EXPECT_FALSE(row_of("old").value("latched", true));
  stop(*node);
}

TEST_F(plugin_node, one_that_throws_is_out_and_the_others_trade_on) {
  const auto node = start(config(strategies("fault = \"throw\"\nlevel = 100000\n")));
  ASSERT_TRUE(eventually(seconds{60}, [&] {
    const auto row = row_of("suspect");
    return row.is_object() && row.value("latched", false);
  })) << node->err();
  EXPECT_FALSE(row_of("suspect").at("enabled").get<bool>());
  EXPECT_NE(row_of("suspect").at("text").get<std::string>().find("on_bar"), std::string::npos);
  EXPECT_TRUE(row_of("momentum").at("enabled").get<bool>());
  EXPECT_TRUE(node->runs());
  stop(*node);
  const auto plugins = logged<plugin_record>();
  ASSERT_EQ(plugins.size(), 2u);
  EXPECT_EQ(plugins[0].second.step, plugin_step::refused);
  EXPECT_EQ(plugins[1].second.step, plugin_step::loaded);
  EXPECT_NE(plugins[1].second.content, digest{});
  ASSERT_FALSE(logged<strategy_switch_record>().empty());
  ASSERT_FALSE(logged<alert_record>().empty());

  // It stays out over a restart, until a person says why it may come back.
  const auto path = (folder.above().path() / "node.toml").string();
  const auto works = [&] {
    const auto row = row_of("suspect");
    return row.is_object() && row.value("enabled", false) && !row.value("latched", true);
  };
  {
    const auto again = start(path);
    ASSERT_TRUE(eventually(seconds{20}, [&] { return is_active(); })) << again->err();
    EXPECT_TRUE(eventually(seconds{5}, [&] {
      const auto row = row_of("suspect");
      return row.is_object() && row.value("latched", false);
    }));
    // Mended settings alone do not bring it back.
    const auto reloads = logged<reload_record>().size();
    write_strategies(strategies("level = 100000\n"));
    ASSERT_TRUE(eventually(seconds{5}, [&] { return logged<reload_record>().size() > reloads; }));
    EXPECT_FALSE(works());
    const auto back =
        run_program({"strategy", "enable", "suspect", "--why", "mended", "--config", path});
    EXPECT_EQ(back.code, 0) << back.err;
    EXPECT_TRUE(eventually(seconds{5}, works)) << status().dump(1);
    stop(*again);
  }
  const auto nothing =
      run_program({"strategy", "enable", "suspect", "--why", "mended", "--config", path});
  EXPECT_EQ(nothing.code, 2) << nothing.out;
  const auto last = start(path);
  EXPECT_TRUE(eventually(seconds{20}, works)) << last->err();
  stop(*last);
}

TEST_F(plugin_node, one_that_crashes_takes_the_process_down_and_the_next_start_leaves_it_out) {
  const auto path = config(strategies("fault = \"crash\"\nfrom_bar = 3\nlevel = 1\n"));
  const auto node = start(path);
  const auto code = node->wait(seconds{90});
  ASSERT_TRUE(code.has_value()) << "it should have died";
  EXPECT_EQ(*code, 128 + SIGSEGV) << node->err();

  const auto again = start(path);
  ASSERT_TRUE(eventually(seconds{20}, [&] { return is_active(); })) << again->err();
  ASSERT_TRUE(eventually(seconds{5}, [&] {
    const auto now = row_of("suspect");
    return now.is_object() && now.value("latched", false);
  }));
  const auto row = row_of("suspect");
  EXPECT_NE(row.at("text").get<std::string>().find("inside its plugin"), std::string::npos);
  EXPECT_TRUE(row_of("momentum").at("enabled").get<bool>());
  // Nothing that was ordered is lost: what the venue has is what the node holds.
  EXPECT_TRUE(eventually(seconds{30}, [&] {
    std::map<std::string, std::string> held;
    const auto now = status();
    if (!now.is_object() || now.value("unknown_orders", 1) != 0) return false;
    for (const auto& position : now.at("positions"))
      held[position.at("symbol")] = position.at("qty");
    return held == tests::venue_positions(port);
  }));
  stop(*again);
  EXPECT_GT(logged<intent_record>().size(), 0u) << "it had traded before";

  // Nobody runs: the log itself is told.
  write_strategies(strategies("level = 100000\n"));
  const auto enabled =
      run_program({"strategy", "enable", "suspect", "--why", "mended", "--config", path});
  EXPECT_EQ(enabled.code, 0) << enabled.err;
  const auto mended = start(path);
  EXPECT_TRUE(eventually(seconds{20}, [&] {
    const auto now = row_of("suspect");
    return now.is_object() && now.value("enabled", false) && !now.value("latched", true);
  })) << mended->err();
  stop(*mended);
}

TEST_F(plugin_node, one_that_never_returns_ends_the_process_within_its_limit) {
  const auto path = config(strategies("fault = \"loop\"\nfrom_bar = 2\nlevel = 100000\n"));
  const auto node = start(path);
  const auto code = node->wait(seconds{90});
  ASSERT_TRUE(code.has_value()) << "nobody noticed";
  EXPECT_EQ(*code, 1) << node->err();
  const auto again = start(path);
  ASSERT_TRUE(eventually(seconds{20}, [&] { return is_active(); })) << again->err();
  EXPECT_TRUE(eventually(seconds{5}, [&] {
    const auto row = row_of("suspect");
    return row.is_object() && row.value("latched", false);
  }));
  stop(*again);
}

TEST_F(plugin_node, one_that_leaks_is_out_when_the_process_gets_no_more_memory) {
  const auto path = config(strategies("fault = \"leak\"\nlevel = 100000\n"));
  // What the unit's limit on memory does: an allocation fails.
  const program node{
      "/bin/sh",
      {"-c", "ulimit -v 5000000; exec \"$BELLWETHER_BINARY\" run --config '" + path + "'"}};
  ASSERT_TRUE(eventually(seconds{90}, [&] {
    const auto row = row_of("suspect");
    return row.is_object() && row.value("latched", false);
  })) << node.err();
  EXPECT_TRUE(node.runs()) << "the node goes on with what the plugin left";
  EXPECT_TRUE(row_of("momentum").at("enabled").get<bool>());
  node.signal(SIGTERM);
}

TEST_F(plugin_node, strategies_toml_is_applied_within_a_second_while_it_trades) {
  const auto path = config(strategies("level = 100000\n"));
  const auto node = start(path);
  ASSERT_TRUE(eventually(seconds{20}, [&] { return is_active(); })) << node->err();
  const auto rounds = 6;
  for (int k = 0; k < rounds; ++k)
    ASSERT_TRUE([&] {
      write_strategies(strategies("level = " + std::to_string(90'000 + k) + "\n"));
      const auto asked = std::chrono::steady_clock::now();
      const auto records = static_cast<std::size_t>(k) + 1;
      const bool seen =
          eventually(seconds{5}, [&] { return logged<reload_record>().size() == records; });
      const auto took = std::chrono::steady_clock::now() - asked;
      std::printf("reload %d: %lld ms\n", k,
                  static_cast<long long>(
                      std::chrono::duration_cast<std::chrono::milliseconds>(took).count()));
      EXPECT_LE(took, seconds{1});
      return seen;
    }()) << "round "
         << k;
  // One that is refused: the old one stays, and says what is wrong.
  write_strategies(strategies("level = -5\n"));
  ASSERT_TRUE(eventually(seconds{5}, [&] {
    return logged<reload_record>().size() == static_cast<std::size_t>(rounds) + 1;
  }));
  EXPECT_TRUE(row_of("suspect").at("enabled").get<bool>());
  const auto before = status();
  EXPECT_EQ(before.at("market_data").at("dropped").get<int>(), 0) << "no tick was lost";
  stop(*node);

  int applied = 0;
  int refused = 0;
  for (const auto& [at, record] : logged<reload_record>()) {
    applied += record.applied ? 1 : 0;
    refused += record.applied ? 0 : 1;
    EXPECT_EQ(record.new_hash.size(), 64u);
    EXPECT_NE(record.new_hash, record.old_hash);
    if (!record.applied) {
      EXPECT_NE(record.errors.at(0).find("level"), std::string::npos);
    }
  }
  EXPECT_EQ(applied, rounds);
  EXPECT_EQ(refused, 1);
  // What was decided on is recorded with the changes in their places: a replay decides the same.
  const auto replay = run_program(
      {"replay", "--state", (folder.above().path() / "state").string(), "--json"}, seconds{120});
  EXPECT_EQ(replay.code, 0) << replay.out << replay.err;
}

TEST_F(plugin_node, a_strategy_and_a_symbol_are_taken_on_while_it_trades) {
  const auto path = config(strategies("level = 100000\n"));
  const auto node = start(path);
  ASSERT_TRUE(eventually(seconds{20}, [&] { return is_active(); })) << node->err();
  const auto feed_changes = logged<feed_record>().size();
  // One that buys at every bar, on a symbol that is traded and on one that nobody has looked at.
  const auto third = [](const std::string& parameters, const std::string& settings = {}) {
    return "[[strategy]]\nid = \"third\"\nkind = \"faulty\"\nwatchlist = [\"AAPL\", \"TSLA\"]\n" +
           settings + "[strategy.parameters]\n" + parameters;
  };
  const auto asked = std::chrono::steady_clock::now();
  write_strategies(strategies("level = 100000\n") + third("level = 1\n"));
  ASSERT_TRUE(eventually(seconds{5}, [&] { return !logged<reload_record>().empty(); }));
  EXPECT_LE(std::chrono::steady_clock::now() - asked, seconds{1});
  const auto record = logged<reload_record>().front().second;
  EXPECT_TRUE(record.applied) << (record.errors.empty() ? "" : record.errors.front());
  const auto holds = [&](const char* symbol) {
    const auto now = status();
    if (now.is_object())
      for (const auto& each : now.at("positions"))
        if (each.value("strategy", "") == "third" && each.value("symbol", "") == symbol)
          return true;
    return false;
  };
  EXPECT_TRUE(eventually(seconds{60}, [&] { return holds("TSLA") && holds("AAPL"); }))
      << node->err() << status().dump(1);
  EXPECT_EQ(row_of("third").value("kind", ""), "faulty");
  EXPECT_EQ(logged<feed_record>().size(), feed_changes) << "the connection never broke";
  // A crash of the new symbol's actor is another test's; here it goes again, and is sold.
  write_strategies(strategies("level = 100000\n"));
  EXPECT_TRUE(eventually(seconds{30}, [&] { return !holds("TSLA") && !holds("AAPL"); }));
  EXPECT_FALSE(row_of("third").value("enabled", true));
  const auto last = status();
  EXPECT_EQ(last.at("market_data").at("dropped").get<int>(), 0) << "no tick was lost";
  EXPECT_EQ(last.value("unknown_orders", 1), 0) << "no order was lost";
  stop(*node);
  for (const auto& [at, x] : logged<signal_record>()) {
    if (x.strategy.view() != "third" || x.symbol.view() != "TSLA") continue;
    ASSERT_FALSE(x.what.inputs.empty());
    EXPECT_GT(x.what.inputs[0].units, 0) << "its first bar already had an average of past ones";
    break;
  }
  const auto replay = run_program(
      {"replay", "--state", (folder.above().path() / "state").string(), "--json"}, seconds{120});
  EXPECT_EQ(replay.code, 0) << replay.out << replay.err;
}

TEST_F(plugin_node, what_it_saved_is_there_after_a_restart_and_a_damaged_file_is_ignored) {
  const auto path = config(strategies("level = 1\n"));
  // The bars that it has counted, in order of its signals on AAPL.
  const auto counted = [&] {
    std::vector<std::int64_t> out;
    for (const auto& [at, x] : logged<signal_record>())
      if (x.strategy.view() == "suspect" && x.symbol.view() == "AAPL" && x.what.inputs.size() == 2)
        out.push_back(x.what.inputs[1].units / decimal_scale);
    return out;
  };
  const auto run_until = [&](std::size_t signals) {
    const auto node = start(path);
    EXPECT_TRUE(eventually(seconds{20}, [&] { return is_active(); })) << node->err();
    EXPECT_TRUE(eventually(seconds{60}, [&] { return counted().size() >= signals; }))
        << node->err();
    stop(*node);
  };
  run_until(2);
  const auto before = counted();
  const auto file = folder.above().path() / "state" / "strategies" / "AAPL.state";
  ASSERT_TRUE(std::filesystem::exists(file));
  run_until(before.size() + 1);
  const auto after = counted();
  ASSERT_GT(after.size(), before.size());
  EXPECT_GT(after[before.size()], before.back()) << "it went on counting";

  auto text = tests::file_text(file);
  text[text.size() / 2] ^= 1;
  std::ofstream{file} << text;
  run_until(after.size() + 1);
  const auto last = counted();
  ASSERT_GT(last.size(), after.size());
  EXPECT_LT(last[after.size()], after.back()) << "it began anew";
}

TEST_F(plugin_node, a_strategy_that_is_switched_off_closes_what_it_opened) {
  const auto path = config(strategies("level = 1\n"));
  const auto node = start(path);
  const auto held_by = [&](const char* strategy) {
    int count = 0;
    const auto now = status();
    if (now.is_object())
      for (const auto& each : now.at("positions"))
        count += each.value("strategy", "") == strategy ? 1 : 0;
    return count;
  };
  ASSERT_TRUE(eventually(seconds{60}, [&] { return held_by("suspect") > 0; })) << node->err();
  write_strategies(strategies("level = 1\n", "enabled = false\n"));
  EXPECT_TRUE(eventually(seconds{20}, [&] { return held_by("suspect") == 0; }));
  EXPECT_TRUE(eventually(seconds{5}, [&] {
    const auto row = row_of("suspect");
    return row.is_object() && !row.value("enabled", true);
  }));
  const auto row = row_of("suspect");
  EXPECT_GT(row.at("signals_taken").get<int>(), 0);
  EXPECT_GT(row.at("trades").get<int>(), 0);
  stop(*node);
}

}  // namespace
}  // namespace bw
