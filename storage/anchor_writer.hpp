#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "storage/anchor.hpp"

namespace bw {

struct anchor_options {
  /// The file of anchors: best where another user than the node's may not remove it.
  std::filesystem::path file;
  /// The private key; its public half stands beside it with the extension "pub".
  std::filesystem::path key;
  /// A new anchor after so many records, or after so long when there are any.
  std::uint64_t records = 1'000;
  nanoseconds period = std::chrono::seconds{60};
};

std::filesystem::path public_key_file(const std::filesystem::path& key);

/// Writes the anchors of one log. Every line is on stable storage before `write` returns. One
/// thread.
class anchor_writer {
 public:
  /// Makes the key when there is none, and reads the anchors that are there.
  /// ec::integrity_broken when they are not the ones that were written, or when there are anchors
  /// and the key that they were signed with is gone.
  static result<anchor_writer> open(const anchor_options& options);

  /// The last anchor; nothing when there is none.
  const std::optional<anchor>& last() const { return last_; }
  const std::filesystem::path& file() const { return options_.file; }

  /// Whether it is time for the next one: `head` is the log's, of which `own` records are about
  /// anchors and nobody's news.
  bool is_due(sequence_number head, std::uint64_t own, mono_ns now) const;

  /// Anchors the head of a log that was synced up to it, and that has a tree. The line is for the
  /// operator's journal.
  result<std::string> write(const audit_log& log, sequence_number snapshot, utc_ns wall,
                            mono_ns now);

 private:
  anchor_writer(anchor_options options, signing_key key, line_file file);

  anchor_options options_;
  signing_key key_;
  line_file file_;
  std::optional<anchor> last_;
  digest last_line_{};
  mono_ns written_at_;
};

}  // namespace bw
