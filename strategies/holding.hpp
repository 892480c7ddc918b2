#pragma once

#include <cstdint>
#include <optional>

#include "core/inline_vector.hpp"
#include "domain/split_ratio.hpp"
#include "domain/stop_keeper.hpp"
#include "domain/trailing_stop.hpp"
#include "messages/risk.hpp"
#include "messages/views.hpp"
#include "strategies/strategy.hpp"

namespace bw {

struct holding_options {
  /// Distance of the stop where an order planned none.
  std::int64_t stop_loss_bp = 150;
  std::int64_t take_profit_bp = 400;
  trailing_stop_options trail;
  /// Where the stop rests, and how it is kept there.
  stop_keeper_options protection;
  /// An entry that is not filled by then is cancelled.
  nanoseconds entry_timeout = std::chrono::seconds{30};
  /// Shortest time between two tries of an exit, and of a cancel.
  nanoseconds retry_interval = std::chrono::seconds{5};
  /// An order of which nobody has said anything by then is given up as lost on the way.
  nanoseconds answer_timeout = std::chrono::seconds{30};
};

/// An exit that can be ordered now.
struct due_exit {
  signal_reason reason = signal_reason::stop_hit;
  order_purpose purpose = order_purpose::exit;
  quantity qty;
};

/// A stop that can be placed at the broker now.
struct due_stop {
  signal_reason reason = signal_reason::stop_hit;
  quantity qty;
  price at;
  /// The stop whose place it takes; zero for one of its own.
  order_id replaces{};
};

/// Whether nothing but cancels and closing orders leaves.
enum class trading_halted : bool { no, yes };

/// What becomes of entries that are not filled yet.
enum class open_entries : bool { stay, go };

/// What belongs to one strategy in one symbol: its shares, their stop and target, and its orders
/// under way. Decides when to leave and what may be ordered; the engine makes the orders. At most
/// one entry and one exit are under way, and never more is sold than is held.
///
/// Where the stop rests at the broker, `stop_due` and `take_cancels_due` keep it equal to the
/// position. A price through it leaves the broker a moment to execute it; where nothing rests, or
/// the broker does not act, the position is closed from here.
///
/// An exit that is wanted stays wanted until nothing is left: through denials, rejections and
/// partial fills. Before it, whatever holds the shares or would trade against it is cancelled.
///
/// Lives as long as the symbol's engine, on its thread.
class holding {
 public:
  /// Orders that are remembered, so that late news about them is understood.
  static constexpr std::uint8_t orders_max = 16;
  /// A fill or a price beyond it is not believed; sums stay within their types.
  static constexpr quantity qty_limit = quantity::from_int(100'000'000);
  static constexpr price price_limit = price::from_int(10'000'000);

  explicit holding(const holding_options& options) : options_(options) {}

  /// From here on these hold. A stop that was reached under the old ones is not given up.
  void follow(const holding_options& options);

  own_position position() const { return {qty_, average_}; }
  /// Where the position is given up, the trailing stop included; zero without a position.
  price stop() const;
  price target() const { return target_; }
  /// Nothing is held, wanted or under way.
  bool can_enter() const;
  /// Something is held, and its exit is neither wanted nor under way.
  bool can_exit() const;
  bool wants_exit() const { return exit_.has_value(); }
  /// The next instant behind `now` at which time alone can change what is due; the end of time when
  /// there is none.
  mono_ns next_time(mono_ns now) const;
  /// Nothing is held, wanted or under way: neither a price nor time changes anything.
  bool is_idle() const { return qty_.is_zero() && !exit_ && under_way_ == 0; }
  /// Orders that are not over.
  bool any_under_way() const { return under_way_ > 0; }
  /// One stop at the broker for all shares, where it should be, is all that is under way: nothing
  /// is due about it at any time.
  bool is_well_covered() const;
  /// No look at it finds anything to do, at whatever time and price, as long as the price stays
  /// away from stop and target: nothing is held or under way, or a position lies where it should.
  bool is_calm() const;
  /// Calm, and bids and trades from `lowest` on, bids up to `highest`, move nothing but the
  /// trailing stop, and that by less than a step, in whatever order they come.
  bool is_calm_between(price lowest, price highest) const;
  /// Most that open entries can still cost, in units of 1e-18.
  int128 pending_cost() const;

  /// A position from before the start. False when it cannot be one.
  bool restore(quantity qty, price average, price stop);

  /// Shares, prices and the trailing stop follow a split; the trail's own highest price begins
  /// anew.
  void split(split_ratio by);

