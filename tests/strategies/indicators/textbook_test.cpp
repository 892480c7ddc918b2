// Every incremental indicator against a slow version written down from its textbook definition,
// which looks at all bars anew for each value: over random markets with gaps, flat stretches and
// empty bars, for short and long periods, and from a copy as well as from the original.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <optional>
#include <string>
#include <vector>

#include "core/prng.hpp"
#include "strategies/indicators/average_convergence.hpp"
#include "strategies/indicators/directional_index.hpp"
#include "strategies/indicators/indicator.hpp"
#include "strategies/indicators/linear_regression.hpp"
#include "strategies/indicators/opening_range.hpp"
#include "strategies/indicators/price_bands.hpp"
#include "strategies/indicators/price_oscillators.hpp"
#include "strategies/indicators/relative_strength.hpp"
#include "strategies/indicators/rolling_moments.hpp"
#include "strategies/indicators/volume_flow.hpp"
#include "strategies/indicators/volume_weighted_price.hpp"
#include "tests/support/seed.hpp"

namespace bw {
namespace {

using maybe = std::optional<double>;
using numbers = std::vector<double>;

static_assert(indicator<simple_average, double>);
static_assert(indicator<weighted_average, double>);
static_assert(indicator<exponential_average, double>);
static_assert(indicator<wilder_average, double>);
static_assert(indicator<relative_strength, double>);
static_assert(indicator<simple_relative_strength, double>);
static_assert(indicator<average_convergence, double>);
static_assert(indicator<average_true_range, price_reach>);
static_assert(indicator<directional_index, price_reach>);
static_assert(indicator<bollinger_bands, double>);
static_assert(indicator<donchian_channel, price_reach>);
static_assert(indicator<keltner_channel, price_reach>);
static_assert(indicator<stochastic, price_reach>);
static_assert(indicator<williams_range, price_reach>);
static_assert(indicator<rate_of_change, double>);
static_assert(indicator<price_change, double>);
static_assert(indicator<commodity_channel, price_reach>);
static_assert(indicator<on_balance_volume, double, double>);
static_assert(indicator<money_flow, price_reach, double>);
static_assert(indicator<session_vwap, double, double, utc_ns>);
static_assert(indicator<window_vwap, double, double>);
static_assert(indicator<standard_deviation, double>);
static_assert(indicator<z_score, double>);
static_assert(indicator<linear_regression, double>);
static_assert(indicator<rolling_highest, double>);
static_assert(indicator<rolling_lowest, double>);
static_assert(indicator<opening_range, price_reach, utc_ns, utc_ns>);

struct market {
  std::vector<price_reach> bars;
  numbers volumes;

