#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

#include "domain/bar_builder.hpp"
#include "domain/kept_strategy.hpp"
#include "domain/position_book.hpp"
#include "domain/position_sizer.hpp"
#include "domain/signal_combiner.hpp"
#include "domain/trade_bars.hpp"
#include "messages/audit.hpp"
#include "messages/strategy_change.hpp"
#include "messages/views.hpp"
#include "strategies/daily_volume.hpp"
#include "strategies/holding.hpp"
#include "strategies/shadow_market.hpp"
#include "strategies/strategy.hpp"

namespace bw {

/// The time at which the engine is told something, read once by its caller.
struct engine_time {
  utc_ns utc;
  mono_ns mono;
};

/// One strategy at work on the engine's symbol.
struct strategy_instance {
  strategy_id id = no_strategy;
  short_name name;
  std::unique_ptr<strategy> logic;
  bool enabled = true;
  /// What becomes of a position that it has while it is off.
  on_disable positions = on_disable::close;
  /// Only a person puts it back; why.
  bool latched = false;
  std::string cause{};
  /// Its confidence counts so much when signals of the symbol compete.
  std::uint32_t weight_ppm = whole_ppm;
  /// Most that it may hold in the symbol; zero: no limit of its own.
  money symbol_budget{};
  /// Its signals are recorded and simulated, and none becomes an order.
  bool shadow = false;
  /// Its bars are made of trades; empty: five minutes of minute bars.
  std::optional<trade_bar_options> bars{};
  /// Its positions stay over night, under the stops that rest at the broker.
  bool overnight = false;
  /// Most that it may hold over all symbols; zero: no limit of its own.
  money budget{};
  /// Regimes of the symbol in which it may enter; none: all.
  regime_set regimes = 0;
};

/// Whether outputs carry what lay behind them: evaluations that came to nothing and the reckoning
/// of each order. A node records it; a sweep over years of bars has no use for it.
enum class evidence_wanted : bool { no, yes };

struct symbol_engine_options {
  symbol_id symbol = no_symbol;
  symbol_name symbol_text;
  position_sizer_options sizing;
  holding_options holding;
  bar_builder_options bars;
  /// Finished bars that the indicators remember: what a correction, a split or a strategy that is
  /// changed can begin with.
  std::size_t history_bars = 100;
  /// How far above the ask an entry's limit lies.
  std::int64_t entry_limit_bp = 10;
  /// A quote wider than this moves no stop and no target by itself.
  std::int64_t watch_spread_max_bp = 100;
  /// Product of the factors of size: drawdown, sentiment, stage.
  std::int64_t size_factor_ppm = whole_ppm;
  /// Sizes are multiplied by it while the symbol's regime is volatile.
  std::int64_t volatile_factor_ppm = whole_ppm;
  /// Sessions of the bars that will come, those of the history first of all.
  std::vector<session_day> sessions;
  evidence_wanted evidence = evidence_wanted::no;
};

/// An execution in the simulation of a strategy in shadow, with its figures after it.
struct shadow_fill {
  short_name strategy;
  bw::side side = side::buy;
  order_purpose purpose = order_purpose::entry;
  signal_reason reason = signal_reason::momentum_breakout;
  quantity qty;
  price at_price;
  quantity position;
  shadow_figures figures;
};

/// What the engine wants done, in order. A signal's record stands before the order it causes, and
/// the record of the decision right before its order.
using engine_output = std::variant<signal_record, order_request, cancel_request, evaluation_record,
                                   decision_record, strategy_switch_record, shadow_fill>;
using engine_outputs = std::vector<engine_output>;

/// Numbers for the status, since the start.
struct symbol_engine_counts {
  std::uint64_t quotes = 0;
  std::uint64_t trades = 0;
  /// Quotes older than one that was here.
  std::uint64_t late_quotes = 0;
  std::uint64_t signals = 0;
  /// By signal_fate.
  std::array<std::uint64_t, 8> fates{};
  std::uint64_t entries = 0;
  std::uint64_t exits = 0;
  /// Stops that were to rest at the broker.
  std::uint64_t stops = 0;
  std::uint64_t cancels = 0;
  std::uint64_t fills = 0;
  std::uint64_t denials = 0;
  /// Wishes that no strategy can have, such as to sell short.
  std::uint64_t refused_wishes = 0;
  /// Messages about another symbol or a strategy that is not here.
  std::uint64_t foreign = 0;
  /// Orders of which nobody said anything in time.
  std::uint64_t unanswered = 0;
};

/// Everything that one symbol does: bars, indicators, strategies, signals, sizes, stops, exits.
/// Pure: each call appends what is to be done to `out` and reads nothing but its arguments, so that
/// the actor and the backtest run the same object and the same calls give the same outputs.
///
/// A position belongs to the strategy that opened it. Whether an order may leave is the risk gate's
/// business; the engine learns it from reports and denials, and keeps within what it holds.
///
/// Made before the first message, lives as long as its owner, used by one thread.
class symbol_engine {
 public:
  static constexpr std::size_t strategies_max = 8;
  /// No call appends more than this: a minute can end two bars, each order is asked to be cancelled
  /// once, and each simulated one is executed at most a few times.
  static constexpr std::size_t outputs_per_call_max =
      strategies_max * (2 * (2 * wishes::capacity + 7) + 2 * holding::orders_max);

