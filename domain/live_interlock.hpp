#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "messages/operations.hpp"

namespace bw {

/// What must hold, all of it, before real money can be traded (control R02).
enum class live_condition : std::uint8_t {
  mode = 1,   // mode = "live" in node.toml, and TRADING_MODE does not say otherwise.
  enabled,    // LIVE_TRADING_ENABLED=true.
  flag,       // --live on the command line.
  host,       // Orders would go to exactly api.alpaca.markets.
  key_class,  // The key is not one of a paper account.
  account,    // The broker's account number is in the list of those that may be traded.
  arming,     // A person armed this account; signed, not expired, at most one session.
  limits,     // The limits in the configuration are those that this person approved.
};
inline constexpr std::size_t live_condition_count = 8;

/// "mode", "enabled", ….
std::string_view to_string(live_condition x) noexcept;

/// Which of the broker's environments a key id seems to belong to. By its first two letters, which
/// the broker uses and does not promise.
enum class key_class : std::uint8_t { unknown = 1, paper, live };
key_class class_of_key(std::string_view key_id);

/// The one host that trades real money.
inline constexpr std::string_view live_host = "api.alpaca.markets";

/// Everything that is known of the wish to trade live. Texts are as they were given.
struct live_facts {
  /// Of node.toml: "sim", "paper" or "live".
  std::string mode;
  /// TRADING_MODE and LIVE_TRADING_ENABLED; empty when not set.
  std::string trading_mode;
  std::string live_enabled;
  bool flag = false;
  /// Where orders would go, and the host that ALPACA_BASE_URL names; the latter empty when not set.
  std::string host;
  std::string named_host;
  /// Empty while the key is not known: no class then.
  std::optional<key_class> key;
  /// As the broker says it; empty while it was not asked.
  std::string account;
  std::vector<std::string> accounts;
  /// Whose signature was right; otherwise what is wrong with it.
  std::optional<arming_record> arming;
  std::string arming_problem;
  /// The close of the session that is on or comes next.
  utc_ns session_close;
  digest limits{};
  utc_ns now;
};

/// TRADING_MODE is paper or live, LIVE_TRADING_ENABLED is true or false, where they are set at all.
/// ec::invalid_argument names the one that is not, and what it accepts.
result<void> check_live_words(const live_facts& facts);

enum class interlock_outcome : std::uint8_t {
  not_asked = 1,  // Nobody wants to trade live.
  refused,
  armed,
};

struct missing_condition {
  live_condition what = live_condition::mode;
  /// What is wrong and how to mend it.
  std::string text;
};

struct interlock_verdict {
  interlock_outcome outcome = interlock_outcome::refused;
  std::vector<missing_condition> missing;

  bool misses(live_condition what) const;
  /// One line for each missing thing.
  std::string text() const;
};

/// Live is asked for by any of mode, LIVE_TRADING_ENABLED, TRADING_MODE and --live; on the embedded
/// venue by --live alone, because nothing else of it can reach a broker. Once asked for, it is
/// armed by all eight conditions and refused by the lack of any. Pure.
interlock_verdict judge_live(const live_facts& facts);

}  // namespace bw
