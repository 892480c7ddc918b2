// The production node with a strategy that never rests and wide limits: a victim for the kill
// tests. Arguments: port of the venue, state folder, orders after which it ends by itself (0:
// never). Says "started", and "active" once it may trade; SIGUSR1 kills trading, SIGTERM ends it.

#include <atomic>
#include <charconv>
#include <cstring>
#include <iostream>

#include "app/node_runner.hpp"
#include "app/signals.hpp"
#include "tests/kill/node/metronome.hpp"
#include "tests/support/open_limits.hpp"

namespace {

using namespace bw;

const char* const watchlist[] = {"SPY",  "QQQ",  "AAPL", "MSFT", "NVDA",
                                 "AMZN", "META", "TSLA", "AMD",  "IWM"};

loaded_config wide_config(std::uint16_t port, const char* state_folder) {
  auto parsed =
      parse_config(sample_node_toml(), "node.toml", sample_strategies_toml(), "strategies.toml");
  auto& config = parsed->config;
  config.mode = environment::sim;
  config.sim.port = port;
  config.state_folder = state_folder;
  config.ops.port = 0;
  config.feed.history_days = 1;
  config.on_shutdown = on_shutdown::cancel;
  tests::open_limits(config.risk);
  config.risk.max_positions = 10;
  config.risk.max_entries_per_day = 1'000'000;
  config.risk.min_entry_interval = nanoseconds{0};
  config.risk.rate_short = {1'000, std::chrono::seconds{1}, 1'000};
  config.risk.rate_long = {10'000, std::chrono::seconds{60}, 10'000};
  config.risk.open_orders_total = 100;
  config.risk.loss_reduce_bp = 5'000;
  config.risk.loss_halt_bp = 6'000;
  config.holding.stop_loss_bp = 10;
  config.holding.take_profit_bp = 10;
  config.strategies = {
      {"metronome", "metronome", true, {std::begin(watchlist), std::end(watchlist)}, {}}};
  return std::move(*parsed);
}

template <class Number>
bool parse(const char* text, Number& out) {
  return std::from_chars(text, text + std::strlen(text), out).ec == std::errc{};
}

}  // namespace

int main(int count, char** values) {
  std::uint16_t port = 0;
  std::uint64_t orders = 0;
  if (count != 4 || !parse(values[1], port) || !parse(values[3], orders)) {
    std::cerr << "usage: bw_kill_node PORT STATE_FOLDER ORDERS\n";
    return 2;
  }
  std::atomic<node_runner*> target{nullptr};
  stop_signals stop{[&target] {
    if (auto* node = target.load())
      node->kill({"kill", "signal", "SIGUSR1", command_channel::signal, false, ""});
  }};
  metrics_registry metrics;
  node_runner::setup setup;
  setup.config = wide_config(port, values[2]);
  setup.metrics = &metrics;
  setup.wake = [&stop] { stop.request_stop(); };
  setup.more_strategies = tests::add_metronome;
  node_runner runner{std::move(setup)};
  if (const auto failed = runner.start()) {
    std::cerr << failed->message << ' ' << failed->hint << '\n';
    return static_cast<int>(failed->code);
  }
  target = &runner;
  std::cout << "started" << std::endl;
  bool said = false;
  while (!stop.wait_for(std::chrono::milliseconds{2})) {
    if (runner.has_failed()) break;
    if (orders > 0 && runner.status().orders_submitted >= orders) break;
    if (said || runner.status().trading.mode != trading_mode::active) continue;
    said = true;
    std::cout << "active" << std::endl;
  }
  target = nullptr;
  runner.stop();
  std::cout << summary_json(runner) << std::endl;
  if (!runner.has_failed()) return runner.audit_verified() ? 0 : 7;
  std::cerr << runner.fatal_text() << '\n';
  return static_cast<int>(runner.code());
}
