// The usual lives of an order, the broker's words one by one, and that no state and word is without
// an answer.

#include "domain/order_state_machine.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace bw {
namespace {

constexpr auto ten = quantity::from_int(10);
constexpr auto four = quantity::from_int(4);

constexpr order_state all_states[] = {
    order_state::intent,   order_state::sending,      order_state::accepted,
    order_state::working,  order_state::partial,      order_state::filled,
    order_state::canceled, order_state::expired,      order_state::rejected,
    order_state::replaced, order_state::denied,       order_state::not_sent,
    order_state::unknown,  order_state::needs_review, order_state::done_for_day,
    order_state::suspended};
static_assert(std::size(all_states) == order_state_count);

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

// Each of the broker's words has its row (docs/ORDER_LIFE.md).
const word_row words[] = {
    {order_event::pending_new, order_state::accepted, order_state::working},
    {order_event::accepted, order_state::accepted, order_state::working},
    {order_event::new_order, order_state::working, order_state::working},
    {order_event::canceled, order_state::canceled, order_state::canceled},
    {order_event::expired, order_state::expired, order_state::expired},
    {order_event::rejected, order_state::rejected, order_state::rejected},
    {order_event::replaced, order_state::replaced, order_state::replaced},
    {order_event::done_for_day, order_state::done_for_day, order_state::done_for_day},
    {order_event::pending_cancel, order_state::working, order_state::working},
    {order_event::pending_replace, order_state::working, order_state::working},
    {order_event::cancel_rejected, order_state::unknown, order_state::working},
    {order_event::replace_rejected, order_state::unknown, order_state::working},
    {order_event::stopped, order_state::working, order_state::working},
    {order_event::suspended, order_state::suspended, order_state::suspended},
    {order_event::calculated, order_state::done_for_day, order_state::done_for_day},
    {order_event::held, order_state::working, order_state::working},
    {order_event::other, order_state::needs_review, order_state::needs_review},
    {order_event::restated, order_state::needs_review, order_state::needs_review},
    {order_event::trade_bust, order_state::needs_review, order_state::needs_review},
    {order_event::trade_correct, order_state::needs_review, order_state::needs_review},
    {order_event::pending_review, order_state::needs_review, order_state::needs_review},
};

TEST(order_state_machine, every_word_has_a_row) {
  EXPECT_EQ(std::size(words) + 2, order_event_count) << "and two fills";
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
      if (row.event >= order_event::other) continue;
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
      {local_event::refused, {order_state::unknown}},
      {local_event::appeared, {order_state::not_sent}},
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

bool is_fill(order_event e) { return e == order_event::partial_fill || e == order_event::fill; }
bool is_end(order_event e) {
  return e == order_event::canceled || e == order_event::expired || e == order_event::rejected ||
         e == order_event::replaced;
}
/// States that only our side leads to; no word of the broker ever does.
bool is_ours_alone(order_state s) {
  return s == order_state::intent || s == order_state::sending || s == order_state::denied ||
         s == order_state::not_sent || s == order_state::unknown;
}

// Every cell of the table, with every kind of total and source, against laws that say what must
// hold whatever the table says.
TEST(order_state_machine, every_cell_obeys_the_laws) {
  const quantity totals[] = {{}, four, ten, quantity::from_int(11)};
  const evidence sources[] = {evidence::response, evidence::stream, evidence::poll,
                              evidence::reconciliation};
  std::size_t cells = 0;
  for (const auto state : all_states)
    for (std::size_t word = 1; word <= order_event_count; ++word)
      for (const auto total : totals)
        for (const auto source : sources) {
          ++cells;
          const auto event = static_cast<order_event>(word);
          const auto step = transition(state, event, {ten, total, source});
          const auto what = std::string{to_string(state)} + " " + std::string{to_string(event)} +
                            " " + total.text() + " " + std::string{to_string(source)};
          ASSERT_TRUE(step.state >= order_state::intent && step.state <= order_state::suspended);
          if (total > ten) {
            ASSERT_EQ(step.state, order_state::needs_review) << what;
          }
          if (event >= order_event::other) {
            ASSERT_EQ(step.state, order_state::needs_review) << what;
          }
          if (is_fill(event) && total == ten) {
            ASSERT_EQ(step.state, order_state::filled) << what;
          }
          if (step.state != state) {
            ASSERT_FALSE(is_ours_alone(step.state)) << what;
            ASSERT_TRUE(step.state != order_state::needs_review || step.look_up) << what;
          }
          if (is_terminal(step.state)) {
            ASSERT_EQ(step.pending, pending_step::clear) << what;
            ASSERT_FALSE(step.look_up) << what;
          }
          // An end is believed of whatever lives or may live.
          if (is_end(event) && is_live(state) && total <= ten) {
            ASSERT_TRUE(is_terminal(step.state)) << what;
          }
          // What has ended at the broker is brought back by nothing.
          const bool ended = state == order_state::filled || state == order_state::canceled ||
                             state == order_state::expired || state == order_state::replaced;
          if (ended && event < order_event::other && total <= ten) {
            ASSERT_TRUE(step.state == state || (is_fill(event) && total == ten)) << what;
          }
          // The stream alone settles no riddle with a living word.
          if (state == order_state::needs_review && source == evidence::stream && !is_end(event) &&
              !is_fill(event)) {
            ASSERT_EQ(step.state, state) << what;
          }
        }
  EXPECT_EQ(cells, order_state_count * order_event_count * 16);
}

TEST(order_state_machine, a_day_that_is_done_ends_or_goes_on) {
  constexpr auto done = order_state::done_for_day;
  EXPECT_EQ(after(done, order_event::expired), order_state::expired);
  EXPECT_EQ(after(done, order_event::canceled), order_state::canceled);
  EXPECT_EQ(after(done, order_event::partial_fill, four), done);
  EXPECT_EQ(after(done, order_event::new_order), done) << "old news on the stream";
  EXPECT_EQ(after(done, order_event::new_order, {}, evidence::poll), order_state::working);
  EXPECT_EQ(after(order_state::suspended, order_event::new_order, four, evidence::poll),
            order_state::partial);
}

TEST(order_state_machine, words_and_states_from_nowhere_are_reviewed) {
  EXPECT_EQ(transition(order_state{0}, order_event::fill, {}).state, order_state::needs_review);
  EXPECT_EQ(transition(order_state::working, order_event{99}, {}).state, order_state::needs_review);
  EXPECT_EQ(transition(order_state::working, submit_outcome{99}).state, order_state::needs_review);
}

}  // namespace
}  // namespace bw
