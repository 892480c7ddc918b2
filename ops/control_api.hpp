#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "core/clock.hpp"
#include "messages/person_requests.hpp"
#include "net/io_loop.hpp"
#include "ops/routes.hpp"

namespace bw {

/// What a person asks of the node over HTTP.
enum class control_verb : std::uint8_t {
  halt = 1,
  resume,
  flatten,
  cancel_all,
  lift_stop,
  resolve,
  let_pass,
  lower_limits,
  put_back,
  close_position
};
std::string_view to_string(control_verb x) noexcept;

struct control_request {
  control_verb verb = control_verb::halt;
  /// Who asks, and why; both are needed for what moves away from safe.
  std::string who;
  std::string why;
  /// halt: everything is cancelled and nothing leaves any more.
  bool kill = false;
  /// flatten: where the market is closed, as soon as it opens; and that no longer.
  bool at_open = false;
  bool withdraw = false;
  /// resume: the reason to take away. lift_stop: the reason of the stop.
  std::string reason;
  std::string symbol;
  /// resolve: the order's client id, and what became of it.
  std::string order;
  std::string as;
  /// let_pass, put_back: the strategy; let_pass: "buy" or "sell", and shares as decimal text.
  std::string strategy;
  std::string side;
  std::string qty;
  /// lower_limits.
  limits_change limits;
};

struct control_answer {
  bool accepted = false;
  /// What came of it, or why it was refused, in one sentence.
  std::string text;
};

struct control_options {
  /// Whoever sends it may act. At least 32 characters; without one nothing is served.
  std::string token;
  /// Carries the request out. Answers once, from any thread, and must not wait before it returns.
  std::function<void(control_request, std::function<void(control_answer)>)> act;
};

/// Adds POST /api/v1/halt, /resume, /flatten, /positions/close, /cancel-all, /stops/lift,
/// /orders/resolve, /override, /limits/lower and /strategies/enable. Each needs
/// `Content-Type: application/json` and `Authorization: Bearer TOKEN`, so that no page of another
/// site can send it. 200 with {"accepted":true,"text":…}; 409 with accepted false; 400, 401 and 415
/// as usual; after five wrong tokens within a minute 429 for a minute, except for a halt. `loop` is
/// the server's, where the routes are called.
void add_control_routes(route_table& routes, net::io_loop& loop, const clock& time,
                        control_options options);

}  // namespace bw
