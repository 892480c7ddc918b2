#include "strategies/bar_choice.hpp"

#include <string>

namespace bw {

namespace {

constexpr std::int64_t seconds_max = 3'600;
constexpr std::int64_t count_max = 1'000'000'000;

error unknown(std::string_view text) {
  return {ec::parse_failed, "bars: \"" + std::string{text} +
                                "\" is none of \"time:60\" (1 to 3600 seconds), \"ticks:200\", "
                                "\"volume:50000\" (shares), \"value:1000000\" (dollars)"};
}

}  // namespace

result<std::optional<trade_bar_options>> parse_bar_choice(std::string_view text) {
  if (text.empty()) return std::optional<trade_bar_options>{};
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) return unknown(text);
  const auto rule = text.substr(0, colon);
  const auto units = parse_decimal(text.substr(colon + 1));
  if (!units || *units <= 0 || *units % decimal_scale != 0) return unknown(text);
  const auto count = *units / decimal_scale;
  if (count > (rule == "time" ? seconds_max : count_max)) return unknown(text);
  trade_bar_options out;
  if (rule == "time") {
    out.rule = bar_rule::time;
    out.length = std::chrono::seconds{count};
  } else if (rule == "ticks") {
    out.rule = bar_rule::ticks;
    out.ticks = static_cast<std::uint32_t>(count);
  } else if (rule == "volume") {
    out.rule = bar_rule::volume;
    out.volume = quantity::from_int(count);
  } else if (rule == "value") {
    out.rule = bar_rule::value;
    out.value = money::from_int(count);
  } else {
    return unknown(text);
  }
  return std::optional{out};
}

}  // namespace bw
