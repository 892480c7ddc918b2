#pragma once

#include <functional>
#include <memory>

#include "app/io_thread.hpp"
#include "app/output.hpp"
#include "broker/alpaca_broker.hpp"
#include "broker/order_sweep.hpp"
#include "config/node_config.hpp"
#include "core/durable_mark.hpp"

namespace bw {

/// A connection to the broker of its own, for a process that is no node: it cancels and reads, and
/// sends no order, ever.
class broker_link {
 public:
  /// ec::invalid_argument and what resolve_credentials says.
  static result<std::unique_ptr<broker_link>> open(const node_config& config);
  ~broker_link();

  /// Waits until the sweep is over; `on_alarm` comes from another thread.
  sweep_report sweep(sweep_options options, std::function<void(const sweep_report&)> on_alarm = {});
  result<void> suspend_trading();

 private:
  broker_link() = default;

  system_clock time_;
  metrics_registry metrics_;
  durable_mark mark_;
  io_thread io_;
  std::unique_ptr<alpaca_broker> gateway_;
};

/// What a sweep came to, as lines for a person or as one JSON object.
std::string sweep_text(const sweep_report& x);
/// In one line, for a record.
std::string sweep_summary(const sweep_report& x);
std::string sweep_json(const sweep_report& x);

}  // namespace bw
