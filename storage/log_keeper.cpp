#include "storage/log_keeper.hpp"

#include "storage/audit_codec.hpp"

namespace bw {

log_keeper::log_keeper(audit_log& log, start_point start, std::optional<anchor_writer> anchors,
                       log_keeper_options options)
    : log_(log),
      anchors_(std::move(anchors)),
      options_(options),
      books_(std::move(start.past)),
      snapshot_(start.snapshot),
      verified_(log.head()),
      verified_chain_(log.head_chain()),
      verify_to_(log.head()) {
  log_.continue_tree(std::move(start.tree));
}

result<sequence_number> log_keeper::append(std::span<const audit_log::entry> entries,
                                           sync_mode sync) {
  std::string_view cause;
  for (const auto& next : entries) {
    // In front of the end and not behind it: what follows on a shutdown is another life.
    if (std::holds_alternative<shutdown_record>(*next.event))
      if (auto done = write_snapshot("shutdown", next.stamp); !done)
        return std::move(done).failure();
    if (const auto wanted = cause_after(*next.event); !wanted.empty()) cause = wanted;
  }
  const auto written = log_.append(entries, sync);
  if (!written) return written;
  if (auto folded = fold(entries); !folded) return std::move(folded).failure();
  if (!cause.empty())
    if (auto done = write_snapshot(cause, entries.back().stamp); !done)
      return std::move(done).failure();
  return *written;
}

std::string_view log_keeper::cause_after(const audit_event& event) {
  if (const auto* state = std::get_if<state_record>(&event))
    return state->added && state->state.mode == trading_mode::halted ? "halt" : "";
  if (const auto* session = std::get_if<session_record>(&event)) {
    const auto phase = session->session.phase;
    const bool open = phase != session_phase::closed && phase != session_phase::unknown;
    if (open == in_session_) return "";
    in_session_ = open;
    return open ? "open" : "close";
  }
  return std::holds_alternative<config_record>(event) ? "start" : "";
}

result<void> log_keeper::fold(std::span<const audit_log::entry> entries) {
  auto at = log_.head().value - entries.size();
  for (const auto& next : entries) {
    const record_place place{sequence_number{++at}, static_cast<std::uint16_t>(next.event->index()),
                             log_.boot_no(), next.stamp.wall};
    if (auto applied = books_.apply(place, *next.event); !applied)
      return std::move(applied).failure().within("the next start could not recover");
  }
  return {};
}

result<void> log_keeper::write_own(const audit_event& event, const audit_stamp& stamp) {
  const audit_log::entry entry{stamp, &event};
  const auto written = log_.append({&entry, 1}, sync_mode::no);
  if (!written) return written.failure();
  return fold({&entry, 1});
}

result<void> log_keeper::write_snapshot(std::string_view cause, const audit_stamp& stamp) {
  const audit_event event = books_.snapshot(cause);
  std::string bytes;
  snapshot_at_ = stamp.mono;
  const bool fits = encode_event(event, bytes).ok() && bytes.size() <= options_.snapshot_bytes_max;
  if (!fits) return {};
  if (auto written = write_own(event, stamp); !written) return written;
  snapshot_ = log_.head();
  snapshot_cause_ = cause;
  return {};
}

/// First the sync, then the anchor, then its record: the anchor must not name what a power loss may
/// take, and the record not an anchor that it may.
result<std::string> log_keeper::write_anchor(const audit_stamp& now) {
  if (auto synced = log_.sync(); !synced) return std::move(synced).failure();
  return anchors_->write(log_, snapshot_, now.wall, now.mono);
}

result<std::vector<std::string>> log_keeper::beat(const audit_stamp& now) {
  if (!std::exchange(began_, true)) snapshot_at_ = verify_began_ = now.mono;
  std::vector<std::string> lines;
  if (in_session_ && now.mono - snapshot_at_ >= options_.snapshot_period)
    if (auto done = write_snapshot("period", now); !done) return std::move(done).failure();
  if (anchors_ && log_.tree() != nullptr && anchors_->is_due(log_.head(), own_, now.mono)) {
    auto line = write_anchor(now);
    if (!line) return std::move(line).failure();
    lines.push_back(*std::move(line));
    const auto& last = *anchors_->last();
    if (auto told = write_own(anchor_record{last.sequence, last.chain, last.root}, now); !told)
      return std::move(told).failure();
    own_ = 1;
  }
  if (verify_to_ == verified_ && now.mono - verify_began_ >= options_.verify_period) {
    verify_to_ = log_.head();
    verify_began_ = now.mono;
  }
  if (auto right = verify_slice(); !right) return std::move(right).failure();
  return lines;
}

result<std::vector<std::string>> log_keeper::finish(const audit_stamp& now) {
  std::vector<std::string> lines;
  if (!anchors_ || log_.tree() == nullptr || log_.head().value == 0) return lines;
  if (anchors_->last() && anchors_->last()->sequence == log_.head()) return lines;
  auto line = write_anchor(now);
  if (!line) return std::move(line).failure();
  lines.push_back(*std::move(line));
  own_ = 0;
  return lines;
}

result<void> log_keeper::verify_slice() {
  if (verify_to_ <= verified_) return {};
  const auto from = verified_.value == 0 ? sequence_number{1} : verified_;
  const sequence_number to{std::min(verify_to_.value, verified_.value + options_.verify_slice)};
  bool same = true;
  const auto read = log_.read(from, [&](const audit_record& record) {
    if (record.sequence == verified_)
      same = record.chain == verified_chain_;
    else if (record.sequence <= to) {
      verified_ = record.sequence;
      verified_chain_ = record.chain;
    }
    return same && record.sequence < to;
  });
  if (!read) return read.failure();
  if (!same)
    return {ec::integrity_broken, "record " + std::to_string(verified_.value) +
                                      " of the audit log is another one than was written"};
  return {};
}

}  // namespace bw
