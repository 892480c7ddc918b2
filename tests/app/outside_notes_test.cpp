// What was done beside the node reaches the node's log, whatever happens to the file on the way.

#include "app/outside_notes.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/program.hpp"

namespace bw {
namespace {

operator_record swept(std::string answer) {
  operator_record out;
  out.command = "watchdog";
  out.who = "watchdog";
  out.why = "the node was \"silent\"\nfor 10 s";
  out.channel = command_channel::watchdog;
  out.accepted = true;
  out.answer = std::move(answer);
  return out;
}

TEST(outside_notes, come_into_the_log_in_their_order_and_once_they_are_forgotten_not_again) {
  const tests::scratch_folder state;
  ASSERT_TRUE(note_outside(state.path(), swept("2 cancels"), utc_ns{1'700'000'000'000'000'000}));
  ASSERT_TRUE(note_outside(state.path(), swept("0 cancels"), utc_ns{1'700'000'001'000'000'000}));
  auto notes = outside_notes::take(state.path());
  ASSERT_TRUE(notes.ok()) << notes.failure().text();
  ASSERT_EQ(notes->records().size(), 2u);
  const auto& first = notes->records()[0];
  EXPECT_EQ(first.why, "the node was \"silent\"\nfor 10 s");
  EXPECT_EQ(first.channel, command_channel::watchdog);
  EXPECT_TRUE(first.accepted);
  EXPECT_NE(first.answer.find("2 cancels"), std::string::npos);
  EXPECT_NE(first.answer.find("2023-11-14T22:13:20"), std::string::npos) << first.answer;
  ASSERT_TRUE(notes->forget());
  EXPECT_TRUE(outside_notes::take(state.path())->records().empty());
}

TEST(outside_notes, a_start_that_dies_before_its_log_has_them_loses_none) {
  const tests::scratch_folder state;
  ASSERT_TRUE(note_outside(state.path(), swept("first"), utc_ns{1}));
  ASSERT_EQ(outside_notes::take(state.path())->records().size(), 1u);  // And dies.
  ASSERT_TRUE(note_outside(state.path(), swept("second"), utc_ns{2}));
  auto again = outside_notes::take(state.path());
  ASSERT_EQ(again->records().size(), 1u);
  EXPECT_NE(again->records()[0].answer.find("first"), std::string::npos);
  ASSERT_TRUE(again->forget());
  auto next = outside_notes::take(state.path());
  ASSERT_EQ(next->records().size(), 1u);
  EXPECT_NE(next->records()[0].answer.find("second"), std::string::npos);
}

TEST(outside_notes, believe_no_file) {
  const tests::scratch_folder state;
  {
    std::ofstream out{outside_notes_file(state.path())};
    out << "no json\n\n[1]\n{\"command\":7}\n" << std::string(20'000, 'x') << "\n";
    for (std::size_t k = 0; k < 2 * outside_notes::notes_max; ++k)
      out << "{\"command\":\"halt --broker\"}\n";
    out << "{\"command\":\"torn";
  }
  const auto notes = outside_notes::take(state.path());
  ASSERT_TRUE(notes.ok());
  EXPECT_EQ(notes->records().size(), outside_notes::notes_max);
  EXPECT_EQ(notes->records()[0].command, "unknown");
  EXPECT_EQ(notes->records()[0].answer, "no json");
  EXPECT_EQ(notes->records()[2].command, "unknown");
  EXPECT_EQ(notes->records()[4].command, "halt --broker");
}

}  // namespace
}  // namespace bw
