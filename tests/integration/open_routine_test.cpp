// What a session's open brings: strategies.toml is read again, also when nobody told of its change.

#include <gtest/gtest.h>

#include "app/demo_venue.hpp"
#include "app/node_runner.hpp"
#include "config/state_folder.hpp"
#include "storage/audit_reader.hpp"
#include "tests/support/program.hpp"

namespace bw {
namespace {

using std::chrono::seconds;
using tests::eventually;

TEST(OpenRoutine, AChangeThatNobodyToldOfIsAppliedAtTheOpen) {
  const auto open = *parse_rfc3339("2026-11-02T09:30:00-05:00");
  demo_market_day morning;
  morning.start = open - std::chrono::minutes{10};
  demo_venue venue{2, 30, {}, {}, morning};
  const auto port = venue.start();
  ASSERT_TRUE(port.ok()) << port.failure().text();
  const tests::scratch_folder folder;
  const std::string strategies{sample_strategies_toml()};
  const auto write = [&](const std::string& text) {
    const auto fresh = folder.write("strategies.toml.new", text);
    std::filesystem::rename(fresh, folder / "strategies.toml");
  };
  write(strategies);
  const auto file =
      folder.write("node.toml", "mode = \"sim\"\n[sim]\nport = " + std::to_string(*port) +
                                    "\n[ops]\nport = 0\n");
  auto config = load_config(file);
  ASSERT_TRUE(config.ok()) << config.failure().text();
  metrics_registry metrics;
  node_runner::setup setup;
  setup.config = std::move(*config);
  setup.shared_clock = &venue.time();
  setup.metrics = &metrics;
  setup.strategies_sight = file_sight::when_asked;
  node_runner node{std::move(setup)};
  const auto failed = node.start();
  ASSERT_FALSE(failed) << failed->message;

  struct seen {
    utc_ns at;
    reload_record what;
  };
  const auto reloads = [&] {
    std::vector<seen> out;
    const auto reader = open_audit_reader(audit_folder(folder / "state"));
    if (!reader) return out;
    (void)(*reader)->read({}, [&](const audit_record& record) {
      if (const auto* x = std::get_if<reload_record>(&record.event))
        out.push_back({record.wall, *x});
      return true;
    });
    return out;
  };
  auto changed = strategies;
  const std::string before = "rsi_floor = 50";
  ASSERT_NE(changed.find(before), std::string::npos);
  changed.replace(changed.find(before), before.size(), "rsi_floor = 49");
  write(changed);
  ASSERT_LT(venue.time().utc_now(), open) << "this machine is too slow for the test";
  ASSERT_TRUE(eventually(seconds{60}, [&] { return !reloads().empty(); }));
  const auto all = reloads();
  ASSERT_EQ(all.size(), 1u);
  EXPECT_GE(all[0].at, open) << "nothing else has looked";
  EXPECT_TRUE(all[0].what.applied);
  EXPECT_NE(all[0].what.old_hash, all[0].what.new_hash);
  node.stop();
  EXPECT_FALSE(node.has_failed()) << node.fatal_text();
}

}  // namespace
}  // namespace bw
