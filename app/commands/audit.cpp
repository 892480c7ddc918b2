#include <CLI/CLI.hpp>

#include <fstream>
#include <iostream>
#include <memory>

#include "app/cli.hpp"
#include "app/config_file.hpp"
#include "config/state_folder.hpp"
#include "core/json_writer.hpp"
#include "storage/audit_export.hpp"
#include "storage/event_json.hpp"

namespace bw {
namespace {

struct audit_arguments {
  state_choice where;
  std::uint64_t from = 1;
  std::uint64_t to = UINT64_MAX;
  std::string type;
  std::string format = "jsonl";
  std::string output;
  std::string order;
};

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

result<std::unique_ptr<audit_reader>> open_log(const audit_arguments& asked) {
  auto state = find_state_folder(asked.where);
  if (!state) return std::move(state).failure();
  return open_audit_reader(audit_folder(*state));
}

std::string verify_json(const verify_report& report) {
  json_writer out;
  out.begin_object();
  out.member("schema_version", 1);
  out.member("ok", report.ok());
  out.member("records", report.records);
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

int verify_audit(const common_flags& flags, const audit_arguments& asked) {
  const auto state = find_state_folder(asked.where);
  if (!state) return fail(flags, state.failure());
  const auto folder = audit_folder(*state);
  const auto report = verify_audit_log(folder, sequence_number{asked.from});
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
    std::cout << folder.string() << ": " << report->records << " records, chain unbroken up to "
              << report->head.sequence.value << " (" << hex_text(report->head.chain) << ")\n";
  return static_cast<int>(exit_code::ok);
}

/// One line a record, for people.
void print_record(const audit_record& record) {
  std::cout << record.sequence.value << "  " << format_rfc3339(record.wall) << "  "
            << audit_type_name(record.type) << "  " << record.from.view() << "  "
            << event_json(record.event) << '\n';
}

int print_records(const common_flags& flags, const audit_reader& log, const audit_filter& filter) {
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

int export_audit(const common_flags& flags, const audit_arguments& asked) {
  const auto filter = filter_of(asked);
  if (!filter) return fail(flags, filter.failure());
  const auto log = open_log(asked);
  if (!log) return fail(flags, log.failure());
  std::ofstream file;
  if (!asked.output.empty()) {
    file.open(asked.output, std::ios::binary | std::ios::trunc);
    if (!file) return fail(flags, {exit_code::usage, asked.output + ": cannot be written", ""});
  }
  const auto format = asked.format == "csv" ? export_format::csv : export_format::json_lines;
  std::ostream& out = asked.output.empty() ? std::cout : file;
  const auto written = export_records(**log, *filter, format, out);
  out.flush();
  if (!written) return fail(flags, written.failure());
  if (!flags.quiet) std::cerr << *written << " records\n";
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
  return print_records(flags, **log, filter);
}

using audit_action = int (*)(const common_flags&, const audit_arguments&);

/// One subcommand with its action.
CLI::App* add_action(CLI::App& parent, const char* name, const char* text, common_flags& flags,
                     chosen_command& chosen, std::shared_ptr<audit_arguments> asked,
                     audit_action act) {
  auto* command = parent.add_subcommand(name, text);
  command->callback([&chosen, &flags, asked, act] {
    chosen = [&flags, asked, act] { return act(flags, *asked); };
  });
  return command;
}

void add_range(CLI::App& command, audit_arguments& asked) {
  command.add_option("--from", asked.from, "First record")->capture_default_str();
  command.add_option("--to", asked.to, "Last record");
  command.add_option("--type", asked.type, "Only records of this type: intent, fill, state, ...");
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

  auto* verify = add_action(*command, "verify", "Prove that no record is missing or was changed",
                            flags, chosen, asked, verify_audit);
  verify->footer("Example:  bellwether audit verify --state state --json");
  verify->add_option("--from", asked->from, "First record")->capture_default_str();

  auto* show =
      add_action(*command, "show", "Records, one a line", flags, chosen, asked, show_audit);
  show->footer("Example:  bellwether audit show --from 100 --to 200 --type verdict");
  add_range(*show, *asked);

  auto* exported = add_action(*command, "export", "Records as JSON lines or CSV", flags, chosen,
                              asked, export_audit);
  exported->footer("Example:  bellwether audit export --format csv --output audit.csv");
  add_range(*exported, *asked);
  exported->add_option("--format", asked->format, "jsonl or csv")
      ->check(CLI::IsMember({"jsonl", "csv"}))
      ->capture_default_str();
  exported->add_option("-o,--output", asked->output, "File to write (default: stdout)");

  auto* order = add_action(*command, "order", "The whole story of one order", flags, chosen, asked,
                           show_order);
  order->footer("Example:  bellwether audit order bw-0fgz2k8m-1-7");
  order->add_option("ID", asked->order, "Client order id")->required();
}

}  // namespace bw
