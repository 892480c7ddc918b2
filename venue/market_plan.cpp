#include "venue/market_plan.hpp"

#include <algorithm>
#include <deque>

#include "core/prng.hpp"
#include "venue/minute_aggregate.hpp"

namespace bw::venue {
namespace {

constexpr std::int64_t ppm = 1'000'000;
/// Most a price moves in one minute, whatever the regime says.
constexpr std::int64_t move_ppm_max = 5'000;
constexpr std::int64_t overnight_gap_ppm = 2'000;
constexpr std::int64_t halt_minutes_min = 5;
constexpr std::int64_t halt_minutes_max = 10;
/// No halt this close to the open or the close.
constexpr std::int64_t halt_margin_minutes = 30;

/// What drives the price for some minutes.
struct regime {
  std::int64_t minutes = 0;
  std::int64_t drift_ppm = 0;
  std::int64_t deviation_ppm = 0;
  std::int64_t volume_percent = 100;
};

void plan_range(prng& random, std::deque<regime>& out) {
  out.push_back({random.between(15, 40), 0, 220, random.between(70, 90)});
}

void plan_trend(prng& random, std::deque<regime>& out) {
  const auto sign = random.chance(1, 2) ? 1 : -1;
  out.push_back({random.between(20, 50), sign * random.between(50, 130), 200, 105});
}

/// Out of the range with volume; the move goes on more quietly, or half of it is given back.
void plan_breakout(prng& random, std::deque<regime>& out) {
  const auto sign = random.chance(3, 5) ? 1 : -1;
  const auto drift = random.between(300, 650);
  out.push_back({random.between(6, 12), sign * drift, 250, random.between(280, 480)});
  if (random.chance(2, 3)) {
    out.push_back({random.between(15, 30), sign * random.between(40, 100), 180, 130});
  } else {
    out.push_back({random.between(10, 20), -sign * drift / 4, 220, 140});
  }
}

/// A long slide that turns sharply: the oversold case and its recovery.
void plan_reversal(prng& random, std::deque<regime>& out) {
  const auto sign = random.chance(3, 4) ? -1 : 1;
  out.push_back(
      {random.between(30, 50), sign * random.between(120, 220), 120, random.between(110, 160)});
  out.push_back({random.between(12, 25), -sign * random.between(180, 350), 150, 190});
}

void plan_next(prng& random, std::deque<regime>& out) {
  switch (random.below(10)) {
    case 0:
    case 1: return plan_range(random, out);
    case 2:
    case 3: return plan_trend(random, out);
    case 4:
    case 5:
    case 6: return plan_breakout(random, out);
    default: return plan_reversal(random, out);
  }
}

price moved(price from, std::int64_t by_ppm) {
  const auto change = divide_half_even(static_cast<int128>(from.units()) * by_ppm, ppm);
  const auto to = price::from_units(from.units() + static_cast<std::int64_t>(change));
  return std::max(to, price::from_int(1));
}

/// More volume at both ends of the day: 60 % at noon, 260 % at the open and the close.
std::int64_t volume_profile_percent(std::int64_t minute, std::int64_t minutes) {
  const auto distance = 2 * minute - minutes;
  return 60 + 200 * distance * distance / (minutes * minutes);
}
constexpr std::int64_t volume_profile_mean_percent = 127;

bool is_weekend(utc_ns t) {
  const auto day = weekday(utc_date(t));
  return day == 0 || day == 6;
}

}  // namespace

std::uint64_t mixed_seed(std::uint64_t seed, std::uint64_t part, std::uint64_t place) {
  prng mixer{seed ^ part * 0x9e3779b97f4a7c15ULL};
  return mixer.next() ^ place * 0xd1342543de82ef95ULL;
}

market_plan::market_plan(const generator_options& options)
    : seed_(options.seed),
      halts_per_thousand_sessions_(std::min(options.halts_per_thousand_sessions, 1'000U)),
      symbols_(options.symbols),
      sessions_(options.sessions),
      first_session_(options.first_session),
      opens_(options.symbols.size()) {
  std::erase_if(sessions_, [](const market_session& x) { return x.close <= x.open; });
  if (sessions_.empty()) return;
  first_session_ = std::min(first_session_, sessions_.size() - 1);
  if (first_session_ > history_sessions_max) {
    const auto dropped = static_cast<std::ptrdiff_t>(first_session_ - history_sessions_max);
    sessions_.erase(sessions_.begin(), sessions_.begin() + dropped);
    first_session_ = history_sessions_max;
  }
  constexpr auto one_day = std::chrono::hours{24};
  while (first_session_ < history_sessions_min) {
    auto earlier = sessions_.front();
    do {
      earlier = {earlier.open - one_day, earlier.close - one_day};
    } while (is_weekend(earlier.open));
    sessions_.insert(sessions_.begin(), earlier);
    ++first_session_;
  }
}

std::vector<minute_plan> market_plan::day(symbol_id symbol, std::size_t session) const {
  auto& opens = opens_[symbol.value];
  if (opens.empty()) opens.push_back(symbols_[symbol.value].start);
  while (opens.size() <= session) {
    const auto before = day_from(symbol, opens.size() - 1, opens.back());
    const auto last = before.empty() ? opens.back() : before.back().close;
    prng random{mixed_seed(seed_, symbol.value + 1, opens.size())};
    opens.push_back(moved(last, random.bell(overnight_gap_ppm)));
  }
  return day_from(symbol, session, opens[session]);
}

std::vector<minute_plan> market_plan::day_from(symbol_id symbol, std::size_t session,
                                               price open) const {
  const auto& hours = sessions_[session];
  const auto minutes = (hours.close - hours.open) / one_minute;
  const auto& of = symbols_[symbol.value];
  prng random{mixed_seed(seed_, symbol.value + 1, static_cast<std::uint64_t>(hours.open.value))};

  std::int64_t halt_begin = -1, halt_end = -1;
  if (random.chance(halts_per_thousand_sessions_, 1'000) && minutes > 3 * halt_margin_minutes) {
    halt_begin = random.between(halt_margin_minutes, minutes - 2 * halt_margin_minutes);
    halt_end = halt_begin + random.between(halt_minutes_min, halt_minutes_max);
  }

  std::vector<minute_plan> out;
  std::deque<regime> ahead;
  for (std::int64_t minute = 0; minute < minutes; ++minute) {
    if (minute >= halt_begin && minute < halt_end) {
      out.push_back({open, open, 0, true});
      continue;
    }
    if (ahead.empty()) plan_next(random, ahead);
    auto& now = ahead.front();
    const auto profile = volume_profile_percent(minute, minutes);
    // The price may not wander off for ever: a tenth away from its start it is drawn back by
    // 50 ppm a minute.
    const auto distance = (of.start.units() - open.units()) / (of.start.units() / ppm + 1);
    const auto move = now.drift_ppm + distance / 2'000 +
                      random.bell(now.deviation_ppm * (80 + profile / 4) / 100);
    const auto close = moved(open, std::clamp(move, -move_ppm_max, move_ppm_max));
    const auto volume = of.daily_volume / minutes * profile / volume_profile_mean_percent *
                        now.volume_percent / 100 * random.between(75, 125) / 100;
    out.push_back({open, close, volume, false});
    open = close;
    if (--now.minutes <= 0) ahead.pop_front();
  }
  return out;
}

}  // namespace bw::venue
