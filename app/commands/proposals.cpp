#include <CLI/CLI.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <iostream>

#include "app/cli.hpp"
#include "app/config_file.hpp"
#include "app/search_plan.hpp"
#include "backtest/proposal_check.hpp"
#include "config/state_folder.hpp"
#include "core/clock.hpp"
#include "core/json_writer.hpp"
#include "core/version.hpp"
#include "storage/instance_lock.hpp"
#include "storage/rocksdb_audit_log.hpp"

namespace bw {
namespace {

struct proposals_arguments {
  std::string config;
  std::string state;
  std::string id;
  std::string as;
  std::string confirm;
  std::string note;
  bool all = false;
};

/// The state folder and what is configured; a configuration is needed to decide, not to look.
result<std::filesystem::path> state_of(const proposals_arguments& asked) {
  if (!asked.state.empty()) return std::filesystem::path{asked.state};
  auto loaded = load_config(find_config(asked.config));
  if (!loaded) return std::move(loaded).failure();
  return loaded->config.state_folder;
}

result<std::unique_ptr<proposal_store>> open_store(const proposals_arguments& asked,
                                                   sqlite_access access) {
  auto state = state_of(asked);
  if (!state) return std::move(state).failure();
  const auto path = proposals_file(*state);
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored))
    return {ec::not_found, path.string() + " does not exist: nobody has proposed anything"};
  return proposal_store::open(path, access);
}

void write_json(json_writer& out, const proposal& x) {
  out.begin_object();
  out.member("id", x.id);
  out.member("status", to_string(x.status));
  out.member("author", x.author);
  out.member("created_at", x.created_at);
  out.member("expires_at", x.expires_at);
  out.member("base_hash", x.base_hash);
  out.member("reason", x.reason);
  out.key("changes").begin_array();
  for (const auto& each : x.changes) {
    out.begin_object();
    out.member("key", each.key);
    out.member("before", each.before);
    out.member("after", each.after);
    out.end_object();
  }
  out.end_array();
  const auto& e = x.evidence;
  out.key("evidence").begin_object();
  out.member("objective", e.objective);
  out.member("out_of_sample", e.out_of_sample);
  out.member("out_of_sample_now", e.out_of_sample_now);
  out.member("in_sample", e.in_sample);
  out.member("deflated_sharpe", e.deflated_sharpe);
  out.member("judgement", e.judgement);
  out.member("trials", e.trials);
  out.member("trades", e.trades);
  out.member("sessions", e.sessions);
  out.member("data_hash", e.data_hash);
  out.member("folder", e.folder);
  out.end_object();
  out.key("effect").begin_object();
  out.member("sessions", x.effect.sessions);
  out.member("orders", x.effect.orders);
  out.member("added", x.effect.added);
  out.member("removed", x.effect.removed);
  out.member("changed", x.effect.changed);
  out.end_object();
  if (x.status != proposal_status::open) {
    out.member("decided_by", x.decided_by);
    out.member("decided_at", x.decided_at);
    out.member("note", x.note);
  }
  out.end_object();
}

std::string effect_text(const proposal_effect& x) {
  return std::to_string(x.orders) + " orders in " + std::to_string(x.sessions) +
         " sessions: " + std::to_string(x.added) + " added, " + std::to_string(x.removed) +
         " removed, " + std::to_string(x.changed) + " changed";
}

int list_proposals(const common_flags& flags, const proposals_arguments& asked) {
  const auto state = state_of(asked);
  if (!state) return fail(flags, {exit_code::usage, state.failure().context, ""});
  std::vector<proposal> all;
  if (std::error_code ignored; std::filesystem::exists(proposals_file(*state), ignored)) {
    const auto store = open_store(asked, sqlite_access::read_only);
    if (!store) return fail(flags, store.failure());
    auto read = (*store)->list();
    if (!read) return fail(flags, read.failure());
    all = std::move(*read);
  }
  const auto now = system_clock{}.utc_now();
  json_writer out;
  out.begin_object();
  out.member("schema_version", 1);
  out.key("proposals").begin_array();
  std::vector<std::vector<std::string>> rows{{"id", "status", "author", "expires", "changes"}};
  for (const auto& each : all) {
    if (!asked.all && each.status != proposal_status::open) continue;
    write_json(out, each);
    const bool expired = each.status == proposal_status::open && now >= each.expires_at;
    std::string changes;
    for (const auto& x : each.changes)
      changes += (changes.empty() ? "" : ", ") + x.key + " " + x.before + " -> " + x.after;
    rows.push_back({each.id, expired ? "expired" : std::string{to_string(each.status)}, each.author,
                    format_date(utc_date(each.expires_at)), changes});
  }
  out.end_array();
  out.end_object();
  if (flags.json)
    std::cout << out.take() << '\n';
  else if (rows.size() > 1)
    std::cout << format_table(rows);
  else
    std::cout << "no open proposals" << (asked.all ? " and none decided" : "") << '\n';
  return static_cast<int>(exit_code::ok);
}

