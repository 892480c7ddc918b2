#pragma once

#include "broker/record.hpp"

namespace bw {

// What the trading API shows of an account, whole, for people and tools. The node itself decides on
// the reports of messages/, which hold what it cannot do without.

struct account_details {
  std::optional<std::string> id;
  std::optional<std::string> account_number;
  std::optional<std::string> status;
  std::optional<std::string> crypto_status;
  std::optional<std::string> currency;
  std::optional<money> cash;
  std::optional<money> equity;
  std::optional<money> last_equity;
  std::optional<money> portfolio_value;
  std::optional<money> long_market_value;
  std::optional<money> short_market_value;
  std::optional<money> position_market_value;
  std::optional<money> initial_margin;
  std::optional<money> maintenance_margin;
  std::optional<money> last_maintenance_margin;
  std::optional<money> sma;
  std::optional<ratio> multiplier;
  std::optional<money> buying_power;
  std::optional<money> regt_buying_power;
  std::optional<money> non_marginable_buying_power;
  std::optional<money> options_buying_power;
  std::optional<money> effective_buying_power;
  std::optional<money> bod_dtbp;
  std::optional<money> accrued_fees;
  std::optional<money> pending_transfer_in;
  std::optional<money> pending_transfer_out;
  std::optional<money> pending_reg_taf_fees;
  std::optional<money> intraday_adjustments;
  std::optional<std::int64_t> options_approved_level;
  std::optional<std::int64_t> options_trading_level;
  std::optional<std::int64_t> crypto_tier;
  std::optional<bool> trading_blocked;
  std::optional<bool> transfers_blocked;
  std::optional<bool> account_blocked;
  std::optional<bool> trade_suspended_by_user;
  std::optional<bool> shorting_enabled;
  std::optional<std::string> balance_asof;
  std::optional<utc_ns> created_at;
  std::optional<json_text> admin_configurations;
  std::optional<json_text> user_configurations;
  // Of the day-trading rules that ended in 2026: older answers have them.
  std::optional<bool> pattern_day_trader;
  std::optional<std::int64_t> daytrade_count;
  std::optional<money> daytrading_buying_power;
};

struct account_configuration {
  std::optional<std::string> trade_confirm_email;
  std::optional<bool> suspend_trade;
  std::optional<bool> no_shorting;
  std::optional<bool> fractional_trading;
  std::optional<std::string> max_margin_multiplier;
  std::optional<std::int64_t> max_options_trading_level;
  std::optional<bool> ptp_no_exception_entry;
  std::optional<bool> disable_overnight_trading;
  // Of the day-trading rules that ended in 2026.
  std::optional<std::string> dtbp_check;
  std::optional<std::string> pdt_check;
};

/// What the account was worth over time: element k of each list belongs to second k.
struct portfolio_history {
  /// Left edges, in seconds since 1970.
  std::vector<std::int64_t> timestamp;
  std::vector<std::optional<money>> equity;
  std::vector<std::optional<money>> profit_loss;
  std::vector<std::optional<ratio>> profit_loss_pct;
  std::optional<money> base_value;
  std::optional<std::string> base_value_asof;
  std::optional<std::string> timeframe;
  std::optional<json_text> cashflow;
};

struct order_details {
  std::optional<std::string> id;
  std::optional<std::string> client_order_id;
  std::optional<std::string> symbol;
  std::optional<std::string> side;
  std::optional<std::string> type;
  std::optional<std::string> order_type;
  std::optional<std::string> order_class;
  std::optional<std::string> time_in_force;
  std::optional<std::string> status;
  std::optional<quantity> qty;
  std::optional<money> notional;
  std::optional<quantity> filled_qty;
  std::optional<price> filled_avg_price;
  std::optional<price> limit_price;
  std::optional<price> stop_price;
  std::optional<price> trail_price;
  std::optional<ratio> trail_percent;
  std::optional<price> hwm;
  std::optional<bool> extended_hours;
  std::optional<std::string> position_intent;
  std::optional<utc_ns> created_at;
  std::optional<utc_ns> submitted_at;
  std::optional<utc_ns> updated_at;
  std::optional<utc_ns> filled_at;
  std::optional<utc_ns> expires_at;
  std::optional<utc_ns> expired_at;
  std::optional<utc_ns> cancel_requested_at;
  std::optional<utc_ns> canceled_at;
  std::optional<utc_ns> failed_at;
  std::optional<utc_ns> replaced_at;
  std::optional<std::string> replaced_by;
  std::optional<std::string> replaces;
  std::optional<std::string> asset_id;
  std::optional<std::string> asset_class;
  std::optional<quantity> ratio_qty;
  std::optional<std::string> subtag;
  std::optional<std::string> source;
  std::optional<money> commission;
  std::vector<order_details> legs;
};

/// One of the broker's positions. Of a short one quantity, value and basis are negative.
struct position_details {
  std::optional<std::string> symbol;
  std::optional<std::string> side;
  std::optional<quantity> qty;
  std::optional<quantity> qty_available;
  std::optional<price> avg_entry_price;
  std::optional<price> current_price;
  std::optional<price> lastday_price;
  std::optional<ratio> change_today;
  std::optional<money> market_value;
  std::optional<money> cost_basis;
  std::optional<money> unrealized_pl;
  std::optional<ratio> unrealized_plpc;
  std::optional<money> unrealized_intraday_pl;
  std::optional<ratio> unrealized_intraday_plpc;
  std::optional<std::string> asset_id;
  std::optional<std::string> asset_class;
  std::optional<std::string> exchange;
  std::optional<bool> asset_marginable;
  // Of accounts in another currency.
  std::optional<ratio> swap_rate;
  std::optional<ratio> avg_entry_swap_rate;
  std::optional<ratio> prev_swap_rate;
  std::optional<json_text> usd;
};

struct asset_details {
  std::optional<std::string> symbol;
  std::optional<std::string> name;
  std::optional<std::string> exchange;
  std::optional<std::string> asset_class;
  std::optional<std::string> status;
  std::optional<bool> tradable;
  std::optional<bool> marginable;
  std::optional<bool> shortable;
  std::optional<bool> easy_to_borrow;
  std::optional<std::string> borrow_status;
  std::optional<bool> fractionable;
  std::optional<ratio> maintenance_margin_requirement;
  std::optional<ratio> margin_requirement_long;
  std::optional<ratio> margin_requirement_short;
  std::vector<std::string> attributes;
  std::optional<std::string> id;
  std::optional<std::string> cusip;
  // As they are written: the broker promises no number.
  std::optional<std::string> last_price;
  std::optional<std::string> last_close_pct_change;
  // Of crypto currencies.
  std::optional<quantity> min_order_size;
  std::optional<quantity> min_trade_increment;
  std::optional<price> price_increment;
};

/// An execution, or another movement of the account; each has fields of its own.
struct activity_details {
  std::optional<std::string> id;
  std::optional<std::string> activity_type;
  std::optional<std::string> activity_sub_type;
  std::optional<utc_ns> transaction_time;
  std::optional<std::string> date;
  std::optional<utc_ns> created_at;
  std::optional<std::string> symbol;
  std::optional<std::string> side;
  std::optional<std::string> type;
  std::optional<quantity> qty;
  std::optional<bw::price> price;
  std::optional<quantity> cum_qty;
  std::optional<quantity> leaves_qty;
  std::optional<money> net_amount;
  std::optional<money> per_share_amount;
  std::optional<std::string> order_id;
  std::optional<std::string> order_status;
  std::optional<std::string> status;
  std::optional<std::string> cusip;
  std::optional<std::string> group_id;
  std::optional<std::string> currency;
  std::optional<std::string> description;
};

struct clock_details {
  std::optional<utc_ns> timestamp;
  std::optional<bool> is_open;
  std::optional<utc_ns> next_open;
  std::optional<utc_ns> next_close;
};

/// A trading day. Times are New York's wall clock: 09:30, of the whole session 0400.
struct calendar_details {
  std::optional<std::string> date;
  std::optional<std::string> open;
  std::optional<std::string> close;
  std::optional<std::string> session_open;
  std::optional<std::string> session_close;
  std::optional<std::string> settlement_date;
};

template <>
std::span<const record_field<account_details>> record_table<account_details>();
template <>
std::span<const record_field<account_configuration>> record_table<account_configuration>();
template <>
std::span<const record_field<portfolio_history>> record_table<portfolio_history>();
template <>
std::span<const record_field<order_details>> record_table<order_details>();
template <>
std::span<const record_field<position_details>> record_table<position_details>();
template <>
std::span<const record_field<asset_details>> record_table<asset_details>();
template <>
std::span<const record_field<activity_details>> record_table<activity_details>();
template <>
std::span<const record_field<clock_details>> record_table<clock_details>();
template <>
std::span<const record_field<calendar_details>> record_table<calendar_details>();

}  // namespace bw
