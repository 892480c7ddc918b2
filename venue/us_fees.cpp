#include "venue/us_fees.hpp"

#include <algorithm>
#include <set>

namespace bw::venue {
namespace {

/// The SEC's fee rate advisories.
constexpr section_31_rate sec_rates[] = {
    {{2010, 1, 15}, 12'700}, {{2010, 4, 1}, 16'900},  {{2011, 1, 21}, 19'200},
    {{2012, 2, 21}, 18'000}, {{2012, 4, 1}, 22'400},  {{2013, 5, 25}, 17'400},
    {{2014, 3, 18}, 22'100}, {{2015, 2, 14}, 18'400}, {{2016, 2, 16}, 21'800},
    {{2017, 7, 4}, 23'100},  {{2018, 5, 22}, 13'000}, {{2019, 4, 16}, 20'700},
    {{2020, 2, 18}, 22'100}, {{2021, 2, 25}, 5'100},  {{2022, 5, 14}, 22'900},
    {{2023, 2, 27}, 8'000},  {{2024, 5, 22}, 27'800}, {{2025, 5, 14}, 0},
    {{2026, 4, 4}, 20'600},
};

constexpr price millionths(std::int64_t x) { return price::from_units(x * 1'000); }
constexpr money cents(std::int64_t x) { return money::from_units(x * 10'000'000); }

/// Schedule A to the By-Laws of FINRA, section 1.
constexpr activity_fee_rate finra_rates[] = {
    {{2004, 10, 1}, millionths(75), cents(375)}, {{2011, 7, 1}, millionths(90), cents(450)},
    {{2012, 3, 1}, millionths(95), cents(475)},  {{2012, 7, 1}, millionths(119), cents(595)},
    {{2022, 1, 1}, millionths(130), cents(649)}, {{2023, 1, 1}, millionths(145), cents(727)},
    {{2024, 1, 1}, millionths(166), cents(830)}, {{2026, 1, 1}, millionths(195), cents(979)},
};

constexpr nanoseconds day_length = std::chrono::hours{24};
constexpr nanoseconds first_hour = std::chrono::hours{6};

template <class Rates>
const auto* in_force(const Rates& rates, calendar_date on) {
  const auto after = std::upper_bound(std::begin(rates), std::end(rates), on,
                                      [](calendar_date d, const auto& x) { return d < x.from; });
  return after == std::begin(rates) ? nullptr : after - 1;
}

}  // namespace

std::span<const section_31_rate> section_31_rates() { return sec_rates; }
std::span<const activity_fee_rate> activity_fee_rates() { return finra_rates; }

std::vector<sale_fee> us_sale_fees() {
  std::set<calendar_date> changes;
  for (const auto& each : sec_rates) changes.insert(each.from);
  for (const auto& each : finra_rates) changes.insert(each.from);
  std::vector<sale_fee> out;
  for (const auto day : changes) {
    sale_fee fee;
    fee.from = utc_ns{} + day_length * days_from_civil(day) + first_hour;
    if (const auto* rate = in_force(sec_rates, day))
      fee.proceeds_parts_per_billion = rate->parts_per_billion;
    if (const auto* rate = in_force(finra_rates, day)) {
      fee.per_share = rate->per_share;
      fee.per_share_max = rate->most;
    }
    out.push_back(fee);
  }
  return out;
}

}  // namespace bw::venue
