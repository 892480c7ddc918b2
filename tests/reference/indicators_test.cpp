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
#include <utility>
#include <vector>

#include "core/decimal.hpp"
#include "strategies/indicators/average_convergence.hpp"
#include "strategies/indicators/average_true_range.hpp"
#include "strategies/indicators/directional_index.hpp"
#include "strategies/indicators/moving_average.hpp"
#include "strategies/indicators/price_bands.hpp"
#include "strategies/indicators/price_oscillators.hpp"
#include "strategies/indicators/relative_strength.hpp"
#include "strategies/indicators/volume_flow.hpp"
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

class indicators_reference : public testing::Test {
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
                      const std::function<std::optional<double>(const row&)>& feed,
                      std::size_t least = 150) {
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
    EXPECT_GE(compared, least);
  }

  /// For values that the file has earlier than we say them.
  static void compare_after(const char* file, const char* column, double tolerance,
                            const std::function<std::optional<double>(const row&)>& feed) {
    const auto table = read_table(indicator_folder() / file);
    std::size_t compared = 0;
    for (std::size_t k = 0; k < table.size(); ++k) {
      const auto got = feed(table[k]);
      if (!got) continue;
      ASSERT_NEAR(*got, table[k].at(column), tolerance) << column << ", row " << k + 1;
      ++compared;
    }
    EXPECT_GE(compared, 150u);
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

TEST_F(indicators_reference, simple_average) {
  compare(djia, "sma14", 0.006, 14, of_closes(simple_average{14}));
  compare("bollinger20_2__spy_daily_first333of500.csv", "middle", 1e-9, 20,
          of_closes(simple_average{20}));
}

TEST_F(indicators_reference, exponential_average) {
  compare("ema14__spy_monthly_first242of364.csv", "ema14", 1e-9, 14,
          of_closes(exponential_average{14}));
  compare(djia, "ema14", 0.006, 14, of_closes(exponential_average{14}));
}

TEST_F(indicators_reference, relative_strength) {
  compare(djia, "rsi14_wilder", 5e-6, 15, of_closes(relative_strength{14}));
}

TEST_F(indicators_reference, average_true_range) {
  bw::average_true_range indicator{14};
  compare("atr14_wilder__spy_daily_first334of501.csv", "atr14", 5.1e-6, 14, [&](const row& x) {
    indicator.add({x.at("high"), x.at("low"), x.at("close")});
    return indicator.value();
  });
}

TEST_F(indicators_reference, true_range) {
  bw::true_range indicator;
  compare("true_range__spy_daily.csv", "tr", 1e-9, 0, [&](const row& x) {
    return std::optional{indicator.add({x.at("high"), x.at("low"), x.at("close")})};
  });
}

price_reach reach_of(const row& x) { return {x.at("high"), x.at("low"), x.at("close")}; }

TEST_F(indicators_reference, average_true_range_by_plain_means) {
  // This file leaves the first bar out, which has no bar before it.
  bw::true_range range;
  bw::simple_average mean{14};
  bool first = true;
  compare("atr14_simple__spy_daily_first334of501.csv", "atr14", 5.1e-6, 15, [&](const row& x) {
    const double reach = range.add(reach_of(x));
    if (!std::exchange(first, false)) mean.add(reach);
    return mean.value();
  });
}

TEST_F(indicators_reference, relative_strength_by_plain_means) {
  // The file begins to print one row after the value is there.
  compare(djia, "rsi14_simple", 3.1e-4, 0, of_closes(simple_relative_strength{14}));
}

TEST_F(indicators_reference, average_convergence) {
  bw::average_convergence index{{12, 26, 9}};
  compare(djia, "macd_12_26", 2.1e-4, 26, [&](const row& x) {
    index.add(x.at("close"));
    return index.line();
  });
}

TEST_F(indicators_reference, average_convergence_with_signal) {
  constexpr const char* file = "macd_12_26_9__spy_monthly_first241of362.csv";
  for (const char* column : {"macd", "signal", "histogram"}) {
    bw::average_convergence of_closes{{12, 26, 9}};
    compare(
        file, column, 6.1e-6, 0,
        [&](const row& x) -> std::optional<double> {
          of_closes.add(x.at("close"));
          const auto value = of_closes.value();
          if (!value) return std::nullopt;
          return column[0] == 'm'   ? value->line
                 : column[0] == 's' ? value->signal
                                    : value->histogram();
        },
        60);
  }
}

TEST_F(indicators_reference, bollinger_bands) {
  constexpr const char* file = "bollinger20_2__spy_daily_first333of500.csv";
  for (const char* column : {"upper", "middle", "lower"}) {
    bw::bollinger_bands bands{20, 2};
    compare(file, column, 6.1e-5, 20, [&](const row& x) -> std::optional<double> {
      bands.add(x.at("close"));
      const auto band = bands.value();
      if (!band) return std::nullopt;
      return column[0] == 'u' ? band->upper : column[0] == 'm' ? band->middle : band->lower;
    });
  }
}

TEST_F(indicators_reference, directional_index) {
  constexpr const char* file = "adx14__spy_daily.csv";
  const auto part = [](double directional_movement::*which) {
    return [which, index = bw::directional_index{14}](const row& x) mutable {
      index.add(reach_of(x));
      const auto value = index.value();
      return value ? std::optional{(*value).*which} : std::nullopt;
    };
  };
  compare(file, "adx_14", 5.1e-5, 28, part(&directional_movement::index));
  compare_after(file, "plus_di14", 5.1e-5, part(&directional_movement::plus));
  compare_after(file, "minus_di14", 5.1e-5, part(&directional_movement::minus));
}

// What computed the next files had prices in single precision: 1.5e-5 dollars of them are lost, and
// more of a ratio of two small differences.

TEST_F(indicators_reference, williams_range) {
  bw::williams_range range{14};
  compare("williams_r14__spy_daily.csv", "williams_pctr_14", 4e-4, 14, [&](const row& x) {
    range.add(reach_of(x));
    return range.value();
  });
}

TEST_F(indicators_reference, stochastic) {
  constexpr const char* file = "stochastic_12_3__spy_daily.csv";
  bw::stochastic k{{.reach = 12, .smoothing = 3, .signal = 5}};
  compare(file, "stochastics_12_pctk_3", 4e-4, 14, [&](const row& x) {
    k.add(reach_of(x));
    return k.k();
  });
  bw::stochastic d{{.reach = 12, .smoothing = 3, .signal = 5}};
  compare(file, "pctd_5", 4e-4, 18, [&](const row& x) {
    d.add(reach_of(x));
    const auto value = d.value();
    return value ? std::optional{value->d} : std::nullopt;
  });
}

TEST_F(indicators_reference, price_change) {
  // The file calls a difference of prices a rate of change.
  compare("roc50__spy_daily.csv", "rate_of_change_50", 1.6e-5, 51, of_closes(bw::price_change{50}));
}

TEST_F(indicators_reference, on_balance_volume) {
  bw::on_balance_volume balance;
  // Seven digits are printed, of sums up to 4e9.
  compare("obv__spy_daily.csv", "obv", 1.4e3, 0, [&](const row& x) {
    balance.add(x.at("close"), x.at("volume"));
    return balance.value();
  });
}

TEST_F(indicators_reference, money_flow) {
  bw::money_flow flow{20};
  compare("mfi__spy_daily.csv", "money_flow_index_20", 8e-6, 21, [&](const row& x) {
    flow.add(reach_of(x), x.at("volume"));
    return flow.value();
  });
}

TEST_F(indicators_reference, window_vwap) {
  // This file weights the mean of open, high, low and close.
  bw::window_vwap indicator{50};
  compare("vwap_rolling50__spy_daily_first334of501.csv", "vwap50", 6.1e-5, 0,
          [&](const row& x) -> std::optional<double> {
            const double mean = (x.at("open") + x.at("high") + x.at("low") + x.at("close")) / 4.0;
            indicator.add(mean, x.at("volume"));
            return indicator.full() ? indicator.value() : std::nullopt;
          });
}

TEST_F(indicators_reference, session_vwap) {
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