  /// Shares that stops cover of which the broker said that it has them.
  quantity covered() const;
  /// A stop to place now. `bid`: where it could be sold; zero when nobody knows.
  std::optional<due_stop> stop_due(price bid, mono_ns now) const;
  /// What time alone changes: a stop that the broker should have executed and did not.
  void watch_time(mono_ns now);

  /// The engine has given out this order.
  void sent(const order_request& order, mono_ns now);
  /// News of an order; the execution in it, if there is a new one.
  std::optional<fill_notice> apply(const order_report& report, mono_ns now);
  /// True when the order that was refused is one of ours under way.
  bool apply(const order_denied& denied, mono_ns now = {});
  /// The trading state may have changed: a stop that was denied for it is tried again. While
  /// nothing may leave, none is placed and none is moved.
  void try_stop_again(trading_halted halted);

  void watch_bid(price bid, mono_ns now);
  void watch_trade(price last, mono_ns now);
  /// The first reason stays, except that the end of the day overrules it.
  void want_exit(signal_reason reason, order_purpose purpose, mono_ns now);
  /// Holds until it is said otherwise: what was too late for one session is no word on the next.
  void judge_entries(open_entries x) { entries_ = x; }

  std::optional<due_exit> exit_due(mono_ns now) const;
  /// Orders to be cancelled now; each is named again only after the retry interval.
  /// `bid` as for stop_due.
  inline_vector<order_id, orders_max> take_cancels_due(mono_ns now, price bid = {});
  /// How many orders were given up because nobody answered.
  std::uint32_t give_up_unanswered(mono_ns now);
  /// Shares that were sold beyond what was held: somebody else sold them.
  quantity oversold() const { return oversold_; }

 private:
  struct tracked_order {
    order_id order;
    trace_id trace;
    bw::side side = bw::side::buy;
    order_purpose purpose = order_purpose::entry;
    quantity qty;
    quantity filled;
    price limit;
    /// Of a protective order.
    price trigger;
    price planned_stop;
    price planned_target;
    mono_ns since;
    std::optional<mono_ns> first_fill;
    std::optional<mono_ns> cancel_asked;
    order_id replaces;
    bool confirmed = false;
    /// At the venue, not only at the broker.
    bool working = false;
    /// The broker would not replace it.
    bool replace_refused = false;
    bool over = false;
  };
  struct wanted_exit {
    signal_reason reason;
    order_purpose purpose;
    mono_ns since;
  };

  static tracked_order track(const order_request& order, mono_ns now);
  tracked_order* remember(const tracked_order& order);
  tracked_order* find(const order_report& report, mono_ns now);
  fill_notice fill(const tracked_order& order, quantity qty, price at);
  void buy(const tracked_order& order, quantity qty, price at);
  void sell(quantity qty);
  bool must_go(const tracked_order& order, mono_ns now) const;
  using resting_stops = inline_vector<resting_stop, orders_max>;
  resting_stops stops_at_broker(mono_ns now) const;
  stop_step next_stop_step(price bid, const resting_stops& stops, mono_ns now) const;
  void note_refusal(const tracked_order& order, order_state how, mono_ns now);
  void note_denial(const tracked_order& order, risk_rule why, mono_ns now);
  bool is_leaving(const tracked_order& order, mono_ns now) const;
  bool is_being_replaced(const tracked_order& order) const;
  /// As if the stop were to be at `wanted`.
  bool is_well_covered(price wanted) const;
  /// It takes the place of an order that is not over: of both, one can execute.
  bool is_second_of_two(const tracked_order& order) const;
  bool is_guarded(price seen, mono_ns now) const;
  /// To be called when an order may have ended.
  void settle();

  holding_options options_;
  quantity qty_;
  price average_;
  price stop_;
  price target_;
  std::optional<trailing_stop> trail_;
  std::optional<wanted_exit> exit_;
  mono_ns next_exit_at_{INT64_MIN};
  /// Of the stop at the broker: when it was moved, until when none is tried, and since when the
  /// price has been through it.
  std::optional<mono_ns> stop_moved_at_;
  mono_ns no_stop_before_{INT64_MIN};
  /// The wait is for the end of a halt.
  bool waits_for_state_ = false;
  trading_halted halted_ = trading_halted::no;
  std::optional<mono_ns> through_since_;
  open_entries entries_ = open_entries::stay;
  quantity oversold_;
  inline_vector<tracked_order, orders_max> orders_;
  /// Those of them that are not over: most prices come when there is none.
  std::uint8_t under_way_ = 0;
};

}  // namespace bw
