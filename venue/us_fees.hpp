#pragma once

#include <span>
#include <vector>

#include "core/time.hpp"
#include "messages/account.hpp"
#include "venue/exchange.hpp"

namespace bw::venue {

/// A rate of the Securities and Exchange Commission under section 31 of the Exchange Act, of the
/// proceeds of sales; 27.80 dollars a million are 27'800 parts per billion.
struct section_31_rate {
  calendar_date from;
  std::int64_t parts_per_billion;
};
/// The trading activity fee of FINRA on each share sold, with its cap for one trade.
struct activity_fee_rate {
  calendar_date from;
  price per_share;
  money most;
};

/// Ascending by date; what lies before the first is not known here and not charged.
std::span<const section_31_rate> section_31_rates();
std::span<const activity_fee_rate> activity_fee_rates();

/// Both fees by date. A day's rates begin at 06:00 UTC, after the last trade of the evening before
/// and before the first of the day. Each execution counts as one trade, and each of its fees is
/// rounded up to the cent.
std::vector<sale_fee> us_sale_fees();

}  // namespace bw::venue
