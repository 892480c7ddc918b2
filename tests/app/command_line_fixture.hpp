#pragma once

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "app/cli.hpp"
#include "storage/temporary_folder.hpp"

namespace bw {

/// What one call of the program printed, and its exit code.
struct command_outcome {
  int code = 0;
  std::string out;
  std::string err;

  nlohmann::json json() const { return nlohmann::json::parse(out); }
};

/// Runs commands in this process, with a folder of their own.
class command_line_test : public ::testing::Test {
 protected:
  static command_outcome run(std::vector<std::string> words) {
    words.insert(words.begin(), "bellwether");
    std::vector<const char*> arguments;
    for (const auto& word : words) arguments.push_back(word.c_str());
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    command_outcome outcome;
    outcome.code = run_command_line(static_cast<int>(arguments.size()), arguments.data());
    outcome.out = testing::internal::GetCapturedStdout();
    outcome.err = testing::internal::GetCapturedStderr();
    return outcome;
  }
  std::string path(const std::string& name) const { return (folder.path() / name).string(); }

  temporary_folder folder = *temporary_folder::make("bw-app-test");
};

}  // namespace bw
