#include <CLI/CLI.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>

#include "analytics/rollout_books.hpp"
#include "app/cli.hpp"
#include "app/config_file.hpp"
#include "app/search_plan.hpp"
#include "backtest/rollout_text.hpp"
#include "config/state_folder.hpp"
#include "core/clock.hpp"
#include "core/json_writer.hpp"
#include "core/version.hpp"
#include "storage/audit_reader.hpp"
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

std::string rollout_line(const proposal_rollout& x) {
  const auto& state = x.state;
  auto out = "Rollout: " + std::string{to_string(state.stage)};
  if (!is_over(state.stage))
    out += ", " + std::to_string(state.sessions) + " sessions, " + std::to_string(state.signals) +
           " signals, " + std::to_string(state.trades.trades) + " trades with " +
           state.trades.result.text() + " USD";
  return out + (state.cause.empty() ? "" : " (" + state.cause + ")");
}

void write_json(json_writer& out, const proposal& x, const proposal_rollout* rollout = nullptr) {
  out.begin_object();
  out.member("id", x.id);
  out.member("status", to_string(x.status));
  out.member("author", x.author);
  out.member("created_at", x.created_at);
  out.member("expires_at", x.expires_at);
  out.member("base_hash", x.base_hash);
  out.member("reason", x.reason);
  out.key("changes");
  write_changes(out, x);
  out.key("evidence");
  write_evidence(out, x.evidence);
  out.key("effect");
  write_effect(out, x.effect);
  if (x.status != proposal_status::open) {
    out.member("decided_by", x.decided_by);
    out.member("decided_at", x.decided_at);
    out.member("note", x.note);
  }
  if (rollout != nullptr) {
    const auto& state = rollout->state;
    out.key("rollout").begin_object().member("stage", to_string(state.stage));
    out.member("sessions", state.sessions).member("signals", state.signals);
    out.member("trades", state.trades.trades).member("result", state.trades.result);
    out.member("cause", state.cause).member("changed_at", rollout->changed_at).end_object();
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
  const auto rollouts = (*store)->rollouts();
  if (!rollouts) return fail(flags, rollouts.failure());
  const auto own = std::find_if(rollouts->begin(), rollouts->end(),
                                [&](const auto& x) { return x.proposal == one->id; });
  const auto* rollout = own == rollouts->end() ? nullptr : &*own;
  if (flags.json) {
    json_writer out;
    write_json(out, *one, rollout);
    std::cout << out.take() << '\n';
  } else {
    std::cout << text_of_proposal(*one) << (rollout ? rollout_line(*rollout) + "\n" : "");
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
                         const std::string& cause, const std::string& toml,
                         proposal_record decided) {
  const system_clock time;
  auto options = config.config.audit;
  options.folder = audit_folder(state);
  auto log = open_audit_log(options, static_cast<std::uint64_t>(time.utc_now().value));
  if (!log) return std::move(log).failure();
  const bool clean = ended_cleanly(**log);
  const std::vector<audit_event> events{
      boot_record{(*log)->boot_no(), (*log)->log_id(), std::string{version()}, "proposals",
                  config.hash, clean},
      config_record{toml}, std::move(decided), shutdown_record{cause, clean}};
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
        "A node is running and holds the audit log: it takes the change, and records it "
        "with the decision, at its next start."};
  }
  auto decided = record_of(what.one, word);
  decided.decided_by = what.by;
  decided.decided_at = system_clock{}.utc_now();
  decided.note = note;
  auto written = write_audit(what.config, what.state, "proposal " + word,
                             decision_toml(what.one, word, what.by, note), std::move(decided));
  if (!written) return std::move(written).failure();
  return std::string{"Recorded in the audit log."};
}

/// Sessions before a rollout whose trades the canary is compared with.
constexpr std::size_t sessions_before = 20;

/// What the log of the configured node says of a proposal's strategies; nothing without a log.
result<std::vector<rollout_session>> sessions_of(const decision& what,
                                                 const session_calendar& calendar,
                                                 calendar_date today) {
  const auto changed = changed_strategies(what.one);
  std::set<std::string> shadows;
  for (const auto& each : changed) shadows.insert(shadow_id(each));
  rollout_books books{std::string{to_string(what.config.config.mode)}, calendar, changed, shadows};
  const auto log = open_audit_reader(audit_folder(what.state));
  if (!log && log.code() == ec::not_found) return std::vector<rollout_session>{};
  if (!log) return log.failure();
  auto read = (*log)->read({}, [&](const audit_record& record) {
    books.apply(record.wall, record.event);
    return true;
  });
  if (!read) return std::move(read).failure();
  return books.sessions(today);
}

