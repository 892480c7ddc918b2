#include "analytics/live_record.hpp"

#include <algorithm>
#include <utility>
#include <variant>

namespace bw {
namespace {

enum class fault_kind { none, kill, limit, difference, fault };

/// What a reason to halt says of the session in which it came up.
fault_kind kind_of(halt_reason reason) {
  switch (reason) {
    case halt_reason::kill: return fault_kind::kill;
    case halt_reason::loss:
    case halt_reason::drawdown:
    case halt_reason::window:
    case halt_reason::parent_child: return fault_kind::limit;
    case halt_reason::position_mismatch:
    case halt_reason::day_unmatched: return fault_kind::difference;
    case halt_reason::audit:
    case halt_reason::auth:
    case halt_reason::supervisor:
    case halt_reason::rejects:
    case halt_reason::account:
    case halt_reason::disk: return fault_kind::fault;
    default: return fault_kind::none;
  }
}

constexpr std::int64_t all_bp = 10'000;

std::int64_t fall_bp(money peak, money now) {
  if (!peak.is_positive() || now >= peak) return 0;
  const auto fall = static_cast<int128>(peak.units()) - static_cast<int128>(now.units());
  // Against us: a fall is never made smaller than it was.
  return static_cast<std::int64_t>(divide_ceil(fall * all_bp, peak.units()));
}

void blame(session_facts& session, std::uint32_t& count, std::string why) {
  ++count;
  if (session.reasons.size() < session_facts::reasons_max)
    session.reasons.push_back(std::move(why));
}

/// Money that only grows stays within its range.
void add(money& sum, money x) {
  if (sum <= money::max() - x) sum += x;
}

bool is_open(session_phase phase) {
  return phase != session_phase::unknown && phase != session_phase::closed;
}

}  // namespace

std::string major_of(std::string_view version) {
  return std::string{version.substr(0, version.find('.'))};
}

calendar_date week_of(calendar_date day) {
  const auto number = days_from_civil(day);
  // Day 0 was a Thursday; weeks begin on Mondays.
  return civil_from_days(number - ((number + 3) % 7 + 7) % 7);
}

twin_day twin_of(const session_facts& session) {
  return {session.trades, session.earned - session.lost, session.turnover};
}

graded_session grade_of(const session_facts& session) {
  graded_session out;
  out.acknowledged = session.acknowledged;
  for (const auto& reason : session.reasons) out.why += (out.why.empty() ? "" : ", ") + reason;
  const bool unmatched = session.reconciled && !session.matched;
  if (session.kills > 0 || session.differences > 0 || unmatched) {
    out.grade = session_grade::severe;
  } else if (session.limit_breaches > 0 || session.faults > 0 || session.crashes > 0) {
    out.grade = session_grade::breach;
  } else if (!session.reconciled) {
    out.grade = session_grade::breach;
    out.why = "both books were not compared at the end";
  }
  if (out.grade != session_grade::clean) out.why = format_date(session.day) + ": " + out.why;
  return out;
}

live_record::live_record(std::string mode, session_calendar calendar)
    : mode_(std::move(mode)), calendar_(std::move(calendar)) {}

session_facts& live_record::session_of(utc_ns wall) {
  const auto day = calendar_.new_york_date(wall);
  auto [at, fresh] = sessions_.try_emplace(day);
  if (fresh) {
    at->second.day = day;
    at->second.major = major_;
    if (sessions_.size() > sessions_max) forget_oldest();
  }
  return sessions_[day];
}

graded_session live_record::graded(const session_facts& session) const {
  auto out = grade_of(session);
  out.reviewed = reviewed_.contains(week_of(session.day));
  out.like_paper = compare_twins(twin_of(session), paper_day(session.day), twin_bound_bp_).within;
  return out;
}

void live_record::compare_with(const live_record& paper, std::int64_t bound_bp) {
  twin_bound_bp_ = bound_bp;
  paper_days_.clear();
  for (const auto& [day, session] : paper.sessions_)
    if (session.traded) paper_days_[day] = twin_of(session);
}

std::optional<twin_day> live_record::paper_day(calendar_date day) const {
  const auto at = paper_days_.find(day);
  return at == paper_days_.end() ? std::nullopt : std::optional{at->second};
}

std::optional<std::uint64_t> live_record::backtest_of(const std::string& strategy) const {
  const auto at = backtests_.find(strategy);
  return at == backtests_.end() ? std::nullopt : std::optional{at->second.trades};
}

regime_set live_record::backtest_regimes_of(const std::string& strategy) const {
  const auto at = backtests_.find(strategy);
  return at == backtests_.end() ? regime_set{} : at->second.regimes;
}

void live_record::forget_oldest() {
  const auto& [day, session] = *sessions_.begin();
  if (session.traded && day > base_day_) base_ = after_session(std::move(base_), graded(session));
  base_day_ = std::max(base_day_, day);
  sessions_.erase(sessions_.begin());
}

void live_record::apply(utc_ns wall, const audit_event& event) {
  std::visit([&](const auto& x) { on(wall, x); }, event);
  if (running_) last_wall_ = wall;
}

void live_record::on(utc_ns, const boot_record& x) {
  // A run that left no last word was ended by something else than itself.
  if (std::exchange(unfinished_, false)) {
    auto& session = session_of(last_wall_);
    blame(session, session.crashes, "the node ended without a last word");
  }
  running_ = x.mode == mode_;
  unfinished_ = running_;
  drills_count_ = running_ || x.mode == std::string{check_run_prefix} + mode_;
  if (running_) major_ = major_of(x.version);
}

void live_record::on(utc_ns wall, const shutdown_record& x) {
  if (!running_) return;
  unfinished_ = false;
  running_ = false;
  if (x.clean) return;
  auto& session = session_of(wall);
  blame(session, session.crashes, "the node ended with " + x.cause);
}

void live_record::on(utc_ns wall, const state_record& x) {
  if (!running_ || !x.added) return;
  const auto kind = kind_of(x.changed);
  if (kind == fault_kind::none) return;
  auto& session = session_of(wall);
  auto& count = kind == fault_kind::kill         ? session.kills
                : kind == fault_kind::limit      ? session.limit_breaches
                : kind == fault_kind::difference ? session.differences
                                                 : session.faults;
  blame(session, count, std::string{to_string(x.changed)});
}

void live_record::on(utc_ns, const session_record& x) {
  if (!running_ || !is_open(x.session.phase)) return;
  auto& session = session_of(x.session.open);
  session.traded = true;
  session.major = major_;
}

void live_record::on(utc_ns wall, const supervisor_record& x) {
  if (!running_ || !x.gave_up) return;
  auto& session = session_of(wall);
  blame(session, session.faults, x.child.str() + " was given up");
}

void live_record::on(utc_ns wall, const coverage_record& x) {
  if (!running_ || nanoseconds{x.uncovered_ns} <= uncovered_max) return;
  auto& session = session_of(wall);
  blame(session, session.faults, x.symbol.str() + " had no resting stop");
}

void live_record::on(utc_ns wall, const day_record& x) {
  if (!running_) return;
  const auto day = parse_date(x.day);
  auto& session =
      session_of(day ? calendar_.utc_from_new_york(*day, std::chrono::hours{12}) : wall);
  session.reconciled = true;
  session.matched = x.matched;
  if (!x.matched) blame(session, session.differences, "the books differed at the end");
}

void live_record::on(utc_ns wall, const account_record& x) {
  if (running_) on_equity(wall, x.account.equity);
}

void live_record::on(utc_ns wall, const snapshot_record& x) {
  if (running_) on_equity(wall, x.equity);
}

void live_record::on_equity(utc_ns wall, money told) {
  const auto equity = told - flows_;
  if (!told.is_positive() || !equity.is_positive()) return;
  auto& session = session_of(wall);
  if (!session.equity_first) {
    session.equity_first = equity;
    session.equity_high = session.equity_low = equity;
  }
  session.equity_last = equity;
  session.equity_high = std::max(session.equity_high, equity);
  session.equity_low = std::min(session.equity_low, equity);
  session.fall_bp = std::max(session.fall_bp, fall_bp(session.equity_high, equity));
}

void live_record::on(utc_ns wall, const trade_event_record& x) {
  if (!running_) return;
  auto& session = session_of(wall);
  add(session.turnover, notional_ceil(x.fill_price, x.qty).value_or(money{}));
  if (x.event != trade_event_kind::close) return;
  ++session.trades;
  if (x.pnl.is_positive()) {
    ++session.wins;
    add(session.earned, x.pnl);
  } else if (x.pnl.is_negative()) {
    ++session.losses;
    add(session.lost, -x.pnl);
  }
}

void live_record::on(utc_ns, const cash_flow_record& x) {
  // Beyond any account that this is for; a sum of them stays within its range.
  constexpr auto flow_max = money::from_int(1'000'000'000);
  const auto sum = flows_ + std::clamp(x.amount, -flow_max, flow_max);
  if (running_ && sum <= flow_max && sum >= -flow_max) flows_ = sum;
}

/// The word of a command in a run of its own; the last one about a day or a strategy holds.
void live_record::on(utc_ns, const proof_record& x) {
  if (x.kind == proof_kind::backtest) {
    backtests_.erase(x.subject);
    if (x.passed && backtests_.size() < backtests_max) backtests_[x.subject] = {x.count, x.regimes};
    return;
  }
  const auto day = parse_date(x.subject);
  if (!day) return;
  if (const auto at = sessions_.find(*day); at != sessions_.end()) at->second.parity = x.passed;
}

void live_record::on(utc_ns, const trend_record& x) {
  if (trends_.size() >= trends_max && !trends_.contains(x.symbol)) return;
  auto& newest = trends_[x.symbol];
  if (newest.day <= x.day) newest = x;
}

void live_record::on(utc_ns wall, const drill_record& x) {
  if (!drills_count_) return;
  drill_ = drill_evidence{wall, x.passed && x.open_orders_after == 0, nanoseconds{x.flat_ns}};
}

void live_record::on(utc_ns wall, const operator_record& x) {
  if (!x.accepted) return;
  if (x.command == acknowledge_command) {
    const auto day = parse_date(x.answer);
    if (!day) return;
    if (const auto at = sessions_.find(*day); at != sessions_.end()) at->second.acknowledged = true;
  }
  if (x.command == review_command) {
    if (const auto day = parse_date(x.answer)) reviewed_.insert(week_of(*day));
    if (reviewed_.size() > sessions_max) reviewed_.erase(reviewed_.begin());
  }
  if (x.command != promote_command) return;
  const auto today = calendar_.new_york_date(wall);
  const auto now = stage(today);
  const auto last = sessions_.find(today);
  const bool today_counted = last != sessions_.end() && is_over(last->second, today);
  base_day_ = today_counted ? today : civil_from_days(days_from_civil(today) - 1);
  const auto next = std::min<int>(static_cast<int>(now.stage) + 1, live_stage_count - 1);
  base_ = {static_cast<live_stage>(next), 0, 0, "promoted by " + x.who};
}

bool live_record::is_over(const session_facts& session, calendar_date today) {
  return session.traded && (session.day < today || session.reconciled);
}

std::vector<session_facts> live_record::sessions() const {
  std::vector<session_facts> out;
  for (const auto& [day, session] : sessions_)
    if (session.traded) out.push_back(session);
  return out;
}

stage_state live_record::stage(calendar_date today) const {
  auto out = base_;
  for (const auto& [day, session] : sessions_)
    if (day > base_day_ && is_over(session, today))
      out = after_session(std::move(out), graded(session));
  return out;
}

paper_evidence live_record::evidence(std::uint32_t window, const std::string& major,
                                     calendar_date today) const {
  paper_evidence out;
  out.drill = drill_;
  std::vector<const session_facts*> counted;
  for (const auto& [day, session] : sessions_)
    if (session.major == major && is_over(session, today)) counted.push_back(&session);
  if (counted.size() > window)
    counted.erase(counted.begin(), counted.end() - static_cast<std::ptrdiff_t>(window));
  money peak;
  for (const auto* each : counted) {
    out.sessions += each->matched ? 1 : 0;
    out.trades += each->trades;
    out.wins += each->wins;
    out.losses += each->losses;
    out.parity_same += each->parity == true ? 1 : 0;
    out.parity_other += each->parity == false ? 1 : 0;
    add(out.earned, each->earned);
    add(out.lost, each->lost);
    if (!each->equity_first) continue;
    if (!out.equity_first.is_positive()) out.equity_first = *each->equity_first;
    out.equity_last = *each->equity_last;
    out.drawdown_bp = std::max({out.drawdown_bp, each->fall_bp, fall_bp(peak, each->equity_low)});
    peak = std::max(peak, each->equity_high);
  }
  if (counted.empty()) return out;
  // A crash on a day without a session is one all the same.
  for (auto at = sessions_.find(counted.front()->day); at != sessions_.end(); ++at) {
    const auto& each = at->second;
    out.crashes += each.crashes;
    out.differences += each.differences;
    out.limit_breaches += each.limit_breaches;
    if (each.traded && each.day < today && !each.reconciled) ++out.differences;
  }
  return out;
}

}  // namespace bw
