// Proposals as the audit log tells of them.

#include <algorithm>
#include <map>

#include "storage/proposal_store.hpp"

namespace bw {

void write_changes(json_writer& out, const proposal& x) {
  out.begin_array();
  for (const auto& each : x.changes) {
    out.begin_object();
    out.member("key", each.key);
    out.member("before", each.before);
    out.member("after", each.after);
    out.end_object();
  }
  out.end_array();
}

void write_evidence(json_writer& out, const proposal_evidence& e) {
  out.begin_object();
  out.member("objective", e.objective);
  out.member("out_of_sample", e.out_of_sample);
  out.member("out_of_sample_now", e.out_of_sample_now);
  out.member("in_sample", e.in_sample);
  out.member("deflated_sharpe", e.deflated_sharpe);
  out.member("judgement", e.judgement);
  out.member("trials", e.trials);
  out.member("trades", e.trades);
  out.member("sessions", e.sessions);
  out.member("data_hash", e.data_hash);
  out.member("folder", e.folder);
  out.end_object();
}

void write_effect(json_writer& out, const proposal_effect& x) {
  out.begin_object();
  out.member("sessions", x.sessions);
  out.member("orders", x.orders);
  out.member("added", x.added);
  out.member("removed", x.removed);
  out.member("changed", x.changed);
  out.end_object();
}

proposal_record record_of(const proposal& x, std::string state) {
  proposal_record out;
  out.id = x.id;
  out.author = x.author;
  out.created_at = x.created_at;
  out.base_version = x.base_hash;
  out.reason = x.reason;
  json_writer changes;
  write_changes(changes, x);
  out.changes = changes.take();
  json_writer evidence;
  evidence.begin_object().key("search");
  write_evidence(evidence, x.evidence);
  evidence.key("effect");
  write_effect(evidence, x.effect);
  evidence.member("expires_at", x.expires_at).end_object();
  out.evidence = evidence.take();
  out.state = std::move(state);
  out.decided_by = x.decided_by;
  out.decided_at = x.decided_at;
  out.note = x.note;
  return out;
}

result<std::vector<proposal_record>> proposal_store::unrecorded() const {
  auto all = list();
  if (!all) return std::move(all).failure();
  const auto running = rollouts();
  if (!running) return running.failure();
  std::map<std::string, std::string> stages;
  for (const auto& each : *running)
    stages[each.proposal] = std::string{to_string(each.state.stage)};
  std::map<std::string, std::string> known;
  auto read = file_->query("SELECT proposal, state FROM recorded", {}, [&](const sql_row& row) {
    known[text_of(row[0])] = text_of(row[1]);
    return true;
  });
  if (!read) return std::move(read).failure();
  std::vector<proposal_record> out;
  for (auto at = all->rbegin(); at != all->rend(); ++at) {
    const auto stage = stages.find(at->id);
    auto state = at->status == proposal_status::accepted && stage != stages.end()
                     ? stage->second
                     : std::string{to_string(at->status)};
    if (known[at->id] != state) out.push_back(record_of(*at, std::move(state)));
  }
  return out;
}

result<void> proposal_store::mark_recorded(const std::vector<proposal_record>& records) {
  for (const auto& each : records)
    if (auto put =
            file_->run("INSERT OR REPLACE INTO recorded VALUES (?, ?)", {each.id, each.state});
        !put)
      return put;
  return {};
}

}  // namespace bw
