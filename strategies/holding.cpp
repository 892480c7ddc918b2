#include "strategies/holding.hpp"

#include <algorithm>

namespace bw {

namespace {

bool is_believable(quantity qty, price at) {
  return qty.is_positive() && qty <= holding::qty_limit && at.is_positive() &&
         at <= holding::price_limit;
}

/// The price of what is new in a report: its own execution, or the mean when news were missed.
price price_of_news(const order_report& report, quantity news) {
  if (news == report.last_qty && report.last_price.is_positive()) return report.last_price;
  if (report.filled_average.is_positive()) return report.filled_average;
  return report.request.limit.is_positive() ? report.request.limit : report.request.reference;
}

}  // namespace

price holding::stop() const {
  const auto trailing = trail_ ? trail_->stop() : std::nullopt;
  return trailing ? std::max(stop_, *trailing) : stop_;
}

bool holding::can_enter() const { return qty_.is_zero() && !exit_ && !any_under_way(); }

bool holding::can_exit() const {
  const auto is_exit = [](const tracked_order& x) {
    return !x.over && x.side == side::sell && x.purpose != order_purpose::protective;
  };
  return qty_.is_positive() && !exit_ && std::none_of(orders_.begin(), orders_.end(), is_exit);
}

int128 holding::pending_cost() const {
  int128 sum = 0;
  for (const auto& x : orders_)
    if (!x.over && x.side == side::buy && x.filled < x.qty && is_believable(x.qty, x.limit))
      sum += notional_exact(x.limit, x.qty - x.filled);
  return sum;
}

bool holding::restore(quantity qty, price average, price stop) {
  if (!is_believable(qty, average) || !qty_.is_zero()) return false;
  tracked_order plan;
  plan.planned_stop = stop;
  buy(plan, qty, average);
  return true;
}

void holding::split(split_ratio by) {
  if (qty_.is_zero()) return;
  stop_ = after_split(stop(), by);
  target_ = after_split(target_, by);
  qty_ = after_split(qty_, by);
  average_ = after_split(average_, by);
  if (trail_) trail_.emplace(options_.trail, average_);
}

void holding::follow(const holding_options& options) {
  const bool other_trail = !(options.trail == options_.trail);
  options_ = options;
  if (!trail_ || !other_trail) return;
  stop_ = stop();
  trail_.emplace(options_.trail, average_);
}

holding::tracked_order holding::track(const order_request& order, mono_ns now) {
  return {.order = order.order,
          .trace = order.header.trace,
          .side = order.side,
          .purpose = order.purpose,
          .qty = order.qty,
          .limit = order.limit,
          .trigger = order.stop,
          .planned_stop = order.planned_stop,
          .planned_target = order.planned_target,
          .since = now,
          .replaces = order.replaces};
}

holding::tracked_order* holding::remember(const tracked_order& order) {
  if (orders_.full()) {
    const auto over =
        std::find_if(orders_.begin(), orders_.end(), [](const tracked_order& x) { return x.over; });
    if (over == orders_.end()) return nullptr;
    std::rotate(over, over + 1, orders_.end());
    *(orders_.end() - 1) = order;
  } else {
    orders_.push(order);
  }
  return orders_.end() - 1;
}

void holding::sent(const order_request& order, mono_ns now) {
  if (remember(track(order, now)) != nullptr) ++under_way_;
  if (order.replaces != order_id{}) stop_moved_at_ = now;
  if (order.side == side::sell && order.purpose != order_purpose::protective)
    next_exit_at_ = now + options_.retry_interval;
}

holding::tracked_order* holding::find(const order_report& report, mono_ns now) {
  const auto& request = report.request;
  for (auto& x : orders_)
    if (x.order != order_id{} && x.order == request.order) return &x;
  // Our own order has no number until the first news of it.
  for (auto& x : orders_) {
    if (x.over || x.order != order_id{}) continue;
    if (x.purpose != request.purpose || x.trace != request.header.trace) continue;
    x.order = request.order;
    return &x;
  }
  // Somebody else's order for our shares, or one that was forgotten: only what is new counts.
  auto adopted = track(request, now);
  adopted.filled = std::max(report.filled_total - report.last_qty, quantity{});
  return remember(adopted);
}

std::optional<fill_notice> holding::apply(const order_report& report, mono_ns now) {
  if (report.filled_total > qty_limit || report.filled_total.is_negative() ||
      report.last_qty > qty_limit || report.last_qty.is_negative())
    return std::nullopt;
  auto* known = find(report, now);
  auto order = known != nullptr ? *known : track(report.request, now);
  const auto before = known != nullptr ? order.filled : report.filled_total - report.last_qty;
  const auto news = report.filled_total - before;

  std::optional<fill_notice> notice;
  if (const auto at = price_of_news(report, news); is_believable(news, at)) {
    notice = fill(order, news, at);
    order.filled = report.filled_total;
    if (!order.first_fill) order.first_fill = now;
  }
  if (!order.over) note_refusal(order, report.state, now);
  order.confirmed = report.state == order_state::accepted || report.state == order_state::working ||
                    report.state == order_state::partial;
  order.working = report.state == order_state::working;
  order.over = order.over || is_terminal(report.state);
  if (known != nullptr) *known = order;
  settle();
  return notice;
}

bool holding::apply(const order_denied& denied, mono_ns now) {
  const auto& request = denied.request;
  for (auto& x : orders_) {
    if (x.over || x.order != request.order || x.purpose != request.purpose) continue;
    if (x.trace != request.header.trace) continue;
    note_denial(x, denied.verdict.reason, now);
    x.over = true;
    settle();
    return true;
  }
  return false;
}

fill_notice holding::fill(const tracked_order& order, quantity qty, price at) {
  if (order.side == side::buy)
    buy(order, qty, at);
  else
    sell(qty);
  return {order.side, qty, at, position()};
}

void holding::buy(const tracked_order& order, quantity qty, price at) {
  const auto total = std::min(qty_ + qty, qty_limit);
  average_ = average_price_half_even(
      notional_exact(average_, qty_) + notional_exact(at, total - qty_), total);
  if (qty_.is_zero()) {
    const auto planned = order.planned_stop;
    stop_ = planned.is_positive() ? planned : stop_below(average_, options_.stop_loss_bp);
    target_ = order.planned_target.is_positive() ? order.planned_target
                                                 : target_above(average_, options_.take_profit_bp);
    trail_.emplace(options_.trail, average_);
  }
  trail_->set_entry(average_);
  qty_ = total;
}

void holding::sell(quantity qty) {
  if (qty > qty_) {
    oversold_ = std::min(oversold_ + (qty - qty_), qty_limit);
    qty = qty_;
  }
  qty_ -= qty;
  through_since_.reset();
  if (!qty_.is_zero()) return;
  stop_moved_at_.reset();
  average_ = stop_ = target_ = price{};
  trail_.reset();
}

void holding::settle() {
  const auto open = std::count_if(orders_.begin(), orders_.end(), [](auto& x) { return !x.over; });
  under_way_ = static_cast<std::uint8_t>(open);
  if (!qty_.is_zero() || any_under_way()) return;
  exit_.reset();
  next_exit_at_ = mono_ns{INT64_MIN};
}

void holding::watch_bid(price bid, mono_ns now) {
  if (qty_.is_zero()) return;
  trail_->on_price(bid);
  watch_trade(bid, now);
  if (!exit_ && bid >= target_) want_exit(signal_reason::target_hit, order_purpose::exit, now);
}

void holding::watch_trade(price last, mono_ns now) {
  if (qty_.is_zero() || !last.is_positive()) return;
  if (last > stop()) return through_since_.reset();
  // The broker has seen the price as well; two orders for the same shares would be one too many.
  if (!exit_ && is_guarded(last, now)) {
    if (!through_since_) through_since_ = now;
    return watch_time(now);
  }
  const bool trailed = stop() > stop_;
  want_exit(trailed ? signal_reason::trailing_stop_hit : signal_reason::stop_hit,
            order_purpose::exit, now);
}

void holding::want_exit(signal_reason reason, order_purpose purpose, mono_ns now) {
  if (qty_.is_zero()) return;
  if (!exit_)
    exit_ = wanted_exit{reason, purpose, now};
  else if (purpose == order_purpose::flatten && exit_->purpose != purpose)
    exit_ = wanted_exit{reason, purpose, exit_->since};
}

std::optional<due_exit> holding::exit_due(mono_ns now) const {
  if (!exit_ || qty_.is_zero() || now < next_exit_at_) return std::nullopt;
  for (const auto& x : orders_) {
    if (x.over) continue;
    if (x.side == side::sell) return std::nullopt;
    // The rest of the entry is being cancelled; its end is not waited for without end.
    if (now - exit_->since < options_.retry_interval) return std::nullopt;
  }
  return due_exit{exit_->reason, exit_->purpose, qty_};
}

bool holding::must_go(const tracked_order& order, mono_ns now) const {
  if (order.over || order.order == order_id{}) return false;
  if (order.purpose == order_purpose::entry) {
    const bool rest_in_the_way = options_.protection.kind == protective_stop::resting &&
                                 order.first_fill &&
                                 now - *order.first_fill >= options_.protection.entry_rest;
    return exit_ || entries_ == open_entries::go || rest_in_the_way ||
           now - order.since >= options_.entry_timeout;
  }
  return order.purpose == order_purpose::protective && exit_;
}

inline_vector<order_id, holding::orders_max> holding::take_cancels_due(mono_ns now, price bid) {
  inline_vector<order_id, orders_max> out;
  if (!any_under_way()) return out;
  const auto step = next_stop_step(bid, stops_at_broker(now), now);
  for (auto& x : orders_) {
    const bool moved = !x.over && step.what == stop_step::kind::take_back && x.order == step.order;
    if (moved && step.moves) stop_moved_at_ = now;
    if (!moved && !must_go(x, now)) continue;
    if (x.cancel_asked && now - *x.cancel_asked < options_.retry_interval) continue;
    x.cancel_asked = now;
    out.push(x.order);
  }
  return out;
}

std::uint32_t holding::give_up_unanswered(mono_ns now) {
  std::uint32_t count = 0;
  if (!any_under_way()) return count;
  for (auto& x : orders_) {
    if (x.over || x.order != order_id{} || now - x.since < options_.answer_timeout) continue;
    x.over = true;
    ++count;
  }
  if (count > 0) settle();
  return count;
}

// The stop at the broker.

holding::resting_stops holding::stops_at_broker(mono_ns now) const {
  resting_stops out;
  for (const auto& x : orders_)
    if (!x.over && x.purpose == order_purpose::protective)
      out.push({x.order, x.filled < x.qty ? x.qty - x.filled : quantity{}, x.trigger,
                is_leaving(x, now), x.confirmed, is_being_replaced(x),
                x.working && x.filled.is_zero() && !x.replace_refused && !x.cancel_asked});
  return out;
}

bool holding::is_leaving(const tracked_order& order, mono_ns now) const {
  return order.cancel_asked && now - *order.cancel_asked < options_.retry_interval;
}

bool holding::is_being_replaced(const tracked_order& order) const {
  return order.order != order_id{} &&
         std::any_of(orders_.begin(), orders_.end(),
                     [&](const tracked_order& x) { return !x.over && x.replaces == order.order; });
}

bool holding::is_second_of_two(const tracked_order& order) const {
  return order.replaces != order_id{} &&
         std::any_of(orders_.begin(), orders_.end(),
                     [&](const tracked_order& x) { return !x.over && x.order == order.replaces; });
}

quantity holding::covered() const {
  quantity sum;
  if (!any_under_way()) return sum;
  for (const auto& x : orders_)
    if (!x.over && x.confirmed && x.purpose == order_purpose::protective && x.filled < x.qty &&
        !is_second_of_two(x))
      sum += x.qty - x.filled;
  return sum;
}

stop_step holding::next_stop_step(price bid, const resting_stops& stops, mono_ns now) const {
  if (options_.protection.kind != protective_stop::resting) return {};
  const bool others = std::any_of(orders_.begin(), orders_.end(), [](const tracked_order& x) {
    return !x.over && x.purpose != order_purpose::protective;
  });
  return keep_stop(options_.protection,
                   {.position = qty_,
                    .wanted = stop(),
                    .bid = bid,
                    .occupied = others || exit_.has_value(),
                    .halted = halted_ == trading_halted::yes,
                    .stops = stops.begin(),
                    .stop_count = stops.size(),
                    .moved_at = stop_moved_at_,
                    .not_before = no_stop_before_},
                   now);
}

bool holding::is_well_covered() const { return is_well_covered(stop()); }

/// What most prices find: the newest order is the only one.
bool holding::is_well_covered(price wanted) const {
  if (under_way_ != 1 || exit_) return false;
  const auto& x = *(orders_.end() - 1);
  const auto step_bp = options_.protection.step_bp;
  return !x.over && x.order != order_id{} && x.purpose == order_purpose::protective &&
         !x.cancel_asked && x.qty - x.filled == qty_ && step_bp > 0 &&
         (x.trigger >= wanted || !is_a_step_up(x.trigger, wanted, step_bp));
}

bool holding::is_calm() const {
  if (is_idle()) return true;
  if (qty_.is_zero() || exit_ || through_since_) return false;
  return options_.protection.kind == protective_stop::node ? under_way_ == 0 : is_well_covered();
}

bool holding::is_calm_between(price lowest, price highest) const {
  if (!is_calm()) return false;
  if (qty_.is_zero()) return true;
  auto trail = *trail_;
  (void)trail.on_price(highest);
  const auto stop = std::max(stop_, trail.stop().value_or(price{}));
  if (lowest <= stop || highest >= target_) return false;
  return options_.protection.kind == protective_stop::node || is_well_covered(stop);
}

std::optional<due_stop> holding::stop_due(price bid, mono_ns now) const {
  if (qty_.is_zero() || options_.protection.kind != protective_stop::resting) return std::nullopt;
  if (is_well_covered()) return std::nullopt;
  const auto step = next_stop_step(bid, stops_at_broker(now), now);
  const bool replaces = step.what == stop_step::kind::replace;
  if (step.what != stop_step::kind::place && !replaces) return std::nullopt;
  const bool trailed = stop() > stop_;
  return due_stop{trailed ? signal_reason::trailing_stop_hit : signal_reason::stop_hit, step.qty,
                  step.at, replaces ? step.order : order_id{}};
}

/// A stop that was refused is not asked for again at once. The broker's own word is given more
/// time: five of them within a minute narrow trading.
void holding::note_refusal(const tracked_order& order, order_state how, mono_ns now) {
  if (order.purpose != order_purpose::protective) return;
  const auto& wait = options_.protection;
  if (how == order_state::denied || how == order_state::not_sent)
    no_stop_before_ = now + wait.retry_denied;
  if (how == order_state::rejected) no_stop_before_ = now + wait.retry_rejected;
  // Next time it is taken back and placed anew.
  if (how == order_state::rejected)
    for (auto& x : orders_)
      if (order.replaces != order_id{} && x.order == order.replaces) x.replace_refused = true;
}

void holding::note_denial(const tracked_order& order, risk_rule why, mono_ns now) {
  if (order.purpose != order_purpose::protective) return;
  waits_for_state_ = why == risk_rule::state;
  no_stop_before_ = now + (waits_for_state_ ? options_.protection.retry_halted
                                            : options_.protection.retry_denied);
}

void holding::try_stop_again(trading_halted halted) {
  halted_ = halted;
  if (!waits_for_state_) return;
  waits_for_state_ = false;
  no_stop_before_ = mono_ns{INT64_MIN};
}

/// Whether the broker holds a stop for every share that this price should have set off.
bool holding::is_guarded(price seen, mono_ns now) const {
  if (options_.protection.kind != protective_stop::resting || !any_under_way()) return false;
  quantity guarded;
  // Of two that take each other's place the older one has the lower price, and counts alone.
  for (const auto& x : orders_)
    if (!x.over && x.purpose == order_purpose::protective && x.confirmed && seen <= x.trigger &&
        !is_leaving(x, now) && !is_second_of_two(x) && x.filled < x.qty)
      guarded += x.qty - x.filled;
  return guarded >= qty_;
}

mono_ns holding::next_time(mono_ns now) const {
  mono_ns next{INT64_MAX};
  const auto note = [&](mono_ns at) {
    if (at > now) next = std::min(next, at);
  };
  if (through_since_) note(*through_since_ + options_.protection.broker_patience);
  if (exit_) {
    note(next_exit_at_);
    note(exit_->since + options_.retry_interval);
  }
  if (!qty_.is_zero()) {
    if (stop_moved_at_) note(*stop_moved_at_ + options_.protection.step_interval);
    note(no_stop_before_);
  }
  if (!any_under_way()) return next;
  for (const auto& x : orders_) {
    if (x.over) continue;
    if (x.order == order_id{}) note(x.since + options_.answer_timeout);
    if (x.purpose == order_purpose::entry) note(x.since + options_.entry_timeout);
    if (x.first_fill) note(*x.first_fill + options_.protection.entry_rest);
    if (x.cancel_asked) note(*x.cancel_asked + options_.retry_interval);
  }
  return next;
}

void holding::watch_time(mono_ns now) {
  if (qty_.is_zero() || exit_ || !through_since_) return;
  if (now - *through_since_ < options_.protection.broker_patience) return;
  const bool trailed = stop() > stop_;
  want_exit(trailed ? signal_reason::trailing_stop_hit : signal_reason::stop_hit,
            order_purpose::exit, now);
}

}  // namespace bw
