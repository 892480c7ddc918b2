#include "strategies/market_trend.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/int128.hpp"

namespace bw {
namespace {

constexpr std::int64_t one_in_bp = 10'000;
constexpr double one_in_ppm = 1e6;

price average_of(std::span<const price> closes) {
  int128 sum = 0;
  for (const auto each : closes) sum += each.units();
  return price::from_units(
      static_cast<std::int64_t>(divide_half_even(sum, static_cast<int128>(closes.size()))));
}

/// Of the sample, of a year.
double volatility_of(std::span<const double> returns) {
  const auto count = static_cast<double>(returns.size());
  double mean = 0;
  for (const auto each : returns) mean += each / count;
  double squares = 0;
  for (const auto each : returns) squares += (each - mean) * (each - mean);
  return std::sqrt(squares / (count - 1) * static_cast<double>(market_trend::year_days));
}

market_regime regime_of(const market_trend& x, const market_trend_options& options) {
  if (x.percentile_ppm >= options.volatile_from_ppm) return market_regime::unsettled;
  const auto apart = static_cast<int128>((x.short_average - x.long_average).units()) * x.sign;
  const bool wide =
      apart * one_in_bp >= static_cast<int128>(x.long_average.units()) * options.band_bp;
  const bool on_its_side =
      (x.sign > 0 && x.close > x.short_average) || (x.sign < 0 && x.close < x.short_average);
  return wide && on_its_side ? market_regime::trending : market_regime::ranging;
}

}  // namespace

std::optional<market_trend> trend_of(std::span<const price> closes,
                                     const market_trend_options& options) {
  if (closes.size() < market_trend::closes_needed) return std::nullopt;
  closes = closes.last(market_trend::closes_needed);
  if (!std::all_of(closes.begin(), closes.end(), [](price x) { return x.is_positive(); }))
    return std::nullopt;

  std::vector<double> returns;
  for (std::size_t k = 1; k < closes.size(); ++k)
    returns.push_back(std::log(closes[k].to_double() / closes[k - 1].to_double()));
  std::vector<double> volatilities;
  const std::span all{returns};
  for (std::size_t k = 0; k + market_trend::volatility_days <= all.size(); ++k)
    volatilities.push_back(volatility_of(all.subspan(k, market_trend::volatility_days)));

  market_trend out;
  out.close = closes.back();
  out.short_average = average_of(closes.last(market_trend::short_days));
  out.long_average = average_of(closes.last(market_trend::long_days));
  out.sign = out.short_average > out.long_average   ? 1
             : out.short_average < out.long_average ? -1
                                                    : 0;
  out.volatility_ppm = static_cast<std::uint64_t>(std::llround(volatilities.back() * one_in_ppm));
  const auto at_most = std::count_if(volatilities.begin(), volatilities.end(),
                                     [&](double x) { return x <= volatilities.back(); });
  out.percentile_ppm = static_cast<std::uint32_t>(at_most * 1'000'000 /
                                                  static_cast<std::int64_t>(volatilities.size()));
  out.regime = regime_of(out, options);
  return out;
}

trend_record trend_record_of(const symbol_name& symbol, std::string day,
                             std::span<const price> closes) {
  return {symbol, std::move(day), static_cast<std::uint32_t>(closes.size()),
          trend_of(closes).value_or(market_trend{})};
}

}  // namespace bw
