#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "storage/input_tape.hpp"
#include "storage/recording_options.hpp"
#include "storage/segment_file.hpp"

namespace bw {

struct recording_setup {
  /// STATE/recordings; made when it is missing.
  std::filesystem::path folder;
  recording_options options;
  std::uint64_t boot_no = 0;
  std::uint32_t symbols = 0;
  /// The trading day that an instant belongs to: the folder of its segment.
  std::function<calendar_date(utc_ns)> day_of;
};

/// All inputs of one run on their way to disk: a tape for each decision maker, and the segments
/// that a writer on the slow lane fills. Tapes are noted on by their owners; everything else is
/// called by one thread at a time. A disk that refuses ends the recording and never the trading:
/// what could not be written is a gap that a reader sees.
class input_recording {
 public:
  /// A new segment begins when one is as long, as old, or of another day.
  static constexpr std::uint64_t segment_bytes_max = 64u << 20;
  static constexpr nanoseconds segment_age_max = std::chrono::hours{1};
  /// Segments of one run at most; its end is a gap like any other.
  static constexpr std::uint32_t segments_max = 9'999;

  explicit input_recording(recording_setup setup);

  input_tape& tape(std::uint32_t lane) { return *tapes_[lane]; }

  /// Names and vouches for what a crash left unsealed, and removes what is older or more than the
  /// options keep. Once, before the first `drain`. Answers what is to go into the log.
  std::vector<segment_record> adopt_leftovers();

  /// Takes what the tapes hold and hands it to the operating system. Segments that were sealed on
  /// the way are appended to `sealed`.
  void drain(utc_ns now, std::vector<segment_record>& sealed);
  /// After the last decision maker has ended: closes each lane, drains and seals.
  void finish(const instant& now, std::vector<segment_record>& sealed);

  std::uint64_t lost() const;
  std::uint64_t noted() const;
  std::uint64_t bytes() const { return bytes_; }
  /// Why nothing more is written; empty while all is well.
  const std::string& failure() const { return failure_; }

 private:
  struct open_segment {
    segment_writer file;
    segment_record facts;
    std::filesystem::path path;
    calendar_date day;
  };

  void take_chunk(const std::string& chunk, utc_ns now);
  bool begin_segment(utc_ns now);
  void seal(std::vector<segment_record>& sealed);
  void remove_old(const std::string& today);
  void fail(const error& why);

  recording_setup setup_;
  std::vector<std::unique_ptr<input_tape>> tapes_;
  std::optional<open_segment> current_;
  std::uint32_t segments_ = 0;
  std::uint64_t lost_told_ = 0;
  std::uint64_t bytes_ = 0;
  std::string failure_;
};

/// Segments in the folder of recordings, as names below it, sorted; sealed and open ones.
std::vector<std::string> list_segments(const std::filesystem::path& recordings);
/// The run that a segment belongs to, by its name; nothing for another file.
std::optional<std::uint64_t> boot_of_segment(const std::string& name);

}  // namespace bw
