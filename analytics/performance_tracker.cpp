#include "analytics/performance_tracker.hpp"

#include "analytics/figure_json.hpp"

namespace bw {
namespace {

money rounded(int128 value) {
  return money::from_units(static_cast<std::int64_t>(divide_half_even(value, decimal_scale)));
}

/// What all executions together may be worth, so that their sums stay within money.
constexpr auto value_max = static_cast<int128>(9'000'000'000) * decimal_scale * decimal_scale;

}  // namespace

performance_tracker::performance_tracker(trade_type type, session_calendar calendar, utc_ns start,
                                         money equity)
    : type_(type), calendar_(calendar), curve_(std::move(calendar), start, equity) {}

result<void> performance_tracker::on_trade_event(const trade_event& event) {
  if (event.type != type_)
    return {ec::invalid_argument, "a " + std::string{to_string(event.type)} +
                                      " execution does not belong to the " +
                                      std::string{to_string(type_)} + " book"};
  const auto& fill = event.fill;
  const auto worth = notional_exact(fill.at_price, fill.qty);
  auto ended = recorder_.apply(fill);
  if (!ended) return std::move(ended).failure();
  if (traded_value_ + worth <= value_max) traded_value_ += worth;
  if (fees_ <= money::max() - fill.fees) fees_ += fill.fees;
  if (fill.decision_price.is_positive()) {
    const auto planned = notional_exact(fill.decision_price, fill.qty);
    const auto lost = fill.side == side::buy ? worth - planned : planned - worth;
    if (slippage_ + lost <= value_max && slippage_ + lost >= -value_max) slippage_ += lost;
  }
  if (!*ended) return {};
  trades_.add(**ended, calendar_);
  latest_.push_front(**ended);
  if (latest_.size() > latest_max) latest_.pop_back();
  return {};
}

figure_list performance_tracker::metrics() const {
  return make_figures(
      {curve_, trades_, fees_, rounded(slippage_), rounded(traded_value_), {}, 1, std::nullopt});
}

performance_report performance_tracker::report() const {
  performance_report out;
  out.type = type_;
  out.at = curve_.reached();
  out.figures = metrics();
  out.periods = period_lines(curve_, trades_);
  out.by_strategy = trades_.by_strategy;
  out.by_symbol = trades_.by_symbol;
  out.open = recorder_.open_trades();
  out.latest.assign(latest_.begin(), latest_.end());
  return out;
}

std::string to_json(const performance_report& report) {
  json_writer out;
  out.begin_object();
  out.member("schema_version", 1);
  out.member("type", to_string(report.type));
  out.member("at", report.at);
  out.key("figures");
  write_json(out, report.figures);
  out.key("periods");
  write_json(out, report.periods);
  out.key("by_strategy");
  write_json(out, report.by_strategy);
  out.key("by_symbol");
  write_json(out, report.by_symbol);
  out.key("open").begin_array();
  for (const auto& each : report.open) write_json(out, each);
  out.end_array();
  out.key("latest").begin_array();
  for (const auto& each : report.latest) write_json(out, each);
  out.end_array();
  out.end_object();
  return out.take();
}

}  // namespace bw
