#include "domain/split_ratio.hpp"

#include <charconv>
#include <numeric>

namespace bw {
namespace {

std::optional<std::int64_t> shares_of(std::string_view text) {
  std::int64_t out = 0;
  const auto [stop, problem] = std::from_chars(text.data(), text.data() + text.size(), out);
  const bool is_count = problem == std::errc{} && stop == text.data() + text.size() && out >= 1 &&
                        out <= split_ratio::ratio_max;
  return is_count ? std::optional{out} : std::nullopt;
}

}  // namespace

std::optional<split_ratio> parse_split_ratio(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto after = shares_of(text.substr(0, colon));
  const auto before = shares_of(text.substr(colon + 1));
  if (!after || !before) return std::nullopt;
  const auto common = std::gcd(*after, *before);
  return split_ratio{*after / common, *before / common};
}

}  // namespace bw
