#pragma once

#include <string>
#include <string_view>

#include "feeds/alpaca_data_codec.hpp"

namespace bw {

/// The message that names the keys. Goes to the socket and nowhere else.
std::string auth_message(std::string_view key_id, std::string_view secret_key);

/// Asks for trades, quotes, bars, updated and daily bars, statuses and price bands of all symbols.
std::string subscribe_message(const symbol_list& symbols);

/// How an acknowledged set compares with the wanted symbols. Trades, quotes, bars and statuses
/// count; updated and daily bars and price bands are welcome and not every server has them.
/// Corrections and cancellations of trades follow the trades by themselves.
struct subscription_check {
  /// Symbols that stand in every channel that counts.
  std::uint32_t complete = 0;
  /// The first thing that is missing, "quotes of MSFT"; empty when nothing is.
  std::string missing;
};
subscription_check check_subscription(const symbol_list& wanted, const channel_set& acknowledged);

}  // namespace bw
