#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "config/node_config.hpp"
#include "messages/operations.hpp"
#include "strategies/plugin_calls.hpp"
#include "strategies/strategy_registry.hpp"

namespace bw {

struct used_plugin;

/// A file of the plugin folder, and what became of it.
struct plugin_finding {
  std::filesystem::path file;
  /// SHA-256; zero when the file could not be read.
  digest content{};
  std::string name;
  std::string version;
  std::string build_id;
  /// "1.0".
  std::string abi;
  std::vector<std::string> strategies;
  bool accepted = false;
  /// One sentence: why not.
  std::string reason;
};

/// Which strategies a process has: the built-in ones, and those of its plugins. Plugins are looked
/// for once, at the start; a file that changes takes effect with the next one.
struct plugin_catalog {
  static constexpr std::size_t files_max = 64;

  strategy_registry registry;
  /// In order of their names.
  std::vector<plugin_finding> findings;
  /// Looked at with each call into a plugin; whoever runs a node sets clock and slots before the
  /// first engine is made.
  std::shared_ptr<plugin_watch> watch = std::make_shared<plugin_watch>();
};

/// Loads every "*.so" of the folder into a copy of `built_in`. A folder that is not there holds
/// none. A file is refused, and the others go on, when it or the folder may be written by others or
/// belongs to somebody else, its hash is not allowed, it does not load, its table is wrong, or a
/// strategy of it has an id that is taken. In mode live only files on the allow list load.
std::shared_ptr<plugin_catalog> discover_plugins(const plugin_options& options, environment mode,
                                                 const strategy_registry& built_in);

/// The error with a line about each refused plugin behind it: a strategy of theirs may be what the
/// configuration lacks.
error with_refused_plugins(error why, const plugin_catalog& catalog);

/// The loaded plugins of which an enabled strategy of the configuration is, in order of their
/// names.
std::vector<used_plugin> used_plugins(const node_config& config, const plugin_catalog& catalog);
/// One hash over theirs, hexadecimal; empty without any.
std::string hash_of_plugins(const std::vector<used_plugin>& plugins);

/// What the log is told of each file.
std::vector<plugin_record> plugin_records(const plugin_catalog& catalog);

}  // namespace bw
