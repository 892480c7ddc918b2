// A steady rate for minutes to hours: does anything grow?

#include <CLI/CLI.hpp>

#include <algorithm>
#include <iostream>

#include "core/exit_code.hpp"
#include "perf/commands.hpp"
#include "perf/load_rig.hpp"

namespace bw::perf {
namespace {

struct soak_choice {
  tick_options load{.rate = 100, .every = 50, .wait = hot_wait::block};
  std::uint64_t minutes = 60;
};

/// What stays between the first tenth and the end may differ by so much: allocators round up.
constexpr double growth_mib_max = 8;
constexpr double mib = 1'048'576;

double cpu_percent(std::int64_t used_ns, std::int64_t passed_ns) {
  return static_cast<double>(used_ns) * 100 /
         static_cast<double>(std::max<std::int64_t>(passed_ns, 1));
}

int run(soak_choice choice, const common_options& options) {
  const std::uint64_t parts = options.smoke ? 2 : std::max<std::uint64_t>(choice.minutes, 2);
  const std::uint64_t ticks = choice.load.rate * (options.smoke ? 1 : 60);
  result_page page;
  page.command = "soak";
  page.settings = settings_of(choice.load);
  page.settings.emplace_back("minutes", std::to_string(parts));
  page.environment = look_around(std::filesystem::temp_directory_path());
  const auto before = resident_bytes();
  auto made = load_rig::make(choice.load, ticks * parts);
  if (!made) {
    std::cerr << "bellwether-perf: " << made.failure().text() << '\n';
    return static_cast<int>(exit_code::unexpected);
  }
  auto& rig = **made;
  const disturbance_meter meter;
  result_row idle;
  idle.name = "idle";
  idle.figures = {{"resident_mib", static_cast<double>(resident_bytes()) / mib},
                  {"of_that_before_the_node_mib", static_cast<double>(before) / mib},
                  {"descriptors", static_cast<double>(open_descriptors())}};
  page.rows.push_back(std::move(idle));
  std::vector<double> memory;
  std::vector<double> descriptors;
  for (std::uint64_t part = 0; part < parts; ++part) {
    const auto used = processor_time_of_others_ns();
    const auto began = rig.time().mono_now();
    const auto record = rig.play(choice.load.rate, ticks);
    if (!rig.settle()) page.invalid.emplace_back("orders are missing");
    const auto passed = (rig.time().mono_now() - began).count();
    memory.push_back(static_cast<double>(resident_bytes()) / mib);
    descriptors.push_back(static_cast<double>(open_descriptors()));
    result_row row;
    row.name = (options.smoke ? "part " : "minute ") + std::to_string(part + 1);
    row.latency = rig.take_latencies().summary();
    row.per_second = static_cast<double>(record.sent) * 1e9 / static_cast<double>(passed);
    row.conflated = rig.source().conflated();
    row.dropped = rig.source().lost();
    row.figures = {
        {"resident_mib", memory.back()},
        {"descriptors", descriptors.back()},
        {"audit_mib", static_cast<double>(rig.node().audit_bytes()) / mib},
        {"node_processor_percent", cpu_percent(processor_time_of_others_ns() - used, passed)}};
    page.rows.push_back(std::move(row));
  }
  const auto tenth = memory[memory.size() / 10];
  if (memory.back() - tenth > growth_mib_max && !options.smoke)
    page.invalid.push_back("memory grew by " + std::to_string(memory.back() - tenth) + " MiB");
  if (descriptors.back() > descriptors[descriptors.size() / 10] + 8)
    page.invalid.emplace_back("descriptors were not given back");
  page.disturbed = meter.read();
  if (const auto why = rig.node().fatal(); !why.empty()) page.invalid.push_back("the node: " + why);
  return finish(page, options.json);
}

}  // namespace

void add_soak(CLI::App& program, common_options& options, chosen_measurement& chosen) {
  auto* command =
      program.add_subcommand("soak", "A steady rate; memory, descriptors, percentiles over time");
  auto choice = std::make_shared<soak_choice>();
  command->add_option("--minutes", choice->minutes)->check(CLI::Range(1, 10'000));
  command->add_option("--rate", choice->load.rate, "Ticks a second")
      ->check(CLI::Range(1, 1'000'000));
  command->add_option("--every", choice->load.every, "Ticks to an order")
      ->check(CLI::Range(1, 1'000'000));
  command->add_option("--symbols", choice->load.symbols)->check(CLI::Range(1, 10'000));
  command->callback([choice, &options, &chosen] {
    chosen = [choice, &options] { return run(*choice, options); };
  });
}

}  // namespace bw::perf
