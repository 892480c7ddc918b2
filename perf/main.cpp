#include <CLI/CLI.hpp>

#include <exception>
#include <iostream>

#include "core/exit_code.hpp"
#include "perf/commands.hpp"

int main(int argc, char** argv) {
  using namespace bw;
  try {
    CLI::App program{"Bellwether's measurements.", "bellwether-perf"};
    program.require_subcommand(1);
    perf::common_options options;
    perf::chosen_measurement chosen;
    perf::add_backtest(program, options, chosen);
    perf::add_recording(program, options, chosen);
    perf::add_codec(program, options, chosen);
    perf::add_risk(program, options, chosen);
    perf::add_audit(program, options, chosen);
    perf::add_hop(program, options, chosen);
    perf::add_count(program, options, chosen);
    perf::add_report(program, options, chosen);
    perf::add_socket_venue(program, options, chosen);
    perf::add_ws(program, options, chosen);
    perf::add_recovery(program, options, chosen);
    perf::add_throughput(program, options, chosen);
    perf::add_control(program, options, chosen);
    perf::add_soak(program, options, chosen);
    perf::add_tick_to_verdict(program, options, chosen);
    perf::add_tick_to_order(program, options, chosen);
    for (auto* command : program.get_subcommands({})) {
      command->add_flag("--json", options.json, "JSON on stdout");
      command->add_flag("--smoke", options.smoke, "Small: shows that it works, measures nothing");
    }
    try {
      program.parse(argc, argv);
    } catch (const CLI::Success& wanted) {
      return program.exit(wanted);
    } catch (const CLI::ParseError& wrong) {
      program.exit(wrong);
      return static_cast<int>(exit_code::usage);
    }
    return chosen();
  } catch (const std::exception& failure) {
    std::cerr << "bellwether-perf: unexpected: " << failure.what() << '\n';
    return static_cast<int>(exit_code::unexpected);
  }
}
