#pragma once

#include <functional>

namespace CLI {
class App;
}

namespace bw::perf {

struct common_options {
  bool json = false;
  /// A size that only shows that it works.
  bool smoke = false;
};

/// Set by the sub-command that was named; answers the exit code.
using chosen_measurement = std::function<int()>;

void add_backtest(CLI::App& program, common_options& options, chosen_measurement& chosen);
void add_recording(CLI::App& program, common_options& options, chosen_measurement& chosen);
void add_codec(CLI::App& program, common_options& options, chosen_measurement& chosen);
void add_risk(CLI::App& program, common_options& options, chosen_measurement& chosen);
void add_audit(CLI::App& program, common_options& options, chosen_measurement& chosen);
void add_hop(CLI::App& program, common_options& options, chosen_measurement& chosen);
void add_count(CLI::App& program, common_options& options, chosen_measurement& chosen);
void add_report(CLI::App& program, common_options& options, chosen_measurement& chosen);
void add_socket_venue(CLI::App& program, common_options& options, chosen_measurement& chosen);
void add_ws(CLI::App& program, common_options& options, chosen_measurement& chosen);
void add_recovery(CLI::App& program, common_options& options, chosen_measurement& chosen);
void add_throughput(CLI::App& program, common_options& options, chosen_measurement& chosen);
void add_control(CLI::App& program, common_options& options, chosen_measurement& chosen);
void add_soak(CLI::App& program, common_options& options, chosen_measurement& chosen);
void add_tick_to_verdict(CLI::App& program, common_options& options, chosen_measurement& chosen);
void add_tick_to_order(CLI::App& program, common_options& options, chosen_measurement& chosen);

}  // namespace bw::perf
