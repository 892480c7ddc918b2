#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "strategies/plugin_calls.hpp"

namespace bw {

/// The slots that say which strategy is inside its plugin, in a file that is mapped into the
/// process: what is stored there is there for the next start, however this process ends. (A power
/// loss may take it along; then nobody was killed by a plugin.)
class plugin_call_file {
 public:
  /// Makes the file or takes it over. ec::io_failed.
  static result<plugin_call_file> open(const std::filesystem::path& file);

  plugin_call_file(plugin_call_file&& other) noexcept;
  plugin_call_file& operator=(plugin_call_file&& other) noexcept;
  ~plugin_call_file();

  /// Strategies that were inside when the run before this one ended.
  const std::vector<std::string>& left_inside() const { return left_; }
  plugin_call_slots& slots() { return *slots_; }

 private:
  plugin_call_file() = default;

  plugin_call_slots* slots_ = nullptr;
  std::vector<std::string> left_;
};

}  // namespace bw
