#include "actors/checkin_files.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "actors/status_actor.hpp"
#include "analytics/strategy_learner.hpp"
#include "config/option_table.hpp"
#include "config/state_folder.hpp"
#include "storage/proposal_store.hpp"
#include "storage/trade_database.hpp"

namespace bw {

namespace {

/// Days back among which the session before a day is sought.
constexpr int days_back = 14;
/// Rows of one list in a brief; what is beyond is only counted.
constexpr std::size_t rows_max = 100;

std::string text_of(const std::filesystem::path& path) {
  std::ifstream in{path, std::ios::binary};
  std::ostringstream out;
  out << in.rdbuf();
  return in ? out.str() : std::string{};
}

utc_ns previous_close(const session_calendar& calendar, calendar_date day) {
  const auto number = days_from_civil(day);
  for (int back = 1; back <= days_back; ++back)
    if (const auto before = calendar.session_on(civil_from_days(number - back)))
      return before->close;
  return calendar.utc_from_new_york(civil_from_days(number - 1), std::chrono::hours{16});
}

checkin_trade shown(const trade_row& x) {
  const bool open = x.closed_at.value == 0;
  return {.symbol = x.symbol,
          .strategy = x.strategy,
          .qty = x.qty.text(),
          .entry = x.entry.text(),
          .exit = open ? "" : x.exit.text(),
          .pnl = open ? "" : x.pnl.text(),
          .exit_reason = x.exit_reason,
          .open = open};
}

void add_trades(const trade_database& database, const session_calendar& calendar,
                checkin_facts& out) {
  const auto midnight = calendar.utc_from_new_york(out.day, {});
  const auto since = previous_close(calendar, out.day);
  const auto trades = database.trades({});
  if (!trades) {
    out.unknown.push_back("trades: " + trades.failure().context);
    return;
  }
  out.trades_known = true;
  std::size_t beyond = 0;
  const auto add = [&beyond](std::vector<checkin_trade>& to, const trade_row& x) {
    if (to.size() < rows_max)
      to.push_back(shown(x));
    else
      ++beyond;
  };
  for (const auto& x : *trades) {
    const auto last = std::max(x.opened_at, x.closed_at);
    if (last > out.at) continue;
    if (last >= since) add(out.overnight, x);
    if (last >= midnight) add(out.today, x);
  }
  if (beyond > 0) out.unknown.push_back(std::to_string(beyond) + " more trades are not listed");
  if (const auto realized = database.realized_on(out.day)) out.realized_today = *realized;
}

void add_refusals(const trade_database& database, const session_calendar& calendar,
                  checkin_facts& out) {
  const auto orders = database.orders(
      {.from = calendar.utc_from_new_york(out.day, {}), .to = out.at + nanoseconds{1}});
  if (!orders) {
    out.unknown.push_back("orders: " + orders.failure().context);
    return;
  }
  for (const auto& x : *orders) {
    if (x.status != "rejected") continue;
    const auto why = x.error_text.empty() ? std::string{"no reason given"} : x.error_text;
    const auto known = std::find_if(out.refusals.begin(), out.refusals.end(),
                                    [&](const auto& each) { return each.first == why; });
    if (known != out.refusals.end())
      ++known->second;
    else if (out.refusals.size() < rows_max)
      out.refusals.emplace_back(why, 1);
  }
}

/// What the learner says of the signals and trades up to the brief. Signals of strategies in shadow
/// are not for executing and say nothing here.
void add_lessons(const trade_database& database, checkin_facts& out) {
  const trade_filter week{.from = out.at - strategy_learner::figures_of,
                          .to = out.at + nanoseconds{1}};
  const auto signals = database.signals(week, strategy_learner::signals_max);
  const auto trades = database.trades(week);
  if (!signals || !trades) {
    out.unknown.push_back("strategies: " +
                          (signals ? trades.failure() : signals.failure()).context);
    return;
  }
  strategy_learner learner;
  for (const auto& x : *signals)
    if (x.fate != to_string(signal_fate::shadow))
      learner.add(learner_signal{x.at, x.strategy, x.symbol, x.confidence_ppm, x.executed});
  for (const auto& x : *trades)
    if (x.closed_at.value != 0)
      learner.add(learner_trade{x.closed_at, x.strategy, x.symbol, x.pnl});
  const auto lessons = learner.lessons(out.at);
  out.strategies = figure_lines(lessons);
  out.notes = note_lines(lessons);
}

void add_proposals(const std::filesystem::path& state, checkin_facts& out) {
  std::error_code ignored;
  if (!std::filesystem::exists(proposals_file(state), ignored)) return;
  const auto store = proposal_store::open(proposals_file(state), sqlite_access::read_only);
  const auto all = store ? (*store)->list() : result<std::vector<proposal>>{store.failure()};
  if (!all) {
    out.unknown.push_back("proposals: " + all.failure().context);
    return;
  }
  for (const auto& each : *all) {
    const bool open = each.status == proposal_status::open && out.at < each.expires_at;
    if (open && out.proposals.size() < rows_max)
      out.proposals.push_back(each.id + " by " + each.author + ": " + each.reason);
  }
}

}  // namespace

std::vector<std::pair<std::string, std::string>> limits_of(const node_config& config) {
  std::vector<std::pair<std::string, std::string>> out;
  for (const auto& each : option_table())
    if (each.key.starts_with("risk."))
      out.emplace_back(std::string{each.key}, to_toml(each.show(config)));
  return out;
}

checkin_facts gather_checkin(const std::filesystem::path& state, const checkin_question& asked,
                             const session_calendar& calendar) {
  checkin_facts out;
  out.slot = asked.slot;
  out.day = asked.day;
  out.at = asked.at;
  out.session = calendar.session_on(asked.day);
  out.half_day = out.session && calendar.is_half_day(*out.session);
  out.status_json = text_of(status_file(state));
  if (out.status_json.empty())
    out.unknown.push_back(status_file(state).string() + ": no node has written here");
  const auto database = trade_database::open(trades_file(state), sqlite_access::read_only);
  if (database) {
    add_trades(**database, calendar, out);
    add_refusals(**database, calendar, out);
    add_lessons(**database, out);
  } else {
    out.unknown.push_back("trades: " + database.failure().context);
  }
  std::istringstream report{
      text_of(state / "reports" / ("reconciliation-" + format_date(asked.day) + ".txt"))};
  for (std::string line; std::getline(report, line) && out.reconciliation.size() < rows_max;)
    if (!line.empty()) out.reconciliation.push_back(line);
  add_proposals(state, out);
  return out;
}

result<std::filesystem::path> write_checkin(const std::filesystem::path& state,
                                            const checkin_brief& brief) {
  const auto folder = state / "reports";
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  const auto text = folder / (brief.stem() + ".txt");
  if (auto done = replace_file(folder / (brief.stem() + ".json"), to_json(brief) + "\n"); !done)
    return std::move(done).failure();
  if (auto done = replace_file(text, to_text(brief)); !done) return std::move(done).failure();
  return text;
}

}  // namespace bw
