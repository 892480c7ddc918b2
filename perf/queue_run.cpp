// Ticks through the real node without sockets.

#include <algorithm>
#include <map>
#include <thread>

#include "perf/floors.hpp"
#include "perf/order_stages.hpp"
#include "perf/tick_run.hpp"

namespace bw::perf {
namespace {

/// Parts of a run; the floor runs between them on the same schedule.
constexpr std::uint64_t parts = 3;
constexpr std::chrono::seconds settle_max{10};
constexpr std::uint64_t steal_ppm_max = 10'000;
constexpr double late_share_max = 0.001;

void wait_for_orders(const sink_gateway& gateway, std::uint64_t wanted) {
  const system_clock real;
  const auto give_up = real.mono_now() + settle_max;
  while (gateway.count() < wanted && real.mono_now() < give_up)
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
}

}  // namespace

void judge_run(const generator_record& generator, const disturbance& disturbed,
               std::vector<std::string>& invalid) {
  if (generator.late_share() > late_share_max)
    invalid.push_back("the generator was late for " + std::to_string(generator.late_share() * 100) +
                      " % of the ticks: the offered rate was not the one that is claimed");
  if (disturbed.steal_ppm > steal_ppm_max)
    invalid.push_back("the host took " + std::to_string(disturbed.steal_ppm / 10'000) +
                      " % of the processor time");
}

result<result_page> run_queue(const tick_options& options) {
  const auto calendar = session_calendar::make();
  if (!calendar) return calendar.failure();
  perf_clock time{measured_start()};
  auto ticks = workload::make({.symbols = options.symbols,
                               .ticks = options.ticks(),
                               .every = options.every,
                               .weights = options.weights,
                               .seed = options.seed},
                              *calendar);
  if (!ticks) return ticks.failure();
  tick_source source{time, *ticks};
  bench_node node{{.symbols = ticks->symbols(),
                   .sync = options.sync,
                   .wait = options.wait,
                   .folder = options.folder,
                   .recording = options.recording},
                  time,
                  *calendar};
  if (auto opened = node.open(); !opened) return opened.failure();
  sink_gateway gateway{time, node.mark(), *calendar, ticks->triggers()};
  const auto floor_seconds = std::clamp<std::uint64_t>(options.seconds / 10, 1, 3);
  auto floor =
      floor_player::make(options, time, *calendar, options.rate * floor_seconds * (parts + 1));
  if (!floor) return floor.failure();

  result_page page;
  page.command = options.end == tick_end::verdict ? "tick-to-verdict" : "tick-to-order";
  page.settings = settings_of(options);
  page.environment = look_around(node.audit_folder());
  floor_times floor_latency;
  (*floor)->play(options.rate * floor_seconds, floor_latency);
  if (auto started = node.start(source, gateway); !started) return started.failure();
  if (options.pin && !pin_worker())
    page.invalid.emplace_back("threads could not be kept on processors of their own");

  const auto warm_up = options.rate * options.warm_up_seconds;
  const auto measured = ticks->ticks() - warm_up;
  generator_record ignored;
  const open_loop schedule{options.pattern, options.rate, options.seed};
  const auto soon = [&] { return time.mono_now() + std::chrono::milliseconds{1}; };
  source.play(schedule.with_due(0, soon()), 0, warm_up, ignored);
  const disturbance_meter meter;
  generator_record generator;
  const auto processor_before = processor_time_of_others_ns();
  const auto loop_began = time.mono_now();
  std::int64_t playing_ns = 0;
  for (std::uint64_t part = 0; part < parts; ++part) {
    const auto first = warm_up + measured * part / parts;
    const auto last = warm_up + measured * (part + 1) / parts;
    const auto began = time.mono_now();
    source.play(schedule.with_due(first, soon()), first, last, generator);
    playing_ns += (time.mono_now() - began).count();
    wait_for_orders(gateway, last / std::max<std::uint64_t>(options.every, 1));
    (*floor)->play(options.rate * floor_seconds, floor_latency);
  }
  page.disturbed = meter.read();
  page.settings.emplace_back("generator",
                             generator.rested ? "sleeps between ticks, real-time" : "spins");
  const auto processor_used = processor_time_of_others_ns() - processor_before;
  const auto loop_took = (time.mono_now() - loop_began).count();
  const auto conflated = source.conflated();
  const auto status = node.stop();

  order_stages stages{source, gateway.orders()};
  if (auto read = stages.read(node.audit_folder()); !read) return read.failure();
  const auto first_trigger = options.every == 0 ? 0 : warm_up / options.every;
  auto found = stages.tell(first_trigger);
  result_row row;
  row.name = "node, " + std::to_string(options.rate) + " ticks/s";
  row.latency = (options.end == tick_end::verdict ? found.to_verdict : found.to_order).summary();
  row.floor =
      (options.end == tick_end::verdict ? floor_latency.verdict : floor_latency.order).summary();
  row.per_second = static_cast<double>(generator.sent) / (static_cast<double>(playing_ns) / 1e9);
  row.conflated = conflated;
  row.dropped = source.lost();
  row.figures = {{"orders", static_cast<double>(gateway.orders().size())},
                 {"late_ppm", generator.late_share() * 1e6},
                 {"lag_p99_ns", static_cast<double>(generator.lags.summary().p99_ns.value_or(0))},
                 {"lag_max_ns", static_cast<double>(generator.lag_max_ns)},
                 {"node_processor_percent",
                  static_cast<double>(processor_used) * 100 / static_cast<double>(loop_took)},
                 {"frame_bytes", static_cast<double>(ticks->quote_bytes())},
                 {"audit_records", static_cast<double>(stages.records())},
                 {"resident_bytes", static_cast<double>(resident_bytes())}};
  page.rows.push_back(std::move(row));
  page.stages = std::move(found.stages);
  page.worst = std::move(found.worst);
  page.floors = cheap_floors(time);

  judge_run(generator, page.disturbed, page.invalid);
  if (const auto failed = (*floor)->failure(); !failed.empty()) page.invalid.push_back(failed);
  if (const auto why = node.fatal(); !why.empty()) page.invalid.push_back("the node: " + why);
  if (status.orders_denied > 0)
    page.invalid.push_back(std::to_string(status.orders_denied) +
                           " orders were denied, the first: " + node.first_denial());
  if (conflated > 0) page.invalid.push_back(std::to_string(conflated) + " quotes were conflated");
  if (source.lost() > 0) page.invalid.push_back(std::to_string(source.lost()) + " ticks were lost");
  if (gateway.orders().size() != ticks->triggers() || found.unmatched > 0)
    page.invalid.push_back("of " + std::to_string(ticks->triggers()) + " orders " +
                           std::to_string(gateway.orders().size()) + " came, " +
                           std::to_string(found.unmatched) + " cannot be matched");
  return page;
}

}  // namespace bw::perf
