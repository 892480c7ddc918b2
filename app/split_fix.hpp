#pragma once

#include <map>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.hpp"
#include "domain/split_ratio.hpp"
#include "messages/reconciliation.hpp"

namespace bw {

/// Ratios that a person gave, by symbol.
using split_ratios = std::map<symbol_name, split_ratio>;

/// "AAPL=2:1", two new shares for one old. ec::parse_failed for anything else.
result<std::pair<symbol_name, split_ratio>> parse_split_of(std::string_view text);

/// The ratio of small whole numbers that takes exactly `before` shares to `after`, if there is one:
/// a proposal for a person to look at, since other movements can lead to the same numbers.
std::optional<split_ratio> likely_split(quantity before, quantity after);

/// Shares of one strategy before and after.
struct split_position {
  short_name strategy;
  quantity before;
  quantity after;
};

/// What `held` becomes, whole shares each; the part of a share that is left over was paid out by
/// the broker. Where the broker has fewer shares than that, `there`, the last ones go short of it.
std::vector<split_position> split_positions(const std::map<short_name, quantity>& held,
                                            split_ratio by, quantity there);

}  // namespace bw
