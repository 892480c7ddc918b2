#include "app/trade_query.hpp"

#include <CLI/CLI.hpp>

#include <iostream>

#include "config/state_folder.hpp"
#include "core/json_writer.hpp"

namespace bw {
namespace {

std::string csv_line(const std::vector<std::string>& cells) {
  std::string out;
  for (std::size_t k = 0; k < cells.size(); ++k) {
    if (k > 0) out += ',';
    if (cells[k].find_first_of(",\"\r\n") == std::string::npos) {
      out += cells[k];
      continue;
    }
    out += '"';
    for (const char c : cells[k]) out += c == '"' ? std::string{"\"\""} : std::string{c};
    out += '"';
  }
  return out + "\r\n";
}

}  // namespace

void add_trade_query(CLI::App& command, trade_query& out) {
  add_state_choice(command, out.where);
  command.add_option("--symbol", out.symbol, "Only this symbol");
  command.add_option("--strategy", out.strategy, "Only this strategy");
  auto* day = command.add_option("--day", out.day, "Only this day of New York, like 2026-11-02");
  command.add_option("--from", out.from, "From this day on")->excludes(day);
  command.add_option("--to", out.to, "Up to and including this day")->excludes(day);
  command.add_flag("--csv", out.csv, "Rows as CSV with exact values");
}

result<trade_filter> filter_of(const trade_query& asked, const session_calendar& calendar) {
  trade_filter out;
  out.symbol = asked.symbol;
  out.strategy = asked.strategy;
  const auto midnight = [&](const std::string& text, std::int64_t days) -> result<utc_ns> {
    const auto date = parse_date(text);
    if (!date) return date.failure();
    return calendar.utc_from_new_york(civil_from_days(days_from_civil(*date) + days),
                                      std::chrono::minutes{0});
  };
  const auto& first = asked.day.empty() ? asked.from : asked.day;
  const auto& last = asked.day.empty() ? asked.to : asked.day;
  if (!first.empty()) {
    const auto at = midnight(first, 0);
    if (!at) return at.failure();
    out.from = *at;
  }
  if (!last.empty()) {
    const auto at = midnight(last, 1);
    if (!at) return at.failure();
    out.to = *at;
  }
  return out;
}

result<opened_trades> open_trades(const state_choice& where) {
  const auto state = find_state_folder(where);
  if (!state) return state.failure();
  const auto path = trades_file(*state);
  const auto log = open_audit_reader(audit_folder(*state));
  if (!log) return log.failure();
  opened_trades out;
  auto writable = trade_database::open(path, sqlite_access::read_write);
  if (writable) {
    const auto done = (*writable)->catch_up(**log);
    // A broken log is told; a file that somebody else owns is read as it stands.
    if (!done && done.code() == ec::integrity_broken) return done.failure();
    out.complete = done.ok();
    if (done) {
      out.database = *std::move(writable);
      return out;
    }
  }
  auto readable = trade_database::open(path, sqlite_access::read_only);
  if (!readable) return readable.failure();
  out.database = *std::move(readable);
  return out;
}

void print_table(const common_flags& flags, bool csv, const std::string& key,
                 const answer_table& table) {
  if (flags.json) {
    json_writer out;
    out.begin_object();
    out.member("schema_version", 1);
    out.key(key).begin_array();
    for (const auto& row : table.rows) {
      out.begin_object();
      for (std::size_t k = 0; k < row.size(); ++k)
        out.member(table.names[k], std::string_view{row[k]});
      out.end_object();
    }
    out.end_array();
    out.end_object();
    std::cout << out.take() << '\n';
    return;
  }
  if (csv) {
    std::cout << csv_line(table.names);
    for (const auto& row : table.rows) std::cout << csv_line(row);
    return;
  }
  if (table.rows.empty()) {
    std::cout << "no " << key << '\n';
    return;
  }
  auto rows = table.rows;
  rows.insert(rows.begin(), table.names);
  std::cout << format_table(rows);
}

}  // namespace bw
