#pragma once

#include <optional>
#include <vector>

#include "venue/market_plan.hpp"

namespace bw::venue {

/// A new quote, and the trade that follows it in some steps.
struct script_step {
  quote market;
  std::optional<trade> print;
};

struct script_inputs {
  symbol_id symbol;
  utc_ns start;
  minute_plan plan;
  std::uint64_t seed = 0;
  std::uint32_t quotes_per_second = 4;
  std::uint32_t spread_cents_max = 2;
};

/// Every quote and trade of one planned minute, in order of time, appended to `out`. The price
/// walks from the plan's open to its close; trades happen at the bid or the ask in whole lots.
void play_minute(const script_inputs& inputs, std::vector<script_step>& out);

}  // namespace bw::venue
