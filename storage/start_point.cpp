#include "storage/start_point.hpp"

namespace bw {
namespace {

/// One walk from a record on.
class start_walk {
 public:
  start_walk(const std::optional<anchor>& last, sequence_number from) : last_(last) {
    out_.from = from;
    // Peaks and root were compared when the anchor was read.
    if (last) out_.tree = *merkle_tree::from_peaks(last->sequence.value, last->peaks);
  }

  result<void> take(const audit_record& record) {
    ++out_.records;
    if (std::holds_alternative<books_record>(record.event)) out_.snapshot = record.sequence;
    if (record.sequence.value > out_.tree.size()) out_.tree.add(record.leaf);
    if (last_ && record.sequence == last_->sequence && record.chain != last_->chain)
      return rollback("record " + std::to_string(record.sequence.value) +
                      " is another one than its anchor saw");
    if (const auto* told = std::get_if<anchor_record>(&record.event))
      if (!last_ || told->upto > last_->sequence)
        return rollback("record " + std::to_string(record.sequence.value) +
                        " tells of an anchor that the file of anchors does not have");
    if (record.sequence != out_.from || out_.from.value == 1) return out_.past.apply(record);
    auto begun = recovered_state::from_snapshot(record);
    if (!begun) return std::move(begun).failure();
    out_.past = *std::move(begun);
    return {};
  }
  start_point take_result() { return std::move(out_); }

 private:
  const std::optional<anchor>& last_;
  start_point out_;
};

}  // namespace

result<start_point> recover(const audit_log& log, const std::optional<anchor>& last) {
  const log_head head{log.log_id(), log.head(), log.head_chain()};
  if (last)
    if (const auto right = check_head(head, *last); !right) return right.failure();
  const bool bounded = last && last->snapshot.value > 1;
  const sequence_number from{bounded ? last->snapshot.value : 1};
  start_walk walk{last, from};
  result<void> taken;
  const auto read = log.read(from, [&](const audit_record& record) {
    taken = walk.take(record);
    return taken.ok();
  });
  if (!read) return read.failure();
  if (!taken) return taken.failure();
  return walk.take_result();
}

}  // namespace bw
