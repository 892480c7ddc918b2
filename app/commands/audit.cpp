#include <CLI/CLI.hpp>

#include <charconv>
#include <iostream>
#include <memory>

#include "app/commands/audit_command.hpp"
#include "app/order_story_text.hpp"
#include "config/config_loader.hpp"
#include "config/state_folder.hpp"
#include "core/clock.hpp"
#include "core/json_writer.hpp"
#include "storage/anchor_writer.hpp"
#include "storage/audit_export.hpp"
#include "storage/audit_verify.hpp"
#include "storage/event_json.hpp"

namespace bw {

result<audit_places> find_audit_places(const audit_arguments& asked) {
  audit_options names;
  audit_places out;
  if (asked.where.config.empty()) {
    out.state = asked.where.state.empty() ? "state" : asked.where.state;
  } else {
    auto loaded = load_config(asked.where.config);
    if (!loaded) return std::move(loaded).failure();
    out.state = loaded->config.state_folder;
    names = loaded->config.audit;
  }
  out.log = audit_folder(out.state);
  out.anchors = asked.anchors.empty() ? in_state_folder(out.state, names.anchors)
                                      : std::filesystem::path{asked.anchors};
  out.key = in_state_folder(out.state, names.anchor_key);
  out.public_key =
      asked.public_key.empty() ? public_key_file(out.key) : std::filesystem::path{asked.public_key};
  return out;
}

result<std::unique_ptr<audit_reader>> open_log(const audit_arguments& asked) {
  auto places = find_audit_places(asked);
  if (!places) return std::move(places).failure();
  return open_audit_reader(places->log);
}

result<audit_filter> filter_of(const audit_arguments& asked) {
  audit_filter out;
  out.from = sequence_number{asked.from};
  out.to = sequence_number{asked.to};
  if (!asked.type.empty()) {
    const auto type = parse_audit_type(asked.type);
    if (!type) return type.failure();
    out.type = *type;
  }
  return out;
}

result<std::string> bytes_of_hex(std::string_view text) {
  std::string out;
  if (text.size() % 2 != 0) return {ec::parse_failed, "hexadecimal text has an even length"};
  for (std::size_t k = 0; k < text.size(); k += 2) {
    std::uint8_t byte = 0;
    const auto [end, failure] = std::from_chars(text.data() + k, text.data() + k + 2, byte, 16);
    if (failure != std::errc{} || end != text.data() + k + 2)
      return {ec::parse_failed, "a character is no hexadecimal digit"};
    out.push_back(static_cast<char>(byte));
  }
  return out;
}

void choose(CLI::App& command, common_flags& flags, chosen_command& chosen,
            std::shared_ptr<audit_arguments> asked, audit_action act) {
  command.callback([&chosen, &flags, asked, act] {
    chosen = [&flags, asked, act] { return act(flags, *asked); };
  });
}

namespace {

std::string verify_json(const verify_report& report) {
  json_writer out;
  out.begin_object();
  out.member("schema_version", 1);
  out.member("ok", report.ok());
  out.member("records", report.records);
  out.member("redacted", report.redacted);
  out.member("anchors", report.anchors);
  out.member("head", report.head.sequence.value);
  out.member("chain", hex_text(report.head.chain));
  if (report.failure) {
    out.key("failure").begin_object();
    out.member("kind", to_string(report.failure->kind));
    out.member("first_bad", report.failure->first_bad.value);
    out.member("text", report.failure->text);
    out.end_object();
  }
  out.end_object();
  return out.take();
}

std::string redacted_words(const verify_report& report) {
  return report.redacted == 0 ? "" : " (" + std::to_string(report.redacted) + " of them redacted)";
}

/// A line that overwrites itself, where a person looks.
void show_progress(std::uint64_t done, std::uint64_t all, nanoseconds spent) {
  if (done == 0) return;
  const auto left = spent.count() / 1'000'000'000 * static_cast<std::int64_t>(all - done) /
                    static_cast<std::int64_t>(done);
  std::cerr << "\r" << done << " of " << all << " records, about " << left << " s left   "
            << std::flush;
}

int verify_audit(const common_flags& flags, const audit_arguments& asked) {
  if (!asked.exported.empty()) return verify_export(flags, asked);
  const auto places = find_audit_places(asked);
  if (!places) return fail(flags, places.failure());
  verify_options options;
  options.from = sequence_number{asked.from};
  options.to = sequence_number{asked.to};
  // A log from before there were anchors has none, and then the chain has to do.
  std::error_code code;
  if (!asked.anchors.empty() || std::filesystem::exists(places->anchors, code)) {
    options.anchors = places->anchors;
    options.public_key = places->public_key;
  }
  const system_clock time;
  const auto began = time.mono_now();
  const bool shown = is_rich_terminal(2, flags) && !flags.quiet;
  if (shown)
    options.progress = [&](std::uint64_t done, std::uint64_t all) {
      show_progress(done, all, time.mono_now() - began);
    };
  const auto report = verify_audit_log(places->log, options);
  if (shown) std::cerr << '\r' << std::string(60, ' ') << '\r';
  if (!report) return fail(flags, report.failure());
  if (flags.json) std::cout << verify_json(*report) << '\n';
  if (!report->ok())
    return fail(
        flags,
        {exit_code::integrity,
         "the audit log is broken at record " + std::to_string(report->failure->first_bad.value) +
             " (" + std::string{to_string(report->failure->kind)} + "): " + report->failure->text,
         "keep the folder as it is and restore a copy beside it; " +
             std::to_string(report->records) + " records before it are right"});
  if (!flags.json)
    std::cout << places->log.string() << ": " << report->records << " records"
              << redacted_words(*report) << ", chain unbroken up to " << report->head.sequence.value
              << " (" << hex_text(report->head.chain) << "), " << report->anchors
              << " signed anchors agree\n";
  return static_cast<int>(exit_code::ok);
}

/// One line a record, for people.
void print_record(const audit_record& record) {
  std::cout << record.sequence.value << "  " << format_rfc3339(record.wall) << "  "
            << audit_type_name(record.type) << "  " << record.from.view() << "  "
            << event_json(record.event) << '\n';
}

/// What is known of a record that a copy does not show.
void print_withheld(const common_flags& flags, const record_view& view) {
  const auto type = audit_type_name(static_cast<std::size_t>(view.type) - 1);
  if (!flags.json) {
    std::cout << view.sequence.value << "  " << format_rfc3339(view.stamp.wall) << "  " << type
              << "  " << view.stamp.from.view() << "  (redacted)\n";
    return;
  }
  json_writer out;
  out.begin_object();
  out.member("sequence", view.sequence.value);
  out.member("type", type);
  out.member("wall", view.stamp.wall);
  out.member("from", view.stamp.from.view());
  out.member("redacted", true);
  out.member("leaf", std::string_view{hex_text(view.leaf)});
  out.end_object();
  std::cout << out.text() << '\n';
}

int print_records(const common_flags& flags, const audit_reader& log, audit_filter filter) {
  filter.withheld = [&flags](const record_view& view) { print_withheld(flags, view); };
  const auto read = log.read(filter, [&flags](const audit_record& record) {
    if (flags.json)
      std::cout << record_json(record) << '\n';
    else
      print_record(record);
    return std::cout.good();
  });
  std::cout.flush();
  return read ? static_cast<int>(exit_code::ok) : fail(flags, read.failure());
}

int show_audit(const common_flags& flags, const audit_arguments& asked) {
  const auto filter = filter_of(asked);
  if (!filter) return fail(flags, filter.failure());
  const auto log = open_log(asked);
  if (!log) return fail(flags, log.failure());
  return print_records(flags, **log, *filter);
}

/// Behind the records what they come to. An order that is not ours is in the log without a story.
int print_quality(const common_flags& flags, const audit_reader& log, const std::string& order) {
  const auto story = tell_order(log, {order});
  if (!story && story.code() == ec::not_found) return static_cast<int>(exit_code::ok);
  if (!story) return fail(flags, story.failure());
  const auto calendar = session_calendar::make();
  if (!calendar) return fail(flags, calendar.failure());
  if (flags.json)
    std::cout << order_quality_json(*story) << '\n';
  else
    std::cout << order_quality_text(*story, *calendar);
  return static_cast<int>(exit_code::ok);
}

int show_order(const common_flags& flags, const audit_arguments& asked) {
  if (asked.order.empty() || !client_order_id::fits(asked.order))
    return fail(flags, {exit_code::usage, "'" + asked.order.substr(0, 60) + "' is no order id",
                        "it is the client order id, like bw-0fgz2k8m-1-7"});
  const auto log = open_log(asked);
  if (!log) return fail(flags, log.failure());
  audit_filter filter;
  filter.client_id = client_order_id{asked.order};
  bool any = false;
  const auto looked = (*log)->read(filter, [&any](const audit_record&) {
    any = true;
    return false;
  });
  if (!looked) return fail(flags, looked.failure());
  if (!any)
    return fail(flags, {exit_code::usage, asked.order + ": no record mentions this order",
                        "list the orders with `bellwether audit show --type intent`"});
  if (const int shown = print_records(flags, **log, filter); shown != 0) return shown;
  return print_quality(flags, **log, asked.order);
}

/// One subcommand with its action.
CLI::App* add_action(CLI::App& parent, const char* name, const char* text, common_flags& flags,
                     chosen_command& chosen, std::shared_ptr<audit_arguments> asked,
                     audit_action act) {
  auto* command = parent.add_subcommand(name, text);
  choose(*command, flags, chosen, std::move(asked), act);
  return command;
}

void add_range(CLI::App& command, audit_arguments& asked) {
  command.add_option("--from", asked.from, "First record")->capture_default_str();
  command.add_option("--to", asked.to, "Last record");
  command.add_option("--type", asked.type, "Only records of this type: intent, fill, state, ...");
}

void add_witness(CLI::App& command, audit_arguments& asked) {
  command.add_option("--anchors", asked.anchors, "File of the signed anchors");
  command.add_option("--key", asked.public_key, "Public key of the anchors (PEM)");
}

void add_reading(CLI::App& audit, common_flags& flags, chosen_command& chosen,
                 const std::shared_ptr<audit_arguments>& asked) {
  auto* verify = add_action(audit, "verify", "Prove that no record is missing or was changed",
                            flags, chosen, asked, verify_audit);
  verify->footer(
      "Examples:  bellwether audit verify --state state --json\n"
      "           bellwether audit verify --export audit.jsonl\n"
      "Exit code 7 with failure: gap, order, hash, unreadable or anchor, and the first bad "
      "record.");
  verify->add_option("--from", asked->from, "First record")->capture_default_str();
  verify->add_option("--to", asked->to, "Last record");
  verify->add_option("--export", asked->exported, "An exported file instead of the log");
  add_witness(*verify, *asked);

  auto* show = add_action(audit, "show", "Records, one a line", flags, chosen, asked, show_audit);
  show->footer("Example:  bellwether audit show --from 100 --to 200 --type verdict");
  add_range(*show, *asked);

  auto* order =
      add_action(audit, "order", "The whole story of one order", flags, chosen, asked, show_order);
  order->footer("Example:  bellwether audit order bw-0fgz2k8m-1-7");
  order->add_option("ID", asked->order, "Client order id")->required();
}

void add_proving(CLI::App& audit, common_flags& flags, chosen_command& chosen,
                 const std::shared_ptr<audit_arguments>& asked) {
  auto* prove = add_action(audit, "prove", "Prove one record, or that the log only grew", flags,
                           chosen, asked, prove_audit);
  prove->footer(
      "Examples:  bellwether audit prove 4711 > proof.json\n"
      "           bellwether audit prove --consistency 1000 5000 > grown.json\n"
      "           bellwether audit prove --check proof.json --key anchor.pub\n"
      "A proof is checked with the public key alone. Exit code 7 when it proves nothing.");
  auto* one = prove->add_option("SEQ", asked->sequence, "Number of the record");
  auto* grown = prove->add_option("--consistency", asked->consistency, "Two numbers of records")
                    ->expected(2)
                    ->excludes(one);
  prove->add_option("--check", asked->proof, "File with a proof")->excludes(one)->excludes(grown);
  add_witness(*prove, *asked);

  auto* exported = add_action(audit, "export", "Records as JSON lines or CSV", flags, chosen, asked,
                              export_audit);
  exported->footer(
      "Examples:  bellwether audit export --format csv --output audit.csv\n"
      "           bellwether audit export --day 2026-11-20 --output day.jsonl\n"
      "A file gets a signed manifest beside it; `audit verify --export FILE` proves both.");
  add_range(*exported, *asked);
  exported->add_option("--day", asked->day, "Only records of this day (UTC), like 2026-11-20");
  exported->add_option("--format", asked->format, "jsonl or csv")
      ->check(CLI::IsMember({"jsonl", "csv"}))
      ->capture_default_str();
  exported->add_option("-o,--output", asked->output, "File to write (default: stdout)");
}

void add_keeping(CLI::App& audit, common_flags& flags, chosen_command& chosen,
                 const std::shared_ptr<audit_arguments>& asked) {
  auto* backup = add_action(audit, "backup", "Copy the log and its anchors, beside a running node",
                            flags, chosen, asked, backup_audit);
  backup->footer(
      "Example:  bellwether audit backup /backup/2026-11-20\n"
      "The copy is verified while it is made; `audit verify --state DIR` verifies it again.");
  backup->add_option("DIR", asked->folder, "Folder to make")->required();

  auto* redact = add_action(audit, "redact", "Copy the log without what some records say", flags,
                            chosen, asked, redact_audit);
  redact->footer(
      "Example:  bellwether audit redact /for/auditor --type exchange --type account --record 812\n"
      "Of these records, and of the snapshots (books) that repeat them, the copy has the hash "
      "alone.\n"
      "Chain, anchors and proofs hold: `audit verify --state DIR` proves that nothing else was "
      "taken\n"
      "out. The log itself stays as it is.");
  redact->add_option("DIR", asked->folder, "Folder to make")->required();
  redact->add_option("--record", asked->hidden_records, "Number of a record to hide");
  redact->add_option("--type", asked->hidden_types,
                     "Type of records to hide: exchange, account, ...");

  auto* seal = add_action(audit, "seal", "Put ended months into signed files of their own", flags,
                          chosen, asked, seal_audit);
  seal->footer(
      "Examples:  bellwether audit seal --out /archive/bellwether\n"
      "           bellwether audit seal --check --out /archive/bellwether --key anchor.pub\n"
      "Each month (UTC) becomes a file of records and a signed line that says which they are. The\n"
      "log keeps all of them. Exit code 7 when --check finds a month that is not as it was "
      "sealed.");
  seal->add_option("--out", asked->folder, "Folder of the months (default: sealed, in the state)");
  seal->add_flag("--check", asked->check, "Prove what is there and seal nothing");
  seal->add_option("--key", asked->public_key, "Public key of the seals (PEM)");

  auto* restore = add_action(audit, "restore", "Make a log of sealed months again", flags, chosen,
                             asked, restore_audit);
  restore->footer(
      "Example:  bellwether audit restore /archive/bellwether restored\n"
      "`audit verify --state restored` and every other reading command then work on it.");
  restore->add_option("FROM", asked->source, "Folder of the months")->required();
  restore->add_option("DIR", asked->folder, "State folder to make")->required();
  restore->add_option("--key", asked->public_key, "Public key of the seals (PEM)");

  auto* adopt = add_action(audit, "adopt", "Put a damaged log aside and begin a new one", flags,
                           chosen, asked, adopt_audit);
  adopt->footer(
      "Example:  bellwether audit adopt state --confirm\n"
      "Only while no node runs. Nothing is deleted or repaired: the old folder is renamed, and "
      "the\n"
      "new log begins with what the old one proves of positions, orders, latches and the day.");
  adopt->add_option("DIR", asked->folder, "State folder of the node")->required();
  adopt->add_flag("--confirm", asked->confirmed, "Do it; without it only says what would happen");
}

}  // namespace

void add_audit(CLI::App& program, common_flags& flags, chosen_command& chosen) {
  auto* command = program.add_subcommand("audit", "Read and prove the audit log");
  command->footer(
      "Examples:  bellwether audit verify --state state\n"
      "           bellwether audit show --type fill --json\n"
      "           bellwether audit export --format csv --output audit.csv\n"
      "Works beside a running node. Exit code 7 when the chain is broken.");
  command->require_subcommand(1);
  auto asked = std::make_shared<audit_arguments>();
  add_state_choice(*command, asked->where);

  add_reading(*command, flags, chosen, asked);
  add_proving(*command, flags, chosen, asked);
  add_keeping(*command, flags, chosen, asked);
}

}  // namespace bw
