#pragma once

#include <deque>
#include <filesystem>
#include <optional>

#include "venue/recorded_rows.hpp"

namespace bw::venue {

/// What a file is, as far as its name and header tell.
struct recorded_file {
  std::filesystem::path path;
  std::string symbol;
  recording kind = recording::minute_bars;
};

/// Looks at name and header. The symbol is what stands before the first '_' of the name.
result<recorded_file> identify(const std::filesystem::path& path);

/// The events of one recorded file in order of time, a row's worth in memory. The file is open only
/// between its first and its last event, so that a year of daily files needs few handles.
class recorded_tape {
 public:
  static result<recorded_tape> open(const recorded_file& file, symbol_id symbol,
                                    row_player_options options);

  const std::filesystem::path& path() const { return path_; }
  std::optional<utc_ns> next_time() const { return next_time_; }
  /// Whether that event is the end of a minute.
  bool next_is_bar() const { return next_is_bar_; }
  /// The next event; there must be one.
  result<market_event> take();

 private:
  recorded_tape(const recorded_file& file, symbol_id symbol, row_player_options options)
      : path_(file.path), kind_(file.kind), symbol_(symbol), options_(options) {}

  result<void> start();
  /// Reads rows until there is an event or the file ends.
  result<void> refill();
  void look_ahead();

  std::filesystem::path path_;
  recording kind_;
  symbol_id symbol_;
  row_player_options options_;
  std::optional<csv_reader> reader_;
  std::optional<row_player> player_;
  std::deque<market_event> ready_;
  std::optional<utc_ns> next_time_;
  bool next_is_bar_ = false;
  std::optional<error> broken_;
};

}  // namespace bw::venue
