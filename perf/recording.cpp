// What recording costs: noting one tick on the hot path, and the bytes an input takes on disk.

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "core/prng.hpp"
#include "perf/commands.hpp"
#include "storage/input_recording.hpp"
#include "storage/temporary_folder.hpp"

namespace bw::perf {
namespace {

constexpr utc_ns noon{1'793'629'800'000'000'000};

/// Quotes that wander as a market's do, each round others.
std::vector<quote> market(std::size_t count, std::size_t round) {
  prng chance{round + 1};
  std::vector<quote> out(count);
  std::int64_t cents = 15'000;
  const auto before = round * count;
  for (std::size_t k = before; k < before + count; ++k) {
    cents += chance.between(-1, 1);
    auto& x = out[k - before];
    x.symbol = symbol_id{0};
    x.bid = price::from_units(cents * 10'000'000);
    x.ask = x.bid + price::from_units(chance.between(1, 2) * 10'000'000);
    x.bid_size = quantity::from_int(100 * chance.between(1, 9));
    x.ask_size = quantity::from_int(100 * chance.between(1, 9));
    const auto at = static_cast<std::int64_t>(k) * 250'000'000 + chance.between(0, 1'000'000);
    x.ts_event = noon + nanoseconds{at};
    x.received = mono_ns{at + 300'000};
    x.trace = trace_id{k + 1};
  }
  return out;
}

/// Of one tick, in picoseconds.
std::int64_t median_ps(std::vector<std::int64_t> rounds_ns, std::size_t ticks) {
  std::sort(rounds_ns.begin(), rounds_ns.end());
  return rounds_ns[rounds_ns.size() / 2] * 1000 / static_cast<std::int64_t>(ticks);
}

int measure(std::size_t rounds) {
  auto folder = temporary_folder::make("bw-perf-recording");
  if (!folder) return 1;
  input_recording recording{{.folder = folder->path() / "recordings",
                             .boot_no = 1,
                             .symbols = 1,
                             .day_of = [](utc_ns at) { return utc_date(at); }}};
  auto& tape = recording.tape(strategy_lane(symbol_id{0}));
  constexpr std::size_t ticks_a_round = 10'000;
  const system_clock real;
  std::vector<segment_record> sealed;
  // Medians of rounds: other work on the machine makes some of them long.
  std::vector<std::int64_t> noting;
  std::vector<std::int64_t> writing;
  for (std::size_t round = 0; round < rounds; ++round) {
    const auto ticks = market(ticks_a_round, round);
    const auto began = real.mono_now();
    for (const auto& tick : ticks) tape.note(tick, {tick.ts_event, tick.received});
    const auto noted = real.mono_now();
    recording.drain(noon, sealed);
    noting.push_back((noted - began).count());
    writing.push_back((real.mono_now() - noted).count());
  }
  recording.finish({noon, mono_ns{}}, sealed);
  std::uint64_t bytes = 0;
  for (const auto& segment : sealed) bytes += segment.bytes;
  const auto all = static_cast<std::int64_t>(rounds * ticks_a_round);
  std::printf(
      "{\"ticks\":%lld,\"note_ps\":%lld,\"write_ps\":%lld,\"bytes_per_1000\":%lld,"
      "\"lost\":%llu}\n",
      static_cast<long long>(all), static_cast<long long>(median_ps(noting, ticks_a_round)),
      static_cast<long long>(median_ps(writing, ticks_a_round)),
      static_cast<long long>(bytes * 1000 / static_cast<std::uint64_t>(all)),
      static_cast<unsigned long long>(recording.lost()));
  return recording.lost() == 0 ? 0 : 1;
}

}  // namespace

void add_recording(CLI::App& program, common_options& options, chosen_measurement& chosen) {
  auto* command = program.add_subcommand("recording", "Noting and writing the inputs of decisions");
  command->callback(
      [&options, &chosen] { chosen = [&options] { return measure(options.smoke ? 5 : 200); }; });
}

}  // namespace bw::perf
