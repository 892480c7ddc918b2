#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/brief_watch.hpp"
#include "domain/cash_flows.hpp"
#include "domain/clock_doubt.hpp"
#include "domain/entry_watch.hpp"
#include "domain/exposure_book.hpp"
#include "domain/hop_watch.hpp"
#include "domain/limit_watch.hpp"
#include "domain/position_book.hpp"
#include "domain/quote_board.hpp"
#include "domain/reject_watch.hpp"
#include "domain/risk_override.hpp"
#include "domain/risk_rules.hpp"
#include "domain/split_ratio.hpp"
#include "domain/time_to_flat.hpp"
#include "domain/trading_state_machine.hpp"
#include "messages/operations.hpp"
#include "messages/reconciliation.hpp"
#include "messages/views.hpp"

namespace bw {

struct risk_desk_options {
  risk_options limits;
  /// Close everything when the day's loss halts trading.
  bool loss_flatten = true;
  bw::loss_clear loss_clear = bw::loss_clear::person;
  /// A connection that is gone for longer narrows trading; before that its own rule denies.
  nanoseconds down_grace = std::chrono::seconds{3};
  /// A connection must stay up for so long before trading goes on: at the start, and later.
  nanoseconds clean_at_start = std::chrono::seconds{10};
  nanoseconds clean_later = std::chrono::seconds{60};
  /// A person has to say of each brief that it was read.
  bool briefs_need_person = false;
  /// Strategies that are told what they hold over all symbols, because they have a budget.
  std::vector<strategy_id> budgeted{};
};

/// What an earlier run left behind.
struct risk_desk_past {
  trading_state latched;
  std::vector<held_position> positions;
  std::vector<order_report> open_orders;
  /// The session that the two below count for.
  utc_ns day_open;
  money realized_today;
  std::uint32_t entries_today = 0;
  /// When a symbol was last entered.
  struct last_entry {
    symbol_id symbol = no_symbol;
    utc_ns at;
  };
  std::vector<last_entry> last_entries;
  /// Highest equity that is known of earlier sessions; zero when none is.
  money high_water;
  money sent_today;
  /// Strategies that only a person puts back.
  std::vector<strategy_id> strategies_out;
  /// Losing trades in a row, of this session.
  struct streak {
    strategy_id strategy = no_strategy;
    std::uint32_t losses = 0;
  };
  std::vector<streak> streaks;
  /// Deposits and withdrawals that are known, newest last.
  std::vector<cash_flow_record> cash_flows;
};

/// A reason that was added to or taken from the trading state.
struct state_change {
  halt_reason reason = halt_reason::boot;
  bool added = false;
  trading_state after;
  std::string why;
};

/// What a look at connections, loss and rejects led to.
struct desk_step {
  /// Trading was active at the last look and is no longer: entries under way are to be cancelled.
  bool narrowed = false;
  /// Everything is to be closed, once.
  bool flatten = false;
  /// Entries that are to be cancelled because of what became of their symbols.
  std::vector<doomed_entry> doomed;
};

/// How the account would get flat from here.
struct flat_estimate {
  nanoseconds takes{};
  std::int64_t requests_needed = 0;
  std::int64_t requests_left = 0;
};

/// All of the risk gate but its actor: the rules, the books they look at, the trading state and
/// what narrows it. Lives in the gate and in the backtest. Pure: time is an argument.
/// Single-threaded. Changes of the state are kept until `take_changes`.
class risk_desk {
 public:
  /// One entry of `facts` a symbol.
  risk_desk(risk_desk_options options, std::vector<symbol_facts> facts, std::size_t strategies);

  /// For a node: halted until its connections are up and its books are compared.
  void begin_disconnected(const risk_desk_past& past, const instant& now);
  /// For a backtest: nothing has to be asked first.
  void begin_connected();

  /// All rules on the order. An approved order is reserved for and counted.
  risk_verdict check(const order_request& order, const instant& now);
  /// Answers what an execution in the report did to the books.
  std::optional<position_book::change> on_report(const order_report& report, const instant& now);

