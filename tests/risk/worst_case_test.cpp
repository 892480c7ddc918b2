// The gate's exposure against the true worst case: a second book that is slow and written another
// way. It keeps every order apart, tries each way in which the live ones can be filled, and takes
// the worst. The gate may say more, never less; where no order closes anything it says the same.

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <vector>

#include "core/prng.hpp"
#include "domain/exposure_book.hpp"
#include "tests/domain/risk_scene.hpp"
#include "tests/support/seed.hpp"

namespace bw {
namespace {

constexpr std::uint32_t symbols = 3;

struct known_order {
  order_request request;
  std::int64_t worst_cents = 0;
  std::int64_t filled = 0;
  bool over = false;
  bool unknown = false;
};

struct worst_case {
  std::int64_t longest = 0;
  std::int64_t shortest = 0;
  std::int64_t value_cents = 0;
  std::int64_t net_long_cents = 0;
  std::int64_t net_short_cents = 0;
};

std::int64_t whole(quantity x) { return x.units() / decimal_scale; }

/// Truth: what is held, and every order that may still be filled with all that is left of it.
class oracle {
 public:
  std::map<std::uint64_t, known_order> orders;
  std::int64_t held[symbols] = {};
  std::int64_t mark[symbols] = {};

  worst_case of(std::uint32_t symbol) const {
    std::vector<const known_order*> live;
    for (const auto& [number, each] : orders)
      if (!each.over && each.request.symbol.value == symbol) live.push_back(&each);
    worst_case out;
    bool first = true;
    // Each subset of the live orders may be the one that is filled.
    for (std::uint32_t chosen = 0; chosen < (1u << live.size()); ++chosen) {
      std::int64_t position = held[symbol];
      for (std::size_t k = 0; k < live.size(); ++k) {
        if ((chosen >> k & 1) == 0) continue;
        const auto left = whole(live[k]->request.qty) - live[k]->filled;
        const bool buys = live[k]->request.side == side::buy;
        position += buys ? left : -left;
      }
      const auto longest = std::max<std::int64_t>(position, 0);
      const auto shortest = std::max<std::int64_t>(-position, 0);
      const auto value = worth(symbol, live, chosen, position);
      out.longest = first ? longest : std::max(out.longest, longest);
      out.shortest = first ? shortest : std::max(out.shortest, shortest);
      out.value_cents = first ? std::abs(value) : std::max(out.value_cents, std::abs(value));
      out.net_long_cents = first ? value : std::max(out.net_long_cents, value);
      out.net_short_cents = first ? -value : std::max(out.net_short_cents, -value);
      first = false;
    }
    return out;
  }

 private:
  /// Signed value of the position after the chosen fills, each share at the price that it was got
  /// at, closing at the mark.
  std::int64_t worth(std::uint32_t symbol, const std::vector<const known_order*>& live,
                     std::uint32_t chosen, std::int64_t position) const {
    std::vector<std::int64_t> prices;
    const bool is_long = position > 0;
    const bool held_this_side = held[symbol] != 0 && (held[symbol] > 0) == is_long;
    const auto add = [&](std::int64_t count, std::int64_t at) {
      prices.insert(prices.end(), static_cast<std::size_t>(std::max<std::int64_t>(count, 0)), at);
    };
    if (held_this_side) add(std::abs(held[symbol]), mark[symbol]);
    std::int64_t exits = 0;
    for (std::size_t k = 0; k < live.size(); ++k) {
      if ((chosen >> k & 1) == 0 || (live[k]->request.side == side::buy) != is_long) continue;
      const auto left = whole(live[k]->request.qty) - live[k]->filled;
      if (live[k]->request.purpose == order_purpose::entry)
        add(left, live[k]->worst_cents);
      else
        exits += left;
    }
    // Exits close what is held on the other side; only what is more than that opens anything.
    add(exits - (held_this_side ? 0 : std::abs(held[symbol])), mark[symbol]);
    // What closed the other side is gone, at its cheapest: the position keeps its dearest shares.
    std::sort(prices.rbegin(), prices.rend());
    std::int64_t sum = 0;
    for (std::size_t k = 0; k < static_cast<std::size_t>(std::abs(position)); ++k) sum += prices[k];
    return is_long ? sum : -sum;
  }
};

class world {
 public:
  explicit world(std::uint64_t seed) : random_(seed) {
    for (std::uint32_t k = 0; k < symbols; ++k) {
      truth.held[k] = random_.chance(1, 2) ? 0 : random_.between(-20, 20);
      truth.mark[k] = random_.between(9'000, 11'000);
      book.restore_position(symbol_id{k}, quantity::from_int(truth.held[k]), cents(truth.mark[k]));
    }
  }

  void step() {
    switch (random_.below(6)) {
      case 0:
      case 1: return submit();
      case 2:
      case 3: return fill();
      case 4: return end();
      default: return change();
    }
  }

  oracle truth;
  exposure_book book{symbols};

 private:
  static price cents(std::int64_t n) { return price::from_units(n * 10'000'000); }

