#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/config_file.hpp"
#include "app/output.hpp"
#include "domain/session_calendar.hpp"
#include "storage/trade_database.hpp"

namespace bw {

/// What trades, orders, positions, pnl and export have in common.
struct trade_query {
  state_choice where;
  std::string symbol;
  std::string strategy;
  std::string from;
  std::string to;
  std::string day;
  bool csv = false;
};

/// Adds --state, --config, --symbol, --strategy, --from, --to, --day and --csv.
void add_trade_query(CLI::App& command, trade_query& out);

/// Days of New York as instants; ec::parse_failed names what is no date.
result<trade_filter> filter_of(const trade_query& asked, const session_calendar& calendar);

/// The database of the node with everything that its log has. Where it cannot be written, as it
/// stands: `complete` says which.
struct opened_trades {
  std::unique_ptr<trade_database> database;
  bool complete = false;
};
result<opened_trades> open_trades(const state_choice& where);

/// Rows for people, as CSV (RFC 4180) or as JSON lines' worth of one object.
struct answer_table {
  /// Names for programs; the first row's names for people.
  std::vector<std::string> names;
  std::vector<std::vector<std::string>> rows;
};
/// Prints the table in the form that was asked for, under `key` in JSON.
void print_table(const common_flags& flags, bool csv, const std::string& key,
                 const answer_table& table);

}  // namespace bw
