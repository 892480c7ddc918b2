#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "core/result.hpp"
#include "strategies/plugin_calls.hpp"
#include "strategies/plugin_table.hpp"

namespace bw {

/// A loaded library. It stays in the process as long as anybody holds it: every strategy made from
/// it does, so that no code is unloaded under an instance.
class plugin_library {
 public:
  /// `file` is absolute. ec::unsupported or ec::invalid_argument with one sentence: what the
  /// system's loader said, that the entry point is missing, or what is wrong with the plugin's
  /// table.
  static result<std::shared_ptr<const plugin_library>> load(const std::filesystem::path& file);

  explicit plugin_library(void* handle) : handle_(handle) {}
  ~plugin_library();
  plugin_library(const plugin_library&) = delete;
  plugin_library& operator=(const plugin_library&) = delete;

  const plugin_table& table() const { return table_; }

 private:
  void* handle_;
  plugin_table table_;
};

/// The library's strategies as a registry takes them. `watch` is looked at with each call.
std::vector<strategy_type> strategy_types_of(const std::shared_ptr<const plugin_library>& library,
                                             const std::shared_ptr<const plugin_watch>& watch);

}  // namespace bw
