#include "storage/record_chain.hpp"

namespace bw {
namespace {

std::string number(sequence_number x) { return std::to_string(x.value); }

}  // namespace

std::string_view to_string(chain_fault x) noexcept {
  switch (x) {
    case chain_fault::gap: return "gap";
    case chain_fault::order: return "order";
    case chain_fault::hash: return "hash";
    case chain_fault::unreadable: return "unreadable";
    case chain_fault::anchor: return "anchor";
  }
  return "invalid";
}

error as_error(const chain_failure& failure) {
  return {ec::integrity_broken, "the audit log is broken at record " + number(failure.first_bad) +
                                    " (" + std::string{to_string(failure.kind)} +
                                    "): " + failure.text};
}

chain_checker::chain_checker(const log_head& head, sequence_number first)
    : log_id_(head.log_id), may_be_redacted_(head.is_redacted_copy), next_(first) {
  if (first.value == 1) previous_ = digest{};
}

std::optional<chain_failure> chain_checker::take(sequence_number key, std::string_view bytes) {
  if (key > next_)
    return chain_failure{chain_fault::gap, next_,
                         "records " + number(next_) + " to " +
                             number(sequence_number{key.value - 1}) + " are missing"};
  if (key < next_)
    return chain_failure{chain_fault::order, key, "it comes where " + number(next_) + " belongs"};

  auto view = parse_record(bytes);
  if (!view) return chain_failure{chain_fault::unreadable, key, view.failure().context};
  view_ = *view;
  if (view_.sequence != key)
    return chain_failure{chain_fault::order, key,
                         "the record stored here calls itself " + number(view_.sequence)};
  if (view_.redacted && !may_be_redacted_)
    return chain_failure{chain_fault::hash, key, "it was redacted, and this log is no such copy"};
  if (!view_.redacted && leaf_of(hash_, view_.hashed) != view_.leaf)
    return chain_failure{chain_fault::hash, key, "its bytes are not the ones that were written"};
  if (view_.log_id != log_id_)
    return chain_failure{chain_fault::hash, key, "it was written to another log"};
  if (previous_ && view_.previous != *previous_)
    return chain_failure{chain_fault::hash, key, "it does not follow on the record before it"};
  if (!view_.checksum_fits)
    return chain_failure{chain_fault::hash, key, "its checksum does not fit its bytes"};

  chain_ = chain_of(hash_, view_.previous, view_.leaf);
  previous_ = chain_;
  next_ = sequence_number{key.value + 1};
  return std::nullopt;
}

std::optional<chain_failure> chain_checker::finish(const log_head& head) const {
  const sequence_number last{next_.value - 1};
  if (head.sequence > last)
    return chain_failure{
        chain_fault::gap, next_,
        "the log ends here, and its head says that it has " + number(head.sequence) + " records"};
  if (head.sequence < last)
    return chain_failure{chain_fault::order, sequence_number{head.sequence.value + 1},
                         "there are records behind the head, which is " + number(head.sequence)};
  if (last.value != 0 && previous_ && head.chain != chain_)
    return chain_failure{chain_fault::hash, last, "the head names another chain value for it"};
  return std::nullopt;
}

std::optional<chain_failure> walk_chain(const cursor_factory& records, const log_head& head,
                                        sequence_number from, const record_visitor& use) {
  if (from.value == 0) from = sequence_number{1};
  // Past the end there is nothing to walk over, and nothing that could be wrong.
  if (from.value > head.sequence.value + 1) return std::nullopt;
  const sequence_number first{from.value > 1 ? from.value - 1 : 1};
  chain_checker checker{head, first};
  const auto cursor = records(first);
  sequence_number key;
  std::string_view bytes;
  while (cursor->next(key, bytes)) {
    if (auto failure = checker.take(key, bytes)) return failure;
    if (key >= from && !use(checker.view(), checker.chain())) return std::nullopt;
  }
  if (const auto status = cursor->status(); !status)
    return chain_failure{chain_fault::unreadable, checker.next(), status.failure().context};
  return checker.finish(head);
}

result<void> read_chain(const cursor_factory& records, const log_head& head, sequence_number from,
                        const std::function<bool(const audit_record&)>& use) {
  result<void> decoded;
  const auto failure =
      walk_chain(records, head, from, [&](const record_view& view, const digest& chain) {
        const auto record = decode_record(view, chain);
        if (record) return use(*record);
        decoded = record.failure();
        return false;
      });
  if (failure) return as_error(*failure);
  return decoded;
}

}  // namespace bw
