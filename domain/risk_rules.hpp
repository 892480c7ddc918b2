#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "domain/duplicate_guard.hpp"
#include "domain/price_walk.hpp"
#include "domain/rate_limiter.hpp"
#include "domain/risk_inputs.hpp"
#include "domain/risk_options.hpp"
#include "domain/value_windows.hpp"

namespace bw {

/// How far the loss of the day has come. The rules deny entries from `reduce` on; halting and
/// closing positions is the caller's.
enum class loss_level : std::uint8_t { none = 1, warn, reduce, halt };
std::string_view to_string(loss_level x) noexcept;

/// The worst level whose threshold the loss has reached.
loss_level level_of_loss(const day_result& day, const risk_options& options);

/// What sizes are multiplied by after losses: halved below the highest equity, and once more below
/// the account's own line.
std::int64_t size_factor_ppm(const equity_marks& marks, const risk_options& options);

/// Every rule of messages/risk.hpp on every order. Each is evaluated and recorded with value and
/// limit, whatever the others say; the first that denies is the reason. What a person has
/// overridden is recorded as such. Rules that bound what an entry may add do not apply to orders
/// that close a position: those are bounded by what there is to close. Cancels never come here.
/// Pure but for its counters, which on_sent alone moves. Lives in the risk gate and in the
/// backtest; single-threaded.
class risk_rules {
 public:
  explicit risk_rules(risk_options options);

  risk_verdict check(const order_request& request, const risk_inputs& inputs, utc_ns now_utc,
                     mono_ns now) const;

  /// An approved order goes to the router: rates, duplicates, windows, intervals and the day count
  /// it. `value` is what it may come to.
  void on_sent(const order_request& request, mono_ns now, money value = {});

  /// A new session begins, or this run joins one in which entries were made already.
  void start_session(std::uint32_t entries_so_far, money sent_so_far = {}) {
    entries_today_ = entries_so_far;
    windows_.restore_day(sent_so_far);
  }
  /// An entry of an earlier run: the next one of its symbol keeps its distance.
  void restore_entry(symbol_id symbol, mono_ns at);
  std::uint32_t entries_today() const { return entries_today_; }
  money sent_today() const { return windows_.in_day(); }

  /// What sizing needs to know of the account, under the limits in force.
  account_view view(const risk_inputs& inputs, mono_ns now) const;

  const risk_options& options() const { return options_; }
  /// Lowers limits at run time. Counters stay, except those of a rate whose limit changed.
  void replace_options(risk_options options);

 private:
  /// nanoseconds::max() when the symbol was not entered yet.
  nanoseconds since_entry(symbol_id symbol, mono_ns now) const;

  risk_options options_;
  rate_limiter rate_short_;
  rate_limiter rate_long_;
  duplicate_guard duplicates_;
  value_windows windows_;
  price_walk walk_;
  /// By symbol; grows with the symbols that were entered.
  std::vector<std::optional<mono_ns>> last_entry_;
  std::uint32_t entries_today_ = 0;
};

}  // namespace bw
