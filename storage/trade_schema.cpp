#include "storage/trade_schema.hpp"

#include <algorithm>

#include "core/assert.hpp"

namespace bw {
namespace {

/// "id:n ts:z symbol:t": one word a column, its kind after the colon.
std::vector<table_column> columns_of(std::string_view words) {
  std::vector<table_column> out;
  while (!words.empty()) {
    const auto blank = words.find(' ');
    const auto word = words.substr(0, blank);
    const auto colon = word.find(':');
    out.push_back({std::string{word.substr(0, colon)}, static_cast<column_kind>(word[colon + 1])});
    words.remove_prefix(blank == std::string_view::npos ? words.size() : blank + 1);
  }
  out.push_back({"audit_seq", column_kind::number});
  return out;
}

std::vector<table_shape> make_tables() {
  return {
      {"alerts",
       columns_of("id:n ts:z key:t severity:t text:t channels:t acknowledged_by:t "
                  "acknowledged_at:z"),
       "id",
       {"ts"}},
      {"audit_index",
       columns_of("seq:n ts:z type:t boot_no:n trace_id:n order_id:t strategy:t symbol:t actor:t "
                  "summary:t"),
       "seq",
       {"ts", "order_id", "symbol"}},
      {"decisions",
       columns_of("id:n ts:z boot_no:n trace_id:n strategy:t symbol:t purpose:t bid:d ask:d last:d "
                  "bound:t quantity:d snapshot:t"),
       "id",
       {"trace_id"}},
      {"executions",
       columns_of("execution_id:t client_order_id:t broker_order_id:t symbol:t side:t quantity:d "
                  "price:d commission:d total_value:d executed_at:z date:t slippage:d realized:d "
                  "strategy:t trade_type:t trade_id:n"),
       "audit_seq",
       {"execution_id", "client_order_id", "trade_id", "date", "symbol", "strategy"}},
      {"market_data",
       columns_of("symbol:t timeframe:t ts:z open:d high:d low:d close:d volume:d vwap:d trades:n "
                  "revised:n"),
       "symbol,timeframe,ts",
       {}},
      {"order_changes",
       columns_of("id:n ts:z order_id:t field:t old_value:t new_value:t cause:t new_order_id:t"),
       "id",
       {"order_id"}},
      {"orders",
       columns_of("client_order_id:t broker_order_id:t symbol:t side:t type:t quantity:d "
                  "limit_price:d stop_price:d trail:d tif:t order_class:t parent_id:t status:t "
                  "filled_quantity:d avg_fill_price:d created_at:z submitted_at:z filled_at:z "
                  "canceled_at:z replaced_by:t error_message:t strategy:t mode:t purpose:t "
                  "reason:t decision_price:d boot_no:n trace_id:n order_no:n replaces:t seen_bid:d "
                  "seen_ask:d quote_slippage:d fill_ratio:d acknowledgement_ns:n first_fill_ns:n "
                  "sent_mono:n acknowledged_mono:n first_fill_mono:n clock_speed:n"),
       "client_order_id",
       {"broker_order_id", "symbol", "strategy", "created_at", "order_no", "replaces"}},
      {"performance_metrics",
       columns_of("strategy_id:t metric_name:t value:d calculation_time:z period_start:t "
                  "period_end:t"),
       "strategy_id,metric_name,period_start",
       {}},
      {"positions",
       columns_of("symbol:t strategy:t quantity:d avg_cost:d current_price:d cost_basis:d "
                  "market_value:d unrealized_pnl:d unrealized_pnl_pct:d opened_at:z updated_at:z "
                  "closed_at:z is_open:n"),
       "symbol,strategy",
       {}},
      {"proposals",
       columns_of("id:t created_at:z author:t base_version:t changes:t evidence:t state:t "
                  "decided_by:t decided_at:z reason:t note:t"),
       "id",
       {}},
      {"risk_checks",
       columns_of("id:n ts:z order_id:t rule:t value:n limit_value:n result:t"),
       "id",
       {"order_id"}},
      {"signals",
       columns_of("id:n ts:z strategy:t symbol:t side:t purpose:t confidence:d entry_price:d "
                  "stop_loss:d take_profit:d executed:n reason:t fate:t order_id:t boot_no:n "
                  "trace_id:n"),
       "id",
       {"symbol", "strategy", "ts", "trace_id"}},
      {"strategies",
       columns_of("id:t name:t version:t description:t config:t status:t plugin_hash:t "
                  "updated_at:z hash:t"),
       "id",
       {}},
      {"trades",
       columns_of("id:n opened_at:z closed_at:z symbol:t side:t qty:d entry_price:d exit_price:d "
                  "pnl:d fees:d strategy:t status:t entry_order_id:t exit_order_id:t exit_reason:t "
                  "trade_type:t market_data_snapshot:t notes:t"),
       "id",
       {"symbol", "opened_at", "closed_at", "strategy"}},
      {"trading_sessions",
       columns_of("id:n date:t started_at:z ended_at:z mode:t broker:t trades:n wins:n losses:n "
                  "win_rate:d pnl:d commission:d start_balance:d end_balance:d max_drawdown:d"),
       "date",
       {}},
  };
}

std::string view_of(const table_shape& table) {
  std::string out = "CREATE VIEW " + table.name + "_text AS SELECT ";
  for (std::size_t k = 0; k < table.columns.size(); ++k) {
    const auto& [name, kind] = table.columns[k];
    if (k > 0) out += ", ";
    if (kind == column_kind::decimal)
      out += "CASE WHEN " + name + " IS NULL THEN NULL ELSE printf('%s%d.%09d', CASE WHEN " + name +
             " < 0 THEN '-' ELSE '' END, abs(" + name + ") / 1000000000, abs(" + name +
             ") % 1000000000) END AS " + name;
    else if (kind == column_kind::time)
      out += "CASE WHEN " + name + " IS NULL THEN NULL ELSE strftime('%Y-%m-%dT%H:%M:%S', " + name +
             " / 1000000000, 'unixepoch') || printf('.%06dZ', " + name +
             " / 1000 % 1000000) END AS " + name;
    else
      out += name;
  }
  return out + " FROM " + table.name + ";\n";
}

}  // namespace

const std::vector<table_shape>& trade_tables() {
  static const auto tables = make_tables();
  return tables;
}

std::string create_statements() {
  std::string out =
      "CREATE TABLE projection(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;\n";
  for (const auto& table : trade_tables()) {
    out += "CREATE TABLE " + table.name + "(";
    for (const auto& [name, kind] : table.columns)
      out += name + (kind == column_kind::text ? " TEXT, " : " INTEGER, ");
    out += "PRIMARY KEY(" + table.key + ")) WITHOUT ROWID;\n";
    for (const auto& column : table.indexes)
      out += "CREATE INDEX " + table.name + "_by_" + column + " ON " + table.name + "(" + column +
             ");\n";
    out += view_of(table);
  }
  return out;
}

std::string drop_statements() {
  std::string out = "DROP TABLE IF EXISTS projection;\n";
  for (const auto& table : trade_tables())
    out +=
        "DROP VIEW IF EXISTS " + table.name + "_text;\nDROP TABLE IF EXISTS " + table.name + ";\n";
  return out;
}

std::string insert_statement(std::string_view table) {
  const auto& tables = trade_tables();
  const auto at = std::find_if(tables.begin(), tables.end(),
                               [&](const table_shape& x) { return x.name == table; });
  BW_ASSERT(at != tables.end(), "a row goes into a table that exists");
  std::string out = "INSERT OR REPLACE INTO " + at->name + " VALUES(";
  for (std::size_t k = 0; k < at->columns.size(); ++k) out += k == 0 ? "?" : ",?";
  return out + ")";
}

}  // namespace bw
