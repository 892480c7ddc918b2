// Market data's way through a WebSocket on loopback: server, client, and the wake-ups between them.

#include <CLI/CLI.hpp>

#include <atomic>
#include <cstring>
#include <iostream>
#include <thread>

#include "app/io_thread.hpp"
#include "core/exit_code.hpp"
#include "net/http_server.hpp"
#include "net/ws_client.hpp"
#include "perf/commands.hpp"
#include "perf/floors.hpp"
#include "perf/result_page.hpp"

namespace bw::perf {
namespace {

/// Bytes of a frame: a quote's. The first ones carry the instant at which it was due.
constexpr std::size_t frame_bytes = 150;
constexpr std::size_t stamp_digits = 20;
constexpr std::chrono::seconds answer_max{10};

/// Both ends, each on a thread of its own.
class socket_pair {
 public:
  explicit socket_pair(std::size_t expected) : received_(expected) {}
  ~socket_pair() {
    client_io_.stop();
    client_.reset();
    server_io_.stop();
    if (server_) server_->stop();
  }

  result<void> connect() {
    net::http_server_handlers handlers;
    handlers.check_upgrade = [](const net::http_request&) {
      return std::optional<net::http_response>{};
    };
    handlers.on_upgrade = [this](const net::http_request&,
                                 std::shared_ptr<net::ws_session> session) {
      session_ = std::move(session);
      open_.store(true, std::memory_order_release);
      net::ws_session_events events;
      events.on_message = [](std::string_view, net::frame_kind) {};
      events.on_close = [] {};
      events.on_slow = [] {};
      return events;
    };
    server_ = std::make_unique<net::http_server>(server_io_.loop(), net::http_server_options{},
                                                 std::move(handlers));
    const auto port = server_->start();
    if (!port) return port.failure();
    server_io_.start();
    net::ws_client_events events;
    events.on_open = [] {};
    events.on_burst_end = [] {};
    events.on_close = [](error) {};
    events.on_message = [this](std::string_view payload, net::frame_kind, mono_ns received) {
      std::int64_t due = 0;
      for (std::size_t k = 0; k < stamp_digits; ++k) due = due * 10 + (payload[k] - '0');
      received_.add(received.value - due);
      count_.store(received_.count(), std::memory_order_release);
    };
    client_ = std::make_unique<net::ws_client>(
        client_io_.loop(), net::endpoint{"127.0.0.1", *port, net::security::plain_loopback},
        net::ws_client_options{}, time_, std::move(events));
    client_io_.loop().post([this] { client_->start(); });
    client_io_.start();
    const auto give_up = time_.mono_now() + answer_max;
    while (!open_.load(std::memory_order_acquire))
      if (time_.mono_now() > give_up)
        return {ec::timed_out, "the WebSocket did not open on loopback"};
    return {};
  }

  /// Sends `count` frames, `apart` from each other; zero: as fast as the other side takes them.
  bool send(std::uint64_t count, nanoseconds apart) {
    const auto before = count_.load(std::memory_order_acquire);
    const auto begin = time_.mono_now() + std::chrono::milliseconds{1};
    for (std::uint64_t k = 0; k < count; ++k) {
      auto due = time_.mono_now();
      if (apart.count() > 0) {
        due = begin + apart * static_cast<std::int64_t>(k);
        while (time_.mono_now() < due) std::this_thread::yield();
      } else {
        while (before + k - count_.load(std::memory_order_acquire) > window)
          std::this_thread::yield();
      }
      auto text = std::to_string(due.value);
      text.insert(0, stamp_digits - text.size(), '0');
      text.resize(frame_bytes, 'x');
      auto payload = std::make_shared<const std::string>(std::move(text));
      server_io_.loop().post([this, payload] { session_->send(payload, net::frame_kind::text); });
    }
    const auto give_up = time_.mono_now() + answer_max;
    while (count_.load(std::memory_order_acquire) < before + count)
      if (time_.mono_now() > give_up) return false;
    return true;
  }

  latency_samples take() { return std::exchange(received_, latency_samples{}); }
  std::uint64_t count() const { return count_.load(std::memory_order_acquire); }
  const clock& time() const { return time_; }

 private:
  /// Frames under way at once in a flood.
  static constexpr std::uint64_t window = 4'096;

  system_clock time_;
  io_thread server_io_;
  io_thread client_io_;
  std::unique_ptr<net::http_server> server_;
  std::unique_ptr<net::ws_client> client_;
  std::shared_ptr<net::ws_session> session_;
  std::atomic<bool> open_{false};
  latency_samples received_;
  std::atomic<std::uint64_t> count_{0};
};

int run(const common_options& options) {
  result_page page;
  page.command = "ws";
  page.environment = look_around(std::filesystem::temp_directory_path());
  page.settings = {{"frame_bytes", std::to_string(frame_bytes)}, {"security", "plain"}};
  const disturbance_meter meter;
  const std::uint64_t paced = options.smoke ? 200 : 20'000;
  const std::uint64_t flood = options.smoke ? 2'000 : 400'000;
  const system_clock time;
  const auto floors = loopback_floors(time, paced);
  {
    socket_pair pair{paced};
    if (const auto open = pair.connect(); !open) {
      std::cerr << "bellwether-perf: " << open.failure().context << '\n';
      return static_cast<int>(exit_code::unexpected);
    }
    if (!pair.send(paced, std::chrono::microseconds{500}))
      page.invalid.emplace_back("not every paced frame arrived");
    result_row row;
    row.name = "one frame each 500 us, from its due instant to its read";
    row.latency = pair.take().summary();
    row.floor = floors.back().latency;
    page.rows.push_back(std::move(row));
  }
  {
    socket_pair pair{flood};
    if (const auto open = pair.connect(); !open) {
      std::cerr << "bellwether-perf: " << open.failure().context << '\n';
      return static_cast<int>(exit_code::unexpected);
    }
    const auto began = time.mono_now();
    if (!pair.send(flood, nanoseconds{0}))
      page.invalid.emplace_back("not every frame of the flood arrived");
    const auto took = static_cast<double>((time.mono_now() - began).count()) / 1e9;
    page.rows.push_back({.name = "flood", .per_second = static_cast<double>(flood) / took});
  }
  page.floors = floors;
  page.disturbed = meter.read();
  return finish(page, options.json);
}

}  // namespace

void add_ws(CLI::App& program, common_options& options, chosen_measurement& chosen) {
  auto* command = program.add_subcommand("ws", "Frames through a WebSocket on loopback");
  command->callback([&options, &chosen] { chosen = [&options] { return run(options); }; });
}

}  // namespace bw::perf
