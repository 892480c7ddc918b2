#pragma once

#include <optional>
#include <vector>

#include "domain/exposure_book.hpp"
#include "domain/quote_board.hpp"
#include "messages/account.hpp"
#include "messages/control.hpp"
#include "messages/risk.hpp"

namespace bw {

/// What is known of one symbol, by symbol_id.
struct symbol_facts {
  /// On the configured list, and not restricted.
  bool allowed = false;
  bool restricted = false;
  /// The broker's word; of no worth without `asset_at`.
  bool tradable = false;
  bool active = false;
  bool fractionable = false;
  std::optional<utc_ns> asset_at;
  /// 20-day average of shares a day; zero when unknown.
  quantity average_volume;
  /// One bit for each symbol_stop_reason that stops new entries.
  std::uint32_t stops = 0;
  /// Somebody else trades or holds it in this account: no entries. `frozen`: no exits either, for
  /// the figures that they are made of may not hold any more; a flatten still passes.
  bool external = false;
  bool frozen = false;
};

/// The day so far against the equity it began with. A loss is negative.
struct day_result {
  money start_equity;
  money pnl;
};

enum class readiness : bool { not_ready, ready };
/// Whether a flatten was recorded: only then do closing orders pass while trading is halted.
enum class flatten_permission : bool { none, recorded };

/// All that the rules look at beside the order and their own counters. It refers to the gate's own
/// state and is made anew for each check. What is missing denies.
struct risk_inputs {
  trading_state trading;
  session_state session;
  const quote_board& quotes;
  const exposure_book& exposure;
  const std::vector<symbol_facts>& symbols;
  /// Last snapshot; null until one came.
  const account_report* account = nullptr;
  std::optional<money> session_start_equity;
  std::optional<day_result> day;
  readiness feed = readiness::not_ready;
  readiness order_stream = readiness::not_ready;
  flatten_permission flatten = flatten_permission::none;
};

/// E: the smaller of the equity at the session's start and of the last snapshot, so that limits
/// shrink at once with losses and never grow within a session. Empty when either is missing.
std::optional<money> equity_for_limits(const risk_inputs& inputs);

}  // namespace bw
