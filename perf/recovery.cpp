// How long a start takes, by the size of the log that it finds.

#include <CLI/CLI.hpp>

#include <algorithm>
#include <iostream>

#include "core/exit_code.hpp"
#include "domain/client_order_ids.hpp"
#include "perf/audit_load.hpp"
#include "perf/commands.hpp"
#include "perf/result_page.hpp"
#include "perf/workload.hpp"
#include "storage/audit_verify.hpp"
#include "storage/proved_log.hpp"
#include "storage/rocksdb_audit_log.hpp"
#include "storage/start_point.hpp"
#include "storage/temporary_folder.hpp"

namespace bw::perf {
namespace {

struct recovery_choice {
  std::vector<std::uint64_t> records{10'000, 100'000, 1'000'000};
  std::filesystem::path folder{};
};

constexpr std::size_t records_an_order = 6;
constexpr std::size_t orders_a_batch = 32;

/// The whole life of one order: decided, sent, accepted, cancelled.
std::vector<audit_event> life_of_order(std::uint64_t number, utc_ns at) {
  auto request = sample_request();
  request.order = order_id{number};
  const auto client_id = make_client_order_id({7, 1, request.order});
  const symbol_name symbol{"AAAA"};
  const short_name strategy{"probe"};
  risk_verdict verdict;
  verdict.approved = true;
  for (std::size_t k = 1; k <= risk_rule_count; ++k)
    verdict.checks.push({static_cast<risk_rule>(k), check_outcome::passed,
                         static_cast<std::int64_t>(k) * 1'000'003, 10'000'000'000});
  submit_result accepted;
  accepted.order = request.order;
  accepted.client_id = client_id;
  accepted.outcome = submit_outcome::accepted;
  accepted.venue_id = cut<venue_order_id>(client_id.view());
  accepted.http_status = 200;
  order_update over;
  over.client_id = client_id;
  over.venue_id = accepted.venue_id;
  over.event = order_event::canceled;
  over.ts_event = at;
  signal_record signal;
  signal.symbol = symbol;
  signal.strategy = strategy;
  return {signal,
          intent_record{client_id, symbol, strategy, request},
          verdict_record{client_id, symbol, strategy, request, verdict},
          sending_record{client_id, request.order},
          submit_record{accepted},
          update_record{over, order_state::accepted, order_state::canceled}};
}

result<void> write_log(const std::filesystem::path& folder, std::uint64_t records) {
  auto log = open_audit_log({.folder = folder}, 7);
  if (!log) return log.failure();
  auto at = measured_start();
  const audit_event boot =
      boot_record{(*log)->boot_no(), (*log)->log_id(), "perf", "sim", "", true};
  const audit_log::entry first[] = {{{at, {}, {}, short_name{"node"}}, &boot}};
  if (const auto begun = (*log)->append(first, sync_mode::no); !begun) return begun.failure();
  std::uint64_t number = 0;
  for (std::uint64_t done = 0; done < records;) {
    std::vector<audit_event> events;
    for (std::size_t k = 0; k < orders_a_batch && done + events.size() < records; ++k)
      for (auto& each : life_of_order(++number, at)) events.push_back(std::move(each));
    std::vector<audit_log::entry> entries;
    for (const auto& each : events) {
      at = at + std::chrono::microseconds{10};
      entries.push_back({{at, {}, trace_id{number}, short_name{"router"}}, &each});
    }
    if (const auto written = (*log)->append(entries, sync_mode::no); !written)
      return written.failure();
    done += events.size();
  }
  return (*log)->sync();
}

std::uintmax_t bytes_of(const std::filesystem::path& folder) {
  std::uintmax_t out = 0;
  for (const auto& each : std::filesystem::directory_iterator{folder})
    if (each.is_regular_file()) out += each.file_size();
  return out;
}

/// Seconds of each phase of a start.
result<result_row> measure(const std::filesystem::path& folder, std::uint64_t records) {
  const system_clock time;
  if (auto written = write_log(folder, records); !written) return written.failure();
  auto mark = time.mono_now();
  const auto lap = [&] {
    const auto now = time.mono_now();
    const auto out = static_cast<double>((now - std::exchange(mark, now)).count()) / 1e9;
    return out;
  };
  const auto began = mark;
  auto log = open_audit_log({.folder = folder}, 7);
  if (!log) return log.failure();
  const auto opened = lap();
  auto start = recover(**log);
  if (!start) return start.failure();
  const auto folded = lap();
  const auto total = time.mono_now() - began;
  const auto orders = start->past.next_order().value - 1;
  log->reset();
  lap();
  const auto report = verify_audit_log(folder);
  if (!report) return report.failure();
  const auto verified = lap();
  result_row row;
  row.name = std::to_string(records) + " records, no snapshot";
  latency_samples all{1};
  all.add(total.count());
  row.latency = all.summary();
  row.per_second = static_cast<double>(start->records) / folded;
  row.figures = {{"open_s", opened},
                 {"verify_and_fold_s", folded},
                 {"audit_verify_s", verified},
                 {"mib", static_cast<double>(bytes_of(folder)) / 1048576},
                 {"orders", static_cast<double>(orders)},
                 {"resident_mib", static_cast<double>(resident_bytes()) / 1048576}};
  if (!report->ok()) row.dropped = 1;
  return row;
}

int run(const recovery_choice& choice, const common_options& options) {
  result_page page;
  page.command = "recovery";
  page.environment = look_around(std::filesystem::temp_directory_path());
  page.settings = {{"records_an_order", std::to_string(records_an_order)},
                   {"ended", "cleanly"},
                   {"page_cache", "warm"}};
  const disturbance_meter meter;
  auto sizes = choice.records;
  if (options.smoke) sizes = {1'200};
  for (const auto size : sizes) {
    auto folder = temporary_folder::make((choice.folder / "bw-perf-recovery").string());
    auto row =
        folder ? measure(folder->path() / "audit", size) : result<result_row>{folder.failure()};
    if (!row) {
      std::cerr << "bellwether-perf: " << row.failure().text() << '\n';
      return static_cast<int>(exit_code::unexpected);
    }
    if (row->dropped > 0) page.invalid.emplace_back("a log of " + row->name + " is damaged");
    page.rows.push_back(std::move(*row));
  }
  page.disturbed = meter.read();
  return finish(page, options.json);
}

}  // namespace

void add_recovery(CLI::App& program, common_options& options, chosen_measurement& chosen) {
  auto* command = program.add_subcommand("recovery", "A start, by the size of the log it finds");
  auto choice = std::make_shared<recovery_choice>();
  command->add_option("--records", choice->records, "Sizes of logs")
      ->check(CLI::Range(10, 100'000'000));
  command->add_option("--folder", choice->folder, "Where the log is kept, say /dev/shm");
  command->callback([choice, &options, &chosen] {
    chosen = [choice, &options] { return run(*choice, options); };
  });
}

}  // namespace bw::perf
