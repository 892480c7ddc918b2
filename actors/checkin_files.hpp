#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "analytics/checkin.hpp"
#include "config/node_config.hpp"
#include "domain/session_calendar.hpp"

namespace bw {

/// What a brief is about; the rest is found in the state folder.
struct checkin_question {
  checkin_slot slot = checkin_slot::morning;
  calendar_date day;
  utc_ns at;
};

/// Limits as a brief shows them: every risk key of the configuration with its value.
std::vector<std::pair<std::string, std::string>> limits_of(const node_config& config);

/// Reads the state folder: status.json, trades.db, the day's comparison of books, proposals. What
/// is not there or cannot be read is named in the facts; nothing is changed. The node and the
/// command use it alike, so that both say the same.
checkin_facts gather_checkin(const std::filesystem::path& state, const checkin_question& asked,
                             const session_calendar& calendar);

/// Writes the brief as STEM.json and STEM.txt into the state folder's reports; answers the text
/// file's path. ec::io_failed names what could not be written.
result<std::filesystem::path> write_checkin(const std::filesystem::path& state,
                                            const checkin_brief& brief);

}  // namespace bw