  void on_quote(const quote& x);
  void on_trade(const trade& x);
  /// A minute's shares, of the past as well.
  void on_bar(const bar& x) { volumes_.on_bar(x); }
  /// The same, for whoever tells of many bars and seldom checks an order.
  void keep_bar(const bar& x) { volumes_.keep(x); }
  /// The last trade of a minute, of which nothing else is asked before `on_trade` tells a later
  /// one.
  void keep_trade(const trade& x) { motion_.on_trade(x); }
  void on_measured(const input_measured& x, mono_ns now);
  void on_brief(const brief_due& x, mono_ns now);
  /// A halt, a resumption, or the prices between which a symbol may trade.
  void on_status(const trading_status& x);
  void on_account(const account_report& x);
  /// The account was looked at again and is what it was. Nothing is reckoned anew: prices have
  /// moved since then that nobody saw at that instant.
  void on_account_unchanged(utc_ns at, mono_ns received);
  /// A deposit or a withdrawal. Answers the record to keep; empty when it is known.
  std::optional<cash_flow_record> on_cash_flow(const cash_flow_record& x, utc_ns now);
  void on_asset(symbol_id symbol, const asset_report& x, utc_ns now);
  void on_trend(const symbol_trend& x);
  void on_session(const session_state& x);
  /// Stops the entries of one symbol, or lifts that stop.
  void on_symbol_stop(const symbol_stop& x);
  /// Between two sessions: positions and marks follow the split.
  void on_split(symbol_id symbol, split_ratio by);
  void on_feed(bool up, const instant& now) { change_link(feed_, up, now); }
  void on_order_stream(bool up, const instant& now) { change_link(stream_, up, now); }
  /// To be called at least once a second.
  desk_step watch(const instant& now);
  /// Whether time alone can change what watch answers.
  bool waits_for_time() const {
    return rejects_.waits_for_time() || fresh_.waits_for_time() || reserve_.waits_for_time() ||
           briefs_.waits_for_time() || !feed_.up || !stream_.up;
  }

  // For looks that could show nothing and are left out (risk_looks.cpp).

  /// Whether `watch`, from `first` on and for as long as no order and no answer comes between, can
  /// find anything only in the equity.
  bool waits_for_equity_alone(const instant& first) const;
  /// The day's result where our books say `own` and the broker's equity is that.
  day_result day_by(money own, money equity) const;
  money realized_today() const { return realized_today_; }
  /// Whether a look that finds such a day, and such peaks and equity, changes neither the trading
  /// state nor what was told of it.
  bool is_known(const day_result& day, const equity_marks& marks) const;
  /// The latest bid of each symbol.
  const std::vector<price>& marks() const { return marks_; }
  const drawdown_watch& peaks() const { return drawdown_; }
  void take_peaks(const drawdown_watch& x) { drawdown_ = x; }

  void narrow(halt_reason reason, std::string_view why) {
    narrow(reason, first_floor(reason), why);
  }
  void narrow(halt_reason reason, trading_mode floor, std::string_view why);
  /// What the account holds that is not of our making: it counts in every limit, and a symbol that
  /// is listed takes no entries.
  void on_external(const external_report& x);
  /// Nothing happens for a reason that only a person may clear.
  void clear_by_rule(halt_reason reason, std::string_view why);
  /// A named person takes a reason away; answers whether it stood. As
  /// trading_state_machine::clear_by_person.
  result<bool> clear_by_person(halt_reason reason, std::string_view why);
  /// Closing orders pass from now on, whatever the state. False when that was so already.
  bool permit_flatten();

  /// One named order may pass what a person answers for (R27). ec::unsupported where the
  /// configuration does not let anybody.
  result<void> grant_override(override_request x, mono_ns now);
  /// Lowers limits while running. ec::out_of_range names the first limit that would be raised.
  result<void> lower_limits(const risk_options& options);
  /// Of the tables it was made with, the first so many symbols and strategies are the node's; what
  /// is behind them has no order.
  void admit(std::size_t symbols, std::size_t strategies);
  /// A person lets a strategy trade again that the gate took out. False when it was not out.
  bool put_back(strategy_id strategy) { return conduct_.put_back(strategy); }

