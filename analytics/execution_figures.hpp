#pragma once

#include <map>
#include <memory>
#include <string>

#include "core/histogram.hpp"
#include "core/int128.hpp"
#include "domain/order_quality.hpp"
#include "messages/audit.hpp"

namespace bw {

/// How the orders of one strategy fared.
struct execution_line {
  std::uint64_t sent = 0;
  std::uint64_t filled = 0;
  /// Ended with a part of it executed, or with nothing.
  std::uint64_t canceled = 0;
  std::uint64_t expired = 0;
  std::uint64_t rejected = 0;
  std::uint64_t denied = 0;
  std::uint64_t executions = 0;
  /// Exact, in units of 1e-18.
  int128 traded = 0;
  /// What executions were worse than the prices decided at; negative when better.
  money slippage;
  money fees;
  /// Shares of the orders that ended in the period: how many were wanted, how many were filled.
  /// Exact, in units of 1e-9.
  int128 wanted_units = 0;
  int128 filled_units = 0;
  /// What executions cost beyond the other side of the quote that the decision saw.
  money quote_slippage;

  /// Part of what was wanted that was filled, in parts per million, half even; zero when nothing
  /// was wanted.
  std::int64_t fill_ratio_ppm() const;
  /// Rounded half even, at most what money can say.
  money traded_value() const;
  /// Slippage as a share of what was traded, in hundredths of a basis point, half even; zero when
  /// nothing was traded.
  std::int64_t slippage_centi_bp() const;
};

/// How the orders of a node were executed in a period: by strategy, the denials by rule, the
/// rejections by the broker's code, and how long an order took. Folds a log. One thread.
class execution_figures {
 public:
  /// Rules and codes that are listed; rarer words than these do not exist.
  static constexpr std::size_t words_max = 256;

  execution_figures(std::string mode, utc_ns from, utc_ns to);

  /// The next record of the log: its wall time and what it says. From the log's first record on.
  void apply(utc_ns wall, const audit_event& event);

  const std::map<std::string, execution_line>& by_strategy() const { return lines_; }
  /// By the name of the rule that denied.
  const std::map<std::string, std::uint64_t>& denials() const { return denials_; }
  /// By "HTTP status/code".
  const std::map<std::string, std::uint64_t>& rejections() const { return rejections_; }
  /// From the tick that caused an order to its bytes, and from these to the broker's answer, in the
  /// machine's time.
  const histogram& tick_to_order() const { return *tick_to_order_; }
  const histogram& order_to_answer() const { return *order_to_answer_; }
  /// From an order's bytes to the first word of the broker about it, and to its first execution.
  const histogram& order_to_acknowledgement() const { return *acknowledgement_; }
  const histogram& order_to_first_fill() const { return *first_fill_; }

 private:
  execution_line& line_of(const client_order_id& id);
  void count(std::map<std::string, std::uint64_t>& into, std::string word);

  void on(const boot_record& x);
  void on(const intent_record& x);
  void on(const verdict_record& x);
  void on(const sending_record& x);
  void on(const submit_record& x);
  void on(const update_record& x);
  void on(const fill_record& x);
  void on(const trade_event_record& x);
  void on(const hops_record& x);
  template <class Other>
  void on(const Other&) {}

  std::string mode_;
  utc_ns from_;
  utc_ns to_;
  bool counts_ = false;
  /// The order is over: what it came to counts.
  void end(const client_order_id& id);

  /// An order until it is over, and whose it is.
  struct known_order {
    std::string strategy;
    order_quality quality;
    /// Counts the starts of nodes: times are told by the clock of one.
    std::uint64_t run = 0;
    bool is_over = false;
    bool is_timed = false;
  };
  void time(known_order& known);
  known_order* find(const client_order_id& id);
  std::uint64_t run_ = 0;
  std::map<std::string, known_order> orders_;
  std::map<std::string, execution_line> lines_;
  std::map<std::string, std::uint64_t> denials_;
  std::map<std::string, std::uint64_t> rejections_;
  std::unique_ptr<histogram> tick_to_order_;
  std::unique_ptr<histogram> order_to_answer_;
  std::unique_ptr<histogram> acknowledgement_;
  std::unique_ptr<histogram> first_fill_;
};

std::string execution_text(const execution_figures& x);
/// One object with schema_version.
std::string to_json(const execution_figures& x);

}  // namespace bw
