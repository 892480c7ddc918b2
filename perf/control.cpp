// What a person or a supervisor asks of a node that is busy, and how long it takes.

#include <CLI/CLI.hpp>

#include <atomic>
#include <future>
#include <iostream>
#include <thread>

#include "app/io_thread.hpp"
#include "core/exit_code.hpp"
#include "net/http_client.hpp"
#include "ops/ops_server.hpp"
#include "perf/commands.hpp"
#include "perf/load_rig.hpp"

namespace bw::perf {
namespace {

struct control_choice {
  std::uint64_t rate = 50'000;
  std::uint64_t seconds = 5;
};

constexpr std::chrono::seconds answer_max{5};
constexpr std::size_t asked = 50;

/// The node's health and metrics as an operator's tools ask for them.
class probing_client {
 public:
  explicit probing_client(load_rig& rig) {
    ops_sources sources;
    sources.status = [&rig] { return std::make_shared<const node_status>(rig.node().status()); };
    sources.metrics = &rig.node().metrics();
    sources.time = &rig.time();
    ops_options options;
    options.port = 0;
    server_ = std::make_unique<ops_server>(server_io_.loop(), options, std::move(sources));
    if (const auto port = server_->start()) port_ = *port;
    server_io_.start();
    client_ = std::make_unique<net::http_client>(
        client_io_.loop(), net::endpoint{"127.0.0.1", port_, net::security::plain_loopback},
        net::http_client_options{}, time_);
    client_io_.start();
  }
  ~probing_client() {
    client_io_.stop();
    client_.reset();
    server_io_.stop();
    server_->stop();
  }

  /// Nanoseconds from the question to the whole answer; -1 without one.
  std::int64_t ask(const char* target) {
    auto answer = std::make_shared<std::promise<bool>>();
    auto done = answer->get_future();
    const auto began = time_.mono_now();
    client_->send({"GET", target, {}, {}},
                  [answer](net::http_outcome x) { answer->set_value(x.response.ok()); });
    if (done.wait_for(answer_max) != std::future_status::ready || !done.get()) return -1;
    return (time_.mono_now() - began).count();
  }

 private:
  system_clock time_;
  io_thread server_io_;
  io_thread client_io_;
  std::unique_ptr<ops_server> server_;
  std::unique_ptr<net::http_client> client_;
  std::uint16_t port_ = 0;
};

result_row ask_often(probing_client& client, const char* target, std::vector<std::string>& wrong) {
  latency_samples out{asked};
  for (std::size_t k = 0; k < asked; ++k) {
    const auto took = client.ask(target);
    if (took < 0)
      wrong.push_back(std::string{target} + " was not answered");
    else
      out.add(took);
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  }
  result_row row;
  row.name = std::string{target} + " under load";
  row.latency = out.summary();
  return row;
}

/// From the crash of a strategy's actor to the supervisor's count of its restart.
result_row restart_strategy(load_rig& rig, std::vector<std::string>& wrong) {
  result_row row;
  row.name = "strategy actor crashed, running again";
  const system_clock real;
  latency_samples out{1};
  const auto before = rig.node().status().restarts;
  const auto began = real.mono_now();
  if (!rig.node().crash(rig.ticks().symbols().front())) {
    wrong.emplace_back("there is no strategy to crash");
    return row;
  }
  while (rig.node().status().restarts == before) {
    if (real.mono_now() - began > answer_max) {
      wrong.emplace_back("the strategy did not come back");
      return row;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  }
  out.add((real.mono_now() - began).count());
  row.latency = out.summary();
  row.figures = {{"status_is_published_every_ms", 1'000}};
  return row;
}

/// A stop halts first: from the request to the last order byte.
result_row stop_node(load_rig& rig) {
  const auto asked_at = rig.time().mono_now();
  rig.node().stop();
  const auto took = rig.time().mono_now() - asked_at;
  std::int64_t last = 0;
  for (const auto& order : rig.gateway().orders())
    last = std::max(last, (order.ready - asked_at).count());
  latency_samples out{1};
  out.add(last);
  result_row row;
  row.name = "stop asked, last order byte";
  row.latency = out.summary();
  row.figures = {{"stop_ms", static_cast<double>(took.count()) / 1e6}};
  return row;
}

int run(control_choice choice, const common_options& options) {
  if (options.smoke) choice = {.rate = 1'000, .seconds = 1};
  tick_options load;
  load.rate = choice.rate;
  load.every = 500;
  load.wait = hot_wait::adaptive;
  load.sync = audit_sync::gate;
  result_page page;
  page.command = "control";
  page.settings = {{"rate", std::to_string(choice.rate)}, {"every", std::to_string(load.every)}};
  page.environment = look_around(std::filesystem::temp_directory_path());
  auto rig = load_rig::make(load, choice.rate * (choice.seconds + 30));
  if (!rig) {
    std::cerr << "bellwether-perf: " << rig.failure().text() << '\n';
    return static_cast<int>(exit_code::unexpected);
  }
  const disturbance_meter meter;
  std::atomic<bool> over{false};
  std::thread generator{[&] {
    while (!over.load(std::memory_order_relaxed) && (*rig)->ticks_left() > choice.rate / 20)
      (*rig)->play(choice.rate, choice.rate / 20);
  }};
  {
    probing_client client{**rig};
    page.rows.push_back(ask_often(client, "/livez", page.invalid));
    page.rows.push_back(ask_often(client, "/metrics", page.invalid));
  }
  page.rows.push_back(restart_strategy(**rig, page.invalid));
  page.rows.push_back(stop_node(**rig));
  over = true;
  generator.join();
  page.disturbed = meter.read();
  return finish(page, options.json);
}

}  // namespace

void add_control(CLI::App& program, common_options& options, chosen_measurement& chosen) {
  auto* command = program.add_subcommand("control", "Operators' requests of a node under load");
  auto choice = std::make_shared<control_choice>();
  command->add_option("--rate", choice->rate, "Ticks a second")->check(CLI::Range(100, 5'000'000));
  command->add_option("--seconds", choice->seconds)->check(CLI::Range(1, 3'600));
  command->callback([choice, &options, &chosen] {
    chosen = [choice, &options] { return run(*choice, options); };
  });
}

}  // namespace bw::perf
