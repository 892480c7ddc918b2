#include "domain/external_guard.hpp"

#include <algorithm>

#include "domain/trailing_stop.hpp"

namespace bw {
namespace {

/// Where the stop goes: below what the shares cost, but never where the market is already.
price stop_for(const external_scene& scene, std::int64_t stop_loss_bp) {
  const auto known = [](price x) { return x.is_positive() ? x : price::max(); };
  const auto from = std::min(known(scene.average), known(scene.last));
  return from == price::max() ? price{} : stop_below(from, stop_loss_bp);
}

order_request make_guard(symbol_id symbol, quantity qty, price at, utc_ns utc, mono_ns now) {
  order_request out;
  // A decision of its own each time, and no tick's.
  out.header.received = now;
  out.header.trace = trace_id{static_cast<std::uint64_t>(now.value)};
  out.strategy = external_strategy;
  out.symbol = symbol;
  out.side = side::sell;
  out.type = order_type::stop;
  out.tif = time_in_force::gtc;
  out.purpose = order_purpose::protective;
  out.reason = signal_reason::stop_hit;
  out.qty = qty;
  out.stop = at;
  out.reference = at;
  out.seen_at = utc;
  return out;
}

}  // namespace

std::string_view owner_name(const name_table& strategies, strategy_id owner) {
  if (owner == external_strategy) return external_owner;
  return owner.value < strategies.size() ? std::string_view{strategies[owner.value]}
                                         : std::string_view{};
}

/// Silence after an order means that the gate denied it: the next try waits longer.
bool external_guard::is_waiting(watch& x, mono_ns now) const {
  if (!x.asked) return now < x.not_before;
  const auto patience = std::max(x.patience, options_.retry);
  if (now - *x.asked < patience) return true;
  x.asked.reset();
  for (auto& each : x.stops) each.leaving = false;  // Its cancel did not get there either.
  x.patience = std::min(patience * 2, options_.retry_max);
  return false;
}

external_guard::step external_guard::next(const external_scene& scene, utc_ns utc, mono_ns now) {
  step out;
  if (!options_.enabled || scene.stopped) return out;
  auto& own = symbols_[scene.symbol];
  if (is_waiting(own, now)) return out;
  stop_scene seen;
  seen.position = scene.free.is_negative() ? quantity{} : scene.free;
  seen.wanted = own.stops.empty() ? stop_for(scene, options_.stop_loss_bp) : own.stops.front().at;
  seen.bid = scene.last;
  seen.stops = own.stops.data();
  seen.stop_count = own.stops.size();
  const auto todo = keep_stop({}, seen, now);
  if (todo.what == stop_step::kind::none || todo.moves) return out;
  own.asked = now;
  if (todo.what == stop_step::kind::place) {
    out.place = make_guard(scene.symbol, todo.qty, todo.at, utc, now);
  } else {
    for (auto& each : own.stops) each.leaving = each.leaving || each.order == todo.order;
    out.take_back.emplace();
    out.take_back->header.received = now;
    out.take_back->order = todo.order;
  }
  return out;
}

void external_guard::on_report(const order_report& report, mono_ns now) {
  if (!is_guard(report.request)) return;
  auto& own = symbols_[report.request.symbol];
  const auto order = report.request.order;
  auto at = std::find_if(own.stops.begin(), own.stops.end(),
                         [&](const resting_stop& x) { return x.order == order; });
  const bool leaves = at != own.stops.end() && at->leaving;
  if (!leaves || is_terminal(report.state)) own.asked.reset();
  if (is_terminal(report.state)) {
    if (at != own.stops.end()) own.stops.erase(at);
    if (report.state == order_state::rejected || report.state == order_state::not_sent) {
      own.patience = std::min(std::max(own.patience, options_.retry) * 2, options_.retry_max);
      own.not_before = now + own.patience;
    }
    return;
  }
  if (at == own.stops.end()) {
    own.stops.push_back({order, report.request.qty, report.request.stop});
    at = own.stops.end() - 1;
  }
  at->remaining = report.filled_total < report.request.qty
                      ? report.request.qty - report.filled_total
                      : quantity{};
  at->confirmed = report.state != order_state::intent && report.state != order_state::sending;
  if (at->confirmed) own.patience = {};
}

quantity external_guard::covered(symbol_id symbol) const {
  const auto at = symbols_.find(symbol);
  return at == symbols_.end() ? quantity{}
                              : covered_by(at->second.stops.data(), at->second.stops.size());
}

}  // namespace bw
