#include "backtest/replay.hpp"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "backtest/run_replay.hpp"
#include "storage/audit_reader.hpp"
#include "storage/event_json.hpp"
#include "storage/input_recording.hpp"
#include "storage/segment_file.hpp"

namespace bw {
namespace {

namespace fs = std::filesystem;

/// A run as the first look at the log finds it.
struct run_range {
  std::uint64_t boot_no = 0;
  sequence_number first;
  sequence_number last;
  utc_ns first_wall;
  utc_ns last_wall;
};

/// A file to replay, and what the log says of it.
struct wanted_segment {
  std::string file;
  std::optional<segment_record> named;
  std::uint32_t number = 0;
};

struct log_overview {
  std::vector<run_range> runs;
  std::map<std::uint64_t, std::vector<wanted_segment>> segments;
};

result<log_overview> look_at_log(const audit_reader& log) {
  log_overview out;
  auto read = log.read({}, [&](const audit_record& record) {
    if (std::holds_alternative<boot_record>(record.event))
      out.runs.push_back(
          {record.boot_no, record.sequence, record.sequence, record.wall, record.wall});
    if (out.runs.empty()) return true;
    auto& run = out.runs.back();
    run.last = record.sequence;
    run.first_wall = std::min(run.first_wall, record.wall);
    run.last_wall = std::max(run.last_wall, record.wall);
    if (const auto* x = std::get_if<segment_record>(&record.event))
      out.segments[x->boot_no].push_back({x->file, *x, x->number});
    return true;
  });
  if (!read) return std::move(read).failure();
  return out;
}

/// Files that no record names: of a run that still goes on, or that a crash ended.
void add_unnamed(const fs::path& recordings, log_overview& log) {
  for (const auto& file : list_segments(recordings)) {
    auto& known = log.segments[*boot_of_segment(file)];
    const auto same = [&](const wanted_segment& x) {
      return x.file == file || x.file + std::string{open_segment_ending} == file;
    };
    // The names of one run's files sort as they were written, and these are the last of them.
    if (std::none_of(known.begin(), known.end(), same))
      known.push_back({file, std::nullopt, UINT32_MAX});
  }
  for (auto& [boot, all] : log.segments)
    std::stable_sort(all.begin(), all.end(),
                     [](const auto& a, const auto& b) { return a.number < b.number; });
}

class log_replay {
 public:
  log_replay(const replay_setup& setup, const audit_reader& log) : setup_(setup), log_(log) {}

  result<replay_report> run();

 private:
  bool is_wanted(const run_range& run) const;
  result<void> replay_run(const run_range& range);
  /// False when the rest of the run cannot be replayed.
  bool replay_segment(const wanted_segment& wanted, run_replay& into);
  bool replay_blocks(segment_reader& reader, const std::string& file, run_replay& into);
  void check_seal(const wanted_segment& wanted, replayed_segment& out);

  bool is_wanted_no_more() {
    stopped_ = stopped_ || (setup_.goes_on && !setup_.goes_on());
    return stopped_;
  }

