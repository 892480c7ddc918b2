// A small process beside the node, with its own connection and its own keys: when the node falls
// silent, entries are cancelled at the broker and stops stay.

#include <CLI/CLI.hpp>

#include <iostream>

#include "app/broker_halt.hpp"
#include "app/cli.hpp"
#include "app/config_file.hpp"
#include "app/kill_watch.hpp"
#include "app/outside_notes.hpp"
#include "app/signals.hpp"
#include "config/config_loader.hpp"
#include "config/state_folder.hpp"
#include "core/json_writer.hpp"
#include "domain/silence_watch.hpp"

namespace bw {
namespace {

struct watchdog_arguments {
  std::string config;
  std::string silence = "10s";
  bool once = false;
};

constexpr nanoseconds look_every = std::chrono::milliseconds{250};
constexpr nanoseconds silence_min = std::chrono::seconds{2};

heartbeat_look look_at(const std::filesystem::path& file) {
  const auto beat = read_heartbeat(file);
  if (!beat) return {};
  return {true, beat->boot_no, beat->beat, beat->planned_stop};
}

void say(const common_flags& flags, const char* event, const std::string& text) {
  if (!flags.json) {
    std::cout << text << (text.ends_with('\n') ? "" : "\n") << std::flush;
    return;
  }
  json_writer out;
  out.begin_object().member("event", event).member("at", system_clock{}.utc_now());
  out.member("text", text).end_object();
  std::cout << out.take() << std::endl;
}

/// Answers whether nothing is open that could grow a position. What the broker's own positions show
/// to be risk-reducing stays, the stops first of all.
bool clear_entries(const common_flags& flags, broker_link& link, nanoseconds silent,
                   const std::filesystem::path& state, std::string& noted_answer) {
  const auto seconds =
      std::to_string(std::chrono::duration_cast<std::chrono::seconds>(silent).count());
  say(flags, "silent", "the node has been silent for " + seconds + " s: entries are cancelled");
  sweep_options options;
  options.what = sweep_what::not_reducing;
  const auto done = link.sweep(options, [&](const sweep_report& so_far) {
    say(flags, "orders_left_open", "not done after 5 s: " + sweep_text(so_far));
  });
  if (flags.json)
    std::cout << sweep_json(done) << std::endl;
  else
    say(flags, "swept", sweep_text(done));
  operator_record note;
  note.command = watchdog_command;
  note.who = "watchdog";
  note.why = "the node was silent for " + seconds + " s";
  note.channel = command_channel::watchdog;
  note.accepted = done.clean;
  note.answer = sweep_summary(done);
  // A round that came to the same as the one before is no news.
  if (note.answer != noted_answer)
    if (const auto noted = note_outside(state, note, system_clock{}.utc_now()); !noted)
      say(flags, "not_recorded", noted.failure().context);
  noted_answer = note.answer;
  quantity held;
  for (const auto& x : done.positions) held += abs(x.qty);
  quantity stopped;
  for (const auto& x : done.kept) stopped += x.qty - x.filled_total;
  if (stopped < held)
    say(flags, "uncovered_position",
        "of " + held.text() + " shares only " + stopped.text() +
            " have an order that reduces them: look at the account");
  return done.clean;
}

int watch(const common_flags& flags, const watchdog_arguments& asked) {
  const auto silence = parse_duration(asked.silence);
  if (!silence) return fail(flags, silence.failure());
  if (*silence < silence_min)
    return fail(flags, {exit_code::usage, "--silence must be at least 2s",
                        "the node shows once a second that it lives"});
  const auto config = load_config(find_config(asked.config));
  if (!config) return fail(flags, config.failure());
  stop_signals stop;
  auto link = broker_link::open(config->config);
  if (!link) return fail(flags, link.failure());
  const auto file = heartbeat_file(config->config.state_folder);
  say(flags, "watching",
      "watching " + file.string() + "; entries are cancelled after " + asked.silence +
          " without a beat");
  const system_clock real;
  silence_watch node{*silence};
  bool was_silent = false;
  std::string noted_answer;
  do {
    const auto now = real.mono_now();
    const auto verdict = node.look(look_at(file), now);
    if (verdict == silence_watch::verdict::silent) {
      was_silent = true;
      const bool clean = clear_entries(flags, **link, node.silent_for(now),
                                       config->config.state_folder, noted_answer);
      if (!clean) node.ask_again();
      if (asked.once) return static_cast<int>(clean ? exit_code::ok : exit_code::unreachable);
    }
    if (was_silent && verdict == silence_watch::verdict::beating) {
      was_silent = false;
      noted_answer.clear();
      say(flags, "beating", "the node shows itself again");
    }
  } while (!stop.wait_for(look_every));
  return static_cast<int>(exit_code::ok);
}

}  // namespace

void add_watchdog(CLI::App& program, common_flags& flags, chosen_command& chosen) {
  auto* command = program.add_subcommand(
      "watchdog", "Cancel entries at the broker when the node has fallen silent");
  command->footer(
      "Example:  bellwether watchdog --config node.toml --silence 10s\n"
      "Runs beside the node as a process of its own until it is stopped. It sends no order. Exit\n"
      "codes: 0 stopped, 2 configuration, 5 with --once when orders were left open.");
  auto asked = std::make_shared<watchdog_arguments>();
  command->add_option("-c,--config", asked->config,
                      "Configuration; else ./node.toml, then /etc/bellwether/node.toml");
  command->add_option("--silence,--on-silence", asked->silence, "So long without a beat: 10s")
      ->capture_default_str();
  command->add_flag("--once", asked->once, "End after the first silence");
  command->callback(
      [&chosen, &flags, asked] { chosen = [&flags, asked] { return watch(flags, *asked); }; });
}

}  // namespace bw
