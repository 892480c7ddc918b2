// Evidence from the broker's books: our executions go to the ledger, everything else is EXTERNAL,
// and whatever is lost, doubled, late or out of order, both books end the same without a trade.

#include "domain/account_mirror.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/prng.hpp"
#include "domain/client_order_ids.hpp"
#include "domain/order_ledger.hpp"
#include "tests/support/seed.hpp"

namespace bw {
namespace {

constexpr std::uint64_t log_id = 42;
const symbol_name apple{"AAPL"};
quantity shares(std::int64_t n) { return quantity::from_int(n); }
client_order_id own_id(std::uint64_t n) { return make_client_order_id({log_id, 1, order_id{n}}); }

open_order_report seen(const client_order_id& id, const char* venue, std::int64_t qty,
                       std::int64_t filled, order_event status = order_event::new_order) {
  open_order_report out;
  out.client_id = id;
  out.venue_id = venue_order_id{venue};
  out.symbol = apple;
  out.qty = shares(qty);
  out.filled_total = shares(filled);
  if (filled > 0) out.filled_average = price::from_int(10);
  out.status = status;
  return out;
}
account_activity execution(const char* venue, std::int64_t qty, std::int64_t total) {
  account_activity out;
  out.id = std::string{venue} + "-" + std::to_string(total);
  out.type = short_name{"FILL"};
  out.order = venue_order_id{venue};
  out.symbol = apple;
  out.qty = shares(qty);
  out.filled_total = shares(total);
  out.at_price = price::from_int(10);
  return out;
}
account_activity split(const char* id) {
  account_activity out;
  out.id = id;
  out.type = short_name{"SPLIT"};
  out.symbol = apple;
  out.description = "2 for 1";
  return out;
}
position_report held(const char* symbol, std::int64_t qty) {
  position_report out;
  out.symbol = symbol_name{symbol};
  out.qty = shares(qty);
  return out;
}
order_report own_report(std::uint64_t n, order_state state, std::int64_t total, std::int64_t last) {
  order_report out;
  out.client_id = own_id(n);
  out.request.symbol = symbol_id{0};
  out.request.qty = shares(10);
  out.state = state;
  out.filled_total = shares(total);
  out.last_qty = shares(last);
  return out;
}
reconcile_report look(const account_mirror& mirror, std::vector<position_report> positions) {
  auto input = mirror.input();
  input.broker_positions = std::move(positions);
  input.positions_requested = mono_ns{1'000'000'000'000};
  return reconcile(input, {});
}

TEST(account_mirror, our_executions_become_evidence_once_and_in_order) {
  account_mirror mirror{{"AAPL"}, log_id};
  mirror.on_report(own_report(1, order_state::working, 0, 0), apple, {});
  EXPECT_TRUE(mirror.on_orders({seen(own_id(1), "v1", 10, 0)}).news.empty());
  auto found = mirror.on_activities({execution("v1", 6, 10), execution("v1", 4, 4)}, {});
  ASSERT_EQ(found.own.size(), 2u);
  EXPECT_EQ(found.own[0].filled_total, shares(4));
  EXPECT_EQ(found.own[0].event, order_event::partial_fill);
  EXPECT_EQ(found.own[1].event, order_event::fill);
  EXPECT_TRUE(found.own[1].execution.empty()) << "ids of activities are not the stream's";
  mirror.on_report(own_report(1, order_state::filled, 10, 10), apple, {});
  found = mirror.on_activities({execution("v1", 4, 4), execution("v1", 6, 10)}, {});
  EXPECT_TRUE(found.own.empty());
}

TEST(account_mirror, an_execution_of_an_unheard_of_order_is_asked_about) {
  account_mirror mirror{{"AAPL"}, log_id};
  auto found = mirror.on_activities({execution("v9", 4, 4)}, {});
  EXPECT_EQ(found.unresolved, std::vector<venue_order_id>{venue_order_id{"v9"}});
  const auto news =
      mirror.on_orders({seen(client_order_id{"by-hand"}, "v9", 4, 4, order_event::fill)});
  EXPECT_TRUE(news.external_changed);
  found = mirror.on_activities({execution("v9", 4, 4)}, {});
  EXPECT_TRUE(found.unresolved.empty());
  EXPECT_EQ(mirror.external().qty(apple), shares(4));
}

TEST(account_mirror, an_order_with_our_prefix_and_no_record_is_a_gap) {
  account_mirror mirror{{"AAPL"}, log_id};
  const auto gap = mirror.on_orders({seen(own_id(7), "v7", 10, 0)});
  ASSERT_EQ(gap.news.size(), 1u);
  EXPECT_EQ(gap.news[0].substr(0, 4), "GAP:");
  EXPECT_TRUE(mirror.external().find(venue_order_id{"v7"})->gap);
  const auto other =
      mirror.on_orders({seen(make_client_order_id({log_id + 1, 1, order_id{1}}), "v8", 10, 0)});
  EXPECT_EQ(other.other_nodes.size(), 1u);
}

TEST(account_mirror, a_late_look_at_an_order_that_ended_is_no_gap) {
  account_mirror mirror{{"AAPL"}, log_id};
  mirror.on_report(own_report(1, order_state::canceled, 0, 0), apple, {});
  EXPECT_FALSE(mirror.on_orders({seen(own_id(1), "v1", 10, 0)}).external_changed);
  const auto late = mirror.on_activities({execution("v1", 3, 3)}, {});
  ASSERT_EQ(late.own.size(), 1u) << "a fill after the end counts";
}

TEST(account_mirror, what_was_never_ours_is_adopted_and_what_may_be_is_not) {
  account_mirror mirror{{"AAPL", "MSFT"}, log_id};
  mirror.note_traded(symbol_name{"MSFT"});
  auto found = look(mirror, {held("AAPL", 5), held("MSFT", 5), held("GE", -2)});
  EXPECT_EQ(mirror.adopt(found, "found").size(), 2u);
  EXPECT_EQ(mirror.external().qty(apple), shares(5));
  EXPECT_EQ(mirror.external().qty(symbol_name{"GE"}), shares(-2));
  ASSERT_EQ(found.differences.size(), 1u);
  EXPECT_EQ(found.differences[0].symbol.view(), "MSFT");
  found = look(mirror, {held("AAPL", 5), held("MSFT", 0)});
  EXPECT_EQ(mirror.adopt(found, "found").size(), 1u) << "GE is gone";
  EXPECT_TRUE(found.is_clean());
  EXPECT_EQ(mirror.external().holdings().size(), 1u);
}

TEST(account_mirror, a_corporate_action_explains_a_difference_once_and_stops_the_symbol) {
  account_mirror mirror{{"AAPL"}, log_id};
  mirror.on_report(own_report(1, order_state::filled, 10, 10), apple, {});
  mirror.on_activities({split("20261102::s1")}, {});
  auto found = look(mirror, {held("AAPL", 20)});
  const auto news = mirror.adopt(found, "");
  ASSERT_EQ(news.size(), 1u);
  EXPECT_NE(news[0].find("2 for 1"), std::string::npos);
  EXPECT_TRUE(found.is_clean());
  EXPECT_TRUE(mirror.external().stopped(apple));
  EXPECT_EQ(mirror.own_shares(apple), shares(10)) << "our own books stay what they are";
  mirror.on_activities({split("20261102::s1")}, {});
  found = look(mirror, {held("AAPL", 40)});
  EXPECT_TRUE(mirror.adopt(found, "").empty()) << "one split explains one difference";
  EXPECT_EQ(found.differences.size(), 1u);
}

/// The broker's truth, and what the node makes of the news that reach it.
class two_books {
 public:
  two_books(std::uint64_t seed) : random(seed), mirror({"AAPL"}, log_id) {}

