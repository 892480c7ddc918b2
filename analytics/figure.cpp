#include "analytics/figure.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace bw {

const figure* find_figure(const figure_list& figures, std::string_view id) {
  const auto found =
      std::find_if(figures.begin(), figures.end(), [&](const auto& x) { return x.id == id; });
  return found == figures.end() ? nullptr : &*found;
}

std::string fixed_text(double value, int decimals) {
  if (std::isnan(value)) return "n/a";
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  // The longest double without exponent has 309 digits before the point.
  char out[340];
  const auto written =
      std::to_chars(out, out + sizeof out, value, std::chars_format::fixed, decimals);
  std::string text{out, written.ptr};
  if (text[0] == '-' && text.find_first_of("123456789") == std::string::npos) text.erase(0, 1);
  return text;
}

std::string percent_text(double value, int decimals) {
  return std::isfinite(value) ? fixed_text(value * 100, decimals) + "%" : fixed_text(value, 0);
}

std::string dollar_text(money amount) {
  constexpr std::int64_t units_a_cent = 10'000'000;
  const auto cents = static_cast<std::int64_t>(divide_half_even(amount.units(), units_a_cent));
  const auto magnitude = cents < 0 ? -cents : cents;
  auto whole = std::to_string(magnitude / 100);
  for (auto at = static_cast<std::ptrdiff_t>(whole.size()) - 3; at > 0; at -= 3)
    whole.insert(static_cast<std::size_t>(at), ",");
  const auto part = std::to_string(100 + magnitude % 100).substr(1);
  return (cents < 0 ? "-$" : "$") + whole + "." + part;
}

std::string figure_text(const figure& one) {
  if (!one.defined()) return "n/a";
  switch (one.form) {
    case figure_form::percent: return percent_text(one.value);
    case figure_form::ratio: return fixed_text(one.value, 2);
    case figure_form::dollars: return one.amount ? dollar_text(*one.amount) : "n/a";
    case figure_form::count: return fixed_text(one.value, 0);
    case figure_form::days: return fixed_text(one.value, 1) + " d";
    case figure_form::hours: return fixed_text(one.value, 1) + " h";
  }
  return "n/a";
}

}  // namespace bw
