// What an answer says of the connection, told once a change.

#include "domain/call_guard.hpp"

#include <gtest/gtest.h>

#include "domain/breaker_board.hpp"

namespace bw {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr mono_ns start{1'000'000'000};

TEST(call_guard, judges_an_answer_by_its_status) {
  struct row {
    const char* what;
    std::uint16_t status;
    bool unreadable;
    request_class which;
    call_outcome outcome;
  };
  constexpr auto orders = request_class::orders;
  constexpr auto reads = request_class::reads;
  constexpr auto good = call_outcome::success;
  constexpr auto failure = call_outcome::failure;
  constexpr auto refused = call_outcome::refused;
  const row rows[] = {
      {"no answer", 0, false, orders, failure},
      {"taken", 200, false, orders, good},
      {"taken, and nobody can read it", 200, true, orders, failure},
      {"nothing to say", 204, false, orders, good},
      {"malformed", 400, false, orders, good},
      {"the credentials", 401, false, orders, refused},
      {"the credentials", 401, false, reads, refused},
      {"a business refusal of an order", 403, false, orders, good},
      {"not allowed to read the account", 403, false, reads, refused},
      {"unknown", 404, false, reads, good},
      {"a method that is not known there", 405, false, orders, good},
      {"a method that is not known there", 405, false, reads, good},
      {"too late", 408, false, orders, good},
      {"refused", 422, false, orders, good},
      {"a broken server", 500, false, orders, failure},
      {"a proxy without a server", 502, false, orders, failure},
      {"maintenance", 503, false, reads, failure},
      {"a proxy that waited", 504, false, orders, failure},
  };
  for (const auto& row : rows) {
    call_facts facts;
    facts.sent = true;
    facts.status = row.status;
    facts.unreadable = row.unreadable;
    EXPECT_EQ(judge_call(facts, row.which), row.outcome) << row.status << ": " << row.what;
  }
}

TEST(call_guard, tells_a_change_once_however_often_it_is_asked) {
  breaker_board board;
  call_guard guard{request_class::orders, breaker_options::orders(), prng{7}, &board};
  call_facts lost;
  lost.sent = true;
  for (int k = 0; k < 2; ++k)
    guard.on_answer(guard.ask(start), lost, milliseconds{10}, start, utc_ns{1});
  for (int k = 0; k < 50; ++k) {
    EXPECT_FALSE(guard.ask(start + milliseconds{k}).allowed);
    guard.look(start + milliseconds{k});
  }
  const auto changes = board.drain();
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(changes[0].before, breaker_state::closed);
  EXPECT_EQ(changes[0].after, breaker_state::open);
  guard.look(start + seconds{30});
  guard.look(start + seconds{31});
  EXPECT_EQ(board.drain().size(), 1u) << "half open, once";
}

}  // namespace
}  // namespace bw
