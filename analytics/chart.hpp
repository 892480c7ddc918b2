#pragma once

#include <string>
#include <vector>

#include "analytics/equity_curve.hpp"
#include "analytics/run_result.hpp"
#include "analytics/thinning.hpp"

namespace bw {

// Charts as SVG text without scripts, styles or links: colours come from the page's style sheet by
// class, so that one drawing serves light, dark and print. Each has a title and a description for
// those who do not see it. All text is escaped.

/// Sessions side by side without nights: the nth day covers [n, n + 1).
class session_axis {
 public:
  session_axis(const std::vector<day_close>& days, const session_calendar& calendar);

  double position(utc_ns at) const;
  std::size_t days() const { return dates_.size(); }
  struct tick {
    double at = 0;
    std::string label;
  };
  /// About eight, at the starts of days, months or years.
  std::vector<tick> ticks() const;

 private:
  std::vector<std::int64_t> dates_;
  std::vector<utc_ns> opens_;
  std::vector<utc_ns> closes_;
};

enum class value_form : std::uint8_t { percent = 1, ratio };

struct chart_line {
  std::string name;
  /// Class of the page's style sheet: "own", "other", "loss", or a number for one of many.
  std::string style;
  std::vector<chart_point> points;
};

struct line_chart {
  std::string title;
  std::string description;
  std::vector<chart_line> lines;
  value_form form = value_form::percent;
  /// Fills what lies between the first line and zero.
  enum class area : bool { no, yes } fill = area::no;
};
std::string draw(const line_chart& chart, const session_axis& axis);

/// How often values fall between two marks; losses and gains are told apart.
struct histogram_chart {
  std::string title;
  std::string description;
  std::vector<double> values;
};
std::string draw(const histogram_chart& chart);

/// The last candles of a series with its fills; at most candles_shown_max and fills_shown_max.
inline constexpr std::size_t candles_shown_max = 120;
inline constexpr std::size_t fills_shown_max = 300;
std::string draw_candles(const candle_series& series, const std::vector<run_fill>& fills,
                         const session_calendar& calendar);

/// `text` for HTML and SVG, in content and attributes.
std::string escaped(std::string_view text);

/// One line of block characters, at most `width` of them; empty for no values.
std::string sparkline(const std::vector<double>& values, std::size_t width);

}  // namespace bw
