#include "domain/cash_flows.hpp"

#include <algorithm>
#include <utility>

#include "core/int128.hpp"

namespace bw {
namespace {

constexpr std::int64_t ns_per_day = 86'400'000'000'000;
/// New York is at most five hours behind; an hour too many moves the change of date into the hour
/// before midnight, in which no close lies.
constexpr std::int64_t ns_behind = 5 * 3'600'000'000'000LL;

std::int64_t floor_days(std::int64_t ns) {
  return ns >= 0 ? ns / ns_per_day : -((-ns + ns_per_day - 1) / ns_per_day);
}

/// Day since 1970 in New York. A time at midnight UTC to the nanosecond is a date without a time.
std::int64_t day_of(utc_ns at) {
  return at.value % ns_per_day == 0 ? floor_days(at.value) : floor_days(at.value - ns_behind);
}

/// The first day whose movements are not in the figure of the last close, from `now` on. Holidays
/// are not known here: what is dated on one counts as before the close, against us.
std::int64_t first_day_after_close(utc_ns now) {
  const auto today = floor_days(now.value - ns_behind);
  constexpr std::int64_t thursday = 4;  // 1970-01-01, with Sunday as 0.
  const auto weekday = ((today + thursday) % 7 + 7) % 7;
  if (weekday == 1) return today - 2;
  return weekday == 0 ? today - 1 : today;
}

}  // namespace

bool is_cash_flow(std::string_view type) {
  return type == "CSD" || type == "CSW" || type == "JNLC" || type == "TRANS" || type == "ACATC";
}

void cash_flows::restore(const cash_flow_record& x) {
  if (!known_.insert(x.id).second) return;
  kept_.push_back(x);
  if (kept_.size() <= kept_max) return;
  known_.erase(kept_.front().id);
  kept_.erase(kept_.begin());
}

std::optional<cash_flow_record> cash_flows::take(cash_flow_record x, utc_ns now,
                                                 money last_equity) {
  if (known_.contains(x.id) || x.amount > amount_max || x.amount < -amount_max) return std::nullopt;
  x.after_close = day_of(x.at) >= first_day_after_close(now) ? last_equity : money{};
  restore(x);
  return x;
}

money cash_flows::since_close(money last_equity) const {
  if (!last_equity.is_positive()) return {};
  int128 sum = 0;
  for (const auto& each : kept_)
    if (each.after_close == last_equity) sum += each.amount.units();
  const int128 most = amount_max.units();
  return money::from_units(static_cast<std::int64_t>(std::clamp(sum, -most, most)));
}

}  // namespace bw
