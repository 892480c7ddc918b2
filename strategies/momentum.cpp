#include "strategies/momentum.hpp"

#include <algorithm>

#include "strategies/decision_evidence.hpp"

namespace bw {

namespace {

using enum parameter_type;

strategy_metadata make_metadata() {
  return {
      .id = "momentum",
      .name = "Momentum",
      .version = "1.0.0",
      .text = "Breakout above the volume-weighted average price, with volume.",
      .parameters = {
          {"watchlist", symbols, "", "SPY QQQ AAPL MSFT NVDA", "", "", {}, "Symbols to trade."},
          {"vwap_buffer",
           number,
           "fraction",
           "0.001",
           "0",
           "0.1",
           {},
           "How far above the VWAP a close must be to buy."},
          {"volume_threshold",
           number,
           "ratio",
           "1.5",
           "0",
           "100",
           {},
           "The bar's volume over the mean volume must exceed it to buy."},
          {"min_price", number, "USD", "10", "0", "1000000", {}, "Lowest close to buy at."},
          {"max_price", number, "USD", "500", "0", "1000000", {}, "Highest close to buy at."},
          {"rsi_floor", number, "points", "50", "0", "100", {}, "RSI must exceed it to buy."},
          {"exit_vwap",
           number,
           "ratio",
           "0.995",
           "0.5",
           "1.5",
           {},
           "A close below this many times the VWAP is an exit."},
          {"exit_rsi", number, "points", "75", "0", "100", {}, "An RSI above it is an exit."},
          {"vwap_anchor",
           choice,
           "",
           "session",
           "",
           "",
           {"session", "window"},
           "Whether the VWAP begins with the session or covers a window of bars."},
          {"rsi_period", integer, "bars", "14", "2", "200", {}, "Period of the RSI."},
          {"volume_period", integer, "bars", "20", "1", "200", {}, "Bars of the mean volume."},
          {"vwap_window",
           integer,
           "bars",
           "100",
           "1",
           "1000",
           {},
           "Bars of the VWAP when it covers a window."},
          {"warm_up_bars",
           integer,
           "bars",
           "20",
           "1",
           "1000",
           {},
           "Bars that must have been seen before a signal counts."},
          {"confidence_vwap_weight",
           number,
           "",
           "10",
           "0",
           "1000",
           {},
           "Confidence for each fraction of the close above the VWAP."},
          {"confidence_vwap_max",
           number,
           "",
           "0.3",
           "0",
           "1",
           {},
           "Most confidence from the VWAP."},
          {"confidence_volume_weight",
           number,
           "",
           "0.2",
           "0",
           "10",
           {},
           "Confidence for each multiple of the mean volume above one."},
          {"confidence_volume_max",
           number,
           "",
           "0.4",
           "0",
           "1",
           {},
           "Most confidence from volume."},
          {"confidence_rsi_max", number, "", "0.3", "0", "1", {}, "Confidence at an RSI of 100."},
          {"confidence_min", number, "", "0.1", "0", "1", {}, "Confidence of the weakest signal."},
      }};
}

}  // namespace

const strategy_type& momentum_type() {
  static const strategy_type type{
      make_metadata(), [](const parameter_set& parameters) -> result<std::unique_ptr<strategy>> {
        auto options = momentum_options_from(parameters);
        if (!options) return std::move(options).failure();
        return std::unique_ptr<strategy>{std::make_unique<momentum>(*options)};
      }};
  return type;
}

result<momentum_options> momentum_options_from(const parameter_set& parameters) {
  const auto bars = [&](std::string_view name) {
    return static_cast<std::uint32_t>(parameters.integer(name));
  };
  const momentum_options out{
      .vwap_buffer = parameters.number("vwap_buffer"),
      .volume_threshold = parameters.number("volume_threshold"),
      .min_price = price::from_units(parameters.number_units("min_price")),
      .max_price = price::from_units(parameters.number_units("max_price")),
      .rsi_floor = parameters.number("rsi_floor"),
      .exit_vwap = parameters.number("exit_vwap"),
      .exit_rsi = parameters.number("exit_rsi"),
      .session_anchor = parameters.choice("vwap_anchor") == "session",
      .rsi_period = bars("rsi_period"),
      .volume_period = bars("volume_period"),
      .vwap_window = bars("vwap_window"),
      .warm_up_bars = bars("warm_up_bars"),
      .confidence_vwap_weight = parameters.number("confidence_vwap_weight"),
      .confidence_vwap_max = parameters.number("confidence_vwap_max"),
      .confidence_volume_weight = parameters.number("confidence_volume_weight"),
      .confidence_volume_max = parameters.number("confidence_volume_max"),
      .confidence_rsi_max = parameters.number("confidence_rsi_max"),
      .confidence_min = parameters.number("confidence_min"),
  };
  if (out.min_price > out.max_price)
    return {ec::out_of_range, "momentum: min_price = " + out.min_price.text() +
                                  " is above max_price = " + out.max_price.text()};
  return out;
}

double momentum_confidence(const momentum_options& options, const momentum_figures& x) {
  // The RSI counts from its middle, whatever floor is asked of it.
  constexpr double middle = 50.0;
  const double above = (x.close / x.vwap - 1.0) * options.confidence_vwap_weight;
  const double volume = (x.volume_ratio - 1.0) * options.confidence_volume_weight;
  const double strength = (x.rsi - middle) / middle * options.confidence_rsi_max;
  const double sum = std::min(above, options.confidence_vwap_max) +
                     std::min(volume, options.confidence_volume_max) +
                     std::min(strength, options.confidence_rsi_max);
  return std::clamp(sum, options.confidence_min, 1.0);
}

const strategy_metadata& momentum::metadata() const { return momentum_type().metadata; }

result<void> momentum::prepare(indicator_board& board) {
  auto vwap = options_.session_anchor
                  ? board.request({indicator_kind::session_vwap, 1})
                  : board.request({indicator_kind::window_vwap, options_.vwap_window});
  auto volume = board.request({indicator_kind::volume_average, options_.volume_period});
  auto rsi = board.request({indicator_kind::close_strength, options_.rsi_period});
  for (auto* request : {&vwap, &volume, &rsi})
    if (!*request) return std::move(*request).failure().within("momentum");
  vwap_ = *vwap;
  volume_ = *volume;
  rsi_ = *rsi;
  return {};
}

std::optional<momentum_figures> momentum::look(const strategy_context& context,
                                               const bar& finished) const {
  const auto vwap = context.indicators.value(vwap_);
  const auto volume = context.indicators.value(volume_);
  const auto rsi = context.indicators.value(rsi_);
  if (!vwap || !volume || !rsi || !(*volume > 0)) return std::nullopt;
  return momentum_figures{finished.close.to_double(), *vwap, finished.volume.to_double() / *volume,
                          *rsi};
}

bool momentum::buys(const momentum_figures& x, price close) const {
  return x.close > x.vwap * (1.0 + options_.vwap_buffer) &&
         x.volume_ratio > options_.volume_threshold && x.rsi > options_.rsi_floor &&
         close >= options_.min_price && close <= options_.max_price;
}

std::optional<signal_reason> momentum::leaves(const momentum_figures& x) const {
  if (x.close < x.vwap * options_.exit_vwap) return signal_reason::below_vwap;
  if (x.rsi > options_.exit_rsi) return signal_reason::overbought;
  return std::nullopt;
}

rule_conditions momentum::explain(const strategy_context& context, const bar& finished) const {
  rule_conditions out;
  const auto x = look(context, finished);
  if (!x) {
    out.push(judge("indicators ready", 0, comparison::at_least, 1));
  } else if (context.position.qty.is_positive()) {
    out.push(
        judge("close (exit at VWAP)", x->close, comparison::below, x->vwap * options_.exit_vwap));
    out.push(judge("RSI (overbought)", x->rsi, comparison::above, options_.exit_rsi));
  } else {
    out.push(judge("close (VWAP plus buffer)", x->close, comparison::above,
                   x->vwap * (1.0 + options_.vwap_buffer)));
    out.push(judge("volume ratio", x->volume_ratio, comparison::above, options_.volume_threshold));
    out.push(judge("RSI", x->rsi, comparison::above, options_.rsi_floor));
    out.push(judge("close (lowest price)", x->close, comparison::at_least,
                   options_.min_price.to_double()));
    out.push(judge("close (highest price)", x->close, comparison::at_most,
                   options_.max_price.to_double()));
  }
  return out;
}

wishes momentum::on_bar(const strategy_context& context, const bar& finished) {
  wishes out;
  const auto x = look(context, finished);
  if (!x) return out;
  wish what;
  what.reference = finished.close;
  what.confidence_ppm = confidence_from_fraction(momentum_confidence(options_, *x));
  what.inputs.push(named_value("close", x->close));
  what.inputs.push(named_value("vwap", x->vwap));
  what.inputs.push(named_value("volume_ratio", x->volume_ratio));
  what.inputs.push(named_value("rsi", x->rsi));

  if (context.position.qty.is_positive()) {
    const auto reason = leaves(*x);
    if (!reason) return out;
    what.side = side::sell;
    what.purpose = order_purpose::exit;
    what.reason = *reason;
    out.push(what);
  } else if (buys(*x, finished.close)) {
    what.reason = signal_reason::momentum_breakout;
    out.push(what);
  }
  return out;
}

}  // namespace bw