  std::vector<strategy_taken_out> take_taken_out() { return std::exchange(taken_out_, {}); }
  /// What a person should hear of since the last call; at most alerts_max.
  std::vector<alert_record> take_alerts() { return std::exchange(alerts_, {}); }
  static constexpr std::size_t alerts_max = 64;
  flat_estimate way_to_flat(mono_ns now) const;
  /// Of all open trades, down to their stops, rounded up.
  money planned_loss() const;
  std::vector<state_change> take_changes() { return std::exchange(changes_, {}); }
  account_view view(const instant& now) const;
  const position_book& positions() const { return positions_; }
  const trading_state& trading() const { return machine_.state(); }
  const std::optional<account_report>& account() const { return account_; }
  const session_state& session() const { return session_; }
  std::uint32_t entries_today() const { return rules_.entries_today(); }
  /// The worse of two views: the broker's figure at the last snapshot, and our books at the latest
  /// bid. An overnight gap shows in the first, the last minute in the second.
  day_result day() const;

 private:
  /// Whether a connection is up, and since when it is what it is.
  struct link {
    bool up = false;
    bool was_up = false;
    mono_ns since;
  };

  void on_price_band(const trading_status& x);
  risk_inputs inputs(mono_ns now) const;
  static void change_link(link& which, bool up, const instant& now);
  void watch_link(link& which, halt_reason reason, mono_ns now);
  /// By the worse of the two views that `day` compares.
  money equity_now() const;
  bool watch_loss();
  drawdown_level fall_of(const equity_marks& marks) const;
  bool watch_drawdown();
  void watch_freshness(mono_ns now);
  input_ages ages(mono_ns now) const;
  void watch_briefs(mono_ns now);
  void watch_sent_today();
  void watch_reserve(mono_ns now);
  void on_execution(const order_report& report, money realized, mono_ns now);
  void on_answer(const order_report& report, mono_ns now);
  void alert(alert_level level, std::string_view code, std::string text);

  risk_desk_options options_;
  risk_rules rules_;
  quote_board board_;
  exposure_book exposure_;
  position_book positions_;
  trading_state_machine machine_;
  std::vector<symbol_facts> facts_;
  std::vector<price> marks_;
  session_state session_;
  std::optional<account_report> account_;
  std::optional<money> session_start_equity_;
  cash_flows flows_;
  utc_ns day_open_;
  money realized_today_;
  link feed_;
  link stream_;
  flatten_permission flatten_ = flatten_permission::none;
  loss_level loss_seen_ = loss_level::none;
  drawdown_level drawdown_seen_ = drawdown_level::none;
  drawdown_watch drawdown_;
  entry_watch entries_;
  conduct_guard conduct_;
  loss_streaks streaks_;
  planned_risk planned_;
  price_motion motion_;
  volume_pace volumes_;
  reject_watch rejects_;
  risk_override override_;
  /// What every order and cancel takes from the broker's allowance.
  rate_limiter requests_;
  /// A node watches how fresh its facts are; in a backtest they are never old.
  bool watches_freshness_ = false;
  limit_watch fresh_;
  hop_watch hops_;
  /// As of the last look.
  std::optional<nanoseconds> hop_p99_;
  clock_doubt clock_;
  std::optional<mono_ns> books_same_at_;
  brief_watch briefs_;
  /// Requests that are kept for getting flat have been used within the last minute.
  limit_watch reserve_;
  std::optional<mono_ns> newest_quote_;
  /// The halt of the whole market is over, and quotes have to come.
  bool market_resumes_ = false;
  scripted_entries scripts_ = scripted_entries::denied;
  std::vector<strategy_taken_out> taken_out_;
  std::vector<alert_record> alerts_;
  std::size_t strategies_;
  std::size_t known_strategies_;
  /// Strategies with a budget: those of the options, and whoever named one in an order since.
  std::vector<strategy_id> budgeted_;
  trading_mode mode_seen_ = trading_mode::active;
  std::vector<state_change> changes_;
};

}  // namespace bw
