#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/result.hpp"

namespace bw {

/// Writes a project with one strategy and its test into the folder `where`/`name`, which must not
/// exist. `name` is the strategy's id: small letters, digits, underscores, a letter first. Answers
/// the files. ec::invalid_argument for another name, ec::already_exists, ec::io_failed.
result<std::vector<std::filesystem::path>> write_strategy_project(
    const std::filesystem::path& where, const std::string& name);

}  // namespace bw
