#pragma once

#include <string>
#include <string_view>

namespace bw {

/// An order as the broker shows it, with the fields that a test is about.
inline std::string order_body(std::string_view client_id, std::string_view venue_id = "venue-1",
                              std::string_view status = "new", std::string_view qty = "10",
                              std::string_view filled = "0") {
  std::string out = R"({"id":")";
  out.append(venue_id).append(R"(","client_order_id":")").append(client_id);
  out += R"(","created_at":"2026-11-02T14:31:04.9123Z","updated_at":"2026-11-02T14:31:04.9129Z",)"
         R"("submitted_at":"2026-11-02T14:31:04.9123Z","filled_at":null,"replaced_by":null,)"
         R"("asset_id":"b0b6dd9d-8b9b-48a9-ba46-b9d54906e415","symbol":"AAPL","notional":null,)"
         R"("asset_class":"us_equity","order_class":"","order_type":"limit","type":"limit",)"
         R"("side":"buy","time_in_force":"day","limit_price":"187.35","stop_price":null,)"
         R"("extended_hours":false,"legs":null,"qty":")";
  out.append(qty).append(R"(","filled_qty":")").append(filled);
  out.append(R"(","filled_avg_price":)").append(filled == "0" ? "null" : R"("187.3333333333")");
  out.append(R"(,"status":")").append(status).append("\"}");
  return out;
}

/// A message of the order stream. `extra` stands before the order: `"price":"1","qty":"2",`.
inline std::string update_frame(std::string_view event, std::string_view order,
                                std::string_view extra = {}) {
  std::string out = R"({"stream":"trade_updates","data":{"event":")";
  out.append(event).append(R"(","event_id":"01KB3Q5G7N8R9TSVWXYZ012345",)").append(extra);
  out.append(R"("at":"2026-11-02T14:31:05.130001Z","timestamp":"2026-11-02T14:31:05.123456789Z",)");
  out.append(R"("order":)").append(order).append("}}");
  return out;
}

inline constexpr std::string_view account_body =
    R"({"id":"6f0c2c1e","account_number":"PA3SIM000001","status":"ACTIVE","currency":"USD",)"
    R"("cash":"61250.4","equity":"101250.4","last_equity":"100800","buying_power":"162500.8",)"
    R"("trading_blocked":false,"account_blocked":false,"trade_suspended_by_user":false,)"
    R"("admin_configurations":{},"user_configurations":null,"crypto_tier":1})";

inline constexpr std::string_view clock_body =
    R"({"timestamp":"2026-11-02T09:31:04.912345678-05:00","is_open":true,)"
    R"("next_open":"2026-11-03T09:30:00-05:00","next_close":"2026-11-02T16:00:00-05:00"})";

}  // namespace bw
