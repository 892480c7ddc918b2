#pragma once

#include <filesystem>
#include <string>

namespace bw {

/// The configuration that a command works on: the one that was named, else ./node.toml, else
/// /etc/bellwether/node.toml when only that one exists.
std::filesystem::path find_config(const std::string& named);

}  // namespace bw
