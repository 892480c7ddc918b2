#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "domain/exposure_book.hpp"
#include "domain/position_book.hpp"
#include "domain/quote_board.hpp"
#include "domain/risk_rules.hpp"
#include "domain/trading_state_machine.hpp"

namespace bw {

struct risk_desk_options {
  risk_options limits;
  /// Close everything when the day's loss halts trading.
  bool loss_flatten = true;
  /// So many rejects of the exchange within the period narrow trading (R24).
  std::uint32_t rejects_max = 5;
  nanoseconds rejects_period = std::chrono::seconds{60};
};

/// What a look at the day's loss led to.
struct desk_step {
  /// Trading was active and no longer is: entries under way are to be cancelled.
  bool narrowed = false;
  /// Everything is to be closed, once.
  bool flatten = false;
};

/// What the risk gate is in the node: the rules, the books they look at, and the trading state,
/// without an actor around them. Feed and order stream are always up. Pure: time is an argument.
/// Made for one run, used by its thread.
class risk_desk {
 public:
  /// One entry of `facts` a symbol.
  risk_desk(risk_desk_options options, std::vector<symbol_facts> facts, std::size_t strategies);

  /// All rules on the order. An approved order is reserved for and counted.
  risk_verdict check(const order_request& order, utc_ns now);
  /// Answers what an execution in the report did to the books.
  std::optional<position_book::change> on_report(const order_report& report, utc_ns now);

  void on_quote(const quote& x);
  void on_trade(const trade& x);
  void on_status(const trading_status& x) { board_.on_status(x); }
  void on_account(const account_report& x);
  void on_session(const session_state& x, utc_ns now);
  /// To be called once a second: the loss of the day, and rejects that are long past.
  desk_step watch(utc_ns now);

  account_view view(utc_ns now) const;
  const position_book& positions() const { return positions_; }
  const trading_state& trading() const { return machine_.state(); }

 private:
  risk_inputs inputs() const;
  day_result day() const;
  void forget_rejects(utc_ns now);

  risk_desk_options options_;
  risk_rules rules_;
  quote_board board_;
  exposure_book exposure_;
  position_book positions_;
  trading_state_machine machine_;
  std::vector<symbol_facts> facts_;
  std::vector<price> marks_;
  session_state session_;
  std::optional<account_report> account_;
  std::optional<money> session_start_equity_;
  utc_ns day_open_;
  money realized_today_;
  flatten_permission flatten_ = flatten_permission::none;
  loss_level loss_seen_ = loss_level::none;
  /// At most rejects_max.
  std::deque<utc_ns> rejects_;
  trading_mode mode_seen_ = trading_mode::active;
};

}  // namespace bw
