#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/day_balance.hpp"
#include "domain/order_ledger.hpp"
#include "domain/reconciler.hpp"
#include "domain/risk_desk.hpp"
#include "messages/views.hpp"
#include "storage/recovery.hpp"

namespace bw {

/// A trade that an earlier run opened and that is not closed.
struct unclosed_trade {
  strategy_id strategy = no_strategy;
  symbol_id symbol = no_symbol;
  client_order_id trade;
  utc_ns opened_at;
};

/// What the log knows of earlier runs, in the ids of this run's configuration.
struct node_recovery {
  order_id highest_order;
  std::vector<ledger_entry> orders;
  /// Proven absent, and watched in case they appear after all.
  std::vector<ledger_entry> watched;
  std::vector<symbol_stop> stops;
  std::vector<held_position> positions;
  std::vector<unclosed_trade> trades;
  trading_state latched;
  utc_ns day_open;
  money realized_today;
  std::uint64_t trades_today = 0;
  std::uint32_t entries_today = 0;
  std::vector<risk_desk_past::last_entry> last_entries;
  money high_water;
  money sent_today;
  std::vector<strategy_id> strategies_out;
  std::vector<risk_desk_past::streak> streaks;
  std::vector<cash_flow_record> cash_flows;
  /// Everything was to be closed, and was not yet.
  bool flatten = false;
  /// The newest of each symbol.
  std::vector<trend_record> trends;
  bool ended_cleanly = true;

  /// Orders that ended lately; late news of them still counts. Those of strategies that are not
  /// configured any more stand in `known_orders` alone.
  std::vector<ledger_entry> ended;
  std::vector<book_order> known_orders;
  std::vector<symbol_name> traded;
  external_record external;
  std::optional<account_report> mark;
  std::vector<day_fill> fills_since_mark;
  /// Executions of the session that opened last, by name.
  std::vector<fill_record> day_fills;
  std::string reconciled_day;
  utc_ns day_close;
  utc_ns last_record_at;
};

/// Translates names into this run's ids. ec::invalid_argument names a symbol or strategy that still
/// has shares or a live order and is not configured any more: it would be nobody's.
result<node_recovery> to_node_recovery(const recovered_state& past,
                                       const std::vector<std::string>& symbols,
                                       const std::vector<std::string>& strategies);

}  // namespace bw
