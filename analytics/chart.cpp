#include "analytics/chart.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "analytics/figure.hpp"

namespace bw {
namespace {

// In units of the drawing, which the page scales.
constexpr double width = 720;
constexpr double height = 250;
constexpr double left = 58;
constexpr double right = 8;
constexpr double top = 10;
constexpr double bottom = 28;
constexpr double plot_width = width - left - right;
constexpr double plot_height = height - top - bottom;
/// A column is two units wide: with up to four points in each that is finer than a line.
constexpr auto columns = static_cast<std::size_t>(plot_width / 2);

std::string number(double value) { return fixed_text(value, 1); }

std::string text_at(double x, double y, const char* style, const std::string& text) {
  return "<text class=\"" + std::string{style} + "\" x=\"" + number(x) + "\" y=\"" + number(y) +
         "\">" + escaped(text) + "</text>";
}

std::string line_at(const char* style, double x1, double y1, double x2, double y2) {
  return "<path class=\"" + std::string{style} + "\" d=\"M" + number(x1) + " " + number(y1) + "L" +
         number(x2) + " " + number(y2) + "\"/>";
}

std::string opening(const std::string& title, const std::string& description,
                    const std::string& more) {
  return "<svg viewBox=\"0 0 720 250\" role=\"img\"" + more + "><title>" + escaped(title) +
         "</title><desc>" + escaped(description) + "</desc>";
}

/// Values from low to high at round steps, about five of them.
struct scale {
  double low = 0;
  double high = 1;
  double step = 0.25;

