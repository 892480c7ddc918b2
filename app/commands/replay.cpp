#include <CLI/CLI.hpp>

#include <unistd.h>

#include <iostream>
#include <memory>

#include "app/cli.hpp"
#include "app/command_log.hpp"
#include "app/config_file.hpp"
#include "app/parity_certificate.hpp"
#include "app/replay_config.hpp"
#include "config/state_folder.hpp"
#include "core/clock.hpp"
#include "core/json_writer.hpp"
#include "storage/event_json.hpp"

namespace bw {
namespace {

struct replay_arguments {
  std::string where;
  state_choice state;
  std::string day;
  std::string session;
  std::string plugins;
  std::vector<std::string> settings;
  bool prove = false;
};

/// The state folder: named itself, by its audit log, or by the options.
result<std::filesystem::path> state_of(const replay_arguments& asked) {
  if (asked.where.empty()) return find_state_folder(asked.state);
  std::filesystem::path path = asked.where;
  if (!path.has_filename()) path = path.parent_path();
  std::error_code ignored;
  if (!std::filesystem::exists(audit_folder(path), ignored) && path.filename() == "audit")
    return path.has_parent_path() ? path.parent_path() : std::filesystem::path{"."};
  return path;
}

result<other_settings> settings_of(const replay_arguments& asked) {
  other_settings out;
  for (const auto& each : asked.settings) {
    const auto equals = each.find('=');
    if (equals == std::string::npos || equals == 0)
      return {ec::invalid_argument, "'" + each + "' is no setting; write KEY=VALUE"};
    out.emplace_back(each.substr(0, equals), each.substr(equals + 1));
  }
  // Said before hours of recordings are read, and not after.
  recorded_parameters sample;
  sample.node_toml = sample_node_toml();
  sample.strategies_toml = sample_strategies_toml();
  if (const auto tried = config_of_recording(sample, out); !tried) return tried.failure();
  return out;
}

/// Share of the work that is done, and the time it still takes, once a second.
class progress_line {
 public:
  void show(std::uint64_t done, std::uint64_t all) {
    const auto now = real_.mono_now();
    if (done == 0 || all <= done || now - shown_ < std::chrono::seconds{1}) return;
    shown_ = now;
    const auto spent = (now - began_).count();
    const auto left = static_cast<std::int64_t>(static_cast<int128>(spent) *
                                                static_cast<std::int64_t>(all - done) /
                                                static_cast<std::int64_t>(done) / 1'000'000'000);
    std::cerr << "\r" << done * 100 / all << " % of " << (all >> 20) << " MiB, about " << left
              << " s left   " << std::flush;
    any_ = true;
  }
  ~progress_line() {
    if (any_) std::cerr << "\r                                        \r" << std::flush;
  }

 private:
  system_clock real_;
  mono_ns began_ = real_.mono_now();
  mono_ns shown_ = began_;
  bool any_ = false;
};

std::string report_json(const replay_report& report) {
  json_writer out;
  out.begin_object();
  out.member("schema_version", 1);
  out.member("identical", !report.differs());
  out.member("complete", report.is_complete());
  write_replay(out, report);
  out.end_object();
  return out.take();
}

std::string report_text(const replay_report& report) {
  std::vector<std::vector<std::string>> rows{{"decisions", "compared", "identical"}};
  for (std::size_t k = 1; k <= decision_kind_count; ++k)
    rows.push_back({std::string{to_string(static_cast<decision_kind>(k))},
                    std::to_string(report.decisions[k].compared),
                    std::to_string(report.decisions[k].identical)});
  std::string out = std::to_string(report.boots) + " runs, " +
                    std::to_string(report.segments.size()) + " segments, " +
                    std::to_string(report.inputs) + " inputs (" +
                    std::to_string(report.market_inputs) + " of the market)\n" + format_table(rows);
  if (report.cut_off > 0)
    out += std::to_string(report.cut_off) + " decisions stand at the edge of a crash\n";
  if (report.uncovered > 0)
    out += std::to_string(report.uncovered) + " decisions have no recorded inputs\n";
  for (const auto& why : report.incomplete) out += "incomplete: " + why + "\n";
  return out;
}

/// The log of the node says what came of it: one of the things that real money asks for. The log
/// has one writer, so that no node may run.
result<void> put_down(const replay_arguments& asked, const std::filesystem::path& state,
                      const proof_record& proof) {
  auto loaded = load_config(find_config(asked.state.config));
  if (!loaded) return std::move(loaded).failure();
  loaded->config.state_folder = state;
  auto log = command_log::open(*loaded, "operator");
  if (!log) return std::move(log).failure();
  if (const auto written = log->write({proof}); !written) return written.failure();
  return log->close("replay --prove");
}

/// Differences weigh more than gaps.
int verdict_on(const common_flags& flags, const replay_report& report,
               const other_settings& settings) {
  if (!report.tampered.empty())
    return fail(flags, {exit_code::integrity,
                        "the recording is not the one that was made: " + report.tampered.front(),
                        "keep the folder as it is; `bellwether audit verify` checks the log"});
  if (report.first)
    return fail(
        flags,
        {exit_code::integrity,
         std::to_string(report.differences) + " of " + std::to_string(report.compared()) +
             " decisions differ; the first: " + report.first->text(),
         settings.empty() ? "the same inputs gave another decision: another version, or a bug"
                          : "that is what the other setting changes"});
  if (!report.is_complete())
    return fail(flags, {exit_code::not_ready,
                        "what is recorded was decided as the log says, and not everything is "
                        "recorded: " +
                            report.incomplete.front(),
                        ""});
  return static_cast<int>(exit_code::ok);
}

int run_replay_command(const common_flags& flags, const replay_arguments& asked) {
  const auto state = state_of(asked);
  if (!state) return fail(flags, state.failure());
  const auto settings = settings_of(asked);
  if (!settings) return fail(flags, settings.failure());
  auto calendar = session_calendar::make();
  if (!calendar) return fail(flags, calendar.failure());
  // Beside the state folder lies the configuration, and beside that its plugins.
  plugin_options plugins;
  plugins.folder = asked.plugins.empty()
                       ? std::filesystem::absolute(*state).parent_path() / "plugins"
                       : std::filesystem::path{asked.plugins};
  const auto catalog = discover_plugins(plugins, environment::sim, built_in_strategies());
  replay_setup setup{.log = audit_folder(*state),
                     .recordings = recordings_folder(*state),
                     .config_of =
                         [&](const recorded_parameters& x) {
                           return config_of_recording(x, *settings, catalog->registry);
                         },
                     .strategies = &catalog->registry,
                     .calendar = std::move(*calendar)};
  const auto& day = asked.session.empty() ? asked.day : asked.session;
  if (!day.empty()) {
    const auto date = parse_date(day);
    if (!date) return fail(flags, date.failure());
    setup.day = *date;
  }
  std::optional<parity_certificate> certificate;
  std::optional<replay_report> report;
  {
    progress_line line;
    if (!flags.quiet && is_rich_terminal(STDERR_FILENO, flags))
      setup.progress = [&](std::uint64_t done, std::uint64_t all) { line.show(done, all); };
    if (!asked.session.empty()) {
      auto made = certify_session(setup);
      if (!made && made.code() != ec::out_of_range) return fail(flags, made.failure());
      if (made) certificate.emplace(std::move(*made));
    } else {
      auto made = replay_log(setup);
      if (!made) return fail(flags, made.failure());
      report.emplace(std::move(*made));
    }
  }
  if (setup.day && !certificate && (!report || report->boots == 0))
    return fail(flags, {exit_code::usage, "no run of the log reaches into " + day,
                        "`bellwether audit show --type boot` says when the node ran"});
  if (certificate) {
    report.emplace(certificate->report);
    // Another setting is a question, and not what happened.
    if (settings->empty()) {
      const auto kept = keep_certificate(*state, *setup.day, certificate->json);
      if (!kept) return fail(flags, kept.failure());
      if (!flags.json && !flags.quiet) std::cerr << "written: " << kept->string() << '\n';
      if (asked.prove)
        if (const auto put = put_down(asked, *state, certificate->proof); !put)
          return fail(flags, put.failure());
    }
  }
  if (flags.json)
    std::cout << (certificate ? certificate->json : report_json(*report)) << '\n';
  else
    std::cout << report_text(*report)
              << (certificate ? format_table(certificate->errors) : std::string{});
  std::cout.flush();
  return verdict_on(flags, *report, *settings);
}

}  // namespace

void add_replay(CLI::App& program, common_flags& flags, chosen_command& chosen) {
  auto* command = program.add_subcommand(
      "replay", "Decide again from recorded inputs and compare with the audit log");
  command->footer(
      "Examples:  bellwether replay state\n"
      "           bellwether replay --session 2026-11-02 --json\n"
      "           bellwether replay state --set risk.max_qty=100\n"
      "Exit codes: 0 every decision is the same; 7 one differs, or a recording was changed;\n"
      "3 what is there is the same, and not everything was recorded.");
  auto asked = std::make_shared<replay_arguments>();
  command->add_option("LOG", asked->where, "State folder of a node, or its audit log");
  add_state_choice(*command, asked->state);
  auto* day = command->add_option("--day", asked->day, "Compare only this trading day: 2026-11-02");
  command
      ->add_option("--session", asked->session,
                   "The same, and each order again on the recorded market")
      ->excludes(day);
  command->add_option("--plugins", asked->plugins,
                      "Folder with the plugins that the node had (default: beside the state)");
  command->add_option("--set", asked->settings,
                      "Replay with another setting (KEY=VALUE, may be repeated)");
  command
      ->add_flag("--prove", asked->prove,
                 "Put the result down in the log, for `bellwether live`; while no node runs")
      ->needs("--session")
      ->excludes("--set");
  command->callback([&chosen, &flags, asked] {
    chosen = [&flags, asked] { return run_replay_command(flags, *asked); };
  });
}

}  // namespace bw
