// What a promotion asks for beside sessions: the paper node, the week's report, a backtest.

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <sstream>

#include "analytics/run_comparison.hpp"
#include "app/command_log.hpp"
#include "app/commands/live_command.hpp"
#include "core/json_writer.hpp"
#include "storage/sha256.hpp"

namespace bw {
namespace {

/// A report of a run is far below it.
constexpr std::uintmax_t report_bytes_max = 64u << 20;

std::string days_json(const std::vector<live_day>& days) {
  json_writer out;
  out.begin_object().member("schema_version", 1).key("days").begin_array();
  for (const auto& each : days) {
    const auto& facts = each.facts;
    out.begin_object().member("day", format_date(facts.day)).member("grade", to_string(each.grade));
    out.member("trades", facts.trades).member("pnl", facts.earned - facts.lost);
    out.member("like_paper", each.twin.within).member("comparison", each.twin.text);
    out.member("acknowledged", facts.acknowledged).member("reviewed", each.reviewed).end_object();
  }
  out.end_array().end_object();
  return out.take();
}

std::string days_text(const std::vector<live_day>& days) {
  std::vector<std::vector<std::string>> rows{
      {"day", "grade", "trades", "P&L USD", "like paper", "", "reviewed"}};
  for (const auto& each : days) {
    const auto& facts = each.facts;
    rows.push_back({format_date(facts.day), std::string{to_string(each.grade)},
                    std::to_string(facts.trades), (facts.earned - facts.lost).text(),
                    each.twin.within ? "yes" : "NO", each.twin.text, each.reviewed ? "yes" : "no"});
  }
  return format_table(rows);
}

int compare(const common_flags& flags, const live_arguments& asked) {
  const auto view = look_at_live(asked.config);
  if (!view) return fail(flags, view.failure());
  const auto& days = view->books.days;
  if (flags.json)
    std::cout << days_json(days) << '\n';
  else
    std::cout << (days.empty() ? "no session with real money yet\n" : days_text(days));
  const bool like =
      std::all_of(days.begin(), days.end(), [](const live_day& each) { return each.twin.within; });
  return static_cast<int>(like ? exit_code::ok : exit_code::not_ready);
}

/// The days of a week that is over; empty with a reason otherwise.
result<std::vector<live_day>> days_of_week(const live_view& view, const std::string& text) {
  const auto day = parse_date(text);
  if (!day) return day.failure();
  const auto monday = week_of(*day);
  const auto saturday = civil_from_days(days_from_civil(monday) + 5);
  if (view.calendar.new_york_date(system_clock{}.utc_now()) < saturday)
    return {ec::halted, "the week of " + format_date(monday) + " is not over"};
  std::vector<live_day> out;
  for (const auto& each : view.books.days)
    if (week_of(each.facts.day) == monday) out.push_back(each);
  if (out.empty())
    return {ec::halted,
            "there was no session with real money in the week of " + format_date(monday)};
  return out;
}

int review(const common_flags& flags, const live_arguments& asked) {
  const auto who = person_here();
  if (const auto lacks = needs_person(who)) return fail(flags, *lacks);
  const auto view = look_at_live(asked.config);
  if (!view) return fail(flags, view.failure());
  const auto days = days_of_week(*view, asked.day);
  if (!days) return fail(flags, days.failure());
  const auto monday = format_date(week_of(days->front().facts.day));
  std::string wrong;
  for (const auto& each : *days)
    if (const auto why = grade_of(each.facts).why; !why.empty()) wrong += why + "\n";
  who.show(days_text(*days) + wrong + "The whole report: bellwether report days --week " + monday +
           "\nType the week's first day, " + monday + ", to say that you read it: ");
  if (who.answer() != monday)
    return fail(flags, {exit_code::refused_for_safety, "not confirmed: nothing was changed", ""});
  return record_in_live_log(flags, *view,
                            {std::string{review_command}, person_at_terminal(), asked.why,
                             command_channel::terminal, true, monday});
}

result<std::string> text_of(const std::filesystem::path& file) {
  std::error_code failed;
  const auto size = std::filesystem::file_size(file, failed);
  if (failed) return {ec::not_found, file.string() + ": " + failed.message()};
  if (size > report_bytes_max) return {ec::out_of_range, file.string() + " is no report of a run"};
  std::ifstream in{file, std::ios::binary};
  std::ostringstream out;
  out << in.rdbuf();
  if (!in) return {ec::io_failed, file.string() + " cannot be read"};
  return out.str();
}

/// Closed trades of a strategy in a report of a backtest.
result<std::uint64_t> trades_in(const std::string& report, const std::string& strategy) {
  const auto all = nlohmann::json::parse(report, nullptr, false);
  const nlohmann::json none;
  const auto at = [&](const nlohmann::json& from, const std::string& key) -> const auto& {
    return from.is_object() && from.contains(key) ? from[key] : none;
  };
  const auto& run = at(all, "run");
  if (at(run, "type") != "simulated")
    return {ec::invalid_argument, "the report is not one of a backtest"};
  const auto& trades = at(at(at(at(all, "groups"), "strategy"), strategy), "trades");
  if (!trades.is_number_unsigned())
    return {ec::not_found, "the report knows no trade of " + strategy};
  return trades.get<std::uint64_t>();
}

/// Regimes in which those trades were entered, as the table beside the report has them.
result<regime_set> regimes_in(const std::string& folder, const session_calendar& calendar,
                              const std::string& strategy, std::uint64_t trades) {
  const auto run = read_run(folder, calendar);
  if (!run) return run.failure();
  regime_set out = 0;
  std::uint64_t found = 0;
  for (const auto& trade : run->trades) {
    if (trade.strategy.view() != strategy) continue;
    ++found;
    if (trade.regime != market_regime::unknown) out |= regime_bit(trade.regime);
  }
  if (found != trades)
    return {ec::integrity_broken, "trades.csv has " + std::to_string(found) + " trades of " +
                                      strategy + ", and the report " + std::to_string(trades)};
  return out;
}

int prove(const common_flags& flags, const live_arguments& asked) {
  const auto view = look_at_live(asked.config);
  if (!view) return fail(flags, view.failure());
  const auto& strategies = view->loaded.config.strategies;
  const bool known = std::any_of(strategies.begin(), strategies.end(),
                                 [&](const auto& each) { return each.id == asked.strategy; });
  if (!known)
    return fail(flags, {exit_code::usage, "no strategy '" + asked.strategy + "' is configured",
                        "see `bellwether strategy list`"});
  const auto file = std::filesystem::path{asked.report} / "report.json";
  const auto text = text_of(file);
  if (!text) return fail(flags, text.failure());
  const auto trades = trades_in(*text, asked.strategy);
  if (!trades) return fail(flags, trades.failure());
  const auto regimes = regimes_in(asked.report, view->calendar, asked.strategy, *trades);
  if (!regimes) return fail(flags, regimes.failure());
  const auto wanted = view->loaded.config.live.gate.backtest_trades;
  proof_record proof;
  proof.kind = proof_kind::backtest;
  proof.subject = asked.strategy;
  proof.count = *trades;
  proof.passed = *trades >= wanted;
  proof.text = file.string();
  proof.content = sha256{}.of({*text});
  proof.regimes = *regimes;
  if (!proof.passed)
    return fail(flags, {exit_code::not_ready,
                        asked.strategy + " has " + std::to_string(*trades) + " closed trades there",
                        "real money asks for " + std::to_string(wanted)});
  const auto answer = asked.strategy + ", " + std::to_string(*trades) + " trades";
  return record_in_live_log(flags, *view,
                            {std::string{"live prove"}, person_at_terminal(), proof.text,
                             command_channel::terminal, true, answer},
                            {proof});
}

using action = int (*)(const common_flags&, const live_arguments&);

}  // namespace

void add_live_proofs(CLI::App& live, common_flags& flags, chosen_command& chosen) {
  auto asked = std::make_shared<live_arguments>();
  const auto bind = [&](CLI::App* to, action what) {
    to->add_option("-c,--config", asked->config,
                   "Configuration (default: ./node.toml, then /etc/bellwether/node.toml)");
    to->callback([&chosen, &flags, asked, what] {
      chosen = [&flags, asked, what] { return what(flags, *asked); };
    });
  };
  auto* beside = live.add_subcommand("compare", "Each live session beside the paper node's");
  beside->footer(
      "Example:  bellwether live compare --json\n"
      "Exit codes: 0 every day lies within live.gate.twin_bp, 3 one does not.");
  bind(beside, compare);
  auto* week = live.add_subcommand("review", "Say that you read the report of a week");
  week->footer("Example:  bellwether live review 2026-11-02 --why \"weekly look\"");
  week->add_option("DAY", asked->day, "A day of the week")->required();
  week->add_option("--why", asked->why, "For the audit log");
  bind(week, review);
  auto* proof = live.add_subcommand("prove", "Put down the backtest of a strategy");
  proof->footer(
      "Example:  bellwether live prove momentum --report runs/momentum\n"
      "Exit codes: 0 done, 3 too few trades.");
  proof->add_option("STRATEGY", asked->strategy, "Its id")->required();
  proof->add_option("--report", asked->report, "Folder that `backtest --out` wrote")->required();
  bind(proof, prove);
}

}  // namespace bw
