#include "domain/live_interlock.hpp"

#include <algorithm>

namespace bw {
namespace {

using optional_text = std::optional<std::string>;

bool is_sim(const live_facts& facts) { return facts.mode == "sim"; }

bool is_asked(const live_facts& facts) {
  if (facts.flag) return true;
  if (is_sim(facts)) return false;
  return facts.mode == "live" || facts.trading_mode == "live" || facts.live_enabled == "true";
}

// Each answers what is missing, or nothing.

optional_text mode_lacks(const live_facts& facts) {
  if (facts.mode != "live") return "mode in node.toml is \"" + facts.mode + "\", not \"live\"";
  if (!facts.trading_mode.empty() && facts.trading_mode != "live")
    return "TRADING_MODE is not live, but mode in node.toml is; make them agree";
  return std::nullopt;
}

optional_text enabled_lacks(const live_facts& facts) {
  if (facts.live_enabled == "true") return std::nullopt;
  return "LIVE_TRADING_ENABLED is not set to true in the environment";
}

optional_text flag_lacks(const live_facts& facts) {
  if (facts.flag) return std::nullopt;
  return "the flag --live is missing on the command line";
}

optional_text host_lacks(const live_facts& facts) {
  if (facts.host != live_host)
    return "orders would go to " + (facts.host.empty() ? "no host" : facts.host) + ", not to " +
           std::string{live_host};
  if (!facts.named_host.empty() && facts.named_host != live_host)
    return "ALPACA_BASE_URL names " + facts.named_host + ", not " + std::string{live_host};
  return std::nullopt;
}

optional_text key_lacks(const live_facts& facts) {
  if (!facts.key) return "there is no key pair of the live account; see .env.example";
  if (*facts.key == key_class::paper) return "the key belongs to a paper account";
  return std::nullopt;
}

optional_text account_lacks(const live_facts& facts) {
  if (facts.accounts.empty()) return "live.accounts in node.toml names no account";
  if (facts.account.empty())
    return "the account number is not known: the broker is asked when nothing else is missing";
  if (std::find(facts.accounts.begin(), facts.accounts.end(), facts.account) ==
      facts.accounts.end())
    return "the account of this key is not among live.accounts in node.toml";
  return std::nullopt;
}

optional_text arming_lacks(const live_facts& facts) {
  if (!facts.arming)
    return (facts.arming_problem.empty() ? "nobody armed live trading" : facts.arming_problem) +
           "; run `bellwether arm`";
  const auto& arming = *facts.arming;
  const auto again = "; run `bellwether arm` again";
  if (!facts.account.empty() && arming.account != facts.account)
    return std::string{"another account was armed"} + again;
  if (arming.stage < 1 || arming.stage > 4)
    return std::string{"no stage of live was armed"} + again;
  if (arming.expires <= facts.now)
    return "the arming expired at " + format_rfc3339(arming.expires) + again;
  if (facts.session_close == utc_ns{})
    return "the calendar knows no session, so an arming for one session cannot be judged";
  if (arming.expires > facts.session_close)
    return "the arming reaches beyond the end of one session (" +
           format_rfc3339(facts.session_close) + ")" + again;
  return std::nullopt;
}

optional_text limits_lack(const live_facts& facts) {
  if (!facts.arming) return "nobody approved the limits; `bellwether arm` shows and approves them";
  if (facts.arming->limits != facts.limits)
    return "the limits are not those that were approved; look at them and run `bellwether arm`";
  return std::nullopt;
}

struct condition_row {
  live_condition what;
  std::string_view name;
  optional_text (*lacks)(const live_facts&);
};
constexpr std::array<condition_row, live_condition_count> rows{{
    {live_condition::mode, "mode", mode_lacks},
    {live_condition::enabled, "enabled", enabled_lacks},
    {live_condition::flag, "flag", flag_lacks},
    {live_condition::host, "host", host_lacks},
    {live_condition::key_class, "key_class", key_lacks},
    {live_condition::account, "account", account_lacks},
    {live_condition::arming, "arming", arming_lacks},
    {live_condition::limits, "limits", limits_lack},
}};

result<void> check_word(std::string_view variable, const std::string& given, std::string_view first,
                        std::string_view second) {
  if (given.empty() || given == first || given == second) return {};
  return {ec::invalid_argument, std::string{variable} + ": expected " + std::string{first} +
                                    " or " + std::string{second} + ", exactly so written"};
}

}  // namespace

std::string_view to_string(live_condition x) noexcept {
  for (const auto& row : rows)
    if (row.what == x) return row.name;
  return "invalid";
}

key_class class_of_key(std::string_view key_id) {
  if (key_id.starts_with("PK")) return key_class::paper;
  if (key_id.starts_with("AK")) return key_class::live;
  return key_class::unknown;
}

result<void> check_live_words(const live_facts& facts) {
  if (auto good = check_word("TRADING_MODE", facts.trading_mode, "paper", "live"); !good)
    return good;
  return check_word("LIVE_TRADING_ENABLED", facts.live_enabled, "false", "true");
}

bool interlock_verdict::misses(live_condition what) const {
  return std::any_of(missing.begin(), missing.end(),
                     [what](const missing_condition& x) { return x.what == what; });
}

std::string interlock_verdict::text() const {
  std::string out;
  for (const auto& each : missing)
    out += (out.empty() ? "" : "\n") + std::string{to_string(each.what)} + ": " + each.text;
  return out;
}

interlock_verdict judge_live(const live_facts& facts) {
  interlock_verdict out;
  if (!is_asked(facts)) {
    out.outcome = interlock_outcome::not_asked;
    return out;
  }
  for (const auto& row : rows)
    if (auto text = row.lacks(facts)) out.missing.push_back({row.what, std::move(*text)});
  out.outcome = out.missing.empty() ? interlock_outcome::armed : interlock_outcome::refused;
  return out;
}

}  // namespace bw
