// The usual lives of an order, the broker's words one by one, and that no state and word is without
// an answer.

#include "domain/order_state_machine.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace bw {
namespace {

constexpr auto ten = quantity::from_int(10);
constexpr auto four = quantity::from_int(4);

constexpr order_state all_states[] = {
    order_state::intent,   order_state::sending,     order_state::accepted, order_state::working,
    order_state::partial,  order_state::filled,      order_state::canceled, order_state::expired,
    order_state::rejected, order_state::replaced,    order_state::denied,   order_state::not_sent,
    order_state::unknown,  order_state::needs_review};

order_state after(order_state state, order_event event, quantity filled = {},
                  evidence source = evidence::stream) {
  return transition(state, event, {ten, filled, source}).state;
}

TEST(order_state_machine, the_usual_life) {
  auto state = order_state::intent;
  state = *transition(state, local_event::sending);
  EXPECT_EQ(state, order_state::sending);
  state = transition(state, submit_outcome::accepted).state;
  EXPECT_EQ(state, order_state::accepted);
  state = after(state, order_event::new_order);
  EXPECT_EQ(state, order_state::working);
  state = after(state, order_event::partial_fill, four);
  EXPECT_EQ(state, order_state::partial);
  state = after(state, order_event::fill, ten);
  EXPECT_EQ(state, order_state::filled);
}

TEST(order_state_machine, a_stream_that_is_faster_than_the_answer_is_not_undone_by_it) {
  const auto state = after(order_state::sending, order_event::new_order);
  EXPECT_EQ(state, order_state::working);
  EXPECT_EQ(transition(state, submit_outcome::accepted).state, order_state::working);
  EXPECT_EQ(after(state, order_event::pending_new), order_state::working);
}

struct word_row {
  order_event event;
  order_state from_unknown;
  order_state from_working;
};

// Each of the broker's words has its row (reliability 4.4).
const word_row words[] = {
    {order_event::pending_new, order_state::accepted, order_state::working},
    {order_event::accepted, order_state::accepted, order_state::working},
    {order_event::new_order, order_state::working, order_state::working},
    {order_event::canceled, order_state::canceled, order_state::canceled},
    {order_event::expired, order_state::expired, order_state::expired},
    {order_event::rejected, order_state::rejected, order_state::rejected},
    {order_event::replaced, order_state::replaced, order_state::replaced},
    {order_event::done_for_day, order_state::working, order_state::working},
    {order_event::pending_cancel, order_state::working, order_state::working},
    {order_event::pending_replace, order_state::working, order_state::working},
    {order_event::cancel_rejected, order_state::unknown, order_state::working},
    {order_event::replace_rejected, order_state::unknown, order_state::working},
    {order_event::stopped, order_state::working, order_state::working},
    {order_event::suspended, order_state::working, order_state::working},
    {order_event::calculated, order_state::working, order_state::working},
    {order_event::held, order_state::working, order_state::working},
    {order_event::other, order_state::needs_review, order_state::needs_review},
};

TEST(order_state_machine, every_word_has_a_row) {
  EXPECT_EQ(std::size(words) + 2, static_cast<std::size_t>(order_event::other));  // And two fills.
  for (const auto& row : words) {
    EXPECT_EQ(after(order_state::unknown, row.event), row.from_unknown) << to_string(row.event);
    EXPECT_EQ(after(order_state::working, row.event), row.from_working) << to_string(row.event);
  }
}

TEST(order_state_machine, flags_beside_the_state) {
  const auto step = [](order_event e) {
    return transition(order_state::working, e, {ten, {}, evidence::stream});
  };
  EXPECT_EQ(step(order_event::pending_cancel).pending, pending_step::set_cancel);
  EXPECT_EQ(step(order_event::pending_replace).pending, pending_step::set_replace);
  EXPECT_EQ(step(order_event::cancel_rejected).pending, pending_step::clear);
  EXPECT_TRUE(step(order_event::cancel_rejected).look_up);
  EXPECT_EQ(step(order_event::canceled).pending, pending_step::clear);
  EXPECT_FALSE(step(order_event::canceled).look_up);
  EXPECT_TRUE(step(order_event::other).look_up);
}

TEST(order_state_machine, fills_are_taken_in_every_state) {
  for (const auto state : all_states) {
    EXPECT_EQ(after(state, order_event::fill, ten), order_state::filled) << to_string(state);
    EXPECT_EQ(after(state, order_event::partial_fill, ten), order_state::filled)
        << to_string(state);
    EXPECT_EQ(after(state, order_event::fill, quantity::from_int(11)), order_state::needs_review)
        << to_string(state);
  }
}

TEST(order_state_machine, a_late_partial_fill_leaves_an_ended_order_ended) {
  for (const auto state : {order_state::canceled, order_state::expired, order_state::replaced})
    EXPECT_EQ(after(state, order_event::partial_fill, four), state);
  // An order that was never there, and fills, is a riddle.
  for (const auto state : {order_state::rejected, order_state::denied, order_state::not_sent})
    EXPECT_EQ(after(state, order_event::partial_fill, four), order_state::needs_review);
}

TEST(order_state_machine, a_complete_fill_whose_numbers_are_not_is_looked_at) {
  EXPECT_EQ(after(order_state::working, order_event::fill, four), order_state::needs_review);
}

TEST(order_state_machine, ended_orders_stay_ended) {
  for (const auto state :
       {order_state::filled, order_state::canceled, order_state::expired, order_state::replaced})
    for (const auto& row : words) {
      if (row.event == order_event::other) continue;
      for (const auto source : {evidence::stream, evidence::poll})
        EXPECT_EQ(after(state, row.event, {}, source), state)
            << to_string(state) << " " << to_string(row.event);
    }
}

TEST(order_state_machine, a_late_appearance_is_reviewed) {
  for (const auto state : {order_state::denied, order_state::not_sent, order_state::intent}) {
    const auto step = transition(state, order_event::new_order, {ten, {}, evidence::stream});
    EXPECT_EQ(step.state, order_state::needs_review) << to_string(state);
    EXPECT_TRUE(step.look_up);
  }
}

TEST(order_state_machine, a_rejected_order_that_a_snapshot_shows_alive_is_reviewed) {
  // On the stream it is old news.
  EXPECT_EQ(after(order_state::rejected, order_event::pending_new), order_state::rejected);
  EXPECT_EQ(after(order_state::rejected, order_event::new_order, {}, evidence::poll),
            order_state::needs_review);
}

TEST(order_state_machine, a_snapshot_settles_a_review) {
  EXPECT_EQ(after(order_state::needs_review, order_event::new_order), order_state::needs_review);
  EXPECT_EQ(after(order_state::needs_review, order_event::new_order, {}, evidence::poll),
            order_state::working);
  EXPECT_EQ(
      after(order_state::needs_review, order_event::new_order, four, evidence::reconciliation),
      order_state::partial);
  EXPECT_EQ(after(order_state::needs_review, order_event::canceled), order_state::canceled);
}

struct outcome_row {
  submit_outcome outcome;
  order_state from;
  order_state to;
  bool look_up;
};

const outcome_row outcomes[] = {
    {submit_outcome::accepted, order_state::sending, order_state::accepted, false},
    {submit_outcome::accepted, order_state::unknown, order_state::accepted, false},
    {submit_outcome::accepted, order_state::partial, order_state::partial, false},
    {submit_outcome::accepted, order_state::canceled, order_state::canceled, false},
    {submit_outcome::accepted, order_state::not_sent, order_state::needs_review, true},
    {submit_outcome::rejected, order_state::sending, order_state::rejected, false},
    {submit_outcome::rejected, order_state::unknown, order_state::rejected, false},
    {submit_outcome::rejected, order_state::working, order_state::needs_review, true},
    {submit_outcome::rejected, order_state::filled, order_state::filled, false},
    {submit_outcome::duplicate, order_state::sending, order_state::unknown, true},
    {submit_outcome::duplicate, order_state::working, order_state::working, true},
    {submit_outcome::not_sent, order_state::sending, order_state::not_sent, false},
    {submit_outcome::not_sent, order_state::working, order_state::working, false},
    {submit_outcome::unknown, order_state::sending, order_state::unknown, true},
    {submit_outcome::unknown, order_state::working, order_state::working, false},
    {submit_outcome::unknown, order_state::filled, order_state::filled, false},
};

TEST(order_state_machine, outcomes_of_a_request) {
  for (const auto& row : outcomes) {
    const auto step = transition(row.from, row.outcome);
    EXPECT_EQ(step.state, row.to) << to_string(row.outcome) << " in " << to_string(row.from);
    EXPECT_EQ(step.look_up, row.look_up) << to_string(row.outcome) << " in " << to_string(row.from);
  }
}

TEST(order_state_machine, a_timeout_is_never_a_rejection) {
  for (const auto state : all_states)
    EXPECT_TRUE(transition(state, submit_outcome::unknown).state != order_state::rejected ||
                state == order_state::rejected);
}

TEST(order_state_machine, local_events_out_of_place_are_refused) {
  struct {
    local_event event;
    std::vector<order_state> from;
  } const allowed[] = {
      {local_event::sending, {order_state::intent}},
      {local_event::withdrawn, {order_state::intent, order_state::sending}},
      {local_event::denied, {order_state::intent}},
      {local_event::lost, {order_state::sending, order_state::unknown}},
      {local_event::not_found, {order_state::unknown}},
  };
  for (const auto& row : allowed)
    for (const auto state : all_states) {
      const bool fits = std::find(row.from.begin(), row.from.end(), state) != row.from.end();
      const auto next = transition(state, row.event);
      ASSERT_EQ(next.ok(), fits) << to_string(state);
      if (!fits) {
        EXPECT_EQ(next.code(), ec::illegal_transition);
      }
    }
}

TEST(order_state_machine, words_and_states_from_nowhere_are_reviewed) {
  EXPECT_EQ(transition(order_state{0}, order_event::fill, {}).state, order_state::needs_review);
  EXPECT_EQ(transition(order_state::working, order_event{99}, {}).state, order_state::needs_review);
  EXPECT_EQ(transition(order_state::working, submit_outcome{99}).state, order_state::needs_review);
}

}  // namespace
}  // namespace bw
