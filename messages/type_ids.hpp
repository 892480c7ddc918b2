#pragma once

#include <optional>

#include "messages/audit.hpp"
#include "messages/caf_dialect.hpp"
#include "messages/person_requests.hpp"
#include "messages/strategy_change.hpp"
#include "messages/views.hpp"

namespace bw {

struct directory;

/// The broker's calendar as the session actor gets it.
struct calendar_report {
  std::vector<session_day> days;
};
/// What the daily bars of a symbol come to on a day; no trend when they did not come.
struct past_days_report {
  symbol_name symbol;
  quantity average_volume;
  std::optional<trend_record> trend;
};
/// Answers of a reconciliation round; `round` tells old from new.
struct positions_report {
  std::uint64_t round = 0;
  std::vector<position_report> positions;
};
struct orders_report {
  std::uint64_t round = 0;
  /// When the question left: what happened since is newer than the answer.
  mono_ns requested;
  std::vector<open_order_report> orders;
};
/// The broker's book of executions and other movements since `since`.
struct activities_report {
  std::uint64_t round = 0;
  utc_ns since;
  std::vector<account_activity> activities;
  /// Every order that was sent since then, whatever became of it.
  std::vector<open_order_report> orders;
  mono_ns requested;
};
/// The broker's answer about the position in one symbol; zero shares when it has none.
struct position_answer {
  position_report position;
  mono_ns requested;
};
/// The broker's answer about one order we asked for; `found` false: 404, which is no proof.
struct lookup_report {
  client_order_id client_id;
  bool found = false;
  open_order_report order;
  mono_ns requested;
  /// False: neither an order nor a 404 came back, which says nothing.
  bool answered = true;
  short_text text;
};
/// Asks for every order, whatever its state, that the broker took after an instant.
struct order_history_request {
  utc_ns after;
};
/// The answer. `whole` false: not every page came, which says nothing of what is missing.
struct order_history_report {
  utc_ns after;
  mono_ns requested;
  bool whole = false;
  std::vector<open_order_report> orders;
  short_text text;
};
/// It is time for a brief of the day.
struct checkin_request {
  /// Name of the job that came due: "checkin_morning".
  short_name job;
  calendar_date day;
  utc_ns at;
};
/// A small file of the state folder, to be replaced by this text.
struct kept_file {
  std::string name;
  std::string text;
};
/// A question to the broker that failed.
struct broker_failure {
  std::uint64_t round = 0;
  error why;
  /// Of the reconciliation: which of its questions it was (domain/reconcile_schedule).
  std::uint8_t question = 0;
};

}  // namespace bw

// Every type that travels between actors, and its mark as a message that stays in the process.
#define BW_FOR_EACH_MESSAGE(X) \
  X(bw::directory)             \
  X(bw::quote)                 \
  X(bw::trade)                 \
  X(bw::bar)                   \
  X(bw::trading_status)        \
  X(bw::feed_status)           \
  X(bw::order_request)         \
  X(bw::cancel_request)        \
  X(bw::approved_order)        \
  X(bw::order_denied)          \
  X(bw::order_report)          \
  X(bw::order_update)          \
  X(bw::submit_result)         \
  X(bw::cancel_result)         \
  X(bw::outgoing_order)        \
  X(bw::outgoing_cancel)       \
  X(bw::order_stream_status)   \
  X(bw::trading_state)         \
  X(bw::halt_command)          \
  X(bw::clear_command)         \
  X(bw::halt_reason)           \
  X(bw::session_state)         \
  X(bw::input_measured)        \
  X(bw::brief_due)             \
  X(bw::account_report)        \
  X(bw::account_view)          \
  X(bw::asset_report)          \
  X(bw::clock_report)          \
  X(bw::calendar_report)       \
  X(bw::positions_report)      \
  X(bw::orders_report)         \
  X(bw::lookup_report)         \
  X(bw::activities_report)     \
  X(bw::position_answer)       \
  X(bw::external_report)       \
  X(bw::day_report)            \
  X(bw::checkin_request)       \
  X(bw::kept_file)             \
  X(bw::broker_failure)        \
  X(bw::audit_append)          \
  X(bw::audit_synced)          \
  X(bw::signal_record)         \
  X(bw::market_marks)          \
  X(bw::open_orders_view)      \
  X(bw::risk_view)             \
  X(bw::strategy_view)         \
  X(bw::market_data_view)      \
  X(bw::performance_view)      \
  X(bw::reconcile_view)        \
  X(bw::component_status)      \
  X(bw::node_status)           \
  X(bw::trade_record)          \
  X(bw::held_position)         \
  X(bw::client_order_id)       \
  X(bw::symbol_stop)           \
  X(bw::order_history_request) \
  X(bw::operator_record)       \
  X(bw::order_state)           \
  X(bw::order_history_report)  \
  X(bw::strategy_change)       \
  X(bw::override_request)      \
  X(bw::limits_change)         \
  X(bw::strategy_return)       \
  X(bw::flatten_request)       \
  X(bw::cash_flow_record)      \
  X(bw::fee_record)            \
  X(bw::symbol_trend)          \
  X(bw::past_days_report)

BW_FOR_EACH_MESSAGE(BW_LOCAL_MESSAGE)

BW_BEGIN_TYPE_IDS()
BW_FOR_EACH_MESSAGE(BW_TYPE_ID)
BW_ATOM(beat)
BW_ATOM(cancel_all)
BW_ATOM(commit)
BW_ATOM(doorbell)
BW_ATOM(entries)
BW_ATOM(flatten)
BW_ATOM(flush)
BW_ATOM(halt)
BW_ATOM(intraday)
BW_ATOM(ready)
BW_ATOM(resolve)
BW_ATOM(restart)
BW_ATOM(resume)
BW_ATOM(status)
BW_ATOM(stop)
BW_ATOM(view)
BW_END_TYPE_IDS()