std::string text_of_proposal(const proposal& x) {
  std::string out = x.id + " by " + x.author + ", " + std::string{to_string(x.status)} +
                    ", expires " + format_rfc3339(x.expires_at) + "\n" + x.reason + "\n\n";
  std::vector<std::vector<std::string>> rows{{"key", "now", "proposed"}};
  for (const auto& each : x.changes) rows.push_back({each.key, each.before, each.after});
  const auto& e = x.evidence;
  out += format_table(rows) + "\n" + e.objective + " on " + std::to_string(e.sessions) +
         " unseen sessions: " + e.out_of_sample.substr(0, 8) + " with " + std::to_string(e.trades) +
         " trades; as it is: " + e.out_of_sample_now.substr(0, 8) +
         "; in training: " + e.in_sample.substr(0, 8) + "\nDeflated Sharpe " +
         e.deflated_sharpe.substr(0, 6) + " after " + std::to_string(e.trials) +
         " trials; results in " + e.folder + "\nWould have changed " + effect_text(x.effect) + "\n";
  if (x.status != proposal_status::open)
    out += std::string{to_string(x.status)} + " by " + x.decided_by + " at " +
           format_rfc3339(x.decided_at) + (x.note.empty() ? "" : ": " + x.note) + "\n";
  return out;
}

int show_proposal(const common_flags& flags, const proposals_arguments& asked) {
  const auto store = open_store(asked, sqlite_access::read_only);
  if (!store) return fail(flags, {exit_code::usage, store.failure().context, ""});
  const auto one = (*store)->find(asked.id);
  if (!one) return fail(flags, {exit_code::usage, one.failure().context, ""});
  if (flags.json) {
    json_writer out;
    write_json(out, *one);
    std::cout << out.take() << '\n';
  } else {
    std::cout << text_of_proposal(*one);
  }
  return static_cast<int>(exit_code::ok);
}

bool confirmed(const proposals_arguments& asked, const std::string& what) {
  if (!asked.confirm.empty()) return asked.confirm == asked.id;
  if (isatty(STDIN_FILENO) == 0) return false;
  std::cerr << what << " Type '" << asked.id << "' to go on: ";
  std::string line;
  std::getline(std::cin, line);
  return line == asked.id;
}

/// A decision as TOML, whose strings are written as those of JSON: the log keeps it as a
/// configuration record.
std::string decision_toml(const proposal& x, const std::string& decision, const std::string& by,
                          const std::string& note) {
  const auto member = [&](const char* name, const std::string& value) {
    std::string quoted;
    append_json_string(quoted, value);
    return std::string{name} + " = " + quoted + "\n";
  };
  std::string out = "[proposal]\n" + member("id", x.id) + member("decision", decision) +
                    member("by", by) + member("author", x.author) + member("note", note) +
                    member("base_hash", x.base_hash) + member("reason", x.reason) +
                    member("effect", effect_text(x.effect));
  for (const auto& each : x.changes)
    out += "\n[[proposal.change]]\n" + member("key", each.key) + member("before", each.before) +
           member("after", each.after);
  return out;
}

/// Whether the last run ended as it should: our own start must not hide that one did not.
bool ended_cleanly(const audit_log& log) {
  bool clean = log.head().value == 0;
  const auto read = log.read(log.head(), [&](const audit_record& record) {
    const auto* end = std::get_if<shutdown_record>(&record.event);
    clean = end != nullptr && end->clean;
    return true;
  });
  return read && clean;
}

