#pragma once

#include <vector>

#include "analytics/run_statistics.hpp"
#include "core/json_writer.hpp"

namespace bw {

// The JSON forms that reports, dashboards and comparisons share. Money is text, ratios are numbers,
// what is not defined is null.

/// A number in the shortest form that reads back as the same double; null for nan and infinity.
void write_number(json_writer& out, double value);

/// {"sharpe":1.52,"net_profit":"1234.5",…}
void write_json(json_writer& out, const figure_list& figures);
void write_json(json_writer& out, const trade_figures& figures);
/// An object of groups by name.
void write_json(json_writer& out, const grouped_figures& groups);
void write_json(json_writer& out, const std::vector<period_line>& periods);
void write_json(json_writer& out, const closed_trade& trade);
void write_json(json_writer& out, const open_trade& trade);

}  // namespace bw
