#include <CLI/CLI.hpp>

#include <iostream>
#include <memory>

#include "app/cli.hpp"
#include "app/story_words.hpp"
#include "app/trade_query.hpp"
#include "config/state_folder.hpp"

namespace bw {
namespace {

/// People read New York's time and rounded amounts; programs get UTC and exact values.
struct shown {
  bool exact = false;
  const session_calendar* calendar = nullptr;

  std::string time(utc_ns at) const {
    if (at == utc_ns{}) return "";
    return exact ? format_rfc3339(at) : day_clock_text(*calendar, at).substr(0, 19);
  }
  template <class Tag>
  std::string amount(decimal<Tag> x) const {
    return exact ? x.text() : amount_text(x);
  }
  std::string count(quantity x) const { return exact ? x.text() : count_text(x); }
  std::string money_or_blank(price x) const { return x.is_zero() ? "" : amount(x); }
};

using table_maker = result<answer_table> (*)(const trade_database&, const trade_filter&,
                                             const shown&);

result<answer_table> table_of_trades(const trade_database& from, const trade_filter& wanted,
                                     const shown& as) {
  const auto rows = from.trades(wanted);
  if (!rows) return rows.failure();
  answer_table out;
  out.names = {"opened", "closed", "symbol",   "side",        "qty",         "entry",      "exit",
               "pnl",    "status", "strategy", "exit_reason", "entry_order", "exit_order", "type"};
  for (const auto& x : *rows)
    out.rows.push_back({as.time(x.opened_at), as.time(x.closed_at), x.symbol, x.side,
                        as.count(x.qty), as.amount(x.entry), as.money_or_blank(x.exit),
                        as.amount(x.pnl), x.status, x.strategy, x.exit_reason, x.entry_order,
                        x.exit_order, x.trade_type});
  return out;
}

result<answer_table> table_of_orders(const trade_database& from, const trade_filter& wanted,
                                     const shown& as) {
  const auto rows = from.orders(wanted);
  if (!rows) return rows.failure();
  answer_table out;
  out.names = {"created", "client_order_id", "symbol",  "side",    "type",     "qty",    "limit",
               "status",  "filled",          "average", "purpose", "strategy", "reason", "text"};
  for (const auto& x : *rows)
    out.rows.push_back({as.time(x.created_at), x.client_order_id, x.symbol, x.side, x.type,
                        as.count(x.qty), as.money_or_blank(x.limit), x.status, as.count(x.filled),
                        as.money_or_blank(x.average), x.purpose, x.strategy, x.reason,
                        x.error_text});
  return out;
}

result<answer_table> table_of_positions(const trade_database& from, const trade_filter& wanted,
                                        const shown& as) {
  const auto rows = from.positions(wanted);
  if (!rows) return rows.failure();
  answer_table out;
  out.names = {"symbol", "strategy", "qty", "average", "last_fill", "cost", "opened", "updated"};
  for (const auto& x : *rows)
    out.rows.push_back({x.symbol, x.strategy, as.count(x.qty), as.amount(x.average),
                        as.amount(x.last), as.amount(x.cost), as.time(x.opened_at),
                        as.time(x.updated_at)});
  return out;
}

result<answer_table> table_of_pnl(const trade_database& from, const trade_filter& wanted,
                                  const shown& as) {
  const auto rows = from.daily(wanted);
  if (!rows) return rows.failure();
  answer_table out;
  out.names = {"date", "strategy", "fills", "trades", "wins", "losses", "realized", "slippage"};
  daily_row sum;
  for (const auto& x : *rows) {
    out.rows.push_back({x.date, x.strategy, std::to_string(x.fills), std::to_string(x.trades),
                        std::to_string(x.wins), std::to_string(x.losses), as.amount(x.realized),
                        as.amount(x.slippage)});
    sum.fills += x.fills;
    sum.trades += x.trades;
    sum.wins += x.wins;
    sum.losses += x.losses;
    sum.realized += x.realized;
    sum.slippage += x.slippage;
  }
  // A sum is for people; programs add for themselves.
  if (!as.exact && out.rows.size() > 1)
    out.rows.push_back({"total", "", std::to_string(sum.fills), std::to_string(sum.trades),
                        std::to_string(sum.wins), std::to_string(sum.losses),
                        as.amount(sum.realized), as.amount(sum.slippage)});
  return out;
}

int answer(const common_flags& flags, const trade_query& asked, const char* key, table_maker make) {
  const auto calendar = session_calendar::make();
  if (!calendar) return fail(flags, calendar.failure());
  const auto wanted = filter_of(asked, *calendar);
  if (!wanted) return fail(flags, wanted.failure());
  const auto trades = open_trades(asked.where);
  if (!trades) return fail(flags, trades.failure());
  if (!trades->complete && !flags.quiet)
    std::cerr << "bellwether: trades.db cannot be brought up to date; it is shown as it stands\n";
  const auto table = make(*trades->database, *wanted, {flags.json || asked.csv, &*calendar});
  if (!table) return fail(flags, table.failure());
  print_table(flags, asked.csv, key, *table);
  return static_cast<int>(exit_code::ok);
}

int rebuild(const common_flags& flags, const trade_query& asked) {
  const auto state = find_state_folder(asked.where);
  if (!state) return fail(flags, state.failure());
  const auto log = open_audit_reader(audit_folder(*state));
  if (!log) return fail(flags, log.failure());
  auto database = trade_database::open(trades_file(*state), sqlite_access::read_write);
  if (!database) return fail(flags, database.failure());
  const auto records = (*database)->rebuild(**log);
  if (!records) return fail(flags, records.failure());
  if (const auto sound = (*database)->check(); !sound) return fail(flags, sound.failure());
  if (flags.json)
    std::cout << "{\"schema_version\":1,\"records\":" << *records << "}\n";
  else
    std::cout << trades_file(*state).string() << ": made anew from " << *records << " records\n";
  return static_cast<int>(exit_code::ok);
}

struct table_command {
  const char* name;
  const char* text;
  const char* example;
  table_maker make;
};

CLI::App* add_table(CLI::App& program, common_flags& flags, chosen_command& chosen,
                    const table_command& what, const std::shared_ptr<trade_query>& asked) {
  auto* command = program.add_subcommand(what.name, what.text);
  command->footer(std::string{what.example} +
                  "\nReads what the audit log has, beside a running node or without one. Exit code "
                  "2 when\nthere is no log, 7 when it is broken.");
  add_trade_query(*command, *asked);
  command->callback([&chosen, &flags, asked, what] {
    if (!chosen)
      chosen = [&flags, asked, what] { return answer(flags, *asked, what.name, what.make); };
  });
  return command;
}

}  // namespace

void add_trades(CLI::App& program, common_flags& flags, chosen_command& chosen) {
  auto asked = std::make_shared<trade_query>();
  auto* command = add_table(program, flags, chosen,
                            {"trades", "Round trips, open and closed",
                             "Examples:  bellwether trades --day 2026-11-02 --strategy momentum\n"
                             "           bellwether trades --csv > trades.csv\n"
                             "           bellwether trades rebuild      make trades.db anew",
                             table_of_trades},
                            asked);
  auto* anew = command->add_subcommand("rebuild", "Make trades.db anew from the audit log");
  anew->footer("Example:  bellwether trades rebuild --state state");
  anew->callback(
      [&chosen, &flags, asked] { chosen = [&flags, asked] { return rebuild(flags, *asked); }; });
}

void add_orders(CLI::App& program, common_flags& flags, chosen_command& chosen) {
  add_table(program, flags, chosen,
            {"orders", "Orders with what became of them",
             "Example:  bellwether orders --symbol AAPL --from 2026-11-01 --json", table_of_orders},
            std::make_shared<trade_query>());
}

void add_positions(CLI::App& program, common_flags& flags, chosen_command& chosen) {
  add_table(program, flags, chosen,
            {"positions", "Shares held, by symbol and strategy",
             "Example:  bellwether positions --json", table_of_positions},
            std::make_shared<trade_query>());
}

void add_pnl(CLI::App& program, common_flags& flags, chosen_command& chosen) {
  add_table(program, flags, chosen,
            {"pnl", "Realised profit by day and strategy",
             "Example:  bellwether pnl --from 2026-11-01 --to 2026-11-30 --csv", table_of_pnl},
            std::make_shared<trade_query>());
}

}  // namespace bw
