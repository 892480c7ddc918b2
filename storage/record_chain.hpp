#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "storage/record_layout.hpp"

namespace bw {

/// What is wrong with a log.
enum class chain_fault : std::uint8_t {
  gap = 1,     // A record is missing.
  order,       // A record stands at another's place.
  hash,        // Bytes were changed, or the chain does not lead from one record to the next.
  unreadable,  // The store or a record has not the form that it must have.
  anchor,      // The log is another one, or shorter, than a signed anchor saw.
};
std::string_view to_string(chain_fault x) noexcept;

struct chain_failure {
  chain_fault kind = chain_fault::unreadable;
  sequence_number first_bad;
  /// One sentence for a person.
  std::string text;
};

/// ec::integrity_broken with the kind and the first bad sequence in its sentence.
error as_error(const chain_failure& failure);

/// What a log says of itself beside its records.
struct log_head {
  std::uint64_t log_id = 0;
  sequence_number sequence;
  digest chain{};
  /// A copy for others, in which records may be redacted. In any other log a redacted record is one
  /// that was changed.
  bool is_redacted_copy = false;
};

/// Walks over a log, record by record, and says where it stops being the one that was written.
/// Lives for one walk, on one thread.
class chain_checker {
 public:
  /// Expects `first` as the first record. Record 1 must follow on nothing; of a later one the chain
  /// value that it names for its predecessor is believed. Of `head` only what the log is counts.
  chain_checker(const log_head& head, sequence_number first);

  /// The record stored under `key`; keys rise. After a failure the walk is over.
  std::optional<chain_failure> take(sequence_number key, std::string_view bytes);
  /// After the last record: it must be the one that the log's head names.
  std::optional<chain_failure> finish(const log_head& head) const;

  /// Of the record taken last.
  const record_view& view() const { return view_; }
  const digest& chain() const { return chain_; }
  sequence_number next() const { return next_; }

 private:
  std::uint64_t log_id_;
  bool may_be_redacted_;
  sequence_number next_;
  std::optional<digest> previous_;
  digest chain_{};
  record_view view_;
  sha256 hash_;
};

/// Stored records in ascending order of their keys: what a walk needs of a store.
class record_cursor {
 public:
  virtual ~record_cursor() = default;
  /// False at the end and on a failure. `bytes` is valid until the next call.
  virtual bool next(sequence_number& key, std::string_view& bytes) = 0;
  /// Why the cursor stopped.
  virtual result<void> status() const = 0;
};

/// Begins a walk at a key or at the next one that exists.
using cursor_factory = std::function<std::unique_ptr<record_cursor>(sequence_number from)>;

/// Called for each record that proved right; false ends the walk.
using record_visitor = std::function<bool(const record_view& view, const digest& chain)>;

/// Walks from `from` to the head. The record before `from` is looked at as well, so that the first
/// one handed out is chained to something. Answers the first failure.
std::optional<chain_failure> walk_chain(const cursor_factory& records, const log_head& head,
                                        sequence_number from, const record_visitor& use);

/// The same with decoded records; ec::integrity_broken, or what decode_event says.
result<void> read_chain(const cursor_factory& records, const log_head& head, sequence_number from,
                        const std::function<bool(const audit_record&)>& use);

}  // namespace bw
