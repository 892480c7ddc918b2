#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "core/result.hpp"
#include "domain/session_calendar.hpp"

namespace bw {

/// What a day's report is about.
struct day_report_question {
  std::string mode;
  calendar_date day;
};

/// Where the report of a day lies: reports/2026-11-02 in the state folder.
std::filesystem::path day_report_folder(const std::filesystem::path& state, calendar_date day);

/// Reads the audit log beside its writer and writes what came of one New York day, as
/// `report days --day` tells it: report.html, report.json, report.txt, trades.csv, equity.csv.
/// Answers the folder. Takes a second for every million records; ec::halted when `goes_on` says no
/// in between, ec::not_found when no account was seen that day.
result<std::filesystem::path> write_day_report(const std::filesystem::path& state,
                                               const day_report_question& asked,
                                               const session_calendar& calendar,
                                               const std::function<bool()>& goes_on);

}  // namespace bw
