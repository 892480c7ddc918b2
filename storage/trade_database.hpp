#pragma once

#include <filesystem>
#include <iosfwd>
#include <memory>
#include <string>
#include <vector>

#include "storage/audit_export.hpp"
#include "storage/audit_reader.hpp"
#include "storage/sqlite_file.hpp"

namespace bw {

/// Which rows are wanted; what is empty or zero lets everything through. Times are [from, to).
struct trade_filter {
  std::string symbol;
  std::string strategy;
  utc_ns from;
  utc_ns to{INT64_MAX};
};

struct trade_row {
  std::int64_t id = 0;
  utc_ns opened_at;
  /// Zero while it is open.
  utc_ns closed_at;
  std::string symbol;
  std::string side;
  quantity qty;
  price entry;
  price exit;
  money pnl;
  std::string strategy;
  std::string status;
  std::string entry_order;
  std::string exit_order;
  std::string exit_reason;
  std::string trade_type;
};

struct order_row {
  std::string client_order_id;
  std::string broker_order_id;
  utc_ns created_at;
  std::string symbol;
  std::string side;
  std::string type;
  quantity qty;
  price limit;
  std::string status;
  quantity filled;
  price average;
  std::string strategy;
  std::string purpose;
  std::string reason;
  std::string error_text;
};

struct signal_row {
  utc_ns at;
  std::string strategy;
  std::string symbol;
  std::string side;
  /// In parts per million.
  std::uint32_t confidence_ppm = 0;
  /// Its order had an execution.
  bool executed = false;
  std::string fate;
};

struct position_row {
  std::string symbol;
  std::string strategy;
  quantity qty;
  price average;
  /// Of the last fill.
  price last;
  money cost;
  utc_ns opened_at;
  utc_ns updated_at;
};

/// One trading day, by the UTC date of its executions: a regular session lies within one.
struct daily_row {
  std::string date;
  std::string strategy;
  std::int64_t fills = 0;
  std::int64_t trades = 0;
  std::int64_t wins = 0;
  std::int64_t losses = 0;
  money realized;
  money slippage;
};

/// trades.db: what happened, in tables. It is made of the audit log alone, can
/// be thrown away and made again at any time, and nothing that decides reads it. One thread; other
/// processes may read and write beside it, each change being one transaction.
class trade_database {
 public:
  /// Records put in by one transaction at most.
  static constexpr std::uint64_t batch_max = 2'000;

  static result<std::unique_ptr<trade_database>> open(const std::filesystem::path& path,
                                                      sqlite_access access);
  ~trade_database();

  /// Puts in what the log has and the database has not, at most one batch; answers how many records
  /// that were. A database of another log, of another version or of a log that was rolled back is
  /// begun anew.
  result<std::uint64_t> follow(const audit_reader& log);
  /// `follow` until nothing is left.
  result<std::uint64_t> catch_up(const audit_reader& log);
  /// Throws everything away and puts the whole log in, in one transaction.
  result<std::uint64_t> rebuild(const audit_reader& log);
  /// The last record that is in it; zero when it is empty.
  result<sequence_number> last() const;

  /// By the time of opening, oldest first.
  result<std::vector<trade_row>> trades(const trade_filter& wanted) const;
  result<std::vector<order_row>> orders(const trade_filter& wanted) const;
  /// The latest of them, at most so many, oldest first.
  result<std::vector<signal_row>> signals(const trade_filter& wanted, std::size_t latest) const;
  /// Those that are open.
  result<std::vector<position_row>> positions(const trade_filter& wanted) const;
  /// By day and strategy.
  result<std::vector<daily_row>> daily(const trade_filter& wanted) const;
  /// Realised profit of one day: the sum over its executions.
  result<money> realized_on(calendar_date day) const;

  /// Every row of every table, in the order of the keys: equal content is equal text.
  result<std::string> dump() const;
  /// One table, exact: decimals as text, times as RFC 3339. Answers the number of rows.
  result<std::uint64_t> export_table(const std::string& table, export_format format,
                                     std::ostream& out) const;
  /// Sum over a decimal column as text with nine decimals, exact whatever its size.
  result<std::string> exact_sum(const std::string& table, const std::string& column) const;
  /// ec::integrity_broken with SQLite's words when its own check finds a fault.
  result<void> check() const;

 private:
  explicit trade_database(std::unique_ptr<sqlite_file> file);
  result<void> prepare(const audit_reader& log);
  result<std::uint64_t> put_in(const audit_reader& log, std::uint64_t records_max);
  template <class Work>
  result<std::uint64_t> in_transaction(Work work);

  std::unique_ptr<sqlite_file> file_;
};

}  // namespace bw
