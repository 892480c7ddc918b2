#include "analytics/candle_sampler.hpp"

#include <algorithm>
#include <iterator>

namespace bw {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
constexpr nanoseconds rungs[] = {minutes{1}, minutes{5}, minutes{15}, minutes{30},   hours{1},
                                 hours{4},   hours{24},  hours{168},  hours{24 * 28}};

}  // namespace

void candle_sampler::add(const candle& bar) {
  series_.span = rungs[rung_];
  put(series_.candles, bar);
  while (series_.candles.size() > candles_max && rung_ + 1 < std::size(rungs)) lengthen();
  // Forty years of four-week candles fill the chart; what is older goes.
  if (series_.candles.size() > candles_max) series_.candles.erase(series_.candles.begin());
}

void candle_sampler::put(std::vector<candle>& into, const candle& bar) const {
  const auto span = rungs[rung_].count();
  auto next = bar;
  next.start.value -= ((bar.start.value % span) + span) % span;
  if (into.empty() || next.start > into.back().start) {
    into.push_back(next);
    return;
  }
  auto& last = into.back();
  last.high = std::max(last.high, bar.high);
  last.low = std::min(last.low, bar.low);
  last.close = bar.close;
}

void candle_sampler::lengthen() {
  ++rung_;
  series_.span = rungs[rung_];
  std::vector<candle> fewer;
  for (const auto& each : series_.candles) put(fewer, each);
  series_.candles = std::move(fewer);
}

}  // namespace bw