  void submit() {
    known_order x;
    x.request.symbol = symbol_id{static_cast<std::uint32_t>(random_.below(symbols))};
    std::size_t live = 0;
    for (const auto& [number, each] : truth.orders)
      live += !each.over && each.request.symbol == x.request.symbol ? 1 : 0;
    if (live >= 6) return;  // The oracle tries all subsets.
    x.request.side = random_.chance(1, 2) ? side::buy : side::sell;
    x.request.purpose = random_.chance(2, 3) ? order_purpose::entry : order_purpose::exit;
    x.request.qty = quantity::from_int(random_.between(1, 9));
    x.worst_cents = random_.between(9'000, 11'000);
    x.request.header.trace = trace_id{next_};
    // The gate reserves before the router has given a number.
    book.on_intent(x.request, cents(x.worst_cents));
    x.request.order = order_id{next_};
    report(x, order_state::intent, 0);
    truth.orders[next_++] = x;
  }

  known_order* any_live() {
    std::vector<known_order*> live;
    for (auto& [number, each] : truth.orders)
      if (!each.over) live.push_back(&each);
    return live.empty() ? nullptr : live[random_.below(live.size())];
  }

  void report(const known_order& x, order_state state, std::int64_t last) {
    order_report out;
    out.request = x.request;
    out.state = state;
    out.filled_total = quantity::from_int(x.filled);
    out.last_qty = quantity::from_int(last);
    out.last_price = cents(x.worst_cents);
    book.on_report(out);
  }

  void fill() {
    auto* x = any_live();
    if (!x) return;
    const auto left = whole(x->request.qty) - x->filled;
    const auto now = random_.between(1, left);
    x->filled += now;
    auto& held = truth.held[x->request.symbol.value];
    held += x->request.side == side::buy ? now : -now;
    x->over = now == left;
    report(*x, x->over ? order_state::filled : order_state::partial, now);
  }

  /// Cancelled, rejected, replaced, or nobody knows: what is unknown may still be filled.
  void end() {
    auto* x = any_live();
    if (!x) return;
    constexpr order_state states[] = {order_state::canceled, order_state::replaced,
                                      order_state::unknown, order_state::unknown,
                                      order_state::needs_review};
    const auto state = states[random_.below(std::size(states))];
    x->over = is_terminal(state);
    report(*x, state, 0);
    if (state != order_state::replaced) return;
    // The order in its place is one of its own, and was reserved for before the old one ended.
    auto next = *x;
    next.over = false;
    next.filled = 0;
    next.request.order = order_id{next_};
    next.request.header.trace = trace_id{next_};
    book.on_intent(next.request, cents(next.worst_cents));
    truth.orders[next_++] = next;
  }

  void change() {
    const auto symbol = static_cast<std::uint32_t>(random_.below(symbols));
    truth.mark[symbol] = random_.between(9'000, 11'000);
    book.on_mark(symbol_id{symbol}, cents(truth.mark[symbol]));
  }

  prng random_;
  std::uint64_t next_ = 1;
};

std::int64_t to_cents(int128 exact) {
  return static_cast<std::int64_t>(
      divide_ceil(exact, static_cast<int128>(decimal_scale) * (decimal_scale / 100)));
}

TEST(worst_case, the_gate_never_says_less_than_the_truth) {
  const auto seed = tests::test_seed(41);
  prng seeds{seed};
  std::uint64_t exact = 0;
  std::uint64_t compared = 0;
  const auto runs = tests::test_size(150);
  for (std::uint64_t run = 0; run < runs; ++run) {
    world w{seeds.next()};
    for (int step = 0; step < 60; ++step) {
      w.step();
      std::int64_t net_long = 0;
      std::int64_t net_short = 0;
      std::int64_t gross = 0;
      for (std::uint32_t k = 0; k < symbols; ++k) {
        const auto truth = w.truth.of(k);
        const auto& gate = w.book.of(symbol_id{k});
        const auto where = "run " + std::to_string(run) + " step " + std::to_string(step) +
                           " symbol " + std::to_string(k) + "\n" + tests::repeat_with(seed);
        ASSERT_EQ(gate.position, quantity::from_int(w.truth.held[k])) << where;
        ASSERT_GE(whole(gate.longest()), truth.longest) << where;
        ASSERT_GE(whole(gate.shortest()), truth.shortest) << where;
        ASSERT_GE(to_cents(gate.worst_value()), truth.value_cents) << where;
        ASSERT_GE(to_cents(gate.net_long_value()), truth.net_long_cents) << where;
        ASSERT_GE(to_cents(gate.net_short_value()), truth.net_short_cents) << where;
        net_long += truth.net_long_cents;
        net_short += truth.net_short_cents;
        gross += truth.value_cents;
        ++compared;
        exact += to_cents(gate.worst_value()) == truth.value_cents ? 1u : 0u;
      }
      const auto sums = w.book.net_exact();
      ASSERT_GE(to_cents(sums.longest), net_long);
      ASSERT_GE(to_cents(sums.shortest), net_short);
      ASSERT_GE(to_cents(w.book.gross_exact()), gross);
    }
  }
  // A book that always said "too much" would pass as well.
  EXPECT_GT(exact * 2, compared) << exact << " of " << compared << " are exact";
}

}  // namespace
}  // namespace bw
