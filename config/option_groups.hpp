#pragma once

#include <vector>

#include "config/option_table.hpp"

namespace bw {

// Parts of the option table, each in a file of its own. They append in the order that is shown.

void add_node_options(std::vector<option>& out);
void add_order_limits(std::vector<option>& out);
void add_position_limits(std::vector<option>& out);
void add_session_options(std::vector<option>& out);
void add_live_options(std::vector<option>& out);
void add_plugin_options(std::vector<option>& out);
void add_backtest_options(std::vector<option>& out);

}  // namespace bw
