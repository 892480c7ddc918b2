#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/decimal.hpp"

namespace bw {

enum class figure_form : std::uint8_t { percent = 1, ratio, dollars, count, days, hours };
/// Which of two runs is better by a figure.
enum class better : std::uint8_t { higher = 1, lower, neither };

/// One figure of a run as a reader meets it: in a table, in JSON, on a terminal. `convention` says
/// how it is computed, in a sentence.
struct figure {
  std::string_view id;
  std::string_view label;
  std::string_view section;
  std::string_view convention;
  figure_form form = figure_form::ratio;
  bw::better better = bw::better::neither;
  /// nan where the figure is not defined. For dollars the nearest double; `amount` is exact.
  double value = std::numeric_limits<double>::quiet_NaN();
  std::optional<money> amount;

  bool defined() const { return value == value; }
};

using figure_list = std::vector<figure>;

/// Null when there is none of that name.
const figure* find_figure(const figure_list& figures, std::string_view id);

/// "12.34%", "1.52", "$1,234.50", "118", "3.2 h"; "n/a" where it is not defined.
std::string figure_text(const figure& one);

/// A number with so many decimals, without locale, "n/a" for nan and "inf" for infinity. Negative
/// zero is zero.
std::string fixed_text(double value, int decimals);
/// "1.25%".
std::string percent_text(double value, int decimals = 2);
/// "$1,234.50", "-$0.07": to the cent, half even.
std::string dollar_text(money amount);

}  // namespace bw
