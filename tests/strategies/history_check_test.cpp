// How much history results need: exactly the window of what forgets, longer for what does not, and
// back to the open for what is anchored there.

#include "strategies/history_check.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "core/prng.hpp"
#include "strategies/strategy_registry.hpp"

namespace bw {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

/// Days of 78 bars of five minutes each.
std::vector<session_bar> market(std::size_t days) {
  prng chance{51};
  std::vector<session_bar> out;
  std::int64_t cents = 10'000;
  for (std::size_t day = 0; day < days; ++day) {
    const utc_ns open = utc_ns{0} + static_cast<int>(day) * hours{24};
    for (int k = 0; k < 78; ++k) {
      cents = std::max<std::int64_t>(5'000, cents + chance.between(-60, 60));
      const auto at = price::from_units(cents * 10'000'000);
      const auto cent = price::from_units(10'000'000);
      const auto start = open + minutes{5 * k};
      out.push_back({{.span = bar_span::five_minutes,
                      .open = at,
                      .high = at + cent,
                      .low = at - cent,
                      .close = at,
                      .volume = quantity::from_int(chance.between(100, 9'000)),
                      .start = start},
                     open,
                     start + minutes{5}});
    }
  }
  return out;
}

/// Looks at one indicator and wants nothing.
class looker final : public strategy {
 public:
  explicit looker(indicator_spec spec) : spec_(spec) {}
  const strategy_metadata& metadata() const override {
    static const strategy_metadata metadata{.id = "looker", .name = "Looker"};
    return metadata;
  }
  std::uint32_t warm_up_bars() const override { return 5; }
  result<void> prepare(indicator_board& board) override {
    auto asked = board.request(spec_);
    if (!asked) return std::move(asked).failure();
    return {};
  }
  wishes on_bar(const strategy_context&, const bar&) override { return {}; }

 private:
  indicator_spec spec_;
};

strategy_maker look_at(indicator_spec spec) {
  return [spec]() -> result<std::unique_ptr<strategy>> { return {std::make_unique<looker>(spec)}; };
}

history_options every_length(std::size_t to, std::size_t compared = 30) {
  history_options out;
  out.compared = compared;
  for (std::size_t k = 1; k <= to; ++k) out.lengths.push_back(k);
  return out;
}

TEST(history_check, what_forgets_needs_its_window) {
  const auto bars = market(6);
  // The first compared bar itself is the last of its window.
  EXPECT_EQ(
      check_history(look_at({indicator_kind::close_simple, 20}), bars, every_length(60))->enough,
      19u);
  EXPECT_EQ(
      check_history(look_at({indicator_kind::close_deviation, 40}), bars, every_length(60))->enough,
      39u);
}

TEST(history_check, what_remembers_needs_as_long_as_its_memory_lasts) {
  const auto bars = market(8);
  const auto exponential =
      check_history(look_at({indicator_kind::close_exponential, 20}), bars, every_length(400));
  ASSERT_TRUE(exponential->enough);
  // A difference shrinks by 19/21 with each bar; it starts at some percent of the price.
  EXPECT_GT(*exponential->enough, 60u);
  EXPECT_LT(*exponential->enough, 160u);
  auto rough = every_length(400);
  rough.tolerance = 1e-3;
  EXPECT_LT(*check_history(look_at({indicator_kind::close_exponential, 20}), bars, rough)->enough,
            *exponential->enough);
}

TEST(history_check, what_is_anchored_needs_the_open) {
  const auto bars = market(4);
  const auto vwap =
      check_history(look_at({indicator_kind::session_vwap, 1}), bars, every_length(100));
  EXPECT_EQ(vwap->enough, 78u - 30u) << "the compared bars are the last thirty of a day";
}

TEST(history_check, without_an_end_there_is_no_answer) {
  const auto bars = market(3);
  // A balance of volume since the beginning depends on the beginning for ever.
  const auto balance =
      check_history(look_at({indicator_kind::balance_volume, 1}), bars, every_length(200));
  ASSERT_TRUE(balance.ok());
  EXPECT_FALSE(balance->enough);
  EXPECT_FALSE(balance->rows.back().same(1e-6));
}

TEST(history_check, built_in_strategies_say_enough_for_their_decisions) {
  const auto bars = market(12);
  strategy_registry registry;
  ASSERT_TRUE(add_built_in_strategies(registry).ok());
  for (const auto* metadata : registry.list()) {
    const auto answer = check_history([&] { return registry.make(metadata->id, {}); }, bars, {});
    ASSERT_TRUE(answer.ok()) << metadata->id << ": " << answer.failure().text();
    EXPECT_TRUE(answer->enough) << metadata->id;
    EXPECT_EQ(answer->whole, bars.size() - 50);
    EXPECT_EQ(answer->rows.back().bars, answer->whole);
    EXPECT_TRUE(answer->rows.back().same(0));
  }
}

TEST(history_check, refuses_what_shows_nothing) {
  const auto bars = market(1);
  const auto sma = look_at({indicator_kind::close_simple, 20});
  EXPECT_EQ(check_history(sma, std::span{bars}.first(30), {}).code(), ec::out_of_range);
  EXPECT_EQ(check_history(sma, {}, {}).code(), ec::out_of_range);
  history_options falling;
  falling.lengths = {10, 10};
  EXPECT_EQ(check_history(sma, bars, falling).code(), ec::invalid_argument);
  EXPECT_EQ(check_history(look_at({indicator_kind::close_simple, 0}), bars, {}).code(),
            ec::out_of_range);
}

}  // namespace
}  // namespace bw