  /// Prepares every strategy. ec::invalid_argument for none, for one without logic or for an id
  /// that comes twice, ec::out_of_range for more than strategies_max; otherwise what a strategy
  /// said.
  static result<symbol_engine> make(symbol_engine_options options,
                                    std::vector<strategy_instance> strategies);
  /// Of a symbol that a running node takes on: changes bring its strategies.
  static symbol_engine make_empty(symbol_engine_options options);

  void on_quote(const quote& x, engine_time now, engine_outputs& out);
  void on_trade(const trade& x, engine_time now, engine_outputs& out);
  /// A minute bar of any origin, or a daily bar for the mean daily volume.
  void on_bar(const bar& x, engine_time now, engine_outputs& out);
  void on_report(const order_report& x, engine_time now, engine_outputs& out);
  void on_denied(const order_denied& x, engine_time now, engine_outputs& out);
  /// Bars that wait for a minute, entries that time out, exits to be tried again: once a second.
  void on_timer(engine_time now, engine_outputs& out);
  /// When on_timer has something to do next, if it was called at `now` and nothing else comes
  /// before: at once (the earliest instant there is), at a time, or never.
  std::optional<utc_ns> timer_due(engine_time now) const;

  /// Nobody here wants to be told of quotes or trades, and no look at the time finds anything to
  /// do, as long as prices stay away from stops and targets and timer_due has not come.
  bool is_calm() const;
  /// Nothing is held, wanted or under way.
  bool is_idle() const;
  /// Prices of a while. `lowest` is that of bids and trades, `widest` the distance of bid and ask.
  struct price_span {
    price lowest;
    price lowest_bid;
    price highest_bid;
    price widest;
  };
  /// Calm, and such prices move nothing but trailing stops, in whatever order they come: of them
  /// only `pass` and the last quote and trade have to be told.
  bool is_calm_between(const price_span& x) const;
  void pass(const price_span& x, engine_time now);
  /// A minute bar that begins then is kept, and ends none of our own.
  bool only_keeps(utc_ns minute_start) const { return builder_.only_keeps(minute_start); }
  /// When the bar under way ends by time alone: all of timer_due that such a minute bar changes.
  std::optional<utc_ns> bar_due() const { return builder_.flush_due(); }

  /// Takes effect with the next message.
  void on_session(const session_state& x);
  void on_account(const account_view& x);
  void on_trend(const symbol_trend& x);

  /// Between two sessions: positions, the last bars and the mean volume are told in new shares.
  void on_split(split_ratio by);

  /// Strategies in shadow trade in markets that `make` makes; without it their signals are recorded
  /// and nothing else. To be called before the first message.
  void simulate_shadows(shadow_market_factory make);

  /// A position from before the start. ec::not_found for a strategy that is not here,
  /// ec::invalid_argument for what cannot be a position.
  result<void> restore(const held_position& x);

