#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/ids.hpp"
#include "messages/audit.hpp"

namespace bw {

struct unknown_options {
  /// When an order is looked up, counted from when it became unknown; afterwards at equal waits.
  std::array<nanoseconds, 8> look_ups_at{
      std::chrono::milliseconds{250}, std::chrono::milliseconds{500}, std::chrono::seconds{1},
      std::chrono::seconds{2},        std::chrono::seconds{4},        std::chrono::seconds{8},
      std::chrono::seconds{16},       std::chrono::seconds{32}};
  nanoseconds look_ups_later = std::chrono::seconds{30};
  /// Proof of absence: so long since the last byte can have left, so many 404 without another
  /// answer between them, and so long from the first to the last of these.
  nanoseconds silence_min = std::chrono::seconds{60};
  std::uint32_t missing_min = 6;
  nanoseconds missing_span_min = std::chrono::seconds{30};
  /// The list of all orders begins so long before the send.
  nanoseconds list_margin = std::chrono::seconds{60};
  /// A list without an answer is asked for again after this long.
  nanoseconds list_within = std::chrono::seconds{30};
  /// Ids that are watched at most. Beyond it no further order is declared absent.
  std::size_t watched_max = 10'000;

  /// Only the embedded venue has a clock that runs `speed` times as fast, and it is in this
  /// machine: real waits that are shorter by this factor still are hundreds of its round trips.
  static constexpr std::int64_t local_shorter = 30;
  /// The waits on such a clock: never shorter than as they stand by the market's time.
  unknown_options widened(std::int64_t speed) const;
};

/// What is already known of an order whose fate is not.
enum class unknown_hint : std::uint8_t {
  none = 1,
  /// The broker throttled the request before it took it: one 404 settles that it does not exist.
  throttled,
  /// The broker says that an order with this id exists: a 404 proves nothing.
  exists,
};

/// An order whose fate is not known.
struct unknown_order {
  client_order_id client_id;
  order_id order;
  /// When it was decided and when it was handed to the connection, in the clocks of this process.
  utc_ns decided_at;
  mono_ns handed_over;
  unknown_hint hint = unknown_hint::none;
  /// Sent by a process that has ended: no stream of this one can have seen it.
  bool of_earlier_run = false;
};

/// A step of the protocol: the caller records it and does what it says. `asked`: look the order up.
/// `list_asked`: ask for all orders since `list_from`. `refused` and `not_found`: the order does
/// not exist. All others only tell what was learnt.
struct unknown_action {
  unknown_step step = unknown_step::opened;
  client_order_id client_id;
  order_id order;
  std::uint32_t look_ups = 0;
  std::uint32_t missing_in_row = 0;
  utc_ns list_from;
  std::string text;
};
using unknown_actions = std::vector<unknown_action>;

/// Decides, from evidence alone, what became of orders whose request got no definite answer
/// (ORDER_LIFE.md). Nothing is ever sent again: an order is looked up until it is seen or until
/// everything that can prove its absence is there. What was proven absent stays watched until the
/// next session begins. Pure: time is an argument. Single-threaded.
class unknown_protocol {
 public:
  explicit unknown_protocol(unknown_options options = {}) : options_(options) {}

  /// An order became unknown. For one that is known already: its request ended only now, or it has
  /// a better hint; the waits count from the later of both.
  unknown_actions open(const unknown_order& order, mono_ns now);
  /// The order is settled by other evidence.
  unknown_actions close(const client_order_id& id, std::string_view how);
  /// Look-ups and lists whose time has come. To be called often; nothing is asked twice.
  unknown_actions due(mono_ns now);

  /// A look-up that began at `requested` found no order.
  unknown_actions on_missing(const client_order_id& id, mono_ns requested, mono_ns now);
  /// A look-up said nothing of worth: a chain of 404 is broken.
  unknown_actions on_unanswered(const client_order_id& id, std::string_view why);
  /// All orders since `after`, as of `requested`: `ids` sorted.
  unknown_actions on_list(utc_ns after, mono_ns requested, const std::vector<client_order_id>& ids,
                          mono_ns now);
  unknown_actions on_list_failed(std::string_view why);

  /// The order stream became ready, or is no longer.
  unknown_actions on_stream(bool ready, mono_ns now);
  /// A session that opens at `open` has begun: earlier watches end, and orders of earlier sessions
  /// no longer need the stream's word, because a day order of theirs cannot come any more.
  unknown_actions on_session(utc_ns open);

  /// An id of an earlier run that was proven absent.
  void watch(const client_order_id& id, order_id order, utc_ns decided_at);
  bool is_watched(const client_order_id& id) const { return watched_.contains(id); }
  /// A watched order exists after all: the watch ends.
  unknown_actions on_appearance(const client_order_id& id, std::string_view where);

  bool is_open(const client_order_id& id) const { return cases_.contains(id); }
  std::size_t open_count() const { return cases_.size(); }
  std::size_t watched_count() const { return watched_.size(); }

 private:
  struct one_case {
    unknown_order order;
    mono_ns opened;
    /// No byte of it can have left later.
    mono_ns last_byte;
    std::uint32_t look_ups = 0;
    std::uint32_t missing_in_row = 0;
    mono_ns first_missing;
    mono_ns last_missing;
    /// The order stream stood from before the send until now, or is not needed.
    bool stream_stood = false;
    bool session_passed = false;
    std::optional<mono_ns> list_asked;
  };
  struct watched_order {
    order_id order;
    utc_ns decided_at;
  };

  nanoseconds next_look_up(const one_case& c) const;
  bool wants_list(const one_case& c, mono_ns now) const;
  static unknown_action step_of(const one_case& c, unknown_step step, std::string text = {});

  unknown_options options_;
  std::map<client_order_id, one_case> cases_;
  std::map<client_order_id, watched_order> watched_;
  std::optional<mono_ns> stream_since_;
  utc_ns session_open_;
};

}  // namespace bw
