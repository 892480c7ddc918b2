// How a person reaches into a node: halt, kill, resume, flatten, close, cancel-all, resolve.

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <iostream>

#include "app/broker_halt.hpp"
#include "app/cli.hpp"
#include "app/commands/person_command.hpp"
#include "app/config_file.hpp"
#include "app/control_client.hpp"
#include "app/kill_switch.hpp"
#include "app/outside_notes.hpp"
#include "app/signals.hpp"
#include "config/config_loader.hpp"
#include "config/state_folder.hpp"
#include "core/json_writer.hpp"

namespace bw {
namespace {

/// Between two looks whether everything is closed.
constexpr nanoseconds look_every = std::chrono::milliseconds{500};

// halt

/// At the broker, with or without a node. The file comes first: a node that stands still finds it
/// when it goes on, before anything leaves.
int halt_at_broker(const common_flags& flags, const person_arguments& asked) {
  const auto config = load_config(find_config(asked.where.config));
  if (!config) return fail(flags, config.failure());
  const auto folder = asked.where.state.empty() ? config->config.state_folder
                                                : std::filesystem::path{asked.where.state};
  operator_record who;
  who.command = halt_broker_command;
  who.who = asked.request.who;
  who.why = asked.request.why;
  std::error_code made;
  std::filesystem::create_directories(folder, made);
  const auto written = write_kill_file(kill_file(folder), who, 0, system_clock{}.utc_now());
  auto link = broker_link::open(config->config);
  if (!link) return fail(flags, link.failure());
  sweep_options options;
  if (asked.keep_protective || config->config.kill_keeps_protective)
    options.what = sweep_what::not_reducing;
  const auto done = (*link)->sweep(options, [&](const sweep_report& so_far) {
    if (!flags.quiet) std::cerr << "bellwether: not done after 5 s\n" << sweep_text(so_far);
  });
  result<void> suspended;
  if (asked.suspend) suspended = (*link)->suspend_trading();
  who.accepted = done.clean;
  who.answer = sweep_summary(done);
  const auto noted = note_outside(folder, who, system_clock{}.utc_now());
  if (!noted && !flags.quiet)
    std::cerr << "bellwether: this will be missing in the audit log: " << noted.failure().context
              << '\n';
  if (flags.json)
    std::cout << sweep_json(done) << '\n';
  else
    std::cout << sweep_text(done)
              << (asked.suspend && suspended ? "the account takes no new orders\n" : "");
  if (!done.clean)
    return fail(flags, {exit_code::unreachable, "not every order is cancelled",
                        "repeat the command, or cancel at the broker's own page"});
  if (!suspended)
    return fail(flags, {exit_code::unreachable,
                        "the account could not be suspended: " + suspended.failure().context, ""});
  if (!written)
    return fail(flags, {exit_code::unexpected, written.failure().context,
                        "the orders are cancelled; a node could send new ones"});
  return static_cast<int>(exit_code::ok);
}

int halt(const common_flags& flags, const person_arguments& asked) {
  if (asked.broker) return halt_at_broker(flags, asked);
  if (asked.suspend || asked.keep_protective)
    return fail(flags, {exit_code::usage, "--suspend and --keep-protective go with --broker", ""});
  return ask_and_show(flags, asked);
}

// flatten

struct holdings {
  bool known = false;
  std::size_t positions = 0;
  /// Closing everything is under way: the broker has not shown zero yet.
  bool closing = false;
  std::string text;
};

/// What is held of one symbol, or of all when it is empty.
holdings look_at(const std::filesystem::path& folder, const std::string& symbol) {
  holdings out;
  const auto body = ask_node_status(folder);
  if (!body) return out;
  const auto status = nlohmann::json::parse(*body, nullptr, false);
  const auto rows =
      status.is_object() ? status.value("positions", nlohmann::json::array()) : nlohmann::json{};
  if (!rows.is_array()) return out;
  out.known = true;
  out.closing = symbol.empty() && status.contains("flatten") && status["flatten"].is_string();
  for (const auto& row : rows) {
    if (!row.is_object() || (!symbol.empty() && row.value("symbol", "") != symbol)) continue;
    ++out.positions;
    out.text +=
        (out.text.empty() ? "" : ", ") + row.value("qty", "?") + " " + row.value("symbol", "?");
  }
  return out;
}

int wait_until_flat(const common_flags& flags, const std::filesystem::path& folder,
                    nanoseconds within, const std::string& symbol) {
  stop_signals stop;
  const system_clock real;
  const auto began = real.mono_now();
  std::string shown;
  while (true) {
    const auto now = look_at(folder, symbol);
    const auto took = real.mono_now() - began;
    // The status is as old as half a second: one that is flat right after the command may not know
    // of it yet.
    if (now.known && now.positions == 0 && !now.closing && took > look_every * 3) {
      return show_answer(flags,
                         {true, "flat after " + std::to_string(took.count() / 1'000'000) + " ms"});
    }
    const auto text = !now.known          ? std::string{"the node does not say what it holds"}
                      : now.positions > 0 ? "still held: " + now.text
                                          : "nothing is held; the broker is asked";
    if (!flags.quiet && text != shown && now.positions > 0)
      std::cerr << "bellwether: " << text << '\n';
    shown = text;
    if (took > within)
      return fail(flags, {exit_code::not_ready, "not flat yet; " + text,
                          "it goes on; see `bellwether status`"});
    if (stop.wait_for(look_every))
      return fail(flags, {exit_code::interrupted, "no longer waiting; " + text,
                          "the positions are being closed all the same"});
  }
}

bool is_market_open(const std::filesystem::path& folder) {
  const auto body = ask_node_status(folder);
  const auto status = body ? nlohmann::json::parse(*body, nullptr, false) : nlohmann::json{};
  return status.is_object() && status.value("market_open", false);
}

/// flatten and close: asks, and waits until nothing is held.
int flatten(const common_flags& flags, const person_arguments& asked) {
  if (asked.request.at_open && asked.request.withdraw)
    return fail(flags, {exit_code::usage, "--at-open and --cancel are two wishes", ""});
  const auto within = parse_duration(asked.within);
  if (!within) return fail(flags, within.failure());
  const auto folder = find_state_folder(asked.where);
  if (!folder) return fail(flags, folder.failure());
  const bool waits = asked.request.at_open && !is_market_open(*folder);
  const auto answer = ask_node(*folder, asked.request);
  if (!answer) return fail(flags, failure_of_request(answer.failure()));
  if (!answer->accepted || asked.request.withdraw || waits) return show_answer(flags, *answer);
  if (!flags.quiet) std::cerr << "bellwether: " << answer->text << '\n';
  return wait_until_flat(flags, *folder, *within, asked.request.symbol);
}

}  // namespace

void add_halt(CLI::App& program, common_flags& flags, chosen_command& chosen) {
  auto* command = program.add_subcommand("halt", "Stop trading: new entries, or everything");
  command->footer(
      "Example:  bellwether halt --why \"odd prices\"          no entries; stops stay\n"
      "          bellwether halt --kill --why \"runs wild\"     nothing leaves, every order goes\n"
      "          bellwether halt --broker --config node.toml  the same without a node\n"
      "Positions stay; close them with `bellwether flatten`. Exit codes: 0 done, 5 no node or no\n"
      "broker, or orders left open, 8 refused.");
  auto asked = std::make_shared<person_arguments>();
  add_person(*command, *asked);
  command->add_flag("--kill", asked->request.kill,
                    "The emergency stop: no order leaves any more and every order is cancelled");
  command->add_flag("--broker", asked->broker,
                    "Cancel at the broker and leave the kill file; needs no running node");
  command->add_flag("--suspend", asked->suspend,
                    "With --broker: the account itself refuses new orders from then on");
  command->add_flag("--keep-protective", asked->keep_protective,
                    "With --broker: leave orders that can only shrink a position");
  command->callback([&chosen, &flags, asked] {
    asked->request.verb = control_verb::halt;
    chosen = [&flags, asked] { return halt(flags, *asked); };
  });
}

void add_resume(CLI::App& program, common_flags& flags, chosen_command& chosen) {
  auto* command =
      program.add_subcommand("resume", "Take a reason away that only a person may take away");
  command->footer(
      "Example:  bellwether resume --clear operator --why \"prices are fine\"\n"
      "          bellwether resume --clear late_appearance --symbol AAPL --why \"checked\"\n"
      "A KILL is cleared only after a restart of the node. Exit codes: 0 done, 5 no node,\n"
      "8 refused.");
  auto asked = std::make_shared<person_arguments>();
  add_person(*command, *asked);
  command
      ->add_option("--clear", asked->request.reason, "The reason, as `bellwether status` shows it")
      ->required();
  command->add_option("--symbol", asked->request.symbol, "Lift a stop of this symbol instead");
  command->callback([&chosen, &flags, asked] {
    asked->request.verb =
        asked->request.symbol.empty() ? control_verb::resume : control_verb::lift_stop;
    chosen = [&flags, asked] { return ask_and_show(flags, *asked); };
  });
}

void add_flatten(CLI::App& program, common_flags& flags, chosen_command& chosen) {
  auto* command = program.add_subcommand(
      "flatten", "Close every position of the node, and wait until nothing is held");
  command->footer(
      "Example:  bellwether flatten --why \"going home\" --within 2m\n"
      "          bellwether flatten --at-open --why \"bad news\"   with the next open\n"
      "          bellwether flatten --cancel --why \"checked\"     no longer at the open\n"
      "Entries are halted until `bellwether resume --clear operator`. Positions that are not\n"
      "the node's stay. While the market is closed only --at-open is taken. Exit codes: 0 flat,\n"
      "or waiting for the open, 3 not flat in time, 5 no node, 8 refused.");
  auto asked = std::make_shared<person_arguments>();
  add_person(*command, *asked);
  command->add_option("--within", asked->within, "How long to wait: 30s, 5m")
      ->capture_default_str();
  command->add_flag("--at-open", asked->request.at_open,
                    "While the market is closed: with the next open, over restarts too");
  command->add_flag("--cancel", asked->request.withdraw, "Take back what waits for the open");
  command->callback([&chosen, &flags, asked] {
    asked->request.verb = control_verb::flatten;
    chosen = [&flags, asked] { return flatten(flags, *asked); };
  });
}

void add_close(CLI::App& program, common_flags& flags, chosen_command& chosen) {
  auto* command = program.add_subcommand(
      "close", "Close the node's position in one symbol, and wait until it is gone");
  command->footer(
      "Example:  bellwether close AAPL --why \"earnings tonight\"\n"
      "Its orders are cancelled first. Other symbols go on; this one is not entered again in the\n"
      "session. Shares that are not the node's stay. Exit codes: 0 closed, 3 not in time,\n"
      "5 no node, 8 refused: the market is closed, or the node holds nothing of it.");
  auto asked = std::make_shared<person_arguments>();
  add_person(*command, *asked);
  command->add_option("symbol", asked->request.symbol, "Which one")->required();
  command->add_option("--within", asked->within, "How long to wait: 30s, 5m")
      ->capture_default_str();
  command->callback([&chosen, &flags, asked] {
    asked->request.verb = control_verb::close_position;
    chosen = [&flags, asked] { return flatten(flags, *asked); };
  });
}

void add_cancel_all(CLI::App& program, common_flags& flags, chosen_command& chosen) {
  auto* command =
      program.add_subcommand("cancel-all", "Cancel every open order of the node; trading goes on");
  command->footer(
      "Example:  bellwether cancel-all --why \"stuck orders\"\n"
      "Stops of positions are placed again at once. Exit codes: 0 done, 5 no node, 8 refused.");
  auto asked = std::make_shared<person_arguments>();
  add_person(*command, *asked);
  command->callback([&chosen, &flags, asked] {
    asked->request.verb = control_verb::cancel_all;
    chosen = [&flags, asked] { return ask_and_show(flags, *asked); };
  });
}

void add_resolve(CLI::App& program, common_flags& flags, chosen_command& chosen) {
  auto* command = program.add_subcommand(
      "resolve", "Say what became of an order that the node cannot know about");
  command->footer(
      "Example:  bellwether resolve bw-1f-2-17 --as absent --why \"not on the broker's page\"\n"
      "Look at the broker's own page first. Exit codes: 0 done, 2 usage, 5 no node, 8 refused.");
  auto asked = std::make_shared<person_arguments>();
  add_person(*command, *asked);
  command->add_option("order", asked->request.order, "Its client order id")->required();
  command
      ->add_option("--as", asked->request.as,
                   "absent (it never was there), cancelled, expired or rejected")
      ->required();
  command->callback([&chosen, &flags, asked] {
    asked->request.verb = control_verb::resolve;
    chosen = [&flags, asked] {
      if (asked->request.why.empty())
        return fail(flags, {exit_code::usage, "--why is missing",
                            "the audit log keeps who settled the order and why"});
      return ask_and_show(flags, *asked);
    };
  });
}

}  // namespace bw
