// The stop at the broker: as many shares as the position has, never more, and moved in steps.

#include "domain/stop_keeper.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "core/prng.hpp"
#include "tests/support/seed.hpp"

namespace bw {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

price p(const char* text) { return price::parse(text).value(); }
quantity shares(std::int64_t x) { return quantity::from_int(x); }
constexpr mono_ns start{1'000'000'000'000};
using kind = stop_step::kind;

struct scene_of {
  std::vector<resting_stop> stops;
  stop_scene scene;

  scene_of(std::int64_t position, const char* wanted, std::vector<resting_stop> at_broker = {})
      : stops(std::move(at_broker)) {
    scene.position = shares(position);
    scene.wanted = p(wanted);
  }
  stop_step step(mono_ns now = start, stop_keeper_options options = {}) {
    scene.stops = stops.data();
    scene.stop_count = stops.size();
    return keep_stop(options, scene, now);
  }
};

resting_stop stop(std::uint64_t order, std::int64_t qty, const char* at, bool leaving = false) {
  return {order_id{order}, shares(qty), p(at), leaving, true};
}

TEST(stop_keeper, places_what_is_not_covered) {
  const auto whole = scene_of{10, "98.50"}.step();
  EXPECT_EQ(whole.what, kind::place);
  EXPECT_EQ(whole.qty, shares(10));
  EXPECT_EQ(whole.at, p("98.50"));
  const auto rest = scene_of{10, "98.50", {stop(1, 4, "98.50")}}.step();
  EXPECT_EQ(rest.what, kind::place);
  EXPECT_EQ(rest.qty, shares(6));
  EXPECT_EQ((scene_of{10, "98.50", {stop(1, 10, "98.50")}}.step().what), kind::none);
  EXPECT_EQ((scene_of{0, "98.50"}.step().what), kind::none);
}

TEST(stop_keeper, takes_back_what_has_no_shares_any_more) {
  const auto step = scene_of{4, "98.50", {stop(7, 10, "98.50")}}.step();
  EXPECT_EQ(step.what, kind::take_back);
  EXPECT_EQ(step.order, order_id{7});
  EXPECT_FALSE(step.moves);
  EXPECT_EQ((scene_of{0, "98.50", {stop(7, 10, "98.50")}}.step().what), kind::take_back);
}

TEST(stop_keeper, begins_nothing_beside_an_entry_an_exit_or_a_cancel) {
  scene_of busy{10, "98.50"};
  busy.scene.occupied = true;
  EXPECT_EQ(busy.step().what, kind::none);
  EXPECT_EQ((scene_of{10, "98.50", {stop(7, 10, "97", true)}}.step().what), kind::none);
  stop_keeper_options in_node;
  in_node.kind = protective_stop::node;
  EXPECT_EQ((scene_of{10, "98.50"}.step(start, in_node).what), kind::none);
}

TEST(stop_keeper, a_halt_leaves_what_stands_and_takes_back_only_what_has_no_shares) {
  const auto while_halted = [](scene_of x) {
    x.scene.halted = true;
    return x.step().what;
  };
  EXPECT_EQ(while_halted({10, "98.50"}), kind::none) << "nothing new leaves";
  EXPECT_EQ(while_halted({10, "101", {stop(7, 10, "100")}}), kind::none)
      << "it could not come back";
  EXPECT_EQ(while_halted({4, "98.50", {stop(7, 10, "98.50")}}), kind::take_back);
}

TEST(stop_keeper, a_price_through_the_stop_is_no_place_for_one) {
  scene_of low{10, "98.50"};
  low.scene.bid = p("98.50");
  EXPECT_EQ(low.step().what, kind::none);
  low.scene.bid = p("98.51");
  EXPECT_EQ(low.step().what, kind::place);
}

TEST(stop_keeper, moves_up_by_a_step_at_least_and_not_too_often) {
  // Five basis points of 100.
  EXPECT_EQ((scene_of{10, "100.04", {stop(7, 10, "100")}}.step().what), kind::none);
  const auto moved = scene_of{10, "100.05", {stop(7, 10, "100")}}.step();
  EXPECT_EQ(moved.what, kind::take_back);
  EXPECT_TRUE(moved.moves);
  EXPECT_EQ((scene_of{10, "99", {stop(7, 10, "100")}}.step().what), kind::none) << "never down";
  scene_of again{10, "101", {stop(7, 10, "100")}};
  again.scene.moved_at = start;
  EXPECT_EQ(again.step(start + seconds{5} - milliseconds{1}).what, kind::none);
  EXPECT_EQ(again.step(start + seconds{5}).what, kind::take_back);
}

TEST(stop_keeper, what_rests_untouched_is_moved_in_one_step) {
  auto at_venue = stop(7, 10, "100");
  at_venue.replaceable = true;
  const auto moved = scene_of{10, "101", {at_venue}}.step();
  EXPECT_EQ(moved.what, kind::replace);
  EXPECT_EQ(moved.order, order_id{7});
  EXPECT_EQ(moved.qty, shares(10));
  EXPECT_EQ(moved.at, p("101"));
  EXPECT_EQ((scene_of{4, "101", {at_venue}}.step().what), kind::take_back) << "of another size";
  at_venue.being_replaced = true;
  auto second = stop(8, 10, "101");
  second.confirmed = false;
  EXPECT_EQ((scene_of{10, "102", {at_venue, second}}.step().what), kind::none)
      << "twenty shares by number, ten of which can be sold";
  EXPECT_EQ((scene_of{0, "102", {at_venue, second}}.step().what), kind::none);
}

TEST(stop_keeper, a_refusal_is_waited_out) {
  scene_of refused{10, "98.50"};
  refused.scene.not_before = start + seconds{1};
  EXPECT_EQ(refused.step(start).what, kind::none);
  EXPECT_EQ(refused.step(start + seconds{1}).what, kind::place);
}

/// Against a broker that executes, refuses and delays: whatever happens, there are never more stops
/// than shares, and after a quiet while there are as many.
TEST(stop_keeper, converges_whatever_happens) {
  const auto seed = tests::test_seed(20'261'122);
  SCOPED_TRACE(tests::repeat_with(seed));
  prng random{seed};
  for (std::uint64_t round = 0; round < tests::test_size(300); ++round) {
    scene_of world{0, "98"};
    std::int64_t position = 0;
    std::uint64_t number = 0;
    auto now = start;
    const auto act = [&](bool refusing) {
      world.scene.position = shares(position);
      const auto step = world.step(now);
      if (step.what == kind::place) {
        ASSERT_LE(step.qty + covered_by(world.stops.data(), world.stops.size()), shares(position));
        if (refusing)
          world.scene.not_before = now + seconds{1};
        else
          world.stops.push_back({order_id{++number}, step.qty, step.at, false, true});
      }
      if (step.what == kind::take_back) {
        if (step.moves) world.scene.moved_at = now;
        std::erase_if(world.stops, [&](const auto& x) { return x.order == step.order; });
      }
    };
    for (int k = 0; k < 40; ++k) {
      now = now + milliseconds{random.below(3'000)};
      if (random.below(3) == 0) position = static_cast<std::int64_t>(random.below(20));
      world.scene.wanted =
          world.scene.wanted +
          price::from_units(static_cast<std::int64_t>(random.below(50)) * 10'000'000);
      act(random.below(4) == 0);
    }
    for (int k = 0; k < 8; ++k) {
      now = now + seconds{6};
      act(false);
    }
    ASSERT_EQ(covered_by(world.stops.data(), world.stops.size()), shares(position));
  }
}

}  // namespace
}  // namespace bw
