#pragma once

#include <functional>
#include <memory>

#include "app/output.hpp"

namespace CLI {
class App;
}

namespace bw {

/// What the command line asked for, to be carried out after parsing.
using chosen_command = std::function<int()>;

/// One command: adds itself to the program and sets `chosen` when it was asked for.
using add_command = void (*)(CLI::App& program, common_flags& flags, chosen_command& chosen);

void add_arm(CLI::App& program, common_flags& flags, chosen_command& chosen);
void add_audit(CLI::App& program, common_flags& flags, chosen_command& chosen);
void add_backtest(CLI::App& program, common_flags& flags, chosen_command& chosen);
void add_broker(CLI::App& program, common_flags& flags, chosen_command& chosen);
void add_check(CLI::App& program, common_flags& flags, chosen_command& chosen);
void add_compare(CLI::App& program, common_flags& flags, chosen_command& chosen);
void add_config(CLI::App& program, common_flags& flags, chosen_command& chosen);
void add_data(CLI::App& program, common_flags& flags, chosen_command& chosen);
void add_demo(CLI::App& program, common_flags& flags, chosen_command& chosen);
void add_disarm(CLI::App& program, common_flags& flags, chosen_command& chosen);
void add_cancel_all(CLI::App& program, common_flags& flags, chosen_command& chosen);
void add_flatten(CLI::App& program, common_flags& flags, chosen_command& chosen);
void add_close(CLI::App& program, common_flags& flags, chosen_command& chosen);
void add_limits(CLI::App& program, common_flags& flags, chosen_command& chosen);
void add_override(CLI::App& program, common_flags& flags, chosen_command& chosen);
void add_halt(CLI::App& program, common_flags& flags, chosen_command& chosen);
void add_resolve(CLI::App& program, common_flags& flags, chosen_command& chosen);
void add_resume(CLI::App& program, common_flags& flags, chosen_command& chosen);
void add_watchdog(CLI::App& program, common_flags& flags, chosen_command& chosen);
void add_init(CLI::App& program, common_flags& flags, chosen_command& chosen);
void add_replay(CLI::App& program, common_flags& flags, chosen_command& chosen);
void add_reconcile(CLI::App& program, common_flags& flags, chosen_command& chosen);
void add_live(CLI::App& program, common_flags& flags, chosen_command& chosen);
void add_optimize(CLI::App& program, common_flags& flags, chosen_command& chosen);
void add_proposals(CLI::App& program, common_flags& flags, chosen_command& chosen);
void add_report(CLI::App& program, common_flags& flags, chosen_command& chosen);
void add_run(CLI::App& program, common_flags& flags, chosen_command& chosen);
void add_status(CLI::App& program, common_flags& flags, chosen_command& chosen);
void add_strategy(CLI::App& program, common_flags& flags, chosen_command& chosen);
void add_venue(CLI::App& program, common_flags& flags, chosen_command& chosen);
void add_export(CLI::App& program, common_flags& flags, chosen_command& chosen);
void add_orders(CLI::App& program, common_flags& flags, chosen_command& chosen);
void add_pnl(CLI::App& program, common_flags& flags, chosen_command& chosen);
void add_positions(CLI::App& program, common_flags& flags, chosen_command& chosen);
void add_trades(CLI::App& program, common_flags& flags, chosen_command& chosen);
void add_why(CLI::App& program, common_flags& flags, chosen_command& chosen);
void add_version(CLI::App& program, common_flags& flags, chosen_command& chosen);

/// Parses and carries out; answers the process's exit code.
int run_command_line(int argc, const char* const* argv);

}  // namespace bw
