// What a tick and an order cost in numbers that are the same on a busy machine: allocations here,
// instructions and system calls under callgrind and strace. perf/gates.py runs it.

#include <CLI/CLI.hpp>

#include <iostream>

#include "core/exit_code.hpp"
#include "core/json_writer.hpp"
#include "perf/allocation_count.hpp"
#include "perf/audit_load.hpp"
#include "perf/commands.hpp"
#include "perf/stepped_node.hpp"
#include "perf/straight_line.hpp"
#include "perf/workload.hpp"
#include "storage/audit_codec.hpp"
#include "storage/memory_audit_log.hpp"
#include "storage/rocksdb_audit_log.hpp"
#include "storage/temporary_folder.hpp"

namespace bw::perf {
namespace {

struct count_options {
  std::string path = "straight";
  std::string log = "memory";
  std::uint64_t ticks = 2'000;
  std::uint64_t every = 0;
  std::uint64_t warm_up = 2'000;
  std::size_t symbols = 10;
};

/// What the counters of callgrind are switched on for, by name.
template <class Path>
[[gnu::noinline]] void process_frames(Path& path, workload& ticks, std::uint64_t first,
                                      std::uint64_t last) {
  for (auto tick = first; tick < last; ++tick)
    path(
        ticks.frame(tick, measured_start() + nanoseconds{static_cast<std::int64_t>(tick) * 1'000}));
}

template <class Path>
[[gnu::noinline]] void warm_up_frames(Path& path, workload& ticks, std::uint64_t count) {
  for (std::uint64_t tick = 0; tick < count; ++tick)
    path(
        ticks.frame(tick, measured_start() + nanoseconds{static_cast<std::int64_t>(tick) * 1'000}));
}

template <class Path>
std::uint64_t allocations_of(Path path, workload& ticks, const count_options& options) {
  warm_up_frames(path, ticks, options.warm_up);
  const auto before = allocations_here();
  process_frames(path, ticks, options.warm_up, options.warm_up + options.ticks);
  return allocations_here() - before;
}

std::size_t bytes_of_order_records() {
  const order_records order;
  std::string bytes;
  for (const auto& entry : order.entries())
    if (!encode_event(*entry.event, bytes)) return 0;
  return bytes.size();
}

int fail(const std::string& why) {
  std::cerr << "bellwether-perf: " << why << '\n';
  return static_cast<int>(exit_code::unexpected);
}

int run(const count_options& options) {
  const auto calendar = session_calendar::make();
  if (!calendar) return fail(calendar.failure().text());
  auto ticks = workload::make({.symbols = options.symbols,
                               .ticks = options.warm_up + options.ticks,
                               .every = options.every},
                              *calendar);
  if (!ticks) return fail(ticks.failure().context);
  auto folder = temporary_folder::make("bw-perf-count");
  if (!folder) return fail(folder.failure().text());
  std::unique_ptr<audit_log> log;
  if (options.log == "memory") {
    log = open_memory_audit_log(1);
  } else {
    auto opened = open_audit_log({.folder = folder->path() / "audit"}, 1);
    if (!opened) return fail(opened.failure().text());
    log = std::move(*opened);
  }
  const auto policy = options.log == "gate" ? audit_sync::gate : audit_sync::process;
  counted_clock time{measured_start()};
  std::uint64_t allocations = 0;
  std::uint64_t orders = 0;
  const auto records_before = log->head().value;
  if (options.path == "straight") {
    auto line = straight_line::make(ticks->symbols(), time, *calendar,
                                    options.log == "memory" ? nullptr : log.get(),
                                    policy == audit_sync::gate ? sync_mode::yes : sync_mode::no);
    if (!line) return fail(line.failure().text());
    allocations = allocations_of(
        [&](std::string_view frame) {
          time.advance(std::chrono::microseconds{1});
          (*line)->process(frame, {time.utc_now(), time.mono_now()});
        },
        *ticks, options);
    orders = (*line)->orders();
    if ((*line)->denied() > 0)
      return fail("orders of the floor were denied: " + std::string{(*line)->first_denial()});
  } else {
    stepped_node node{ticks->symbols(), time, *calendar, *log, policy};
    if (const auto active = node.activate(); !active) return fail(active.failure().context);
    allocations =
        allocations_of([&](std::string_view frame) { node.process(frame); }, *ticks, options);
    orders = node.orders();
  }
  if (orders != ticks->triggers())
    return fail("of " + std::to_string(ticks->triggers()) + " orders " + std::to_string(orders) +
                " came");
  json_writer out;
  out.begin_object();
  out.member("schema_version", 1);
  out.member("ticks", options.ticks);
  out.member("orders", options.every == 0 ? 0 : options.ticks / options.every);
  out.member("orders_with_warm_up", orders);
  out.member("allocations", allocations);
  out.member("records", log->head().value - records_before);
  out.member("bytes_of_order_records", static_cast<std::uint64_t>(bytes_of_order_records()));
  out.end_object();
  std::cout << out.take() << '\n';
  return static_cast<int>(exit_code::ok);
}

}  // namespace

void add_count(CLI::App& program, common_options&, chosen_measurement& chosen) {
  auto* command = program.add_subcommand(
      "count", "Exact costs of ticks and orders; perf/gates.py compares them with the baseline");
  auto options = std::make_shared<count_options>();
  command->add_option("--path", options->path, "straight or actors")
      ->check(CLI::IsMember({"straight", "actors"}));
  command->add_option("--log", options->log, "memory, process or gate")
      ->check(CLI::IsMember({"memory", "process", "gate"}));
  command->add_option("--ticks", options->ticks)->check(CLI::Range(1, 10'000'000));
  command->add_option("--every", options->every, "0: no orders")->check(CLI::Range(0, 1'000'000));
  command->add_option("--warm-up", options->warm_up)->check(CLI::Range(0, 10'000'000));
  command->add_option("--symbols", options->symbols)->check(CLI::Range(1, 1'000));
  command->callback([options, &chosen] { chosen = [options] { return run(*options); }; });
}

}  // namespace bw::perf
