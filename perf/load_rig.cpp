#include "perf/load_rig.hpp"

#include <thread>

namespace bw::perf {
namespace {

constexpr std::chrono::seconds settle_max{10};

}  // namespace

result<std::unique_ptr<load_rig>> load_rig::make(const tick_options& options, std::uint64_t ticks) {
  auto calendar = session_calendar::make();
  if (!calendar) return calendar.failure();
  auto rendered = workload::make({.symbols = options.symbols,
                                  .ticks = ticks,
                                  .every = options.every,
                                  .weights = options.weights,
                                  .seed = options.seed},
                                 *calendar);
  if (!rendered) return rendered.failure();
  std::unique_ptr<load_rig> out{new load_rig{std::move(*calendar), std::move(*rendered)}};
  out->source_ = std::make_unique<tick_source>(out->time_, out->ticks_);
  out->node_ = std::make_unique<bench_node>(bench_node_options{.symbols = out->ticks_.symbols(),
                                                               .sync = options.sync,
                                                               .wait = options.wait,
                                                               .folder = options.folder,
                                                               .recording = options.recording},
                                            out->time_, out->calendar_);
  if (auto opened = out->node_->open(); !opened) return opened.failure();
  out->gateway_ = std::make_unique<sink_gateway>(out->time_, out->node_->mark(), out->calendar_,
                                                 out->ticks_.triggers());
  if (auto started = out->node_->start(*out->source_, *out->gateway_); !started)
    return started.failure();
  if (options.pin) pin_worker();
  return out;
}

generator_record load_rig::play(std::uint64_t rate, std::uint64_t ticks) {
  const auto last = std::min(next_ + ticks, ticks_.ticks());
  const open_loop schedule{arrivals::constant, rate, 0};
  generator_record out;
  source_->play(schedule.with_due(next_, time_.mono_now() + std::chrono::milliseconds{1}), next_,
                last, out);
  next_ = last;
  return out;
}

double load_rig::flood(std::uint64_t ticks) {
  const auto last = std::min(next_ + ticks, ticks_.ticks());
  const auto count = last - next_;
  const auto began = time_.mono_now();
  source_->flood(next_, last);
  next_ = last;
  return static_cast<double>(count) * 1e9 / static_cast<double>((time_.mono_now() - began).count());
}

bool load_rig::orders_came() {
  const auto wanted = ticks_.trigger_of(next_);
  const system_clock real;
  const auto give_up = real.mono_now() + settle_max;
  while (gateway_->count() < wanted && real.mono_now() < give_up)
    std::this_thread::sleep_for(std::chrono::microseconds{100});
  return gateway_->count() >= wanted;
}

std::string load_rig::told() const {
  const auto now = node_->status();
  return std::to_string(gateway_->count()) + " orders of " +
         std::to_string(ticks_.trigger_of(next_)) + " bars, " + std::to_string(now.bars) +
         " of them seen, " + std::to_string(now.signals) + " signals, " +
         std::to_string(now.orders_denied) + " denied;" + reasons_of(now.trading) +
         (node_->fatal().empty() ? "" : "; " + node_->fatal());
}

bool load_rig::settle() {
  struct calm {
    utc_ns since;
    std::size_t orders;
  };
  std::optional<calm> seen;
  const auto wanted = ticks_.trigger_of(next_);
  const system_clock real;
  for (const auto give_up = real.mono_now() + settle_max; real.mono_now() < give_up;
       std::this_thread::sleep_for(std::chrono::milliseconds{2})) {
    const auto now = node_->status();
    const auto orders = gateway_->count();
    if (now.bars < wanted || now.open_orders > 0)
      seen.reset();
    else if (!seen || seen->orders != orders)
      seen = calm{now.at, orders};
    else if (now.at > seen->since)
      return true;
  }
  return false;
}

latency_samples load_rig::take_latencies() {
  const auto count = gateway_->count();
  latency_samples out{count - orders_seen_};
  for (; orders_seen_ < count; ++orders_seen_) {
    const auto& order = gateway_->orders()[orders_seen_];
    const auto at = source_->trigger_of(order.trace);
    if (at != tick_source::npos) out.add((order.ready - source_->triggers()[at].due).count());
  }
  return out;
}

}  // namespace bw::perf
