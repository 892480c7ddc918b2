#include "domain/limit_use.hpp"

#include "core/int128.hpp"

namespace bw {
namespace {

/// Figures that grow towards a ceiling.
bool has_share(risk_rule rule) {
  switch (rule) {
    case risk_rule::wide:
    case risk_rule::collar:
    case risk_rule::size:
    case risk_rule::value:
    case risk_rule::position:
    case risk_rule::positions:
    case risk_rule::exposure:
    case risk_rule::buying_power:
    case risk_rule::open_orders:
    case risk_rule::rate:
    case risk_rule::entries:
    case risk_rule::loss:
    case risk_rule::price_walk:
    case risk_rule::net:
    case risk_rule::window_second:
    case risk_rule::window_minute:
    case risk_rule::window_day:
    case risk_rule::repeat:
    case risk_rule::drawdown:
    case risk_rule::trade_risk:
    case risk_rule::portfolio_risk:
    case risk_rule::volatility:
    case risk_rule::volume:
    case risk_rule::hop:
    case risk_rule::clock:
    case risk_rule::books:
    case risk_rule::account_age:
    case risk_rule::reserve: return true;
    default: return false;
  }
}

}  // namespace

std::optional<std::int64_t> limit_use_ppm(const risk_check& check) {
  const bool known = check.value >= 0 && check.value < INT64_MAX && check.limit > 0;
  if (!has_share(check.rule) || check.outcome == check_outcome::not_applicable || !known)
    return std::nullopt;
  const auto share = static_cast<int128>(check.value) * 1'000'000 / check.limit;
  // A thousand times the limit is as far beyond it as anybody needs to know.
  constexpr std::int64_t most = 1'000'000'000;
  return share > most ? most : static_cast<std::int64_t>(share);
}

}  // namespace bw
