#include "actors/node_recovery.hpp"

#include <algorithm>
#include <optional>

#include "domain/external_guard.hpp"

namespace bw {
namespace {

std::optional<std::uint32_t> place_of(const std::vector<std::string>& names,
                                      std::string_view name) {
  const auto at = std::find(names.begin(), names.end(), name);
  if (at == names.end()) return std::nullopt;
  return static_cast<std::uint32_t>(at - names.begin());
}

std::optional<strategy_id> owner_of(const std::vector<std::string>& strategies,
                                    std::string_view name) {
  if (name == external_owner) return external_strategy;
  const auto place = place_of(strategies, name);
  if (!place) return std::nullopt;
  return strategy_id{static_cast<std::uint16_t>(*place)};
}

error gone(std::string_view what, std::string_view symbol, std::string_view strategy) {
  return {ec::invalid_argument,
          "the audit log has " + std::string{what} + " in " + std::string{symbol} +
              " of strategy " + std::string{strategy} +
              ", which is not configured any more: put both back into strategies.toml until it is "
              "closed"};
}

/// What the reconciliation begins with.
void add_books(const recovered_state& past, const std::vector<std::string>& symbols,
               const std::vector<std::string>& strategies, node_recovery& out) {
  const auto add_known = [&](const ledger_entry& entry, symbol_name symbol) {
    out.known_orders.push_back({entry.client_id, symbol, entry.state, entry.request.qty,
                                entry.filled_total, mono_ns{INT64_MIN / 2}});
  };
  for (const auto& entry : past.open_orders())
    add_known(entry, past.names_of(entry.client_id).first);
  for (auto entry : past.ended_orders()) {
    const auto names = past.names_of(entry.client_id);
    add_known(entry, names.first);
    const auto symbol = place_of(symbols, names.first.view());
    const auto strategy = owner_of(strategies, names.second.view());
    if (!symbol || !strategy) continue;
    entry.request.symbol = symbol_id{*symbol};
    entry.request.strategy = *strategy;
    out.ended.push_back(std::move(entry));
  }
  for (const auto& [symbol, held] : past.by_symbol()) out.traded.push_back(symbol);
  out.external = past.external();
  if (past.mark()) out.mark = past.mark()->account;
  for (const auto& fill : past.fills_since_mark())
    out.fills_since_mark.push_back({fill.symbol, fill.side, fill.qty, fill.at_price});
  for (const auto& fill : past.fills_since_mark())
    if (fill.ts_event >= past.day().open && owner_of(strategies, fill.strategy.view()) &&
        fill.strategy.view() != external_owner)
      out.day_fills.push_back(fill);
  out.reconciled_day = past.reconciled_day();
  out.day_close = past.day().close;
  out.last_record_at = past.last_at();
}

}  // namespace

result<node_recovery> to_node_recovery(const recovered_state& past,
                                       const std::vector<std::string>& symbols,
                                       const std::vector<std::string>& strategies) {
  node_recovery out;
  out.highest_order = order_id{past.next_order().value - 1};
  out.latched = past.latched();
  out.ended_cleanly = past.ended_cleanly();
  const auto& day = past.day();
  out.day_open = day.open;
  out.realized_today = day.realized;
  out.trades_today = day.trades;
  for (const auto& [symbol, entries] : day.entries) {
    out.entries_today += entries.count;
    // One that is not configured any more cannot be entered.
    if (const auto place = place_of(symbols, symbol.view()))
      out.last_entries.push_back({symbol_id{*place}, entries.last_at});
  }
  out.high_water = past.high_water();
  out.sent_today = day.sent;
  out.cash_flows = past.cash_flows();
  out.flatten = past.flatten();
  for (const auto& [symbol, trend] : past.trends()) out.trends.push_back(trend);
  for (const auto& [name, why] : past.strategies_off())
    if (const auto place = place_of(strategies, name.view()))
      out.strategies_out.push_back(strategy_id{static_cast<std::uint16_t>(*place)});
  for (const auto& [name, losses] : day.streaks)
    if (const auto place = place_of(strategies, name.view()))
      out.streaks.push_back({strategy_id{static_cast<std::uint16_t>(*place)}, losses});
  for (const auto& [key, held] : past.by_strategy()) {
    if (held.qty().is_zero()) continue;
    const auto symbol = place_of(symbols, key.first.view());
    const auto strategy = place_of(strategies, key.second.view());
    if (!symbol || !strategy) return gone("shares", key.first.view(), key.second.view());
    if (const auto open = past.open_trades().find(key); open != past.open_trades().end())
      out.trades.push_back({strategy_id{static_cast<std::uint16_t>(*strategy)}, symbol_id{*symbol},
                            open->second.trade, open->second.opened_at});
    out.positions.push_back({symbol_id{*symbol}, strategy_id{static_cast<std::uint16_t>(*strategy)},
                             held.qty(), held.average(), price{}});
  }
  for (auto entry : past.open_orders()) {
    const auto names = past.names_of(entry.client_id);
    const auto symbol = place_of(symbols, names.first.view());
    const auto strategy = owner_of(strategies, names.second.view());
    if (!symbol || !strategy) return gone("a live order", names.first.view(), names.second.view());
    entry.request.symbol = symbol_id{*symbol};
    entry.request.strategy = *strategy;
    out.orders.push_back(std::move(entry));
  }
  for (auto entry : past.watched_orders()) {
    const auto names = past.names_of(entry.client_id);
    const auto symbol = place_of(symbols, names.first.view());
    const auto strategy = owner_of(strategies, names.second.view());
    if (!symbol || !strategy) continue;  // Nobody trades it here any more: it would be external.
    entry.request.symbol = symbol_id{*symbol};
    entry.request.strategy = *strategy;
    out.watched.push_back(std::move(entry));
  }
  for (const auto& stop : past.stops())
    if (const auto symbol = place_of(symbols, stop.symbol.view()))
      out.stops.push_back({symbol_id{*symbol}, stop.reason, true, cut<short_text>(stop.text)});
  add_books(past, symbols, strategies, out);
  return out;
}

}  // namespace bw
