#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>

#include "tests/support/data_folder.hpp"

namespace bw::venue::tests {

/// A file of real traffic below the folder of recorded data; nothing without it.
inline std::optional<std::string> recorded(const std::string& name) {
  std::ifstream in{bw::tests::data_folder() / "alpaca" / name};
  if (!in) return std::nullopt;
  return std::string{std::istreambuf_iterator<char>{in}, {}};
}

/// The answer's body in a recording of a request.
inline std::optional<nlohmann::json> recorded_body(const std::string& name) {
  const auto file = recorded(name);
  if (!file) return std::nullopt;
  return nlohmann::json::parse(
      nlohmann::json::parse(*file).at("response").at("body").get<std::string>());
}

/// Everything the recording has must be there, with the same JSON type; null matches any type.
/// `gone` names members that Alpaca has taken away since.
inline void expect_same_shape(const nlohmann::json& ours, const nlohmann::json& theirs,
                              const std::set<std::string>& gone = {}) {
  for (const auto& [name, value] : theirs.items()) {
    if (gone.count(name) != 0) continue;
    ASSERT_TRUE(ours.contains(name)) << name << " is missing";
    const auto& mine = ours.at(name);
    const bool same = mine.is_null() || value.is_null() || mine.type() == value.type() ||
                      (mine.is_number() && value.is_number());
    EXPECT_TRUE(same) << name << ": " << mine << " instead of " << value;
    if (mine.is_object() && value.is_object()) expect_same_shape(mine, value, gone);
  }
}

}  // namespace bw::venue::tests

/// Skips a test, loudly, where the recordings are not at hand.
#define BW_RECORDED_OR_SKIP(variable, expression) \
  const auto variable = expression;               \
  if (!variable) GTEST_SKIP() << bw::tests::data_hint()
