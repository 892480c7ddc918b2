#include "app/node_runner.hpp"
#include "core/json_writer.hpp"

namespace bw {

std::string summary_json(const node_runner& runner) {
  const auto last = runner.status();
  json_writer out;
  out.begin_object();
  out.member("schema_version", 1);
  out.member("mode", last.mode);
  out.member("state", to_string(last.trading.mode));
  out.member("timestamp", last.at);
  out.key("market_data").begin_object();
  out.member("messages", last.market_messages);
  out.member("quotes", last.quotes);
  out.member("trades", last.trades);
  out.member("bars", last.bars);
  out.member("conflated", last.conflated);
  out.member("dropped", last.dropped);
  out.end_object();
  out.member("signals", last.signals);
  out.key("orders").begin_object();
  out.member("submitted", last.orders_submitted);
  out.member("filled", last.orders_filled);
  out.member("rejected", last.orders_rejected);
  out.member("denied", last.orders_denied);
  out.member("unknown", last.unknown_orders);
  out.end_object();
  out.member("fills", last.fills);
  out.member("trades", last.trades_today);
  out.member("equity", last.portfolio_value);
  out.member("daily_pnl", last.daily_pnl);
  out.key("positions").begin_array();
  for (const auto& held : last.positions) {
    out.begin_object();
    out.member("symbol", held.symbol);
    out.member("qty", held.qty);
    out.member("avg_price", held.average);
    out.member("last", held.last);
    out.member("unrealized_pnl", held.unrealized);
    out.member("strategy", held.strategy);
    out.end_object();
  }
  out.end_array();
  out.member("restarts", last.restarts);
  out.key("audit").begin_object();
  out.member("records", runner.audit_records());
  out.member("verified", runner.audit_verified());
  out.end_object();
  out.end_object();
  return out.take();
}

std::string summary_text(const node_runner& runner) {
  const auto last = runner.status();
  const auto count = [](std::uint64_t n) { return std::to_string(n); };
  return format_table({
      {"state", std::string{to_string(last.trading.mode)} + ", " + last.mode},
      {"market data", count(last.market_messages) + " messages (" + count(last.quotes) +
                          " quotes, " + count(last.trades) + " trades, " + count(last.bars) +
                          " bars)"},
      {"signals", count(last.signals)},
      {"orders", count(last.orders_submitted) + " submitted, " + count(last.orders_filled) +
                     " filled, " + count(last.orders_rejected) + " rejected, " +
                     count(last.orders_denied) + " denied, " + count(last.unknown_orders) +
                     " unknown"},
      {"fills", count(last.fills) + ", " + count(last.trades_today) + " trades closed"},
      {"equity", last.portfolio_value.text() + " USD, " + last.daily_pnl.text() + " today"},
      {"positions", count(last.positions.size())},
      {"audit", count(runner.audit_records()) + " records, " +
                    (runner.audit_verified() ? "verified" : "NOT VERIFIED")},
  });
}

}  // namespace bw
