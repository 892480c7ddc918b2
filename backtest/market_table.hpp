#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "core/result.hpp"
#include "venue/bar_path.hpp"
#include "venue/market_source.hpp"

namespace bw {

/// A recorded market in memory: read once, then played by any number of runs in any number of
/// threads, since nobody changes it. Either minute bars, which are played along an assumed path, or
/// single events, which are played as they are.
struct market_table {
  std::vector<venue::listed_symbol> symbols;
  /// By start, then in the order of the files.
  std::vector<bar> minutes;
  /// In order of time.
  std::vector<market_event> events;

  std::size_t rows() const { return minutes.size() + events.size(); }
};

/// Reads whole recordings. Files of minute bars alone become minutes, everything else events.
/// Errors are those of venue::open_replay.
result<std::shared_ptr<const market_table>> load_market_table(
    std::vector<std::filesystem::path> files);

/// The events of recordings of any kind, minute bars played along `path`, into a table without any.
result<void> load_events(std::vector<std::filesystem::path> files, venue::bar_path path,
                         market_table& into);

struct table_play {
  /// What lies before is history.
  utc_ns start;
  venue::bar_path path = venue::bar_path::nearest_first;
};

/// Plays the table as venue::open_replay plays the files: same events, same order.
std::unique_ptr<venue::market_source> play_table(std::shared_ptr<const market_table> table,
                                                 const table_play& options);

}  // namespace bw
