#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "app/file_watch.hpp"
#include "app/plugin_call_file.hpp"
#include "app/stall_guard.hpp"
#include "config/config_loader.hpp"
#include "config/strategies_reload.hpp"
#include "messages/audit.hpp"
#include "strategies/strategy_registry.hpp"

namespace bw {

class node;

/// What surrounds the strategies of a running node: the plugins' hashes for the log, who was inside
/// a plugin when the last run ended, the guard over calls that do not return, and strategies.toml,
/// which is watched and applied without a restart. The owner's thread makes all calls.
class strategy_manager {
 public:
  /// Before any engine is made. `config` and `real` outlive it. ec::io_failed.
  static result<std::unique_ptr<strategy_manager>> open(const loaded_config& config,
                                                        const std::filesystem::path& state_folder,
                                                        const clock& real);

  /// For the log of this run: every plugin file, and each strategy that is latched because the last
  /// run ended inside it.
  std::vector<audit_event> first_records() const;
  /// Marks those among `strategies` that only a person puts back. A name that is not configured any
  /// more is nobody's.
  void take_out(const std::map<short_name, std::string>& off,
                std::vector<strategy_config>& strategies) const;

  /// From here on strategies.toml is watched; `known` and `tree` outlive the watching.
  void watch(const strategy_registry& known, node& tree, file_sight sight = file_sight::always);
  void stop_watching();
  /// It is read again, whatever was told of it. Any thread; does not wait.
  void look_again(const char* why);

 private:
  strategy_manager(const loaded_config& config, const clock& real, plugin_call_file calls);
  void on_change(const std::string& text);
  /// Ids of the strategies that hold shares.
  std::set<std::string> holding() const;

  const loaded_config& config_;
  const clock& real_;
  plugin_call_file calls_;
  const strategy_registry* known_ = nullptr;
  node* tree_ = nullptr;
  running_strategies running_;
  std::string running_hash_;
  std::unique_ptr<stall_guard> guard_;
  std::mutex file_mutex_;
  std::unique_ptr<file_watch> file_;
};

}  // namespace bw
