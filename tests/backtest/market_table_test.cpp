// Memory stays flat however long the recording is: what the replayer holds is bounded.

#include "backtest/market_table.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <filesystem>
#include <fstream>

#include "tests/support/program.hpp"
#include "venue/market_replayer.hpp"

namespace bw {
namespace {

constexpr std::string_view header = "ts_ns,time_utc,open,high,low,close,volume\n";

/// `days` whole days of minutes of one price.
std::filesystem::path write_minutes(const std::filesystem::path& folder, int days) {
  const auto file = folder / ("SPY_" + std::to_string(days) + ".csv");
  std::ofstream out{file};
  out << header;
  utc_ns at = *parse_rfc3339("2026-03-02T00:00:00Z");
  for (int k = 0; k < days * 1'440; ++k, at = at + std::chrono::minutes{1})
    out << at.value << ',' << format_rfc3339(at) << ",100,100,100,100,400\n";
  return file;
}

long resident_peak_kib() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  return used.ru_maxrss;
}

std::uint64_t play(const std::filesystem::path& file) {
  venue::replay_options options;
  options.files = {file};
  options.history_bars_max = 100;
  const auto source = venue::open_replay(std::move(options));
  EXPECT_TRUE(source.ok());
  std::uint64_t count = 0;
  std::vector<market_event> events;
  while ((*source)->next_time()) {
    events.clear();
    (*source)->advance(utc_ns{INT64_MAX}, 1'000, events);
    count += events.size();
  }
  return count;
}

TEST(streaming, memory_is_flat_in_the_length_of_the_history) {
  const tests::scratch_folder folder;
  const auto brief = write_minutes(folder.path(), 2);
  const auto lasting = write_minutes(folder.path(), 60);
  const auto few = play(brief);
  const auto before = resident_peak_kib();
  const auto many = play(lasting);
  EXPECT_EQ(many, few * 30);
  EXPECT_LT(resident_peak_kib() - before, 2'048) << "777,600 events would take a hundred megabytes";
}

}  // namespace
}  // namespace bw
