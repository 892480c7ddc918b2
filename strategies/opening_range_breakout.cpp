#include "strategies/opening_range_breakout.hpp"

#include <algorithm>

#include "strategies/decision_evidence.hpp"

namespace bw {

namespace {

using enum parameter_type;

/// Confidence of a breakout with usual volume, what each multiple more adds, and the most it adds.
constexpr double confidence_base = 0.4;
constexpr double confidence_volume_weight = 0.2;
constexpr double confidence_volume_max = 0.4;

strategy_metadata make_metadata() {
  return {.id = "opening_range",
          .name = "Opening-range breakout",
          .version = "1.0.0",
          .text = "First close above the range of the session's first minutes, with volume.",
          .parameters = {
              {"watchlist", symbols, "", "SPY QQQ", "", "", {}, "Symbols to trade."},
              {"range_minutes",
               integer,
               "minutes",
               "30",
               "5",
               "120",
               {},
               "How long after the open the range grows; whole bars of five minutes count."},
              {"entry_minutes",
               integer,
               "minutes",
               "150",
               "10",
               "390",
               {},
               "No entry later than this after the open."},
              {"buffer",
               number,
               "fraction",
               "0.0005",
               "0",
               "0.1",
               {},
               "How far above the range's high a close must be to buy."},
              {"range_min",
               number,
               "fraction",
               "0.001",
               "0",
               "0.1",
               {},
               "A range lower than this, of its high, says nothing."},
              {"range_max",
               number,
               "fraction",
               "0.03",
               "0",
               "1",
               {},
               "A range higher than this, of its high, has its move behind it."},
              {"volume_threshold",
               number,
               "ratio",
               "1.2",
               "0",
               "100",
               {},
               "The bar's volume over the mean volume must exceed it to buy."},
              {"volume_period", integer, "bars", "20", "1", "200", {}, "Bars of the mean volume."},
              {"target_ranges",
               number,
               "ranges",
               "2",
               "0",
               "20",
               {},
               "Distance of the target above the close; 0 leaves it to the configuration."},
              {"exit_place",
               number,
               "ranges",
               "0.5",
               "-1",
               "1",
               {},
               "A close below this place in the range is an exit: 0 is its low, 1 its high."},
          }};
}

}  // namespace

const strategy_type& opening_range_breakout_type() {
  static const strategy_type type{
      make_metadata(), [](const parameter_set& parameters) -> result<std::unique_ptr<strategy>> {
        auto options = opening_range_options_from(parameters);
        if (!options) return std::move(options).failure();
        return std::unique_ptr<strategy>{std::make_unique<opening_range_breakout>(*options)};
      }};
  return type;
}

result<opening_range_options> opening_range_options_from(const parameter_set& parameters) {
  const opening_range_options out{
      .range_minutes = static_cast<std::uint32_t>(parameters.integer("range_minutes")),
      .entry_minutes = static_cast<std::uint32_t>(parameters.integer("entry_minutes")),
      .buffer = parameters.number("buffer"),
      .range_min = parameters.number("range_min"),
      .range_max = parameters.number("range_max"),
      .volume_threshold = parameters.number("volume_threshold"),
      .volume_period = static_cast<std::uint32_t>(parameters.integer("volume_period")),
      .target_ranges = parameters.number("target_ranges"),
      .exit_place = parameters.number("exit_place"),
  };
  if (out.entry_minutes <= out.range_minutes)
    return {ec::out_of_range, "opening_range: entry_minutes must exceed range_minutes"};
  if (out.range_min > out.range_max)
    return {ec::out_of_range, "opening_range: range_min must not exceed range_max"};
  return out;
}

const strategy_metadata& opening_range_breakout::metadata() const {
  return opening_range_breakout_type().metadata;
}

result<void> opening_range_breakout::prepare(indicator_board& board) {
  auto close = board.request({indicator_kind::close_simple, 1});
  auto high = board.request({indicator_kind::opening_high, options_.range_minutes});
  auto low = board.request({indicator_kind::opening_low, options_.range_minutes});
  auto volume = board.request({indicator_kind::volume_average, options_.volume_period});
  for (auto* request : {&close, &high, &low, &volume})
    if (!*request) return std::move(*request).failure().within("opening_range");
  close_ = *close;
  high_ = *high;
  low_ = *low;
  volume_ = *volume;
  return {};
}

std::optional<opening_range_breakout::figures> opening_range_breakout::look(
    const strategy_context& context, const bar& finished) const {
  const auto& indicators = context.indicators;
  const auto previous = indicators.previous(close_);
  const auto high = indicators.value(high_);
  const auto low = indicators.value(low_);
  const auto volume = indicators.value(volume_);
  const auto open = indicators.session_open();
  if (!previous || !high || !low || !volume || !open || !(*volume > 0)) return std::nullopt;
  return figures{.close = finished.close.to_double(),
                 .previous_close = *previous,
                 .high = *high,
                 .low = *low,
                 .volume_ratio = finished.volume.to_double() / *volume,
                 .since_open = finished.start + span_length(finished.span) - *open};
}

bool opening_range_breakout::buys(const figures& x) const {
  const double height = x.height() / x.high;
  return x.previous_close <= entry_level(x) && x.close > entry_level(x) &&
         x.volume_ratio > options_.volume_threshold &&
         x.since_open <= std::chrono::minutes{options_.entry_minutes} &&
         height >= options_.range_min && height <= options_.range_max;
}

rule_conditions opening_range_breakout::explain(const strategy_context& context,
                                                const bar& finished) const {
  rule_conditions out;
  const auto x = look(context, finished);
  if (!x) {
    out.push(judge("indicators ready", 0, comparison::at_least, 1));
  } else if (context.position.qty.is_positive()) {
    out.push(judge("close (back in the range)", x->close, comparison::below, exit_level(*x)));
  } else {
    const double minutes = std::chrono::duration<double, std::ratio<60>>{x->since_open}.count();
    const double height = x->height() / x->high;
    out.push(
        judge("close of the bar before", x->previous_close, comparison::at_most, entry_level(*x)));
    out.push(judge("close (above the range)", x->close, comparison::above, entry_level(*x)));
    out.push(judge("volume ratio", x->volume_ratio, comparison::above, options_.volume_threshold));
    out.push(judge("minutes since the open", minutes, comparison::at_most,
                   static_cast<double>(options_.entry_minutes)));
    out.push(judge("range (lowest)", height, comparison::at_least, options_.range_min));
    out.push(judge("range (highest)", height, comparison::at_most, options_.range_max));
  }
  return out;
}

wishes opening_range_breakout::on_bar(const strategy_context& context, const bar& finished) {
  wishes out;
  const auto x = look(context, finished);
  if (!x) return out;
  wish what;
  what.reference = finished.close;
  what.reason = signal_reason::strategy_rule;
  what.confidence_ppm = confidence_from_fraction(
      confidence_base +
      std::clamp((x->volume_ratio - 1.0) * confidence_volume_weight, 0.0, confidence_volume_max));
  what.inputs.push(named_value("close", x->close));
  what.inputs.push(named_value("range_high", x->high));
  what.inputs.push(named_value("range_low", x->low));
  what.inputs.push(named_value("volume_ratio", x->volume_ratio));

  if (context.position.qty.is_positive()) {
    if (!(x->close < exit_level(*x))) return out;
    what.side = side::sell;
    what.purpose = order_purpose::exit;
    out.push(what);
  } else if (buys(*x)) {
    if (const auto stop = price_from_indicator(x->low)) what.stop = round_to_tick_up(*stop);
    if (options_.target_ranges > 0)
      if (const auto target = price_from_indicator(x->close + options_.target_ranges * x->height()))
        what.target = round_to_tick_down(*target);
    out.push(what);
  }
  return out;
}

}  // namespace bw
