#pragma once

#include <optional>

#include "venue/market_source.hpp"

namespace bw::venue {

/// Part of a trading day. Orders without `extended_hours` are executed in the regular one only.
enum class market_phase : std::uint8_t { closed = 1, pre_market, regular, after_hours };

/// Which phase holds, from the sessions the exchange is told of. Pre-market begins at 04:00 New
/// York when the session opens at 09:30, after-hours trading lasts four hours behind the close.
/// Pure; `now` only goes forward.
class session_phases {
 public:
  static constexpr nanoseconds pre_market_length = std::chrono::minutes{330};
  static constexpr nanoseconds after_hours_length = std::chrono::hours{4};
  /// Orders for an auction are refused from a while before it until 19:00 New York, 9.5 hours
  /// after the open.
  static constexpr nanoseconds opening_cutoff = std::chrono::minutes{2};
  static constexpr nanoseconds closing_cutoff = std::chrono::minutes{10};
  static constexpr nanoseconds auctions_again = std::chrono::minutes{570};
  /// A good-till-canceled order that nobody wants for this long ages out.
  static constexpr nanoseconds gtc_life = std::chrono::hours{24 * 90};

  void expect(market_session current_or_next) { session_ = current_or_next; }
  void open() { open_ = true; }
  void close() {
    open_ = false;
    last_ = session_;
  }

  bool is_open() const { return open_; }
  const market_session& session() const { return session_; }

  market_phase at(utc_ns now) const {
    if (open_) return market_phase::regular;
    if (now >= last_.close && now < last_.close + after_hours_length)
      return market_phase::after_hours;
    if (now >= session_.open - pre_market_length && now < session_.open)
      return market_phase::pre_market;
    return market_phase::closed;
  }
  /// When pre-market begins or after-hours trading ends, whichever comes first after `now`.
  std::optional<utc_ns> next_edge(utc_ns now) const {
    std::optional<utc_ns> out;
    for (const auto edge : {session_.open - pre_market_length, last_.close + after_hours_length})
      if (edge > now && (!out || edge < *out)) out = edge;
    return out;
  }

  bool takes_opening_orders(utc_ns now) const {
    return !within(now, session_.open - opening_cutoff, session_) &&
           !within(now, last_.open - opening_cutoff, last_);
  }
  bool takes_closing_orders(utc_ns now) const {
    return !within(now, session_.close - closing_cutoff, session_) &&
           !within(now, last_.close - closing_cutoff, last_);
  }
  /// End of a day order that is accepted now; nothing when no session is known to be ahead.
  std::optional<utc_ns> day_end(utc_ns now, bool extended_hours) const {
    if (extended_hours && at(now) == market_phase::after_hours)
      return last_.close + after_hours_length;
    if (session_.close <= now) return std::nullopt;
    return extended_hours ? session_.close + after_hours_length : session_.close;
  }

 private:
  static bool within(utc_ns now, utc_ns from, const market_session& day) {
    return now >= from && now < day.open + auctions_again;
  }

  market_session session_{};
  market_session last_{};
  bool open_ = false;
};

}  // namespace bw::venue
