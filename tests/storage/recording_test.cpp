// What decisions were made on: written, torn, changed, lost and found again.

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/prng.hpp"
#include "storage/input_recording.hpp"
#include "storage/temporary_folder.hpp"
#include "tests/storage/sample_events.hpp"
#include "tests/support/seed.hpp"

namespace bw {
namespace {

namespace fs = std::filesystem;

constexpr utc_ns noon{1'793'629'800'000'000'000};
constexpr std::uint32_t lanes = 3;

instant at_second(std::int64_t k) {
  return {noon + std::chrono::seconds{k}, mono_ns{k * 1'000'000'000}};
}

std::string text_of(const fs::path& path) {
  std::ifstream in{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

struct seen_frames {
  std::vector<recorded_frame> frames;
  segment_ending ending = segment_ending::whole;
};

seen_frames read_segment(const fs::path& path) {
  seen_frames out;
  auto reader = segment_reader::open(path);
  EXPECT_TRUE(reader.ok());
  std::string_view bytes;
  while (reader->next(bytes)) {
    auto block = *open_block(bytes);
    while (block.count > 0) {
      auto frame = take_frame(block);
      EXPECT_TRUE(frame.ok()) << frame.failure().text();
      if (!frame) return out;
      out.frames.push_back(std::move(*frame));
    }
  }
  out.ending = reader->ending();
  return out;
}

std::string bytes_of(const recorded_frame& frame) {
  std::string out;
  binary_writer writer{out};
  writer.value(frame.lane);
  writer.value(frame.number);
  writer.value(frame.at.utc);
  writer.value(frame.at.mono);
  out += std::to_string(frame.input.index());
  std::visit([&](const auto& x) { writer.value(x); }, frame.input);
  return out;
}

/// Notes an input of the kind with this index, with chance values in every field.
template <std::size_t Index = 0>
void note_kind(input_tape& tape, std::size_t index, tests::event_maker& chance, const instant& at) {
  if constexpr (Index < recorded_kind_count) {
    if (Index != index) return note_kind<Index + 1>(tape, index, chance, at);
    std::variant_alternative_t<Index, recorded_input> x{};
    chance.fill(x);
    tape.note(x, at);
  }
}

struct Recording : testing::Test {
  temporary_folder folder = *temporary_folder::make("bw-recording");
  std::vector<segment_record> sealed;

  recording_setup setup(std::uint64_t boot = 1) const {
    return {.folder = folder.path() / "recordings",
            .boot_no = boot,
            .symbols = lanes - 2,
            .day_of = [](utc_ns at) { return utc_date(at); }};
  }
  fs::path path_of(const std::string& file) const { return folder.path() / "recordings" / file; }

  /// Inputs of every kind; one drain in ten.
  void note_many(input_recording& to, std::uint64_t seed, std::int64_t count) {
    tests::event_maker chance{seed};
    for (std::int64_t k = 0; k < count; ++k) {
      auto& tape = to.tape(static_cast<std::uint32_t>(chance.chance().below(lanes)));
      note_kind(tape, chance.chance().below(recorded_kind_count), chance, at_second(k));
      if (chance.chance().chance(1, 10)) {
        tape.flush();
        to.drain(at_second(k).utc, sealed);
      }
    }
  }
  std::string written_segment(std::uint64_t seed, std::int64_t count) {
    input_recording all{setup()};
    note_many(all, seed, count);
    all.finish(at_second(count), sealed);
    EXPECT_EQ(sealed.size(), 1u);
    return sealed.empty() ? "" : sealed[0].file;
  }
};

TEST_F(Recording, EveryKindOfInputComesBackAsItWas) {
  const auto seed = tests::test_seed(7);
  SCOPED_TRACE(tests::repeat_with(seed));
  constexpr std::int64_t count = 2'000;
  const auto file = written_segment(seed, count);
  ASSERT_FALSE(file.empty());
  EXPECT_EQ(sealed[0].inputs, static_cast<std::uint64_t>(count) + lanes) << "and the lanes' ends";
  EXPECT_EQ(sealed[0].lost, 0u);
  EXPECT_TRUE(sealed[0].sealed);
  const auto seal = seal_of_file(path_of(file));
  ASSERT_TRUE(seal.ok());
  EXPECT_EQ(seal->sha256, sealed[0].sha256);
  EXPECT_EQ(seal->bytes, sealed[0].bytes);

  const auto seen = read_segment(path_of(file));
  EXPECT_EQ(seen.ending, segment_ending::whole);
  ASSERT_EQ(seen.frames.size(), static_cast<std::size_t>(count) + lanes);
  // The same chance again, noted on tapes that nobody writes: frame by frame the same bytes.
  std::map<std::uint32_t, std::vector<const recorded_frame*>> by_lane;
  for (const auto& frame : seen.frames) by_lane[frame.lane].push_back(&frame);
  for (auto& [lane, frames] : by_lane)
    for (std::size_t k = 0; k < frames.size(); ++k) EXPECT_EQ(frames[k]->number, k);
  tests::event_maker chance{seed};
  std::map<std::uint32_t, std::size_t> next;
  for (std::int64_t k = 0; k < count; ++k) {
    const auto lane = static_cast<std::uint32_t>(chance.chance().below(lanes));
    const auto kind = chance.chance().below(recorded_kind_count);
    input_tape tape{lane};
    note_kind(tape, kind, chance, at_second(k));
    tape.flush();
    std::string chunk;
    ASSERT_TRUE(tape.take(chunk));
    seal_block(chunk);
    auto block = *open_block(chunk);
    auto expected = *take_frame(block);
    expected.number = next[lane];
    ASSERT_EQ(bytes_of(*by_lane[lane][next[lane]++]), bytes_of(expected)) << k;
    static_cast<void>(chance.chance().chance(1, 10));
  }
}

TEST_F(Recording, ATornSegmentGivesEveryWholeBlockBeforeTheTear) {
  const auto file = written_segment(3, 60);
  const auto all = read_segment(path_of(file));
  EXPECT_EQ(all.ending, segment_ending::whole);
  auto size = fs::file_size(path_of(file));
  auto most = all.frames.size();
  ASSERT_GT(most, 60u);
  while (size-- > 0) {
    fs::resize_file(path_of(file), size);
    const auto seen = read_segment(path_of(file));
    ASSERT_EQ(seen.ending, segment_ending::torn) << "cut at byte " << size;
    ASSERT_LE(seen.frames.size(), most) << "fewer bytes never give more frames";
    most = seen.frames.size();
    for (std::size_t k = 0; k < seen.frames.size(); ++k)
      ASSERT_EQ(bytes_of(seen.frames[k]), bytes_of(all.frames[k]));
  }
  EXPECT_EQ(most, 0u);
}

TEST_F(Recording, AChangedByteIsFoundAndNeverReadAsAnotherInput) {
  const auto seed = tests::test_seed(11);
  SCOPED_TRACE(tests::repeat_with(seed));
  const auto path = path_of(written_segment(seed, 100));
  const auto whole = text_of(path);
  const auto all = read_segment(path);
  prng chance{seed};
  for (std::uint64_t round = 0; round < tests::test_size(400); ++round) {
    const auto at = chance.below(whole.size());
    const auto put = [&](char byte) {
      std::fstream file{path, std::ios::binary | std::ios::in | std::ios::out};
      file.seekp(static_cast<std::streamoff>(at));
      file.put(byte);
    };
    put(static_cast<char>(whole[at] ^ static_cast<char>(1 + chance.below(255))));
    EXPECT_NE(seal_of_file(path)->sha256, sealed[0].sha256);
    const auto seen = read_segment(path);
    ASSERT_LE(seen.frames.size(), all.frames.size()) << "byte " << at;
    for (std::size_t k = 0; k < seen.frames.size(); ++k)
      ASSERT_EQ(bytes_of(seen.frames[k]), bytes_of(all.frames[k])) << "byte " << at;
    put(whole[at]);
  }
  EXPECT_EQ(seal_of_file(path)->sha256, sealed[0].sha256);
}

TEST_F(Recording, AFullQueueLosesInputsAndSaysSo) {
  input_recording all{setup()};
  auto& tape = all.tape(gate_lane);
  const account_view view;
  std::uint64_t noted = 0;
  for (; tape.lost() == 0 && noted < 1'000'000; ++noted) tape.note(view, at_second(0));
  ASSERT_GT(tape.lost(), 0u) << "nobody takes anything";
  EXPECT_LE((noted - tape.lost()) * 40, input_tape::chunks_max * input_tape::chunk_bytes * 2);
  all.drain(at_second(1).utc, sealed);
  tape.note(view, at_second(2));
  all.finish(at_second(3), sealed);
  ASSERT_EQ(sealed.size(), 1u);
  EXPECT_EQ(sealed[0].lost, tape.lost());
  const auto seen = read_segment(path_of(sealed[0].file));
  std::uint64_t gap = 0;
  std::uint64_t next = 0;
  for (const auto& frame : seen.frames) {
    if (frame.lane != gate_lane) continue;
    gap += frame.number - next;
    next = frame.number + 1;
  }
  EXPECT_EQ(gap, tape.lost()) << "a reader sees how many are missing, and where";
}

TEST_F(Recording, WhatACrashLeftIsNamedByTheNextStart) {
  std::uint64_t written = 0;
  {
    input_recording crashed{setup(4)};
    note_many(crashed, 5, 100);
    written = crashed.bytes();
    crashed.tape(node_lane).flush();
    crashed.drain(at_second(100).utc, sealed);
  }  // Gone without a finish.
  ASSERT_GT(written, 0u);
  ASSERT_TRUE(sealed.empty());
  input_recording next{setup(5)};
  const auto found = next.adopt_leftovers();
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].boot_no, 4u);
  EXPECT_FALSE(found[0].sealed);
  EXPECT_GT(found[0].inputs, 0u);
  EXPECT_EQ(seal_of_file(path_of(found[0].file))->sha256, found[0].sha256);
  EXPECT_EQ(read_segment(path_of(found[0].file)).ending, segment_ending::torn);
  EXPECT_TRUE(next.adopt_leftovers().empty()) << "once";
}

TEST_F(Recording, ANewDayBeginsANewSegment) {
  input_recording all{setup()};
  const auto day = std::chrono::hours{24};
  for (int k = 0; k < 3; ++k) {
    all.tape(gate_lane).note(timer_input{}, {noon + k * day, mono_ns{}});
    all.tape(gate_lane).flush();
    all.drain(noon + k * day, sealed);
  }
  all.finish({noon + 3 * day, mono_ns{}}, sealed);
  ASSERT_EQ(sealed.size(), 4u);
  for (std::size_t k = 0; k < sealed.size(); ++k) {
    EXPECT_EQ(sealed[k].number, k + 1);
    EXPECT_EQ(sealed[k].file.substr(0, 10),
              format_date(utc_date(noon + static_cast<int>(k) * day)));
    EXPECT_EQ(boot_of_segment(sealed[k].file), 1u);
  }
  EXPECT_EQ(list_segments(folder.path() / "recordings").size(), 4u);
}

TEST_F(Recording, OldDaysGoByAgeAndBySize) {
  const auto recordings = folder.path() / "recordings";
  const auto today = utc_date(noon);
  const auto day = [&](int back) {
    return format_date(civil_from_days(days_from_civil(today) - back));
  };
  for (const int back : {1, 2, 29, 31, 400}) {
    fs::create_directories(recordings / day(back));
    std::ofstream{recordings / day(back) / "000001-0001.zst"} << std::string(1000, 'x');
  }
  fs::create_directories(recordings / "not-a-day");
  auto by_age = setup(2);
  by_age.options.days_kept = 30;
  input_recording first{by_age};
  first.tape(0).note(timer_input{}, at_second(0));
  first.finish(at_second(0), sealed);
  for (const int back : {1, 2, 29}) EXPECT_TRUE(fs::exists(recordings / day(back))) << back;
  for (const int back : {31, 400}) EXPECT_FALSE(fs::exists(recordings / day(back))) << back;
  EXPECT_TRUE(fs::exists(recordings / "not-a-day"));
  // Day 2 alone is larger than what may be kept.
  fs::resize_file(recordings / day(2) / "000001-0001.zst", 200u << 20);
  auto by_size = setup(3);
  by_size.options.max_mb = 100;
  input_recording second{by_size};
  second.tape(0).note(timer_input{}, at_second(0));
  second.finish(at_second(0), sealed);
  EXPECT_TRUE(fs::exists(recordings / day(1)));
  EXPECT_FALSE(fs::exists(recordings / day(2)));
  EXPECT_FALSE(fs::exists(recordings / day(29)));
}

TEST_F(Recording, AFolderThatCannotBeWrittenEndsTheRecordingAndNothingElse) {
  std::ofstream{folder.path() / "recordings"} << "a file where a folder must be";
  input_recording all{setup()};
  for (int k = 0; k < 10'000; ++k) all.tape(gate_lane).note(account_view{}, at_second(k));
  all.drain(noon, sealed);
  all.finish(at_second(1), sealed);
  EXPECT_FALSE(all.failure().empty());
  EXPECT_TRUE(sealed.empty());
}

}  // namespace
}  // namespace bw
