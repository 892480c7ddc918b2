#pragma once

#include <future>
#include <memory>
#include <optional>
#include <string>

#include "app/io_thread.hpp"
#include "core/clock.hpp"
#include "core/result.hpp"
#include "venue/venue_service.hpp"

namespace bw {

/// What else can be had of the demonstration's day.
struct demo_market_day {
  /// An instant of it in place of the middle of its session.
  std::optional<utc_ns> start;
  venue::fee_schedule fees_at_close;
};

/// The embedded venue on a thread of its own with a generated market, in the middle of a session.
class demo_venue {
 public:
  /// With `key_id` only that key opens it; empty: any.
  demo_venue(std::uint64_t seed, std::int64_t speed, std::string key_id = {},
             std::optional<venue::fault_script> faults = {}, demo_market_day day = {});
  ~demo_venue();

  /// Answers the port.
  result<std::uint16_t> start();
  void stop();
  scaled_clock& time() { return time_; }

  /// The market stands still; its books may be looked at.
  void halt() { io_.stop(); }
  /// From any thread: the next executions are not told on the order stream.
  void lose_fill_messages(std::uint32_t count);
  /// From any thread but its own: what `look` says of the service, on the service's thread. Not
  /// after `halt` or `stop`.
  template <class Look>
  auto ask(Look look) {
    std::promise<decltype(look(*service_))> said;
    io_.loop().post([&] { said.set_value(look(*service_)); });
    return said.get_future().get();
  }
  /// After `halt`.
  const venue::exchange& market() const { return service_->market(); }

 private:
  std::uint64_t seed_;
  std::int64_t speed_;
  std::string key_id_;
  std::optional<venue::fault_script> faults_;
  demo_market_day day_;
  scaled_clock time_{clock_anchor{}};
  io_thread io_;
  std::unique_ptr<venue::venue_service> service_;
};

}  // namespace bw
