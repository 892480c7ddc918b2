#include "app/config_file.hpp"

#include <CLI/CLI.hpp>

#include "config/config_loader.hpp"

namespace bw {

std::filesystem::path find_config(const std::string& named) {
  if (!named.empty()) return named;
  const std::filesystem::path here = "node.toml";
  const std::filesystem::path installed = "/etc/bellwether/node.toml";
  std::error_code ignored;
  if (!std::filesystem::exists(here, ignored) && std::filesystem::exists(installed, ignored))
    return installed;
  return here;
}

void add_state_choice(CLI::App& command, state_choice& out) {
  auto* config = command.add_option("-c,--config", out.config, "Configuration of the node");
  command.add_option("--state", out.state, "State folder of the node (default: state)")
      ->excludes(config);
}

result<std::filesystem::path> find_state_folder(const state_choice& where) {
  if (where.config.empty())
    return std::filesystem::path{where.state.empty() ? "state" : where.state};
  auto loaded = load_config(where.config);
  if (!loaded) return std::move(loaded).failure();
  return loaded->config.state_folder;
}

}  // namespace bw
