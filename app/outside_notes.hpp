#pragma once

#include <filesystem>
#include <vector>

#include "core/result.hpp"
#include "core/time.hpp"
#include "messages/operations.hpp"

namespace bw {

// What was done to the account beside the node: by the watchdog, and by `halt --broker`. They run
// without the node's log, which has one writer, so they leave a line in `outside.jsonl` of the
// state folder; the next start of the node takes it into the log.

/// The commands that leave such a line; every other one is taken for unreadable.
inline constexpr std::string_view watchdog_command = "watchdog";
inline constexpr std::string_view halt_broker_command = "halt --broker";

std::filesystem::path outside_notes_file(const std::filesystem::path& state);

/// On stable storage when this returns. ec::io_failed.
result<void> note_outside(const std::filesystem::path& state, const operator_record& what,
                          utc_ns at);

/// The notes of a state folder on their way into the log. A start that ends before `forget` leaves
/// them where the next one finds them: a note comes into the log at least once.
class outside_notes {
 public:
  /// A file and a line beyond these are not read whole: what is cut says so.
  static constexpr std::size_t notes_max = 1'000;
  static constexpr std::size_t line_bytes_max = 4'096;

  /// Sets the file aside, so that later notes go into a new one. None is no failure; ec::io_failed.
  static result<outside_notes> take(const std::filesystem::path& state);

  /// Oldest first; when it was done stands in the answer.
  const std::vector<operator_record>& records() const { return records_; }
  /// They are in the log, synced.
  result<void> forget();

 private:
  std::filesystem::path file_;
  std::vector<operator_record> records_;
};

}  // namespace bw
