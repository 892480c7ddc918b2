// How many ticks and orders a second, until it is full.

#include <CLI/CLI.hpp>

#include <iostream>

#include "core/exit_code.hpp"
#include "perf/commands.hpp"
#include "perf/load_rig.hpp"
#include "perf/straight_line.hpp"

namespace bw::perf {
namespace {

struct throughput_choice {
  std::vector<std::size_t> symbols{1, 10, 100, 1'000};
  hot_wait wait = hot_wait::spin;
  double seconds = 1;
};

/// Ticks to one order where ticks are what is measured.
constexpr std::uint64_t ticks_an_order = 10'000;
constexpr std::int64_t p999_max_ns = 1'000'000;
constexpr std::uint64_t flood_ticks = 400'000;
constexpr int floods = 3;

struct workbench {
  const throughput_choice& choice;
  result_page page{};
};

result<double> floor_rate(std::size_t symbols, std::uint64_t count) {
  const auto calendar = session_calendar::make();
  if (!calendar) return calendar.failure();
  const perf_clock time{measured_start()};
  auto ticks =
      workload::make({.symbols = symbols, .ticks = count, .every = ticks_an_order}, *calendar);
  if (!ticks) return ticks.failure();
  auto line = straight_line::make(ticks->symbols(), time, *calendar);
  if (!line) return line.failure();
  const auto began = time.mono_now();
  for (std::uint64_t k = 0; k < count; ++k) {
    const auto now = time.mono_now();
    const auto utc = time.utc_at(now);
    (*line)->process(ticks->frame(k, utc), {utc, now});
  }
  return static_cast<double>(count) * 1e9 / static_cast<double>((time.mono_now() - began).count());
}

/// The highest rate, in steps of a tenth below saturation, at which the orders' p99.9 stays below a
/// millisecond (their p99, where there are too few) and nothing is conflated or lost.
double calm_rate(load_rig& rig, double saturation, double seconds) {
  for (int tenth = 10; tenth >= 3; --tenth) {
    const auto rate = static_cast<std::uint64_t>(saturation * tenth / 10);
    const auto before = rig.source().conflated();
    const auto record =
        rig.play(rate, static_cast<std::uint64_t>(static_cast<double>(rate) * seconds));
    if (!rig.settle()) return 0;
    auto summary = rig.take_latencies().summary();
    const auto tail = summary.p999_ns.value_or(summary.p99_ns.value_or(summary.max_ns));
    if (record.late_share() < 0.001 && rig.source().conflated() == before && tail < p999_max_ns)
      return static_cast<double>(rate);
  }
  return 0;
}

result<void> measure_ticks(workbench& bench, std::size_t symbols) {
  tick_options options;
  options.symbols = symbols;
  options.every = ticks_an_order;
  options.sync = audit_sync::process;
  options.wait = bench.choice.wait;
  const auto steps = static_cast<std::uint64_t>(bench.choice.seconds * 20'000'000);
  auto made = load_rig::make(options, flood_ticks * (floods + 1) + steps);
  if (!made) return made.failure();
  auto& rig = **made;
  rig.flood(flood_ticks);
  rig.settle();
  rig.take_latencies();
  std::vector<double> rates;
  std::vector<double> floor_rates;
  for (int round = 0; round < floods; ++round) {
    const auto floor = floor_rate(symbols, flood_ticks);
    if (!floor) return floor.failure();
    floor_rates.push_back(*floor);
    rates.push_back(rig.flood(flood_ticks));
    if (!rig.settle()) bench.page.invalid.emplace_back("a bar was lost in a flood");
    rig.take_latencies();
  }
  const auto saturation = median(rates);
  result_row flood;
  flood.name = std::to_string(symbols) + " symbols, nothing conflated";
  flood.per_second = saturation;
  flood.floor_per_second = median(floor_rates);
  flood.dropped = rig.source().lost();
  flood.figures = {{"calm_per_second", calm_rate(rig, saturation, bench.choice.seconds)},
                   {"floor_per_second_ratio", median(floor_rates) / saturation}};
  bench.page.rows.push_back(std::move(flood));

  const auto before = rig.source().conflated();
  const auto rate = static_cast<std::uint64_t>(saturation * 2);
  const auto record =
      rig.play(rate, static_cast<std::uint64_t>(static_cast<double>(rate) * bench.choice.seconds));
  result_row over;
  over.name = std::to_string(symbols) + " symbols, twice as much, conflated";
  over.per_second = static_cast<double>(record.sent) * 1e9 /
                    static_cast<double>((record.ended - record.began).count());
  over.conflated = rig.source().conflated() - before;
  over.dropped = rig.source().lost();
  if (!rig.settle()) bench.page.invalid.emplace_back("a bar was lost under conflation");
  over.latency = rig.take_latencies().summary();
  over.figures = {
      {"conflated_percent", static_cast<double>(over.conflated) * 100 /
                                static_cast<double>(std::max<std::uint64_t>(record.sent, 1))}};
  bench.page.rows.push_back(std::move(over));
  return {};
}

/// Every tick an order, as fast as the log acknowledges them.
result<void> measure_orders(workbench& bench, audit_sync sync, const char* name) {
  tick_options options;
  // Four bursts of symbols: the orders of one are long over when its turn comes again, and a symbol
  // with an open order wants no other.
  constexpr std::uint64_t burst = 100;
  options.symbols = burst * 4;
  options.every = 1;
  options.sync = sync;
  options.wait = bench.choice.wait;
  constexpr std::uint64_t orders = 2'000;
  auto made = load_rig::make(options, orders * 4);
  if (!made) return made.failure();
  auto& rig = **made;
  std::vector<double> rates;
  for (int round = 0; round < 4; ++round) {
    const auto began = rig.time().mono_now();
    for (std::uint64_t sent = 0; sent < orders; sent += burst) {
      rig.flood(burst);
      if (rig.orders_came()) continue;
      // The gate denies while the log is behind: that says something of the machine, not of the
      // rate.
      bench.page.invalid.push_back(std::string{name} + ": orders are missing: " + rig.told());
      return {};
    }
    rates.push_back(static_cast<double>(orders) * 1e9 /
                    static_cast<double>((rig.time().mono_now() - began).count()));
    rig.take_latencies();
  }
  rates.erase(rates.begin());
  result_row row;
  row.name = std::string{"orders, "} + name;
  row.per_second = median(rates);
  bench.page.rows.push_back(std::move(row));
  return {};
}

int run(throughput_choice choice, const common_options& options) {
  if (options.smoke) {
    choice.symbols = {10};
    choice.seconds = 0.05;
  }
  workbench bench{.choice = choice};
  bench.page.command = "throughput";
  bench.page.environment = look_around(std::filesystem::temp_directory_path());
  bench.page.settings = {{"ticks_an_order", std::to_string(ticks_an_order)},
                         {"rounds", std::to_string(floods)}};
  const disturbance_meter meter;
  result<void> done;
  for (const auto symbols : choice.symbols)
    if (done.ok()) done = measure_ticks(bench, symbols);
  if (done.ok()) done = measure_orders(bench, audit_sync::gate, "gate");
  if (done.ok()) done = measure_orders(bench, audit_sync::process, "process");
  if (!done) {
    std::cerr << "bellwether-perf: " << done.failure().text() << '\n';
    return static_cast<int>(exit_code::unexpected);
  }
  bench.page.disturbed = meter.read();
  return finish(bench.page, options.json);
}

}  // namespace

void add_throughput(CLI::App& program, common_options& options, chosen_measurement& chosen) {
  auto* command = program.add_subcommand("throughput", "Ticks and orders a second to saturation");
  auto choice = std::make_shared<throughput_choice>();
  command->add_option("--symbols", choice->symbols)->check(CLI::Range(1, 10'000));
  command->add_option("--seconds", choice->seconds, "Of each step")->check(CLI::Range(0.05, 60.0));
  command->callback([choice, &options, &chosen] {
    chosen = [choice, &options] { return run(*choice, options); };
  });
}

}  // namespace bw::perf
