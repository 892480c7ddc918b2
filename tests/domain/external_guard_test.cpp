// One stop below shares of somebody else, placed once, given back when they shrink.

#include "domain/external_guard.hpp"

#include <gtest/gtest.h>

#include "domain/exposure_book.hpp"

namespace bw {
namespace {

using std::chrono::seconds;

constexpr symbol_id apple{0};
quantity shares(std::int64_t n) { return quantity::from_int(n); }
price p(std::int64_t n) { return price::from_int(n); }

struct external_guard_test : testing::Test {
  external_guard_options options{.enabled = true, .stop_loss_bp = 200};
  external_guard guard{options};
  external_scene scene{apple, shares(10), p(100), p(110), false};
  mono_ns now{std::int64_t{1'000'000'000'000}};

  external_guard::step next() { return guard.next(scene, utc_ns{1}, now); }
  /// The gate and the router made an order of it.
  order_report report(order_request request, order_state state, std::int64_t filled = 0,
                      std::int64_t last = 0) {
    request.order = order_id{7};
    order_report out;
    out.request = request;
    out.state = state;
    out.filled_total = shares(filled);
    out.last_qty = shares(last);
    out.last_price = p(98);
    return out;
  }
  order_request placed() {
    const auto step = next();
    EXPECT_TRUE(step.place.has_value());
    return step.place.value_or(order_request{});
  }
};

TEST_F(external_guard_test, places_one_stop_below_the_lower_of_cost_and_worth) {
  const auto order = placed();
  EXPECT_EQ(order.side, side::sell);
  EXPECT_EQ(order.type, order_type::stop);
  EXPECT_EQ(order.purpose, order_purpose::protective);
  EXPECT_EQ(order.tif, time_in_force::gtc);
  EXPECT_EQ(order.qty, shares(10));
  EXPECT_EQ(order.stop, p(98));
  EXPECT_TRUE(is_guard(order));
  EXPECT_FALSE(next().place) << "its answer is waited for";
  guard.on_report(report(order, order_state::working), now);
  now = now + seconds{600};
  EXPECT_FALSE(next().place);
  EXPECT_EQ(guard.covered(apple), shares(10));

  external_guard other{options};
  scene.last = p(50);
  EXPECT_EQ(other.next(scene, utc_ns{1}, now).place->stop, p(49))
      << "a loss of before is no reason";
}

TEST_F(external_guard_test, does_nothing_where_it_must_not) {
  struct row {
    const char* why;
    bool enabled;
    external_scene scene;
  };
  const row rows[] = {
      {"not asked for", false, scene},
      {"a short position", true, {apple, shares(-10), p(100), p(110), false}},
      {"nothing is held", true, {apple, {}, p(100), p(110), false}},
      {"stopped until a person has looked", true, {apple, shares(10), p(100), p(110), true}},
      {"no price is known", true, {apple, shares(10), {}, {}, false}},
  };
  for (const auto& each : rows) {
    auto with = options;
    with.enabled = each.enabled;
    external_guard one{with};
    const auto step = one.next(each.scene, utc_ns{1}, now);
    EXPECT_FALSE(step.place || step.take_back) << each.why;
  }
}

TEST_F(external_guard_test, a_denied_order_is_tried_again_with_growing_patience) {
  int tries = 0;
  for (int second = 0; second < 600; ++second, now = now + seconds{1})
    tries += next().place.has_value() ? 1 : 0;
  EXPECT_GE(tries, 10);
  EXPECT_LE(tries, 14) << "5, 10, 20, 40 and then 60 s apart";
}

TEST_F(external_guard_test, shares_that_leave_take_their_stop_with_them) {
  const auto order = placed();
  guard.on_report(report(order, order_state::working), now);
  scene.free = shares(4);
  const auto step = next();
  ASSERT_TRUE(step.take_back);
  EXPECT_EQ(step.take_back->order, order_id{7});
  EXPECT_FALSE(next().take_back) << "once";
  guard.on_report(report(order, order_state::canceled), now);
  EXPECT_EQ(placed().qty, shares(4));
}

TEST_F(external_guard_test, a_cancel_that_nobody_answers_is_asked_for_again) {
  const auto order = placed();
  guard.on_report(report(order, order_state::working), now);
  scene.free = {};
  EXPECT_TRUE(next().take_back);
  now = now + seconds{4};
  EXPECT_FALSE(next().take_back);
  now = now + seconds{2};
  EXPECT_TRUE(next().take_back);
  now = now + seconds{6};
  EXPECT_FALSE(next().take_back) << "with more patience each time";
  now = now + seconds{5};
  EXPECT_TRUE(next().take_back);
  EXPECT_EQ(guard.covered(apple), shares(10)) << "it may still be executed";
}

TEST_F(external_guard_test, an_execution_leaves_the_rest_covered_and_nothing_more_to_do) {
  const auto order = placed();
  guard.on_report(report(order, order_state::partial, 3, 3), now);
  scene.free = shares(7);
  EXPECT_EQ(guard.covered(apple), shares(7));
  EXPECT_FALSE(next().place || next().take_back);
  guard.on_report(report(order, order_state::filled, 10, 7), now);
  scene.free = {};
  EXPECT_FALSE(next().place);
}

TEST_F(external_guard_test, more_shares_get_a_second_stop_at_the_same_price) {
  const auto order = placed();
  guard.on_report(report(order, order_state::working), now);
  scene.free = shares(15);
  scene.last = p(200);
  const auto more = placed();
  EXPECT_EQ(more.qty, shares(5));
  EXPECT_EQ(more.stop, order.stop);
}

TEST_F(external_guard_test, what_the_gate_counts_for_it) {
  exposure_book book{1};
  book.set_external(apple, shares(10), {}, {}, {});
  book.on_mark(apple, p(110));
  const auto before = book.gross();
  EXPECT_EQ(book.of(apple).guardable(), shares(10));
  auto order = placed();
  book.on_intent(order, p(98));
  EXPECT_EQ(book.of(apple).guardable(), quantity{}) << "no second one for the same shares";
  EXPECT_EQ(book.gross(), before) << "a stop adds no risk";
  EXPECT_EQ(book.of(apple).shortest(), quantity{});
  book.on_report(report(order, order_state::filled, 10, 10));
  EXPECT_EQ(book.of(apple).position, quantity{}) << "no shares of ours were sold";
  book.set_external(apple, {}, {}, {}, {});
  EXPECT_EQ(book.gross(), money{});

  // Its owner sold the shares first: what our stop may still sell is a short position.
  exposure_book late{1};
  late.set_external(apple, shares(10), {}, {}, {});
  late.on_mark(apple, p(110));
  late.on_intent(order, p(98));
  late.set_external(apple, {}, {}, {}, {});
  EXPECT_EQ(late.of(apple).shortest(), shares(10));
}

}  // namespace
}  // namespace bw
