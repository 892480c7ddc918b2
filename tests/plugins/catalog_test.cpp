// What becomes of each file in a plugin folder: accepted, or refused with one line that says why,
// while the others go on.

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstddef>
#include <fstream>

#include "analytics/run_result.hpp"
#include "storage/event_json.hpp"
#include "strategies/plugin_table.hpp"
#include "tests/plugins/plugin_folder.hpp"

namespace bw {
namespace {

using tests::plugin_folder;

TEST(plugin_catalog, a_folder_that_is_not_there_holds_nothing) {
  plugin_options options;
  options.folder = "/nowhere/at/all";
  const auto catalog = discover_plugins(options, environment::sim, built_in_strategies());
  EXPECT_TRUE(catalog->findings.empty());
  EXPECT_NE(catalog->registry.find("momentum"), nullptr);
}

TEST(plugin_catalog, a_plugin_registers_beside_the_built_in_strategies) {
  plugin_folder folder;
  folder.add("faulty");
  const auto catalog = folder.discover();
  ASSERT_EQ(catalog->findings.size(), 1u);
  const auto& found = catalog->findings[0];
  EXPECT_TRUE(found.accepted) << found.reason;
  EXPECT_EQ(found.name, "faulty");
  EXPECT_EQ(found.version, "1.2.3");
  EXPECT_NE(found.build_id.find("gcc"), std::string::npos);
  EXPECT_EQ(found.strategies, (std::vector<std::string>{"faulty", "listener"}));
  const auto* said = catalog->registry.find("faulty");
  ASSERT_NE(said, nullptr);
  ASSERT_EQ(said->parameters.size(), 5u);
  EXPECT_EQ(said->parameters[2].range_text(), "0 … 100000");
  EXPECT_NE(catalog->registry.find("momentum"), nullptr);

  const auto records = plugin_records(*catalog);
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].step, plugin_step::loaded);
  EXPECT_EQ(records[0].content, found.content);
  EXPECT_NE(records[0].content, digest{});
}

TEST(plugin_catalog, what_a_run_uses_is_told_with_hash_and_abi) {
  plugin_folder folder;
  folder.add("faulty");
  const auto catalog = folder.discover();
  node_config config;
  config.strategies = {{.id = "own", .kind = "momentum"}, {.id = "idea", .kind = "listener"}};
  const auto used = used_plugins(config, *catalog);
  ASSERT_EQ(used.size(), 1u);
  EXPECT_EQ(used[0].file, "faulty.so");
  EXPECT_EQ(used[0].name, "faulty");
  EXPECT_EQ(used[0].version, "1.2.3");
  EXPECT_EQ(used[0].abi, abi_text(BW_PLUGIN_ABI));
  EXPECT_EQ(used[0].sha256, hex_text(catalog->findings[0].content));
  EXPECT_EQ(hash_of_plugins(used).size(), 64u);
  config.strategies[1].enabled = false;
  EXPECT_TRUE(used_plugins(config, *catalog).empty()) << "nothing of it runs";
  EXPECT_EQ(hash_of_plugins({}), "");
}

TEST(plugin_catalog, the_plugins_own_table_checks_parameters) {
  plugin_folder folder;
  folder.add("faulty");
  const auto catalog = folder.discover();
  const auto& known = catalog->registry;
  EXPECT_EQ(known.check("faulty", {{"levle", "5"}}).code(), ec::unknown_key);
  EXPECT_EQ(known.check("faulty", {{"level", "-1"}}).code(), ec::out_of_range);
  EXPECT_EQ(known.check("faulty", {{"fault", "sulk"}}).code(), ec::out_of_range);
  EXPECT_EQ(known.check("listener", {}).code(), ec::not_found) << "it must be given";
  EXPECT_TRUE(known.check("listener", {{"below", "12.5"}}).ok());
  const auto refused = known.make("faulty", {{"fault", "refuse"}});
  EXPECT_EQ(refused.code(), ec::invalid_argument) << "create answered null";
}

TEST(plugin_catalog, what_cannot_be_loaded_is_refused_with_one_line) {
  struct row {
    const char* module;
    const char* says;
  };
  const row rows[] = {
      {"broken_1", "no bw_plugin_query"},
      {"broken_2", "ABI 2.0, and this node is of 1.1"},
      {"broken_3", "struct_size of 24"},
      {"broken_4", "does not serve ABI 1.1"},
      {"broken_5", "its header was changed"},
      {"broken_6", "'momentum' is taken"},
      {"broken_7", "1000000 strategies"},
      {"broken_8", "lacks create, destroy or on_bar"},
      {"broken_9", "newer ABI 1.2"},
      {"first_abi_1", "those of ABI 1.0 have"},
      {"first_abi_2", "ABI 0.7, and this node is of 1.1"},
  };
  for (const auto& [module, says] : rows) {
    SCOPED_TRACE(module);
    plugin_folder folder;
    folder.add(module, "a");
    folder.add("faulty", "b");
    const auto catalog = folder.discover();
    ASSERT_EQ(catalog->findings.size(), 2u);
    const auto& found = catalog->findings[0];
    EXPECT_FALSE(found.accepted);
    EXPECT_NE(found.reason.find(says), std::string::npos) << found.reason;
    EXPECT_EQ(found.reason.find('\n'), std::string::npos);
    EXPECT_TRUE(catalog->findings[1].accepted) << "the other goes on";
    EXPECT_EQ(plugin_records(*catalog)[0].step, plugin_step::refused);
  }
}

