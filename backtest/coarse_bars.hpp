#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "backtest/market_table.hpp"
#include "config/node_config.hpp"
#include "domain/session_calendar.hpp"

namespace bw {

/// Lengths of recorded bars above a minute.
enum class coarse_span : std::uint8_t { hour = 1, day };
std::string_view to_string(coarse_span x) noexcept;

/// A recording of such bars.
struct coarse_file {
  std::filesystem::path path;
  std::string symbol;
  coarse_span span = coarse_span::day;
  /// Its hours begin at half past, as the session does.
  bool from_the_open = false;
};

/// What the file is, if its bars are coarse: of a day by its header, of an hour when its first rows
/// begin at the full hour or at half past it and no two lie in one hour. The symbol is what stands
/// before the first '_' or '.' of the name. Empty for every other file.
std::optional<coarse_file> identify_coarse(const std::filesystem::path& path);

/// Appends what a session's part [from, to) of a bar is played as: a quote and a trade at four
/// points (venue/bar_path.hpp), the open at its begin, the extremes at a third and two thirds, the
/// close a second before its end. A quarter of the volume trades at each.
struct coarse_bar {
  symbol_id symbol;
  price open;
  price high;
  price low;
  price close;
  quantity volume;
};
void play_coarse_bar(const coarse_bar& x, utc_ns from, utc_ns to, venue::bar_path path,
                     std::vector<market_event>& out);

/// A strategy sees nothing in bars that are longer than its own, or that reach over the border of
/// two of them. ec::invalid_argument names the strategy, the symbol and what would do.
result<void> check_grain(const node_config& config, const std::vector<coarse_file>& files);

/// Recordings of every kind as one market of single events in the order of time. Errors are those
/// of venue::open_replay; ec::parse_failed with file and line for a malformed row, for bars that do
/// not rise, and for a daily bar without a session (hours outside of one are passed over);
/// ec::invalid_argument for a symbol that has both kinds.
result<std::shared_ptr<const market_table>> load_coarse_table(
    std::vector<std::filesystem::path> fine, const std::vector<coarse_file>& coarse,
    const session_calendar& calendar, venue::bar_path path);

}  // namespace bw
