#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/json_writer.hpp"
#include "venue/exchange.hpp"
#include "venue/new_york_time.hpp"
#include "venue/trading_days.hpp"

namespace bw::venue {

/// The JSON of Alpaca's trading API: money, prices and quantities are strings, optional values are
/// null instead of missing.

/// What an order's JSON needs beside the order.
struct order_face {
  std::string asset_id;
};

/// Without `legs` their member is null.
void write_order(json_writer& out, const venue_order& order, const order_face& face,
                 const std::vector<const venue_order*>& legs = {});
/// One whole message of the trade_updates stream.
std::string trade_update_message(const venue_event& event, const order_face& face);

struct asset_face {
  std::string id;
  std::string exchange;
};
void write_position(json_writer& out, const venue_position& position, const asset_face& asset);
void write_asset(json_writer& out, const listed_symbol& listed, std::string_view id);

struct account_face {
  utc_ns created_at;
  calendar_date balance_as_of;
};
void write_account(json_writer& out, const venue_account& account, const account_face& face);

void write_clock(json_writer& out, const trading_days& days, const new_york_time& new_york,
                 utc_ns now);
/// Days from `from` to `to`, both included.
void write_calendar(json_writer& out, const trading_days& days, const new_york_time& new_york,
                    calendar_date from, calendar_date to);

void write_rules(json_writer& out, const account_rules& rules);

/// {"code":…,"message":…} and the extra members.
std::string refusal_json(const refusal& refused);

}  // namespace bw::venue
