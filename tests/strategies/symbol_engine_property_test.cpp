// Random markets, strategies and brokers against a plain account of who owns what: never two orders
// of one kind under way, never more sold than owned, and the same seed gives the same outputs.

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <type_traits>
#include <vector>

#include "core/prng.hpp"
#include "tests/strategies/engine_fixture.hpp"
#include "tests/support/seed.hpp"

namespace bw {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;

// Every field of an output as text, so that a difference anywhere is one.
void append(std::string& out, const engine_output& x);
template <class T>
void append(std::string& out, const T& x) {
  if constexpr (has_fields<T>) {
    std::apply([&](const auto&... field) { (append(out, field), ...); }, x.fields());
  } else if constexpr (requires { x.units(); }) {
    out += x.text() + ",";
  } else if constexpr (requires { x.view(); }) {
    out += x.str() + ",";
  } else if constexpr (requires { x.value; }) {
    out += std::to_string(x.value) + ",";
  } else if constexpr (requires { x.begin(); }) {
    for (const auto& item : x) append(out, item);
  } else if constexpr (std::is_enum_v<T>) {
    out += std::to_string(static_cast<int>(x)) + ",";
  } else {
    out += std::to_string(x) + ",";
  }
}
void append(std::string& out, const shadow_fill& x) {
  append(out, x.qty);
  append(out, x.at_price);
  append(out, x.figures.realized);
}
void append(std::string& out, const engine_output& x) {
  out += std::to_string(x.index()) + ":";
  std::visit([&](const auto& what) { append(out, what); }, x);
  out += "\n";
}

struct broker_order {
  order_request request;
  quantity filled;
  /// Nothing was said of it yet; then there is a latest time to say something.
  bool silent = true;
  bool over = false;
  mono_ns since;
};

class random_world {
 public:
  static constexpr std::size_t strategies = 3;

  explicit random_world(std::uint64_t seed) : chance_(seed), x_(strategies) {
    for (auto* strategy : x_.scripted)
      strategy->say = [this](const auto& context, const bar&) { return wish_for(context); };
  }

  void run(int steps) {
    for (int k = 0; k < steps && !testing::Test::HasFailure(); ++k) step();
    check_positions();
  }

  std::string trace() const {
    std::string out;
    for (const auto& output : x_.all) append(out, output);
    return out;
  }
  const symbol_engine_counts& counts() const { return x_.engine.counts(); }

 private:
  wishes wish_for(const strategy_context& context) {
    wishes out;
    if (chance_.chance(1, 2)) return out;
    const bool sells = context.position.qty.is_positive() || chance_.chance(1, 5);
    auto what = sells ? sell_wish() : buy_wish();
    what.confidence_ppm = static_cast<std::uint32_t>(chance_.below(1'000'001));
    what.qty_max = shares(chance_.between(1, 40));
    out.push(what);
    return out;
  }