/// Puts the log, the files and the store into a stage, in this order: no change without its record.
result<std::string> enter_stage(const decision& what, const loaded_config& base,
                                proposal_rollout& rollout, const std::string& word,
                                const std::string& note, utc_ns now) {
  const auto text = rollout_text(what.one, base, what.config.strategies(), rollout.state.stage,
                                 rollout.canary_budget);
  if (!text) return text.failure();
  auto noted = record_decision(what, word, note);
  if (!noted) return noted;
  if (auto written = write_strategies(what.config, *text); !written) return written.failure();
  rollout.changed_at = now;
  if (auto kept = what.store->put(rollout); !kept) return kept.failure();
  return noted;
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
  const auto others = what->store->rollouts();
  if (!others) return fail(flags, others.failure());
  for (const auto& each : *others)
    if (!is_over(each.state.stage) && each.proposal != asked.id)
      return fail(
          flags,
          {exit_code::not_ready,
           asked.id + " cannot be accepted: " + each.proposal + " is being rolled out, in stage " +
               std::string{to_string(each.state.stage)},
           "wait for its end, or take it back: bellwether proposals rollback " + each.proposal});
  const auto calendar = session_calendar::make();
  if (!calendar) return fail(flags, calendar.failure());
  const auto today = calendar->new_york_date(now);
  const auto seen = sessions_of(*what, *calendar, today);
  if (!seen) return fail(flags, seen.failure());
  if (!flags.json && asked.confirm.empty()) std::cerr << text_of_proposal(what->one);
  if (!confirmed(asked, "Changes " + what->config.config.strategies_file.string() + "."))
    return fail(flags, {exit_code::refused_for_safety, "not confirmed: nothing was changed",
                        "type the proposal's id, or give --confirm " + asked.id});
  proposal_rollout rollout{asked.id, what->config.strategies_toml, rollout_options{}.canary_budget};
  rollout.state.last_day = today;
  const auto first = seen->size() > sessions_before ? seen->size() - sessions_before : 0;
  for (auto k = first; k < seen->size(); ++k) rollout.state.before += (*seen)[k].trades;
  const auto noted = enter_stage(*what, what->config, rollout, "accepted", asked.note, now);
  if (!noted)
    return fail(flags, {exit_code::not_ready,
                        asked.id + " cannot be accepted: " + noted.failure().context, ""});
  if (auto kept =
          what->store->decide(asked.id, proposal_status::accepted, what->by, now, asked.note);
      !kept)
    return fail(flags, kept.failure());
  tell(flags, *what, "accepted",
       asked.id + " accepted, in shadow: " + what->config.config.strategies_file.string() +
           " has the new parameters beside the old ones, the old file is beside it as " +
           what->config.config.strategies_file.filename().string() + "." + what->config.hash +
           ". `bellwether proposals advance` after each close takes it further. " + *noted);
  return static_cast<int>(exit_code::ok);
}

struct open_rollout {
  decision what;
  proposal_rollout rollout;
  loaded_config base;
};

/// A rollout that goes on, with the files as it left them. ec::not_found when there is none.
result<open_rollout> open_running(const proposals_arguments& asked) {
  auto loaded = load_config(find_config(asked.config));
  if (!loaded) return std::move(loaded).failure();
  auto store = open_store(asked, sqlite_access::read_write);
  if (!store) return std::move(store).failure();
  const auto all = (*store)->rollouts();
  if (!all) return all.failure();
  for (const auto& each : *all) {
    if (is_over(each.state.stage) || (!asked.id.empty() && each.proposal != asked.id)) continue;
    auto one = (*store)->find(each.proposal);
    if (!one) return std::move(one).failure();
    auto base = parse_config(loaded->node_toml, "node.toml", each.base_toml, "strategies.toml", {},
                             loaded->strategies());
    if (!base) return std::move(base).failure();
    const auto expected =
        rollout_text(*one, *base, loaded->strategies(), each.state.stage, each.canary_budget);
    if (!expected) return expected.failure();
    if (*expected != loaded->strategies_toml)
      return {ec::integrity_broken, loaded->config.strategies_file.string() +
                                        " is not as the rollout of " + each.proposal +
                                        " left it: somebody changed it; put it back first"};
    auto state =
        asked.state.empty() ? loaded->config.state_folder : std::filesystem::path{asked.state};
    decision what{std::move(*loaded), std::move(state), std::move(*store), std::move(*one),
                  asked.as.empty() ? person_at_the_keyboard() : asked.as};
    return open_rollout{std::move(what), each, std::move(*base)};
  }
  return {ec::not_found, "no accepted proposal is being rolled out"};
}

