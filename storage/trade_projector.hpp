#pragma once

#include "domain/order_quality.hpp"
#include "domain/position_book.hpp"
#include "storage/audit_log.hpp"
#include "storage/sqlite_file.hpp"

namespace bw {

/// Turns records of the audit log into rows, one record after the other. All that it remembers
/// between two records stands in the database itself, so that any process can go on where another
/// stopped and the same records always make the same rows. The caller holds the transaction.
class trade_projector {
 public:
  explicit trade_projector(sqlite_file& into) : db_(into) {}

  /// ec::storage_failed when the database refuses; then the transaction must be rolled back.
  result<void> apply(const audit_record& record);

 private:
  template <class T>
  void on(const audit_record&, const T&) {}
  void on(const audit_record& record, const boot_record& x);
  void on(const audit_record& record, const strategy_record& x);
  void on(const audit_record& record, const session_record& x);
  void on(const audit_record& record, const signal_record& x);
  void on(const audit_record& record, const evaluation_record& x);
  void on(const audit_record& record, const decision_record& x);
  void on(const audit_record& record, const verdict_record& x);
  void on(const audit_record& record, const intent_record& x);
  void on(const audit_record& record, const sending_record& x);
  void on(const audit_record& record, const withdrawn_record& x);
  void on(const audit_record& record, const submit_record& x);
  void on(const audit_record& record, const update_record& x);
  void on(const audit_record& record, const fill_record& x);
  void on(const audit_record& record, const cancel_record& x);
  void on(const audit_record& record, const cancel_result_record& x);
  void on(const audit_record& record, const hops_record& x);
  void on(const audit_record& record, const fee_record& x);
  void on(const audit_record& record, const performance_record& x);
  void on(const audit_record& record, const proposal_record& x);
  void on(const audit_record& record, const plugin_record& x);
  void on(const audit_record& record, const strategy_switch_record& x);
  void on(const audit_record& record, const adoption_record& x);
  void on(const audit_record& record, const split_record& x);
  void on(const audit_record& record, const account_record& x);
  void on(const audit_record& record, const snapshot_record& x);
  void on(const audit_record& record, const shutdown_record& x);
  void on(const audit_record& record, const alert_record& x);

  /// The trade that a fill belongs to, as it stands after it.
  struct trade_now {
    std::int64_t id = 0;
    bool opened = false;
    bool closed = false;
  };
  /// Shares became others without an execution.
  void adjust(const audit_record& record, const std::string& symbol, const std::string& strategy,
              const char* how, quantity after, std::string_view cause);
  position book_of(std::int64_t trade);
  trade_now follow_trade(const audit_record& record, const fill_record& x);
  void count_closed(const audit_record& record, const fill_record& x, std::int64_t trade);
  void follow_position(const audit_record& record, const fill_record& x, const trade_now& trade);
  void follow_order(const audit_record& record, const fill_record& x);
  void add_metric(const audit_record& record, const std::string& strategy, const std::string& date,
                  const char* name, std::int64_t units);
  void ensure_session(const audit_record& record, const std::string& date);
  void bar_row(const audit_record& record, const std::string& symbol, const bar& x);
  void change(const audit_record& record, std::string_view order, std::string_view field,
              std::string_view before, std::string_view after, std::string_view cause,
              std::string_view new_order = {});
  /// Rows for what this order does otherwise than the one whose place it is to take.
  void follow_replacement(const audit_record& record, const intent_record& x);
  void link_successor(const audit_record& record, const order_update& u);
  /// What is known of an order's execution, and what is to be known from here on.
  struct known_quality {
    order_quality figures;
    /// The run that sent it; zero: the order is not known.
    std::uint64_t boot_no = 0;
  };
  known_quality quality_of(std::string_view order);
  void keep_quality(std::string_view order, const order_quality& x);
  template <class Record>
  void follow_times(const audit_record& record, std::string_view order, const Record& x);
  void balance(const audit_record& record, money equity);
  void index(const audit_record& record);

  void put(std::string_view table, sql_row row, const audit_record& record);
  void run(std::string_view sql, const sql_row& values);
  sql_row first(std::string_view sql, const sql_row& values);
  std::string remembered(std::string_view name);
  void remember(std::string_view name, std::string value);

  sqlite_file& db_;
  /// Rows of order_changes that the record that is being applied has made.
  std::uint64_t changes_made_ = 0;
  /// The first failure of the record that is being applied; what follows is left out.
  result<void> failed_;
};

}  // namespace bw
