#include "strategies/history_check.hpp"

#include <algorithm>
#include <cmath>
#include <string>

namespace bw {

namespace {

/// What one run shows at one bar.
struct sight {
  std::vector<std::optional<double>> values;
  wishes flat;
  wishes holding;
};

bool same_wishes(const wishes& a, const wishes& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t k = 0; k < a.size(); ++k)
    if (a[k].side != b[k].side || a[k].purpose != b[k].purpose || a[k].reason != b[k].reason)
      return false;
  return true;
}

/// The strategy fed with `bars`: what it shows at the last `compared` of them.
result<std::vector<sight>> run(const strategy_maker& make, std::span<const session_bar> bars,
                               std::size_t compared) {
  indicator_board board{1};
  auto flat = make();
  auto holding = make();
  for (auto* each : {&flat, &holding}) {
    if (!*each) return std::move(*each).failure();
    (**each)->take_place(symbol_name{"TEST"}, short_name{"check"});
    if (auto ready = (**each)->prepare(board); !ready) return std::move(ready).failure();
  }
  const own_position none;
  const own_position one{quantity::from_int(1), bars.front().value.close};
  // Volume of days is no matter of bars: enough is taken for granted.
  const auto plenty = quantity::from_int(1'000'000'000);
  std::vector<sight> out;
  for (std::size_t k = 0; k < bars.size(); ++k) {
    board.add(bars[k].value, bars[k].session_open);
    sight seen;
    seen.flat = (*flat)->on_bar({board, none, plenty}, bars[k].value);
    seen.holding = (*holding)->on_bar({board, one, plenty}, bars[k].value);
    for (const auto* each : {&flat, &holding})
      if (const auto* fault = (**each)->fault()) return {ec::invalid_argument, fault->why};
    if (k + compared < bars.size()) continue;
    for (std::size_t id = 0; id < board.size(); ++id)
      seen.values.push_back(board.value(indicator_id{static_cast<std::uint8_t>(id)}));
    out.push_back(std::move(seen));
  }
  return out;
}

history_row compare(std::size_t bars, const std::vector<sight>& got,
                    const std::vector<sight>& want) {
  history_row out;
  out.bars = bars;
  for (std::size_t k = 0; k < want.size(); ++k) {
    for (std::size_t id = 0; id < want[k].values.size(); ++id) {
      const auto& a = got[k].values[id];
      const auto& b = want[k].values[id];
      if (a.has_value() != b.has_value()) ++out.missing;
      if (!a || !b) continue;
      const double difference = std::abs(*a - *b) / std::max(1.0, std::abs(*b));
      out.largest_difference = std::max(out.largest_difference, difference);
    }
    const bool same =
        same_wishes(got[k].flat, want[k].flat) && same_wishes(got[k].holding, want[k].holding);
    out.other_decisions += same ? 0 : 1;
  }
  return out;
}

std::vector<std::size_t> usual_lengths(std::size_t declared, std::size_t whole) {
  std::vector<std::size_t> out{std::max<std::size_t>(declared, 1)};
  for (std::size_t length = 10; length < whole; length += std::max<std::size_t>(length / 4, 1))
    out.push_back(length);
  out.push_back(whole);
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  std::erase_if(out, [&](std::size_t x) { return x > whole; });
  return out;
}

}  // namespace

result<history_answer> check_history(const strategy_maker& make, std::span<const session_bar> bars,
                                     const history_options& options) {
  auto one = make();
  if (!one) return std::move(one).failure();
  history_answer out;
  out.declared = (*one)->warm_up_bars();
  const auto needed = options.compared + std::max<std::size_t>(out.declared, 1);
  if (options.compared == 0 || bars.size() <= needed)
    return {ec::out_of_range, "to see how much history the strategy needs, more than " +
                                  std::to_string(needed) + " bars are needed; there are " +
                                  std::to_string(bars.size())};
  out.whole = bars.size() - options.compared;
  const auto lengths =
      options.lengths.empty() ? usual_lengths(out.declared, out.whole) : options.lengths;
  for (std::size_t k = 0; k < lengths.size(); ++k)
    if (lengths[k] < 1 || lengths[k] > out.whole || (k > 0 && lengths[k] <= lengths[k - 1]))
      return {ec::invalid_argument,
              "lengths of history must rise from 1 to at most " + std::to_string(out.whole)};

  const auto want = run(make, bars, options.compared);
  if (!want) return want.failure();
  for (const auto length : lengths) {
    const auto got = run(make, bars.subspan(out.whole - length), options.compared);
    if (!got) return got.failure();
    out.rows.push_back(compare(length, *got, *want));
    const bool same = out.rows.back().same(options.tolerance);
    if (!same) out.enough.reset();
    // The whole history is the same as itself, which shows nothing.
    if (same && !out.enough && length < out.whole) out.enough = length;
  }
  return out;
}

}  // namespace bw