  void step() {
    switch (chance_.below(8)) {
      case 0:
        // A bar takes minutes: until then the broker has said something of every order.
        for (std::size_t k = 0; k < orders_.size(); ++k)
          if (is_silent(orders_[k])) news(k);
        x_.bar_of(at_);
        break;
      case 1: x_.timer_after(milliseconds{chance_.between(0, 3'000)}); break;
      case 2:
        x_.phase(chance_.chance(1, 10) ? session_phase::flatten : session_phase::entries);
        break;
      case 3: break;
      default: market(); break;
    }
    take();
    for (std::size_t k = 0; k < orders_.size(); ++k)
      if (must_answer(orders_[k]) || chance_.chance(1, 6)) news(k);
  }

  void market() {
    at_ = std::clamp(at_ + static_cast<double>(chance_.between(-80, 80)) / 100, 50.0, 200.0);
    const auto bid = std::to_string(at_);
    const auto ask = std::to_string(at_ + 0.02);
    x_.pass(milliseconds{chance_.between(1, 900)});
    x_.quote_at(bid.c_str(), ask.c_str());
  }

  static bool is_silent(const broker_order& x) { return x.silent && !x.over; }
  /// Well below the time after which the engine takes an order for lost.
  bool must_answer(const broker_order& x) const {
    return is_silent(x) && x_.now.mono - x.since > std::chrono::seconds{1};
  }

  /// Looks at the outputs that are new.
  void take() {
    for (; taken_ < x_.all.size(); ++taken_) {
      const auto k = taken_;
      if (const auto* order = std::get_if<order_request>(&x_.all[k])) take_order(*order);
      if (const auto* cancel = std::get_if<cancel_request>(&x_.all[k])) take_cancel(*cancel);
    }
  }

  void take_order(const order_request& order) {
    auto open_sells = quantity{};
    for (const auto& x : orders_) {
      if (x.over || x.request.strategy != order.strategy) continue;
      ASSERT_NE(x.request.side, order.side) << "two orders of one kind under way";
      if (x.request.side == side::sell) open_sells += x.request.qty - x.filled;
    }
    ASSERT_TRUE(order.qty.is_positive());
    const auto owned = owned_[order.strategy.value];
    if (order.side == side::sell)
      ASSERT_LE(order.qty + open_sells, owned) << "more sold than owned";
    else
      ASSERT_TRUE(owned.is_zero()) << "a position was enlarged";
    orders_.push_back({.request = order, .since = x_.now.mono});
  }

  void take_cancel(const cancel_request& cancel) {
    const auto known = std::any_of(orders_.begin(), orders_.end(), [&](const broker_order& x) {
      return x.request.order == cancel.order && x.request.purpose == order_purpose::entry;
    });
    ASSERT_TRUE(known) << "only entries that the router numbered are cancelled";
  }

  void news(std::size_t k) {
    auto& x = orders_[k];
    if (x.over) {
      // Now and then a fill that comes after the end.
      if (x.request.side == side::buy && !x.silent && x.filled < x.request.qty &&
          chance_.chance(1, 200))
        say(k, order_state::canceled, shares(1));
      return;
    }
    if (x.silent && chance_.chance(1, 4)) {
      x.over = true;
      x_.deny(x.request);
      take();
      return;
    }
    const auto left = x.request.qty - x.filled;
    switch (chance_.below(8)) {
      case 0: return say(k, order_state::rejected, {});
      case 1: return say(k, order_state::canceled, {});
      case 2: return say(k, order_state::unknown, {});
      case 3: return say(k, order_state::filled, left);
      case 4:
        if (left > shares(1)) return say(k, order_state::partial, shares(1));
        [[fallthrough]];
      default: return say(k, order_state::working, {});
    }
  }

  void say(std::size_t k, order_state state, quantity fill) {
    auto& x = orders_[k];
    if (x.silent) x.request.order = order_id{++numbers_};
    x.silent = false;
    x.filled += fill;
    x.over = x.over || is_terminal(state);
    auto& owned = owned_[x.request.strategy.value];
    owned = x.request.side == side::buy ? owned + fill : owned - fill;
    ASSERT_FALSE(owned.is_negative());
    order_report report;
    report.request = x.request;
    report.state = state;
    report.filled_total = x.filled;
    report.last_qty = fill;
    report.last_price = p("100");
    x_.call([&](auto& out) { x_.engine.on_report(report, x_.now, out); });
    if (chance_.chance(1, 5))  // The same news twice.
      x_.call([&](auto& out) { x_.engine.on_report(report, x_.now, out); });
    take();
  }

  void check_positions() {
    std::vector<quantity> held(strategies);
    for (const auto& position : x_.engine.view().positions)
      held[position.strategy.value] = position.qty;
    EXPECT_EQ(held, owned_);
  }

  prng chance_;
  engine_fixture x_;
  double at_ = 100;
  std::vector<broker_order> orders_;
  std::vector<quantity> owned_{strategies};
  std::uint64_t numbers_ = 0;
  std::size_t taken_ = 0;
};

TEST(symbol_engine_property, keeps_its_promises_in_any_world) {
  symbol_engine_counts sum;
  const auto first = tests::test_seed(1);
  for (auto seed = first; seed < first + tests::test_size(200); ++seed) {
    SCOPED_TRACE(tests::repeat_with(seed));
    random_world world{seed};
    world.run(300);
    if (testing::Test::HasFailure()) return;
    sum.entries += world.counts().entries;
    sum.exits += world.counts().exits;
    sum.cancels += world.counts().cancels;
    sum.unanswered += world.counts().unanswered;
  }
  // The worlds were worth looking at.
  EXPECT_GT(sum.entries, 1'000u);
  EXPECT_GT(sum.exits, 1'000u);
  EXPECT_GT(sum.cancels, 100u);
  EXPECT_EQ(sum.unanswered, 0u);
}

TEST(symbol_engine_property, the_same_seed_gives_the_same_outputs) {
  const auto play = [](std::uint64_t seed) {
    random_world world{seed};
    world.run(300);
    return world.trace();
  };
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const auto first = play(seed);
    EXPECT_EQ(first, play(seed)) << "seed " << seed;
    EXPECT_GT(first.size(), 1'000u);
  }
  EXPECT_NE(play(1), play(2));
}

}  // namespace
}  // namespace bw
