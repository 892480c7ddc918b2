#pragma once

#include <optional>
#include <vector>

#include "domain/conduct_guard.hpp"
#include "domain/drawdown_watch.hpp"
#include "domain/exposure_book.hpp"
#include "domain/loss_streaks.hpp"
#include "domain/planned_risk.hpp"
#include "domain/price_motion.hpp"
#include "domain/quote_board.hpp"
#include "domain/volume_pace.hpp"
#include "messages/account.hpp"
#include "messages/control.hpp"
#include "messages/risk.hpp"

namespace bw {

/// Prices between which the venue lets a symbol trade (LULD).
struct price_band {
  price low;
  price high;
};

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
  bool shortable = false;
  bool easy_to_borrow = false;
  /// 20-day average of shares a day; zero when unknown.
  quantity average_volume;
  /// What it is in on this day; an entry of a strategy that asks for a regime needs to know.
  market_regime regime = market_regime::unknown;
  /// Why no entry may be made: a bit for each symbol_stop_reason, and the two below.
  std::uint32_t stops = 0;
  /// The band that the venue announced; none as long as it has not.
  std::optional<price_band> band;
  /// The venue's stamp of the band.
  utc_ns band_at{};

  /// Somebody else trades or holds the symbol in this account.
  static constexpr std::uint32_t external = std::uint32_t{1} << 30;
  /// No exits either, for the figures that they are made of may not hold any more; a flatten still
  /// passes.
  static constexpr std::uint32_t frozen = std::uint32_t{1} << 31;
  bool is_frozen() const { return (stops & frozen) != 0; }
};

/// The day so far against the equity it began with. A loss is negative.
struct day_result {
  money start_equity;
  money pnl;
};

enum class readiness : bool { not_ready, ready };
/// Whether a flatten was recorded: only then do closing orders pass while trading is halted.
enum class flatten_permission : bool { none, recorded };
/// Whether an entry may come from no strategy: scripted orders of a backtest alone.
enum class scripted_entries : bool { denied, allowed };
/// Whether a person let this very order pass (R27).
enum class override_grant : bool { none, granted };

/// How old and how exact is what an order rests on, besides quotes and the account. What was never
/// measured is missing.
struct input_ages {
  /// From a tick's arrival to the gate: 99 of the last 100 took no longer.
  std::optional<nanoseconds> hop_p99;
  /// How far our clock may be from the broker's by now.
  std::optional<nanoseconds> clock_off;
  /// Since both books were last compared and the same.
  std::optional<nanoseconds> books;
};

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
  const conduct_guard* conduct = nullptr;
  const loss_streaks* streaks = nullptr;
  const planned_risk* planned = nullptr;
  const price_motion* motion = nullptr;
  const volume_pace* volumes = nullptr;
  /// None where there is one clock, one book and no way to go: in a backtest.
  std::optional<input_ages> ages;
  std::optional<equity_marks> equity;
  /// Requests that the broker would still take now.
  std::optional<std::int64_t> requests_left;
  /// Strategies that are configured: an entry names one of them.
  std::size_t strategies = 0;
  scripted_entries scripts = scripted_entries::denied;
  override_grant override_by_person = override_grant::none;
  /// What the strategy of the order holds over all symbols, its open entries included; asked for
  /// where the order names a budget.
  money strategy_use{};
};

/// E: the smaller of the equity at the session's start and of the last snapshot, so that limits
/// shrink at once with losses and never grow within a session. Empty when either is missing.
std::optional<money> equity_for_limits(const risk_inputs& inputs);

}  // namespace bw
