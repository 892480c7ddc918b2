// Requests whose answer is lost, late, broken or about something else, between the real parts of a
// node and the real venue: never a second order, never a false rejection, and the reservation
// stands until there is proof.

#include <gtest/gtest.h>

#include <cstdio>

#include "tests/unknown/node_parts.hpp"

namespace bw::tests {
namespace {

using std::chrono::seconds;
using apply = link_fault::apply;

constexpr seconds patience{20};

std::string half(std::string body) { return body.substr(0, body.size() / 2); }
std::string garbage(std::string) { return "\x1f\x8b not an order }{"; }
std::string nothing_at_all(std::string) { return ""; }
std::string of_another_order(std::string body) {
  const auto at = body.find("\"bw-");
  return body.replace(at, 4, "\"bx-");
}
std::string of_another_size(std::string body) {
  const auto at = body.find("\"qty\":\"10\"");
  return at == std::string::npos ? std::string{} : body.replace(at, 10, "\"qty\":\"11\"");
}

constexpr const char* html = "<html><head><title>Authorization Required</title></head></html>";
constexpr const char* duplicate = R"({"code":40010001,"message":"client_order_id must be unique"})";
constexpr const char* throttled = R"({"code":42910000,"message":"rate limit exceeded"})";

struct outcome_row {
  link_fault fault;
  /// How it must end, and whether the venue then has the order.
  order_state end;
  int at_venue;
};

const outcome_row rows[] = {
    {{"none"}, order_state::working, 1},
    {{"request lost, silence", apply::no, link_fault::silence}, order_state::not_sent, 0},
    {{"request lost, reset", apply::no, link_fault::cut}, order_state::not_sent, 0},
    {{"response lost, silence", apply::yes, link_fault::silence}, order_state::working, 1},
    {{"response lost, reset", apply::yes, link_fault::cut}, order_state::working, 1},
    {{"408 after apply", apply::yes, 408, "{}"}, order_state::working, 1},
    {{"408, not applied", apply::no, 408, "{}"}, order_state::not_sent, 0},
    {{"500 after apply", apply::yes, 500, ""}, order_state::working, 1},
    {{"502 after apply", apply::yes, 502, html}, order_state::working, 1},
    {{"503 after apply", apply::yes, 503, "busy"}, order_state::working, 1},
    {{"504 after apply", apply::yes, 504, "timeout"}, order_state::working, 1},
    {{"504, not applied", apply::no, 504, "timeout"}, order_state::not_sent, 0},
    {{"200, broken body", apply::yes, 0, "", {}, garbage}, order_state::working, 1},
    {{"200, truncated body", apply::yes, 0, "", {}, half}, order_state::working, 1},
    {{"200, no body", apply::yes, 0, "", {}, nothing_at_all}, order_state::working, 1},
    {{"200, another order", apply::yes, 0, "", {}, of_another_order}, order_state::working, 1},
    {{"200, another quantity", apply::yes, 0, "", {}, of_another_size}, order_state::working, 1},
    {{"422 duplicate id, applied", apply::yes, 422, duplicate}, order_state::working, 1},
    {{"422 without a code", apply::yes, 422, "{}"}, order_state::working, 1},
    {{"401 as HTML, applied", apply::yes, 401, html}, order_state::working, 1},
    {{"401, not applied", apply::no, 401, html}, order_state::not_sent, 0},
    {{"429, applied", apply::yes, 429, throttled}, order_state::working, 1},
    {{"429, not applied", apply::no, 429, throttled}, order_state::rejected, 0},
    {{"404 page of a proxy", apply::yes, 404, html}, order_state::working, 1},
    {{"403 refusal", apply::no, 403, R"({"code":40310000,"message":"insufficient buying power"})"},
     order_state::rejected,
     0},
};

const auto whole_order = money::from_int(900);

enum class stream : bool { speaks, silent };

void play(const outcome_row& row, stream order_stream) {
  SCOPED_TRACE(row.fault.name);
  scratch_folder folder;
  running_venue venue;
  faulty_link link{venue.time, venue.port};
  node_parts node{venue, link.port, folder / "audit"};
  ASSERT_TRUE(eventually(patience, [&] { return node.is_ready(); }));
  const bool clean = std::string_view{row.fault.name} == "none";
  const bool definite = row.fault.status == 403;

  if (order_stream == stream::silent) link.mute_stream();
  link.arm(row.fault);
  const auto began = venue.time.mono_now();
  node.approve(1);
  EXPECT_TRUE(eventually(patience, [&] {
    const auto now = node.state();
    const bool found = now == order_state::accepted && order_stream == stream::silent;
    return found || now == order_state::working || is_terminal(now);
  }));
  const auto took = venue.time.mono_now() - began;
  if (order_stream == stream::speaks) {
    EXPECT_EQ(node.state(), row.end);
  } else {
    EXPECT_TRUE(node.state() == order_state::working || node.state() == order_state::accepted);
  }
  // The stream can be faster than the lost answer: then it was never unknown.
  const bool was_unknown = node.has_been(order_state::unknown);
  if (clean || definite) {
    EXPECT_FALSE(was_unknown);
  }
  if (!clean && !definite && (row.at_venue == 0 || order_stream == stream::silent)) {
    EXPECT_TRUE(was_unknown);
  }
  if (was_unknown) {
    EXPECT_EQ(node.reserved_least_while_unknown(), whole_order);
  }
  if (row.fault.status == 401) {
    EXPECT_TRUE(eventually(patience, [&] { return node.was_halted(halt_reason::auth); }));
  }
  EXPECT_EQ(node.reserved(), row.at_venue == 1 ? whole_order : money{});
  EXPECT_TRUE(eventually(patience, [&] {
    return !node.is_stopped(symbol_stop_reason::unknown_order);
  })) << "the stop ends with the proof";
  EXPECT_FALSE(node.is_stopped(symbol_stop_reason::late_appearance));
  if (row.end == order_state::not_sent) {
    EXPECT_TRUE(eventually(patience, [&] { return node.steps()[unknown_step::not_found] > 0; }));
    EXPECT_GE(took, seconds{60}) << "absence takes a minute to prove";
    EXPECT_GE(node.steps()[unknown_step::missing], 6);
    EXPECT_EQ(node.steps()[unknown_step::list_lacks], 1);
  } else {
    EXPECT_EQ(node.steps()[unknown_step::not_found], 0);
  }
  auto steps = node.steps();
  const auto id = node.client_id();
  const auto ended = node.state();
  node.end();
  EXPECT_EQ(link.posts(), 1u) << "nothing is ever sent again";
  const auto there = venue.orders_with(id);
  EXPECT_EQ(there, static_cast<std::size_t>(row.at_venue));
  EXPECT_EQ(venue.orders(), there);
  std::printf("%-26s %-7s %5zu %8zu  %-8s %-9s %7.1f s %9d\n", row.fault.name,
              order_stream == stream::speaks ? "speaks" : "silent", link.posts(), there,
              was_unknown ? "unknown" : "-", std::string{to_string(ended)}.c_str(),
              static_cast<double>(took.count()) / 1e9, steps[unknown_step::asked]);
}

TEST(unknown_outcomes, every_fault_of_a_request_ends_with_proof) {
  std::printf("%-26s %-7s %5s %8s  %-8s %-9s %9s %9s\n", "fault of the request", "stream", "POSTs",
              "at venue", "first", "end", "settled", "look-ups");
  for (const auto& row : rows) {
    play(row, stream::speaks);
    // Without the stream's word the look-ups alone must find it.
    if (row.at_venue == 1) play(row, stream::silent);
  }
}

TEST(unknown_outcomes, an_order_delayed_for_a_minute_is_found_and_not_doubled) {
  scratch_folder folder;
  running_venue venue;
  faulty_link link{venue.time, venue.port};
  node_parts node{venue, link.port, folder / "audit"};
  ASSERT_TRUE(eventually(patience, [&] { return node.is_ready(); }));
  link.arm({"delayed", apply::late, link_fault::silence});
  const auto began = venue.time.mono_now();
  node.approve(1);
  ASSERT_TRUE(eventually(patience, [&] { return node.state() == order_state::unknown; }));
  EXPECT_TRUE(eventually(patience, [&] {
    return node.is_stopped(symbol_stop_reason::unknown_order);
  })) << "no entries meanwhile";
  ASSERT_TRUE(eventually(patience, [&] { return venue.time.mono_now() - began > seconds{60}; }));
  link.deliver_late();
  EXPECT_TRUE(eventually(patience, [&] { return node.state() == order_state::working; }));
  EXPECT_FALSE(node.has_been(order_state::not_sent));
  EXPECT_FALSE(node.has_been(order_state::rejected));
  const auto id = node.client_id();
  node.end();
  EXPECT_EQ(link.posts(), 1u);
  EXPECT_EQ(venue.orders_with(id), 1u);
}

TEST(unknown_outcomes, an_order_that_appears_after_its_absence_was_proven_is_taken_back) {
  scratch_folder folder;
  running_venue venue;
  faulty_link link{venue.time, venue.port};
  std::string id;
  {
    node_parts node{venue, link.port, folder / "audit"};
    ASSERT_TRUE(eventually(patience, [&] { return node.is_ready(); }));
    link.arm({"very late", apply::late, link_fault::silence});
    node.approve(1);
    ASSERT_TRUE(eventually(patience, [&] { return node.state() == order_state::not_sent; }));
    EXPECT_EQ(node.reserved(), money{});
    link.deliver_late();
    EXPECT_TRUE(eventually(patience, [&] { return node.state() == order_state::canceled; }));
    EXPECT_TRUE(node.is_stopped(symbol_stop_reason::late_appearance));
    EXPECT_TRUE(
        eventually(patience, [&] { return node.steps()[unknown_step::late_appearance] == 1; }));
    id = node.client_id();
    node.end();
  }
  // The stop of the symbol is a latch: it stands in the next process too.
  node_parts next{venue, link.port, folder / "audit"};
  EXPECT_TRUE(
      eventually(patience, [&] { return next.is_stopped(symbol_stop_reason::late_appearance); }));
  next.end();
  EXPECT_EQ(link.posts(), 1u);
  EXPECT_EQ(venue.orders_with(id), 1u);
}

TEST(unknown_outcomes, a_stream_that_fell_leaves_the_order_unknown) {
  scratch_folder folder;
  running_venue venue;
  faulty_link link{venue.time, venue.port};
  node_parts node{venue, link.port, folder / "audit"};
  ASSERT_TRUE(eventually(patience, [&] { return node.is_ready(); }));
  link.arm({"request lost", apply::no, link_fault::cut});
  node.approve(1);
  ASSERT_TRUE(eventually(patience, [&] { return node.state() == order_state::unknown; }));
  link.drop_streams();
  ASSERT_TRUE(eventually(patience, [&] { return node.steps()[unknown_step::stream_lost] == 1; }));
  ASSERT_TRUE(eventually(patience, [&] { return node.steps()[unknown_step::missing] >= 8; }));
  EXPECT_EQ(node.state(), order_state::unknown);
  EXPECT_EQ(node.reserved(), whole_order);
  // The next session decides: what was sent in an earlier one cannot come any more.
  session_state tomorrow;
  tomorrow.phase = session_phase::entries;
  tomorrow.open = venue.time.utc_now() + std::chrono::hours{1};
  tomorrow.close = tomorrow.open + std::chrono::hours{6};
  node.say(tomorrow);
  EXPECT_TRUE(eventually(patience, [&] { return node.state() == order_state::not_sent; }));
  EXPECT_EQ(node.reserved(), money{});
}

struct restart_row {
  const char* what;
  apply applied;
};

TEST(unknown_outcomes, what_was_being_sent_when_the_process_ended_is_unknown_and_resolved) {
  for (const auto& row : {restart_row{"applied", apply::yes}, restart_row{"lost", apply::no}}) {
    SCOPED_TRACE(row.what);
    scratch_folder folder;
    running_venue venue;
    faulty_link link{venue.time, venue.port};
    std::string id;
    {
      node_parts node{venue, link.port, folder / "audit"};
      ASSERT_TRUE(eventually(patience, [&] { return node.is_ready(); }));
      link.mute_stream();
      link.arm({row.what, row.applied, link_fault::silence});
      node.approve(1);
      ASSERT_TRUE(eventually(patience, [&] { return link.posts() == 1; }));
      id = node.client_id();
      node.end();
    }
    node_parts next{venue, link.port, folder / "audit"};
    EXPECT_EQ(next.boot_no(), 2u);
    ASSERT_EQ(next.past().orders.size(), 1u);
    EXPECT_EQ(next.past().orders[0].client_id.str(), id);
    if (row.applied == apply::yes) {
      EXPECT_TRUE(eventually(patience, [&] {
        return next.state() == order_state::accepted || next.state() == order_state::working;
      }));
    } else {
      ASSERT_TRUE(eventually(patience, [&] { return next.steps()[unknown_step::missing] >= 7; }));
      EXPECT_TRUE(next.is_stopped(symbol_stop_reason::unknown_order));
      EXPECT_TRUE(next.life().empty()) << "no report: nothing was decided";
    }
    // Another order gets another id.
    next.approve(2);
    EXPECT_TRUE(eventually(patience, [&] { return next.client_id() != id; }));
    next.end();
    EXPECT_EQ(venue.orders_with(id), row.applied == apply::yes ? 1u : 0u);
  }
}

}  // namespace
}  // namespace bw::tests
