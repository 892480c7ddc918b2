#include "actors/clock_meter.hpp"

#include <utility>

#include "core/log.hpp"

namespace bw {

clock_meter::clock_meter(metrics_registry& metrics, clock_sync_port read) : read_(std::move(read)) {
  if (!read_) return;
  kept_ = &metrics.add_gauge("bellwether_clock_kept",
                             "1 while the kernel says that somebody keeps the clock right.");
  error_ = &metrics.add_gauge("bellwether_clock_error_max_seconds",
                              "How far the machine's clock may be off, as the kernel reckons.");
}

void clock_meter::look() {
  if (!read_) return;
  const auto now = read_();
  const auto wrong = complaint_of(now);
  kept_->set(wrong.empty() ? 1 : 0);
  if (now) error_->set_units(now->error_max.count());
  if (!wrong.empty() && !complained_)
    log_line(log_level::warning, "session", "exception",
             wrong + ": run chrony or systemd-timesyncd, times in the log may be wrong");
  if (wrong.empty() && complained_)
    log_line(log_level::info, "session", "clock_kept", "the clock is kept right again");
  complained_ = !wrong.empty();
}

}  // namespace bw
