#include "strategies/indicators/indicator_board.hpp"

#include <algorithm>
#include <string>

namespace bw {

namespace {

template <class... Cases>
struct overloaded : Cases... {
  using Cases::operator()...;
};

bool is_convergence(indicator_kind x) {
  return x == indicator_kind::convergence_line || x == indicator_kind::convergence_signal ||
         x == indicator_kind::convergence_gap;
}

/// One, as an indicator's further numbers are written.
constexpr std::uint32_t one_number = 1'000;

/// A further number that counts something, at least one; left out it is the usual one.
std::size_t count_of(std::uint32_t given, std::size_t usual) {
  return given == 0 ? usual : std::max<std::size_t>(given / one_number, 1);
}
double width_of(std::uint32_t given) {
  return given == 0 ? 2.0 : static_cast<double>(given) / one_number;
}

std::optional<double> number_of(indicator_kind which, const average_convergence& of) {
  // The line is there before the signal.
  if (which == indicator_kind::convergence_line) return of.line();
  const auto all = of.value();
  if (!all) return std::nullopt;
  return which == indicator_kind::convergence_signal ? all->signal : all->histogram();
}

std::optional<double> number_of(indicator_kind which, const std::optional<value_band>& band) {
  if (!band) return std::nullopt;
  switch (which) {
    case indicator_kind::bollinger_upper:
    case indicator_kind::donchian_upper:
    case indicator_kind::keltner_upper: return band->upper;
    case indicator_kind::bollinger_lower:
    case indicator_kind::donchian_lower:
    case indicator_kind::keltner_lower: return band->lower;
    default: return band->middle;
  }
}

}  // namespace

result<indicator_id> indicator_board::request(const indicator_spec& spec) {
  if (spec.period < 1 || spec.period > period_max)
    return {ec::out_of_range, "an indicator's period is " + std::to_string(spec.period) +
                                  "; allowed are 1 to " + std::to_string(period_max)};
  for (const auto each : spec.more)
    if (each > period_max * one_number)
      return {ec::out_of_range, "a number of an indicator is " + std::to_string(each) +
                                    " thousandths; allowed are up to " +
                                    std::to_string(period_max)};
  if (is_convergence(spec.kind) && spec.period > count_of(spec.more[0], convergence_periods{}.slow))
    return {ec::out_of_range, "the fast average of a convergence is longer than the slow one"};
  const auto found =
      std::find_if(now_.begin(), now_.end(), [&](const line& x) { return x.spec == spec; });
  const auto at = static_cast<std::size_t>(found - now_.begin());
  if (found == now_.end()) {
    if (bars_ > 0)
      return {ec::invalid_argument, "a new indicator is asked for before the first bar"};
    if (now_.size() == indicators_max)
      return {ec::out_of_range, "a symbol's strategies ask for more than " +
                                    std::to_string(indicators_max) + " different indicators"};
    now_.push_back(line{spec, make(spec), {}, {}});
    base_ = now_;
  }
  return indicator_id{static_cast<std::uint8_t>(at)};
}

indicator_board::any_indicator indicator_board::make(const indicator_spec& spec) {
  const std::size_t n = spec.period;
  switch (spec.kind) {
    case indicator_kind::close_simple: return simple_average{n};
    case indicator_kind::close_exponential: return exponential_average{n};
    case indicator_kind::close_strength: return relative_strength{n};
    case indicator_kind::volume_average: return volume_average{simple_average{n}};
    case indicator_kind::highest_high: return rolling_highest{n};
    case indicator_kind::lowest_low: return lowest_low{rolling_lowest{n}};
    case indicator_kind::session_vwap: return bw::session_vwap{};
    case indicator_kind::window_vwap: return bw::window_vwap{n};
    case indicator_kind::average_range: return average_true_range{n};
    case indicator_kind::close_weighted: return weighted_average{n};
    case indicator_kind::close_deviation: return standard_deviation{n};
    case indicator_kind::close_score: return z_score{n};
    case indicator_kind::close_change: return rate_of_change{n};
    case indicator_kind::close_slope: return linear_regression{std::max<std::size_t>(n, 2)};
    case indicator_kind::direction: return directional_index{n};
    case indicator_kind::channel: return commodity_channel{n};
    case indicator_kind::range_place: return williams_range{n};
    case indicator_kind::money_flow: return bw::money_flow{n};
    case indicator_kind::balance_volume: return on_balance_volume{};
    case indicator_kind::opening_high: return opening_range{std::chrono::minutes{n}};
    case indicator_kind::opening_low: return opening_low{opening_range{std::chrono::minutes{n}}};
    case indicator_kind::convergence_line:
    case indicator_kind::convergence_signal:
    case indicator_kind::convergence_gap:
      return part_of<average_convergence>{
          spec.kind, average_convergence{{n, count_of(spec.more[0], convergence_periods{}.slow),
                                          count_of(spec.more[1], convergence_periods{}.signal)}}};
    case indicator_kind::bollinger_upper:
    case indicator_kind::bollinger_lower:
      return part_of<bollinger_bands>{spec.kind, bollinger_bands{n, width_of(spec.more[0])}};
    case indicator_kind::donchian_upper:
    case indicator_kind::donchian_middle:
    case indicator_kind::donchian_lower:
      return part_of<donchian_channel>{spec.kind, donchian_channel{n}};
    case indicator_kind::keltner_upper:
    case indicator_kind::keltner_middle:
    case indicator_kind::keltner_lower:
      return part_of<keltner_channel>{
          spec.kind, keltner_channel{{n, count_of(spec.more[0], keltner_options{}.range_period),
                                      width_of(spec.more[1])}}};
    case indicator_kind::stochastic_k:
    case indicator_kind::stochastic_d:
      return part_of<stochastic>{
          spec.kind, stochastic{{n, count_of(spec.more[0], stochastic_periods{}.smoothing),
                                 count_of(spec.more[1], stochastic_periods{}.signal)}}};
  }
  return simple_average{n};
}

indicator_board::figures indicator_board::figures_of(const bar& x, utc_ns session_open) {
  return {x.start,
          x.start + span_length(x.span),
          session_open,
          x.open.to_double(),
          x.high.to_double(),
          x.low.to_double(),
          x.close.to_double(),
          x.volume.to_double()};
}

std::optional<double> indicator_board::update(any_indicator& state, const figures& x) {
  const price_reach reach{x.high, x.low, x.close};
  const double typical = reach.typical();
  using maybe = std::optional<double>;
  return std::visit(
      overloaded{
          [&](volume_average& i) { return i.of.add(x.volume), i.of.value(); },
          [&](rolling_highest& i) { return i.add(x.high), i.value(); },
          [&](lowest_low& i) { return i.of.add(x.low), i.of.value(); },
          [&](bw::session_vwap& i) { return i.add(typical, x.volume, x.session_open), i.value(); },
          [&](bw::window_vwap& i) { return i.add(typical, x.volume), i.value(); },
          [&](average_true_range& i) { return i.add(reach), i.value(); },
          [&](commodity_channel& i) { return i.add(reach), i.value(); },
          [&](williams_range& i) { return i.add(reach), i.value(); },
          [&](bw::money_flow& i) { return i.add(reach, x.volume), i.value(); },
          [&](on_balance_volume& i) { return i.add(x.close, x.volume), i.value(); },
          [&](directional_index& i) {
            i.add(reach);
            return i.ready() ? maybe{i.value()->index} : maybe{};
          },
          [&](linear_regression& i) {
            i.add(x.close);
            return i.ready() ? maybe{i.value()->slope} : maybe{};
          },
          [&](opening_range& i) {
            i.add(reach, x.end, x.session_open);
            return i.ready() ? maybe{i.value()->upper} : maybe{};
          },
          [&](opening_low& i) {
            i.of.add(reach, x.end, x.session_open);
            return i.of.ready() ? maybe{i.of.value()->lower} : maybe{};
          },
          [&](part_of<average_convergence>& i) {
            i.of.add(x.close);
            return number_of(i.which, i.of);
          },
          [&](part_of<bollinger_bands>& i) {
            i.of.add(x.close);
            return number_of(i.which, i.of.value());
          },
          [&](part_of<donchian_channel>& i) {
            i.of.add(reach);
            return number_of(i.which, i.of.value());
          },
          [&](part_of<keltner_channel>& i) {
            i.of.add(reach);
            return number_of(i.which, i.of.value());
          },
          [&](part_of<stochastic>& i) {
            i.of.add(reach);
            if (i.which == indicator_kind::stochastic_k) return i.of.k();
            return i.of.ready() ? maybe{i.of.value()->d} : maybe{};
          },
          [&](auto& of_closes) { return of_closes.add(x.close), of_closes.value(); }},
      state);
}

void indicator_board::update_all(std::vector<line>& lines, const figures& x) {
  for (auto& line : lines) {
    line.before = line.last;
    line.last = update(line.state, x);
  }
}

void indicator_board::add(const bar& finished, utc_ns session_open) {
  ++bars_;
  window_.push_back(figures_of(finished, session_open));
  update_all(now_, window_.back());
  if (window_.size() <= history_) return;
  update_all(base_, window_.front());
  window_.pop_front();
}

void indicator_board::begin_with(const indicator_board& other) {
  for (const auto& x : other.window_) {
    ++bars_;
    window_.push_back(x);
    update_all(now_, x);
    if (window_.size() <= history_) continue;
    update_all(base_, window_.front());
    window_.pop_front();
  }
}

bool indicator_board::replace(const bar& corrected) {
  const auto at = std::lower_bound(window_.begin(), window_.end(), corrected.start,
                                   [](const figures& x, utc_ns t) { return x.start < t; });
  if (at == window_.end() || at->start != corrected.start) return false;
  *at = figures_of(corrected, at->session_open);
  now_ = base_;
  for (const auto& x : window_) update_all(now_, x);
  return true;
}

void indicator_board::split(split_ratio by) {
  const auto shares = static_cast<double>(by.after) / static_cast<double>(by.before);
  for (auto& each : base_) each = line{each.spec, make(each.spec), {}, {}};
  now_ = base_;
  for (auto& x : window_) {
    for (auto* at : {&x.open, &x.high, &x.low, &x.close}) *at /= shares;
    x.volume *= shares;
    update_all(now_, x);
  }
}

std::optional<utc_ns> indicator_board::session_open() const {
  if (window_.empty()) return std::nullopt;
  return window_.back().session_open;
}

std::optional<double> indicator_board::value(indicator_id id) const {
  return id.value < now_.size() ? now_[id.value].last : std::nullopt;
}

std::optional<double> indicator_board::previous(indicator_id id) const {
  return id.value < now_.size() ? now_[id.value].before : std::nullopt;
}

}  // namespace bw
