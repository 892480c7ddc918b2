#include <algorithm>

#include "core/json_writer.hpp"
#include "messages/reconciliation.hpp"

namespace bw {

std::string to_json(const day_report& report) {
  json_writer out;
  out.begin_object().member("schema_version", 1).member("day", report.day.day);
  out.member("at", report.at).member("matched", report.day.matched);
  out.key("lines").begin_array();
  for (const auto& line : report.day.lines)
    out.begin_object()
        .member("what", line.what)
        .member("ours", line.ours)
        .member("broker", line.theirs)
        .member("same", line.same)
        .end_object();
  out.end_array().key("notes").begin_array();
  for (const auto& note : report.day.notes) out.value(std::string_view{note});
  out.end_array().end_object();
  return out.take();
}

std::string to_text(const day_report& report) {
  std::size_t what = 4;
  std::size_t ours = 4;
  for (const auto& line : report.day.lines) {
    what = std::max(what, line.what.size());
    ours = std::max(ours, line.ours.size());
  }
  const auto padded = [](std::string text, std::size_t width) {
    text.resize(std::max(width, text.size()), ' ');
    return text;
  };
  auto out = "reconciliation of " + report.day.day + ", made " + format_rfc3339(report.at) + ": " +
             (report.day.matched ? "both books are the same" : "THE BOOKS DIFFER") + "\n\n";
  out += padded("", what) + "  " + padded("ours", ours) + "  broker\n";
  for (const auto& line : report.day.lines)
    out += padded(line.what, what) + "  " + padded(line.ours, ours) + "  " + line.theirs +
           (line.same ? "\n" : "   <- differs\n");
  if (!report.day.notes.empty()) out += "\n";
  for (const auto& note : report.day.notes) out += note + "\n";
  return out;
}

}  // namespace bw
