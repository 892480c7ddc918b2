#include "strategies/mean_reversion.hpp"

#include <algorithm>

#include "strategies/decision_evidence.hpp"

namespace bw {

namespace {

using enum parameter_type;

strategy_metadata make_metadata() {
  return {
      .id = "mean_reversion",
      .name = "Mean reversion",
      .version = "1.0.0",
      .text = "Relative strength index turning up from oversold.",
      .parameters = {
          {"watchlist", symbols, "", "SPY QQQ", "", "", {}, "Symbols to trade."},
          {"rsi_oversold",
           number,
           "points",
           "30",
           "0",
           "100",
           {},
           "The RSI must come from below it, and reach it, to buy."},
          {"rsi_overbought", number, "points", "70", "0", "100", {}, "An RSI above it is an exit."},
          {"lookback_period", integer, "bars", "14", "2", "200", {}, "Period of the RSI."},
          {"min_avg_daily_volume",
           integer,
           "shares",
           "1000000",
           "0",
           "1000000000",
           {},
           "Mean volume of a day, over up to twenty days of the same feed; 0 asks nothing."},
          {"low_period",
           integer,
           "bars",
           "20",
           "1",
           "200",
           {},
           "Bars among which the lowest low is sought."},
          {"confidence_floor", number, "", "0.3", "0", "1", {}, "Least confidence from the RSI."},
          {"confidence_rsi",
           number,
           "points",
           "40",
           "1",
           "100",
           {},
           "RSI at which it gives no confidence."},
          {"confidence_low_max",
           number,
           "",
           "0.4",
           "0",
           "1",
           {},
           "Confidence of a close at the lowest low."},
          {"confidence_low_weight",
           number,
           "",
           "2",
           "0",
           "1000",
           {},
           "Confidence lost for each fraction of the close above the lowest low."},
      }};
}

}  // namespace

const strategy_type& mean_reversion_type() {
  static const strategy_type type{
      make_metadata(), [](const parameter_set& parameters) -> result<std::unique_ptr<strategy>> {
        auto options = mean_reversion_options_from(parameters);
        if (!options) return std::move(options).failure();
        return std::unique_ptr<strategy>{std::make_unique<mean_reversion>(*options)};
      }};
  return type;
}

result<mean_reversion_options> mean_reversion_options_from(const parameter_set& parameters) {
  const mean_reversion_options out{
      .rsi_oversold = parameters.number("rsi_oversold"),
      .rsi_overbought = parameters.number("rsi_overbought"),
      .lookback_period = static_cast<std::uint32_t>(parameters.integer("lookback_period")),
      .min_avg_daily_volume = quantity::from_int(parameters.integer("min_avg_daily_volume")),
      .low_period = static_cast<std::uint32_t>(parameters.integer("low_period")),
      .confidence_floor = parameters.number("confidence_floor"),
      .confidence_rsi = parameters.number("confidence_rsi"),
      .confidence_low_max = parameters.number("confidence_low_max"),
      .confidence_low_weight = parameters.number("confidence_low_weight"),
  };
  if (out.rsi_oversold >= out.rsi_overbought)
    return {ec::out_of_range, "mean_reversion: rsi_oversold must lie below rsi_overbought"};
  return out;
}

double mean_reversion_confidence(const mean_reversion_options& options,
                                 const mean_reversion_figures& x) {
  const double oversold = (options.confidence_rsi - x.rsi) / options.confidence_rsi;
  const double above_low =
      options.confidence_low_max - options.confidence_low_weight * (x.close - x.low) / x.low;
  return std::min(std::max(options.confidence_floor, oversold) + std::max(0.0, above_low), 1.0);
}

const strategy_metadata& mean_reversion::metadata() const { return mean_reversion_type().metadata; }

result<void> mean_reversion::prepare(indicator_board& board) {
  auto rsi = board.request({indicator_kind::close_strength, options_.lookback_period});
  auto low = board.request({indicator_kind::lowest_low, options_.low_period});
  for (auto* request : {&rsi, &low})
    if (!*request) return std::move(*request).failure().within("mean_reversion");
  rsi_ = *rsi;
  low_ = *low;
  return {};
}

bool mean_reversion::trades_enough(const strategy_context& context) const {
  if (options_.min_avg_daily_volume.is_zero()) return true;
  return context.average_daily_volume &&
         *context.average_daily_volume >= options_.min_avg_daily_volume;
}

rule_conditions mean_reversion::explain(const strategy_context& context, const bar&) const {
  rule_conditions out;
  const auto rsi = context.indicators.value(rsi_);
  const auto previous = context.indicators.previous(rsi_);
  if (!rsi || !previous || !context.indicators.value(low_)) {
    out.push(judge("indicators ready", 0, comparison::at_least, 1));
  } else if (context.position.qty.is_positive()) {
    out.push(judge("RSI (overbought)", *rsi, comparison::above, options_.rsi_overbought));
  } else {
    out.push(judge("RSI of the bar before", *previous, comparison::below, options_.rsi_oversold));
    out.push(judge("RSI", *rsi, comparison::at_least, options_.rsi_oversold));
    if (!options_.min_avg_daily_volume.is_zero())
      out.push(judge("average daily volume",
                     context.average_daily_volume.value_or(quantity{}).to_double(),
                     comparison::at_least, options_.min_avg_daily_volume.to_double()));
  }
  return out;
}

wishes mean_reversion::on_bar(const strategy_context& context, const bar& finished) {
  wishes out;
  const auto rsi = context.indicators.value(rsi_);
  const auto previous = context.indicators.previous(rsi_);
  const auto low = context.indicators.value(low_);
  if (!rsi || !previous || !low) return out;
  const mean_reversion_figures x{finished.close.to_double(), *rsi, *previous, *low};

  wish what;
  what.reference = finished.close;
  what.confidence_ppm = confidence_from_fraction(mean_reversion_confidence(options_, x));
  what.inputs.push(named_value("close", x.close));
  what.inputs.push(named_value("rsi", x.rsi));
  what.inputs.push(named_value("previous_rsi", x.previous_rsi));
  what.inputs.push(named_value("low", x.low));
  if (context.position.qty.is_positive()) {
    if (!(x.rsi > options_.rsi_overbought)) return out;
    what.side = side::sell;
    what.purpose = order_purpose::exit;
    what.reason = signal_reason::overbought;
    out.push(what);
  } else if (x.previous_rsi < options_.rsi_oversold && x.rsi >= options_.rsi_oversold &&
             trades_enough(context)) {
    what.reason = signal_reason::rsi_turned_up;
    out.push(what);
  }
  return out;
}

}  // namespace bw
