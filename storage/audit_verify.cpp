#include "storage/audit_verify.hpp"

#include <algorithm>

#include "storage/anchor.hpp"
#include "storage/audit_codec.hpp"

namespace bw {
namespace {

/// A primary may replace its files between two looks of a verifier. What is wrong three times is
/// wrong.
constexpr int looks_max = 3;
constexpr std::uint64_t progress_every = 65'536;

/// Compares records with the anchors that lie behind or on them.
class anchor_walk {
 public:
  anchor_walk(const anchor_list& list, bool must_have_all, sequence_number from)
      : from_(from),
        must_have_all_(must_have_all),
        last_(list.anchors.empty() ? sequence_number{} : list.anchors.back().sequence) {
    next_ = std::find_if(list.anchors.begin(), list.anchors.end(),
                         [from](const anchor& x) { return x.sequence >= from; });
    end_ = list.anchors.end();
  }

  std::optional<chain_failure> take(const record_view& view, const digest& chain) {
    if (must_have_all_ && tells_of_another(view))
      return chain_failure{chain_fault::anchor, view.sequence,
                           "it tells of an anchor that the file of anchors does not have"};
    if (next_ == end_) return std::nullopt;
    if (from_.value == 1) tree_.add(view.leaf);
    for (; next_ != end_ && next_->sequence == view.sequence; ++next_, ++seen_) {
      if (next_->chain != chain)
        return chain_failure{chain_fault::anchor, view.sequence,
                             "it is another record than its anchor saw"};
      if (from_.value == 1 && tree_.root() != next_->root)
        return chain_failure{chain_fault::anchor, view.sequence,
                             "the records up to it have another Merkle root than their anchor"};
    }
    return std::nullopt;
  }
  std::uint64_t seen() const { return seen_; }

 private:
  /// A start refuses such a log: lines of the file were taken away.
  bool tells_of_another(const record_view& view) const {
    static const auto told_type = static_cast<std::uint16_t>(audit_event{anchor_record{}}.index());
    if (view.redacted || view.type != told_type + 1) return false;
    const auto event = decode_event(told_type, view.payload);
    return event && std::get<anchor_record>(*event).upto > last_;
  }

  sequence_number from_;
  bool must_have_all_;
  sequence_number last_;
  std::vector<anchor>::const_iterator next_;
  std::vector<anchor>::const_iterator end_;
  merkle_tree tree_;
  std::uint64_t seen_ = 0;
};

chain_failure anchor_failure(sequence_number at, const error& why) {
  return {chain_fault::anchor, at, why.context};
}

/// One look with fresh eyes.
result<verify_report> verify_once(const std::filesystem::path& folder,
                                  const verify_options& options, const anchor_list& anchors) {
  verify_report out;
  auto reader = open_audit_reader(folder);
  if (!reader) {
    if (reader.code() == ec::integrity_broken)
      out.failure = chain_failure{chain_fault::unreadable, options.from, reader.failure().context};
    else if (reader.code() == ec::not_found && !anchors.anchors.empty())
      out.failure = anchor_failure(options.from, rollback(reader.failure().context));
    else
      return std::move(reader).failure();
    return out;
  }
  out.head = (*reader)->head();
  const auto all = std::min(options.to.value, out.head.sequence.value) + 1 -
                   std::min(options.from.value, out.head.sequence.value + 1);
  anchor_walk walk{anchors, !options.anchors.empty(), options.from};
  std::optional<chain_failure> differs;
  const auto broken =
      (*reader)->walk(options.from, [&](const record_view& view, const digest& chain) {
        if (view.sequence > options.to) return false;
        differs = walk.take(view, chain);
        if (differs) return false;
        if (view.redacted) ++out.redacted;
        if (++out.records % progress_every == 0 && options.progress)
          options.progress(out.records, all);
        return view.sequence < options.to;
      });
  out.anchors = walk.seen();
  out.failure = broken ? broken : differs;
  // A part of the log is looked at for its own sake, all of it for what stands beside it too.
  const bool whole = options.from.value == 1 && options.to >= out.head.sequence;
  if (!out.failure && whole)
    if (const auto right = (*reader)->check_files(); !right)
      out.failure =
          chain_failure{chain_fault::unreadable, sequence_number{out.head.sequence.value + 1},
                        right.failure().context};
  if (!out.failure && !anchors.anchors.empty())
    if (const auto right = check_head(out.head, anchors.anchors.back()); !right)
      out.failure = anchor_failure(sequence_number{out.head.sequence.value + 1}, right.failure());
  return out;
}

}  // namespace

result<verify_report> verify_audit_log(const std::filesystem::path& folder,
                                       const verify_options& asked) {
  auto options = asked;
  if (options.from.value == 0) options.from = sequence_number{1};
  // Read anew with each look: a node that runs goes on to anchor.
  const auto look = [&]() -> result<verify_report> {
    if (options.anchors.empty()) return verify_once(folder, options, {});
    const auto key = public_key::load(options.public_key);
    if (!key) return key.failure();
    const auto anchors = read_anchors(options.anchors, *key, signature_check::every);
    if (anchors) return verify_once(folder, options, *anchors);
    if (anchors.code() != ec::integrity_broken) return anchors.failure();
    verify_report out;
    out.failure = anchor_failure(options.from, anchors.failure());
    return out;
  };
  auto report = look();
  for (int looks = 1; looks < looks_max && report && !report->ok(); ++looks) report = look();
  return report;
}

result<verify_report> verify_audit_log(const std::filesystem::path& folder, sequence_number from) {
  verify_options options;
  options.from = from;
  return verify_audit_log(folder, options);
}

}  // namespace bw
