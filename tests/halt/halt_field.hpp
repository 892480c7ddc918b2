#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "tests/kill/battlefield.hpp"
#include "tests/support/program.hpp"
#include "tests/support/venue_positions.hpp"

namespace bw::tests {

/// A venue in a process of its own, and nodes beside it that trade without rest.
struct halt_field : testing::Test {
  static constexpr int speed = 200;
  std::unique_ptr<battlefield> field;

  void SetUp() override { field = std::make_unique<battlefield>(7, speed); }

  std::string state() const { return field->state().string(); }
  std::unique_ptr<program> start_node() const {
    auto node = std::make_unique<program>(battlefield::node_path(), field->node_arguments());
    EXPECT_TRUE(node->says("started", ready_within)) << node->err() << node->out();
    return node;
  }
  std::string config() const {
    std::filesystem::create_directories(field->state());
    const auto folder = field->state().parent_path();
    std::ofstream{folder / "strategies.toml"}
        << "[[strategy]]\nid = \"momentum\"\nkind = \"momentum\"\nwatchlist = [\"AAPL\"]\n";
    std::ofstream{folder / "node.toml"} << "mode = \"sim\"\nstate_folder = \""
                                        << field->state().string()
                                        << "\"\n[sim]\nport = " << field->port() << "\n";
    return (folder / "node.toml").string();
  }
  nlohmann::json status() const {
    return nlohmann::json::parse(file_text(field->state() / "status.json"), nullptr, false);
  }
  bool is_in(const std::string& wanted) const {
    const auto now = status();
    return now.is_object() && now.value("state", "") == wanted;
  }
  bool has_reason(const std::string& wanted) const {
    const auto now = status();
    if (!now.is_object()) return false;
    for (const auto& each : now.value("reasons", nlohmann::json::array()))
      if (each == wanted) return true;
    return false;
  }
  /// Ids of all orders that the venue ever took.
  std::set<std::string> orders_at_venue() const {
    std::set<std::string> out;
    for (const auto& each :
         venue_answer(field->port(), "/v2/orders?status=all&limit=500&direction=desc"))
      out.insert(each.at("client_order_id").get<std::string>());
    return out;
  }
  std::size_t open_at_venue() const {
    return venue_answer(field->port(), "/v2/orders?status=open&limit=500").size();
  }
  static void let_pass(std::chrono::steady_clock::duration time) {
    const auto end = std::chrono::steady_clock::now() + time;
    eventually(std::chrono::seconds{30}, [&] { return std::chrono::steady_clock::now() >= end; });
  }
};

}  // namespace bw::tests
