#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "broker/broker_gateway.hpp"
#include "core/clock.hpp"
#include "net/io_loop.hpp"

namespace bw {

/// Which orders a sweep takes away.
enum class sweep_what : std::uint8_t {
  everything = 1,
  /// What the broker's own positions do not show to be risk-reducing.
  not_reducing,
};

struct sweep_options {
  sweep_what what = sweep_what::everything;
  /// Between two looks at what is still open.
  nanoseconds look_every = std::chrono::milliseconds{250};
  /// An order whose bytes left right before may come to the broker after a look: nothing open must
  /// have been seen for so long.
  nanoseconds settle = std::chrono::seconds{1};
  /// A cancel of one order is sent again after this.
  nanoseconds repeat_after = std::chrono::seconds{1};
  /// Something is still open: a person has to know.
  nanoseconds alarm_after = std::chrono::seconds{5};
  nanoseconds give_up_after = std::chrono::seconds{60};
};

/// How far a sweep has come. Times count from its beginning, of the machine's clock.
struct sweep_report {
  /// Nothing is open that should not be.
  bool clean = false;
  std::uint32_t cancels_asked = 0;
  /// Until the first request was handed over, and until now; of a clean end until the first of the
  /// looks from which on nothing was open.
  nanoseconds first_request{};
  nanoseconds took{};
  /// What is still open, and what was left on purpose.
  std::vector<open_order_report> open;
  std::vector<open_order_report> kept;
  /// Held now, as the broker says it; only filled when the broker was asked.
  std::vector<position_report> positions;
  /// The last failure, where something is left because of it.
  std::string failure;
};

struct sweep_events {
  /// At most once, when `alarm_after` has passed and something is open or cannot be known.
  std::function<void(const sweep_report&)> on_alarm;
  /// Once.
  std::function<void(sweep_report)> on_end;
};

/// Cancels what is open at the broker and looks again until nothing is. Everything goes with the
/// one request that names every order; what is open after it is cancelled by id, so that an element
/// of that request which failed is not taken for done. Needs the gateway and its loop alone: no
/// actor, no log. Both outlive the sweep; it keeps itself alive until it ends. The events come on
/// the loop's thread.
void sweep_orders(broker_gateway& gateway, net::io_loop& loop, sweep_options options,
                  sweep_events events);

}  // namespace bw
