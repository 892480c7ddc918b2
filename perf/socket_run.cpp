// Ticks over loopback sockets: the node with its real feed and its real broker connection, the
// venue in a process of its own.

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "app/io_thread.hpp"
#include "broker/alpaca_broker.hpp"
#include "feeds/alpaca_feed.hpp"
#include "perf/floors.hpp"
#include "perf/tick_run.hpp"
#include "storage/audit_reader.hpp"

namespace bw::perf {
namespace {

/// This program once more, with its words in and out on pipes. Killed when the object goes.
class child_process {
 public:
  ~child_process() {
    if (pid_ > 0) {
      ::kill(pid_, SIGKILL);
      ::waitpid(pid_, nullptr, 0);
    }
    if (in_ >= 0) ::close(in_);
    if (out_ != nullptr) std::fclose(out_);
  }

  bool start(const std::vector<std::string>& arguments) {
    std::array<int, 2> to{};
    std::array<int, 2> from{};
    if (::pipe2(to.data(), O_CLOEXEC) != 0 || ::pipe2(from.data(), O_CLOEXEC) != 0) return false;
    std::vector<char*> words;
    auto texts = arguments;
    for (auto& each : texts) words.push_back(each.data());
    words.push_back(nullptr);
    pid_ = ::fork();
    if (pid_ == 0) {
      ::dup2(to[0], STDIN_FILENO);
      ::dup2(from[1], STDOUT_FILENO);
      ::execv("/proc/self/exe", words.data());
      ::_exit(127);
    }
    ::close(to[0]);
    ::close(from[1]);
    in_ = to[1];
    out_ = ::fdopen(from[0], "r");
    return pid_ > 0 && out_ != nullptr;
  }
  std::string line() {
    char* text = nullptr;
    std::size_t room = 0;
    const auto size = ::getline(&text, &room, out_);
    std::string out = size > 0 ? std::string(text, static_cast<std::size_t>(size)) : "";
    std::free(text);
    return out;
  }
  bool say(const std::string& text) {
    return ::write(in_, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  }

 private:
  pid_t pid_ = -1;
  int in_ = -1;
  std::FILE* out_ = nullptr;
};

std::vector<std::string> venue_arguments(const tick_options& options) {
  return {"bellwether-perf", "venue-side",
          "--rate",          std::to_string(options.rate),
          "--symbols",       std::to_string(options.symbols),
          "--every",         std::to_string(options.every),
          "--seconds",       std::to_string(options.seconds),
          "--warm-up",       std::to_string(options.warm_up_seconds),
          "--seed",          std::to_string(options.seed),
          "--arrivals",      std::to_string(static_cast<int>(options.pattern))};
}

/// The node's own figures, from its log: from the read to the verdict and to the write.
result<std::pair<latency_summary, latency_summary>> own_figures(const std::filesystem::path& log) {
  const auto reader = open_audit_reader(log);
  if (!reader) return reader.failure();
  latency_samples verdict;
  latency_samples sent;
  const auto read = (*reader)->read({}, [&](const audit_record& record) {
    if (const auto* x = std::get_if<hops_record>(&record.event); x && x->sent != mono_ns{}) {
      verdict.add((x->checked - x->received).count());
      sent.add((x->sent - x->received).count());
    }
    return true;
  });
  if (!read) return read.failure();
  return std::pair{verdict.summary(), sent.summary()};
}

alpaca_feed_options feed_to(std::uint16_t port, const symbol_list& symbols) {
  alpaca_feed_options out;
  out.endpoints = *data_endpoints_for("sim", port);
  out.key_id = "perf";
  out.secret_key = secret{"perf"};
  out.symbols = symbols;
  out.history = std::chrono::minutes{0};
  return out;
}

alpaca_broker_options broker_to(std::uint16_t port, const session_calendar& calendar) {
  alpaca_broker_options out;
  out.trading = {"127.0.0.1", port, net::security::plain_loopback};
  out.key_id = "perf";
  out.secret_key = secret{"perf"};
  out.to_utc = [&calendar](calendar_date date, int minutes) {
    return calendar.utc_from_new_york(date, std::chrono::minutes{minutes});
  };
  return out;
}

}  // namespace

result<result_page> run_socket(const tick_options& options) {
  const auto calendar = session_calendar::make();
  if (!calendar) return calendar.failure();
  child_process venue;
  if (!venue.start(venue_arguments(options)))
    return {ec::io_failed, "the venue's process cannot be started"};
  const auto port = static_cast<std::uint16_t>(std::atoi(venue.line().c_str()));
  if (port == 0) return {ec::connection_failed, "the venue's process did not say its port"};
  perf_clock time{measured_start()};
  // The names of the symbols alone: the venue renders the ticks.
  auto names = workload::make({.symbols = options.symbols, .ticks = 0, .every = 0}, *calendar);
  if (!names) return names.failure();
  result_page page;
  page.command = options.end == tick_end::verdict ? "tick-to-verdict" : "tick-to-order";
  page.settings = settings_of(options);
  auto floor = floor_player::make(options, time, *calendar, options.rate * 4);
  if (!floor) return floor.failure();
  floor_times floor_latency;
  const auto floors = loopback_floors(time, 5'000);
  (*floor)->play(options.rate * 2, floor_latency);
  std::string answer;
  std::filesystem::path audit_folder;
  io_thread io;
  bench_node node{{.symbols = names->symbols(),
                   .sync = options.sync,
                   .wait = options.wait,
                   .folder = options.folder,
                   .recording = options.recording,
                   .on_skip =
                       [&venue](nanoseconds step) {
                         venue.say("skip " + std::to_string(step.count()) + "\n");
                       }},
                  time,
                  *calendar};
  if (auto opened = node.open(); !opened) return opened.failure();
  page.environment = look_around(node.audit_folder());
  alpaca_broker broker{io.loop(), time, node.metrics(), node.mark(), broker_to(port, *calendar)};
  alpaca_feed market{io.loop(), time, node.metrics(), feed_to(port, names->symbols())};
  io.start();
  node_status status;
  result<void> started = node.start(market, broker);
  disturbance_meter meter;
  const auto used_before = processor_time_of_others_ns();
  const auto began = time.mono_now();
  if (started.ok() && venue.say("go\n")) answer = venue.line();
  const auto passed = (time.mono_now() - began).count();
  const auto used = processor_time_of_others_ns() - used_before;
  page.disturbed = meter.read();
  status = node.stop();
  io.stop();
  if (!started) return started.failure();
  (*floor)->play(options.rate * 2, floor_latency);

  const auto told = nlohmann::json::parse(answer, nullptr, false);
  if (!told.is_object()) return {ec::protocol_violation, "the venue's process ended early"};
  latency_samples samples;
  for (const auto& each : told["samples"]) samples.add(each.get<std::int64_t>());
  const auto sent = told.value("sent", 0.0);
  const auto late = told.value("late", 0.0);
  const auto own = own_figures(node.audit_folder());
  if (!own) return own.failure();
  result_row row;
  row.name = "response over sockets, " + std::to_string(options.rate) + " ticks/s";
  row.latency = samples.summary();
  row.floor = floor_latency.order.summary();
  row.per_second = static_cast<double>(options.rate);
  row.conflated = status.conflated;
  row.dropped = status.dropped;
  row.figures = {
      {"orders", told.value("orders", 0.0)},
      {"late_ppm", late * 1e6 / std::max(sent, 1.0)},
      {"lag_max_ns", told.value("lag_max_ns", 0.0)},
      {"node_processor_percent",
       static_cast<double>(used) * 100 / static_cast<double>(std::max<std::int64_t>(passed, 1))}};
  if (options.end == tick_end::order) page.rows.push_back(std::move(row));
  page.rows.push_back({.name = "in the node: read to verdict", .latency = own->first});
  page.rows.push_back({.name = "in the node: read to write", .latency = own->second});
  page.floors = floors;
  // What the venue's process sleeps through is part of what it stamps; it only has to keep the
  // rate.
  if (late > sent * 0.1)
    page.invalid.emplace_back("the venue's process was late for more than a tenth of the ticks");
  if (told.value("orders", 0.0) != told.value("triggers", 1.0) || told.value("unexpected", 0.0) > 0)
    page.invalid.emplace_back("orders are missing or unexpected");
  if (status.orders_denied > 0)
    page.invalid.push_back("orders were denied, the first: " + node.first_denial());
  if (status.conflated > 0) page.invalid.emplace_back("quotes were conflated");
  if (const auto why = node.fatal(); !why.empty()) page.invalid.push_back("the node: " + why);
  return page;
}

}  // namespace bw::perf
