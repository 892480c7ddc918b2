// Stops at the broker over a whole session with partial fills, crashes and restarts: never more of
// them than shares, and no share without one for longer than two seconds.

#include <signal.h>

#include "storage/audit_reader.hpp"
#include "tests/halt/halt_field.hpp"
#include "tests/support/seed.hpp"

namespace bw {
namespace {

using std::chrono::seconds;
using tests::eventually;

struct RestingStops : tests::halt_field {
  /// Shares under sell stops by symbol.
  std::map<std::string, quantity> stops_at_venue() const {
    std::map<std::string, quantity> out;
    for (const auto& each : tests::venue_answer(field->port(), "/v2/orders?status=open&limit=500"))
      if (each.at("side") == "sell" && each.at("type") == "stop")
        out[each.at("symbol").get<std::string>()] +=
            *quantity::parse(each.at("qty").get<std::string>()) -
            *quantity::parse(each.at("filled_qty").get<std::string>());
    return out;
  }
};

TEST_F(RestingStops, CoverEverythingOverCrashesAndRestarts) {
  const auto rounds = tests::test_size(2);
  for (std::uint64_t round = 0; round < rounds; ++round) {
    auto node = start_node();
    ASSERT_TRUE(eventually(seconds{30}, [&] { return is_in("ACTIVE"); })) << status().dump();
    ASSERT_TRUE(eventually(seconds{60}, [&] { return !stops_at_venue().empty(); }))
        << "stops rest at the broker";
    let_pass(seconds{5});
    node->signal(SIGKILL);
    node->wait(seconds{5});
    // The node is dead, and what it held is still guarded.
    const auto stops = stops_at_venue();
    for (const auto& [symbol, qty] : tests::venue_positions(field->port())) {
      const auto at = stops.find(symbol);
      EXPECT_LE(at == stops.end() ? quantity{} : at->second, *quantity::parse(qty)) << symbol;
    }
  }
  auto node = start_node();
  ASSERT_TRUE(eventually(seconds{30}, [&] { return is_in("ACTIVE"); })) << status().dump();
  let_pass(seconds{5});
  EXPECT_TRUE(eventually(seconds{10}, [&] {
    const auto now = status();
    return now.is_object() && now.value("uncovered_seconds", -1) == 0;
  })) << status().dump();
  node->signal(SIGTERM);
  EXPECT_TRUE(node->wait(seconds{15})) << node->err();

  std::uint64_t covered = 0;
  std::int64_t longest = 0;
  auto reader = open_audit_reader(field->state() / "audit");
  ASSERT_TRUE(reader.ok());
  const auto read = (*reader)->read({}, [&](const audit_record& record) {
    const auto* x = std::get_if<coverage_record>(&record.event);
    if (x == nullptr || x->covered < x->position) return true;
    ++covered;
    // The venue's clock runs faster than the machine's, which is what the bound is about. A start
    // cannot place anything before its books are compared.
    longest = std::max(longest, x->uncovered_ns / speed);
    return true;
  });
  EXPECT_TRUE(read.ok());
  EXPECT_GT(covered, 2u) << "a session worth looking at";
  EXPECT_LE(longest, nanoseconds{seconds{2}}.count());
  RecordProperty("longest_uncovered_ms", static_cast<int>(longest / 1'000'000));
}

}  // namespace
}  // namespace bw
