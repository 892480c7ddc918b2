#pragma once

#include <filesystem>
#include <string>

#include "core/result.hpp"

namespace CLI {
class App;
}

namespace bw {

/// The configuration that a command works on: the one that was named, else ./node.toml, else
/// /etc/bellwether/node.toml when only that one exists.
std::filesystem::path find_config(const std::string& named);

/// Which node a command looks at: by its state folder or by its configuration.
struct state_choice {
  std::string state;
  std::string config;
};

/// Adds --state and --config to a command.
void add_state_choice(CLI::App& command, state_choice& out);
/// ./state when nothing was named. What load_config says when the configuration is not right.
result<std::filesystem::path> find_state_folder(const state_choice& where);

}  // namespace bw
