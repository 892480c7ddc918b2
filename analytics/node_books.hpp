#pragma once

#include <map>
#include <optional>
#include <string>

#include "analytics/run_result.hpp"
#include "analytics/trade_recorder.hpp"
#include "core/result.hpp"
#include "domain/session_calendar.hpp"
#include "messages/audit.hpp"

namespace bw {

/// Which part of a node's log a report is about: runs in one mode ("sim", "paper", "live") and the
/// time [from, to).
struct books_period {
  std::string mode;
  utc_ns from{};
  utc_ns to{INT64_MAX};
};

/// From New York's midnight before `first` to the one after `last`.
books_period period_of_days(std::string mode, calendar_date first, calendar_date last,
                            const session_calendar& calendar);

/// Makes of a node's log what a backtest makes of its run, so that one report shows both. Equity is
/// the broker's, as it was told, less deposits and withdrawals; trades are those that ended in the
/// period, fills those that came in it. A trade that was open before has its entry from there. Fees
/// are those of the period's days, whenever the broker posts them. One thread.
class node_books {
 public:
  /// Fees of a period's last day are looked for so much longer than it lasts.
  static constexpr nanoseconds fees_within = std::chrono::hours{48};
  /// Of the account's reports at most one in so long is kept.
  static constexpr nanoseconds equity_every = std::chrono::minutes{1};

  explicit node_books(books_period period);

  /// The next record of the log: its wall time and what it says. From the log's first record on.
  void apply(utc_ns wall, const audit_event& event);

  /// ec::not_found when no account was seen in the period: then nothing can be measured.
  result<run_result> result_of(std::string name) const;

 private:
  void add_equity(utc_ns wall, money equity, money cash);
  bool is_in(utc_ns at) const { return at >= period_.from && at < period_.to; }

  void on(utc_ns wall, const boot_record& x);
  void on(utc_ns wall, const account_record& x);
  void on(utc_ns wall, const snapshot_record& x);
  void on(utc_ns wall, const trade_event_record& x);
  void on(utc_ns wall, const verdict_record& x);
  void on(utc_ns wall, const sending_record& x);
  void on(utc_ns wall, const submit_record& x);
  void on(utc_ns wall, const update_record& x);
  void on(utc_ns wall, const reconcile_record& x);
  void on(utc_ns wall, const cash_flow_record& x);
  void on(utc_ns wall, const plugin_record& x);
  void on(utc_ns wall, const trend_record& x);
  void on(utc_ns wall, const fee_record& x);
  /// The executions of the period with what each bears of the fees; what nobody bears is left over.
  std::vector<run_fill> charged_fills(money& left_over) const;
  template <class Other>
  void on(utc_ns, const Other&) {}

  books_period period_;
  /// The run that is being read is one of the mode.
  bool counts_ = false;
  run_result run_;
  /// Of the run of the node that is being read.
  std::vector<used_plugin> plugins_;
  /// As they stood when the period began.
  trade_recorder trades_;
  /// Of the days of the period, each once: by its id.
  std::map<std::string, fee_record> fees_;
  /// The newest of each symbol.
  std::map<symbol_name, trend_record> regimes_;
  std::string account_;
  std::uint32_t accounts_ = 0;
  std::uint32_t crashes_ = 0;
  std::uint64_t differences_ = 0;
  struct cash_flow {
    utc_ns known_at{};
    money amount;
  };
  std::vector<cash_flow> flows_;
};

}  // namespace bw
