#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "domain/fee_share.hpp"
#include "messages/audit.hpp"

namespace bw {

/// What the open positions of a strategy have gained.
struct strategy_gain {
  short_name strategy;
  money unrealized;
};

/// What trading comes to on one day, by strategy and all together: from executions, fees and prices
/// to the record of its close. One thread.
class day_figures {
 public:
  /// Executions that fees are shared among, and fees that are told apart; more of them count for
  /// the account and for no strategy.
  static constexpr std::size_t executions_max = 65'536;
  static constexpr std::size_t fees_max = 4'096;

  struct execution {
    short_name strategy;
    symbol_name symbol;
    bw::side side = bw::side::buy;
    quantity qty;
    price at_price;
    money realized;
    /// What the strategy holds of the symbol after it.
    quantity held;
    utc_ns at;
  };

  /// Another session: all counts begin anew, what is open goes on.
  void begin(std::string day, utc_ns opened, utc_ns closes);
  /// What a strategy held when it began, of an earlier run; after `begin`.
  void hold(const short_name& strategy, const symbol_name& symbol, quantity held);
  void on_execution(const execution& x);
  /// Of this day, each id once; fees of another day are none of its.
  void on_fee(const fee_record& x);
  /// What the open positions have gained; a strategy that is not named holds nothing.
  void on_worth(const std::vector<strategy_gain>& unrealized);

  /// Empty before the first session.
  const std::string& day() const { return day_; }
  performance_record record(trade_type type) const;

 private:
  /// One strategy, or all of them.
  struct sums {
    performance_line line;
    std::optional<money> highest;
    void follow(money unrealized);
    void close_trade(money pnl);
  };
  struct open_trade {
    quantity held;
    money pnl;
  };

  std::string day_;
  utc_ns opened_;
  utc_ns closes_;
  sums all_;
  std::map<short_name, sums> by_strategy_;
  std::map<std::pair<short_name, symbol_name>, open_trade> open_;
  std::vector<charged_execution> executions_;
  std::vector<short_name> whose_;
  std::map<std::string, fee_record> fees_;
};

/// A line as one JSON object, figures that do not exist being null: for the log.
std::string to_json(const performance_line& line);
/// The same as words for a person.
std::string to_text(const performance_line& line);

}  // namespace bw