  /// What each strategy saves; those that save nothing are left out.
  std::vector<kept_strategy> save() const;
  /// False when no strategy of that name is here or it does not take it: it begins anew then.
  bool restore(const kept_strategy& x);

  /// Ends new entries of the strategy. False when it is not here.
  bool disable(strategy_id id, on_disable what);
  bool enable(strategy_id id);

  /// What is held here, and how much of it stops at the broker cover.
  struct coverage {
    quantity position;
    quantity covered;
    /// Stops are to rest at the broker; otherwise nothing is ever covered, on purpose.
    bool wanted = true;
  };
  coverage covered() const;

  /// New settings of a strategy, in force from the next message on. With `fresh` it takes the place
  /// of the old instance: what that one would save goes over to it, positions and orders stay, a
  /// latch too, and its indicators are those that are there already; one that needs others begins
  /// with those of the last history_bars bars. A change that names an instance which is not here
  /// yet adds it, warmed up from the same bars. On an error nothing has changed: ec::not_found for
  /// a strategy that is not here, ec::out_of_range for one too many, otherwise what `fresh` said.
  result<void> change(const strategy_change& x, std::unique_ptr<strategy> fresh);
  bool has(strategy_id id) const { return find(id) != nullptr; }
  /// What a strategy that is here has been set to, as a change without a new instance.
  strategy_change settings_of(strategy_id id) const;

  strategy_view view() const;
  const symbol_engine_counts& counts() const { return counts_; }
  const bar_builder_counts& bar_counts() const { return builder_.counts(); }
  symbol_id symbol() const { return options_.symbol; }

 private:
  /// What a strategy in shadow would have. Its trades are counted when nothing is left.
  struct simulated_seat {
    holding own;
    bw::position book{};
    shadow_figures figures{};
    /// Earned before the book began anew, and when the open trade began.
    money before{};
    money trade_began{};
  };
  struct strategy_seat {
    strategy_instance instance;
    holding own;
    bool enabled = true;
    bool closing = false;
    strategy_interest interest{};
    /// Of its own, when it came later and needs what the symbol's board does not have.
    std::unique_ptr<indicator_board> board{};
    /// Where its bars come from, when they are made of trades; it has a board of its own then.
    std::unique_ptr<trade_bars> maker{};
    std::uint64_t taken = 0;
    std::uint64_t refused = 0;
    /// In shadow: what it would have. What it had before stays its own, under its stops.
    std::unique_ptr<simulated_seat> simulated{};
    /// The strategy's wish of this evaluation.
    quantity qty_max;
    /// Minute of the last evaluation that was put down.
    std::int64_t evaluated_minute = INT64_MIN;
  };
  /// What the outputs of one call have in common.
  struct cause {
    engine_time now;
    msg_header header;
    mono_ns passed_on{};
    /// End of the bars that are looked at, where those of other symbols end at the same instant.
    utc_ns evaluated_at{};
  };

  symbol_engine(symbol_engine_options options, std::vector<strategy_seat> seats,
                indicator_board board);

  /// What a change sets beside the instance itself.
  void set(strategy_seat& seat, const strategy_change& x);
  result<void> add(const strategy_change& x, std::unique_ptr<strategy> fresh);
  /// Prepares `fresh`, on the symbol's board or, with the answer, on one of its own.
  struct furniture {
    std::unique_ptr<indicator_board> board;
    std::unique_ptr<trade_bars> maker;
  };
  result<furniture> settle_in(strategy& fresh, const short_name& name,
                              const std::optional<trade_bar_options>& bars);
  std::unique_ptr<trade_bars> make_maker(const trade_bar_options& bars) const;
  /// What trades, or time alone, end of the bars that are made of trades.
  template <class Feed>
  void make_trade_bars(const cause& why, engine_outputs& out, Feed feed);
  void take_trade_bar(strategy_seat& seat, const trade_bar& x, const cause& why,
                      engine_outputs& out);

