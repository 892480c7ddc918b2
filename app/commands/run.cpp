#include <CLI/CLI.hpp>

#include <sys/resource.h>

#include <iostream>
#include <mutex>

#include "app/cli.hpp"
#include "app/config_file.hpp"
#include "app/node_runner.hpp"
#include "app/signals.hpp"
#include "config/secrets.hpp"

namespace bw {
namespace {

struct run_arguments {
  std::string config;
  std::string run_for;
  bool until_close = false;
  bool live = false;
};

/// How often the main thread looks whether the market has closed.
constexpr nanoseconds look_every = std::chrono::milliseconds{200};

/// Waits for a signal, a fatal reason, the end of `--for`, with `--until-close` the close of the
/// session that was seen open, or until the node may not go on.
void wait_for_the_end(stop_signals& stop, node_runner& runner, const clock& real,
                      std::optional<nanoseconds> run_for, bool until_close,
                      const std::function<bool()>& may_go_on) {
  const auto began = real.mono_now();
  bool was_open = false;
  while (!stop.wait_for(look_every)) {
    if (runner.has_failed()) return;
    runner.look();
    if (!may_go_on()) return;
    if (run_for && real.mono_now() - began >= *run_for) return;
    if (!until_close) continue;
    const auto status = runner.status();
    if (was_open && !status.market_open) return;
    was_open = was_open || status.market_open;
  }
}

/// A key pair must not lie about in the image of a crashed process.
void forbid_core_files() {
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
}

/// The node that SIGUSR1 kills. The signal may come before there is one, and while it ends.
class killable {
 public:
  void set(node_runner* node) {
    const std::lock_guard lock{mutex_};
    node_ = node;
    if (node_ != nullptr && asked_) node_->kill(who());
  }
  void kill() {
    const std::lock_guard lock{mutex_};
    asked_ = true;
    if (node_ != nullptr) node_->kill(who());
  }

 private:
  static operator_record who() {
    operator_record out;
    out.command = "kill";
    out.who = "signal";
    out.why = "SIGUSR1";
    out.channel = command_channel::signal;
    return out;
  }

  std::mutex mutex_;
  node_runner* node_ = nullptr;
  bool asked_ = false;
};

int run_node(const common_flags& flags, const run_arguments& asked) {
  std::optional<nanoseconds> run_for;
  if (!asked.run_for.empty()) {
    const auto parsed = parse_duration(asked.run_for);
    if (!parsed) return fail(flags, parsed.failure());
    run_for = *parsed;
  }
  // First of all: threads made from here on leave signals to it.
  killable target;
  stop_signals stop{[&target] { target.kill(); }};
  auto config = load_config(find_config(asked.config));
  if (!config) return fail(flags, config.failure());
  auto live = ask_for_live(config->config, asked.live);
  if (live.refusal) return fail(flags, *live.refusal);
  if (const auto agrees = check_environment(config->config.mode); !agrees)
    return fail(flags, agrees.failure());
  for (const auto& warning : config_warnings(config->config))
    if (!flags.quiet) std::cerr << "bellwether: " << warning << '\n';
  if (config->config.mode != environment::sim) forbid_core_files();
  const auto state_folder = config->config.state_folder;
  const live_options arming_places = config->config.live;
  metrics_registry metrics;
  node_runner::setup setup;
  setup.config = std::move(*config);
  setup.metrics = &metrics;
  setup.permit = live.permit;
  setup.wake = [&stop] { stop.request_stop(); };
  node_runner runner{std::move(setup)};
  if (const auto failed = runner.start()) return fail(flags, *failed);
  target.set(&runner);
  if (!flags.quiet)
    std::cerr << "bellwether: running; health at http://127.0.0.1:" << runner.ops_port()
              << "/readyz, status with `bellwether status --state " << state_folder.string()
              << "`, stop with Ctrl-C\n";
  const system_clock real;
  const auto still_armed = [&] {
    return !live.permit || is_still_armed(arming_places, *live.permit, real.utc_now());
  };
  wait_for_the_end(stop, runner, real, run_for, asked.until_close, still_armed);
  if (!flags.quiet) std::cerr << "bellwether: stopping\n";
  target.set(nullptr);
  runner.stop();
  std::cout << (flags.json ? summary_json(runner) + "\n" : summary_text(runner));
  if (runner.has_failed()) return fail(flags, {runner.code(), runner.fatal_text(), ""});
  if (!runner.audit_verified())
    return fail(flags, {exit_code::integrity, "the audit log does not verify",
                        "see `bellwether audit verify --state " + state_folder.string() + "`"});
  // By itself, and while a risk reason stood: whoever started it has to look first.
  const auto last = runner.status().trading;
  for (const auto reason : {halt_reason::kill, halt_reason::loss, halt_reason::drawdown})
    if (!stop.requested() && has_reason(last, reason))
      return fail(flags, {exit_code::stopped_by_risk,
                          "it ended while trading was halted: " + std::string{to_string(reason)},
                          "see `bellwether resume --help`"});
  return static_cast<int>(exit_code::ok);
}

}  // namespace

void add_run(CLI::App& program, common_flags& flags, chosen_command& chosen) {
  auto* command = program.add_subcommand("run", "Run the node until it is stopped");
  command->footer(
      "Example:  bellwether run --config node.toml\n"
      "          bellwether run --config node.toml --until-close --json\n"
      "With real money: see `bellwether live status` and docs/live.md. The node then stops by "
      "itself\n"
      "when the arming expires or `bellwether disarm` takes it back.\n"
      "SIGTERM or Ctrl-C stops it orderly within 10 s; a second Ctrl-C at once (130).\n"
      "SIGUSR1, or a file KILL in the state folder, is the kill switch (docs/halt.md).");
  auto asked = std::make_shared<run_arguments>();
  command->add_option("-c,--config", asked->config,
                      "Configuration; else ./node.toml, then /etc/bellwether/node.toml");
  command->add_option("--for", asked->run_for, "Stop after this time: 30s, 5m, 8h");
  command->add_flag("--until-close", asked->until_close, "Stop when the session has closed");
  command->add_flag("--live", asked->live, "One of the things that trading with real money needs");
  command->callback(
      [&chosen, &flags, asked] { chosen = [&flags, asked] { return run_node(flags, *asked); }; });
}

}  // namespace bw
