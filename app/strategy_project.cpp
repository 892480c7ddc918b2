#include "app/strategy_project.hpp"

#include <algorithm>
#include <fstream>
#include <string_view>

namespace bw {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t name_length_max = 31;

constexpr std::string_view cmake_lists = R"(cmake_minimum_required(VERSION 3.25)
project(@name@ VERSION 0.1.0 LANGUAGES CXX)

# Installed with Bellwether's development package, or by
#   cmake -S strategies/sdk -B build && cmake --install build --prefix DIR
# and then found with CMAKE_PREFIX_PATH=DIR in the environment.
find_package(bellwether-sdk 1.0 REQUIRED)

bellwether_add_strategy(@name@ @name@.cpp)

enable_testing()
add_executable(@name@_test @name@_test.cpp)
target_link_libraries(@name@_test PRIVATE bw::sdk)
add_test(NAME @name@ COMMAND @name@_test)
)";

constexpr std::string_view presets = R"({
  "version": 6,
  "configurePresets": [
    {
      "name": "default",
      "binaryDir": "${sourceDir}/build",
      "cacheVariables": { "CMAKE_BUILD_TYPE": "RelWithDebInfo" }
    }
  ],
  "buildPresets": [ { "name": "default", "configurePreset": "default" } ],
  "testPresets": [
    { "name": "default", "configurePreset": "default", "output": { "outputOnFailure": true } }
  ],
  "workflowPresets": [
    {
      "name": "default",
      "steps": [
        { "type": "configure", "name": "default" },
        { "type": "build", "name": "default" },
        { "type": "test", "name": "default" }
      ]
    }
  ]
}
)";

constexpr std::string_view source = R"(@include@ <bellwether/strategy.hpp>

namespace {

using bw::sdk::parameter;

/// Buys when a bar closes above its moving average, and leaves when one closes below.
class @name@ final : public bw::sdk::strategy {
 public:
  static bw::sdk::description describe() {
    return {
        .id = "@name@",
        .name = "@name@",
        .version = "0.1.0",
        .text = "Closes above their moving average.",
        .warm_up_bars = 20,
        .parameters = {
            parameter::integer("period", "20", "2", "500", "bars", "Period of the average."),
            parameter::number("margin", "0.001", "0", "0.1", "fraction",
                              "How far above the average a close must be to buy."),
        }};
  }

  explicit @name@(const bw::sdk::setup& given)
      : strategy(given), period_(given.integer("period")), margin_(given.number("margin")) {}

  void initialise() override { average_ = request_indicator("sma", period_); }

  void on_bar(const bw::sdk::bar& x) override {
    const auto average = value(average_);
    if (!average) return;
    const bool holds = !held().quantity.is_zero();
    const double close = x.close.to_double();
    bw::sdk::signal wish;
    wish.entry = x.close;
    wish.values = {{"close", close}, {"average", *average}};
    if (!holds && close > *average * (1 + margin_)) {
      wish.confidence = 0.5;
      wish.reason = "above_average";
      buy(wish);
    } else if (holds && close < *average) {
      wish.reason = "below_average";
      sell(wish);
    }
  }

 private:
  std::int64_t period_;
  double margin_;
  bw::sdk::indicator_id average_ = 0;
};

}  // namespace

BW_STRATEGY_PLUGIN("@name@", "0.1.0", "proprietary", @name@)
)";

constexpr std::string_view test_source =
    R"(// Runs the strategy as the node does, through the C interface.

@include@ "@name@.cpp"

@include@ <bellwether/testing.hpp>

@include@ <cstdio>

namespace {

int failures = 0;

void expect(bool holds, const char* what) {
  std::printf("%s: %s\n", holds ? "ok" : "FAILED", what);
  failures += holds ? 0 : 1;
}

}  // namespace

int main() {
  using bw::sdk::decimal;
  bw::sdk::test_host node{bw_plugin_query(BW_PLUGIN_ABI), "@name@"};
  node.indicators[{"sma", 20}] = 100;

  node.on_bar({.close = decimal::of(100)});
  expect(node.wanted.empty(), "a close at the average is no reason to buy");
  node.on_bar({.close = decimal::of(101)});
  expect(node.wanted.size() == 1 && node.wanted[0].buys, "a close above it is");

  node.wanted.clear();
  node.held = {decimal::of(10), decimal::of(101)};
  node.on_bar({.close = decimal::of(102)});
  expect(node.wanted.empty(), "a position above the average is kept");
  node.on_bar({.close = decimal::of(99)});
  expect(node.wanted.size() == 1 && !node.wanted[0].buys, "one below it is given up");
  return failures == 0 ? 0 : 1;
}
)";

constexpr std::string_view readme = R"(# @name@

A strategy for Bellwether. Build and test:

    cmake --workflow --preset default

Use it: copy the plugin into the node's plugin folder and add an instance.

    cp build/@name@.so DIR/plugins/
    bellwether strategy info @name@ --config DIR/node.toml

    # strategies.toml
    [[strategy]]
    id = "@name@"
    kind = "@name@"
    watchlist = ["AAPL"]
)";

void fill_in(std::string& text, std::string_view place, std::string_view with) {
  for (auto at = text.find(place); at != std::string::npos; at = text.find(place, at + with.size()))
    text.replace(at, place.size(), with);
}

std::string filled(std::string_view text, const std::string& name) {
  std::string out{text};
  fill_in(out, "@name@", name);
  // Written so that nobody takes it for an include of this file.
  fill_in(out, "@include@", "#include");
  return out;
}

bool is_name(const std::string& name) {
  return !name.empty() && name.size() <= name_length_max && name[0] >= 'a' && name[0] <= 'z' &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
         });
}

}  // namespace

result<std::vector<fs::path>> write_strategy_project(const fs::path& where,
                                                     const std::string& name) {
  if (!is_name(name))
    return {ec::invalid_argument,
            "a strategy's name is 1 to 31 small letters, digits and underscores, a letter first"};
  const auto folder = where / name;
  std::error_code failed;
  if (fs::exists(folder, failed))
    return {ec::already_exists, folder.string() + " is there already"};
  if (!fs::create_directories(folder, failed))
    return {ec::io_failed, folder.string() + ": " + failed.message()};
  const std::pair<std::string, std::string_view> files[] = {{"CMakeLists.txt", cmake_lists},
                                                            {"CMakePresets.json", presets},
                                                            {name + ".cpp", source},
                                                            {name + "_test.cpp", test_source},
                                                            {"README.md", readme}};
  std::vector<fs::path> out;
  for (const auto& [file, text] : files) {
    const auto path = folder / file;
    std::ofstream to{path, std::ios::binary};
    to << filled(text, name);
    to.flush();
    if (!to) return {ec::io_failed, path.string() + ": cannot be written; is the disk full?"};
    out.push_back(path);
  }
  return out;
}

}  // namespace bw
