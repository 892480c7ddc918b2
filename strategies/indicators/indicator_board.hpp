#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <variant>
#include <vector>

#include "domain/split_ratio.hpp"
#include "messages/market_data.hpp"
#include "strategies/indicators/average_convergence.hpp"
#include "strategies/indicators/average_true_range.hpp"
#include "strategies/indicators/directional_index.hpp"
#include "strategies/indicators/linear_regression.hpp"
#include "strategies/indicators/moving_average.hpp"
#include "strategies/indicators/opening_range.hpp"
#include "strategies/indicators/price_bands.hpp"
#include "strategies/indicators/price_oscillators.hpp"
#include "strategies/indicators/relative_strength.hpp"
#include "strategies/indicators/rolling_extreme.hpp"
#include "strategies/indicators/rolling_moments.hpp"
#include "strategies/indicators/volume_flow.hpp"
#include "strategies/indicators/volume_weighted_price.hpp"

namespace bw {

enum class indicator_kind : std::uint8_t {
  close_simple = 1,   // simple average of closes
  close_exponential,  // exponential average of closes
  close_strength,     // relative strength index of closes
  volume_average,     // simple average of volumes, the newest bar included
  highest_high,       // over up to `period` bars
  lowest_low,         // over up to `period` bars
  session_vwap,       // from the session's open; the period is not used
  window_vwap,        // over up to `period` bars
  average_range,      // average true range
  close_weighted,     // linearly weighted average of closes
  close_deviation,    // standard deviation of closes, of the population
  close_score,        // distance of the close from its average, in those deviations
  close_change,       // percent over `period` bars
  close_slope,        // of the regression line, dollars a bar
  direction,          // average directional index
  channel,            // commodity channel index
  range_place,        // Williams' %R
  money_flow,         // money flow index
  balance_volume,     // on-balance volume; the period is not used
  opening_high,       // of the session's first `period` minutes, once they are over
  opening_low,        // of the same
  // Of several numbers: the period is the first, `more` holds those in brackets.
  convergence_line,    // fast average less slow one; [slow period 26, signal period 9]
  convergence_signal,  // average of the line
  convergence_gap,     // line less signal
  bollinger_upper,     // [deviations 2]
  bollinger_lower,
  donchian_upper,  // unlike highest_high: undefined before `period` bars
  donchian_middle,
  donchian_lower,
  keltner_upper,  // [period of the true range 10, ranges 2]
  keltner_middle,
  keltner_lower,
  stochastic_k,  // [smoothing 3, signal period 3]
  stochastic_d,
};

struct indicator_spec {
  indicator_kind kind = indicator_kind::close_simple;
  std::uint32_t period = 1;
  /// Further numbers of the kinds that have some, in thousandths; 0: the usual one.
  std::array<std::uint32_t, 2> more{};

  friend bool operator==(const indicator_spec&, const indicator_spec&) = default;
};

using indicator_id = strong<struct indicator_id_tag, std::uint8_t>;

/// All indicators of one symbol, updated once a bar for every strategy that looks at them. Equal
/// requests share one indicator.
///
/// A corrected bar is as if it had come that way at once: the board keeps its last bars and, beside
/// the present, the state from before them, and computes forward from there.
///
/// Lives as long as the symbol's engine, on its thread.
class indicator_board {
 public:
  static constexpr std::size_t indicators_max = 32;
  static constexpr std::uint32_t period_max = 1'000;

  /// `history`: bars that can still be corrected.
  explicit indicator_board(std::size_t history) : history_(history) {}

  /// One that is there already at any time, a new one before the first bar only
  /// (ec::invalid_argument). ec::out_of_range for a period outside 1 … period_max, and for more
  /// than indicators_max.
  result<indicator_id> request(const indicator_spec& spec);

  void add(const bar& finished, utc_ns session_open);
  /// False when the bar is no longer, or never was, among the last `history`.
  bool replace(const bar& corrected);

  /// Begins with the last bars that another board remembers. Before the first bar only.
  void begin_with(const indicator_board& other);

  /// The last bars are told in new shares and every indicator is computed anew from them: what an
  /// average remembers of bars before the last `history` is forgotten.
  void split(split_ratio by);

  /// With the newest bar; empty until the indicator is defined.
  std::optional<double> value(indicator_id id) const;
  /// With the bar before it.
  std::optional<double> previous(indicator_id id) const;

  /// Indicators that were asked for; their ids are the numbers below it.
  std::size_t size() const { return now_.size(); }
  /// Where the session of the newest bar began; empty before the first.
  std::optional<utc_ns> session_open() const;

  /// Bars added since the start.
  std::uint64_t bars() const { return bars_; }

 private:
  struct figures {
    utc_ns start;
    utc_ns end;
    utc_ns session_open;
    double open = 0;
    double high = 0;
    double low = 0;
    double close = 0;
    double volume = 0;
  };
  struct lowest_low {
    rolling_lowest of;
  };
  struct volume_average {
    simple_average of;
  };
  struct opening_low {
    opening_range of;
  };
  /// One number of an indicator that has several.
  template <class Indicator>
  struct part_of {
    indicator_kind which;
    Indicator of;
  };
  using any_indicator =
      std::variant<simple_average, exponential_average, relative_strength, volume_average,
                   rolling_highest, lowest_low, session_vwap, window_vwap, average_true_range,
                   weighted_average, standard_deviation, z_score, rate_of_change, linear_regression,
                   directional_index, commodity_channel, williams_range, bw::money_flow,
                   on_balance_volume, opening_range, opening_low, part_of<average_convergence>,
                   part_of<bollinger_bands>, part_of<donchian_channel>, part_of<keltner_channel>,
                   part_of<stochastic>>;
  struct line {
    indicator_spec spec;
    any_indicator state;
    std::optional<double> last;
    std::optional<double> before;
  };

  static figures figures_of(const bar& x, utc_ns session_open);
  static any_indicator make(const indicator_spec& spec);
  static std::optional<double> update(any_indicator& state, const figures& x);
  static void update_all(std::vector<line>& lines, const figures& x);

  std::size_t history_;
  std::vector<line> now_;
  /// As it was before the first of `window_`.
  std::vector<line> base_;
  std::deque<figures> window_;
  std::uint64_t bars_ = 0;
};

}  // namespace bw
