#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "actors/person_desk.hpp"
#include "app/kill_switch.hpp"
#include "app/kill_watch.hpp"
#include "ops/control_api.hpp"

namespace bw {

struct control_parts {
  std::filesystem::path state_folder;
  durable_mark* mark = nullptr;
  broker_gateway* gateway = nullptr;
  net::io_loop* gateway_loop = nullptr;
  std::uint64_t boot_no = 0;
  sweep_options sweep;
  std::function<bool()> alive;
  /// Limits were lowered and are to hold over a restart; says what went wrong. May be empty.
  std::function<result<void>(const limits_change&)> keep_limits{};
};

/// Everything by which people reach into a running node: the kill switch with its four ways (this
/// interface, the kill file, the signal, and the broker itself, which needs no node), and the
/// requests that go to the actors. Any thread.
///
/// Made before the tree, so that nothing can be sent which it cannot stop; told of the tree once it
/// stands, and told again before it falls.
class control_desk {
 public:
  explicit control_desk(control_parts parts);
  ~control_desk();
  control_desk(const control_desk&) = delete;
  control_desk& operator=(const control_desk&) = delete;

  /// The actors can be asked from now on; null: not any more.
  void attach(const person_desk* people);

  void act(control_request request, std::function<void(control_answer)> done);
  kill_receipt kill(const operator_record& who);
  /// A kill file lay there when the node started: it begins killed.
  bool began_killed() const;

  /// The node has ended on purpose and in order: the watchdog need not act. The kill file is not
  /// looked for any more.
  void plan_stop();

 private:
  struct state;
  std::shared_ptr<state> state_;
  std::unique_ptr<kill_watch> watch_;
};

/// A secret of 256 bits from the kernel, as hexadecimal digits.
std::string make_control_token();

}  // namespace bw
