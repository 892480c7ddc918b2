#include "storage/input_recording.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <utility>

#include "core/assert.hpp"

namespace bw {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view ending = ".zst";

std::string name_of(std::uint64_t boot_no, std::uint32_t number) {
  char buffer[48];
  std::snprintf(buffer, sizeof buffer, "%06llu-%04u", static_cast<unsigned long long>(boot_no),
                static_cast<unsigned>(number));
  return std::string{buffer} + std::string{ending};
}

std::uint32_t number_of(const std::string& name) {
  const auto dash = name.rfind('-');
  std::uint32_t out = 0;
  if (dash != std::string::npos)
    std::from_chars(name.data() + dash + 1, name.data() + name.size(), out);
  return out;
}

bool is_open(const std::string& name) { return name.ends_with(open_segment_ending); }

/// What can still be read of a segment that nobody closed.
void describe(const fs::path& path, segment_record& out) {
  auto reader = segment_reader::open(path);
  if (!reader) return;
  std::string_view bytes;
  while (reader->next(bytes)) {
    auto block = *open_block(bytes);
    out.inputs += block.count;
    while (block.count > 0) {
      const auto frame = take_frame(block);
      if (!frame) return;
      if (out.first_at == utc_ns{}) out.first_at = frame->at.utc;
      out.last_at = std::max(out.last_at, frame->at.utc);
    }
  }
}

std::uint64_t bytes_below(const fs::path& folder) {
  std::uint64_t out = 0;
  std::error_code ignored;
  for (const auto& file : fs::directory_iterator{folder, ignored}) {
    const auto size = file.file_size(ignored);
    if (!ignored) out += size;
  }
  return out;
}

}  // namespace

std::optional<std::uint64_t> boot_of_segment(const std::string& name) {
  const auto file = fs::path{name}.filename().string();
  std::uint64_t boot = 0;
  const auto read = std::from_chars(file.data(), file.data() + file.size(), boot);
  if (read.ec != std::errc{} || *read.ptr != '-' || file.find(ending) == std::string::npos)
    return std::nullopt;
  return boot;
}

std::vector<std::string> list_segments(const fs::path& recordings) {
  std::vector<std::string> out;
  std::error_code ignored;
  for (const auto& day : fs::directory_iterator{recordings, ignored}) {
    if (!day.is_directory(ignored)) continue;
    for (const auto& file : fs::directory_iterator{day.path(), ignored}) {
      const auto name = (day.path().filename() / file.path().filename()).string();
      if (boot_of_segment(name)) out.push_back(name);
    }
  }
  std::sort(out.begin(), out.end());
  return out;
}

input_recording::input_recording(recording_setup setup) : setup_(std::move(setup)) {
  for (std::uint32_t lane = 0; lane < setup_.symbols + 2; ++lane)
    tapes_.push_back(std::make_unique<input_tape>(lane));
}

std::vector<segment_record> input_recording::adopt_leftovers() {
  std::vector<segment_record> out;
  for (const auto& name : list_segments(setup_.folder)) {
    if (!is_open(name)) continue;
    const auto path = setup_.folder / name;
    segment_record found;
    found.file = name.substr(0, name.size() - open_segment_ending.size());
    found.boot_no = *boot_of_segment(name);
    found.number = number_of(name);
    describe(path, found);
    const auto seal = seal_of_file(path);
    std::error_code failed;
    if (seal) fs::rename(path, setup_.folder / found.file, failed);
    if (!seal || failed) continue;  // Tried again by the next start.
    found.bytes = seal->bytes;
    found.sha256 = seal->sha256;
    out.push_back(std::move(found));
  }
  return out;
}

void input_recording::remove_old(const std::string& today) {
  std::vector<std::string> days;
  std::error_code ignored;
  for (const auto& day : fs::directory_iterator{setup_.folder, ignored}) {
    auto name = day.path().filename().string();
    if (day.is_directory(ignored) && parse_date(name) && name < today)
      days.push_back(std::move(name));
  }
  std::sort(days.begin(), days.end(), std::greater<>{});
  const auto oldest =
      format_date(civil_from_days(days_from_civil(*parse_date(today)) - setup_.options.days_kept));
  const std::uint64_t bytes_max = std::uint64_t{setup_.options.max_mb} << 20;
  std::uint64_t kept = bytes_below(setup_.folder / today);
  for (const auto& day : days) {
    kept += bytes_below(setup_.folder / day);
    if (day <= oldest || kept > bytes_max) fs::remove_all(setup_.folder / day, ignored);
  }
}

