#pragma once

#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/support/program.hpp"

namespace bw::tests {

/// Longest time from the start of a node to its readiness.
inline constexpr std::chrono::seconds ready_within{10};

/// What both ledgers say at the end of a round.
struct ledgers {
  std::size_t orders_at_venue = 0;
  std::size_t intents = 0;
  std::size_t fills_at_venue = 0;
};

/// An order as the log tells it.
struct logged_order {
  int intents = 0;
  /// Some evidence said what became of its request. One that never reached the venue and whose node
  /// died stays without until the next session (docs/ORDER_LIFE.md).
  bool settled = false;
  /// How often each of its executions was recorded.
  std::map<std::string, int> executions;
};

/// One venue in a process of its own and the state folder of the node that is killed beside it. The
/// venue's ledger is the truth; it never dies.
class battlefield {
 public:
  /// The generated market of `seed`, from shortly after the open, `speed` times as fast as life.
  battlefield(std::uint64_t seed, int speed);

  std::uint16_t port() const { return port_; }
  std::filesystem::path state() const { return folder_.path() / "state"; }
  /// Arguments of the node under test, which ends by itself after `orders` of them; 0: never.
  std::vector<std::string> node_arguments(std::size_t orders = 0) const;
  /// Path of the node under test (BW_KILL_NODE).
  static std::string node_path();

  /// Bytes in the write-ahead logs: grows with every record.
  std::uintmax_t logged_bytes() const;

  /// Starts the node again, lets it resolve every order that the venue has, ends it orderly and
  /// compares, once nothing is under way any more: no order at the venue without an intent, no
  /// intent with two orders, each execution once in the log, positions equal, the chain whole. Adds
  /// failures to the test.
  ledgers settle();

 private:
  void compare_orders(ledgers& sums);
  /// By client id: what the log holds, and how many orders the venue has.
  std::map<std::string, logged_order> orders_in_log() const;
  std::map<std::string, int> orders_at_venue(std::size_t* with_fills = nullptr) const;
  /// Orders that the venue has and of which the log does not say that they exist.
  std::vector<std::string> overlooked() const;
  nlohmann::json run_to_an_end() const;
  static std::map<std::string, std::string> positions_of(const nlohmann::json& summary);

  scratch_folder folder_;
  std::unique_ptr<program> venue_;
  std::uint16_t port_ = 0;
};

}  // namespace bw::tests
