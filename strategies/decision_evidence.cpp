#include "strategies/decision_evidence.hpp"

#include <algorithm>
#include <array>

#include "strategies/strategy.hpp"

namespace bw {

namespace {

bool holds(double value, comparison how, double threshold) {
  switch (how) {
    case comparison::above: return value > threshold;
    case comparison::at_least: return value >= threshold;
    case comparison::below: return value < threshold;
    case comparison::at_most: return value <= threshold;
  }
  return false;
}

size_limit limit_of(size_step step, money amount, quantity shares) {
  size_limit out;
  out.step = cut<decltype(out.step)>(to_string(step));
  out.amount = amount;
  out.shares = shares;
  return out;
}

/// Whole shares that an amount buys; none for a price that is not known.
quantity shares_for(money amount, price at) {
  if (!at.is_positive()) return {};
  const auto whole = amount.units() / at.units();
  return quantity::from_int(
      std::clamp<std::int64_t>(whole, 0, quantity::max().units() / decimal_scale));
}

}  // namespace

rule_condition judge(std::string_view name, double value, comparison how, double threshold) {
  rule_condition out;
  out.name = cut<decltype(out.name)>(name);
  out.how = how;
  out.met = holds(value, how, threshold);
  out.value = named_value("", value).units;
  out.threshold = named_value("", threshold).units;
  return out;
}

void describe_size(const position_sizer_options& options, const sizing_input& input,
                   const position_size& size, decision_record& out) {
  out.equity = input.equity;
  out.factor_ppm = input.factor_ppm;
  out.worst_price = input.worst_price;
  out.qty = size.qty;
  out.bound = cut<decltype(out.bound)>(to_string(size.bound));
  out.sizes.clear();
  for (std::size_t k = 0; k < money_step_count; ++k) {
    const auto step = static_cast<size_step>(k + 1);
    out.sizes.push(limit_of(step, size.amounts[k], shares_for(size.amounts[k], input.worst_price)));
  }
  out.sizes.push(limit_of(size_step::qty_max, {}, options.qty_max));
  if (input.average_daily_volume.is_positive()) {
    const auto share = divide_floor(
        static_cast<int128>(input.average_daily_volume.units()) * options.daily_volume_bp, 10'000);
    const auto units = fits_decimal(share) ? static_cast<std::int64_t>(share) : INT64_MAX;
    out.sizes.push(limit_of(size_step::daily_volume, {}, quantity::from_units(units)));
  }
  if (input.wish.is_positive()) out.sizes.push(limit_of(size_step::wish, {}, input.wish));
}

}  // namespace bw
