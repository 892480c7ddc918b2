// Which open entries are cancelled because of what became of their symbols.

#include "domain/entry_watch.hpp"

#include <gtest/gtest.h>

namespace bw {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr symbol_id own{0};
constexpr symbol_id other{1};
const auto open_at = parse_rfc3339("2026-11-02T14:30:00Z").value();

struct EntryWatch : testing::Test {
  exposure_book exposure{2};
  quote_board quotes{2};
  risk_options limits;
  price_motion motion{2, limits.volatility_off_bp};
  volume_pace volumes{2};
  entry_watch watch;

  void reserve(std::uint64_t order, symbol_id symbol,
               order_purpose purpose = order_purpose::entry) {
    order_request x;
    x.order = order_id{order};
    x.strategy = strategy_id{0};
    x.symbol = symbol;
    x.purpose = purpose;
    x.side = purpose == order_purpose::entry ? side::buy : side::sell;
    x.qty = quantity::from_int(10);
    x.limit = price::from_int(100);
    exposure.on_intent(x, price::from_int(100));
  }
  void status(symbol_id symbol, halt_state state) {
    trading_status x;
    x.symbol = symbol;
    x.state = state;
    x.ts_event = open_at;
    quotes.on_status(x);
  }
  void trades_at(int minute, int cents, symbol_id symbol = own) {
    trade x;
    x.symbol = symbol;
    x.last = price::from_units(std::int64_t{cents} * 10'000'000);
    x.size = quantity::from_int(1);
    x.ts_event = open_at + minutes{minute};
    motion.on_trade(x);
  }
  std::vector<std::uint64_t> named(utc_ns now = open_at + minutes{1}) {
    std::vector<std::uint64_t> out;
    for (const auto& each : watch.look(exposure, quotes, motion, volumes, limits, now)) {
      EXPECT_STRNE(each.why, "");
      out.push_back(each.order.value);
    }
    return out;
  }
};

using orders = std::vector<std::uint64_t>;

TEST_F(EntryWatch, WhatIsNotKnownDoomsNone) {
  reserve(1, own);
  EXPECT_EQ(named(), orders{});
}

TEST_F(EntryWatch, EntriesOfAHaltedSymbolAreNamedOnce) {
  reserve(1, own);
  reserve(2, own, order_purpose::exit);
  reserve(3, other);
  status(own, halt_state::halted);
  EXPECT_EQ(named(), orders{1}) << "neither exits nor other symbols";
  EXPECT_EQ(named(), orders{});
  reserve(4, own);
  EXPECT_EQ(named(), orders{4});
  reserve(0, own);
  EXPECT_EQ(named(), orders{}) << "it has no number yet";
  status(other, halt_state::halted);
  EXPECT_EQ(named(), orders{3});
}

TEST_F(EntryWatch, AMoveThatReachesTheLimitIsEnough) {
  limits.volatility_pause_bp = 300;
  reserve(1, own);
  trades_at(0, 10'000);
  trades_at(1, 10'299);
  EXPECT_EQ(named(open_at + minutes{1}), orders{});
  trades_at(1, 10'300);
  EXPECT_EQ(named(open_at + minutes{1}), orders{1});
}

TEST_F(EntryWatch, AMoveThatEndsTheSessionCountsWhenItHasCalmedDown) {
  trades_at(0, 10'000);
  trades_at(1, 10'700);
  trades_at(2, 10'700);
  trades_at(3, 10'700);
  trades_at(4, 10'700);
  reserve(1, own);
  EXPECT_EQ(named(open_at + minutes{4} + seconds{30}), orders{1});
}

TEST_F(EntryWatch, AMinuteOfFarMoreVolumeThanUsual) {
  limits.volume_max_bp = 100'000;
  reserve(1, own);
  const auto bar_at = [&](int minute, int shares) {
    bar x;
    x.symbol = own;
    x.span = bar_span::minute;
    x.start = open_at + minutes{minute};
    x.volume = quantity::from_int(shares);
    volumes.on_bar(x);
  };
  for (int minute = 0; minute < 8; ++minute) bar_at(minute, 100);
  bar_at(8, 1'000);
  EXPECT_EQ(named(open_at + minutes{9}), orders{}) << "ten times is allowed";
  bar_at(9, 1'001);
  EXPECT_EQ(named(open_at + minutes{10}), orders{1});
}

}  // namespace
}  // namespace bw
