// The plot of docs/LATENCY.md: percentiles by offered rate, both axes logarithmic.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "perf/report_page.hpp"
#include "perf/result_page.hpp"

namespace bw::perf {
namespace {

constexpr double width = 760;
constexpr double height = 420;
constexpr double left = 70;
constexpr double right = 210;
constexpr double top = 20;
constexpr double bottom = 50;

struct point {
  double rate;
  double ns;
};
struct curve {
  std::string name;
  std::vector<point> points;
};

std::string number(double x) {
  std::array<char, 40> text{};
  const int size = std::snprintf(text.data(), text.size(), "%.1f", x);
  return {text.data(), static_cast<std::size_t>(size)};
}

/// One for each percentile of each set of conditions that was run at several rates.
std::vector<curve> curves_of(const result_store& store) {
  std::vector<curve> out;
  for (const char* command : {"tick-to-order", "tick-to-verdict"})
    for (const char* percentile : {"p50_ns", "p99_ns"})
      for (const auto* x : store.medians(command)) {
        if (x->rows.empty() || x->setting("rate").empty()) continue;
        const auto value = x->rows.front().find(percentile);
        if (!value || *value <= 0) continue;
        const auto name = std::string{command}.substr(8) + " " + x->setting("sync") + " " +
                          x->setting("wait") + " " + x->setting("mode") + " p" +
                          std::string{percentile}.substr(1, 2);
        auto at = std::find_if(out.begin(), out.end(),
                               [&](const curve& each) { return each.name == name; });
        if (at == out.end()) at = out.insert(out.end(), {name, {}});
        at->points.push_back({std::stod(x->setting("rate")), *value});
      }
  return out;
}

struct axis {
  double low;
  double high;
  double from;
  double to;
  double place(double value) const {
    const auto part = (std::log10(value) - low) / std::max(high - low, 1.0);
    return from + part * (to - from);
  }
};

}  // namespace

std::string plot_svg(const result_store& store) {
  const auto curves = curves_of(store);
  axis x{9, 0, left, width - right};
  axis y{12, 0, height - bottom, top};
  for (const auto& each : curves)
    for (const auto& p : each.points) {
      x.low = std::min(x.low, std::floor(std::log10(p.rate)));
      x.high = std::max(x.high, std::ceil(std::log10(p.rate)));
      y.low = std::min(y.low, std::floor(std::log10(p.ns)));
      y.high = std::max(y.high, std::ceil(std::log10(p.ns)));
    }
  std::string out = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + number(width) +
                    " " + number(height) +
                    "\" font-family=\"sans-serif\" font-size=\"11\">\n"
                    "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n";
  const auto text = [&](double at_x, double at_y, const std::string& what, const char* anchor) {
    out += "<text x=\"" + number(at_x) + "\" y=\"" + number(at_y) + "\" text-anchor=\"" + anchor +
           "\">" + what + "</text>\n";
  };
  const auto line = [&](double x1, double y1, double x2, double y2) {
    out += "<line x1=\"" + number(x1) + "\" y1=\"" + number(y1) + "\" x2=\"" + number(x2) +
           "\" y2=\"" + number(y2) + "\" stroke=\"#ddd\"/>\n";
  };
  for (auto decade = y.low; decade <= y.high && !curves.empty(); ++decade) {
    const auto at = y.place(std::pow(10, decade));
    line(left, at, width - right, at);
    text(left - 6, at + 4, duration_text(std::pow(10, decade)), "end");
  }
  for (auto decade = x.low; decade <= x.high && !curves.empty(); ++decade) {
    const auto at = x.place(std::pow(10, decade));
    line(at, top, at, height - bottom);
    text(at, height - bottom + 16,
         number(std::pow(10, decade)).substr(0, number(std::pow(10, decade)).size() - 2), "middle");
  }
  text((left + width - right) / 2, height - 10, "ticks a second, offered", "middle");
  constexpr std::array colours{"#1b6ca8", "#c0392b", "#27864a", "#8e44ad",
                               "#b9770e", "#16797f", "#7f4f24", "#4d5a66"};
  for (std::size_t k = 0; k < curves.size(); ++k) {
    const auto* colour = colours[k % colours.size()];
    std::string path;
    for (const auto& p : curves[k].points) {
      path += number(x.place(p.rate)) + "," + number(y.place(p.ns)) + " ";
      out += "<circle cx=\"" + number(x.place(p.rate)) + "\" cy=\"" + number(y.place(p.ns)) +
             "\" r=\"3\" fill=\"" + colour + "\"/>\n";
    }
    out += "<polyline fill=\"none\" stroke=\"" + std::string{colour} + "\" points=\"" + path +
           "\"/>\n";
    const auto at = top + 14 * static_cast<double>(k + 1);
    out += "<rect x=\"" + number(width - right + 10) + "\" y=\"" + number(at - 8) +
           "\" width=\"10\" height=\"10\" fill=\"" + colour + "\"/>\n";
    text(width - right + 25, at + 1, curves[k].name, "start");
  }
  return out + "</svg>\n";
}

}  // namespace bw::perf
