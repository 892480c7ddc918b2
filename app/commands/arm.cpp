#include <CLI/CLI.hpp>

#include <algorithm>
#include <iostream>

#include "app/arming.hpp"
#include "app/cli.hpp"
#include "app/command_log.hpp"
#include "app/config_file.hpp"
#include "config/limits_text.hpp"
#include "config/state_folder.hpp"
#include "core/json_writer.hpp"
#include "storage/anchor_writer.hpp"
#include "storage/arming_file.hpp"

namespace bw {
namespace {

command_failure refusal(std::string why, std::string hint) {
  return {exit_code::refused_for_safety, std::move(why), std::move(hint)};
}

std::filesystem::path signing_key_of(const live_options& live) {
  return in_state_folder(live.state_folder, live.arming_key);
}

/// What is missing beside the arming itself, when real money is meant.
std::optional<command_failure> not_ready(const node_config& config,
                                         const session_calendar& calendar, utc_ns now) {
  auto facts = gather_live_facts(config, true, calendar, now);
  if (!facts) return command_failure{code_for(facts.code()), facts.failure().context, ""};
  if (const auto words = check_live_words(*facts); !words)
    return command_failure{exit_code::usage, words.failure().context, ""};
  std::string text;
  for (const auto& each : judge_live(*facts).missing)
    if (each.what != live_condition::arming && each.what != live_condition::limits &&
        !(each.what == live_condition::account && !config.live.accounts.empty()))
      text += (text.empty() ? "" : "\n") + std::string{to_string(each.what)} + ": " + each.text;
  if (text.empty()) return std::nullopt;
  return refusal("live trading cannot be armed:\n" + text, "see docs/live.md");
}

/// Signed, and written where a start looks for it.
result<void> write_down(const node_config& config, const arming_record& record) {
  const auto file = signing_key_of(config.live);
  const auto key = signing_key::load_or_make(file, public_key_file(file));
  if (!key) return key.failure();
  return write_arming(arming_file(config.live.state_folder), record, *key);
}

std::string armed_json(const arming_record& record, bool rehearsal) {
  json_writer out;
  out.begin_object().member("schema_version", 1).member("armed", !rehearsal);
  out.member("rehearsal", rehearsal).member("account", record.account).member("who", record.who);
  out.member("stage", "S" + std::to_string(record.stage)).member("expires", record.expires);
  out.end_object();
  return out.take();
}

int arm(const common_flags& flags, const std::string& file) {
  const auto loaded = load_config(find_config(file));
  if (!loaded) return fail(flags, loaded.failure());
  const auto& config = loaded->config;
  const bool rehearsal = config.mode != environment::live;
  const auto who = person_here();
  if (!who.at_terminal)
    return fail(flags, refusal("arming asks a person at a terminal, and there is none",
                               "nothing was armed; no flag takes its place"));
  const auto calendar = session_calendar::make();
  if (!calendar) return fail(flags, calendar.failure());
  const auto now = system_clock{}.utc_now();
  if (!rehearsal)
    if (const auto missing = not_ready(config, *calendar, now)) return fail(flags, *missing);
  const auto books = read_live_books(config, *calendar, now);
  if (!books) return fail(flags, books.failure());
  if (!rehearsal && !books->evidence.complete())
    return fail(flags, refusal("the evidence of paper trading is not complete: " +
                                   books->evidence.missing(),
                               "see `bellwether live status`"));
  if (!rehearsal && books->stage.stage == live_stage::s0)
    return fail(flags, refusal("the node is in stage S0, which is paper",
                               "a person promotes it: `bellwether live promote`"));
  const auto account = ask_account(config);
  if (!account) return fail(flags, account.failure());
  const auto& allowed = config.live.accounts;
  if (!rehearsal &&
      std::find(allowed.begin(), allowed.end(), account->account_number) == allowed.end())
    return fail(flags, refusal("the account of this key is not among live.accounts", ""));
  const auto session = calendar->current_or_next(now);
  if (!session) return fail(flags, refusal("the calendar knows no session", ""));
  const auto stage = rehearsal ? live_stage::s1 : books->stage.stage;
  const auto limits = limits_in_force(config, "").hash;
  arming_question question{std::string{to_string(config.mode)}, *account,     limits,
                           tightened(config.risk, stage),       books->stage, session->close};
  question.stage.stage = stage;
  if (rehearsal) who.show("A rehearsal: nothing can be armed but mode \"live\".\n\n");
  if (const auto sure = confirm_arming(question, who); !sure) return fail(flags, sure.failure());
  const arming_record record{account->account_number, limits, person_at_terminal(), session->close,
                             static_cast<std::uint32_t>(stage)};
  if (!rehearsal)
    if (const auto written = write_down(config, record); !written)
      return fail(flags, written.failure());
  if (flags.json)
    std::cout << armed_json(record, rehearsal) << '\n';
  else
    std::cout << (rehearsal ? "a rehearsal: nothing was armed\n"
                            : "armed until " + format_rfc3339(record.expires) +
                                  "; start with `bellwether run --live`\n");
  return static_cast<int>(exit_code::ok);
}

int disarm(const common_flags& flags, const std::string& file) {
  const auto loaded = load_config(find_config(file));
  if (!loaded) return fail(flags, loaded.failure());
  const auto removed = remove_arming(arming_file(loaded->config.live.state_folder));
  if (!removed) return fail(flags, removed.failure());
  if (flags.json) {
    json_writer out;
    out.begin_object().member("schema_version", 1).member("was_armed", *removed).end_object();
    std::cout << out.take() << '\n';
  } else {
    std::cout << (*removed ? "disarmed: a node that trades live stops within a second\n"
                           : "nothing was armed\n");
  }
  return static_cast<int>(exit_code::ok);
}

using action = int (*)(const common_flags&, const std::string&);

void add_action(CLI::App& command, common_flags& flags, chosen_command& chosen, action what) {
  auto file = std::make_shared<std::string>();
  command.add_option("-c,--config", *file,
                     "Configuration (default: ./node.toml, then /etc/bellwether/node.toml)");
  command.callback([&chosen, &flags, file, what] {
    chosen = [&flags, file, what] { return what(flags, *file); };
  });
}

}  // namespace

void add_arm(CLI::App& program, common_flags& flags, chosen_command& chosen) {
  auto* command =
      program.add_subcommand("arm", "Let the node trade real money until this session ends");
  command->footer(
      "Example:  bellwether arm --config node.toml\n"
      "Shows mode, account, equity, stage and limits, and asks for the account number. In another\n"
      "mode than live it is a rehearsal. There is no flag that answers for you.\n"
      "Exit codes: 0 armed, 8 refused, 4 login refused, 5 no broker.");
  add_action(*command, flags, chosen, arm);
}

void add_disarm(CLI::App& program, common_flags& flags, chosen_command& chosen) {
  auto* command = program.add_subcommand("disarm", "Take the arming back; a live node stops");
  command->footer("Example:  bellwether disarm --config node.toml\nNever asks.");
  add_action(*command, flags, chosen, disarm);
}

}  // namespace bw
