// The floor on an open-loop schedule, alone and as the measure for the node.

#include <immintrin.h>

#include "perf/floors.hpp"
#include "perf/straight_line.hpp"
#include "perf/tick_run.hpp"

namespace bw::perf {

floor_player::floor_player(workload ticks, const perf_clock& time, open_loop schedule)
    : ticks_(std::move(ticks)), time_(time), schedule_(std::move(schedule)) {}
floor_player::~floor_player() = default;

result<std::unique_ptr<floor_player>> floor_player::make(const tick_options& options,
                                                         const perf_clock& time,
                                                         const session_calendar& calendar,
                                                         std::uint64_t ticks) {
  auto made = workload::make({.symbols = options.symbols,
                              .ticks = ticks,
                              .every = options.every,
                              .weights = options.weights,
                              .seed = options.seed},
                             calendar);
  if (!made) return made.failure();
  std::unique_ptr<floor_player> out{new floor_player{
      std::move(*made), time, open_loop{options.pattern, options.rate, options.seed}}};
  auto line = straight_line::make(out->ticks_.symbols(), time, calendar);
  if (!line) return line.failure();
  out->line_ = std::move(*line);
  return out;
}

void floor_player::play(std::uint64_t ticks, floor_times& out) {
  const auto last = std::min(next_ + ticks, ticks_.ticks());
  // A millisecond to get ready.
  const auto schedule = schedule_.with_due(next_, time_.mono_now() + std::chrono::milliseconds{1});
  for (; next_ < last; ++next_) {
    const auto due = schedule.due(next_);
    auto now = time_.mono_now();
    while (now < due) {
      _mm_pause();
      now = time_.mono_now();
    }
    const auto utc = time_.utc_at(now);
    const auto stamps = line_->process(ticks_.frame(next_, utc), {utc, now});
    if (stamps.orders == 0) continue;
    out.verdict.add((stamps.verdict - due).count());
    out.order.add((stamps.ready - due).count());
  }
}

std::string floor_player::failure() const {
  if (!line_->failure().empty()) return line_->failure();
  return line_->denied() > 0
             ? std::to_string(line_->denied()) + " orders of the floor were denied, the first: " +
                   std::string{line_->first_denial()}
             : std::string{};
}

result<result_page> run_floor(const tick_options& options) {
  const auto calendar = session_calendar::make();
  if (!calendar) return calendar.failure();
  const perf_clock time{measured_start()};
  auto player = floor_player::make(options, time, *calendar, options.ticks());
  if (!player) return player.failure();
  result_page page;
  page.command = options.end == tick_end::verdict ? "tick-to-verdict" : "tick-to-order";
  page.settings = settings_of(options);
  page.environment = look_around(std::filesystem::temp_directory_path());
  const disturbance_meter meter;
  floor_times warm_up;
  (*player)->play(options.rate * options.warm_up_seconds, warm_up);
  floor_times times;
  (*player)->play(options.rate * options.seconds, times);
  page.disturbed = meter.read();
  result_row row;
  row.name = "floor (F2)";
  row.latency = (options.end == tick_end::verdict ? times.verdict : times.order).summary();
  row.per_second = static_cast<double>(options.rate);
  page.rows.push_back(std::move(row));
  page.floors = cheap_floors(time);
  if (const auto failed = (*player)->failure(); !failed.empty()) page.invalid.push_back(failed);
  if (times.order.count() == 0) page.invalid.emplace_back("no tick caused an order");
  return page;
}

}  // namespace bw::perf
