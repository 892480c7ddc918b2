#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace bw {

/// The words of a line that has exactly `Count` of them, one blank between two; none otherwise.
template <std::size_t Count>
std::optional<std::array<std::string_view, Count>> words_of_line(std::string_view line) {
  std::array<std::string_view, Count> out;
  for (std::size_t k = 0; k < Count; ++k) {
    const auto blank = line.find(' ');
    if ((blank == std::string_view::npos) != (k + 1 == Count)) return std::nullopt;
    out[k] = line.substr(0, blank);
    line.remove_prefix(blank == std::string_view::npos ? line.size() : blank + 1);
  }
  return out;
}

}  // namespace bw