int advance_rollout(const common_flags& flags, const proposals_arguments& asked) {
  auto open = open_running(asked);
  if (!open && open.code() == ec::not_found) {
    std::cout << (flags.json ? "{\"schema_version\":1,\"status\":\"none\"}"
                             : open.failure().context)
              << '\n';
    return static_cast<int>(exit_code::ok);
  }
  if (!open) return fail(flags, {exit_code::not_ready, open.failure().context, ""});
  auto& [what, rollout, base] = *open;
  const auto calendar = session_calendar::make();
  if (!calendar) return fail(flags, calendar.failure());
  const auto now = system_clock{}.utc_now();
  const auto today = calendar->new_york_date(now);
  const auto seen = sessions_of(what, *calendar, today);
  if (!seen) return fail(flags, seen.failure());
  rollout_options options;
  options.canary_budget = rollout.canary_budget;
  const auto before = rollout.state.stage;
  // One stage at a time: a later session was not traded in the next one.
  for (const auto& session : *seen)
    if (rollout.state.stage == before)
      rollout.state = after_session(std::move(rollout.state), options, session);
  std::string noted;
  if (rollout.state.stage != before) {
    rollout.state.last_day = std::max(rollout.state.last_day, today);
    auto entered = enter_stage(what, base, rollout, std::string{to_string(rollout.state.stage)},
                               rollout.state.cause, now);
    if (!entered) return fail(flags, entered.failure());
    noted = " " + *entered;
  } else if (auto kept = what.store->put(rollout); !kept) {
    return fail(flags, kept.failure());
  }
  tell(flags, what, std::string{to_string(rollout.state.stage)},
       what.one.id + ": " + rollout_line(rollout) + "." + noted);
  return static_cast<int>(exit_code::ok);
}

int roll_back(const common_flags& flags, const proposals_arguments& asked) {
  auto open = open_running(asked);
  if (!open) return fail(flags, {exit_code::not_ready, open.failure().context, ""});
  auto& [what, rollout, base] = *open;
  rollout.state.stage = rollout_stage::rolled_back;
  rollout.state.cause = what.by + (asked.note.empty() ? " took it back" : ": " + asked.note);
  const auto noted = enter_stage(what, base, rollout, "rolled_back", rollout.state.cause,
                                 system_clock{}.utc_now());
  if (!noted) return fail(flags, noted.failure());
  tell(flags, what, "rolled_back", what.one.id + ": " + rollout_line(rollout) + ". " + *noted);
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
      "proposals", "Parameter changes that somebody suggests: look, accept, roll out");
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
  auto* accept = with_id(add_action(*command, "accept", "Begins to roll it out, in shadow", asked,
                                    flags, chosen, accept_proposal));
  auto* reject = with_id(add_action(*command, "reject", "Ends a proposal without a change", asked,
                                    flags, chosen, reject_proposal));
  for (auto* each : {accept, reject}) {
    each->add_option("--as", asked->as, "Who decides (default: you)");
    each->add_option("--note", asked->note, "Why");
  }
  accept->add_option("--confirm", asked->confirm, "The id once more, instead of typing it");
  auto* advance = add_action(*command, "advance", "Takes a rollout further, after each close",
                             asked, flags, chosen, advance_rollout);
  advance->footer("Example:  bellwether proposals advance --config node.toml");
  auto* back = with_id(add_action(*command, "rollback", "Puts the old parameters back", asked,
                                  flags, chosen, roll_back));
  back->footer("Example:  bellwether proposals rollback p-2026-11-21-1a2b3c4d --note \"too slow\"");
  for (auto* each : {advance, back}) each->add_option("--as", asked->as, "Who does it");
  back->add_option("--note", asked->note, "Why");
}

}  // namespace bw
