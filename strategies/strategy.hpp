#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/trailing_stop.hpp"
#include "messages/evidence.hpp"
#include "messages/market_trend.hpp"
#include "messages/orders.hpp"
#include "messages/risk.hpp"
#include "strategies/indicators/indicator_board.hpp"
#include "strategies/parameters.hpp"

namespace bw {

/// What a strategy says of itself; the same for all its instances.
struct strategy_metadata {
  /// Unique among all strategies: small letters, digits, underscores.
  std::string id;
  std::string name;
  std::string version;
  std::string text;
  std::vector<parameter_spec> parameters;
};

/// The shares that belong to the strategy instance that is asked. Zero when it holds none.
struct own_position {
  quantity qty;
  price average;
};

/// All that a strategy can see when it is asked. There is no clock, no file and no order in it.
struct strategy_context {
  const indicator_board& indicators;
  own_position position;
  /// Shares a day over up to twenty past sessions; empty when nothing is known of them.
  std::optional<quantity> average_daily_volume;
  /// Of the event that it is asked about.
  utc_ns now{};
  /// How long its bars are; zero when they end by what was traded.
  std::uint32_t bar_minutes = 5;
  /// What the daily bars say of the symbol on this day; its regime may be unknown.
  market_trend trend{};
};

/// What a strategy wants. Sizing and the risk gate can make it smaller or tighter, never larger.
struct wish {
  /// Entries buy, exits sell; anything else is refused and counted.
  bw::side side = bw::side::buy;
  order_purpose purpose = order_purpose::entry;
  signal_reason reason = signal_reason::momentum_breakout;
  std::uint32_t confidence_ppm = 0;
  price reference;
  /// Zero: the configured distance holds.
  price stop;
  price target;
  /// Zero: as many as sizing allows.
  quantity qty_max;
  indicator_values inputs;
  /// The strategy's own reason, where `reason` is strategy_rule.
  short_name note;
};
using wishes = inline_vector<wish, 4>;

/// What holds for every position of a strategy instead of what is configured for all.
struct position_rules {
  /// Planned loss of one trade, of equity; the configured one stays a limit. Zero: that one alone.
  std::int64_t trade_risk_bp = 0;
  /// Empty: the configured one.
  std::optional<trailing_stop_options> trail;

  /// What holds for its positions where `configured` holds for all.
  template <class Options>
  Options over(Options configured) const {
    if (trail) configured.trail = *trail;
    return configured;
  }
};

/// An execution that belongs to the strategy, with its position after it.
struct fill_notice {
  bw::side side = bw::side::buy;
  quantity qty;
  price at_price;
  own_position position;
};

/// The risk gate refused what the strategy wanted.
struct denial_notice {
  order_purpose purpose = order_purpose::entry;
  risk_rule rule = risk_rule::state;
};

/// Events beside bars that a strategy wants to be told of.
struct strategy_interest {
  bool quotes = false;
  bool trades = false;
  /// Once a minute.
  bool timer = false;
};

/// Why a strategy is not to be asked any more.
struct strategy_fault {
  std::string why;
  /// Its last answers came late and hold nevertheless.
  bool answers_hold = false;
};

/// One instance with its parameters, for one symbol. Made before the first bar, called by one
/// thread, destroyed once. The same calls in the same order give the same wishes.
class strategy {
 public:
  virtual ~strategy() = default;

  virtual const strategy_metadata& metadata() const = 0;
  /// Complete bars that must have been seen before a signal counts.
  virtual std::uint32_t warm_up_bars() const = 0;
  /// The same throughout the life of an instance, so that a restart finds a position as it was.
  virtual position_rules rules() const { return {}; }
  /// Once, before `prepare`: where it works, and the name of the instance in the configuration.
  virtual void take_place(const symbol_name&, const short_name&) {}
  /// Once, before the first bar: asks for the indicators it will look at.
  virtual result<void> prepare(indicator_board& board) = 0;

  /// A five-minute bar is complete and the indicators are up to date with it.
  virtual wishes on_bar(const strategy_context& context, const bar& finished) = 0;
  /// The conditions that `on_bar` asks of the same bar: all of an entry's without a position, with
  /// one those of an exit, of which any is enough. For the records only; empty when a strategy does
  /// not say.
  virtual rule_conditions explain(const strategy_context&, const bar&) const { return {}; }
  virtual void on_fill(const fill_notice&) {}
  virtual void on_denied(const denial_notice&) {}

  /// The same throughout; what is not wanted is not called.
  virtual strategy_interest interest() const { return {}; }
  virtual wishes on_quote(const strategy_context&, const quote&) { return {}; }
  virtual wishes on_trade(const strategy_context&, const trade&) { return {}; }
  virtual wishes on_timer(const strategy_context&, utc_ns) { return {}; }

  /// Asked after each call: null as long as all is well.
  virtual const strategy_fault* fault() const { return nullptr; }

  /// What another instance of the same kind should know, at most 4 KiB; empty: nothing. `restore`
  /// takes it; false: it begins anew.
  virtual std::string save() { return {}; }
  virtual bool restore(std::string_view) { return false; }
};

using strategy_factory = std::function<result<std::unique_ptr<strategy>>(const parameter_set&)>;

/// A strategy as the registry keeps it.
struct strategy_type {
  strategy_metadata metadata;
  strategy_factory make;
};

/// A fraction of 0 … 1 as parts per million, to the nearest; what is no number is 0.
std::uint32_t confidence_from_fraction(double fraction);
/// A number for the record of a signal, in units of 1e-9; beyond the range it stays at its end.
indicator_value named_value(std::string_view name, double value);

}  // namespace bw
