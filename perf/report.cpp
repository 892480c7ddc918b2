// docs/LATENCY.md and its plot from the committed result files: no number is written by hand.

#include <CLI/CLI.hpp>

#include <iostream>

#include "core/exit_code.hpp"
#include "perf/commands.hpp"
#include "perf/report_page.hpp"
#include "perf/result_store.hpp"

namespace bw::perf {
namespace {

struct report_choice {
  std::filesystem::path results = "perf/results";
  std::filesystem::path page = "docs/LATENCY.md";
  std::filesystem::path plot = "docs/latency.svg";
};

int run(const report_choice& choice) {
  const auto store = result_store::load(choice.results);
  if (!store) {
    std::cerr << "bellwether-perf: " << store.failure().context << '\n';
    return static_cast<int>(exit_code::usage);
  }
  const auto plot = plot_svg(*store);
  const auto text = report_text(*store, choice.plot.filename().string());
  for (const auto& [file, content] : {std::pair{choice.plot, plot}, std::pair{choice.page, text}})
    if (const auto written = write_text(file, content); !written) {
      std::cerr << "bellwether-perf: " << written.failure().context << '\n';
      return static_cast<int>(exit_code::unexpected);
    }
  std::cout << choice.page.string() << " and " << choice.plot.string() << " from " << store->files()
            << " result files\n";
  return static_cast<int>(exit_code::ok);
}

}  // namespace

void add_report(CLI::App& program, common_options&, chosen_measurement& chosen) {
  auto* command =
      program.add_subcommand("report", "Writes docs/LATENCY.md from the committed result files");
  auto choice = std::make_shared<report_choice>();
  command->add_option("--results", choice->results, "Folder of result files");
  command->add_option("--page", choice->page);
  command->add_option("--plot", choice->plot);
  command->callback([choice, &chosen] { chosen = [choice] { return run(*choice); }; });
}

}  // namespace bw::perf
