#pragma once

#include <functional>
#include <memory>

#include "core/clock.hpp"
#include "core/metrics.hpp"
#include "core/result.hpp"
#include "messages/status.hpp"
#include "net/io_loop.hpp"
#include "ops/control_api.hpp"
#include "ops/health.hpp"
#include "ops/ops_options.hpp"

namespace bw {

/// What the server shows. The functions are called on the loop's thread and must not wait; what
/// the pointers name outlives the server.
struct ops_sources {
  /// Null until the node has published a status.
  std::function<std::shared_ptr<const node_status>()> status;
  const metrics_registry* metrics = nullptr;
  const clock* time = nullptr;
  /// False when a thread of the process stands still. Absent: true.
  std::function<bool()> alive;
  health_limits limits;
  /// What people may ask; without a token nothing.
  control_options control{};
};

/// Health probes, metrics and status over HTTP, on a loop of their own so that nobody who asks can
/// hold up trading. Made and destroyed as net::http_server is; between `start` and `stop` it works
/// on the loop's thread only.
class ops_server {
 public:
  ops_server(net::io_loop& loop, ops_options options, ops_sources sources);
  ~ops_server();
  ops_server(const ops_server&) = delete;
  ops_server& operator=(const ops_server&) = delete;

  /// Answers the port. ec::address_in_use and ec::invalid_argument as net::http_server.
  result<std::uint16_t> start();
  void stop();

 private:
  struct state;
  std::shared_ptr<state> state_;
};

}  // namespace bw