  numbers closes() const {
    numbers out;
    for (const auto& x : bars) out.push_back(x.close);
    return out;
  }
  numbers typicals() const {
    numbers out;
    for (const auto& x : bars) out.push_back((x.high + x.low + x.close) / 3);
    return out;
  }
  market first(std::size_t count) const {
    const auto n = static_cast<std::ptrdiff_t>(count);
    return {{bars.begin(), bars.begin() + n}, {volumes.begin(), volumes.begin() + n}};
  }
};

market random_market(std::uint64_t seed, std::size_t count) {
  prng chance{seed};
  market out;
  double close = 150;
  const auto step = [&](std::int64_t most) {
    return static_cast<double>(chance.between(-most, most)) / 100;
  };
  while (out.bars.size() < count) {
    if (chance.chance(1, 60)) {  // Nobody trades for a while.
      const auto still = static_cast<std::size_t>(chance.between(1, 40));
      for (std::size_t k = 0; k < still && out.bars.size() < count; ++k) {
        out.bars.push_back({close, close, close});
        out.volumes.push_back(0);
      }
      continue;
    }
    const double gap = chance.chance(1, 40) ? step(1'500) : step(80);
    close = std::max(5.0, close + gap);
    const double high = close + std::abs(step(60));
    const double low = std::max(1.0, close - std::abs(step(60)));
    out.bars.push_back({high, low, close});
    out.volumes.push_back(chance.chance(1, 50) ? 0.0 : static_cast<double>(chance.below(900'000)));
  }
  return out;
}

numbers tail(const numbers& all, std::size_t count) {
  return {all.end() - static_cast<std::ptrdiff_t>(count), all.end()};
}
double sum(const numbers& x) { return std::accumulate(x.begin(), x.end(), 0.0); }
double mean(const numbers& x) { return sum(x) / static_cast<double>(x.size()); }
double deviation(const numbers& x, std::size_t spare = 0) {
  const double middle = mean(x);
  double squares = 0;
  for (const double each : x) squares += (each - middle) * (each - middle);
  return std::sqrt(squares / static_cast<double>(x.size() - spare));
}
bool alike(const numbers& x) {
  return std::all_of(x.begin(), x.end(), [&](double each) { return each == x.front(); });
}
maybe smoothed(const numbers& all, std::size_t period, double weight) {
  if (all.size() < period) return {};
  double value = mean({all.begin(), all.begin() + static_cast<std::ptrdiff_t>(period)});
  for (std::size_t k = period; k < all.size(); ++k) value = weight * all[k] + (1 - weight) * value;
  return value;
}
maybe exponential(const numbers& all, std::size_t period) {
  return smoothed(all, period, 2.0 / (static_cast<double>(period) + 1));
}
maybe wilder(const numbers& all, std::size_t period) {
  return smoothed(all, period, 1.0 / static_cast<double>(period));
}
numbers ranges(const market& x) {
  numbers out;
  for (std::size_t k = 0; k < x.bars.size(); ++k) {
    const auto& bar = x.bars[k];
    double range = bar.high - bar.low;
    if (k > 0)
      range = std::max({range, std::abs(bar.high - x.bars[k - 1].close),
                        std::abs(bar.low - x.bars[k - 1].close)});
    out.push_back(range);
  }
  return out;
}
std::pair<double, double> reach(const market& x, std::size_t period) {
  double high = x.bars.back().high;
  double low = x.bars.back().low;
  for (std::size_t k = x.bars.size() - period; k < x.bars.size(); ++k) {
    high = std::max(high, x.bars[k].high);
    low = std::min(low, x.bars[k].low);
  }
  return {high, low};
}

constexpr std::size_t periods[] = {2, 3, 14, 20, 50};

/// Feeds a random market and compares after every bar; half way on, a copy takes over.
template <class Indicator>
void expect_textbook(std::uint64_t usual_seed, Indicator subject,
                     const std::function<void(Indicator&, const market&)>& feed,
                     const std::function<maybe(const Indicator&)>& read,
                     const std::function<maybe(const market&)>& slow, double tolerance = 1e-9) {
  const auto seed = tests::test_seed(usual_seed);
  const auto all = random_market(seed, 320);
  for (std::size_t k = 1; k <= all.bars.size(); ++k) {
    const auto seen = all.first(k);
    feed(subject, seen);
    const auto got = read(subject);
    const auto want = slow(seen);
    ASSERT_EQ(got.has_value(), want.has_value()) << "bar " << k << ", " << tests::repeat_with(seed);
    if (want) {
      ASSERT_NEAR(*got, *want, tolerance * std::max(1.0, std::abs(*want)))
          << "bar " << k << ", " << tests::repeat_with(seed);
    }
    if (k == all.bars.size() / 2) {
      Indicator copy = subject;
      subject = std::move(copy);
    }
  }
}

/// Of closes alone.
template <class Indicator>
void expect_of_closes(std::uint64_t seed, Indicator subject,
                      const std::function<maybe(const numbers&)>& slow,
                      const std::function<maybe(const Indicator&)>& read, double tolerance = 1e-9) {
  expect_textbook<Indicator>(
      seed, std::move(subject), [](Indicator& x, const market& m) { x.add(m.bars.back().close); },
      read, [&](const market& m) { return slow(m.closes()); }, tolerance);
}

template <class Indicator>
void expect_of_bars(std::uint64_t seed, Indicator subject,
                    const std::function<maybe(const market&)>& slow,
                    const std::function<maybe(const Indicator&)>& read, double tolerance = 1e-9) {
  expect_textbook<Indicator>(
      seed, std::move(subject), [](Indicator& x, const market& m) { x.add(m.bars.back()); }, read,
      slow, tolerance);
}

constexpr auto plain = [](const auto& x) -> maybe { return x.value(); };

/// One member of a value with several.
template <class Value>
auto part(double Value::*which) {
  return [which](const auto& x) -> maybe {
    const auto value = x.value();
    return value ? maybe{(*value).*which} : maybe{};
  };
}

TEST(textbook, weighted_average) {
  for (const auto n : periods)
    expect_of_closes<weighted_average>(
        11, weighted_average{n},
        [n](const numbers& all) -> maybe {
          if (all.size() < n) return {};
          const auto window = tail(all, n);
          double weighted = 0;
          double weights = 0;
          for (std::size_t k = 0; k < n; ++k) {
            weighted += static_cast<double>(k + 1) * window[k];
            weights += static_cast<double>(k + 1);
          }
          return weighted / weights;
        },
        plain);
}

TEST(textbook, strength_by_plain_means) {
  for (const auto n : periods)
    expect_of_closes<simple_relative_strength>(
        12, simple_relative_strength{n},
        [n](const numbers& all) -> maybe {
          if (all.size() < n + 1) return {};
          double gains = 0;
          double losses = 0;
          for (std::size_t k = all.size() - n; k < all.size(); ++k) {
            gains += std::max(0.0, all[k] - all[k - 1]);
            losses += std::max(0.0, all[k - 1] - all[k]);
          }
          return gains + losses > 0 ? 100 * gains / (gains + losses) : 50.0;
        },
        plain);
}

TEST(textbook, average_convergence) {
  const auto line_of = [](const numbers& all) -> maybe {
    const auto slow = exponential(all, 26);
    return slow ? maybe{*exponential(all, 12) - *slow} : maybe{};
  };
  const auto lines_of = [&](const numbers& all) {
    numbers out;
    for (std::size_t k = 1; k <= all.size(); ++k)
      if (const auto x = line_of({all.begin(), all.begin() + static_cast<std::ptrdiff_t>(k)}))
        out.push_back(*x);
    return out;
  };
  expect_of_closes<average_convergence>(13, average_convergence{{12, 26, 9}}, line_of,
                                        [](const auto& x) { return x.line(); });
  expect_of_closes<average_convergence>(
      13, average_convergence{{12, 26, 9}},
      [&](const numbers& all) { return exponential(lines_of(all), 9); },
      part(&convergence_value::signal));
}

TEST(textbook, directional_index) {
  struct directions {
    numbers range, up, down;
  };
  const auto of = [](const market& x) {
    directions out;
    const auto all = ranges(x);
    for (std::size_t k = 1; k < x.bars.size(); ++k) {
      const double up = x.bars[k].high - x.bars[k - 1].high;
      const double down = x.bars[k - 1].low - x.bars[k].low;
      out.range.push_back(all[k]);
      out.up.push_back(up > down && up > 0 ? up : 0);
      out.down.push_back(down > up && down > 0 ? down : 0);
    }
    return out;
  };
  const auto first = [](const numbers& all, std::size_t count) {
    return numbers{all.begin(), all.begin() + static_cast<std::ptrdiff_t>(count)};
  };
  for (const auto n : {std::size_t{3}, std::size_t{14}}) {
    const auto index = [&, n](const market& x) -> maybe {
      const auto all = of(x);
      numbers spread;
      for (std::size_t k = n; k <= all.range.size(); ++k) {
        const double range = *wilder(first(all.range, k), n);
        const double plus = range > 0 ? 100 * *wilder(first(all.up, k), n) / range : 0;
        const double minus = range > 0 ? 100 * *wilder(first(all.down, k), n) / range : 0;
        spread.push_back(plus + minus > 0 ? 100 * std::abs(plus - minus) / (plus + minus) : 0);
      }
      return wilder(spread, n);
    };
    expect_of_bars<directional_index>(14, directional_index{n}, index,
                                      part(&directional_movement::index));
  }
}

TEST(textbook, bands) {
  for (const auto n : periods) {
    const auto bollinger = [n](double side) {
      return [n, side](const numbers& all) -> maybe {
        if (all.size() < n) return {};
        const auto window = tail(all, n);
        return mean(window) + side * 2 * deviation(window);
      };
    };
    expect_of_closes<bollinger_bands>(15, bollinger_bands{n, 2}, bollinger(1),
                                      part(&value_band::upper));
    expect_of_closes<bollinger_bands>(15, bollinger_bands{n, 2}, bollinger(-1),
                                      part(&value_band::lower));
    expect_of_bars<donchian_channel>(
        16, donchian_channel{n},
        [n](const market& x) -> maybe {
          if (x.bars.size() < n) return {};
          return (reach(x, n).first + reach(x, n).second) / 2;
        },
        part(&value_band::middle));
    expect_of_bars<keltner_channel>(
        17, keltner_channel{{n, 10, 1.5}},
        [n](const market& x) -> maybe {
          const auto middle = exponential(x.closes(), n);
          const auto range = wilder(ranges(x), 10);
          return middle && range ? maybe{*middle + 1.5 * *range} : maybe{};
        },
        part(&value_band::upper));
  }
}

TEST(textbook, place_within_a_band) {
  const value_band band{110, 105, 100};
  EXPECT_EQ(band.place_of(100), 0.0);
  EXPECT_EQ(band.place_of(107.5), 0.75);
  EXPECT_EQ(band.place_of(120), 2.0);
  EXPECT_FALSE((value_band{5, 5, 5}).place_of(5));
}

TEST(textbook, oscillators_of_reach) {
  const auto fast_k = [](const market& x, std::size_t n) -> maybe {
    if (x.bars.size() < n) return {};
    const auto [high, low] = reach(x, n);
    return high > low ? 100 * (x.bars.back().close - low) / (high - low) : 50.0;
  };
  for (const auto n : periods) {
    expect_of_bars<williams_range>(
        18, williams_range{n},
        [&, n](const market& x) -> maybe {
          const auto k = fast_k(x, n);
          return k ? maybe{*k - 100} : maybe{};
        },
        plain);
    const auto smooth_k = [&, n](const market& x) -> maybe {
      if (x.bars.size() < n + 2) return {};
      double total = 0;
      for (std::size_t back = 0; back < 3; ++back)
        total += *fast_k(x.first(x.bars.size() - back), n);
      return total / 3;
    };
    expect_of_bars<stochastic>(
        19, stochastic{{n, 3, 4}},
        [&, n](const market& x) -> maybe {
          if (x.bars.size() < n + 5) return {};
          double total = 0;
          for (std::size_t back = 0; back < 4; ++back)
            total += *smooth_k(x.first(x.bars.size() - back));
          return total / 4;
        },
        part(&stochastic_value::d));
  }
}

TEST(textbook, rate_of_change) {
  for (const auto n : periods)
    expect_of_closes<rate_of_change>(
        20, rate_of_change{n},
        [n](const numbers& all) -> maybe {
          if (all.size() < n + 1) return {};
          const double before = all[all.size() - 1 - n];
          return 100 * (all.back() - before) / before;
        },
        plain);
  rate_of_change from_zero{1};
  from_zero.add(0);
  from_zero.add(1);
  EXPECT_TRUE(from_zero.ready());
  EXPECT_FALSE(from_zero.value());
}

TEST(textbook, price_change) {
  for (const auto n : periods)
    expect_of_closes<price_change>(
        28, price_change{n},
        [n](const numbers& all) -> maybe {
          if (all.size() < n + 1) return {};
          return all.back() - all[all.size() - 1 - n];
        },
        plain);
}

TEST(textbook, commodity_channel) {
  for (const auto n : periods)
    expect_of_bars<commodity_channel>(
        21, commodity_channel{n},
        [n](const market& x) -> maybe {
          if (x.bars.size() < n) return {};
          const auto window = tail(x.typicals(), n);
          if (alike(window)) return 0.0;
          const double middle = mean(window);
          double off = 0;
          for (const double each : window) off += std::abs(each - middle);
          return (window.back() - middle) / (0.015 * off / static_cast<double>(n));
        },
        plain, 1e-7);
}

TEST(textbook, flows_of_volume) {
  expect_textbook<on_balance_volume>(
      22, on_balance_volume{},
      [](on_balance_volume& x, const market& m) { x.add(m.bars.back().close, m.volumes.back()); },
      plain,
      [](const market& x) -> maybe {
        double balance = x.volumes.front();
        for (std::size_t k = 1; k < x.bars.size(); ++k)
          balance += x.bars[k].close > x.bars[k - 1].close   ? x.volumes[k]
                     : x.bars[k].close < x.bars[k - 1].close ? -x.volumes[k]
                                                             : 0;
        return balance;
      });
  for (const auto n : periods)
    expect_textbook<money_flow>(
        23, money_flow{n},
        [](money_flow& x, const market& m) { x.add(m.bars.back(), m.volumes.back()); }, plain,
        [n](const market& x) -> maybe {
          if (x.bars.size() < n + 1) return {};
          const auto typical = x.typicals();
          double in = 0;
          double out = 0;
          for (std::size_t k = typical.size() - n; k < typical.size(); ++k) {
            if (typical[k] > typical[k - 1]) in += typical[k] * x.volumes[k];
            if (typical[k] < typical[k - 1]) out += typical[k] * x.volumes[k];
          }
          return in + out > 0 ? 100 * in / (in + out) : 50.0;
        });
}

TEST(textbook, deviation_and_score) {
  for (const auto n : periods) {
    for (const auto kind : {deviation_of::population, deviation_of::sample})
      expect_of_closes<standard_deviation>(
          24, standard_deviation{n, kind},
          [n, kind](const numbers& all) -> maybe {
            if (all.size() < n) return {};
            return deviation(tail(all, n), kind == deviation_of::sample ? 1 : 0);
          },
          plain);
    expect_of_closes<z_score>(
        25, z_score{n},
        [n](const numbers& all) -> maybe {
          if (all.size() < n) return {};
          const auto window = tail(all, n);
          return alike(window) ? 0.0 : (window.back() - mean(window)) / deviation(window);
        },
        plain, 1e-7);
  }
}

TEST(textbook, linear_regression) {
  struct fit {
    double slope, end, explained;
  };
  const auto of = [](const numbers& y) {
    const auto n = static_cast<double>(y.size());
    const double x_mean = (n - 1) / 2;
    const double y_mean = mean(y);
    double together = 0;
    double spread = 0;
    double variation = 0;
    for (std::size_t k = 0; k < y.size(); ++k) {
      const double x = static_cast<double>(k) - x_mean;
      together += x * (y[k] - y_mean);
      spread += x * x;
      variation += (y[k] - y_mean) * (y[k] - y_mean);
    }
    const double slope = together / spread;
    const double share = !alike(y) ? together * together / (spread * variation) : 1;
    return fit{slope, y_mean + slope * x_mean, share};
  };
  for (const auto n : periods) {
    const auto slow = [&, n](double fit::*which) {
      return [&, n, which](const numbers& all) -> maybe {
        if (all.size() < n) return {};
        return of(tail(all, n)).*which;
      };
    };
    expect_of_closes<linear_regression>(26, linear_regression{n}, slow(&fit::slope),
                                        part(&regression_line::slope));
    expect_of_closes<linear_regression>(26, linear_regression{n}, slow(&fit::end),
                                        part(&regression_line::end));
    expect_of_closes<linear_regression>(26, linear_regression{n}, slow(&fit::explained),
                                        part(&regression_line::explained), 1e-7);
  }
}

TEST(textbook, deviation_keeps_its_digits_far_from_zero) {
  // The mean of squares less the square of the mean would have no digit left here.
  prng chance{27};
  standard_deviation fast{20};
  numbers seen;
  for (int k = 0; k < 50'000; ++k) {
    seen.push_back(1e9 + static_cast<double>(chance.below(100)) / 100);
    fast.add(seen.back());
  }
  EXPECT_NEAR(*fast.value(), deviation(tail(seen, 20)), 1e-7);
}

TEST(textbook, opening_range_is_said_when_it_is_over_and_begins_anew) {
  using std::chrono::minutes;
  opening_range range{minutes{30}};
  const utc_ns monday{0};
  const utc_ns tuesday = monday + std::chrono::hours{24};
  const auto bar = [&](utc_ns open, int number, double high, double low) {
    range.add({high, low, low}, open + minutes{5 * (number + 1)}, open);
  };
  for (int k = 0; k < 5; ++k) bar(monday, k, 100 + k, 99 - k);
  EXPECT_FALSE(range.value());
  bar(monday, 5, 101, 100);
  ASSERT_TRUE(range.value());
  EXPECT_EQ(range.value()->upper, 104);
  EXPECT_EQ(range.value()->lower, 95);
  bar(monday, 6, 300, 10);  // Afterwards nothing widens it.
  EXPECT_EQ(range.value()->upper, 104);
  bar(tuesday, 7, 50, 40);  // A session of which the beginning was not seen has no range.
  EXPECT_FALSE(range.value());
}

TEST(textbook, warm_up_is_what_it_says) {
  const auto check = [](auto subject, auto... input) {
    for (std::size_t k = 1; k < subject.warm_up(); ++k) {
      subject.add(input...);
      EXPECT_FALSE(subject.ready()) << k;
      EXPECT_FALSE(subject.value()) << k;
    }
    subject.add(input...);
    EXPECT_TRUE(subject.ready());
    EXPECT_TRUE(subject.value());
  };
  const price_reach bar{11, 9, 10};
  check(simple_average{5}, 10.0);
  check(weighted_average{5}, 10.0);
  check(exponential_average{5}, 10.0);
  check(relative_strength{5}, 10.0);
  check(average_convergence{{3, 6, 4}}, 10.0);
  check(average_true_range{5}, bar);
  check(directional_index{5}, bar);
  check(bollinger_bands{5, 2}, 10.0);
  check(donchian_channel{5}, bar);
  check(keltner_channel{{5, 9, 2}}, bar);
  check(stochastic{{5, 3, 2}}, bar);
  check(williams_range{5}, bar);
  check(rate_of_change{5}, 10.0);
  check(commodity_channel{5}, bar);
  check(on_balance_volume{}, 10.0, 100.0);
  check(money_flow{5}, bar, 100.0);
  check(standard_deviation{5}, 10.0);
  check(z_score{5}, 10.0);
  check(linear_regression{5}, 10.0);
  check(session_vwap{}, 10.0, 100.0, utc_ns{1});
  check(window_vwap{5}, 10.0, 100.0);
  check(rolling_highest{5}, 10.0);
}

}  // namespace
}  // namespace bw
