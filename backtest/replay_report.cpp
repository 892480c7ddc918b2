#include "backtest/replay_report.hpp"

#include <tuple>
#include <utility>

#include "storage/event_json.hpp"

namespace bw {

std::string_view to_string(decision_kind x) noexcept {
  switch (x) {
    case decision_kind::signal: return "signal";
    case decision_kind::order: return "order";
    case decision_kind::cancel: return "cancel";
    case decision_kind::verdict: return "verdict";
    case decision_kind::state_change: return "state_change";
  }
  return "invalid";
}

std::string replay_difference::text() const {
  std::string out = "the " + std::string{to_string(kind)};
  if (!who.empty()) out += " of " + who;
  out += " at " + format_rfc3339(at);
  if (sequence.value != 0) out += " (record " + std::to_string(sequence.value) + ")";
  if (field.empty()) return out + ": " + recorded + ", " + replayed;
  return out + ": " + field + " was " + recorded + " and is now " + replayed;
}

std::uint64_t replay_report::compared() const {
  std::uint64_t out = 0;
  for (const auto& each : decisions) out += each.compared;
  return out;
}

std::uint64_t replay_report::identical() const {
  std::uint64_t out = 0;
  for (const auto& each : decisions) out += each.identical;
  return out;
}

void replay_report::note_incomplete(std::string why) {
  if (incomplete.size() < notes_max) incomplete.push_back(std::move(why));
}

void replay_report::note_difference(replay_difference found) {
  ++differences;
  // Lanes are replayed side by side: the first is the one that came about first, and at one instant
  // a signal comes before its order and an order before its verdict.
  const auto place = [](const replay_difference& x) { return std::tuple{x.boot_no, x.at, x.kind}; };
  if (!first || place(found) < place(*first)) first = std::move(found);
}

void write_replay(json_writer& out, const replay_report& report) {
  out.member("runs", report.boots);
  out.member("runs_without_recording", report.boots_without_recording);
  out.member("inputs", report.inputs);
  out.member("market_inputs", report.market_inputs);
  out.member("bytes", report.bytes);
  out.member("lost_inputs", report.lost_inputs);
  out.key("decisions").begin_object();
  out.member("compared", report.compared());
  out.member("identical", report.identical());
  out.member("differences", report.differences);
  out.member("uncovered", report.uncovered);
  out.member("cut_off", report.cut_off);
  for (std::size_t k = 1; k <= decision_kind_count; ++k) {
    out.key(to_string(static_cast<decision_kind>(k))).begin_object();
    out.member("compared", report.decisions[k].compared);
    out.member("identical", report.decisions[k].identical);
    out.end_object();
  }
  out.end_object();
  if (report.first) {
    out.key("first_difference").begin_object();
    out.member("text", report.first->text());
    out.member("kind", to_string(report.first->kind));
    out.member("sequence", report.first->sequence.value);
    out.member("run", report.first->boot_no);
    out.member("at", report.first->at);
    out.member("who", report.first->who);
    out.member("field", report.first->field);
    out.member("recorded", report.first->recorded);
    out.member("replayed", report.first->replayed);
    out.end_object();
  }
  const auto texts = [&](const char* name, const std::vector<std::string>& all) {
    out.key(name).begin_array();
    for (const auto& each : all) out.value(each);
    out.end_array();
  };
  texts("incomplete", report.incomplete);
  texts("tampered", report.tampered);
  out.key("segments").begin_array();
  for (const auto& each : report.segments) {
    out.begin_object();
    out.member("file", each.file);
    out.member("run", each.boot_no);
    out.member("bytes", each.bytes);
    out.member("sha256", hex_text(each.sha256));
    out.member("vouched", each.vouched);
    out.member("torn", each.torn);
    out.end_object();
  }
  out.end_array();
  out.key("log").begin_object();
  out.member("records", report.chain_records);
  out.member("chain", hex_text(report.chain));
  out.end_object();
}

}  // namespace bw
