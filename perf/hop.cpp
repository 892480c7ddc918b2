// From thread to thread and from actor to actor.

#include <CLI/CLI.hpp>

#include <atomic>
#include <caf/actor_system.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/exit_reason.hpp>
#include <caf/send.hpp>
#include <thread>

#include "actors/scheduling.hpp"
#include "messages/actor_interfaces.hpp"
#include "messages/registration.hpp"
#include "perf/commands.hpp"
#include "perf/floors.hpp"

namespace bw::perf {
namespace {

struct relay_count {
  std::atomic<std::uint64_t> hops{0};
  std::uint64_t wanted = 0;
  caf::actor other;
};

/// Sends each quote on to the other one.
caf::behavior relay(caf::event_based_actor* self, std::shared_ptr<relay_count> shared) {
  return {[=](const quote& x) {
    const auto hops = shared->hops.load(std::memory_order_relaxed) + 1;
    shared->hops.store(hops, std::memory_order_release);
    if (hops < shared->wanted) self->send(shared->other, x);
  }};
}

/// Between two actors of one worker, of which one is always idle: what each step of the pipeline
/// pays at light load.
result_row worker_row(const clock& time, std::uint64_t hops) {
  caf::actor_system_config config;
  register_messages(config);
  hot_options hot;
  hot.wait = hot_wait::spin;
  result_row out;
  out.name = "actor to actor on one worker, a quote";
  if (!apply_scheduling(config, hot, time)) return out;
  caf::actor_system system{config};
  auto shared = std::make_shared<relay_count>();
  shared->wanted = hops;
  const auto one = system.spawn(relay, shared);
  // CAF 0.17.6 looks into an actor's arguments even when there are none: it has one.
  const auto two = system.spawn(
      [](caf::event_based_actor* self, const std::shared_ptr<relay_count>& count) {
        return caf::behavior{[=](const quote& x) {
          count->hops.fetch_add(1, std::memory_order_release);
          self->send(caf::actor_cast<caf::actor>(self->current_sender()), x);
        }};
      },
      shared);
  shared->other = two;
  const auto began = time.mono_now();
  caf::anon_send(one, quote{});
  while (shared->hops.load(std::memory_order_acquire) < hops)
    std::this_thread::sleep_for(std::chrono::microseconds{200});
  const auto took = (time.mono_now() - began).count();
  latency_samples mean{1};
  mean.add(took / static_cast<std::int64_t>(hops));
  out.latency = mean.summary();
  out.per_second = static_cast<double>(hops) * 1e9 / static_cast<double>(took);
  out.figures = {{"mean_of_hops", static_cast<double>(hops)}};
  shared->other = nullptr;
  for (const auto& each : {one, two}) caf::anon_send_exit(each, caf::exit_reason::user_shutdown);
  return out;
}

int run(const common_options& options) {
  const system_clock time;
  result_page page;
  page.command = "hop";
  page.environment = look_around(std::filesystem::temp_directory_path());
  const disturbance_meter meter;
  const std::size_t rounds = options.smoke ? 200 : 10'000;
  page.rows = actor_floors(time, rounds);
  page.rows.push_back(worker_row(time, options.smoke ? 20'000 : 2'000'000));
  page.floors = cheap_floors(time);
  for (auto& each : loopback_floors(time, rounds)) page.floors.push_back(std::move(each));
  for (auto& row : page.rows) row.floor = page.floors[1].latency;
  page.disturbed = meter.read();
  return finish(page, options.json);
}

}  // namespace

void add_hop(CLI::App& program, common_options& options, chosen_measurement& chosen) {
  auto* command =
      program.add_subcommand("hop", "Hand-overs between threads and actors, by way of waiting");
  command->callback([&options, &chosen] { chosen = [&options] { return run(options); }; });
}

}  // namespace bw::perf