  strategy_seat* find(strategy_id id);
  const strategy_seat* find(strategy_id id) const;
  bool is_warm(const strategy_seat& x) const;
  const indicator_board& board_of(const strategy_seat& x) const {
    return x.board ? *x.board : board_;
  }
  strategy_context context_of(const strategy_seat& x, utc_ns now) const;
  /// Every board: that of the symbol and those of single strategies.
  template <class Use>
  void for_each_board(Use use);
  /// The strategies that want to be told of something beside bars.
  void note_interest();
  /// What follows from one event that is no bar, for the strategies that asked for it.
  template <class Tell>
  void tell_interested(bool strategy_interest::*what, const cause& why, engine_outputs& out,
                       Tell tell);
  /// Takes a strategy out that is not to be asked any more.
  void check_fault(strategy_seat& x, engine_outputs& out) const;
  /// Whether open entries of the seat may stay, and whether its positions have to go.
  bool is_too_late_to_enter(const strategy_seat& x, utc_ns now) const;
  bool must_flatten(const strategy_seat& x) const;
  bool is_watching() const { return session_.phase != session_phase::closed; }
  bool can_watch(const quote& x) const;
  cause cause_of_time(engine_time now) const;

  void take_finished(const session_bars& bars, engine_time now, mono_ns passed_on,
                     engine_outputs& out);
  void evaluate(const bar& finished, const cause& why, engine_outputs& out);
  void collect(strategy_seat& from, const wishes& wanted, const cause& why);
  void decide_all(const cause& why, engine_outputs& out);
  void put_down(strategy_seat& from, const bar& finished, const wishes& wanted, const cause& why,
                engine_outputs& out) const;
  void decide(signal_candidate& x, const cause& why, engine_outputs& out);
  /// With the record of the decision when one is wanted; empty when it comes to no order.
  struct entry_decision {
    std::optional<order_request> order;
    std::optional<decision_record> record;
  };
  entry_decision make_entry(const signal& what, quantity qty_max, const cause& why,
                            signal_fate& fate);
  /// What is known beside the size; empty when no evidence is wanted.
  std::optional<decision_record> decision(const strategy_seat& from, order_purpose purpose,
                                          signal_reason reason, const cause& why) const;
  sizing_input sizing_of(const order_request& entry, quantity qty_max) const;
  std::int64_t size_factor() const;
  order_request make_exit(const strategy_seat& from, const due_exit& what, const cause& why) const;
  order_request make_stop(const strategy_seat& from, const due_stop& what, const cause& why) const;
  order_request make_request(const cause& why) const;
  /// Whether an entry of the seat would meet another seat's orders at the broker.
  bool is_symbol_free_for(const strategy_seat& seat) const;

  /// What is due whatever the message was: cancels, exits, the end of the day.
  void act(const cause& why, engine_outputs& out);
  void act(strategy_seat& seat, holding& own, const cause& why, engine_outputs& out);

  /// What the signals of the seat are about.
  static const holding& acting(const strategy_seat& x) {
    return x.simulated ? x.simulated->own : x.own;
  }
  void settle_shadow(strategy_seat& seat);
  void restart_shadows();
  template <class Event>
  void show_shadow(const Event& x, engine_time now, engine_outputs& out);
  void take_shadow_report(const order_report& x, engine_time now, engine_outputs& out);
  void follow_in_shadow(const signal& what, strategy_seat& seat, const cause& why);
  void act_in_shadow(strategy_seat& seat, const cause& why);
  shadow_figures figures_of(const simulated_seat& x) const;

  symbol_engine_options options_;
  std::vector<strategy_seat> seats_;
  indicator_board board_;
  bar_builder builder_;
  daily_volume daily_volume_;
  std::vector<signal_candidate> candidates_;
  std::optional<quote> quote_;
  strategy_interest interest_{};
  bool makes_bars_ = false;
  std::int64_t timer_minute_ = INT64_MIN;
  price last_price_;
  utc_ns last_price_at_;
  bar last_bar_;
  session_state session_;
  account_view account_;
  market_trend trend_;
  /// Cost of entries given out since the account was last heard of.
  money committed_;
  symbol_engine_counts counts_;
  shadow_market_factory make_shadow_;
  /// There once a strategy is in shadow.
  std::unique_ptr<shadow_market> shadow_;
  /// What the simulated market knows of the session.
  session_state shadow_session_;
};

}  // namespace bw
