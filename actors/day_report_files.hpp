#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "analytics/node_books.hpp"
#include "core/result.hpp"
#include "domain/session_calendar.hpp"
#include "storage/audit_reader.hpp"

namespace bw {

/// What a day's report is about.
struct day_report_question {
  std::string mode;
  calendar_date day;
};

/// A day's decisions made once more from what was recorded.
struct decided_day {
  /// For the section "against the backtest of this day".
  run_against against;
  /// For the log; empty where not everything was recorded, which proves nothing either way.
  std::optional<proof_record> proof;
};
/// `goes_on` is asked again and again: ec::halted when it says no.
using day_backtest =
    std::function<result<decided_day>(calendar_date day, const std::function<bool()>& goes_on)>;

/// Where the report of a day lies: reports/2026-11-02 in the state folder.
std::filesystem::path day_report_folder(const std::filesystem::path& state, calendar_date day);

/// What the log's records of a period come to, under the name that its report will have.
/// `goes_on` is asked before each record: ec::halted when it says no, ec::not_found when no account
/// was seen in the period.
result<run_result> run_of_days(const audit_reader& log, const books_period& period,
                               const std::string& name, const std::function<bool()>& goes_on);

/// Reads the audit log beside its writer and writes what came of one New York day, as
/// `report days --day` tells it: report.html, report.json, report.txt, trades.csv, equity.csv.
/// Answers the folder. Takes a second for every million records; ec::halted when `goes_on` says no
/// in between, ec::not_found when no account was seen that day. `against` stands in it as a
/// section; where there could be none, a warning says why.
result<std::filesystem::path> write_day_report(
    const std::filesystem::path& state, const day_report_question& asked,
    const session_calendar& calendar, const std::function<bool()>& goes_on,
    const std::optional<result<run_against>>& against = std::nullopt);

}  // namespace bw