/// One group between a start and an end of its own, synced. Needs the state folder's lock.
result<void> write_audit(const loaded_config& config, const std::filesystem::path& state,
                         const std::string& cause, const std::string& toml) {
  const system_clock time;
  auto options = config.config.audit;
  options.folder = audit_folder(state);
  auto log = open_audit_log(options, static_cast<std::uint64_t>(time.utc_now().value));
  if (!log) return std::move(log).failure();
  const bool clean = ended_cleanly(**log);
  const std::vector<audit_event> events{
      boot_record{(*log)->boot_no(), (*log)->log_id(), std::string{version()}, "proposals",
                  config.hash, clean},
      config_record{toml}, shutdown_record{cause, clean}};
  const audit_stamp stamp{time.utc_now(), time.mono_now(), {}, short_name{"proposals"}};
  std::vector<audit_log::entry> entries;
  for (const auto& event : events) entries.push_back({stamp, &event});
  const auto written = (*log)->append(entries, sync_mode::yes);
  if (!written) return written.failure();
  return {};
}

/// Puts `text` in the place of `file` so that a reader finds the old or the new one, whole.
result<void> replace_file(const std::filesystem::path& file, const std::string& text) {
  const auto next = file.string() + ".new";
  const int out = ::open(next.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (out < 0) return {ec::io_failed, next + ": cannot be written"};
  std::size_t done = 0;
  while (done < text.size()) {
    const auto wrote = ::write(out, text.data() + done, text.size() - done);
    if (wrote <= 0) break;
    done += static_cast<std::size_t>(wrote);
  }
  const bool safe = done == text.size() && ::fsync(out) == 0;
  ::close(out);
  std::error_code problem;
  if (safe) std::filesystem::rename(next, file, problem);
  if (!safe || problem) return {ec::io_failed, file.string() + ": could not be replaced"};
  return {};
}

/// Keeps the old version beside the new one, under the hash it was known by.
result<void> write_strategies(const loaded_config& config, const std::string& text) {
  const auto& file = config.config.strategies_file;
  const auto old = file.string() + "." + config.hash;
  if (auto kept = replace_file(old, config.strategies_toml); !kept) return kept;
  return replace_file(file, text);
}

struct decision {
  loaded_config config;
  std::filesystem::path state;
  std::unique_ptr<proposal_store> store;
  proposal one;
  std::string by;
};

result<decision> open_decision(const proposals_arguments& asked) {
  auto loaded = load_config(find_config(asked.config));
  if (!loaded) return std::move(loaded).failure();
  const auto state =
      asked.state.empty() ? loaded->config.state_folder : std::filesystem::path{asked.state};
  auto store = open_store(asked, sqlite_access::read_write);
  if (!store) return std::move(store).failure();
  auto one = (*store)->find(asked.id);
  if (!one) return std::move(one).failure();
  return decision{std::move(*loaded), state, std::move(*store), std::move(*one),
                  asked.as.empty() ? person_at_the_keyboard() : asked.as};
}

void tell(const common_flags& flags, const decision& what, const std::string& done,
          const std::string& text) {
  if (!flags.json) {
    std::cout << text << '\n';
    return;
  }
  json_writer out;
  out.begin_object();
  out.member("schema_version", 1);
  out.member("id", what.one.id);
  out.member("status", done);
  out.member("by", what.by);
  out.member("text", text);
  out.end_object();
  std::cout << out.take() << '\n';
}

/// Records the decision; a running node holds the log, which is told in the answer.
result<std::string> record_decision(const decision& what, const std::string& word,
                                    const std::string& note) {
  const auto lock = lock_state_folder(what.state);
  if (!lock) {
    if (lock.failure().code != ec::already_exists) return lock.failure();
    return std::string{
        "A node is running and holds the audit log: it takes the change, and records its "
        "configuration, at its next start."};
  }
  auto written = write_audit(what.config, what.state, "proposal " + word,
                             decision_toml(what.one, word, what.by, note));
  if (!written) return std::move(written).failure();
  return std::string{"Recorded in the audit log."};
}

int accept_proposal(const common_flags& flags, const proposals_arguments& asked) {
  auto what = open_decision(asked);
  if (!what) return fail(flags, {exit_code::usage, what.failure().context, ""});
  const auto now = system_clock{}.utc_now();
  if (auto fits = check_proposal(what->one, what->config, what->config.strategies(), now); !fits)
    return fail(flags, {exit_code::not_ready,
                        asked.id + " cannot be accepted: " + fits.failure().context, ""});
  if (what->by == what->one.author)
    return fail(flags,
                {exit_code::refused_for_safety, what->by + " proposed it and cannot accept it",
                 "let somebody else decide"});
  const auto text = apply_proposal(what->one, what->config, what->config.strategies());
  if (!text)
    return fail(flags, {exit_code::not_ready,
                        asked.id + " cannot be accepted: " + text.failure().context, ""});
  if (!flags.json && asked.confirm.empty()) std::cerr << text_of_proposal(what->one);
  if (!confirmed(asked, "Changes " + what->config.config.strategies_file.string() + "."))
    return fail(flags, {exit_code::refused_for_safety, "not confirmed: nothing was changed",
                        "type the proposal's id, or give --confirm " + asked.id});
  // The log first: no change without its record. Stopped in between, accepting again mends it.
  const auto noted = record_decision(*what, "accepted", asked.note);
  if (!noted) return fail(flags, noted.failure());
  if (auto written = write_strategies(what->config, *text); !written)
    return fail(flags, written.failure());
  if (auto kept =
          what->store->decide(asked.id, proposal_status::accepted, what->by, now, asked.note);
      !kept)
    return fail(flags, kept.failure());
  tell(flags, *what, "accepted",
       asked.id + " accepted: " + what->config.config.strategies_file.string() +
           " changed, the old one is beside it as " +
           what->config.config.strategies_file.filename().string() + "." + what->config.hash +
           ". " + *noted);
  return static_cast<int>(exit_code::ok);
}

int reject_proposal(const common_flags& flags, const proposals_arguments& asked) {
  auto what = open_decision(asked);
  if (!what) return fail(flags, {exit_code::usage, what.failure().context, ""});
  if (what->one.status != proposal_status::open)
    return fail(flags, {exit_code::not_ready,
                        asked.id + " was " + std::string{to_string(what->one.status)} + " by " +
                            what->one.decided_by + " before",
                        ""});
  const auto noted = record_decision(*what, "rejected", asked.note);
  if (!noted) return fail(flags, noted.failure());
  const auto now = system_clock{}.utc_now();
  if (auto kept =
          what->store->decide(asked.id, proposal_status::rejected, what->by, now, asked.note);
      !kept)
    return fail(flags, kept.failure());
  tell(flags, *what, "rejected", asked.id + " rejected, nothing was changed.");
  return static_cast<int>(exit_code::ok);
}

using proposals_action = int (*)(const common_flags&, const proposals_arguments&);

CLI::App* add_action(CLI::App& command, const char* name, const char* text,
                     const std::shared_ptr<proposals_arguments>& asked, common_flags& flags,
                     chosen_command& chosen, proposals_action act) {
  auto* action = command.add_subcommand(name, text);
  action->add_option("-c,--config", asked->config, "Configuration (default: node.toml)");
  action->add_option("--state", asked->state, "State folder (default: the configuration's)");
  action->callback([&flags, asked, &chosen, act] {
    chosen = [&flags, asked, act] { return act(flags, *asked); };
  });
  return action;
}

}  // namespace

