#include "app/live_gate.hpp"

#include "app/broker_session.hpp"
#include "config/limits_text.hpp"
#include "config/secrets.hpp"
#include "config/state_folder.hpp"
#include "core/version.hpp"
#include "storage/anchor_writer.hpp"
#include "storage/arming_file.hpp"
#include "storage/audit_reader.hpp"
#include "storage/audit_verify.hpp"

namespace bw {
namespace {

/// All of a log and its anchors; answers how many anchors it agrees with. A log that was made
/// afterwards has a chain of its own, and no anchor.
result<std::uint64_t> prove_log(const node_config& config, const std::filesystem::path& state) {
  verify_options how;
  const auto anchors = in_state_folder(state, config.audit.anchors);
  std::error_code ignored;
  if (std::filesystem::exists(anchors, ignored)) {
    how.anchors = anchors;
    how.public_key = public_key_file(in_state_folder(state, config.audit.anchor_key));
  }
  const auto report = verify_audit_log(audit_folder(state), how);
  if (!report) {
    if (report.code() == ec::not_found) return std::uint64_t{0};
    return report.failure();
  }
  if (!report->ok())
    return {ec::integrity_broken,
            audit_folder(state).string() + " is no evidence: " + report->failure->text};
  return report->anchors;
}

/// An older record says nothing of how the market is now.
constexpr std::int64_t regime_days_max = 7;

/// The regimes of a strategy's symbols, as the node on paper or the one beside it last found them.
regime_set present_regimes(const strategy_config& strategy,
                           std::initializer_list<const live_record*> logs, calendar_date today) {
  const auto first = format_date(civil_from_days(days_from_civil(today) - regime_days_max));
  regime_set out = 0;
  for (const auto& symbol : strategy.watchlist) {
    const trend_record* newest = nullptr;
    for (const auto* log : logs)
      if (const auto at = log->trends().find(cut<symbol_name>(symbol)); at != log->trends().end())
        if (newest == nullptr || newest->day < at->second.day) newest = &at->second;
    if (newest == nullptr || newest->day < first) continue;
    const auto now = newest->trend.regime;
    const bool may_enter = strategy.regimes == 0 || has_regime(strategy.regimes, now);
    if (may_enter && now != market_regime::unknown) out |= regime_bit(now);
  }
  return out;
}

std::vector<strategy_evidence> strategies_of(const node_config& config, const live_record& live,
                                             const live_record& paper, calendar_date today) {
  std::vector<strategy_evidence> out;
  for (const auto& each : config.strategies)
    if (each.enabled)
      out.push_back({each.id, live.backtest_of(each.id),
                     config.risk.entries_need_stop && config.holding.take_profit_bp > 0,
                     live.backtest_regimes_of(each.id),
                     present_regimes(each, {&paper, &live}, today)});
  return out;
}

/// Folds the log of a state folder; a folder without one has nothing to say.
result<void> fold(const std::filesystem::path& state, live_record& into) {
  const auto log = open_audit_reader(audit_folder(state));
  if (!log) {
    if (log.code() == ec::not_found) return {};
    return log.failure();
  }
  return (*log)->read({}, [&into](const audit_record& record) {
    into.apply(record.wall, record.event);
    return true;
  });
}

command_failure refused(std::string why, std::string hint) {
  return {exit_code::refused_for_safety, "live trading is refused:\n" + std::move(why),
          std::move(hint)};
}

/// Nothing is missing but what the broker alone can say.
bool only_broker_is_missing(const live_facts& facts, const interlock_verdict& verdict) {
  return verdict.missing.size() == 1 && verdict.misses(live_condition::account) &&
         facts.account.empty() && !facts.accounts.empty();
}

command_failure failure_of(const error& why) { return {code_for(why.code), why.context, ""}; }

constexpr const char* status_hint = "nothing was started; see `bellwether live status`";

}  // namespace

/// The friend of live_permit.
struct live_door {
  static live_permit open(live_stage stage, arming_record arming) {
    return {stage, std::move(arming)};
  }
};

result<live_books> read_live_books(const node_config& config, const session_calendar& calendar,
                                   utc_ns now) {
  const auto& gate = config.live.gate;
  live_record paper{"paper", calendar};
  live_record live{"live", calendar};
  const auto anchors = prove_log(config, config.live.paper_state);
  if (!anchors) return anchors.failure();
  if (const auto proven = prove_log(config, config.live.state_folder); !proven)
    return proven.failure();
  if (auto read = fold(config.live.paper_state, paper); !read) return read.failure();
  if (auto read = fold(config.live.state_folder, live); !read) return read.failure();
  const auto today = calendar.new_york_date(now);
  auto seen = paper.evidence(gate.window_sessions, major_of(version()), today);
  seen.anchors = *anchors;
  seen.strategies = strategies_of(config, live, paper, today);
  live.compare_with(paper, gate.twin_bp);
  live_books out;
  out.evidence = judge_evidence(seen, gate, now);
  out.stage = live.stage(today);
  for (auto& each : live.sessions())
    out.days.push_back({each, grade_of(each).grade,
                        compare_twins(twin_of(each), live.paper_day(each.day), gate.twin_bp),
                        live.reviewed().contains(week_of(each.day))});
  return out;
}

live_answer admit_live(const live_request& request) {
  live_answer out;
  auto facts = request.facts;
  if (const auto good = check_live_words(facts); !good) {
    out.refusal = failure_of(good.failure());
    return out;
  }
  auto verdict = judge_live(facts);
  if (verdict.outcome == interlock_outcome::not_asked) return out;
  if (verdict.outcome == interlock_outcome::refused && !only_broker_is_missing(facts, verdict)) {
    out.refusal = refused(verdict.text(), status_hint);
    return out;
  }
  const auto books = request.books();
  if (!books) {
    out.refusal = failure_of(books.failure());
    return out;
  }
  if (!books->evidence.complete() || books->stage.stage == live_stage::s0) {
    const auto missing = books->evidence.complete()
                             ? std::string{"stage: nobody promoted the node from S0 (paper); run "
                                           "`bellwether live promote`"}
                             : "evidence: " + books->evidence.missing();
    out.refusal = refused(missing, status_hint);
    return out;
  }
  if (books->stage.stage < static_cast<live_stage>(facts.arming->stage)) {
    out.refusal = refused("stage: S" + std::to_string(facts.arming->stage) +
                              " was armed, and the node has gone back to " +
                              std::string{to_string(books->stage.stage)} +
                              "; look at why and run `bellwether arm` again",
                          status_hint);
    return out;
  }
  const auto account = request.account();
  if (!account) {
    out.refusal = failure_of(account.failure());
    return out;
  }
  facts.account = account->account_number;
  verdict = judge_live(facts);
  if (verdict.outcome != interlock_outcome::armed) {
    out.refusal = refused(verdict.text(), status_hint);
    return out;
  }
  // What the person saw when he armed holds, even where the node was promoted since.
  out.permit = live_door::open(static_cast<live_stage>(facts.arming->stage), *facts.arming);
  return out;
}

result<live_facts> gather_live_facts(const node_config& config, bool flag,
                                     const session_calendar& calendar, utc_ns now) {
  auto out = live_facts_of(config);
  out.flag = flag;
  out.now = now;
  out.limits = limits_in_force(config, "").hash;
  if (const auto to = trading_endpoint_for(to_string(config.mode), config.sim.port))
    out.host = to->host;
  if (const auto session = calendar.current_or_next(now)) out.session_close = session->close;
  const auto keys = resolve_credentials(config);
  if (!keys && keys.code() != ec::not_found) return keys.failure();
  if (keys) out.key = class_of_key(keys->key_id);
  const auto& state = config.live.state_folder;
  auto arming = read_arming(arming_file(state),
                            public_key_file(in_state_folder(state, config.live.arming_key)));
  if (arming)
    out.arming = std::move(*arming);
  else
    out.arming_problem = arming.failure().context;
  return out;
}

result<account_report> ask_account(const node_config& config) {
  auto credentials = resolve_credentials(config);
  if (!credentials) return std::move(credentials).failure();
  auto session = broker_session::open(config, std::move(*credentials));
  if (!session) return std::move(session).failure();
  return (*session)->account();
}

bool is_still_armed(const live_options& where, const live_permit& permit, utc_ns now) {
  std::error_code ignored;
  return now < permit.arming().expires &&
         std::filesystem::exists(arming_file(where.state_folder), ignored);
}

live_answer ask_for_live(const node_config& config, bool flag) {
  const system_clock time;
  const auto now = time.utc_now();
  auto calendar = session_calendar::make();
  if (!calendar) return {std::nullopt, failure_of(calendar.failure())};
  // Words first: who mistypes one is not asked for keys.
  auto wish = live_facts_of(config);
  wish.flag = flag;
  const bool asked = judge_live(wish).outcome != interlock_outcome::not_asked;
  if (!asked || !check_live_words(wish)) return admit_live({wish, {}, {}});
  auto facts = gather_live_facts(config, flag, *calendar, now);
  if (!facts) return {std::nullopt, failure_of(facts.failure())};
  return admit_live({std::move(*facts), [&] { return read_live_books(config, *calendar, now); },
                     [&] { return ask_account(config); }});
}

}  // namespace bw
