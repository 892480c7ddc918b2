#include "storage/recovery.hpp"

#include <algorithm>
#include <type_traits>
#include <utility>

#include "domain/external_book.hpp"
#include "domain/external_guard.hpp"
#include "domain/split_ratio.hpp"
#include "domain/trading_state_machine.hpp"

namespace bw {
namespace {

/// Record types that say nothing about what a restart must know.
template <class T>
inline constexpr bool tells_nothing =
    std::is_same_v<T, config_record> || std::is_same_v<T, signal_record> ||
    std::is_same_v<T, verdict_record> || std::is_same_v<T, reconcile_record> ||
    std::is_same_v<T, supervisor_record> || std::is_same_v<T, feed_record> ||
    std::is_same_v<T, strategy_record> || std::is_same_v<T, evaluation_record> ||
    std::is_same_v<T, decision_record> || std::is_same_v<T, hops_record> ||
    std::is_same_v<T, exchange_record> || std::is_same_v<T, trade_event_record> ||
    std::is_same_v<T, operator_record> || std::is_same_v<T, alert_record> ||
    std::is_same_v<T, limits_record> || std::is_same_v<T, plugin_record> ||
    std::is_same_v<T, reload_record> || std::is_same_v<T, breaker_record> ||
    std::is_same_v<T, drill_record> || std::is_same_v<T, arming_record> ||
    std::is_same_v<T, coverage_record> || std::is_same_v<T, preflight_record> ||
    std::is_same_v<T, deploy_record> || std::is_same_v<T, proof_record> ||
    std::is_same_v<T, fee_record> || std::is_same_v<T, proposal_record> ||
    std::is_same_v<T, performance_record>;

/// Written beside the node's life and not by it: they do not say that it went on.
template <class T>
inline constexpr bool is_about_the_log =
    std::is_same_v<T, anchor_record> || std::is_same_v<T, books_record> ||
    std::is_same_v<T, segment_record>;

constexpr auto held_max = recovered_state::held_max;
constexpr auto fill_price_max = recovered_state::fill_price_max;
constexpr auto day_profit_max = recovered_state::day_profit_max;

error contradiction(const record_place& record, std::string_view what) {
  return {ec::integrity_broken, "record " + std::to_string(record.sequence.value) + " (" +
                                    std::string{audit_type_name(record.type)} + ") " +
                                    std::string{what}};
}

bool is_possible(const fill_record& x) {
  return x.qty.is_positive() && x.qty <= held_max && !x.at_price.is_negative() &&
         x.at_price <= fill_price_max && x.realized <= day_profit_max &&
         x.realized >= -day_profit_max;
}

/// The process that sent it is gone, and with it whatever it was about to do.
order_state state_after_end(order_state state) {
  if (state == order_state::intent) return order_state::not_sent;
  if (state == order_state::sending) return order_state::unknown;
  return state;
}

}  // namespace

result<void> recovered_state::apply(const audit_record& record) {
  last_chain_ = record.chain;
  return apply({record.sequence, record.type, record.boot_no, record.wall}, record.event);
}

result<void> recovered_state::apply(const record_place& record, const audit_event& event) {
  last_ = record.sequence;
  last_at_ = record.wall;
  return std::visit(
      [&](const auto& x) -> result<void> {
        using type = std::decay_t<decltype(x)>;
        // Whatever follows on a shutdown is a life after it.
        if constexpr (!is_about_the_log<type>) ended_cleanly_ = false;
        if constexpr (std::is_same_v<type, books_record>)
          if (std::exchange(carried_over_, false)) return take_over(record, x);
        if constexpr (tells_nothing<type> || is_about_the_log<type>) {
          return {};
        } else {
          return on(record, x);
        }
      },
      event);
}

result<void> recovered_state::on(const record_place& record, const boot_record& x) {
  if (x.boot_no <= boot_no_) return contradiction(record, "counts its start lower than before");
  boot_no_ = x.boot_no;
  version_ = x.version;
  config_hash_ = x.config_hash;
  end_run();
  return {};
}

void recovered_state::end_run() {
  for (auto it = live_.begin(); it != live_.end();) {
    auto& entry = it->second;
    entry.state = state_after_end(entry.state);
    if (!is_live(entry.state)) names_.erase(it->first);
    it = is_live(entry.state) ? std::next(it) : live_.erase(it);
  }
}

/// Only the record of a removal clears a latch. A state without it does not: a process that starts
/// may record its first state before it knows what stands.
result<void> recovered_state::on(const record_place& record, const state_record& x) {
  if (!x.added) latches_.erase(x.changed);
  // A person who lets trading go on after a fall lets it go on from there.
  if (!x.added && x.changed == halt_reason::drawdown) high_water_ = {};
  if (x.added) latch(record, x, x.changed);
  for (std::uint8_t value = 1; value <= halt_reason_count; ++value)
    if (const auto reason = halt_reason{value}; has_reason(x.state, reason))
      latch(record, x, reason);
  return {};
}

void recovered_state::latch(const record_place& record, const state_record& x, halt_reason reason) {
  // A newer version may have reasons that this one has no rule for.
  if (reason < halt_reason::boot || reason > halt_reason{halt_reason_count} || !is_latched(reason))
    return;
  // The first time counts, and its text where it is about this reason.
  const auto [at, is_new] = latches_.try_emplace(reason);
  if (!is_new) return;
  at->second = {reason, record.boot_no, record.wall, x.changed == reason ? x.text : std::string{}};
}

result<void> recovered_state::on(const record_place&, const session_record& x) {
  const auto phase = x.session.phase;
  if (phase == session_phase::unknown || phase == session_phase::closed) return {};
  if (x.session.open != day_.open) day_ = recovered_day{.open = x.session.open};
  day_.close = x.session.close;
  return {};
}

result<void> recovered_state::on(const record_place& record, const intent_record& x) {
  const auto number = x.request.order;
  if (number <= highest_order_) return contradiction(record, "counts its order lower than before");
  highest_order_ = number;
  const auto at = std::max({x.request.limit, x.request.reference, x.request.seen_ask});
  const bool is_sane = at.is_positive() && at <= fill_price_max && x.request.qty.is_positive() &&
                       x.request.qty <= held_max;
  const auto value = is_sane ? notional_ceil(at, x.request.qty).value_or(day_profit_max) : money{};
  day_.sent = value < day_profit_max - day_.sent ? day_.sent + value : day_profit_max;
  if (x.request.purpose == order_purpose::entry) {
    auto& entries = day_.entries[x.symbol];
    ++entries.count;
    entries.last_at = record.wall;
  }
  if (live_.size() >= orders_max)
    return {ec::out_of_range, "more than " + std::to_string(orders_max) + " orders are live"};
  ledger_entry entry;
  entry.request = x.request;
  entry.client_id = x.client_id;
  if (!live_.try_emplace(x.client_id, std::move(entry)).second)
    return contradiction(record, "uses a client order id that is in use");
  names_[x.client_id] = {x.symbol, x.strategy};
  return {};
}

result<void> recovered_state::on(const record_place&, const sending_record& x) {
  if (auto* entry = find(x.client_id); entry && entry->state == order_state::intent)
    entry->state = order_state::sending;
  return {};
}

result<void> recovered_state::on(const record_place&, const withdrawn_record& x) {
  if (auto* entry = find(x.client_id)) settle(*entry, order_state::not_sent);
  return {};
}

result<void> recovered_state::on(const record_place&, const submit_record& x) {
  auto* entry = find(x.result.client_id);
  if (!entry) return {};
  if (!x.result.venue_id.empty()) entry->venue_id = x.result.venue_id;
  settle(*entry, transition(entry->state, x.result.outcome).state);
  return {};
}

/// The record says what the node made of the evidence then; that counts, not what this version
/// would make of it.
result<void> recovered_state::on(const record_place&, const update_record& x) {
  auto* entry = find(x.update.client_id);
  if (!entry) return {};
  if (!x.update.venue_id.empty()) entry->venue_id = x.update.venue_id;
  if (x.update.event == order_event::cancel_rejected) entry->pending = pending_change::none;
  settle(*entry, x.after);
  return {};
}

result<void> recovered_state::on(const record_place& record, const fill_record& x) {
  if (!is_possible(x) || abs(day_.realized) > day_profit_max)
    return contradiction(record, "has no possible quantity, price or profit");
  if (x.strategy.view() == external_owner) {
    external_book others;
    others.restore(external_);
    others.count_guard(x.client_id, x.symbol, x.side == side::buy ? x.qty : -x.qty, x.at_price);
    external_ = others.record(external_.cause);
  } else if (auto booked = book(record, x); !booked) {
    return booked;
  }
  day_.realized += x.realized;
  ++day_.fill_count;
  if (fills_since_mark_.size() < fills_since_mark_max) fills_since_mark_.push_back(x);

  auto* entry = find(x.client_id);
  if (!entry) {  // A late fill of an order that has ended counts all the same.
    for (auto& ended : ended_)
      if (ended.client_id == x.client_id) ended.filled_total += x.qty;
    return {};
  }
  const auto value = notional_exact(entry->filled_average, entry->filled_total) +
                     notional_exact(x.at_price, x.qty);
  entry->filled_total += x.qty;
  entry->filled_average = average_price_half_even(value, entry->filled_total);
  if (!x.execution.empty() && entry->executions.size() < executions_per_order_max)
    entry->executions.push_back(x.execution);
  return {};
}

/// Into the positions, by strategy and by symbol.
result<void> recovered_state::book(const record_place& record, const fill_record& x) {
  const strategy_key key{x.symbol, x.strategy};
  if (by_strategy_.size() >= positions_max && !by_strategy_.contains(key))
    return {ec::out_of_range, "more than " + std::to_string(positions_max) + " positions"};
  auto& own = by_strategy_[key];
  auto& all = by_symbol_[x.symbol];
  if (abs(own.qty()) > held_max || abs(all.qty()) > held_max)
    return contradiction(record, "comes on top of more shares than an account can hold");
  const auto held_before = own.qty();
  own.apply(x.side, x.qty, x.at_price);
  const bool turned = held_before.is_negative() != own.qty().is_negative();
  if (own.qty().is_zero())
    open_trades_.erase(key);
  else if (held_before.is_zero() || turned)
    open_trades_[key] = {x.client_id, x.ts_event};
  all.apply(x.side, x.qty, x.at_price);
  return {};
}

result<void> recovered_state::on(const record_place&, const cancel_record& x) {
  if (auto* entry = find(x.client_id)) entry->pending = pending_change::cancel;
  return {};
}

result<void> recovered_state::on(const record_place&, const cancel_result_record& x) {
  const bool refused =
      x.result.outcome == submit_outcome::rejected || x.result.outcome == submit_outcome::not_sent;
  if (auto* entry = find(x.result.client_id); entry && refused)
    entry->pending = pending_change::none;
  return {};
}

result<void> recovered_state::on(const record_place&, const trade_record& x) {
  ++day_.trades;
  day_.losses_in_row = x.pnl.is_negative() ? day_.losses_in_row + 1 : 0;
  auto& own = day_.streaks[x.strategy];
  own = x.pnl.is_negative() ? own + 1 : 0;
  return {};
}

result<void> recovered_state::on(const record_place&, const snapshot_record& x) {
  if (x.day_start_equity.is_positive()) day_.start_equity = x.day_start_equity;
  high_water_ = std::max({high_water_, x.day_start_equity, x.equity});
  return {};
}

result<void> recovered_state::on(const record_place&, const account_record& x) {
  mark_ = x;
  fills_since_mark_.clear();
  high_water_ = std::max(high_water_, x.account.equity);
  return {};
}

/// The highest equity is compared with what is there now: it goes where the cash went.
result<void> recovered_state::on(const record_place&, const cash_flow_record& x) {
  if (x.amount > day_profit_max || x.amount < -day_profit_max) return {};
  if (high_water_.is_positive() && high_water_ <= money::max() - day_profit_max)
    high_water_ = std::max(money{}, high_water_ + x.amount);
  cash_flows_.push_back(x);
  if (cash_flows_.size() > cash_flows_max) cash_flows_.erase(cash_flows_.begin());
  return {};
}

result<void> recovered_state::on(const record_place&, const flatten_record& x) {
  flatten_ = x.stage != flatten_stage::none;
  return {};
}

result<void> recovered_state::on(const record_place&, const trend_record& x) {
  if (trends_.size() >= positions_max && !trends_.contains(x.symbol)) return {};
  auto& newest = trends_[x.symbol];
  if (newest.day <= x.day) newest = x;
  return {};
}

/// Written by somebody who may not have heard of the executions in front of it.
result<void> recovered_state::on(const record_place&, const external_record& x) {
  external_book known;
  known.restore(external_);
  external_book others;
  others.restore(x);
  others.catch_up(known);
  external_ = others.record(x.cause);
  return {};
}

/// Our shares in favour of the broker's: the average stays what it was.
result<void> recovered_state::on(const record_place& record, const adoption_record& x) {
  const auto at = by_strategy_.find({x.symbol, x.strategy});
  if (at == by_strategy_.end() || at->second.qty() != x.before || abs(x.after) > abs(x.before))
    return contradiction(record, "takes shares from a position that is another one");
  at->second.restore(x.after, at->second.average());
  auto& all = by_symbol_[x.symbol];
  const auto total = all.qty() - x.before + x.after;
  all.restore(total, all.average());
  return {};
}

result<void> recovered_state::on(const record_place& record, const split_record& x) {
  const auto at = by_strategy_.find({x.symbol, x.strategy});
  const bool is_ratio = x.new_shares >= 1 && x.old_shares >= 1 &&
                        x.new_shares <= split_ratio::ratio_max &&
                        x.old_shares <= split_ratio::ratio_max;
  const auto whole = is_ratio ? after_split(x.before, {x.new_shares, x.old_shares}) : quantity{};
  if (at == by_strategy_.end() || !is_ratio || at->second.qty() != x.before ||
      whole.is_negative() != x.after.is_negative() || abs(x.after) > abs(whole) ||
      abs(x.after) > held_max)
    return contradiction(record, "splits a position that is another one");
  auto& own = at->second;
  auto& all = by_symbol_[x.symbol];
  auto total = all.exact();
  total.qty -= own.qty();
  total.cost -= own.exact().cost;
  own.split({x.new_shares, x.old_shares}, x.after);
  total.qty += own.qty();
  total.cost = std::max(total.cost + own.exact().cost, int128{0});
  total.average =
      total.qty.is_zero() ? price{} : average_price_half_even(total.cost, abs(total.qty));
  all.restore(total);
  return {};
}

result<void> recovered_state::on(const record_place&, const day_record& x) {
  reconciled_day_ = x.day;
  return {};
}

result<void> recovered_state::on(const record_place&, const shutdown_record& x) {
  ended_cleanly_ = x.clean;
  return {};
}

/// What the protocol for unknown orders concluded counts as it stands; its questions do not.
result<void> recovered_state::on(const record_place&, const unknown_record& x) {
  if (x.step == unknown_step::refused) {
    if (auto* entry = find(x.client_id)) settle(*entry, order_state::rejected);
  } else if (x.step == unknown_step::not_found) {
    auto* entry = find(x.client_id);
    if (!entry || watched_.size() >= orders_max) return {};
    entry->state = order_state::not_sent;
    watched_.emplace(x.client_id, std::move(*entry));
    live_.erase(x.client_id);
  } else if (x.step == unknown_step::late_appearance) {
    const auto at = watched_.find(x.client_id);
    if (at == watched_.end()) return {};
    at->second.state = order_state::unknown;
    live_.emplace(x.client_id, std::move(at->second));
    watched_.erase(at);
  } else if (x.step == unknown_step::watch_ended) {
    if (watched_.erase(x.client_id) > 0) names_.erase(x.client_id);
  }
  return {};
}

result<void> recovered_state::on(const record_place&, const symbol_stop_record& x) {
  const std::pair key{x.symbol, x.reason};
  if (!x.stopped) stops_.erase(key);
  if (x.stopped && is_latched(x.reason) && stops_.size() < positions_max)
    stops_.try_emplace(key, x.text);
  return {};
}

/// One that is off for a single symbol is off everywhere after a restart: what was wrong with it
/// was wrong with the strategy.
result<void> recovered_state::on(const record_place&, const strategy_switch_record& x) {
  if (x.enabled) strategies_off_.erase(x.strategy);
  if (!x.enabled && x.latched && strategies_off_.size() < positions_max)
    strategies_off_.try_emplace(x.strategy, x.cause);
  return {};
}

result<void> recovered_state::on(const record_place&, const emergency_record& x) {
  emergency_ = x.content;
  return {};
}

/// The books that were carried over stand in the next record.
result<void> recovered_state::on(const record_place&, const previous_log_record&) {
  carried_over_ = true;
  return {};
}

ledger_entry* recovered_state::find(const client_order_id& client_id) {
  const auto it = live_.find(client_id);
  return it == live_.end() ? nullptr : &it->second;
}

/// An order that has ended is forgotten; `entry` is gone then.
void recovered_state::settle(ledger_entry& entry, order_state state) {
  entry.state = state;
  if (is_live(state)) return;
  const client_order_id gone{entry.client_id};
  ended_.push_back(entry);
  live_.erase(gone);
  if (ended_.size() <= ended_max) return;
  names_.erase(ended_.front().client_id);
  ended_.pop_front();
}

recovered_state::strategy_key recovered_state::names_of(const client_order_id& client_id) const {
  const auto at = names_.find(client_id);
  return at == names_.end() ? strategy_key{} : at->second;
}

std::vector<ledger_entry> recovered_state::open_orders() const {
  std::vector<ledger_entry> out;
  for (const auto& [client_id, kept] : live_) {
    auto entry = kept;
    entry.state = state_after_end(entry.state);
    if (is_live(entry.state)) out.push_back(std::move(entry));
  }
  std::sort(out.begin(), out.end(), [](const ledger_entry& a, const ledger_entry& b) {
    return a.request.order < b.request.order;
  });
  return out;
}

std::vector<ledger_entry> recovered_state::watched_orders() const {
  std::vector<ledger_entry> out;
  for (const auto& [client_id, entry] : watched_) out.push_back(entry);
  std::sort(out.begin(), out.end(), [](const ledger_entry& a, const ledger_entry& b) {
    return a.request.order < b.request.order;
  });
  return out;
}

std::vector<recovered_stop> recovered_state::stops() const {
  std::vector<recovered_stop> out;
  for (const auto& [key, text] : stops_) out.push_back({key.first, key.second, text});
  return out;
}

std::vector<recovered_latch> recovered_state::latches() const {
  std::vector<recovered_latch> out;
  for (const auto& [reason, latch] : latches_) out.push_back(latch);
  return out;
}

trading_state recovered_state::latched() const {
  trading_state out;
  for (const auto& [reason, latch] : latches_) out.reasons |= reason_bit(reason);
  if (out.reasons == 0) out.mode = trading_mode::active;
  return out;
}

}  // namespace bw
