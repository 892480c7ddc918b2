#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/time.hpp"
#include "messages/market_data.hpp"

namespace bw {

/// Puts fetched and live bars of each symbol into one order of time. While history is being
/// fetched live bars are held; afterwards they follow, except those that history has told already.
/// Pure; one thread.
class bar_sequencer {
 public:
  /// Live bars held during one fetch: 30 symbols for two hours.
  static constexpr std::size_t held_default = 4096;

  explicit bar_sequencer(std::size_t symbols, std::size_t held_max = held_default);

  /// Further symbols, behind those there are.
  void grow(std::size_t symbols) {
    newest_.resize(symbols);
    // Nobody has fetched anything of them.
    complete_until_.reset();
  }

  /// Live bars are held from here on.
  void hold();
  /// Where a fetch has to begin so that no symbol misses a bar: at the symbol that is furthest
  /// behind. A symbol without bars is as far as the last complete fetch, or at `earliest`.
  utc_ns fetch_from(utc_ns earliest) const;
  /// True when a fetched bar is new and complete at `now`: then it is to be handed out.
  bool take_history(const bar& fetched, utc_ns now);

  enum class live_bar : std::uint8_t { hand_out = 1, held, known, no_room };
  /// What to do with a bar of the stream. Corrections are never known already.
  live_bar take_live(const bar& live);
  /// The fetch is complete up to `now`. The held bars that are still new, in order of arrival;
  /// holding ends.
  std::vector<bar> release(utc_ns now);

 private:
  bool advance(const bar& next);

  /// By symbol: start of the newest bar handed out.
  std::vector<std::optional<utc_ns>> newest_;
  /// Every bar that starts before it is known, if it exists.
  std::optional<utc_ns> complete_until_;
  std::vector<bar> held_;
  std::size_t held_max_;
  bool holding_ = false;
};

}  // namespace bw
