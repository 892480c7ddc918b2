#pragma once

#include <string>

#include "perf/result_store.hpp"

namespace bw::perf {

/// docs/LATENCY.md. `plot` is the plot's file name beside it.
std::string report_text(const result_store& store, const std::string& plot);

/// Percentiles of tick to order and of tick to verdict by offered rate, both axes logarithmic.
std::string plot_svg(const result_store& store);

}  // namespace bw::perf
