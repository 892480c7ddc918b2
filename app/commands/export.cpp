#include <CLI/CLI.hpp>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>

#include "app/cli.hpp"
#include "app/trade_query.hpp"
#include "core/json_writer.hpp"
#include "storage/postgres_export.hpp"
#include "storage/trade_schema.hpp"

namespace bw {
namespace {

struct export_arguments {
  state_choice where;
  std::string format = "csv";
  std::string folder = "export";
};

int run_postgres(const common_flags& flags, const export_arguments& asked,
                 const trade_database& from) {
  const auto done = export_for_postgres(from, asked.folder);
  if (!done) return fail(flags, done.failure());
  if (flags.json)
    std::cout << "{\"schema_version\":1,\"tables\":" << done->tables << ",\"rows\":" << done->rows
              << "}\n";
  else
    std::cout << asked.folder << ": " << done->tables << " tables, " << done->rows
              << " rows. Load them:  cd " << asked.folder << " && psql -f load.sql\n";
  return static_cast<int>(exit_code::ok);
}

int run_export(const common_flags& flags, const export_arguments& asked) {
  const auto trades = open_trades(asked.where);
  if (!trades) return fail(flags, trades.failure());
  std::error_code failed;
  std::filesystem::create_directories(asked.folder, failed);
  if (failed)
    return fail(flags,
                {exit_code::usage, asked.folder + ": cannot be made: " + failed.message(), ""});
  if (asked.format == "postgres") return run_postgres(flags, asked, *trades->database);
  const auto format = asked.format == "csv" ? export_format::csv : export_format::json_lines;
  json_writer out;
  out.begin_object();
  out.member("schema_version", 1);
  out.key("tables").begin_object();
  std::uint64_t rows = 0;
  for (const auto& table : trade_tables()) {
    const auto path = std::filesystem::path{asked.folder} / (table.name + "." + asked.format);
    std::ofstream file{path, std::ios::binary | std::ios::trunc};
    if (!file) return fail(flags, {exit_code::usage, path.string() + ": cannot be written", ""});
    const auto written = trades->database->export_table(table.name, format, file);
    if (!written) return fail(flags, written.failure());
    out.member(table.name, *written);
    rows += *written;
  }
  out.end_object();
  out.end_object();
  if (flags.json)
    std::cout << out.take() << '\n';
  else
    std::cout << asked.folder << ": " << trade_tables().size() << " tables, " << rows << " rows\n";
  return static_cast<int>(exit_code::ok);
}

}  // namespace

void add_export(CLI::App& program, common_flags& flags, chosen_command& chosen) {
  auto* command = program.add_subcommand("export", "Every table of trades.db as files");
  command->footer(
      "Example:  bellwether export --format jsonl --out tables\n"
      "          bellwether export --format postgres --out pg && cd pg && psql -f load.sql\n"
      "One file a table; decimals are exact text, times are UTC. For PostgreSQL there are the\n"
      "schema, the rows, and a script that loads them and compares every count and sum.");
  auto asked = std::make_shared<export_arguments>();
  add_state_choice(*command, asked->where);
  command->add_option("--format", asked->format, "csv, jsonl or postgres")
      ->check(CLI::IsMember({"csv", "jsonl", "postgres"}))
      ->capture_default_str();
  command->add_option("--out", asked->folder, "Folder to write into")->capture_default_str();
  command->callback(
      [&chosen, &flags, asked] { chosen = [&flags, asked] { return run_export(flags, *asked); }; });
}

}  // namespace bw
