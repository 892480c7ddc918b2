#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bw {

/// What a column of trades.db holds.
enum class column_kind : char {
  text = 't',
  number = 'n',   // A count, an id or a flag.
  decimal = 'd',  // 1e-9 of a share, a dollar or a ratio; the text view shows it as a decimal.
  time = 'z',     // UTC nanoseconds; the text view shows it as RFC 3339 to the microsecond.
};

struct table_column {
  std::string name;
  column_kind kind = column_kind::text;
};

struct table_shape {
  std::string name;
  std::vector<table_column> columns;
  /// Columns of the primary key, with commas; rows are dumped in its order.
  std::string key;
  /// Columns that are looked up by, one index each.
  std::vector<std::string> indexes;
};

/// Grows whenever the tables or what is put into them changes: an older file is then made anew.
inline constexpr int trade_schema_version = 4;

/// Every table, in the order of their names. The last column of each is audit_seq.
const std::vector<table_shape>& trade_tables();

/// Statements that make all tables, their indexes and their text views.
std::string create_statements();
/// Statements that take everything away that `create_statements` made.
std::string drop_statements();
/// "INSERT OR REPLACE INTO name VALUES(?,…)"; for a name that is no table a programming error.
std::string insert_statement(std::string_view table);

}  // namespace bw
