#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/ids.hpp"
#include "core/json_writer.hpp"
#include "venue/market_source.hpp"
#include "venue/wire_document.hpp"

namespace bw::venue {

enum class channel : std::uint8_t {
  trades = 1,
  quotes,
  bars,
  updated_bars,
  daily_bars,
  statuses,
  lulds,
};
inline constexpr std::size_t channel_count = 7;

/// Alpaca's name: "updatedBars".
std::string_view to_string(channel x) noexcept;

/// An error of the data stream: {"T":"error","code":…,"msg":…}.
struct stream_error {
  std::uint32_t code;
  std::string_view message;
};

/// What one client of the data stream has subscribed to.
class subscriptions {
 public:
  /// Names a client may have in one channel, whatever its plan.
  static constexpr std::size_t names_max = 20'000;

  /// `plan_max` bounds the distinct symbols of trades and quotes; 0: no bound.
  subscriptions(const std::vector<listed_symbol>& symbols, std::size_t plan_max);

  /// Carries out {"action":"subscribe",…} or unsubscribe; on an error nothing changes.
  std::optional<stream_error> apply(const wire_document& message);

  bool wants(channel which, symbol_id symbol) const {
    const auto bit = static_cast<std::uint8_t>(1U << static_cast<unsigned>(which));
    return ((everything_ | by_symbol_[symbol.value]) & bit) != 0;
  }

  /// The members of an acknowledgement: the complete set, all channels or those of the test stream.
  enum class channels_shown : std::uint8_t { all = 1, test };
  void write(json_writer& out, channels_shown shown) const;

 private:
  using name_sets = std::array<std::set<std::string>, channel_count>;

  std::optional<stream_error> check_limits(const name_sets& names) const;
  void index();

  const std::vector<listed_symbol>& symbols_;
  std::size_t plan_max_;
  name_sets names_;
  /// Bit k: wants channel k. Derived from the names.
  std::uint8_t everything_ = 0;
  std::vector<std::uint8_t> by_symbol_;
};

}  // namespace bw::venue
