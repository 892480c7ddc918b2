#include <CLI/CLI.hpp>

#include <iostream>
#include <memory>

#include "app/account_comparison.hpp"
#include "app/cli.hpp"
#include "app/config_file.hpp"
#include "config/secrets.hpp"
#include "config/state_folder.hpp"
#include "core/clock.hpp"
#include "core/json_writer.hpp"
#include "core/version.hpp"
#include "domain/client_order_ids.hpp"
#include "domain/session_calendar.hpp"
#include "storage/audit_reader.hpp"
#include "storage/instance_lock.hpp"
#include "storage/rocksdb_audit_log.hpp"

namespace bw {
namespace {

struct reconcile_arguments {
  std::string config;
  std::string state;
  std::string day;
  std::string confirm;
  std::vector<std::string> splits;
  bool fix = false;
};

/// Typed by a person, or given with --confirm.
constexpr std::string_view confirmation = "adopt";
/// Orders and executions are asked for from so long before the log's last record.
constexpr nanoseconds look_back = std::chrono::hours{24};

command_failure broker_failure_of(const error& why) {
  const auto code = why.code == ec::auth_refused       ? exit_code::auth_refused
                    : why.code == ec::invalid_argument ? exit_code::usage
                                                       : exit_code::unreachable;
  return {code, "the broker's books cannot be read: " + why.context,
          "nothing was compared and nothing was changed"};
}

std::string comparison_json(const account_comparison& found, bool fixed) {
  json_writer out;
  out.begin_object().member("schema_version", 1).member("clean", found.is_clean());
  out.member("fixed", fixed).key("differences").begin_array();
  for (const auto& each : found.differences)
    out.begin_object()
        .member("kind", to_string(each.kind))
        .member("symbol", each.symbol.view())
        .member("client_order_id", each.client_id.view())
        .member("ours", each.ours)
        .member("broker", each.theirs)
        .end_object();
  out.end_array().key("missing_executions").begin_array();
  for (const auto& each : found.missing_executions)
    out.begin_object()
        .member("client_order_id", each.client_id.view())
        .member("qty", each.last_qty)
        .member("price", each.last_price)
        .member("filled_total", each.filled_total)
        .member("at", each.ts_event)
        .end_object();
  out.end_array().member("unresolved_executions", std::uint64_t{found.unresolved});
  out.key("external").begin_array();
  for (const auto& row : found.external)
    out.begin_object()
        .member("symbol", row.symbol)
        .member("qty", row.qty)
        .member("open_orders", row.open_orders)
        .member("stopped", row.stopped)
        .member("note", row.note)
        .end_object();
  out.end_array().key("splits").begin_array();
  for (const auto& split : found.splits)
    for (const auto& each : split.positions)
      out.begin_object()
          .member("symbol", split.symbol.view())
          .member("new_shares", split.by.after)
          .member("old_shares", split.by.before)
          .member("strategy", each.strategy.view())
          .member("before", each.before)
          .member("after", each.after)
          .end_object();
  out.end_array().key("notes").begin_array();
  for (const auto& note : found.notes) out.value(std::string_view{note});
  out.end_array().end_object();
  return out.take();
}

void print(const account_comparison& found) {
  std::vector<std::vector<std::string>> rows{{"difference", "symbol", "order", "ours", "broker"}};
  for (const auto& each : found.differences)
    rows.push_back({std::string{to_string(each.kind)}, each.symbol.str(),
                    each.client_id.empty() ? "-" : each.client_id.str(), each.ours.text(),
                    each.theirs.text()});
  for (const auto& each : found.missing_executions)
    rows.push_back({"execution_missing_here", "-", each.client_id.str(), "-",
                    each.last_qty.text() + " at " + each.last_price.text()});
  if (rows.size() > 1) std::cout << format_table(rows);
  if (found.unresolved > 0)
    std::cout << found.unresolved << " executions belong to orders that no list names\n";
  std::vector<std::vector<std::string>> external{{"EXTERNAL", "shares", "open orders", "why"}};
  for (const auto& row : found.external)
    external.push_back({row.symbol + (row.stopped ? " (stopped)" : ""), row.qty.text(),
                        std::to_string(row.open_orders), row.note});
  if (external.size() > 1) std::cout << (rows.size() > 1 ? "\n" : "") << format_table(external);
  for (const auto& split : found.splits)
    for (const auto& each : split.positions)
      std::cout << split.symbol.str() << " was split " << split.by.after << " for "
                << split.by.before << ": with --fix the " << each.before.text() << " shares of "
                << each.strategy.str() << " become " << each.after.text() << '\n';
  for (const auto& note : found.notes) std::cout << note << '\n';
  if (found.is_clean()) std::cout << "both books are the same\n";
}

bool confirmed(const reconcile_arguments& asked) {
  if (!asked.confirm.empty()) return asked.confirm == confirmation;
  std::cerr << "Our books are changed in favour of the broker's. Type '" << confirmation
            << "' to go on: ";
  std::string line;
  std::getline(std::cin, line);
  return line == confirmation;
}

/// What --fix writes, as one group between a start and an end of its own.
result<void> write_fix(const loaded_config& config, const log_books& books,
                       const account_comparison& found) {
  const system_clock time;
  auto options = config.config.audit;
  options.folder = audit_folder(config.config.state_folder);
  auto log = open_audit_log(options, static_cast<std::uint64_t>(time.utc_now().value));
  if (!log) return std::move(log).failure();
  std::vector<audit_event> events;
  events.emplace_back(boot_record{(*log)->boot_no(), (*log)->log_id(), std::string{version()},
                                  "reconcile", config.hash, books.past.ended_cleanly()});
  for (const auto& each : found.corrections)
    events.emplace_back(adoption_record{each.symbol, each.strategy, each.before, each.after,
                                        "a person at the command line", "reconcile --fix"});
  for (const auto& split : found.splits)
    for (const auto& each : split.positions)
      events.emplace_back(split_record{split.symbol, each.strategy, each.before, each.after,
                                       split.by.after, split.by.before,
                                       "a person at the command line", "reconcile --fix"});
  events.emplace_back(found.external_after);
  reconcile_record note;
  note.clean = true;
  for (const auto& each : found.differences) note.differences.push_back("adopted: " + each.text());
  events.emplace_back(std::move(note));
  events.emplace_back(shutdown_record{"reconcile --fix", books.past.ended_cleanly()});
  const audit_stamp stamp{time.utc_now(), time.mono_now(), {}, short_name{"reconcile"}};
  std::vector<audit_log::entry> entries;
  for (const auto& event : events) entries.push_back({stamp, &event});
  const auto written = (*log)->append(entries, sync_mode::yes);
  if (!written) return written.failure();
  return {};
}

bool needs_fix(const account_comparison& found) {
  const bool stopped = std::any_of(found.external.begin(), found.external.end(),
                                   [](const external_status& row) { return row.stopped; });
  return stopped || !found.splits.empty() ||
         std::any_of(found.differences.begin(), found.differences.end(),
                     [](const difference& x) { return is_about_positions(x.kind); });
}

/// A stop of the time before a split has the wrong price and the wrong size: it would trigger at
/// once, or close a part. Nothing is cancelled from here.
const split_correction* blocked_split(const account_comparison& found) {
  const auto at = std::find_if(found.splits.begin(), found.splits.end(),
                               [](const split_correction& x) { return !x.open.empty(); });
  return at == found.splits.end() ? nullptr : &*at;
}

int compare_now(const common_flags& flags, const reconcile_arguments& asked,
                const loaded_config& config, const log_books& books) {
  split_ratios splits;
  for (const auto& text : asked.splits) {
    const auto split = parse_split_of(text);
    if (!split) return fail(flags, {exit_code::usage, split.failure().context, ""});
    splits.insert(*split);
  }
  const auto last = books.past.last_at();
  const auto since = (last == utc_ns{} ? system_clock{}.utc_now() : last) - look_back;
  const auto theirs = ask_broker_books(config.config, since);
  if (!theirs) return fail(flags, broker_failure_of(theirs.failure()));
  const auto found = compare_account(books, *theirs, config.config.symbols(), splits);
  for (const auto& [symbol, by] : splits)
    if (std::none_of(found.splits.begin(), found.splits.end(),
                     [&](const split_correction& x) { return x.symbol == symbol; }))
      return fail(flags, {exit_code::usage,
                          symbol.str() + " has no shares of ours whose number has changed",
                          "look at the differences without --split"});
  bool fixed = false;
  if (asked.fix && needs_fix(found)) {
    if (!flags.json) print(found);
    if (const auto* blocked = blocked_split(found))
      return fail(flags, {exit_code::refused_for_safety,
                          "order " + blocked->open.front().str() + " of " + blocked->symbol.str() +
                              " is of the time before the split and still open",
                          "take it back at the broker first (bellwether halt --broker); the next "
                          "start places a stop for what is held then"});
    if (!confirmed(asked))
      return fail(flags, {exit_code::refused_for_safety, "not confirmed: nothing was changed",
                          "type 'adopt', or give --confirm adopt"});
    if (const auto written = write_fix(config, books, found); !written)
      return fail(flags, written.failure());
    fixed = true;
    if (!flags.json) std::cout << "our books are the broker's now\n";
  } else if (!flags.json) {
    print(found);
  }
  if (flags.json) std::cout << comparison_json(found, fixed) << '\n';
  std::cout.flush();
  const bool only_shares =
      found.missing_executions.empty() && found.unresolved == 0 &&
      std::all_of(found.differences.begin(), found.differences.end(),
                  [](const difference& x) { return is_about_positions(x.kind); });
  const bool same = found.is_clean() || (fixed && only_shares);
  return static_cast<int>(same ? exit_code::ok : exit_code::integrity);
}

/// Executions of one day, New York's midnight to midnight.
int compare_day(const common_flags& flags, const reconcile_arguments& asked,
                const loaded_config& config, const log_books& books) {
  const auto day = parse_date(asked.day);
  if (!day) return fail(flags, {exit_code::usage, day.failure().context, "write it as 2026-03-12"});
  const auto calendar = session_calendar::make();
  if (!calendar) return fail(flags, calendar.failure());
  const auto from = calendar->utc_from_new_york(*day, std::chrono::minutes{0});
  const auto to = calendar->utc_from_new_york(civil_from_days(days_from_civil(*day) + 1),
                                              std::chrono::minutes{0});
  const auto is_within = [&](utc_ns at) { return from <= at && at < to; };
  const auto theirs = ask_broker_books(config.config, from - look_back);
  if (!theirs) return fail(flags, broker_failure_of(theirs.failure()));
  day_books both;
  both.day = asked.day;
  for (const auto& order : theirs->orders)
    if (owner_of(order.client_id, books.log_id) == order_owner::this_log)
      both.own_orders.push_back(order.venue_id);
  for (const auto& each : theirs->activities)
    if (is_within(each.at)) both.activities.push_back(each);
  auto log = open_audit_reader(audit_folder(config.config.state_folder));
  if (!log) return fail(flags, log.failure());
  const auto read = (*log)->read({}, [&](const audit_record& record) {
    if (const auto* x = std::get_if<fill_record>(&record.event); x && is_within(x->ts_event))
      both.own_fills.push_back({x->symbol, x->side, x->qty, x->at_price});
    return true;
  });
  if (!read) return fail(flags, read.failure());
  const day_report report{balance_day(both), system_clock{}.utc_now()};
  std::cout << (flags.json ? to_json(report) + "\n" : to_text(report)) << std::flush;
  return static_cast<int>(report.day.matched ? exit_code::ok : exit_code::integrity);
}

int run_reconcile(const common_flags& flags, const reconcile_arguments& asked) {
  if (!asked.splits.empty() && !asked.day.empty())
    return fail(flags, {exit_code::usage, "--split is about the present: it takes no --day", ""});
  if (asked.fix && !asked.day.empty())
    return fail(flags, {exit_code::usage, "--fix mends the present: it takes no --day", ""});
  auto config = load_config(find_config(asked.config));
  if (!config) return fail(flags, config.failure());
  if (!asked.state.empty()) config->config.state_folder = asked.state;
  if (const auto agrees = check_environment(config->config.mode); !agrees)
    return fail(flags, agrees.failure());
  std::optional<instance_lock> lock;
  if (asked.fix) {
    auto locked = lock_state_folder(config->config.state_folder);
    if (!locked)
      return fail(flags, {exit_code::refused_for_safety, locked.failure().context,
                          "--fix writes the log: stop the node first"});
    lock.emplace(std::move(*locked));
  }
  const auto books = read_books(audit_folder(config->config.state_folder));
  if (!books) return fail(flags, books.failure());
  return asked.day.empty() ? compare_now(flags, asked, *config, *books)
                           : compare_day(flags, asked, *config, *books);
}

}  // namespace

void add_reconcile(CLI::App& program, common_flags& flags, chosen_command& chosen) {
  auto* command =
      program.add_subcommand("reconcile", "Compare our books with the broker's, without a node");
  command->footer(
      "Examples:  bellwether reconcile --config node.toml\n"
      "           bellwether reconcile --day 2026-03-12 --json\n"
      "           bellwether reconcile --fix\n"
      "Works beside a running node; what is on its way in that moment may show as a difference.\n"
      "--fix needs a stopped node: our shares shrink to what the broker has, the rest is "
      "EXTERNAL; after a split they follow its ratio. --split names a ratio that the shares do\n"
      "not show: --split AAPL=1:8.\n"
      "Exit codes: 0 the same, 7 differences, 5 no broker, 4 login refused, 8 not confirmed or a\n"
      "node runs.");
  auto asked = std::make_shared<reconcile_arguments>();
  command->add_option("--config", asked->config, "Configuration (default: ./node.toml)");
  command->add_option("--state", asked->state, "State folder, where it is not the configuration's");
  command->add_option("--day", asked->day, "Executions of this day instead: 2026-03-12");
  command->add_option("--split", asked->splits,
                      "A split, SYMBOL=NEW:OLD; may stand more than once");
  command->add_flag("--fix", asked->fix, "Change our books in favour of the broker's");
  command->add_option("--confirm", asked->confirm, "The word that --fix asks for: adopt");
  command->callback([&chosen, &flags, asked] {
    chosen = [&flags, asked] { return run_reconcile(flags, *asked); };
  });
}

}  // namespace bw
