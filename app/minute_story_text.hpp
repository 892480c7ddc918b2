#pragma once

#include <string>
#include <vector>

#include "domain/session_calendar.hpp"
#include "storage/minute_story.hpp"

namespace bw {

/// One reason why nothing was sent, or what was sent.
struct minute_reason {
  /// "node_not_running", "halted", "session", "no_look", "conditions", "denied", "sent", ...
  std::string code;
  /// Empty when it holds for all strategies.
  std::string strategy;
  std::string text;
};

/// The reasons, those of the whole node first. Never empty.
std::vector<minute_reason> reasons_of(const minute_story& story, const session_calendar& calendar);

std::string minute_story_text(const minute_story& story, const session_calendar& calendar);
std::string minute_story_json(const minute_story& story, const session_calendar& calendar);

}  // namespace bw
