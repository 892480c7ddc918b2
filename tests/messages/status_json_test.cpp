#include <gmock/gmock.h>

#include "messages/status.hpp"

namespace bw {
namespace {

using testing::HasSubstr;

node_status full_status() {
  node_status status;
  status.at = *parse_rfc3339("2026-11-02T14:31:04.5Z");
  status.mode = "paper";
  status.lifecycle = "running";
  status.trading = {trading_mode::reducing,
                    reason_bit(halt_reason::feed) | reason_bit(halt_reason::operator_halt)};
  status.session = {session_phase::entries, *parse_rfc3339("2026-11-02T14:30:00Z"),
                    *parse_rfc3339("2026-11-02T21:00:00Z")};
  status.market_open = true;
  status.portfolio_value = *money::parse("100500.25");
  status.cash = money::from_int(50000);
  status.buying_power = money::from_int(200000);
  status.day_start_equity = money::from_int(100000);
  status.daily_pnl = *money::parse("500.25");
  status.positions = {{"AAPL", quantity::from_int(10), price::from_int(150), *price::parse("151.5"),
                       money::from_int(15), price::from_int(147), "momentum"},
                      {"MSFT", quantity::from_int(1), price::from_int(400), price::from_int(401),
                       money::from_int(1), price{}, "mean_reversion"}};
  status.open_orders = 2;
  status.unknown_orders = 1;
  status.trades_today = 7;
  status.strategies_active = {"momentum", "mean_reversion"};
  status.market_messages = 100;
  status.orders_submitted = 9;
  status.data_age_ms = {{"AAPL", 12}, {"MSFT", 900}};
  status.last_reconcile = *parse_rfc3339("2026-11-02T14:31:00Z");
  status.audit_records = 42;
  status.audit_sync = "gate";
  status.feed.state = feed_state::synced;
  status.feed.reason = short_text{"ok \"quoted\""};
  status.order_stream.state = feed_state::down;
  status.config_hash = "abc";
  status.components = {{"risk_gate", health::degraded, "slow", {{"denied", 3}}}};
  return status;
}

TEST(status_json, begins_with_the_fields_of_the_contract) {
  EXPECT_THAT(
      to_json(full_status()),
      testing::StartsWith(
          R"({"schema_version":1,"timestamp":"2026-11-02T14:31:04.5Z","mode":"paper",)"
          R"("state":"REDUCING","reasons":["OPERATOR","FEED"],"market_open":true,)"
          R"("trading_halted":false,"account":{"portfolio_value":"100500.25","cash":"50000",)"
          R"("buying_power":"200000","as_of":null},"daily_pnl":"500.25","daily_pnl_pct":"0.5002",)"
          R"("position_count":2,"positions":[{"symbol":"AAPL","qty":"10","avg_price":"150",)"
          R"("last":"151.5","unrealized_pnl":"15","stop":"147","strategy":"momentum",)"
          R"("covered_qty":"0"},)"
          R"({"symbol":"MSFT","qty":"1","avg_price":"400","last":"401","unrealized_pnl":"1",)"
          R"("stop":null,"strategy":"mean_reversion","covered_qty":"0"}],)"
          R"("open_orders":2,"unknown_orders":1,)"
          R"("trades_today":7,"strategies_active":["momentum","mean_reversion"],)"
          R"("data_age_ms":{"AAPL":12,"MSFT":900},"last_reconcile":"2026-11-02T14:31:00Z",)"
          R"("live_stage":null,"versions":{"binary":)"));
}

TEST(status_json, shows_counts_streams_and_components) {
  const auto text = to_json(full_status());
  EXPECT_THAT(text, HasSubstr(R"("market_data":{"messages":100,"quotes":0,"trades":0,"bars":0,)"
                              R"("conflated":0,"dropped":0},"signals":0,)"
                              R"("orders":{"submitted":9,"filled":0,"rejected":0,"denied":0,)"
                              R"("unknown":1},"fills":0,"equity":"100500.25")"));
  EXPECT_THAT(text, HasSubstr(R"("audit":{"records":42,"sync":"gate"})"));
  EXPECT_THAT(text, HasSubstr(R"("feed":{"state":"synced","reason":"ok \"quoted\"","since":null,)"
                              R"("symbols_subscribed":0})"));
  EXPECT_THAT(text, HasSubstr(R"("order_stream":{"state":"down","reason":"","since":null})"));
  EXPECT_THAT(text, HasSubstr(R"("components":[{"name":"risk_gate","state":"degraded",)"
                              R"("text":"slow","counts":{"denied":3}}])"));
}

TEST(status_json, a_status_without_content_is_whole_too) {
  const auto text = to_json(node_status{});
  EXPECT_THAT(text, HasSubstr(R"("state":"HALTED","reasons":[])"));
  EXPECT_THAT(text, HasSubstr(R"("daily_pnl_pct":null)"));
  EXPECT_THAT(text, HasSubstr(R"("last_reconcile":null)"));
  EXPECT_THAT(text, HasSubstr(R"("positions":[])"));
}

TEST(status_json, names_every_reason) {
  node_status status;
  for (std::size_t k = 1; k <= halt_reason_count; ++k) {
    const auto reason = static_cast<halt_reason>(k);
    status.trading.reasons = reason_bit(reason);
    EXPECT_THAT(to_json(status),
                HasSubstr("\"reasons\":[\"" + std::string{to_string(reason)} + "\"]"));
  }
}

TEST(status_json, percent_is_exact_and_never_overflows) {
  const struct {
    const char* pnl;
    const char* start;
    const char* percent;
  } table[] = {
      {"0", "100000", "\"0\""},
      {"-500", "100000", "\"-0.5\""},
      {"1", "3", "\"33.3333\""},
      {"2", "3", "\"66.6667\""},
      {"0.005", "10000", "\"0\""},
      {"0.015", "10000", "\"0.0002\""},
      {"1", "0", "null"},
      {"1", "-5", "null"},
      {"9000000000", "0.000000001", "null"},
  };
  for (const auto& row : table) {
    node_status status;
    status.daily_pnl = *money::parse(row.pnl);
    status.day_start_equity = *money::parse(row.start);
    EXPECT_THAT(to_json(status), HasSubstr(std::string{"\"daily_pnl_pct\":"} + row.percent + ","))
        << row.pnl << " of " << row.start;
  }
}

TEST(status_json, names_the_regime_of_each_symbol) {
  auto status = full_status();
  EXPECT_THAT(to_json(status), HasSubstr(R"("regimes":{})"));
  status.regimes = {{"AAPL", market_regime::unsettled}, {"MSFT", market_regime::unknown}};
  EXPECT_THAT(to_json(status), HasSubstr(R"("regimes":{"AAPL":"volatile","MSFT":"unknown"})"));
}

}  // namespace
}  // namespace bw
