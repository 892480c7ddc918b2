#include <CLI/CLI.hpp>

#include <fstream>
#include <iostream>

#include "analytics/run_comparison.hpp"
#include "app/cli.hpp"

namespace bw {
namespace {

struct compare_arguments {
  std::vector<std::string> folders;
  std::string out;
  comparison_options options;
};

result<void> write_text(const std::filesystem::path& path, const std::string& text) {
  std::ofstream out{path, std::ios::binary | std::ios::trunc};
  out << text;
  out.close();
  if (!out) return {ec::io_failed, path.string() + ": cannot be written"};
  return {};
}

result<void> write_pages(const run_comparison& compared, const session_calendar& calendar,
                         const std::filesystem::path& folder) {
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (failed) return {ec::io_failed, folder.string() + ": " + failed.message()};
  if (auto done = write_text(folder / "comparison.html", comparison_html(compared, calendar));
      !done)
    return done;
  return write_text(folder / "comparison.json", comparison_json(compared));
}

int compare(const common_flags& flags, const compare_arguments& asked) {
  const auto calendar = session_calendar::make();
  if (!calendar) return fail(flags, calendar.failure());
  std::vector<run_result> runs;
  for (const auto& folder : asked.folders) {
    auto run = read_run(folder, *calendar);
    if (!run) return fail(flags, run.failure());
    runs.push_back(std::move(*run));
  }
  const auto compared = compare_runs(runs, *calendar, asked.options);
  if (!compared) return fail(flags, compared.failure());
  std::cout << (flags.json ? comparison_json(*compared) : comparison_text(*compared));
  if (asked.out.empty()) return static_cast<int>(exit_code::ok);
  if (const auto written = write_pages(*compared, *calendar, asked.out); !written)
    return fail(flags, written.failure());
  if (!flags.quiet)
    std::cerr << "written: " << (std::filesystem::path{asked.out} / "comparison.html").string()
              << '\n';
  return static_cast<int>(exit_code::ok);
}

}  // namespace

void add_compare(CLI::App& program, common_flags& flags, chosen_command& chosen) {
  auto* command = program.add_subcommand("compare", "Put runs side by side and rank them");
  command->footer(
      "Example:  bellwether compare runs/momentum runs/reversion --out runs/comparison\n"
      "Each folder is what a backtest wrote with --out. Only sessions that all runs have count.\n"
      "Exit code 2 when a folder holds no report or the runs have no session in common.");
  auto asked = std::make_shared<compare_arguments>();
  command->add_option("RUN_DIR", asked->folders, "Folders of two or more runs")
      ->required()
      ->expected(2, static_cast<int>(compared_runs_max));
  command->add_option("-o,--out", asked->out, "Folder for comparison.html and comparison.json");
  command->add_option("--seed", asked->options.seed, "Seed of the resampling")
      ->capture_default_str();
  command->callback(
      [&flags, &chosen, asked] { chosen = [&flags, asked] { return compare(flags, *asked); }; });
}

}  // namespace bw