  double y(double value) const { return top + plot_height * (high - value) / (high - low); }
};

scale scale_of(double low, double high) {
  if (!(high > low)) {
    const double around = std::max(std::abs(low) * 0.01, 0.001);
    low -= around;
    high += around;
  }
  const double rough = (high - low) / 4;
  const double magnitude = std::pow(10, std::floor(std::log10(rough)));
  double step = magnitude * 10;
  for (const double factor : {5.0, 2.5, 2.0, 1.0})
    if (magnitude * factor >= rough) step = magnitude * factor;
  return {std::floor(low / step + 1e-9) * step, std::ceil(high / step - 1e-9) * step, step};
}

int decimals_of(double step) {
  int decimals = 0;
  for (; decimals < 6 && std::abs(step - std::round(step)) > 1e-6 * step; ++decimals) step *= 10;
  return decimals;
}

std::string value_text(double value, double step, value_form form) {
  return form == value_form::percent ? fixed_text(value * 100, decimals_of(step * 100)) + "%"
                                     : fixed_text(value, decimals_of(step));
}

std::string grid(const scale& values, value_form form) {
  std::string out;
  const auto steps = static_cast<int>(std::round((values.high - values.low) / values.step));
  for (int k = 0; k <= steps; ++k) {
    const double value = values.low + k * values.step;
    const bool zero = std::abs(value) < values.step / 1e6;
    out += line_at(zero ? "zero" : "grid", left, values.y(value), width - right, values.y(value));
    out += text_at(left - 6, values.y(value) + 4, "y", value_text(value, values.step, form));
  }
  return out;
}

std::string time_axis(const session_axis& axis, double days) {
  std::string out;
  bool minor = false;
  for (const auto& each : axis.ticks()) {
    const double x = left + plot_width * each.at / days;
    if (x > width - right - 20) continue;
    out += line_at("tick", x, height - bottom, x, height - bottom + 4);
    out += text_at(x, height - 8, minor ? "x minor" : "x", each.label);
    minor = !minor;
  }
  return out;
}

std::string path_of(const std::vector<chart_point>& points) {
  std::string out;
  bool lifted = true;
  for (const auto& point : points) {
    if (std::isnan(point.y)) {
      lifted = true;
      continue;
    }
    out += (lifted ? "M" : "L") + number(point.x) + " " + number(point.y);
    lifted = false;
  }
  return out;
}

const char* month_names[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                             "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

}  // namespace

std::string escaped(std::string_view text) {
  std::string out;
  for (const char letter : text) {
    switch (letter) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += letter;
    }
  }
  return out;
}

session_axis::session_axis(const std::vector<day_close>& days, const session_calendar& calendar) {
  for (const auto& day : days) {
    dates_.push_back(days_from_civil(day.date));
    const auto session = calendar.session_on(day.date);
    const auto midnight = calendar.utc_from_new_york(day.date, std::chrono::minutes{0});
    opens_.push_back(session ? session->open : midnight);
    closes_.push_back(session ? session->close : midnight + std::chrono::hours{24});
  }
}

double session_axis::position(utc_ns at) const {
  const auto after = std::upper_bound(opens_.begin(), opens_.end(), at);
  if (after == opens_.begin()) return 0;
  const auto day = static_cast<std::size_t>(after - opens_.begin()) - 1;
  const auto passed = static_cast<double>((at - opens_[day]).count());
  const auto length = static_cast<double>((closes_[day] - opens_[day]).count());
  return static_cast<double>(day) + std::clamp(passed / length, 0.0, 1.0);
}

std::vector<session_axis::tick> session_axis::ticks() const {
  std::vector<tick> out;
  const auto count = dates_.size();
  const auto step = std::max<std::size_t>(1, (count + 7) / 8);
  // Months from a quarter of a year on, years from four years on.
  const bool by_day = count < 63;
  const std::size_t months = count < 160 ? 1 : count < 320 ? 2 : count < 1'000 ? 6 : 12;
  calendar_date before{0, 0, 0};
  for (std::size_t k = 0; k < count; ++k) {
    const auto date = civil_from_days(dates_[k]);
    const bool new_month = date.month != before.month || date.year != before.year;
    const bool wanted =
        by_day ? k % step == 0 : k > 0 && new_month && (date.month - 1u) % months == 0;
    before = date;
    if (!wanted) continue;
    const std::string month = month_names[date.month - 1];
    const auto label = by_day                           ? month + " " + std::to_string(date.day)
                       : date.month == 1 || out.empty() ? month + " " + std::to_string(date.year)
                                                        : month;
    out.push_back({static_cast<double>(k), label});
  }
  return out;
}

std::string draw(const line_chart& chart, const session_axis& axis) {
  const double days = std::max(1.0, static_cast<double>(axis.days()));
  double low = 0;
  double high = 0;
  bool any = false;
  for (const auto& line : chart.lines)
    for (const auto& point : line.points) {
      if (std::isnan(point.y)) continue;
      low = std::min(low, point.y);
      high = std::max(high, point.y);
      any = true;
    }
  if (!any) return "";
  const auto values = scale_of(low, high);
  auto out = opening(chart.title, chart.description,
                     " class=\"lines\" data-low=\"" + fixed_text(values.low, 6) +
                         "\" data-high=\"" + fixed_text(values.high, 6) + "\" data-form=\"" +
                         (chart.form == value_form::percent ? "percent" : "ratio") + "\"");
  out += grid(values, chart.form) + time_axis(axis, days);
  for (std::size_t k = 0; k < chart.lines.size(); ++k) {
    const auto& line = chart.lines[k];
    std::vector<chart_point> drawn;
    for (const auto& point : thin(line.points, columns))
      drawn.push_back({left + plot_width * point.x / days, values.y(point.y)});
    const auto path = path_of(drawn);
    if (k == 0 && chart.fill == line_chart::area::yes && !drawn.empty())
      out += "<path class=\"area " + line.style + "\" d=\"" + path + "L" + number(drawn.back().x) +
             " " + number(values.y(0)) + "L" + number(drawn.front().x) + " " + number(values.y(0)) +
             "Z\"/>";
    out += "<path class=\"line " + line.style + "\" data-name=\"" + escaped(line.name) + "\" d=\"" +
           path + "\"/>";
  }
  return out + "<path class=\"cursor\" d=\"\"/></svg>";
}

std::string draw(const histogram_chart& chart) {
  if (chart.values.size() < 2) return "";
  const auto [low, high] = std::minmax_element(chart.values.begin(), chart.values.end());
  // Freedman and Diaconis would need quartiles; the square root is near enough for the eye.
  const auto wanted = std::clamp(std::sqrt(static_cast<double>(chart.values.size())), 8.0, 40.0);
  auto step = std::max((*high - *low) / wanted, 1e-6);
  const double first = std::floor(*low / step) * step;
  const auto bins = static_cast<std::size_t>((*high - first) / step) + 1;
  std::vector<double> counts(bins);
  for (const double value : chart.values)
    counts[std::min(static_cast<std::size_t>((value - first) / step), bins - 1)] += 1;
  const double most = *std::max_element(counts.begin(), counts.end());
  const auto values = scale_of(0, most);
  auto out = opening(chart.title, chart.description, "") + grid(values, value_form::ratio);
  const double each = plot_width / static_cast<double>(bins);
  for (std::size_t k = 0; k < bins; ++k) {
    if (counts[k] <= 0) continue;
    const double middle = first + (static_cast<double>(k) + 0.5) * step;
    const double y = values.y(counts[k]);
    out += "<rect class=\"" + std::string{middle < 0 ? "loss" : "gain"} + "\" x=\"" +
           number(left + each * static_cast<double>(k) + 0.5) + "\" y=\"" + number(y) +
           "\" width=\"" + number(std::max(each - 1, 0.5)) + "\" height=\"" +
           number(values.y(0) - y) + "\"/>";
  }
  for (int k = 0; k <= 4; ++k) {
    const double at = static_cast<double>(bins) * k / 4;
    out += text_at(std::clamp(left + each * at, left + 26, width - right - 24), height - 8,
                   k % 2 == 0 ? "x" : "x minor", percent_text(first + at * step));
  }
  return out + "</svg>";
}

std::string sparkline(const std::vector<double>& values, std::size_t width_max) {
  static constexpr const char* blocks[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  if (values.empty() || width_max == 0) return "";
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  const auto shown = std::min(width_max, values.size());
  std::string out;
  for (std::size_t k = 0; k < shown; ++k) {
    const auto at = shown == 1 ? 0 : k * (values.size() - 1) / (shown - 1);
    const double part = *high > *low ? (values[at] - *low) / (*high - *low) : 0.5;
    out += blocks[std::min<std::size_t>(static_cast<std::size_t>(part * 8), 7)];
  }
  return out;
}

std::string draw_candles(const candle_series& series, const std::vector<run_fill>& fills,
                         const session_calendar& calendar) {
  const auto shown = std::min(series.candles.size(), candles_shown_max);
  if (shown == 0) return "";
  const auto* candles = series.candles.data() + (series.candles.size() - shown);
  double low = candles[0].low.to_double();
  double high = candles[0].high.to_double();
  for (std::size_t k = 1; k < shown; ++k) {
    low = std::min(low, candles[k].low.to_double());
    high = std::max(high, candles[k].high.to_double());
  }
  const auto values = scale_of(low, high);
  const double each = plot_width / static_cast<double>(shown);
  const auto x_of = [&](std::size_t k) { return left + each * (static_cast<double>(k) + 0.5); };
  auto out = opening(series.symbol.str(),
                     "The last " + std::to_string(shown) + " candles with entries and exits", "") +
             grid(values, value_form::ratio);
  const bool daily = series.span >= std::chrono::hours{24};
  for (std::size_t k = 0; k < shown; ++k) {
    const auto& bar = candles[k];
    const char* style = bar.close < bar.open ? "wick loss" : "wick gain";
    out += line_at(style, x_of(k), values.y(bar.high.to_double()), x_of(k),
                   values.y(bar.low.to_double()));
    const double upper = values.y(std::max(bar.open, bar.close).to_double());
    const double lower = values.y(std::min(bar.open, bar.close).to_double());
    out += "<rect class=\"" + std::string{bar.close < bar.open ? "loss" : "gain"} + "\" x=\"" +
           number(x_of(k) - each * 0.35) + "\" y=\"" + number(upper) + "\" width=\"" +
           number(each * 0.7) + "\" height=\"" + number(std::max(lower - upper, 0.8)) + "\"/>";
    if (k % std::max<std::size_t>(1, shown / 6) != 0 || x_of(k) > width - 40) continue;
    const auto local = calendar.new_york_date(bar.start);
    auto label = std::string{month_names[local.month - 1]} + " " + std::to_string(local.day);
    // Daily candles start at midnight UTC, which is still the evening before in New York.
    if (daily) label = format_date(utc_date(bar.start)).substr(5);
    out += text_at(x_of(k), height - 8,
                   (k / std::max<std::size_t>(1, shown / 6)) % 2 ? "x minor" : "x", label);
  }
  std::vector<std::string> markers;
  for (const auto& fill : fills) {
    if (fill.symbol != series.symbol || fill.at < candles[0].start) continue;
    std::size_t k = 0;
    while (k + 1 < shown && candles[k + 1].start <= fill.at) ++k;
    const double y = values.y(std::clamp(fill.at_price.to_double(), values.low, values.high));
    const double away = fill.side == side::buy ? 6 : -6;
    markers.push_back("<path class=\"" + std::string{fill.side == side::buy ? "buy" : "sell"} +
                      "\" d=\"M" + number(x_of(k)) + " " + number(y) + "l-4 " + number(away) +
                      "h8z\"/>");
  }
  const auto begin = markers.size() > fills_shown_max ? markers.size() - fills_shown_max : 0;
  for (auto k = begin; k < markers.size(); ++k) out += markers[k];
  return out + "</svg>";
}

}  // namespace bw