  void run() {
    for (std::uint64_t n = 1; n <= 6; ++n) place(n, n <= 4);
    for (int step = 0; step < 120; ++step) {
      now = now + std::chrono::milliseconds{50};
      switch (random.below(5)) {
        case 0:
        case 1: happen(); break;
        case 2: say_stream(); break;
        case 3: ask(); break;
        default: answer(); break;
      }
      check_never_above();
    }
    // Connectivity is back: one whole look, asked for now.
    for (int twice = 0; twice < 2; ++twice) {
      ask();
      std::swap(answers.front(), answers.back());
      give(answers.front());
      answers.clear();
    }
  }

  quantity broker_own() const { return sum(true); }
  quantity broker_external() const { return sum(false); }
  quantity ledger_own() const {
    quantity out;
    for (const auto& order : orders)
      if (order.own) out += ledger.find(order.id)->filled_total;
    return out;
  }
  reconcile_report final_look() {
    auto input = mirror.input();
    input.broker_positions = std::vector{held("AAPL", 0)};
    input.broker_positions->front().qty = broker_own() + broker_external();
    input.positions_requested = now + std::chrono::minutes{1};
    return reconcile(input, {});
  }

  prng random;
  account_mirror mirror;
  order_ledger ledger;

 private:
  struct broker_order {
    std::uint64_t n = 0;
    bool own = false;
    client_order_id id;
    venue_order_id venue;
    std::int64_t filled = 0;
    bool over = false;
  };
  struct answer_of_broker {
    std::vector<open_order_report> orders;
    std::vector<account_activity> activities;
    mono_ns requested;
  };