TEST(plugin_catalog, a_plugin_in_c_loads) {
  plugin_folder folder;
  folder.add("broken_0");
  const auto catalog = folder.discover();
  ASSERT_TRUE(catalog->findings[0].accepted) << catalog->findings[0].reason;
  EXPECT_TRUE(catalog->registry.make("broken", {}).ok());
}

TEST(plugin_catalog, a_plugin_that_was_built_for_the_first_abi_loads) {
  plugin_folder folder;
  const auto file = folder.add("first_abi_0");
  const auto catalog = folder.discover();
  ASSERT_TRUE(catalog->findings[0].accepted) << catalog->findings[0].reason;
  EXPECT_TRUE(catalog->registry.make("first_abi", {}).ok());
  EXPECT_EQ(tests::counter_of(file, "bw_test_host_size"),
            static_cast<int>(offsetof(bw_host, regime)))
      << "it knows nothing of what came later";
  node_config config;
  config.strategies = {{.id = "own", .kind = "first_abi"}};
  const auto used = used_plugins(config, *catalog);
  ASSERT_EQ(used.size(), 1u);
  EXPECT_EQ(used[0].abi, "1.0");
}

TEST(plugin_catalog, a_file_that_is_no_library_is_refused) {
  plugin_folder folder;
  std::ofstream{folder.path() / "text.so"} << "not a library";
  const auto catalog = folder.discover();
  ASSERT_EQ(catalog->findings.size(), 1u);
  EXPECT_NE(catalog->findings[0].reason.find("cannot be loaded"), std::string::npos);
}

TEST(plugin_catalog, what_anybody_may_write_is_not_loaded) {
  namespace fs = std::filesystem;
  plugin_folder folder;
  const auto file = folder.add("faulty");
  fs::permissions(file, fs::perms{0757});
  EXPECT_NE(folder.discover()->findings[0].reason.find("chmod o-w"), std::string::npos);
  fs::permissions(file, fs::perms{0755});
  fs::permissions(folder.path(), fs::perms{0777});
  const auto open_folder = folder.discover();
  EXPECT_FALSE(open_folder->findings[0].accepted);
  EXPECT_NE(open_folder->findings[0].reason.find("its folder may be written"), std::string::npos);
  fs::permissions(folder.path(), fs::perms{0755});
  EXPECT_TRUE(folder.discover()->findings[0].accepted);
}

TEST(plugin_catalog, a_file_of_somebody_else_is_not_loaded) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give a file away";
  plugin_folder folder;
  const auto file = folder.add("faulty");
  ASSERT_EQ(::chown(file.c_str(), 12'345, 12'345), 0);
  EXPECT_NE(folder.discover()->findings[0].reason.find("belongs to user 12345"), std::string::npos);
}

TEST(plugin_catalog, a_list_of_hashes_keeps_everything_else_out) {
  plugin_folder folder;
  folder.add("faulty");
  folder.add("broken_0");
  const auto any = folder.discover();
  const auto hash = hex_text(any->findings[1].content);
  const auto some = folder.discover(environment::sim, std::string(64, '0') + " " + hash);
  EXPECT_FALSE(some->findings[0].accepted);
  EXPECT_NE(some->findings[0].reason.find("not in plugins.allow"), std::string::npos);
  EXPECT_TRUE(some->findings[1].accepted);
  EXPECT_FALSE(folder.discover(environment::live)->findings[1].accepted)
      << "live trading needs a list";
  EXPECT_TRUE(folder.discover(environment::live, hash)->findings[1].accepted);
}

TEST(plugin_catalog, of_two_files_with_one_strategy_the_first_counts) {
  plugin_folder folder;
  folder.add("faulty", "a");
  folder.add("faulty", "b");
  const auto catalog = folder.discover();
  EXPECT_TRUE(catalog->findings[0].accepted);
  EXPECT_FALSE(catalog->findings[1].accepted);
  EXPECT_NE(catalog->findings[1].reason.find("is taken"), std::string::npos);
}

}  // namespace
}  // namespace bw
