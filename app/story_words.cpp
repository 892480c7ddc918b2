#include "app/story_words.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace bw {
namespace {

/// How a rule counts, and whether its limit is a ceiling or a floor.
enum class counted_in : std::uint8_t {
  state,
  phase,
  yes_no,
  age,
  basis_points,
  shares,
  dollars,
  amount,
  number,
  regimes,
  code
};
struct rule_words {
  risk_rule rule;
  const char* what;
  counted_in unit;
  const char* relation;
};

constexpr std::array<rule_words, risk_rule_count> all_rules{{
    {risk_rule::state, "trading state", counted_in::state, "at most"},
    {risk_rule::symbol, "symbol may be traded (0 yes)", counted_in::code, "at most"},
    {risk_rule::session, "phase of the day", counted_in::phase, "at least"},
    {risk_rule::halted, "symbol halted by the venue", counted_in::yes_no, "must be"},
    {risk_rule::stale, "age of the quote", counted_in::age, "at most"},
    {risk_rule::crossed, "quote crossed or one-sided", counted_in::yes_no, "must be"},
    {risk_rule::wide, "spread of the quote", counted_in::basis_points, "at most"},
    {risk_rule::malformed, "fault in the order's form (0 none)", counted_in::code, "at most"},
    {risk_rule::stream, "order stream down", counted_in::yes_no, "must be"},
    {risk_rule::collar, "distance of the limit from the market", counted_in::basis_points,
     "at most"},
    {risk_rule::size, "shares of the order", counted_in::shares, "at most"},
    {risk_rule::value, "value of the order", counted_in::dollars, "at most"},
    {risk_rule::min_value, "value of the order", counted_in::dollars, "at least"},
    {risk_rule::position, "position with this order", counted_in::amount, "at most"},
    {risk_rule::positions, "symbols held or pending", counted_in::number, "at most"},
    {risk_rule::exposure, "gross exposure", counted_in::dollars, "at most"},
    {risk_rule::buying_power, "buying power needed", counted_in::dollars, "at most"},
    {risk_rule::open_orders, "open orders", counted_in::number, "at most"},
    {risk_rule::rate, "orders in the rate window", counted_in::number, "at most"},
    {risk_rule::duplicate, "time since a twin order", counted_in::age, "at least"},
    {risk_rule::interval, "time since the last entry", counted_in::age, "at least"},
    {risk_rule::entries, "entries today", counted_in::number, "at most"},
    {risk_rule::loss, "loss of the day", counted_in::dollars, "at most"},
    {risk_rule::reduce_only, "shares to close", counted_in::shares, "at most"},
    {risk_rule::band, "limit against the venue's price band", counted_in::amount, "within"},
    {risk_rule::price_walk, "own price moves in a minute", counted_in::basis_points, "at most"},
    {risk_rule::net, "net exposure", counted_in::dollars, "at most"},
    {risk_rule::short_sale, "fault of the short sale (0 none)", counted_in::code, "at most"},
    {risk_rule::window_second, "value sent in a second", counted_in::dollars, "at most"},
    {risk_rule::window_minute, "value sent in a minute", counted_in::dollars, "at most"},
    {risk_rule::window_day, "value sent today", counted_in::dollars, "at most"},
    {risk_rule::repeat, "entries of the strategy in the symbol", counted_in::number, "at most"},
    {risk_rule::strategy_off, "strategy taken out", counted_in::yes_no, "must be"},
    {risk_rule::streak, "losing trades in a row", counted_in::number, "at most"},
    {risk_rule::symbol_lock, "symbol locked for", counted_in::age, "at most"},
    {risk_rule::drawdown, "fall from the highest equity", counted_in::dollars, "below"},
    {risk_rule::trade_risk, "planned loss of the trade", counted_in::dollars, "at most"},
    {risk_rule::portfolio_risk, "planned loss of all trades", counted_in::dollars, "at most"},
    {risk_rule::min_buying_power, "buying power", counted_in::dollars, "at least"},
    {risk_rule::min_equity, "equity", counted_in::dollars, "at least"},
    {risk_rule::self_cross, "own orders on the other side", counted_in::number, "at most"},
    {risk_rule::volatility, "move from minute to minute", counted_in::basis_points, "below"},
    {risk_rule::reserve, "requests that getting flat would need", counted_in::number, "at most"},
    {risk_rule::identity, "order of no known strategy", counted_in::yes_no, "must be"},
    {risk_rule::volume, "shares of a minute against the usual", counted_in::basis_points,
     "at most"},
    {risk_rule::hop, "way of a tick to the gate (99 of 100)", counted_in::age, "at most"},
    {risk_rule::clock, "uncertainty of our clock", counted_in::age, "at most"},
    {risk_rule::books, "both books were last the same", counted_in::age, "at most"},
    {risk_rule::account_age, "age of the account's figures", counted_in::age, "at most"},
    {risk_rule::strategy_budget, "value held by the strategy", counted_in::dollars, "at most"},
    {risk_rule::regime, "regime of the symbol", counted_in::regimes, "must be"},
}};

std::string value_text(std::int64_t value, counted_in unit) {
  switch (unit) {
    case counted_in::state: return std::string{to_string(static_cast<trading_mode>(value))};
    case counted_in::phase: return words_of(to_string(static_cast<session_phase>(value)));
    case counted_in::yes_no: return value == 0 ? "no" : "yes";
    case counted_in::age: return value == INT64_MAX ? "never" : duration_text(nanoseconds{value});
    case counted_in::basis_points:
      return value == INT64_MAX ? "no price to compare with" : std::to_string(value) + " bp";
    case counted_in::shares: return count_text(quantity::from_units(value)) + " shares";
    case counted_in::dollars:
      return value == INT64_MAX || value == INT64_MIN ? "not known" : amount_text(value) + " USD";
    case counted_in::amount: return value == INT64_MAX ? "not known" : amount_text(value);
    case counted_in::number:
      if (value == INT64_MAX) return "not known";
      break;
    case counted_in::regimes:
      return value == INT64_MAX ? "unknown" : text_of_regimes(static_cast<regime_set>(value));
    case counted_in::code: break;
  }
  return std::to_string(value);
}

std::string with_thousands(std::string digits) {
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3)
    digits.insert(static_cast<std::size_t>(at), ",");
  return digits;
}