  const replay_setup& setup_;
  const audit_reader& log_;
  bool stopped_ = false;
  log_overview overview_;
  replay_report report_;
  std::uint64_t bytes_all_ = 0;
};

bool log_replay::is_wanted(const run_range& run) const {
  if (!setup_.day) return true;
  return setup_.calendar.new_york_date(run.first_wall) <= *setup_.day &&
         *setup_.day <= setup_.calendar.new_york_date(run.last_wall);
}

void log_replay::check_seal(const wanted_segment& wanted, replayed_segment& out) {
  const auto seal = seal_of_file(setup_.recordings / wanted.file);
  if (!seal) return;
  out.bytes = seal->bytes;
  out.sha256 = seal->sha256;
  report_.bytes += seal->bytes;
  if (!wanted.named) return;
  out.vouched = seal->sha256 == wanted.named->sha256;
  if (!out.vouched)
    report_.tampered.push_back(wanted.file + ": its SHA-256 is " + hex_text(seal->sha256) +
                               ", and the log says " + hex_text(wanted.named->sha256));
}

bool log_replay::replay_blocks(segment_reader& reader, const std::string& file, run_replay& into) {
  std::string_view bytes;
  while (reader.next(bytes)) {
    if (is_wanted_no_more()) return false;
    auto block = *open_block(bytes);
    while (block.count > 0) {
      const auto frame = take_frame(block);
      if (!frame) {
        report_.tampered.push_back(file + ": " + frame.failure().context);
        return false;
      }
      if (auto taken = into.take(*frame); !taken) {
        report_.tampered.push_back(file + ": " + taken.failure().context);
        return false;
      }
    }
  }
  return true;
}

bool log_replay::replay_segment(const wanted_segment& wanted, run_replay& into) {
  replayed_segment facts;
  facts.file = wanted.file;
  check_seal(wanted, facts);
  auto reader = segment_reader::open(setup_.recordings / wanted.file);
  if (!reader) {
    report_.note_incomplete(wanted.file + " is named in the log and not there any more");
    return true;
  }
  if (wanted.named && wanted.named->lost > 0)
    report_.note_incomplete(wanted.file + " lacks " + std::to_string(wanted.named->lost) +
                            " inputs that found no room on the way to it");
  const bool goes_on = replay_blocks(*reader, wanted.file, into);
  facts.torn = reader->ending() == segment_ending::torn;
  if (reader->ending() == segment_ending::corrupt) report_.tampered.push_back(reader->reason());
  if (wanted.named && wanted.named->sealed && facts.torn && facts.vouched)
    report_.note_incomplete(reader->reason());
  report_.segments.push_back(std::move(facts));
  if (setup_.progress) setup_.progress(report_.bytes, bytes_all_);
  return goes_on;
}

result<void> log_replay::replay_run(const run_range& range) {
  logged_run logged;
  logged.boot_no = range.boot_no;
  audit_filter filter;
  filter.from = range.first;
  filter.to = range.last;
  auto read = log_.read(filter, [&](const audit_record& record) {
    logged.take(record);
    return !is_wanted_no_more();
  });
  if (!read) return read;
  if (stopped_) return {ec::halted, "the replay is not wanted any more"};
  ++report_.boots;
  const auto& segments = overview_.segments[range.boot_no];
  const auto decisions = logged.decisions();
  if (segments.empty()) {
    if (decisions == 0) return {};
    ++report_.boots_without_recording;
    report_.uncovered += decisions;
    report_.note_incomplete("run " + std::to_string(range.boot_no) + " has " +
                            std::to_string(decisions) + " decisions and no recording");
    return {};
  }
  const auto first = report_.segments.size();
  run_replay replayed{setup_, std::move(logged), report_};
  for (const auto& segment : segments)
    if (!replay_segment(segment, replayed)) break;
  if (stopped_) return {ec::halted, "the replay is not wanted any more"};
  for (auto k = first; k < report_.segments.size(); ++k)
    report_.segments[k].boot_no = range.boot_no;
  replayed.finish();
  return {};
}

result<replay_report> log_replay::run() {
  auto overview = look_at_log(log_);
  if (!overview) return std::move(overview).failure();
  overview_ = std::move(*overview);
  add_unnamed(setup_.recordings, overview_);
  report_.chain_records = log_.head().sequence.value;
  report_.chain = log_.head().chain;
  std::error_code ignored;
  for (const auto& run : overview_.runs)
    for (const auto& segment : overview_.segments[run.boot_no]) {
      const auto size = fs::file_size(setup_.recordings / segment.file, ignored);
      if (is_wanted(run) && !ignored) bytes_all_ += size;
    }
  for (const auto& run : overview_.runs)
    if (is_wanted(run))
      if (auto done = replay_run(run); !done) return std::move(done).failure();
  return std::move(report_);
}

}  // namespace

result<replay_report> replay_log(const replay_setup& setup) {
  auto log = open_audit_reader(setup.log);
  if (!log) return std::move(log).failure();
  return log_replay{setup, **log}.run();
}

}  // namespace bw
