#pragma once

#include <filesystem>
#include <string>
#include <variant>
#include <vector>

#include "core/result.hpp"
#include "domain/session_calendar.hpp"
#include "domain/split_ratio.hpp"

namespace bw {

/// Cash for each share that was held over the close before the ex-date.
struct cash_dividend {
  price per_share;
};

/// What happens to a share before the open of its ex-date.
struct corporate_action {
  calendar_date ex_date;
  std::string symbol;
  std::variant<split_ratio, cash_dividend> what;
};

inline constexpr std::size_t corporate_actions_max = 100'000;

/// A CSV file with the columns date,symbol,kind,value, where kind is split (value 7:1, or 7 for the
/// same) or dividend (value in dollars a share); or a folder with files SYMBOL_factors.csv, as the
/// LEAN engine has them, for those of `symbols` that have one. In order of date. Errors name file
/// and line.
///
/// A factor file says nothing about kinds: between two of its rows a change of the split factor is
/// a split, a change of the price factor a dividend of the reference price times the change, to the
/// nearest 1e-4 dollar. The ex-date is the session after the row's date.
result<std::vector<corporate_action>> load_corporate_actions(
    const std::filesystem::path& from, const std::vector<std::string>& symbols,
    const session_calendar& calendar);

}  // namespace bw