void input_recording::fail(const error& why) {
  if (failure_.empty()) failure_ = why.text();
  current_.reset();
}

bool input_recording::begin_segment(utc_ns now) {
  if (segments_ == segments_max) {
    fail({ec::out_of_range, "the run has as many segments as one can have"});
    return false;
  }
  const auto day = setup_.day_of(now);
  const auto folder = format_date(day);
  std::error_code failed;
  fs::create_directories(setup_.folder / folder, failed);
  remove_old(folder);
  segment_record facts;
  facts.boot_no = setup_.boot_no;
  facts.number = ++segments_;
  facts.file = folder + "/" + name_of(facts.boot_no, facts.number);
  facts.first_at = facts.last_at = now;
  auto path = setup_.folder / (facts.file + std::string{open_segment_ending});
  auto file = segment_writer::create(path);
  if (!file) {
    fail(file.failure());
    return false;
  }
  current_.emplace(open_segment{std::move(*file), std::move(facts), std::move(path), day});
  return true;
}

void input_recording::take_chunk(const std::string& chunk, utc_ns now) {
  if (!failure_.empty() || (!current_ && !begin_segment(now))) return;
  const auto block = open_block(chunk);
  BW_ASSERT(block.ok(), "a block that was sealed just now is whole");
  current_->facts.inputs += block->count;
  current_->facts.last_at = now;
  if (auto written = current_->file.add(chunk); !written) fail(written.failure());
}

void input_recording::drain(utc_ns now, std::vector<segment_record>& sealed) {
  if (current_ &&
      (current_->file.bytes() >= segment_bytes_max ||
       now - current_->facts.first_at >= segment_age_max || current_->day != setup_.day_of(now)))
    seal(sealed);
  bool any = false;
  std::string chunk;
  for (auto& tape : tapes_) {
    // Bounded: what is noted meanwhile waits for the next turn.
    for (std::size_t k = 0; k < input_tape::chunks_max && tape->take(chunk); ++k) {
      seal_block(chunk);
      take_chunk(chunk, now);
      tape->give_back(std::move(chunk));
      any = true;
    }
  }
  if (!any || !current_) return;
  const auto before = current_->file.bytes();
  if (auto flushed = current_->file.flush(); !flushed) return fail(flushed.failure());
  bytes_ += current_->file.bytes() - before;
}

void input_recording::seal(std::vector<segment_record>& sealed) {
  if (!current_) return;
  auto closing = std::move(*current_);
  current_.reset();
  if (auto closed = closing.file.close(); !closed) return fail(closed.failure());
  const auto facts = seal_of_file(closing.path);
  if (!facts) return fail(facts.failure());
  std::error_code failed;
  fs::rename(closing.path, setup_.folder / closing.facts.file, failed);
  if (failed) return fail({ec::io_failed, closing.path.string() + ": " + failed.message()});
  closing.facts.bytes = facts->bytes;
  closing.facts.sha256 = facts->sha256;
  closing.facts.sealed = true;
  closing.facts.lost = lost() - std::exchange(lost_told_, lost());
  sealed.push_back(std::move(closing.facts));
}

void input_recording::finish(const instant& now, std::vector<segment_record>& sealed) {
  // First what waits, so that the queues have room for the ends of the lanes.
  for (auto& tape : tapes_) tape->flush();
  drain(now.utc, sealed);
  for (auto& tape : tapes_) {
    tape->note(lane_end{tape->lost()}, now);
    tape->flush();
  }
  drain(now.utc, sealed);
  seal(sealed);
}

std::uint64_t input_recording::lost() const {
  std::uint64_t out = 0;
  for (const auto& tape : tapes_) out += tape->lost();
  return out;
}

std::uint64_t input_recording::noted() const {
  std::uint64_t out = 0;
  for (const auto& tape : tapes_) out += tape->noted();
  return out;
}

}  // namespace bw
