#include "broker/account_records.hpp"

namespace bw {
namespace {

using text = std::string_view;

constexpr text account_states[] = {"ONBOARDING",
                                   "SUBMISSION_FAILED",
                                   "SUBMITTED",
                                   "ACCOUNT_UPDATED",
                                   "APPROVAL_PENDING",
                                   "ACTIVE",
                                   "REJECTED",
                                   "INACTIVE",
                                   "PAPER_ONLY",
                                   "ACCOUNT_CLOSED",
                                   "ACCOUNT_CLOSED_PENDING",
                                   "APPROVED",
                                   "ACTION_REQUIRED",
                                   "LIMITED",
                                   "AML_REVIEW",
                                   "DISABLED",
                                   "DISABLE_PENDING",
                                   "EDITED",
                                   "KYC_SUBMITTED",
                                   "REAPPROVAL_PENDING",
                                   "RESUBMITTED",
                                   "SIGNED_UP"};
constexpr text emails[] = {"all", "none"};
constexpr text multipliers[] = {"1", "2", "4"};
constexpr text sides[] = {"buy", "sell", "sell_short"};
constexpr text position_sides[] = {"long", "short"};
constexpr text order_types[] = {"market", "limit", "stop", "stop_limit", "trailing_stop"};
constexpr text order_classes[] = {"", "simple", "bracket", "oco", "oto", "mleg"};
constexpr text times_in_force[] = {"day", "gtc", "opg", "cls", "ioc", "fok"};
constexpr text order_states[] = {"pending_new",
                                 "accepted",
                                 "accepted_for_bidding",
                                 "new",
                                 "held",
                                 "partially_filled",
                                 "filled",
                                 "done_for_day",
                                 "canceled",
                                 "expired",
                                 "rejected",
                                 "replaced",
                                 "pending_cancel",
                                 "pending_replace",
                                 "stopped",
                                 "suspended",
                                 "calculated",
                                 "pending_review"};
constexpr text intents[] = {"buy_to_open", "buy_to_close", "sell_to_open", "sell_to_close"};
constexpr text asset_classes[] = {"us_equity", "us_option", "crypto"};
constexpr text asset_states[] = {"active", "inactive"};
constexpr text borrow_states[] = {"easy_to_borrow", "hard_to_borrow"};
constexpr text exchanges[] = {"AMEX",   "ARCA",     "BATS", "NYSE",
                              "NASDAQ", "NYSEARCA", "OTC",  "CRYPTO"};
constexpr text fill_types[] = {"fill", "partial_fill"};
constexpr text activity_states[] = {"executed", "correct", "canceled"};
constexpr text activity_types[] = {
    "FILL",   "TRANS",  "MISC",   "ACATC", "ACATS",  "CFEE",   "CGD",   "CSD",     "CSW",  "DIV",
    "DIVCGL", "DIVCGS", "DIVFEE", "DIVFT", "DIVNRA", "DIVROC", "DIVTW", "DIVTXEX", "FEE",  "INT",
    "INTNRA", "INTTW",  "JNL",    "JNLC",  "JNLS",   "MA",     "NC",    "OPASN",   "OPCA", "OPCSH",
    "OPEXC",  "OPEXP",  "OPTRD",  "PTC",   "PTR",    "REORG",  "SPIN",  "SPLIT",   "FOPT"};

constexpr record_field<account_details> account_fields[] = {
    {"id", &account_details::id},
    {"account_number", &account_details::account_number},
    {"status", &account_details::status, account_states},
    {"crypto_status", &account_details::crypto_status, account_states},
    {"currency", &account_details::currency},
    {"cash", &account_details::cash},
    {"equity", &account_details::equity},
    {"last_equity", &account_details::last_equity},
    {"portfolio_value", &account_details::portfolio_value},
    {"long_market_value", &account_details::long_market_value},
    {"short_market_value", &account_details::short_market_value},
    {"position_market_value", &account_details::position_market_value},
    {"initial_margin", &account_details::initial_margin},
    {"maintenance_margin", &account_details::maintenance_margin},
    {"last_maintenance_margin", &account_details::last_maintenance_margin},
    {"sma", &account_details::sma},
    {"multiplier", &account_details::multiplier},
    {"buying_power", &account_details::buying_power},
    {"regt_buying_power", &account_details::regt_buying_power},
    {"non_marginable_buying_power", &account_details::non_marginable_buying_power},
    {"options_buying_power", &account_details::options_buying_power},
    {"effective_buying_power", &account_details::effective_buying_power},
    {"bod_dtbp", &account_details::bod_dtbp},
    {"accrued_fees", &account_details::accrued_fees},
    {"pending_transfer_in", &account_details::pending_transfer_in},
    {"pending_transfer_out", &account_details::pending_transfer_out},
    {"pending_reg_taf_fees", &account_details::pending_reg_taf_fees},
    {"intraday_adjustments", &account_details::intraday_adjustments},
    {"options_approved_level", &account_details::options_approved_level},
    {"options_trading_level", &account_details::options_trading_level},
    {"crypto_tier", &account_details::crypto_tier},
    {"trading_blocked", &account_details::trading_blocked},
    {"transfers_blocked", &account_details::transfers_blocked},
    {"account_blocked", &account_details::account_blocked},
    {"trade_suspended_by_user", &account_details::trade_suspended_by_user},
    {"shorting_enabled", &account_details::shorting_enabled},
    {"balance_asof", &account_details::balance_asof},
    {"created_at", &account_details::created_at},
    {"admin_configurations", &account_details::admin_configurations},
    {"user_configurations", &account_details::user_configurations},
    {"pattern_day_trader", &account_details::pattern_day_trader},
    {"daytrade_count", &account_details::daytrade_count},
    {"daytrading_buying_power", &account_details::daytrading_buying_power},
};

constexpr record_field<account_configuration> configuration_fields[] = {
    {"trade_confirm_email", &account_configuration::trade_confirm_email, emails},
    {"suspend_trade", &account_configuration::suspend_trade},
    {"no_shorting", &account_configuration::no_shorting},
    {"fractional_trading", &account_configuration::fractional_trading},
    {"max_margin_multiplier", &account_configuration::max_margin_multiplier, multipliers},
    {"max_options_trading_level", &account_configuration::max_options_trading_level},
    {"ptp_no_exception_entry", &account_configuration::ptp_no_exception_entry},
    {"disable_overnight_trading", &account_configuration::disable_overnight_trading},
    {"dtbp_check", &account_configuration::dtbp_check},
    {"pdt_check", &account_configuration::pdt_check},
};

constexpr record_field<portfolio_history> history_fields[] = {
    {"timestamp", &portfolio_history::timestamp},
    {"equity", &portfolio_history::equity},
    {"profit_loss", &portfolio_history::profit_loss},
    {"profit_loss_pct", &portfolio_history::profit_loss_pct},
    {"base_value", &portfolio_history::base_value},
    {"base_value_asof", &portfolio_history::base_value_asof},
    {"timeframe", &portfolio_history::timeframe},
    {"cashflow", &portfolio_history::cashflow},
};

constexpr record_field<order_details> order_fields[] = {
    {"id", &order_details::id},
    {"client_order_id", &order_details::client_order_id},
    {"symbol", &order_details::symbol},
    {"side", &order_details::side, sides},
    {"type", &order_details::type, order_types},
    {"order_type", &order_details::order_type, order_types},
    {"order_class", &order_details::order_class, order_classes},
    {"time_in_force", &order_details::time_in_force, times_in_force},
    {"status", &order_details::status, order_states},
    {"qty", &order_details::qty},
    {"notional", &order_details::notional},
    {"filled_qty", &order_details::filled_qty},
    {"filled_avg_price", &order_details::filled_avg_price},
    {"limit_price", &order_details::limit_price},
    {"stop_price", &order_details::stop_price},
    {"trail_price", &order_details::trail_price},
    {"trail_percent", &order_details::trail_percent},
    {"hwm", &order_details::hwm},
    {"extended_hours", &order_details::extended_hours},
    {"position_intent", &order_details::position_intent, intents},
    {"created_at", &order_details::created_at},
    {"submitted_at", &order_details::submitted_at},
    {"updated_at", &order_details::updated_at},
    {"filled_at", &order_details::filled_at},
    {"expires_at", &order_details::expires_at},
    {"expired_at", &order_details::expired_at},
    {"cancel_requested_at", &order_details::cancel_requested_at},
    {"canceled_at", &order_details::canceled_at},
    {"failed_at", &order_details::failed_at},
    {"replaced_at", &order_details::replaced_at},
    {"replaced_by", &order_details::replaced_by},
    {"replaces", &order_details::replaces},
    {"asset_id", &order_details::asset_id},
    {"asset_class", &order_details::asset_class, asset_classes},
    {"ratio_qty", &order_details::ratio_qty},
    {"subtag", &order_details::subtag},
    {"source", &order_details::source},
    {"commission", &order_details::commission},
    {"legs", &order_details::legs},
};

constexpr record_field<position_details> position_fields[] = {
    {"symbol", &position_details::symbol},
    {"side", &position_details::side, position_sides},
    {"qty", &position_details::qty},
    {"qty_available", &position_details::qty_available},
    {"avg_entry_price", &position_details::avg_entry_price},
    {"current_price", &position_details::current_price},
    {"lastday_price", &position_details::lastday_price},
    {"change_today", &position_details::change_today},
    {"market_value", &position_details::market_value},
    {"cost_basis", &position_details::cost_basis},
    {"unrealized_pl", &position_details::unrealized_pl},
    {"unrealized_plpc", &position_details::unrealized_plpc},
    {"unrealized_intraday_pl", &position_details::unrealized_intraday_pl},
    {"unrealized_intraday_plpc", &position_details::unrealized_intraday_plpc},
    {"asset_id", &position_details::asset_id},
    {"asset_class", &position_details::asset_class, asset_classes},
    {"exchange", &position_details::exchange, exchanges},
    {"asset_marginable", &position_details::asset_marginable},
    {"swap_rate", &position_details::swap_rate},
    {"avg_entry_swap_rate", &position_details::avg_entry_swap_rate},
    {"prev_swap_rate", &position_details::prev_swap_rate},
    {"usd", &position_details::usd},
};

constexpr record_field<asset_details> asset_fields[] = {
    {"symbol", &asset_details::symbol},
    {"name", &asset_details::name},
    {"exchange", &asset_details::exchange, exchanges},
    {"class", &asset_details::asset_class, asset_classes},
    {"status", &asset_details::status, asset_states},
    {"tradable", &asset_details::tradable},
    {"marginable", &asset_details::marginable},
    {"shortable", &asset_details::shortable},
    {"easy_to_borrow", &asset_details::easy_to_borrow},
    {"borrow_status", &asset_details::borrow_status, borrow_states},
    {"fractionable", &asset_details::fractionable},
    {"maintenance_margin_requirement", &asset_details::maintenance_margin_requirement},
    {"margin_requirement_long", &asset_details::margin_requirement_long},
    {"margin_requirement_short", &asset_details::margin_requirement_short},
    {"attributes", &asset_details::attributes},
    {"id", &asset_details::id},
    {"cusip", &asset_details::cusip},
    {"last_price", &asset_details::last_price},
    {"last_close_pct_change", &asset_details::last_close_pct_change},
    {"min_order_size", &asset_details::min_order_size},
    {"min_trade_increment", &asset_details::min_trade_increment},
    {"price_increment", &asset_details::price_increment},
};

constexpr record_field<activity_details> activity_fields[] = {
    {"id", &activity_details::id},
    {"activity_type", &activity_details::activity_type, activity_types},
    {"activity_sub_type", &activity_details::activity_sub_type},
    {"transaction_time", &activity_details::transaction_time},
    {"date", &activity_details::date},
    {"created_at", &activity_details::created_at},
    {"symbol", &activity_details::symbol},
    {"side", &activity_details::side, sides},
    {"type", &activity_details::type, fill_types},
    {"qty", &activity_details::qty},
    {"price", &activity_details::price},
    {"cum_qty", &activity_details::cum_qty},
    {"leaves_qty", &activity_details::leaves_qty},
    {"net_amount", &activity_details::net_amount},
    {"per_share_amount", &activity_details::per_share_amount},
    {"order_id", &activity_details::order_id},
    {"order_status", &activity_details::order_status, order_states},
    {"status", &activity_details::status, activity_states},
    {"cusip", &activity_details::cusip},
    {"group_id", &activity_details::group_id},
    {"currency", &activity_details::currency},
    {"description", &activity_details::description},
};

constexpr record_field<clock_details> clock_fields[] = {
    {"timestamp", &clock_details::timestamp},
    {"is_open", &clock_details::is_open},
    {"next_open", &clock_details::next_open},
    {"next_close", &clock_details::next_close},
};

constexpr record_field<calendar_details> calendar_fields[] = {
    {"date", &calendar_details::date},
    {"open", &calendar_details::open},
    {"close", &calendar_details::close},
    {"session_open", &calendar_details::session_open},
    {"session_close", &calendar_details::session_close},
    {"settlement_date", &calendar_details::settlement_date},
};

}  // namespace

template <>
std::span<const record_field<account_details>> record_table<account_details>() {
  return account_fields;
}
template <>
std::span<const record_field<account_configuration>> record_table<account_configuration>() {
  return configuration_fields;
}
template <>
std::span<const record_field<portfolio_history>> record_table<portfolio_history>() {
  return history_fields;
}
template <>
std::span<const record_field<order_details>> record_table<order_details>() {
  return order_fields;
}
template <>
std::span<const record_field<position_details>> record_table<position_details>() {
  return position_fields;
}
template <>
std::span<const record_field<asset_details>> record_table<asset_details>() {
  return asset_fields;
}
template <>
std::span<const record_field<activity_details>> record_table<activity_details>() {
  return activity_fields;
}
template <>
std::span<const record_field<clock_details>> record_table<clock_details>() {
  return clock_fields;
}
template <>
std::span<const record_field<calendar_details>> record_table<calendar_details>() {
  return calendar_fields;
}

}  // namespace bw
