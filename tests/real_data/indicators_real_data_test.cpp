// The indicators against reference values that other software computed from real prices. How close
// they can come is decided by how many digits the files have; each table says it.

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "core/decimal.hpp"
#include "strategies/indicators/average_true_range.hpp"
#include "strategies/indicators/moving_average.hpp"
#include "strategies/indicators/relative_strength.hpp"
#include "strategies/indicators/rolling_extreme.hpp"
#include "strategies/indicators/volume_weighted_price.hpp"
#include "tests/support/data_folder.hpp"

namespace bw {
namespace {

namespace fs = std::filesystem;

fs::path indicator_folder() { return tests::data_folder() / "indicators"; }

/// Numbers by column name; an empty cell is not there.
using row = std::map<std::string, double>;

std::vector<std::string> cells(const std::string& line) {
  std::vector<std::string> out;
  std::stringstream in{line};
  for (std::string cell; std::getline(in, cell, ',');) out.push_back(cell);
  return out;
}

std::vector<row> read_table(const fs::path& file) {
  std::ifstream in{file};
  std::string line;
  std::getline(in, line);
  const auto names = cells(line);
  std::vector<row> out;
  while (std::getline(in, line)) {
    row numbers;
    const auto values = cells(line);
    for (std::size_t k = 1; k < values.size() && k < names.size(); ++k) {
      char* end = nullptr;
      const double x = std::strtod(values[k].c_str(), &end);
      if (!values[k].empty() && *end == '\0') numbers[names[k]] = x;
    }
    out.push_back(numbers);
  }
  return out;
}

class indicators_real_data : public testing::Test {
 protected:
  void SetUp() override {
    if (fs::is_directory(indicator_folder())) return;
    std::cerr << "\n*** NOT TESTED: there is no folder " << fs::absolute(indicator_folder())
              << ".\n*** Set BELLWETHER_DATA to the folder with the recorded data.\n\n";
    GTEST_SKIP() << "no recorded data";
  }

  /// Feeds every row and compares where the file has a value. `first_row` is the first that must
  /// have one, on both sides; 0: not checked.
  static void compare(const char* file, const char* column, double tolerance, std::size_t first_row,
                      const std::function<std::optional<double>(const row&)>& feed) {
    SCOPED_TRACE(std::string{file} + " " + column);
    const auto table = read_table(indicator_folder() / file);
    ASSERT_GT(table.size(), 200u);
    std::size_t compared = 0;
    for (std::size_t k = 0; k < table.size(); ++k) {
      const auto got = feed(table[k]);
      const auto want = table[k].find(column);
      if (first_row > 0) {
        ASSERT_EQ(got.has_value(), k + 1 >= first_row) << "row " << k + 1;
        ASSERT_EQ(want != table[k].end(), k + 1 >= first_row) << "row " << k + 1;
      }
      if (want == table[k].end()) continue;
      ASSERT_TRUE(got.has_value()) << "row " << k + 1;
      ASSERT_NEAR(*got, want->second, tolerance) << "row " << k + 1;
      ++compared;
    }
    EXPECT_GT(compared, 150u);
  }

  template <class Indicator>
  static auto of_closes(Indicator indicator) {
    return [indicator](const row& x) mutable {
      indicator.add(x.at("close"));
      return indicator.value();
    };
  }
};

constexpr const char* djia = "sma14_ema14_macd_rsi14_obv__djia_daily_first333of500.csv";

TEST_F(indicators_real_data, simple_average) {
  compare(djia, "sma14", 0.006, 14, of_closes(simple_average{14}));
  compare("bollinger20_2__spy_daily_first333of500.csv", "middle", 6e-5, 20,
          of_closes(simple_average{20}));
}

TEST_F(indicators_real_data, exponential_average) {
  compare("ema14__spy_monthly_first242of364.csv", "ema14", 1e-9, 14,
          of_closes(exponential_average{14}));
  compare(djia, "ema14", 0.006, 14, of_closes(exponential_average{14}));
}

TEST_F(indicators_real_data, relative_strength) {
  compare(djia, "rsi14_wilder", 5e-6, 15, of_closes(relative_strength{14}));
}

TEST_F(indicators_real_data, average_true_range) {
  bw::average_true_range indicator{14};
  compare("atr14_wilder__spy_daily_first334of501.csv", "atr14", 5.1e-6, 14, [&](const row& x) {
    indicator.add({x.at("high"), x.at("low"), x.at("close")});
    return indicator.value();
  });
}

TEST_F(indicators_real_data, true_range) {
  bw::true_range indicator;
  compare("true_range__spy_daily.csv", "tr", 1e-9, 0, [&](const row& x) {
    return std::optional{indicator.add({x.at("high"), x.at("low"), x.at("close")})};
  });
}

TEST_F(indicators_real_data, highest_and_lowest) {
  rolling_highest high{14};
  rolling_lowest low{14};
  // Williams %R: how far the close lies below the highest high.
  compare("williams_r14__spy_daily.csv", "williams_pctr_14", 1e-3, 14,
          [&](const row& x) -> std::optional<double> {
            high.add(x.at("high"));
            low.add(x.at("low"));
            if (!high.full()) return std::nullopt;
            return -100.0 * (*high.value() - x.at("close")) / (*high.value() - *low.value());
          });
}

TEST_F(indicators_real_data, window_vwap) {
  // This file weights the mean of open, high, low and close.
  bw::window_vwap indicator{50};
  compare("vwap_rolling50__spy_daily_first334of501.csv", "vwap50", 6.1e-5, 0,
          [&](const row& x) -> std::optional<double> {
            const double mean = (x.at("open") + x.at("high") + x.at("low") + x.at("close")) / 4.0;
            indicator.add(mean, x.at("volume"));
            return indicator.full() ? indicator.value() : std::nullopt;
          });
}

TEST_F(indicators_real_data, session_vwap) {
  // A vendor's minutes of one session, with holes; across a hole nothing can be said.
  const auto table = read_table(indicator_folder() / "vendor_session_vwap_AMZN_20200505.csv");
  std::size_t compared = 0;
  for (std::size_t k = 1; k < table.size(); ++k) {
    const auto& before = table[k - 1];
    const auto& x = table[k];
    if (std::abs(before.at("cum_volume") + x.at("volume") - x.at("cum_volume")) > 0.5) continue;
    bw::session_vwap indicator;
    indicator.add(before.at("session_vwap"), before.at("cum_volume"), utc_ns{1});
    indicator.add(x.at("bar_vwap"), x.at("volume"), utc_ns{1});
    ASSERT_NEAR(*indicator.value(), x.at("session_vwap"), 7.1e-5) << "row " << k + 1;
    ++compared;
  }
  EXPECT_EQ(compared, 18u);
}

}  // namespace
}  // namespace bw
