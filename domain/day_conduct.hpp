#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "messages/orders.hpp"

namespace bw {

/// How the orders of a day behaved: how many it took for an execution, whether
/// cancels came in bursts, and whether own orders may have met each other. Pure; notes only, they
/// change nothing.
class day_conduct {
 public:
  /// So many cancels within the window are a burst.
  static constexpr std::size_t burst_cancels = 10;
  static constexpr nanoseconds burst_window = std::chrono::seconds{1};
  /// A purchase and a sale of one symbol at one price this close to each other may be one trade.
  static constexpr nanoseconds cross_window = std::chrono::seconds{1};
  /// Orders that are told apart; those beyond it are not counted.
  static constexpr std::size_t orders_max = 65'536;

  void on_report(const order_report& x, const symbol_name& symbol);

  std::uint64_t orders() const { return orders_; }
  std::uint64_t executions() const { return executions_; }
  std::uint64_t cancels() const { return cancels_; }
  std::uint64_t bursts() const { return bursts_; }
  std::uint64_t crosses() const { return crosses_; }

  /// One sentence for the orders, and one each for what is unusual.
  std::vector<std::string> notes() const;

 private:
  struct execution {
    price at_price;
    utc_ns at;
  };

  void count_order(const order_report& x);
  void count_cancel(utc_ns at);
  void count_execution(const order_report& x, const symbol_name& symbol);

  std::set<client_order_id> seen_;
  std::uint64_t orders_ = 0;
  std::uint64_t executions_ = 0;
  std::uint64_t cancels_ = 0;
  std::uint64_t bursts_ = 0;
  std::uint64_t crosses_ = 0;
  /// The last cancels, at most burst_cancels.
  std::deque<utc_ns> last_cancels_;
  /// The last execution of a symbol on each side.
  std::map<symbol_name, std::array<execution, 2>> last_;
};

}  // namespace bw
