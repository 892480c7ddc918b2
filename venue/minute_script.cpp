#include "venue/minute_script.hpp"

#include <algorithm>

#include "core/prng.hpp"
#include "venue/minute_aggregate.hpp"

namespace bw::venue {
namespace {

constexpr std::int64_t cent = decimal_scale / 100;
constexpr std::int64_t lot = 100;
constexpr std::int64_t quotes_per_second_max = 20;
/// Steps of the walk between the outline's prices.
constexpr std::int64_t step_ppm = 25;
/// Between a quote and the trade at it.
constexpr nanoseconds trade_delay = std::chrono::milliseconds{1};
/// One quote in three is followed by a trade.
constexpr std::int64_t quotes_per_trade = 3;

quantity trade_size(prng& random, std::int64_t mean) {
  // One trade in ten is an odd lot, which counts in volume only.
  if (random.chance(1, 10)) return quantity::from_int(random.between(1, lot - 1));
  const auto wanted = mean * random.between(30, 170) / 100;
  return quantity::from_int(std::max<std::int64_t>(wanted / lot, 1) * lot);
}

}  // namespace

void play_minute(const script_inputs& inputs, std::vector<script_step>& out) {
  if (inputs.plan.halted) return;
  prng random{mixed_seed(inputs.seed, inputs.symbol.value + 0x1'0000,
                         static_cast<std::uint64_t>(inputs.start.value))};
  const auto steps =
      60 * std::clamp<std::int64_t>(inputs.quotes_per_second, 1, quotes_per_second_max);
  const auto interval = one_minute.count() / steps;
  const auto open = inputs.plan.open.units();
  const auto travel = inputs.plan.close.units() - open;
  const auto step = open / 1'000'000 * step_ppm;

  std::vector<std::int64_t> walk;
  walk.reserve(static_cast<std::size_t>(steps));
  std::int64_t total = 0;
  for (std::int64_t k = 0; k < steps; ++k) {
    total += step * random.between(-1, 1);
    walk.push_back(total);
  }

  const auto size_mean = inputs.plan.volume * quotes_per_trade / steps;
  const auto first_trade_id =
      static_cast<std::uint64_t>(inputs.start.value / one_minute.count() * 10'000);
  for (std::int64_t k = 0; k < steps; ++k) {
    // A bridge: what the walk wandered off in all is taken back step by step.
    const auto bridge = walk[static_cast<std::size_t>(k)] - total * (k + 1) / steps;
    const auto mid = open + travel / steps * (k + 1) + bridge;
    const auto spread = cent * random.between(1, std::max(inputs.spread_cents_max, 1U));
    const auto bid = std::max<std::int64_t>((mid - spread / 2) / cent, 1) * cent;
    const auto at = inputs.start + nanoseconds{k * interval + random.between(0, interval * 3 / 4)};
    auto& added = out.emplace_back();
    added.market = {.symbol = inputs.symbol,
                    .bid = price::from_units(bid),
                    .ask = price::from_units(bid + spread),
                    .bid_size = quantity::from_int(lot * random.between(1, 20)),
                    .ask_size = quantity::from_int(lot * random.between(1, 20)),
                    .ts_event = at};
    // The first quote is always traded at, so that every minute has a bar.
    if (k != 0 && !random.chance(1, quotes_per_trade)) continue;
    const bool buyer = random.chance(travel > 0 ? 60 : 40, 100);
    const auto size = k == 0 ? quantity::from_int(lot) : trade_size(random, size_mean);
    added.print = trade{
        .symbol = inputs.symbol,
        .last = buyer ? added.market.ask : added.market.bid,
        .size = size,
        .venue_trade_id = first_trade_id + static_cast<std::uint64_t>(k) + 1,
        .eligible = size.units() >= lot * decimal_scale ? price_eligible::yes : price_eligible::no,
        .ts_event = at + trade_delay};
  }
}

}  // namespace bw::venue
