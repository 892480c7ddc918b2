#pragma once

#include <optional>
#include <string_view>

#include "core/result.hpp"
#include "domain/trade_bars.hpp"

namespace bw {

/// What the bars of a strategy are made of, as strategies.toml says it: empty for five minutes of
/// minute bars, else a rule of domain/trade_bars with its measure: "time:60" (seconds),
/// "ticks:200", "volume:50000" (shares), "value:1000000" (dollars). ec::parse_failed tells what may
/// stand there.
result<std::optional<trade_bar_options>> parse_bar_choice(std::string_view text);

}  // namespace bw
