#include "analytics/figure_json.hpp"

#include <charconv>
#include <cmath>

namespace bw {
namespace {

void member(json_writer& out, std::string_view name, std::optional<double> value) {
  out.key(name);
  if (value)
    write_number(out, *value);
  else
    out.null();
}

void member(json_writer& out, std::string_view name, std::optional<money> value) {
  out.key(name);
  if (value)
    out.value(*value);
  else
    out.null();
}

}  // namespace

void write_number(json_writer& out, double value) {
  if (!std::isfinite(value)) {
    out.null();
    return;
  }
  char text[32];
  const auto written = std::to_chars(text, text + sizeof text, value);
  out.raw({text, static_cast<std::size_t>(written.ptr - text)});
}

void write_json(json_writer& out, const figure_list& figures) {
  out.begin_object();
  for (const auto& each : figures) {
    if (each.form == figure_form::dollars) {
      member(out, each.id, each.amount);
      continue;
    }
    out.key(each.id);
    write_number(out, each.value);
  }
  out.end_object();
}

void write_json(json_writer& out, const trade_figures& figures) {
  out.begin_object();
  out.member("trades", figures.trades());
  out.member("wins", figures.wins());
  out.member("losses", figures.losses());
  out.member("even", figures.even());
  out.member("net", figures.net());
  out.member("fees", figures.fees());
  out.member("slippage", figures.slippage());
  member(out, "win_rate", figures.win_rate());
  member(out, "profit_factor", figures.profit_factor());
  member(out, "expectancy", figures.expectancy());
  member(out, "average_win", figures.average_win());
  member(out, "average_loss", figures.average_loss());
  member(out, "payoff", figures.payoff());
  member(out, "average_return", figures.average_return());
  member(out, "average_size", figures.average_entry_value());
  member(out, "best", figures.best());
  member(out, "worst", figures.worst());
  out.end_object();
}

void write_json(json_writer& out, const grouped_figures& groups) {
  out.begin_object();
  for (const auto& [name, figures] : groups) {
    out.key(name);
    write_json(out, figures);
  }
  out.end_object();
}

void write_json(json_writer& out, const std::vector<period_line>& periods) {
  out.begin_array();
  for (const auto& each : periods) {
    out.begin_object();
    out.member("name", each.name);
    out.member("first", format_date(each.first));
    out.member("last", format_date(each.last));
    member(out, "return", std::optional{each.value});
    member(out, "max_drawdown", std::optional{each.max_drawdown});
    out.key("trades");
    write_json(out, each.trades);
    out.end_object();
  }
  out.end_array();
}

void write_json(json_writer& out, const closed_trade& trade) {
  out.begin_object();
  out.member("strategy", trade.strategy.view());
  out.member("symbol", trade.symbol.view());
  out.member("side", to_string(trade.entry_side));
  out.member("qty", trade.qty);
  out.member("entry", trade.entry_average);
  out.member("exit", trade.exit_average);
  out.member("opened_at", trade.opened_at);
  out.member("closed_at", trade.closed_at);
  out.member("entry_value", trade.entry_value);
  out.member("gross", trade.gross);
  out.member("fees", trade.fees);
  out.member("slippage", trade.slippage);
  out.member("net", trade.net());
  out.member("entry_reason", trade.entry_reason.view());
  out.member("exit_reason", trade.exit_reason.view());
  member(out, "worst", trade.worst);
  member(out, "best", trade.best);
  out.end_object();
}

void write_json(json_writer& out, const open_trade& trade) {
  out.begin_object();
  out.member("strategy", trade.strategy.view());
  out.member("symbol", trade.symbol.view());
  out.member("qty", trade.qty);
  out.member("average", trade.average);
  out.member("last", trade.last);
  out.member("unrealized", trade.unrealized);
  out.member("fees", trade.fees);
  out.member("opened_at", trade.opened_at);
  out.end_object();
}

}  // namespace bw
