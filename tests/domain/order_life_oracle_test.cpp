// An order's events in any order and any number against an oracle that reads, after each of them,
// everything that was delivered so far: shares, average, end and reservation must agree.

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "core/prng.hpp"
#include "domain/client_order_ids.hpp"
#include "domain/exposure_book.hpp"
#include "domain/order_ledger.hpp"
#include "tests/support/seed.hpp"

namespace bw {
namespace {

constexpr auto ordered = quantity::from_int(100);
const auto client_id = make_client_order_id({1, 1, order_id{1}});

/// What a venue does with one order, as the stream tells it.
std::vector<order_update> random_life(prng& random) {
  std::vector<order_update> out;
  std::int64_t total = 0;
  int128 value = 0;
  const auto tell = [&](order_event what, std::int64_t qty = 0) {
    order_update x;
    x.client_id = client_id;
    x.venue_id = venue_order_id{"venue"};
    x.event = what;
    if (qty > 0) {
      x.last_qty = quantity::from_int(qty);
      x.last_price = price::from_units(random.between(9'000, 11'000) * 10'000'000);
      x.execution = execution_id{"x" + std::to_string(out.size())};
      value += notional_exact(x.last_price, x.last_qty);
      total += qty;
    }
    x.filled_total = quantity::from_int(total);
    if (total > 0) x.filled_average = average_price_half_even(value, x.filled_total);
    out.push_back(x);
  };
  const auto execute = [&] {
    const auto qty = random.between(1, 100 - total);
    tell(total + qty == 100 ? order_event::fill : order_event::partial_fill, qty);
  };
  tell(order_event::pending_new);
  tell(order_event::new_order);
  while (total < 100 && random.chance(3, 4)) {
    if (random.chance(1, 5)) tell(order_event::pending_cancel);
    if (random.chance(1, 5)) tell(order_event::cancel_rejected);
    if (random.chance(1, 10)) tell(order_event::stopped);
    if (random.chance(1, 2)) execute();
  }
  if (total == 100) return out;
  if (random.chance(1, 8)) tell(order_event::done_for_day);
  if (random.chance(1, 8)) return out;
  tell(random.chance(1, 2) ? order_event::canceled : order_event::expired);
  // Executions that the venue reports after the end.
  while (total < 100 && random.chance(1, 3)) execute();
  return out;
}

/// Reads the whole list each time.
struct reading {
  quantity total;
  price average;
  std::optional<order_state> end;

  explicit reading(const std::vector<order_update>& delivered) {
    for (const auto& each : delivered) {
      if (each.filled_total > total) {
        total = each.filled_total;
        average = each.filled_average;
      }
      if (each.event == order_event::canceled) end = order_state::canceled;
      if (each.event == order_event::expired) end = order_state::expired;
    }
    if (total == ordered) end = order_state::filled;
  }
};

std::vector<order_update> random_delivery(prng& random, const std::vector<order_update>& life) {
  auto out = life;
  for (const auto& each : life)
    if (random.chance(1, 3)) out.push_back(each);
  // From nearly in order to thrown together.
  const auto reach = 1 + random.below(out.size());
  for (std::size_t k = 0; k + 1 < out.size(); ++k)
    std::swap(out[k], out[std::min(out.size() - 1, k + random.below(reach))]);
  return out;
}

TEST(order_life, any_order_and_number_of_events_agrees_with_reading_all_of_them) {
  const auto seed = tests::test_seed(20'261'122);
  prng random{seed};
  std::size_t ends = 0;
  for (std::uint64_t run = 0; run < tests::test_size(3'000); ++run) {
    order_request request;
    request.order = order_id{1};
    request.symbol = symbol_id{0};
    request.strategy = strategy_id{0};
    request.qty = ordered;
    request.limit = price::from_int(100);
    order_ledger ledger;
    exposure_book exposure{1};
    ASSERT_TRUE(ledger.add(request, client_id, mono_ns{0}).ok());
    exposure.on_intent(request, request.limit);
    ledger.on_local(order_id{1}, local_event::sending, utc_ns{1}, mono_ns{1});

    const auto delivery = random_delivery(random, random_life(random));
    const auto answered_at = random.below(delivery.size() + 1);
    const auto answer = random.chance(1, 2) ? submit_outcome::accepted : submit_outcome::unknown;
    std::vector<order_update> delivered;
    quantity told;
    mono_ns now{10};
    const auto take = [&](const ledger_change& change) {
      if (!change.report) return;
      told += change.report->last_qty;
      exposure.on_report(*change.report);
    };
    for (std::size_t k = 0; k <= delivery.size(); ++k) {
      now = now + nanoseconds{10};
      if (k == answered_at)
        take(ledger.on_submit({.order = order_id{1}, .client_id = client_id, .outcome = answer},
                              utc_ns{2}, now));
      if (k == delivery.size()) break;
      delivered.push_back(delivery[k]);
      take(ledger.on_update(delivery[k], now));

      const reading slow{delivered};
      const auto& entry = *ledger.find(order_id{1});
      const auto where = "run " + std::to_string(run) + ", event " + std::to_string(k) + ", " +
                         tests::repeat_with(seed);
      ASSERT_EQ(told, slow.total) << where;
      ASSERT_EQ(entry.filled_total, slow.total) << where;
      ASSERT_EQ(entry.filled_average, slow.average) << where;
      ASSERT_EQ(exposure.of(symbol_id{0}).position, slow.total) << where;
      if (slow.end) {
        ASSERT_EQ(entry.state, *slow.end) << where;
      } else {
        ASSERT_TRUE(is_live(entry.state)) << where;
        ASSERT_NE(entry.state, order_state::needs_review) << where;
      }
      const auto reserved = slow.end ? quantity{} : ordered - slow.total;
      ASSERT_EQ(exposure.of(symbol_id{0}).entry_buys, reserved) << where;
    }
    ends += is_terminal(ledger.find(order_id{1})->state) ? 1 : 0;
  }
  EXPECT_GT(ends, 1'000u) << "the lives are lives";
}

}  // namespace
}  // namespace bw
