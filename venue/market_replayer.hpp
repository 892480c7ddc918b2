#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include "venue/bar_path.hpp"
#include "venue/market_source.hpp"

namespace bw::venue {

struct replay_options {
  /// CSV files, plain or gzip. The symbol is what stands before the first '_' of the file's name,
  /// the kind follows from the header. Several files of one symbol may follow each other.
  std::vector<std::filesystem::path> files;
  /// Trading days in ascending order: they tell where the replay starts.
  std::vector<market_session> sessions;
  /// Where to start; what lies before is history. When empty: five minutes before the first session
  /// in which there are data.
  std::optional<utc_ns> start;
  /// Minute bars kept for each symbol; the oldest are dropped.
  std::size_t history_bars_max = 20'000;
  /// What is assumed of the inside of a minute.
  bar_path path = bar_path::nearest_first;
};

/// Most files of one replay.
inline constexpr std::size_t replay_files_max = 10'000;

/// A market from recordings, merged by time. At one instant the minutes that end come first, then
/// everything else, each in the order of the files, then of their lines. Memory does not grow with
/// the files' length.
///
/// Single trades and quotes come as they were recorded, without those the recording itself doubts;
/// minute bars are aggregated from the trades. A symbol without any recorded quotes gets made-up
/// ones around its trades, so that orders can fill. How a minute bar is played inside its minute is
/// told at row_player. Data outside the regular session are played too: the exchange decides what
/// fills.
///
/// The first malformed row ends everything: up to the start this call fails, later `failure()`
/// names file, line and column.
result<std::unique_ptr<market_source>> open_replay(replay_options options);

}  // namespace bw::venue