  void place(std::uint64_t n, bool own) {
    broker_order order{n,
                       own,
                       own ? own_id(n) : client_order_id{"hand-" + std::to_string(n)},
                       venue_order_id{"v" + std::to_string(n)},
                       0,
                       false};
    if (own) {
      order_request request;
      request.order = order_id{n};
      request.symbol = symbol_id{0};
      request.qty = shares(10);
      ASSERT_TRUE(ledger.add(request, order.id, now).ok());
      ledger.on_local(request.order, local_event::sending, {}, now);
      mirror.on_report(report_of(*ledger.find(order.id), {}), apple, now);
    }
    orders.push_back(order);
  }
  static order_report report_of(const ledger_entry& entry, quantity last) {
    order_report out;
    out.request = entry.request;
    out.client_id = entry.client_id;
    out.state = entry.state;
    out.filled_total = entry.filled_total;
    out.last_qty = last;
    return out;
  }

  /// Something happens at the broker.
  void happen() {
    auto& order = orders[random.below(orders.size())];
    if (order.over) return;
    order_update update;
    update.client_id = order.id;
    update.venue_id = order.venue;
    if (random.chance(1, 6)) {
      order.over = true;
      update.event = order_event::canceled;
    } else {
      const auto more = random.between(1, 10 - order.filled);
      order.filled += more;
      order.over = order.filled == 10;
      update.event = order.over ? order_event::fill : order_event::partial_fill;
      update.last_qty = shares(more);
      update.last_price = price::from_int(10);
      update.execution = execution_id{"x" + std::to_string(++executions)};
      book.push_back(execution(order.venue.str().c_str(), more, order.filled));
    }
    update.filled_total = shares(order.filled);
    if (random.chance(1, 3)) return;  // Lost.
    stream.push_back(update);
    if (random.chance(1, 5)) stream.push_back(update);
  }
  void say_stream() {
    if (stream.empty()) return;
    const auto at = random.below(std::min<std::size_t>(stream.size(), 3));
    const auto update = stream[at];
    stream.erase(stream.begin() + static_cast<std::ptrdiff_t>(at));
    take(update);
  }
  void take(const order_update& update) {
    const auto change = ledger.on_update(update, now);
    if (change.report) mirror.on_report(*change.report, apple, now);
  }

  void ask() {
    answer_of_broker out;
    out.requested = now;
    for (const auto& order : orders) {
      auto row = seen(order.id, order.venue.str().c_str(), 10, order.filled);
      if (order.over) row.status = order.filled == 10 ? order_event::fill : order_event::canceled;
      out.orders.push_back(row);
    }
    out.activities = book;
    if (random.chance(1, 4)) std::reverse(out.activities.begin(), out.activities.end());
    answers.push_back(std::move(out));
  }
  /// Any of the answers under way comes, old ones too.
  void answer() {
    if (answers.empty()) return;
    const auto at = random.below(answers.size());
    const auto one = answers[at];
    if (random.chance(1, 2)) answers.erase(answers.begin() + static_cast<std::ptrdiff_t>(at));
    give(one);
  }
  void give(const answer_of_broker& one) {
    mirror.on_orders(one.orders);
    for (const auto& row : one.orders) {
      const auto change =
          ledger.on_snapshot(row, {evidence::reconciliation, one.requested, {}, now});
      if (change.report) mirror.on_report(*change.report, apple, now);
    }
    for (const auto& update : mirror.on_activities(one.activities, now).own) take(update);
  }
  quantity sum(bool own) const {
    quantity out;
    for (const auto& order : orders)
      if (order.own == own) out += shares(order.filled);
    return out;
  }
  void check_never_above() {
    for (const auto& order : orders)
      if (order.own) {
        ASSERT_LE(ledger.find(order.id)->filled_total, shares(order.filled));
      }
    ASSERT_LE(mirror.external().qty(apple), broker_external());
    ASSERT_EQ(mirror.own_shares(apple), ledger_own());
  }

  std::vector<broker_order> orders;
  std::vector<account_activity> book;
  std::vector<order_update> stream;
  std::vector<answer_of_broker> answers;
  std::uint64_t executions = 0;
  mono_ns now{1'000'000'000};
};

TEST(account_mirror, both_books_end_the_same_whatever_gets_lost_doubled_or_late) {
  const auto seed = tests::test_seed(5);
  for (std::uint64_t run = 0; run < tests::test_size(300); ++run) {
    SCOPED_TRACE(tests::repeat_with(seed) + ", run " + std::to_string(run));
    two_books books{seed * 1'000 + run};
    books.run();
    ASSERT_EQ(books.ledger_own(), books.broker_own());
    ASSERT_EQ(books.mirror.own_shares(apple), books.broker_own());
    ASSERT_EQ(books.mirror.external().qty(apple), books.broker_external());
    const auto found = books.final_look();
    ASSERT_TRUE(found.is_clean()) << found.differences.front().text();
    ASSERT_EQ(books.ledger.size(), 4u) << "no order was made to correct anything";
    if (testing::Test::HasFatalFailure()) return;
  }
}

}  // namespace
}  // namespace bw
