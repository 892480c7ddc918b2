#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "messages/market_data.hpp"
#include "net/http_server.hpp"
#include "net/io_loop.hpp"
#include "venue/fault_plan.hpp"
#include "venue/market_source.hpp"
#include "venue/venue_outlet.hpp"

namespace bw::venue {

/// How a fault script goes, for whoever watches.
struct fault_progress {
  bool begun = false;
  /// No rule will act any more.
  bool over = false;
  std::vector<fault_tally> tallies;
  /// Since the last rule acted, or since the last one's time ended, by the machine's clock; zero
  /// until one has.
  nanoseconds since_last{};
};

/// Carries out a fault script between the venue's sockets and what answers there. Whatever is held
/// back is bounded; beyond the bound it passes at once. On the loop's thread; kept by a shared_ptr,
/// because timers of late messages outlive its owner.
class fault_stage final : public stream_filter, public std::enable_shared_from_this<fault_stage> {
 public:
  /// Messages, answers and requests that are held back.
  static constexpr std::size_t held_max = 20'000;

  /// What time can do to the venue as a whole.
  struct levers {
    std::function<void(fault_streams)> close_streams;
    /// Closes the port for so long.
    std::function<void(nanoseconds)> refuse;
    std::function<void(nanoseconds)> step_clock;
    /// One request of somebody else who uses the account.
    std::function<void(net::http_request)> act;
  };

  /// `market` is the venue's clock. All must outlive the stage.
  fault_stage(fault_script script, net::io_loop& loop, const scaled_clock& market,
              venue_outlet& outlet, levers with);

  /// What a script may wait for has happened.
  void begin(fault_begin what);
  /// Acts on what is due. From a timer, never from within a call of a socket.
  void look();
  void stop() { stopped_ = true; }

  /// Answers the request, by `apply` or otherwise; `apply` lets it have its effect.
  void serve(const net::http_request& request, const net::responder& answer,
             std::function<net::http_response()> apply);
  /// An answer that refuses the upgrade, if a rule wants that.
  std::optional<net::http_response> refuse_upgrade(const net::http_request& request);
  /// A stream's message on its way out.
  void send(const std::shared_ptr<net::ws_session>& to, std::shared_ptr<const std::string> payload,
            net::frame_kind kind, stream_kind stream) override;
  /// The events of one turn as they shall be told.
  void filter(std::vector<market_event>& events, const std::vector<listed_symbol>& symbols);

  fault_progress progress() const;

 private:
  struct held_message {
    std::weak_ptr<net::ws_session> to;
    std::shared_ptr<const std::string> payload;
    net::frame_kind kind;
    /// Messages of the same session that still overtake it.
    std::uint32_t behind;
  };
  struct held_tick {
    market_event event;
    std::uint32_t behind;
  };

  fault_time now() const;
  std::optional<fault_hit> ask(const fault_event& event);
  void acted();
  void after(nanoseconds delay, std::function<void()> work);
  void act(const fault_hit& hit);
  void overtaken(const std::shared_ptr<net::ws_session>& by);
  net::http_response other_answer(const fault_rule& rule) const;

  fault_plan plan_;
  net::io_loop& loop_;
  const scaled_clock& market_;
  const system_clock machine_;
  venue_outlet& outlet_;
  const levers levers_;
  bool begun_ = false;
  bool stopped_ = false;
  bool was_over_ = false;
  mono_ns machine_start_;
  utc_ns market_start_;
  mono_ns last_acted_;
  std::vector<net::responder> hung_;
  std::vector<held_message> messages_;
  std::vector<held_tick> ticks_;
  std::map<std::uint64_t, std::shared_ptr<net::io_loop::timer>> timers_;
  std::uint64_t next_timer_ = 1;
};

}  // namespace bw::venue
