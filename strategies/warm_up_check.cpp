#include "strategies/warm_up_check.hpp"

#include <algorithm>
#include <cmath>

#include "core/prng.hpp"

namespace bw {

namespace {

constexpr std::uint32_t bars_per_session = 78;
constexpr nanoseconds bar_length = std::chrono::minutes{5};
constexpr std::uint32_t depths[] = {1, 2, 5, 10, 20, 50, 100, 200, 500, 1'000, 2'000};

struct generated_bar {
  bar finished;
  utc_ns session_open;
};

/// A seeded random walk of about 0.15 % a bar, with volumes that vary by a factor of five.
std::vector<generated_bar> make_market(const warm_up_depth_options& options) {
  prng chance{options.seed};
  std::vector<generated_bar> out;
  std::int64_t cents = 10'000;
  for (std::uint32_t k = 0; k < options.bars; ++k) {
    generated_bar x;
    const auto session = k / bars_per_session;
    x.session_open = utc_ns{} + std::chrono::hours{24 * (session + 1)};
    auto& b = x.finished;
    b.span = bar_span::five_minutes;
    b.start = x.session_open + bar_length * (k % bars_per_session);
    b.origin = bar_origin::live;
    const auto open = cents;
    // Drawn back to 100 USD, so that no price leaves what the strategies look at.
    cents += chance.bell(15) + (10'000 - cents) / 400;
    const auto at = [](std::int64_t c) { return price::from_units(c * 10'000'000); };
    b.open = at(open);
    b.close = at(cents);
    b.high = at(std::max(open, cents) + chance.between(0, 10));
    b.low = at(std::min(open, cents) - chance.between(0, 10));
    b.volume = quantity::from_int(chance.between(20'000, 100'000));
    out.push_back(x);
  }
  return out;
}

bool is_near(std::int64_t a, std::int64_t b) {
  const auto larger = std::max(std::abs(a), std::abs(b));
  return std::abs(a - b) <= std::max<std::int64_t>(larger / 1'000'000, 1);
}

bool is_same(const wishes& a, const wishes& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t k = 0; k < a.size(); ++k) {
    const auto& x = a[k];
    const auto& y = b[k];
    if (x.side != y.side || x.purpose != y.purpose || x.reason != y.reason || x.note != y.note ||
        x.confidence_ppm != y.confidence_ppm || x.inputs.size() != y.inputs.size())
      return false;
    for (std::size_t n = 0; n < x.inputs.size(); ++n)
      if (x.inputs[n].name != y.inputs[n].name || !is_near(x.inputs[n].units, y.inputs[n].units))
        return false;
  }
  return true;
}

result<std::vector<wishes>> run(std::unique_ptr<strategy> logic,
                                const std::vector<generated_bar>& market, std::uint32_t history,
                                std::uint32_t compared) {
  indicator_board board{1};
  logic->take_place(symbol_name{"TEST"}, short_name{"check"});
  if (auto ready = logic->prepare(board); !ready) return std::move(ready).failure();
  std::vector<wishes> out;
  const auto first = market.size() - compared;
  for (auto k = first - history; k < market.size(); ++k) {
    const auto& [finished, session_open] = market[k];
    board.add(finished, session_open);
    constexpr std::uint32_t stretch = 50;
    const own_position held = (k / stretch) % 2 == 0
                                  ? own_position{}
                                  : own_position{quantity::from_int(10), price::from_int(100)};
    const strategy_context context{board, held, quantity::from_int(5'000'000)};
    auto wanted = logic->on_bar(context, finished);
    if (const auto* fault = logic->fault()) return {ec::invalid_argument, fault->why};
    // History is for the indicators alone; what is wished meanwhile does not count.
    if (k >= first && board.bars() >= logic->warm_up_bars())
      out.push_back(wanted);
    else if (k >= first)
      out.emplace_back();
  }
  return out;
}

}  // namespace

result<warm_up_depth> check_warm_up_depth(
    const std::function<result<std::unique_ptr<strategy>>()>& make,
    const warm_up_depth_options& options) {
  BW_ASSERT(options.compared_bars < options.bars, "there is history before what is compared");
  const auto market = make_market(options);
  const auto run_with = [&](std::uint32_t history) -> result<std::vector<wishes>> {
    auto logic = make();
    if (!logic) return std::move(logic).failure();
    return run(std::move(*logic), market, history, options.compared_bars);
  };
  const auto whole = run_with(options.bars - options.compared_bars);
  if (!whole) return whole.failure();
  warm_up_depth out;
  out.compared_bars = options.compared_bars;
  for (const auto& each : *whole) out.decisions += each.size();
  for (const auto depth : depths) {
    if (depth >= options.bars - options.compared_bars) break;
    const auto part = run_with(depth);
    if (!part) return part.failure();
    warm_up_depth_row row{depth, 0};
    for (std::size_t k = 0; k < whole->size(); ++k)
      row.different += is_same((*whole)[k], (*part)[k]) ? 0 : 1;
    out.rows.push_back(row);
  }
  for (auto at = out.rows.rbegin(); at != out.rows.rend() && at->different == 0; ++at)
    out.enough = at->bars;
  return out;
}

}  // namespace bw
