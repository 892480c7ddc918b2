#include "perf/bench_node.hpp"

#include <algorithm>
#include <thread>

#include "config/state_folder.hpp"
#include "perf/environment.hpp"
#include "perf/workload.hpp"
#include "storage/audit_reader.hpp"

namespace bw::perf {
namespace {

constexpr std::chrono::seconds start_max{20};
constexpr std::chrono::milliseconds look_every{5};
/// Longer than any connection has to have been up before trading goes on.
constexpr std::chrono::seconds safety_wait{61};

}  // namespace

bench_node::bench_node(bench_node_options options, perf_clock& time,
                       const session_calendar& calendar)
    : options_(std::move(options)),
      time_(time),
      calendar_(calendar),
      config_(wide_config(options_.symbols)) {}

bench_node::~bench_node() { stop(); }

result<void> bench_node::open() {
  auto made = temporary_folder::make((options_.folder / "bw-perf-node").string());
  if (!made) return made.failure();
  temporary_.emplace(std::move(*made));
  config_.state_folder = temporary_->path();
  config_.audit.sync = options_.sync;
  config_.audit.folder = bw::audit_folder(config_.state_folder);
  config_.hot.wait = options_.wait;
  const audit_stamp stamp{time_.utc_now(), time_.mono_now(), {}, short_name{"node"}};
  proved_log_options how;
  how.log = config_.audit;
  how.anchors.file = config_.state_folder / config_.audit.anchors;
  how.anchors.key = config_.state_folder / config_.audit.anchor_key;
  how.emergency = emergency_file_path(config_.state_folder);
  auto opened = open_proved_log(how, 1, stamp);
  if (!opened) return opened.failure();
  audit_ = *std::move(opened);
  const audit_event first[] = {boot_record{audit_.log->boot_no(), audit_.log->log_id(), "perf",
                                           "sim", "0000000000000000", true}};
  const audit_log::entry entries[] = {{stamp, &first[0]}};
  const auto written = audit_.keeper->append(entries, sync_mode::yes);
  if (!written) return written.failure();
  mark_.acknowledge(written->value);
  if (!options_.recording) return {};
  recording_setup setup;
  setup.folder = recordings_folder(config_.state_folder);
  setup.boot_no = audit_.log->boot_no();
  setup.symbols = static_cast<std::uint32_t>(options_.symbols.size());
  setup.day_of = [this](utc_ns at) { return calendar_.new_york_date(at); };
  recording_ = std::make_unique<input_recording>(std::move(setup));
  return {};
}

std::string reasons_of(const trading_state& state) {
  std::string out = state.reasons == 0 ? " no reason is known" : " halted for";
  for (std::uint32_t k = 1; k <= halt_reason_count; ++k)
    if (has_reason(state, static_cast<halt_reason>(k)))
      out += " " + std::string{to_string(static_cast<halt_reason>(k))};
  return out;
}

result<void> bench_node::start(feed& market_feed, broker_gateway& gateway) {
  if (auto added = add_probe(strategies_); !added) return added;
  node_ports ports;
  ports.time = &time_;
  ports.broker = &gateway;
  ports.market_feed = &market_feed;
  ports.log = audit_.log.get();
  ports.keeper = audit_.keeper.get();
  ports.emergency = audit_.emergency.get();
  ports.mark = &mark_;
  ports.metrics = &metrics_;
  ports.status = &latest_;
  ports.strategies = &strategies_;
  ports.worker_life = &worker_life_;
  ports.audit_life = &audit_life_;
  ports.recording = recording_.get();
  ports.order_budget = rate_limit{1'000'000, std::chrono::seconds{1}, 1'000'000};
  ports.on_fatal = [this](exit_code, std::string why) {
    const std::lock_guard guard{mutex_};
    if (fatal_.empty()) fatal_ = std::move(why);
  };
  auto past = to_node_recovery(audit_.keeper->books(), options_.symbols, {"probe"});
  if (!past) return past.failure();
  tree_ = std::make_unique<node>(config_, "0000000000000000", std::move(ports), calendar_,
                                 std::move(*past));
  if (auto started = tree_->start(); !started) return started;
  const system_clock real;
  const auto give_up = real.mono_now() + start_max;
  while (real.mono_now() < give_up) {
    const auto now = status();
    if (now.trading.mode == trading_mode::active) return {};
    if (!fatal().empty()) return {ec::halted, fatal()};
    // Connected for long enough, as far as the clock tells.
    if (now.feed.state == feed_state::synced && now.order_stream.state == feed_state::synced) {
      if (options_.on_skip) options_.on_skip(safety_wait);
      time_.skip(safety_wait);
    }
    std::this_thread::sleep_for(look_every * 20);
  }
  return {ec::timed_out, "the node did not become active:" + reasons_of(status().trading)};
}

node_status bench_node::stop() {
  if (!tree_ || std::exchange(stopped_, true)) return status();
  // The tree itself stays: a thread that still plays ticks pushes into its queue.
  const auto last = tree_->stop();
  if (recording_) {
    std::vector<segment_record> sealed;
    recording_->finish({time_.utc_now(), time_.mono_now()}, sealed);
    recording_.reset();
  }
  audit_ = {};
  return last;
}

node_status bench_node::status() const {
  const auto latest = latest_.read();
  return latest ? *latest : node_status{};
}

std::string bench_node::fatal() const {
  const std::lock_guard guard{mutex_};
  return fatal_;
}

std::uintmax_t bench_node::audit_bytes() const {
  std::uintmax_t out = 0;
  for (const auto& each : std::filesystem::directory_iterator{config_.audit.folder})
    if (each.is_regular_file()) out += each.file_size();
  return out;
}

std::string bench_node::first_denial() const {
  std::string out;
  const auto reader = open_audit_reader(config_.audit.folder);
  if (!reader) return reader.failure().context;
  const auto read = (*reader)->read({}, [&](const audit_record& record) {
    if (const auto* x = std::get_if<verdict_record>(&record.event); x && !x->verdict.approved)
      out = to_string(x->verdict.reason);
    return out.empty();
  });
  return read ? out : read.failure().context;
}

bool pin_worker() {
  const auto cores = std::thread::hardware_concurrency();
  if (cores < 2) return false;
  const auto workers = threads_named("caf.multiplexer");
  bool all = !workers.empty();
  for (const auto thread : all_threads()) {
    const bool is_worker = std::find(workers.begin(), workers.end(), thread) != workers.end();
    all = pin_thread(thread, is_worker ? 1 : 0) && all;
  }
  return all;
}

}  // namespace bw::perf