/// Sign, whole part with its thousands apart, and the decimals without trailing zeros.
struct number_parts {
  std::string whole;
  std::string decimals;
};
number_parts parts_of(std::int64_t units) {
  auto text = format_decimal(units);
  std::string sign;
  if (text.starts_with('-')) {
    sign = "-";
    text.erase(0, 1);
  }
  const auto dot = text.find('.');
  return {sign + with_thousands(text.substr(0, dot)),
          dot == std::string::npos ? "" : text.substr(dot + 1)};
}

}  // namespace

std::string amount_text(std::int64_t units) {
  auto [whole, decimals] = parts_of(units);
  while (decimals.size() < 2) decimals += '0';
  return whole + "." + decimals;
}

std::string count_text(quantity x) {
  const auto [whole, decimals] = parts_of(x.units());
  return decimals.empty() ? whole : whole + "." + decimals;
}

std::string figure_text(std::int64_t units) {
  constexpr std::int64_t step = decimal_scale / 10'000;
  const auto rounded = divide_half_even(units, step) * step;
  const auto [whole, decimals] =
      parts_of(fits_decimal(rounded) ? static_cast<std::int64_t>(rounded) : units);
  return decimals.empty() ? whole : whole + "." + decimals;
}

std::string duration_text(nanoseconds x) {
  const auto ns = x.count();
  if (ns < 0) return "-" + duration_text(nanoseconds{ns == INT64_MIN ? INT64_MAX : -ns});
  char out[48];
  const auto scaled = [&](std::int64_t unit, const char* name) {
    std::snprintf(out, sizeof out, "%lld.%lld %s", static_cast<long long>(ns / unit),
                  static_cast<long long>(ns % unit * 10 / unit), name);
    return std::string{out};
  };
  if (ns < 1'000) return std::to_string(ns) + " ns";
  if (ns < 1'000'000) return scaled(1'000, "us");
  if (ns < 1'000'000'000) return scaled(1'000'000, "ms");
  if (ns < 120'000'000'000) return scaled(1'000'000'000, "s");
  const auto seconds = ns / 1'000'000'000;
  if (seconds < 7'200)
    return std::to_string(seconds / 60) + " min " + std::to_string(seconds % 60) + " s";
  return std::to_string(seconds / 3'600) + " h " + std::to_string(seconds / 60 % 60) + " min";
}

std::string clock_text(const session_calendar& calendar, utc_ns at) {
  const auto local = utc_ns{at.value + nanoseconds{calendar.offset_at(at)}.count()};
  constexpr std::int64_t day_ms = 86'400'000;
  const auto ms = (local.value / 1'000'000 % day_ms + day_ms) % day_ms;
  char out[48];
  std::snprintf(out, sizeof out, "%02lld:%02lld:%02lld.%03lld",
                static_cast<long long>(ms / 3'600'000), static_cast<long long>(ms / 60'000 % 60),
                static_cast<long long>(ms / 1'000 % 60), static_cast<long long>(ms % 1'000));
  return out;
}

std::string day_clock_text(const session_calendar& calendar, utc_ns at) {
  return format_date(calendar.new_york_date(at)) + " " + clock_text(calendar, at);
}

std::string words_of(std::string_view name) {
  std::string out{name};
  std::replace(out.begin(), out.end(), '_', ' ');
  return out;
}

check_words describe(const risk_check& check) {
  const auto index = static_cast<std::size_t>(check.rule);
  // A newer version may know more rules.
  if (index == 0 || index > all_rules.size())
    return {"rule " + std::to_string(index), std::to_string(check.value),
            std::to_string(check.limit)};
  const auto& words = all_rules[index - 1];
  if (check.outcome == check_outcome::not_applicable) return {words.what, "does not apply", ""};
  return {words.what, value_text(check.value, words.unit),
          std::string{words.relation} + " " + value_text(check.limit, words.unit)};
}

std::string describe(const trading_state& state) {
  std::string out{to_string(state.mode)};
  std::string reasons;
  for (std::uint8_t value = 1; value <= halt_reason_count; ++value) {
    const auto reason = halt_reason{value};
    if (has_reason(state, reason))
      reasons += (reasons.empty() ? "" : ", ") + words_of(to_string(reason));
  }
  return reasons.empty() ? out : out + " because of " + reasons;
}

}  // namespace bw
