#include "strategies/average_crossover.hpp"

#include <algorithm>

#include "strategies/decision_evidence.hpp"

namespace bw {

namespace {

using enum parameter_type;

/// Confidence of a crossing at the RSI's floor, and what is added up to an RSI of 100.
constexpr double confidence_base = 0.4;
constexpr double confidence_rsi = 0.6;

strategy_metadata make_metadata() {
  return {
      .id = "average_crossover",
      .name = "Moving-average crossover",
      .version = "1.0.0",
      .text = "Trend of two averages of closes, with a filter of strength.",
      .parameters = {
          {"watchlist", symbols, "", "SPY", "", "", {}, "Symbols to trade."},
          {"fast_period", integer, "bars", "50", "1", "500", {}, "Bars of the fast average."},
          {"slow_period", integer, "bars", "200", "2", "999", {}, "Bars of the slow average."},
          {"rsi_period", integer, "bars", "14", "2", "200", {}, "Period of the RSI."},
          {"rsi_floor", number, "points", "50", "0", "100", {}, "RSI must exceed it to buy."},
          {"rsi_ceiling", number, "points", "70", "0", "100", {}, "RSI must lie below it to buy."},
          {"trade_risk_bp",
           integer,
           "bp",
           "50",
           "1",
           "200",
           {},
           "Planned loss of one trade, of equity; the configured limit holds as well."},
          {"stop_bp",
           integer,
           "bp",
           "100",
           "10",
           "2000",
           {},
           "Distance of the stop; a nearer configured one holds."},
          {"target_bp", integer, "bp", "1500", "10", "10000", {}, "Distance of the target."},
          {"trail_from_bp",
           integer,
           "bp",
           "500",
           "0",
           "10000",
           {},
           "Gain from which the stop follows the price."},
          {"trail_bp",
           integer,
           "bp",
           "50",
           "1",
           "2000",
           {},
           "Distance of that stop below the highest price."},
      }};
}

}  // namespace

const strategy_type& average_crossover_type() {
  static const strategy_type type{
      make_metadata(), [](const parameter_set& parameters) -> result<std::unique_ptr<strategy>> {
        auto options = average_crossover_options_from(parameters);
        if (!options) return std::move(options).failure();
        return std::unique_ptr<strategy>{std::make_unique<average_crossover>(*options)};
      }};
  return type;
}

result<average_crossover_options> average_crossover_options_from(const parameter_set& parameters) {
  const average_crossover_options out{
      .fast_period = static_cast<std::uint32_t>(parameters.integer("fast_period")),
      .slow_period = static_cast<std::uint32_t>(parameters.integer("slow_period")),
      .rsi_period = static_cast<std::uint32_t>(parameters.integer("rsi_period")),
      .rsi_floor = parameters.number("rsi_floor"),
      .rsi_ceiling = parameters.number("rsi_ceiling"),
      .trade_risk_bp = parameters.integer("trade_risk_bp"),
      .stop_bp = parameters.integer("stop_bp"),
      .target_bp = parameters.integer("target_bp"),
      .trail = {.activate_bp = parameters.integer("trail_from_bp"),
                .distance_bp = parameters.integer("trail_bp")},
  };
  if (out.fast_period >= out.slow_period)
    return {ec::out_of_range, "average_crossover: fast_period must be shorter than slow_period"};
  if (out.rsi_floor >= out.rsi_ceiling)
    return {ec::out_of_range, "average_crossover: rsi_floor must lie below rsi_ceiling"};
  return out;
}

const strategy_metadata& average_crossover::metadata() const {
  return average_crossover_type().metadata;
}

result<void> average_crossover::prepare(indicator_board& board) {
  auto fast = board.request({indicator_kind::close_simple, options_.fast_period});
  auto slow = board.request({indicator_kind::close_simple, options_.slow_period});
  auto rsi = board.request({indicator_kind::close_strength, options_.rsi_period});
  for (auto* request : {&fast, &slow, &rsi})
    if (!*request) return std::move(*request).failure().within("average_crossover");
  fast_ = *fast;
  slow_ = *slow;
  rsi_ = *rsi;
  return {};
}

std::optional<average_crossover::figures> average_crossover::look(
    const strategy_context& context) const {
  const auto& indicators = context.indicators;
  const auto fast = indicators.value(fast_);
  const auto slow = indicators.value(slow_);
  const auto previous_fast = indicators.previous(fast_);
  const auto previous_slow = indicators.previous(slow_);
  const auto rsi = indicators.value(rsi_);
  if (!fast || !slow || !previous_fast || !previous_slow || !rsi) return std::nullopt;
  return figures{*fast, *slow, *previous_fast, *previous_slow, *rsi};
}

bool average_crossover::buys(const figures& x) const {
  return x.previous_fast <= x.previous_slow && x.fast > x.slow && x.rsi > options_.rsi_floor &&
         x.rsi < options_.rsi_ceiling;
}

rule_conditions average_crossover::explain(const strategy_context& context, const bar&) const {
  rule_conditions out;
  const auto x = look(context);
  if (!x) {
    out.push(judge("indicators ready", 0, comparison::at_least, 1));
  } else if (context.position.qty.is_positive()) {
    out.push(judge("fast average (exit)", x->fast, comparison::below, x->slow));
  } else {
    out.push(judge("fast average one bar before", x->previous_fast, comparison::at_most,
                   x->previous_slow));
    out.push(judge("fast average", x->fast, comparison::above, x->slow));
    out.push(judge("RSI (floor)", x->rsi, comparison::above, options_.rsi_floor));
    out.push(judge("RSI (ceiling)", x->rsi, comparison::below, options_.rsi_ceiling));
  }
  return out;
}

wishes average_crossover::on_bar(const strategy_context& context, const bar& finished) {
  wishes out;
  const auto x = look(context);
  if (!x) return out;
  wish what;
  what.reference = finished.close;
  what.reason = signal_reason::strategy_rule;
  const double strength = (x->rsi - options_.rsi_floor) / (100.0 - options_.rsi_floor);
  what.confidence_ppm =
      confidence_from_fraction(confidence_base + confidence_rsi * std::clamp(strength, 0.0, 1.0));
  what.inputs.push(named_value("close", finished.close.to_double()));
  what.inputs.push(named_value("fast_average", x->fast));
  what.inputs.push(named_value("slow_average", x->slow));
  what.inputs.push(named_value("rsi", x->rsi));

  if (context.position.qty.is_positive()) {
    if (!(x->fast < x->slow)) return out;
    what.side = side::sell;
    what.purpose = order_purpose::exit;
    out.push(what);
  } else if (buys(*x)) {
    what.stop = stop_below(finished.close, options_.stop_bp);
    what.target = target_above(finished.close, options_.target_bp);
    out.push(what);
  }
  return out;
}

}  // namespace bw
