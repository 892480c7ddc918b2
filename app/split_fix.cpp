#include "app/split_fix.hpp"

#include <algorithm>
#include <numeric>

namespace bw {
namespace {

/// Larger terms are no split that anybody has announced.
constexpr std::int64_t likely_terms_max = 100;

quantity whole_shares(quantity x) {
  return quantity::from_units(x.units() - x.units() % decimal_scale);
}

}  // namespace

result<std::pair<symbol_name, split_ratio>> parse_split_of(std::string_view text) {
  const auto equals = text.find('=');
  const error wrong{ec::parse_failed,
                    "'" + std::string{text.substr(0, 64)} +
                        "' is no split: write SYMBOL=NEW:OLD, such as AAPL=2:1 for two new shares "
                        "for one old"};
  if (equals == std::string_view::npos || equals == 0) return wrong;
  const auto symbol = text.substr(0, equals);
  const auto by = parse_split_ratio(text.substr(equals + 1));
  if (!symbol_name::fits(symbol) || !by || by->after == by->before) return wrong;
  return std::pair{symbol_name{symbol}, *by};
}

std::optional<split_ratio> likely_split(quantity before, quantity after) {
  if (before.is_zero() || after.is_zero() || before == after ||
      before.is_negative() != after.is_negative())
    return std::nullopt;
  const auto common = std::gcd(before.units(), after.units());
  const split_ratio out{abs(after).units() / common, abs(before).units() / common};
  const bool is_small = out.after <= likely_terms_max && out.before <= likely_terms_max;
  return is_small ? std::optional{out} : std::nullopt;
}

std::vector<split_position> split_positions(const std::map<short_name, quantity>& held,
                                            split_ratio by, quantity there) {
  std::vector<split_position> out;
  auto left = abs(there);
  for (const auto& [strategy, before] : held) {
    const auto size = std::min(abs(whole_shares(after_split(before, by))), left);
    left -= size;
    out.push_back({strategy, before, before.is_negative() ? -size : size});
  }
  return out;
}

}  // namespace bw
