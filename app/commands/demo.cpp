#include <CLI/CLI.hpp>

#include <unistd.h>

#include <algorithm>

#include <filesystem>
#include <iostream>

#include "app/cli.hpp"
#include "app/demo_venue.hpp"
#include "app/fault_choice.hpp"
#include "app/node_runner.hpp"
#include "app/signals.hpp"

namespace bw {
namespace {

struct demo_arguments {
  std::string run_for = "60s";
  std::int64_t speed = 60;
  std::uint64_t seed = 2;
  std::string state;
  std::string faults;
};

constexpr nanoseconds redraw_every = std::chrono::milliseconds{500};

/// A folder for this run; removed again unless the user named it.
class run_folder {
 public:
  explicit run_folder(const std::string& named) : keep_(!named.empty()) {
    path_ = keep_ ? std::filesystem::path{named}
                  : std::filesystem::temp_directory_path() /
                        ("bellwether-demo-" + std::to_string(::getpid()));
  }
  ~run_folder() {
    std::error_code ignored;
    if (!keep_) std::filesystem::remove_all(path_, ignored);
  }
  run_folder(const run_folder&) = delete;
  run_folder& operator=(const run_folder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  bool keep_;
  std::filesystem::path path_;
};

std::string live_table(const node_status& now, std::chrono::seconds left) {
  auto out = format_table(
      {{"venue time", format_rfc3339(now.at), "left", std::to_string(left.count()) + " s"},
       {"state", std::string{to_string(now.trading.mode)}, "session",
        std::string{to_string(now.session.phase)}},
       {"equity", now.portfolio_value.text(), "today", now.daily_pnl.text()},
       {"market data", std::to_string(now.market_messages), "signals", std::to_string(now.signals)},
       {"orders", std::to_string(now.orders_submitted), "fills", std::to_string(now.fills)},
       {"denied", std::to_string(now.orders_denied), "audit records",
        std::to_string(now.audit_records)}});
  std::vector<std::vector<std::string>> rows{
      {"symbol", "qty", "average", "last", "unrealized", "strategy"}};
  for (const auto& held : now.positions)
    rows.push_back({held.symbol, held.qty.text(), held.average.text(), held.last.text(),
                    held.unrealized.text(), held.strategy});
  return out + "\n" + format_table(rows);
}

/// Draws over what it drew before.
class live_view {
 public:
  void draw(const std::string& text) {
    if (lines_ > 0) std::cerr << "\x1b[" << lines_ << "A\x1b[J";
    std::cerr << text << std::flush;
    lines_ = std::count(text.begin(), text.end(), '\n');
  }

 private:
  std::ptrdiff_t lines_ = 0;
};

void watch(stop_signals& stop, node_runner& runner, nanoseconds run_for, bool rich) {
  const system_clock real;
  const auto end = real.mono_now() + run_for;
  live_view view;
  for (auto now = real.mono_now(); now < end && !runner.has_failed(); now = real.mono_now()) {
    runner.look();
    if (rich)
      view.draw(
          live_table(runner.status(), std::chrono::duration_cast<std::chrono::seconds>(end - now)));
    if (stop.wait_for(std::min<nanoseconds>(redraw_every, end - now))) return;
  }
}

int run_demo(const common_flags& flags, const demo_arguments& asked) {
  const auto run_for = parse_duration(asked.run_for);
  if (!run_for) return fail(flags, run_for.failure());
  const auto faults = choose_faults(asked.faults);
  if (!faults) return fail(flags, {exit_code::usage, faults.failure().context, ""});
  stop_signals stop;
  demo_venue venue{asked.seed, asked.speed, {}, *faults};
  const auto port = venue.start();
  if (!port) return fail(flags, port.failure());
  const run_folder folder{asked.state};
  auto config =
      parse_config(sample_node_toml(), "node.toml", sample_strategies_toml(), "strategies.toml");
  if (!config) return fail(flags, config.failure());
  config->config.mode = environment::sim;
  config->config.sim.port = *port;
  config->config.state_folder = folder.path();
  // A demonstration shall not fail because a node runs beside it.
  config->config.ops.port = 0;
  metrics_registry metrics;
  node_runner::setup setup;
  setup.config = std::move(*config);
  setup.shared_clock = &venue.time();
  setup.metrics = &metrics;
  setup.wake = [&stop] { stop.request_stop(); };
  node_runner runner{std::move(setup)};
  if (const auto failed = runner.start()) return fail(flags, *failed);
  const bool rich = !flags.json && !flags.quiet && is_rich_terminal(STDERR_FILENO, flags);
  if (!flags.json && !flags.quiet)
    std::cerr << "Simulated market, simulated money: a session at " << asked.speed
              << " times its speed for " << asked.run_for
              << ". Health and metrics: http://127.0.0.1:" << runner.ops_port()
              << "/readyz?verbose and /metrics\n\n";
  watch(stop, runner, *run_for, rich);
  runner.stop();
  const auto went = venue.ask([](const auto& service) { return service.faults(); });
  venue.stop();
  if (*faults && !flags.quiet) std::cerr << fault_summary(**faults, went);
  if (flags.json)
    std::cout << summary_json(runner) << '\n';
  else
    std::cout << (rich ? "\n" : "") << summary_text(runner)
              << "\nNext: `bellwether init my-node` writes a configuration to start from.\n";
  if (runner.has_failed()) return fail(flags, {runner.code(), runner.fatal_text(), ""});
  if (!runner.audit_verified())
    return fail(flags, {exit_code::integrity, "the audit log does not verify", ""});
  return static_cast<int>(exit_code::ok);
}

}  // namespace

void add_demo(CLI::App& program, common_flags& flags, chosen_command& chosen) {
  auto* command = program.add_subcommand(
      "demo", "The whole node on the built-in exchange: no account, no configuration");
  command->footer(
      "Examples:  bellwether demo --for 20s --speed 60 --json\n"
      "           bellwether demo --for 30s --faults f28");
  auto asked = std::make_shared<demo_arguments>();
  command->add_option("--for,--duration", asked->run_for, "How long: 20s, 2m")
      ->capture_default_str();
  command->add_option("--speed", asked->speed, "Venue seconds per second")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  command->add_option("--seed", asked->seed, "The market that is generated")->capture_default_str();
  command
      ->add_option("--faults", asked->faults,
                   "What goes wrong on purpose: a script's file, or a built-in one by its name")
      ->type_name("FILE|NAME");
  command->add_option("--state", asked->state, "Keep the run's log and audit in this folder");
  command->callback(
      [&chosen, &flags, asked] { chosen = [&flags, asked] { return run_demo(flags, *asked); }; });
}

}  // namespace bw
