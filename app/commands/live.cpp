#include <CLI/CLI.hpp>

#include <iostream>

#include "app/cli.hpp"
#include "app/command_log.hpp"
#include "app/commands/live_command.hpp"
#include "app/config_file.hpp"
#include "config/state_folder.hpp"
#include "core/json_writer.hpp"

namespace bw {

result<live_view> look_at_live(const std::string& file) {
  auto loaded = load_config(find_config(file));
  if (!loaded) return std::move(loaded).failure();
  auto calendar = session_calendar::make();
  if (!calendar) return std::move(calendar).failure();
  const auto now = system_clock{}.utc_now();
  auto books = read_live_books(loaded->config, *calendar, now);
  if (!books) return std::move(books).failure();
  auto facts = gather_live_facts(loaded->config, true, *calendar, now);
  if (!facts) return std::move(facts).failure();
  if (auto words = check_live_words(*facts); !words) return words.failure();
  auto verdict = judge_live(*facts);
  return live_view{std::move(*loaded), std::move(*calendar), std::move(*books), std::move(verdict)};
}

int record_in_live_log(const common_flags& flags, const live_view& view, operator_record what,
                       std::vector<audit_event> also) {
  auto loaded = view.loaded;
  loaded.config.state_folder = loaded.config.live.state_folder;
  auto log = command_log::open(loaded, "operator");
  if (!log) return fail(flags, log.failure());
  also.push_back(what);
  const auto written = log->write(std::move(also));
  if (!written) return fail(flags, written.failure());
  if (const auto closed = log->close(what.command); !closed) return fail(flags, closed.failure());
  if (flags.json) {
    json_writer out;
    out.begin_object().member("schema_version", 1).member("command", what.command);
    out.member("answer", what.answer).member("who", what.who).end_object();
    std::cout << out.take() << '\n';
  } else {
    std::cout << what.command << ": " << what.answer << '\n';
  }
  return static_cast<int>(exit_code::ok);
}

std::optional<command_failure> needs_person(const person& who) {
  if (who.at_terminal) return std::nullopt;
  return command_failure{exit_code::refused_for_safety,
                         "this asks a person at a terminal, and there is none",
                         "nothing was changed; no flag takes its place"};
}

namespace {

std::string status_json(const live_view& view) {
  json_writer out;
  const auto& stage = view.books.stage;
  out.begin_object().member("schema_version", 1);
  out.member("evidence_complete", view.books.evidence.complete()).key("gates").begin_array();
  for (const auto& gate : view.books.evidence.gates)
    out.begin_object()
        .member("name", gate.name)
        .member("met", gate.met)
        .member("found", gate.found)
        .member("wanted", gate.wanted)
        .end_object();
  out.end_array().key("stage").begin_object();
  out.member("name", to_string(stage.stage)).member("clean_sessions", stage.clean_sessions);
  out.member("clean_sessions_wanted", limits_of(stage.stage).clean_sessions);
  out.member("acknowledged", stage.acknowledged).member("unreviewed", stage.unreviewed);
  out.member("like_paper", stage.like_paper).member("cause", stage.cause).end_object();
  out.key("missing").begin_array();
  for (const auto& each : view.verdict.missing)
    out.begin_object()
        .member("condition", to_string(each.what))
        .member("text", each.text)
        .end_object();
  out.end_array().end_object();
  return out.take();
}

std::string status_text(const live_view& view) {
  const auto& stage = view.books.stage;
  std::vector<std::vector<std::string>> rows{{"gate", "met", "found", "wanted"}};
  for (const auto& gate : view.books.evidence.gates)
    rows.push_back({gate.name, gate.met ? "yes" : "NO", gate.found, gate.wanted});
  auto out = "Evidence of paper trading, from " +
             audit_folder(view.loaded.config.live.paper_state).string() + "\n" + format_table(rows);
  out += "\nStage " + std::string{to_string(stage.stage)};
  if (!stage.cause.empty()) out += " (" + stage.cause + ")";
  const auto wanted = limits_of(stage.stage).clean_sessions;
  if (wanted > 0)
    out += ": " + std::to_string(stage.clean_sessions) + " of " + std::to_string(wanted) +
           " clean sessions";
  out += "\n\n";
  if (view.verdict.missing.empty()) return out + "Nothing is missing for `run --live`\n";
  rows = {{"missing for `run --live`", ""}};
  for (const auto& each : view.verdict.missing)
    rows.push_back({std::string{to_string(each.what)}, each.text});
  return out + format_table(rows);
}

int show_status(const common_flags& flags, const live_arguments& asked) {
  const auto view = look_at_live(asked.config);
  if (!view) return fail(flags, view.failure());
  std::cout << (flags.json ? status_json(*view) + "\n" : status_text(*view));
  return static_cast<int>(exit_code::ok);
}

int promote(const common_flags& flags, const live_arguments& asked) {
  const auto who = person_here();
  if (const auto lacks = needs_person(who)) return fail(flags, *lacks);
  const auto view = look_at_live(asked.config);
  if (!view) return fail(flags, view.failure());
  const auto after = promoted(view->books.stage, view->books.evidence.complete());
  if (!after) return fail(flags, after.failure());
  const std::string name{to_string(after->stage)};
  const auto& limits = limits_of(after->stage);
  who.show(status_text(*view) + "\nIn " + name + " a position may have " +
           format_decimal(limits.position_bp * 10'000'000) + " % of equity, and there may be " +
           std::to_string(limits.positions) + ".\nType " + name + " to promote the node: ");
  if (who.answer() != name)
    return fail(flags, {exit_code::refused_for_safety, "not confirmed: nothing was changed", ""});
  return record_in_live_log(flags, *view,
                            {std::string{promote_command}, person_at_terminal(), asked.why,
                             command_channel::terminal, true, name});
}

int acknowledge(const common_flags& flags, const live_arguments& asked) {
  const auto who = person_here();
  if (const auto lacks = needs_person(who)) return fail(flags, *lacks);
  const auto day = parse_date(asked.day);
  if (!day) return fail(flags, {exit_code::usage, day.failure().context, "write it as 2026-03-12"});
  const auto view = look_at_live(asked.config);
  if (!view) return fail(flags, view.failure());
  who.show("You looked at the session of " + asked.day +
           " and its report. Type the day to say so: ");
  if (who.answer() != asked.day)
    return fail(flags, {exit_code::refused_for_safety, "not confirmed: nothing was changed", ""});
  return record_in_live_log(flags, *view,
                            {std::string{acknowledge_command}, person_at_terminal(), asked.why,
                             command_channel::terminal, true, format_date(*day)});
}

using action = int (*)(const common_flags&, const live_arguments&);

}  // namespace

void add_live(CLI::App& program, common_flags& flags, chosen_command& chosen) {
  auto* command = program.add_subcommand("live", "The way to real money: evidence and stages");
  command->footer(
      "Examples:  bellwether live status --json\n"
      "           bellwether live promote --why \"30 sessions on paper\"\n"
      "           bellwether live compare\n"
      "Exit codes: 0 done, 8 refused.");
  command->require_subcommand(1);
  auto asked = std::make_shared<live_arguments>();
  command->add_option("-c,--config", asked->config,
                      "Configuration (default: ./node.toml, then /etc/bellwether/node.toml)");
  const auto bind = [&](CLI::App* to, action what) {
    to->callback([&chosen, &flags, asked, what] {
      chosen = [&flags, asked, what] { return what(flags, *asked); };
    });
  };
  auto* status = command->add_subcommand("status", "Which gates are met, and what is missing");
  status->footer("Example:  bellwether live status --config node.toml");
  bind(status, show_status);
  auto* up = command->add_subcommand("promote", "Go one stage up, while no live node runs");
  up->footer("Example:  bellwether live promote --why \"ten clean sessions\"");
  up->add_option("--why", asked->why, "For the audit log")->required();
  bind(up, promote);
  auto* seen = command->add_subcommand("acknowledge", "Say that you looked at a live session");
  seen->footer("Example:  bellwether live acknowledge 2026-11-02");
  seen->add_option("DAY", asked->day, "Day of the session in New York")->required();
  bind(seen, acknowledge);
  add_live_proofs(*command, flags, chosen);
}

}  // namespace bw