void add_proposals(CLI::App& program, common_flags& flags, chosen_command& chosen) {
  auto* command = program.add_subcommand(
      "proposals", "Parameter changes that somebody suggests: look, accept, reject");
  command->require_subcommand(1);
  command->footer(
      "Examples:  bellwether proposals list\n"
      "           bellwether proposals show p-2026-11-21-1a2b3c4d\n"
      "           bellwether proposals accept p-2026-11-21-1a2b3c4d\n"
      "Exit codes: 0 done, 2 usage or configuration, 3 the proposal does not pass its checks, 8 "
      "not\n"
      "confirmed, or decided by its own author.");
  auto asked = std::make_shared<proposals_arguments>();
  auto* list = add_action(*command, "list", "Open proposals", asked, flags, chosen, list_proposals);
  list->add_flag("--all", asked->all, "Those that were decided too");
  const auto with_id = [&](CLI::App* action) {
    action->add_option("id", asked->id, "Of the proposal")->required();
    return action;
  };
  with_id(add_action(*command, "show", "One proposal with its evidence", asked, flags, chosen,
                     show_proposal));
  auto* accept = with_id(add_action(*command, "accept", "Changes strategies.toml as proposed",
                                    asked, flags, chosen, accept_proposal));
  auto* reject = with_id(add_action(*command, "reject", "Ends a proposal without a change", asked,
                                    flags, chosen, reject_proposal));
  for (auto* each : {accept, reject}) {
    each->add_option("--as", asked->as, "Who decides (default: you)");
    each->add_option("--note", asked->note, "Why");
  }
  accept->add_option("--confirm", asked->confirm, "The id once more, instead of typing it");
}

}  // namespace bw
