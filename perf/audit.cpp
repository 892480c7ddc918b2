// What the audit log takes: one order, groups of orders, bytes.

#include <CLI/CLI.hpp>

#include <iostream>

#include "core/exit_code.hpp"
#include "perf/audit_load.hpp"
#include "perf/commands.hpp"
#include "perf/floors.hpp"
#include "storage/audit_codec.hpp"
#include "storage/audit_reader.hpp"
#include "storage/rocksdb_audit_log.hpp"
#include "storage/temporary_folder.hpp"

namespace bw::perf {
namespace {

struct audit_choice {
  std::filesystem::path folder;
};

result_row measure(const clock& time, audit_log& log, std::size_t orders, sync_mode sync,
                   std::size_t rounds) {
  const order_records one;
  std::vector<audit_log::entry> entries;
  for (std::size_t k = 0; k < orders; ++k)
    entries.insert(entries.end(), one.entries().begin(), one.entries().end());
  latency_samples out{rounds};
  for (std::size_t k = 0; k < rounds; ++k) {
    const auto began = time.mono_now();
    if (!log.append(entries, sync)) break;
    out.add((time.mono_now() - began).count());
  }
  result_row row;
  row.name = std::to_string(orders) + (orders == 1 ? " order, " : " orders a group, ") +
             (sync == sync_mode::yes ? "synced" : "unsynced");
  row.latency = out.summary();
  row.per_second = static_cast<double>(orders) * 1e9 /
                   static_cast<double>(std::max<std::int64_t>(row.latency.p50_ns, 1));
  return row;
}

int run(const audit_choice& choice, const common_options& options) {
  const system_clock time;
  result_page page;
  page.command = "audit";
  auto folder = temporary_folder::make((choice.folder / "bw-perf-audit").string());
  if (!folder) {
    std::cerr << "bellwether-perf: " << folder.failure().context << '\n';
    return static_cast<int>(exit_code::unexpected);
  }
  page.environment = look_around(folder->path());
  const disturbance_meter meter;
  const std::size_t rounds = options.smoke ? 20 : 2'000;
  auto floors = disk_floors(time, choice.folder, rounds);
  auto log = open_audit_log({.folder = folder->path() / "audit"}, 1);
  if (!floors || !log) {
    std::cerr << "bellwether-perf: the log cannot be opened\n";
    return static_cast<int>(exit_code::unexpected);
  }
  const auto raw_sync = floors->front().latency;
  for (const std::size_t orders : {1, 10, 80}) {
    page.rows.push_back(measure(time, **log, orders, sync_mode::yes, rounds));
    page.rows.back().floor = raw_sync;
  }
  page.rows.push_back(measure(time, **log, 1, sync_mode::no, rounds * 10));
  const auto records = (*log)->head().value;
  log->reset();
  const auto reader = open_audit_reader(folder->path() / "audit");
  if (reader) {
    std::uint64_t seen = 0;
    const auto began = time.mono_now();
    const auto read = (*reader)->read({}, [&seen](const audit_record&) { return ++seen > 0; });
    const auto took = static_cast<double>((time.mono_now() - began).count()) / 1e9;
    if (!read || seen != records) page.invalid.emplace_back("the log does not read back whole");
    page.rows.push_back(
        {.name = "read and verify, records", .per_second = static_cast<double>(seen) / took});
  }
  page.floors = std::move(*floors);
  page.disturbed = meter.read();
  return finish(page, options.json);
}

}  // namespace

void add_audit(CLI::App& program, common_options& options, chosen_measurement& chosen) {
  auto* command = program.add_subcommand("audit", "Orders into the audit log, and the disk below");
  auto choice = std::make_shared<audit_choice>();
  command->add_option("--folder", choice->folder, "Where the log is kept, say /dev/shm");
  command->callback([choice, &options, &chosen] {
    chosen = [choice, &options] { return run(*choice, options); };
  });
}

}  // namespace bw::perf
