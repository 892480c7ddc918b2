#include "analytics/rollout_books.hpp"

namespace bw {

rollout_books::rollout_books(std::string mode, session_calendar calendar,
                             std::set<std::string> changed, std::set<std::string> shadows)
    : mode_(mode),
      calendar_(calendar),
      changed_(std::move(changed)),
      shadows_(std::move(shadows)),
      record_(std::move(mode), std::move(calendar)) {}

void rollout_books::apply(utc_ns wall, const audit_event& event) {
  record_.apply(wall, event);
  std::visit([&](const auto& x) { on(wall, x); }, event);
}

void rollout_books::on(utc_ns, const boot_record& x) { running_ = x.mode == mode_; }

void rollout_books::on(utc_ns wall, const signal_record& x) {
  if (!running_ || x.fate != signal_fate::shadow || !shadows_.contains(x.strategy.str())) return;
  ++days_[calendar_.new_york_date(wall)].signals;
}

void rollout_books::on(utc_ns wall, const strategy_switch_record& x) {
  const auto name = x.strategy.str();
  if (!running_ || !x.latched || (!changed_.contains(name) && !shadows_.contains(name))) return;
  days_[calendar_.new_york_date(wall)].breach = name + " was taken out: " + x.cause;
}

void rollout_books::on(utc_ns wall, const trade_event_record& x) {
  if (!running_ || !changed_.contains(x.strategy.str())) return;
  auto known = open_.find(x.trade);
  if (known == open_.end()) {
    if (x.event != trade_event_kind::open || open_.size() == open_max) return;
    known = open_.emplace(x.trade, open_trade{x.side, {}, {}}).first;
  }
  auto& trade = known->second;
  trade.fees += x.fees;
  if (x.side == trade.entry) trade.value += notional_ceil(x.fill_price, x.qty).value_or(money{});
  if (x.event != trade_event_kind::close) return;
  days_[calendar_.new_york_date(wall)].trades += {1, trade.value, x.pnl - trade.fees};
  open_.erase(known);
}

std::vector<rollout_session> rollout_books::sessions(calendar_date today) const {
  std::vector<rollout_session> out;
  for (const auto& session : record_.sessions()) {
    if (session.day > today || (session.day == today && !session.reconciled)) continue;
    const auto known = days_.find(session.day);
    auto one = known == days_.end() ? rollout_session{} : known->second;
    one.day = session.day;
    if (const auto graded = grade_of(session);
        one.breach.empty() && graded.grade != session_grade::clean)
      one.breach = graded.why;
    out.push_back(std::move(one));
  }
  return out;
}

}  // namespace bw
