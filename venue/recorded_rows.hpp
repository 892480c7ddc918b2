#pragma once

#include <deque>
#include <optional>
#include <string_view>

#include "messages/market_data.hpp"
#include "venue/bar_path.hpp"
#include "venue/csv_reader.hpp"

namespace bw::venue {

/// Kinds of recording, told apart by the header line.
enum class recording : std::uint8_t {
  minute_bars = 1,    // Open, high, low, close and volume of trades.
  minute_quotes,      // The same of bid and ask.
  trades,             // Single trades with condition flags as a number.
  trades_with_codes,  // Single trades with the tape's condition letters.
  quotes,             // Every change of the best bid and offer.
};

std::optional<recording> recording_of(std::string_view header);
constexpr bool has_quotes(recording x) {
  return x == recording::minute_quotes || x == recording::quotes;
}
constexpr bool has_single_trades(recording x) {
  return x == recording::trades || x == recording::trades_with_codes;
}
/// Headers that are understood, for messages.
std::string known_headers();

/// Highest price and size of a recording; beyond it a row is malformed.
inline constexpr price recorded_price_max = price::from_int(1'000'000);
inline constexpr quantity recorded_size_max = quantity::from_int(2'000'000'000);

/// Whether a symbol without recorded quotes gets some around its trades.
enum class made_up_quotes : bool { no, yes };

struct row_player_options {
  made_up_quotes quotes = made_up_quotes::yes;
  bar_path path = bar_path::nearest_first;
};

/// Turns the rows of one file into market events.
///
/// A minute bar of trades alone says nothing about what happened inside it. It is played along an
/// assumed path (bar_path.hpp), a quarter of its volume at each point; where no quotes are
/// recorded, each trade has one around it. The recorded bar itself follows at the minute's end. A
/// bar of quotes is played at the same times.
class row_player {
 public:
  row_player(recording kind, symbol_id symbol, row_player_options options)
      : kind_(kind), symbol_(symbol), options_(options) {}

  /// Appends the events of the reader's current row; nothing for rows that are no market events,
  /// such as official prints that repeat others.
  result<void> play(const csv_reader& row, std::deque<market_event>& out);

 private:
  result<void> play_bar(const csv_reader& row, std::deque<market_event>& out);
  result<void> play_quote_bar(const csv_reader& row, std::deque<market_event>& out);
  result<void> play_trade(const csv_reader& row, std::deque<market_event>& out);
  result<void> play_quote(const csv_reader& row, std::deque<market_event>& out);
  result<utc_ns> time_of(const csv_reader& row);
  result<utc_ns> minute_start_of(const csv_reader& row);
  void add_trade(trade print, std::deque<market_event>& out);

  recording kind_;
  symbol_id symbol_;
  row_player_options options_;
  std::optional<utc_ns> last_;
  std::uint64_t last_trade_id_ = 0;
};

}  // namespace bw::venue
