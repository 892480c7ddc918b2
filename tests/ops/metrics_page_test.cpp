#include "ops/metrics_page.hpp"

#include <gmock/gmock.h>

namespace bw {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(metrics_page, shows_counters_and_gauges_in_their_families) {
  metrics_registry registry;
  registry.add_counter("bellwether_orders_total", "Orders.", {{"side", "buy"}}).add(3);
  registry.add_gauge("bellwether_cash_usd", "Cash.").set_units(-1'500'000'000);
  registry.add_counter("bellwether_orders_total", "Orders.", {{"side", "sell"}});
  const auto page = metrics_page(registry, std::nullopt);
  EXPECT_THAT(page, HasSubstr("# HELP bellwether_orders_total Orders.\n"
                              "# TYPE bellwether_orders_total counter\n"
                              "bellwether_orders_total{side=\"buy\"} 3\n"
                              "bellwether_orders_total{side=\"sell\"} 0\n"));
  EXPECT_THAT(page, HasSubstr("# TYPE bellwether_cash_usd gauge\nbellwether_cash_usd -1.5\n"));
  EXPECT_THAT(page, HasSubstr("bellwether_build_info{version=\""));
  EXPECT_THAT(page, Not(HasSubstr("process_")));
}

TEST(metrics_page, escapes_labels) {
  metrics_registry registry;
  registry.add_counter("c_total", "h", {{"l", "a\"b\\c\nd"}});
  EXPECT_THAT(metrics_page(registry, std::nullopt), HasSubstr(R"(c_total{l="a\"b\\c\nd"} 0)"));
}

TEST(metrics_page, bounds_run_from_a_microsecond_to_ten_seconds_in_steps_1_2_5) {
  EXPECT_EQ(bucket_bounds_ns.front(), 1000);
  EXPECT_EQ(bucket_bounds_ns[1], 2000);
  EXPECT_EQ(bucket_bounds_ns[2], 5000);
  EXPECT_EQ(bucket_bounds_ns[3], 10000);
  EXPECT_EQ(bucket_bounds_ns.back(), 10'000'000'000);
  EXPECT_TRUE(std::is_sorted(bucket_bounds_ns.begin(), bucket_bounds_ns.end()));
}

TEST(metrics_page, shows_durations_as_cumulative_buckets_in_seconds) {
  metrics_registry registry;
  auto& durations = registry.add_histogram("d_seconds", "h");
  durations.record(std::chrono::nanoseconds{500});
  durations.record(std::chrono::microseconds{30});
  durations.record(std::chrono::milliseconds{3});
  durations.record(std::chrono::seconds{20});
  const auto page = metrics_page(registry, std::nullopt);
  for (const auto* line :
       {"# TYPE d_seconds histogram\n", "d_seconds_count 4\n", "d_seconds_sum 20.0030305\n",
        "d_seconds_bucket{le=\"1e-06\"} 1\n", "d_seconds_bucket{le=\"2e-05\"} 1\n",
        "d_seconds_bucket{le=\"5e-05\"} 2\n", "d_seconds_bucket{le=\"0.002\"} 2\n",
        "d_seconds_bucket{le=\"0.005\"} 3\n", "d_seconds_bucket{le=\"10\"} 3\n",
        "d_seconds_bucket{le=\"+Inf\"} 4\n"})
    EXPECT_THAT(page, HasSubstr(line));
}

TEST(process_figures, reads_proc_whatever_the_program_is_called) {
  const std::string fields =
      " S 1 2 3 0 -1 4194560 5 6 7 8 150 50 0 0 20 0 9 0 1000 123456 77 18446744073709551615 1 1";
  for (const auto* name : {"bellwether", "a b) R 1 (c", ""}) {
    const auto figures = parse_process_figures("42 (" + std::string{name} + ")" + fields,
                                               "cpu 1 2\nctxt 5\nbtime 1700000000\nprocesses 9\n",
                                               {.ticks_per_second = 100, .page_bytes = 4096});
    ASSERT_TRUE(figures) << figures.failure().text();
    EXPECT_EQ(figures->processor_time, std::chrono::seconds{2});
    EXPECT_EQ(figures->resident_bytes, 77u * 4096);
    EXPECT_EQ(figures->started, utc_ns{1'700'000'010'000'000'000});
  }
}

TEST(process_figures, what_is_not_proc_is_refused) {
  const std::string self = "42 (x) S 1 2 3 0 -1 4 5 6 7 8 150 50 0 0 20 0 9 0 1000 1 77";
  const std::string stat = "btime 1700000000\n";
  ASSERT_TRUE(parse_process_figures(self, stat, {}));
  for (const auto& bad : {std::string{}, std::string{"42 x S"}, self.substr(0, 40),
                          std::string{"42 (x) S 1 2 3 0 -1 4 5 6 7 8 a 50 0 0 20 0 9 0 1000 1 77"},
                          std::string{"42 (x) S 1 2 3 0 -1 4 5 6 7 8 1 -5 0 0 20 0 9 0 1000 1 77"}})
    EXPECT_FALSE(parse_process_figures(bad, stat, {})) << bad;
  for (const auto* bad : {"", "xbtime 5\n", "btime x\n", "btime 99999999999999999\n"})
    EXPECT_FALSE(parse_process_figures(self, bad, {})) << bad;
}

TEST(process_figures, shows_this_process) {
  const auto figures = read_process_figures();
  ASSERT_TRUE(figures) << figures.failure().text();
  EXPECT_GT(figures->resident_bytes, 1'000'000u);
  EXPECT_GE(figures->open_files, 3u);
  EXPECT_GE(figures->open_files_max, figures->open_files);
  EXPECT_GT(figures->started, *parse_rfc3339("2024-01-01T00:00:00Z"));
  const auto page = metrics_page(metrics_registry{}, *figures);
  for (const auto* name : {"process_cpu_seconds_total", "process_resident_memory_bytes",
                           "process_open_fds", "process_max_fds", "process_start_time_seconds"})
    EXPECT_THAT(page, HasSubstr("\n" + std::string{name} + " ")) << name;
}

}  // namespace
}  // namespace bw
