#include "tests/kill/battlefield.hpp"

#include <gtest/gtest.h>
#include <signal.h>

#include <cstdlib>
#include <map>

#include "storage/audit_reader.hpp"
#include "tests/support/venue_positions.hpp"

namespace bw::tests {

using std::chrono::seconds;

namespace {

/// Longest time in which the broker's evidence decides about every order whose fate is open.
constexpr seconds resolved_within{30};
/// Starts until nothing is under way at a stop.
constexpr int runs_until_still = 6;

}  // namespace

battlefield::battlefield(std::uint64_t seed, int speed) {
  venue_ = std::make_unique<program>(std::vector<std::string>{
      "venue", "--port", "0", "--json", "--quiet", "--speed", std::to_string(speed), "--seed",
      std::to_string(seed), "--start", "2026-11-02T14:33:00Z"});
  if (!venue_->says("listening", seconds{30})) {
    ADD_FAILURE() << venue_->err();
    return;
  }
  const auto hello = nlohmann::json::parse(venue_->out().substr(0, venue_->out().find('\n')));
  port_ = hello.at("port").get<std::uint16_t>();
}

std::string battlefield::node_path() {
  const char* path = std::getenv("BW_KILL_NODE");
  return path ? path : "build/release/tests/bw_kill_node";
}

std::vector<std::string> battlefield::node_arguments(std::size_t orders) const {
  return {std::to_string(port_), state().string(), std::to_string(orders)};
}

std::uintmax_t battlefield::logged_bytes() const {
  std::uintmax_t sum = 0;
  std::error_code gone;  // RocksDB may remove a file between two steps of the walk.
  for (std::filesystem::directory_iterator each{state() / "audit", gone}, end; !gone && each != end;
       each.increment(gone)) {
    std::error_code failed;
    const auto size = each->file_size(failed);
    if (!failed && each->path().extension() == ".log") sum += size;
  }
  return sum;
}

ledgers battlefield::settle() {
  ledgers sums;
  // An exit that is under way at the stop fills without the node: the next start learns of it. A
  // difference that stays is one.
  for (int run = 0; run < runs_until_still; ++run) {
    const auto summary = run_to_an_end();
    if (testing::Test::HasFailure()) return sums;
    const auto at_venue = venue_positions(port_);
    if (positions_of(summary) != at_venue && run + 1 < runs_until_still) continue;
    EXPECT_EQ(positions_of(summary), at_venue);
    break;
  }
  compare_orders(sums);
  return sums;
}

/// A node that finds out about every order the venue has and is then ended orderly; answers its
/// summary.
nlohmann::json battlefield::run_to_an_end() const {
  program node{node_path(), node_arguments()};
  EXPECT_TRUE(node.says("active", ready_within)) << node.err();
  if (!eventually(resolved_within, [&] { return overlooked().empty(); }))
    ADD_FAILURE() << "the venue has an order that stays unknown: " << overlooked().front();
  node.signal(SIGTERM);
  EXPECT_EQ(node.wait(seconds{15}), 0) << node.err();
  const auto out = node.out();
  auto summary =
      nlohmann::json::parse(out.substr(std::min(out.find('{'), out.size())), nullptr, false);
  EXPECT_TRUE(summary.is_object()) << "no summary: " << out;
  return summary;
}

std::map<std::string, logged_order> battlefield::orders_in_log() const {
  std::map<std::string, logged_order> out;
  auto reader = open_audit_reader(state() / "audit");
  if (!reader.ok()) {
    ADD_FAILURE() << reader.failure().text();
    return out;
  }
  const auto settle = [&](const client_order_id& id) { out[id.str()].settled = true; };
  const auto read = (*reader)->read({}, [&](const audit_record& record) {
    if (const auto* x = std::get_if<intent_record>(&record.event))
      ++out[x->client_id.str()].intents;
    if (const auto* x = std::get_if<withdrawn_record>(&record.event)) settle(x->client_id);
    if (const auto* x = std::get_if<fill_record>(&record.event)) {
      settle(x->client_id);
      if (!x->execution.empty()) ++out[x->client_id.str()].executions[x->execution.str()];
    }
    if (const auto* x = std::get_if<submit_record>(&record.event);
        x && x->result.outcome != submit_outcome::unknown)
      settle(x->result.client_id);
    if (const auto* x = std::get_if<update_record>(&record.event);
        x && x->after != order_state::unknown)
      settle(x->update.client_id);
    return true;
  });
  EXPECT_TRUE(read.ok()) << "the chain is broken: " << read.failure().text();
  return out;
}

std::map<std::string, int> battlefield::orders_at_venue(std::size_t* with_fills) const {
  std::map<std::string, int> out;
  std::string before;
  while (true) {  // Ends: each page begins below the one before it.
    auto target = std::string{"/v2/orders?status=all&limit=500&direction=desc"};
    if (!before.empty()) target += "&before_order_id=" + before;
    const auto page = venue_answer(port_, target);
    for (const auto& order : page) {
      ++out[order.at("client_order_id").get<std::string>()];
      if (with_fills && order.at("filled_qty").get<std::string>() != "0") ++*with_fills;
    }
    if (page.size() < 500) return out;
    before = page.back().at("id").get<std::string>();
  }
}

std::vector<std::string> battlefield::overlooked() const {
  std::vector<std::string> out;
  const auto logged = orders_in_log();
  for (const auto& [id, count] : orders_at_venue())
    if (const auto at = logged.find(id); at == logged.end() || !at->second.settled)
      out.push_back(id);
  return out;
}

void battlefield::compare_orders(ledgers& sums) {
  const auto logged = orders_in_log();
  const auto at_venue = orders_at_venue(&sums.fills_at_venue);
  sums.intents = logged.size();
  sums.orders_at_venue = at_venue.size();
  for (const auto& [id, order] : logged) {
    EXPECT_EQ(order.intents, 1) << id;
    for (const auto& [execution, count] : order.executions)
      EXPECT_EQ(count, 1) << execution << " of " << id;
  }
  for (const auto& [id, count] : at_venue) {
    EXPECT_EQ(logged.count(id), 1u) << "at the venue without an intent: " << id;
    EXPECT_EQ(count, 1) << "two orders of one intent: " << id;
  }
}

std::map<std::string, std::string> battlefield::positions_of(const nlohmann::json& summary) {
  std::map<std::string, quantity> held;
  for (const auto& row : summary.at("positions"))
    held[row.at("symbol").get<std::string>()] += *quantity::parse(row.at("qty").get<std::string>());
  std::map<std::string, std::string> out;
  for (const auto& [symbol, qty] : held) out[symbol] = qty.text();
  return out;
}

}  // namespace bw::tests
