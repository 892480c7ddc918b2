#include "backtest/run_replay.hpp"

#include <algorithm>
#include <utility>

#include "backtest/shadow_exchange.hpp"

#include "backtest/field_difference.hpp"
#include "config/engine_factory.hpp"
#include "config/limits_change.hpp"
#include "config/strategies_reload.hpp"
#include "storage/binary_codec.hpp"

namespace bw {
namespace {

/// What was decided so shortly before a crash may be missing from the log: it was on its way.
constexpr nanoseconds on_the_way = std::chrono::seconds{1};

/// More symbols than any configuration may have: a table of this size is no danger.
constexpr std::uint32_t lanes_max = 65'536;

template <class T>
inline constexpr bool is_market =
    std::is_same_v<T, quote> || std::is_same_v<T, trade> || std::is_same_v<T, bar>;

}  // namespace

std::string request_bytes(order_request request) {
  request.order = {};
  std::string out;
  binary_writer{out}.value(request);
  return out;
}

void logged_run::take(const audit_record& record) {
  last_wall = std::max(last_wall, record.wall);
  if (const auto* begun = std::get_if<boot_record>(&record.event)) config_hash = begun->config_hash;
  if (const auto* x = std::get_if<shutdown_record>(&record.event); x != nullptr && x->clean)
    shutdown = record.wall;
  if (const auto* x = std::get_if<signal_record>(&record.event))
    signals[x->symbol].push_back({record.sequence, record.wall, *x});
  if (const auto* x = std::get_if<verdict_record>(&record.event))
    verdicts[request_bytes(x->request)].push_back({record.sequence, record.wall, *x});
  if (const auto* x = std::get_if<state_record>(&record.event);
      x != nullptr && record.from.view() == "risk_gate")
    states.push_back({record.sequence, record.wall, *x});
}

std::uint64_t logged_run::decisions() const {
  std::uint64_t out = states.size();
  for (const auto& [symbol, all] : signals) out += all.size();
  for (const auto& [request, all] : verdicts) out += all.size();
  return out;
}

run_replay::run_replay(const replay_setup& setup, logged_run run, replay_report& report)
    : setup_(setup), run_(std::move(run)), report_(report) {}

run_replay::lane_state& run_replay::lane(std::uint32_t number) {
  if (lanes_.size() <= number) lanes_.resize(std::size_t{number} + 1);
  return lanes_[number];
}

bool run_replay::in_day(utc_ns at) const {
  return !setup_.day || setup_.calendar.new_york_date(at) == *setup_.day;
}

std::string run_replay::name_of(strategy_id strategy, const symbol_name& symbol) const {
  const auto known = strategy.value < strategies_.size();
  return (known ? strategies_[strategy.value] : "a strategy") + " in " + symbol.str();
}

// Beginnings.

result<void> run_replay::begin(const recorded_parameters& x) {
  if (x.boot_no != run_.boot_no)
    return {ec::integrity_broken, "the recording of run " + std::to_string(run_.boot_no) +
                                      " says that it is of run " + std::to_string(x.boot_no)};
  if (x.config_hash != run_.config_hash)
    return {ec::integrity_broken, "run " + std::to_string(run_.boot_no) +
                                      " was recorded with configuration " + x.config_hash +
                                      ", and the log names " + run_.config_hash};
  auto made = setup_.config_of(x);
  if (!made) return std::move(made).failure();
  config_.emplace(std::move(*made));
  clock_speed_ = std::max<std::int64_t>(1, x.clock_speed);
  symbols_ = config_->symbols();
  strategies_.clear();
  for (const auto& each : config_->strategies) strategies_.push_back(each.id);
  // What comes from the files of another system is not believed to fit.
  if (symbols_.size() != x.symbols || strategies_.size() != x.strategies)
    return {ec::integrity_broken, "run " + std::to_string(run_.boot_no) +
                                      " had another number of symbols or strategies than its "
                                      "configuration has now"};
  symbols_room_ = symbols_.size() + added_symbols_max;
  strategies_room_ = strategies_.size() + added_strategies_max;
  return {};
}

result<void> run_replay::begin_engine(const recorded_frame& frame, const engine_birth& x) {
  // One that the node has taken on may be known to the gate only later: each lane has its own
  // order.
  const bool known = x.symbol.value < symbols_.size()
                         ? symbols_[x.symbol.value] == x.symbol_text.view()
                         : x.symbol.value < symbols_room_ && !x.changes.empty();
  if (!known || frame.lane != strategy_lane(x.symbol))
    return {ec::integrity_broken, "the recording names symbol " + x.symbol_text.str() +
                                      ", which the configuration does not have there"};
  std::vector<recorded_session> sessions;
  for (const auto& day : sessions_of_engine(setup_.calendar, frame.at.utc))
    sessions.push_back({day.open, day.close});
  if (sessions != x.sessions)
    return {ec::integrity_broken,
            "the calendar of this machine is another than that of the recording: the time zone "
            "data differ"};
  auto made =
      make_symbol_engine(*config_, *setup_.strategies, setup_.calendar, x.symbol,
                         x.symbol_text.view(), frame.at.utc, evidence_wanted::no, x.changes);
  if (!made) return std::move(made).failure();
  (*made)->simulate_shadows(shadow_markets_of(config_->backtest));
  for (const auto& held : x.positions)
    if (const auto restored = (*made)->restore(held); !restored) return restored.failure();
  for (const auto& kept : x.kept)
    if (!(*made)->restore(kept))
      report_.note_incomplete(kept.strategy.str() + " in " + x.symbol_text.str() +
                              " does not take up what it had saved");
  auto& own = engines_[frame.lane];
  own.symbol = x.symbol_text;
  own.engine = std::move(*made);
  own.wanted.clear();
  // Decisions of a predecessor whose inputs are missing are nobody's to make again.
  auto& logged = run_.signals[x.symbol_text];
  if (!lane(frame.lane).broken || frame.number == 0) return {};
  while (!logged.empty() && logged.front().record.what.header.ts_init < frame.at.utc) {
    if (in_day(logged.front().wall)) ++report_.uncovered;
    logged.pop_front();
  }
  return {};
}

void run_replay::take_new_members(const new_members& x) {
  if (symbols_.size() + x.symbols.size() > symbols_room_ ||
      strategies_.size() + x.strategies.size() > strategies_room_)
    return report_.note_incomplete("the recording takes on more than a node can");
  symbols_.insert(symbols_.end(), x.symbols.begin(), x.symbols.end());
  strategies_.insert(strategies_.end(), x.strategies.begin(), x.strategies.end());
  if (desk_) desk_->admit(symbols_.size(), strategies_.size());
}

void run_replay::begin_gate(const recorded_frame& frame, const gate_birth& x) {
  for (const auto& held : x.positions)
    if (!fits(held.symbol, held.strategy)) return;
  for (const auto& open : x.open_orders)
    if (!fits(open.request.symbol, open.request.strategy)) return;
  risk_desk_past past;
  past.latched = x.latched;
  past.positions = x.positions;
  past.open_orders = x.open_orders;
  past.day_open = x.day_open;
  past.realized_today = x.realized_today;
  past.entries_today = x.entries_today;
  for (const auto& each : x.last_entries) past.last_entries.push_back({each.symbol, each.at});
  past.high_water = x.high_water;
  past.sent_today = x.sent_today;
  past.strategies_out = x.strategies_out;
  for (const auto& each : x.streaks) past.streaks.push_back({each.strategy, each.losses});
  past.cash_flows = x.cash_flows;
  risk_desk_options options;
  options.limits = config_->risk;
  options.loss_flatten = config_->loss_flatten;
  options.loss_clear = config_->loss_clear;
  options.briefs_need_person = config_->live.stage == live_stage::s1;
  options.budgeted = config_->budgeted_strategies();
  desk_.emplace(std::move(options), std::vector<symbol_facts>(symbols_room_), strategies_room_);
  desk_->admit(symbols_.size(), strategies_.size());
  desk_->begin_disconnected(past, frame.at);
}

// Frames.

result<void> run_replay::take(const recorded_frame& frame) {
  if (frame.lane >= lanes_max)
    return {ec::integrity_broken,
            "a frame is of lane " + std::to_string(frame.lane) + ", which no node has"};
  auto& state = lane(frame.lane);
  ++report_.inputs;
  if (frame.number < state.next) return {};  // A block that stands there twice changes nothing.
  if (frame.number > state.next) {
    const auto lost = frame.number - state.next;
    report_.lost_inputs += lost;
    state.broken = true;
    report_.note_incomplete(std::to_string(lost) + " inputs of lane " + std::to_string(frame.lane) +
                            " of run " + std::to_string(run_.boot_no) + " are missing before " +
                            format_rfc3339(frame.at.utc));
  }
  state.next = frame.number + 1;
  state.last = frame.at.utc;
  if (std::holds_alternative<lane_end>(frame.input)) {
    state.ended = true;
    if (!state.broken && engines_.contains(frame.lane)) drop_unwanted(engines_[frame.lane]);
    return {};
  }
  if (const auto* x = std::get_if<recorded_parameters>(&frame.input)) {
    state.broken = false;
    return begin(*x);
  }
  if (!config_) return {};  // Counted at the end: the run has no parameters.
  if (const auto* x = std::get_if<engine_birth>(&frame.input)) {
    auto begun = begin_engine(frame, *x);
    lane(frame.lane).broken = !begun.ok();
    return begun;
  }
  if (const auto* x = std::get_if<gate_birth>(&frame.input)) {
    begin_gate(frame, *x);
    state.broken = !desk_.has_value();
    return {};
  }
  if (state.broken) return {};
  if (frame.lane == gate_lane) {
    std::visit([&](const auto& x) { feed_gate(x, frame.at); }, frame.input);
    compare_states(frame.at);
    return {};
  }
  auto& own = engines_[frame.lane];
  if (!own.engine) return {};
  if (const auto* order = std::get_if<wanted_order>(&frame.input)) {
    compare_wanted(own, order->request);
  } else if (const auto* cancel = std::get_if<wanted_cancel>(&frame.input)) {
    compare_wanted(own, cancel->request);
  } else {
    drop_unwanted(own);
    own.at = frame.at;
    std::visit([&](const auto& x) { feed_engine(own, x, frame.at); }, frame.input);
    take_outputs(own);
  }
  return {};
}

template <class Input>
void run_replay::feed_engine(engine_lane& own, const Input& x, const instant& at) {
  const engine_time now{at.utc, at.mono};
  auto& engine = *own.engine;
  auto& out = own.outputs;
  if constexpr (std::is_same_v<Input, quote>) {
    engine.on_quote(x, now, out);
  } else if constexpr (std::is_same_v<Input, trade>) {
    engine.on_trade(x, now, out);
  } else if constexpr (std::is_same_v<Input, bar>) {
    engine.on_bar(x, now, out);
  } else if constexpr (std::is_same_v<Input, order_report>) {
    engine.on_report(x, now, out);
  } else if constexpr (std::is_same_v<Input, order_denied>) {
    engine.on_denied(x, now, out);
  } else if constexpr (std::is_same_v<Input, timer_input>) {
    engine.on_timer(now, out);
  } else if constexpr (std::is_same_v<Input, session_state>) {
    engine.on_session(x);
  } else if constexpr (std::is_same_v<Input, account_view>) {
    engine.on_account(x);
  } else if constexpr (std::is_same_v<Input, symbol_trend>) {
    engine.on_trend(x);
  } else if constexpr (std::is_same_v<Input, strategy_change>) {
    change(own, x);
  }
  observe(own, x, at);
}

/// A change that worked once and does not now leaves the old instance, and what it decides differs.
void run_replay::change(engine_lane& own, const strategy_change& x) {
  auto fresh = make_changed(*setup_.strategies, x);
  const auto changed = fresh ? own.engine->change(x, std::move(*fresh)) : fresh.failure();
  if (!changed)
    report_.note_incomplete("a change of " + name_of(x.strategy, own.symbol) +
                            " cannot be repeated: " + changed.failure().context);
}

template <class Input>
void run_replay::observe(const engine_lane& own, const Input& x, const instant& at) {
  if constexpr (is_market<Input>) ++report_.market_inputs;
  if (setup_.observer == nullptr || !in_day(at.utc)) return;
  if constexpr (std::is_same_v<Input, session_state>)
    setup_.observer->on_session(own.symbol.view(), x, at.utc);
  if constexpr (is_market<Input>) {
    if constexpr (std::is_same_v<Input, bar>) {
      if (x.origin != bar_origin::live) return;
    }
    setup_.observer->on_market(own.symbol.view(), x, at.utc);
  }
}

// Engines against log and recording.

void run_replay::take_outputs(engine_lane& own) {
  for (auto& output : own.outputs) {
    if (const auto* x = std::get_if<signal_record>(&output))
      compare_signal(own, *x);
    else if (std::holds_alternative<order_request>(output) ||
             std::holds_alternative<cancel_request>(output))
      own.wanted.push_back(std::move(output));
  }
  own.outputs.clear();
}

void run_replay::compare_signal(const engine_lane& own, const signal_record& x) {
  replay_difference difference;
  difference.kind = decision_kind::signal;
  difference.boot_no = run_.boot_no;
  difference.at = own.at.utc;
  difference.who = x.strategy.str() + " in " + own.symbol.str();
  auto& logged = run_.signals[own.symbol];
  if (logged.empty()) {
    difference.recorded = "the log has none";
    difference.replayed = "the replay decides " + std::string{to_string(x.what.side)} + " (" +
                          std::string{to_string(x.fate)} + ")";
    return surplus(std::move(difference));
  }
  const auto expected = std::move(logged.front());
  logged.pop_front();
  difference.sequence = expected.sequence;
  const auto found = first_difference(expected.record, x);
  if (!found) return count(decision_kind::signal, own.at.utc, std::nullopt);
  difference.field = found->path;
  difference.recorded = found->left;
  difference.replayed = found->right;
  count(decision_kind::signal, own.at.utc, std::move(difference));
}

void run_replay::compare_wanted(engine_lane& own, const engine_output& recorded) {
  replay_difference difference;
  const auto* order = std::get_if<order_request>(&recorded);
  difference.kind = order != nullptr ? decision_kind::order : decision_kind::cancel;
  difference.boot_no = run_.boot_no;
  difference.at = own.at.utc;
  difference.who = order != nullptr ? name_of(order->strategy, own.symbol) : own.symbol.str();
  const auto kind = difference.kind;
  if (own.wanted.empty() || own.wanted.front().index() != recorded.index()) {
    difference.recorded = "the recording has it";
    difference.replayed = "the replay decides nothing like it";
    return count(kind, own.at.utc, std::move(difference));
  }
  const auto again = std::move(own.wanted.front());
  own.wanted.pop_front();
  const auto found = order != nullptr ? first_difference(*order, std::get<order_request>(again))
                                      : first_difference(std::get<cancel_request>(recorded),
                                                         std::get<cancel_request>(again));
  if (!found) return count(kind, own.at.utc, std::nullopt);
  difference.field = found->path;
  difference.recorded = found->left;
  difference.replayed = found->right;
  count(kind, own.at.utc, std::move(difference));
}

void run_replay::drop_unwanted(engine_lane& own) {
  for (const auto& each : own.wanted) {
    const auto* order = std::get_if<order_request>(&each);
    replay_difference difference;
    difference.kind = order != nullptr ? decision_kind::order : decision_kind::cancel;
    difference.boot_no = run_.boot_no;
    difference.at = own.at.utc;
    difference.who = order != nullptr ? name_of(order->strategy, own.symbol) : own.symbol.str();
    difference.recorded = "the recording has none";
    difference.replayed =
        order != nullptr
            ? "the replay wants " + std::string{to_string(order->side)} + " " + order->qty.text()
            : std::string{"the replay wants one"};
    count(difference.kind, own.at.utc, std::move(difference));
  }
  own.wanted.clear();
}

// The gate against the log.

bool run_replay::fits(symbol_id symbol, strategy_id strategy) const {
  return symbol.value < symbols_.size() && strategy.value < strategies_.size();
}

template <class Input>
void run_replay::feed_gate(const Input& x, const instant& at) {
  if (!desk_) return;
  // An unsealed recording is anybody's: what names no place in the tables is not looked up there.
  if constexpr (is_market<Input> || std::is_same_v<Input, trading_status>) {
    if (!fits(x.symbol, strategy_id{0})) return;
  } else if constexpr (std::is_same_v<Input, order_report>) {
    if (!fits(x.request.symbol, x.request.strategy)) return;
  }
  auto& desk = *desk_;
  if constexpr (std::is_same_v<Input, order_request>) {
    check_order(x, at);
  } else if constexpr (std::is_same_v<Input, order_report>) {
    if (x.state == order_state::not_sent) ++not_sent_[request_bytes(x.request)];
    desk.on_report(x, at);
  } else if constexpr (std::is_same_v<Input, quote>) {
    desk.on_quote(x);
  } else if constexpr (std::is_same_v<Input, trade>) {
    desk.on_trade(x);
  } else if constexpr (std::is_same_v<Input, trading_status>) {
    desk.on_status(x);
  } else if constexpr (std::is_same_v<Input, feed_status>) {
    desk.on_feed(x.state == feed_state::synced, at);
  } else if constexpr (std::is_same_v<Input, order_stream_status>) {
    desk.on_order_stream(x.state == feed_state::synced, at);
  } else if constexpr (std::is_same_v<Input, account_report>) {
    desk.on_account(x);
  } else if constexpr (std::is_same_v<Input, recorded_asset>) {
    if (x.symbol.value < symbols_.size()) desk.on_asset(x.symbol, x.asset, at.utc);
  } else if constexpr (std::is_same_v<Input, session_state>) {
    desk.on_session(x);
  } else if constexpr (std::is_same_v<Input, symbol_trend>) {
    desk.on_trend(x);
  } else if constexpr (std::is_same_v<Input, bar>) {
    desk.on_bar(x);
  } else if constexpr (std::is_same_v<Input, input_measured>) {
    desk.on_measured(x, at.mono);
  } else if constexpr (std::is_same_v<Input, brief_due>) {
    desk.on_brief(x, at.mono);
  } else if constexpr (std::is_same_v<Input, symbol_stop>) {
    desk.on_symbol_stop(x);
  } else if constexpr (std::is_same_v<Input, external_report>) {
    desk.on_external(x);
  } else if constexpr (std::is_same_v<Input, halt_command>) {
    desk.narrow(x.reason, std::max(x.floor, first_floor(x.reason)), x.text.view());
  } else if constexpr (std::is_same_v<Input, clear_command>) {
    desk.clear_by_rule(x.reason, x.text.view());
  } else if constexpr (std::is_same_v<Input, person_clear_input>) {
    (void)desk.clear_by_person(x.reason, x.text.view());
  } else if constexpr (std::is_same_v<Input, new_members>) {
    take_new_members(x);
  } else if constexpr (std::is_same_v<Input, override_request>) {
    (void)desk.grant_override(x, at.mono);
  } else if constexpr (std::is_same_v<Input, limits_change>) {
    if (auto next = with_limits(lowered_ ? *lowered_ : *config_, x);
        next && desk.lower_limits(next->risk))
      lowered_ = std::move(*next);
  } else if constexpr (std::is_same_v<Input, strategy_return>) {
    desk.put_back(x.strategy);
  } else if constexpr (std::is_same_v<Input, cash_flow_record>) {
    desk.on_cash_flow(x, at.utc);
  } else if constexpr (std::is_same_v<Input, flatten_input>) {
    desk.permit_flatten();
  } else if constexpr (std::is_same_v<Input, timer_input>) {
    desk.watch(at);
  }
}

void run_replay::check_order(const order_request& x, const instant& at) {
  const auto again = desk_->check(x, at);
  replay_difference difference;
  difference.kind = decision_kind::verdict;
  difference.boot_no = run_.boot_no;
  difference.at = at.utc;
  difference.who = name_of(
      x.strategy, cut<symbol_name>(x.symbol.value < symbols_.size() ? symbols_[x.symbol.value]
                                                                    : std::string{"?"}));
  auto key = request_bytes(x);
  const auto known = run_.verdicts.find(key);
  if (known == run_.verdicts.end() || known->second.empty()) {
    difference.recorded = "the log has no verdict on it";
    difference.replayed = again.approved
                              ? "the replay approves it"
                              : "the replay denies it for " + std::string{to_string(again.reason)};
    without_record_.push_back({std::move(key), std::move(difference)});
    return;
  }
  const auto expected = std::move(known->second.front());
  known->second.pop_front();
  if (known->second.empty()) run_.verdicts.erase(known);
  difference.sequence = expected.sequence;
  const auto found = first_difference(expected.record.verdict, again);
  if (!found) return count(decision_kind::verdict, at.utc, std::nullopt);
  difference.field = found->path;
  difference.recorded = found->left;
  difference.replayed = found->right;
  count(decision_kind::verdict, at.utc, std::move(difference));
}

void run_replay::compare_states(const instant& at) {
  if (!desk_) return;
  for (auto& change : desk_->take_changes()) {
    const state_record again{change.after, change.reason, change.added, std::move(change.why)};
    replay_difference difference;
    difference.kind = decision_kind::state_change;
    difference.boot_no = run_.boot_no;
    difference.at = at.utc;
    difference.who = std::string{to_string(change.reason)};
    if (run_.states.empty()) {
      difference.recorded = "the log has none";
      difference.replayed = std::string{"the replay "} + (change.added ? "adds it" : "clears it");
      surplus(std::move(difference));
      continue;
    }
    const auto expected = std::move(run_.states.front());
    run_.states.pop_front();
    difference.sequence = expected.sequence;
    const auto found = first_difference(expected.record, again);
    if (found) {
      difference.field = found->path;
      difference.recorded = found->left;
      difference.replayed = found->right;
      count(decision_kind::state_change, at.utc, std::move(difference));
    } else {
      count(decision_kind::state_change, at.utc, std::nullopt);
    }
  }
}

// Counting.

void run_replay::count(decision_kind kind, utc_ns at, std::optional<replay_difference> found) {
  if (!in_day(at)) return;
  auto& counts = report_.decisions[static_cast<std::size_t>(kind)];
  ++counts.compared;
  if (found)
    report_.note_difference(std::move(*found));
  else
    ++counts.identical;
}

void run_replay::surplus(replay_difference what) {
  if (!in_day(what.at)) return;
  const auto survives = run_.shutdown ? what.at >= *run_.shutdown
                                      : what.at + on_the_way * clock_speed_ >= run_.last_wall;
  if (survives) {
    ++report_.cut_off;
    return;
  }
  const auto kind = what.kind;
  const auto at = what.at;
  count(kind, at, std::move(what));
}

template <class Record>
void run_replay::missing(const logged<Record>& x, const lane_state& from, decision_kind kind,
                         std::string who) {
  if (!in_day(x.wall)) return;
  if (from.broken || !config_) {
    ++report_.uncovered;
    return;
  }
  if (!from.ended && x.wall >= from.last) {
    ++report_.cut_off;
    return;
  }
  replay_difference difference;
  difference.kind = kind;
  difference.boot_no = run_.boot_no;
  difference.sequence = x.sequence;
  difference.at = x.wall;
  difference.who = std::move(who);
  difference.recorded = "the log has it";
  difference.replayed = "the replay decides nothing like it";
  count(kind, x.wall, std::move(difference));
}

void run_replay::finish() {
  const auto run = "run " + std::to_string(run_.boot_no);
  if (!config_) report_.note_incomplete(run + " has no recorded parameters");
  if (run_.shutdown)
    for (std::uint32_t k = 0; k < lanes_.size(); ++k)
      if (!lanes_[k].ended)
        report_.note_incomplete(run + " ended in order, and lane " + std::to_string(k) +
                                " of its recording did not");
  for (auto& each : without_record_) {
    auto& refused = not_sent_[each.request];
    // The router had no place for it: it was approved and never became an order.
    if (refused > 0)
      --refused;
    else
      surplus(std::move(each.what));
  }
  for (const auto& [symbol, all] : run_.signals) {
    const auto at = std::find(symbols_.begin(), symbols_.end(), symbol.view());
    const auto place = static_cast<std::uint32_t>(at - symbols_.begin());
    for (const auto& x : all)
      missing(x, lane(strategy_lane(symbol_id{place})), decision_kind::signal,
              x.record.strategy.str() + " in " + symbol.str());
  }
  for (const auto& [request, all] : run_.verdicts)
    for (const auto& x : all)
      missing(x, lane(gate_lane), decision_kind::verdict,
              x.record.strategy.str() + " in " + x.record.symbol.str());
  for (const auto& x : run_.states)
    missing(x, lane(gate_lane), decision_kind::state_change,
            std::string{to_string(x.record.changed)});
}

}  // namespace bw
