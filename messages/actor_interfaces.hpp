#pragma once

#include <vector>

#include "messages/type_ids.hpp"

// Every typed actor interface of the node, one sentence a handler, from the end of the pipeline to
// its start. What flows back goes to the sender or through the directory.

namespace bw {

/// Every actor of the node is a MEMBER.
using member_actor = actor_interface<
    // Who is who; sent after the start and again after each restart of a member.
    accepts<directory>,
    // Health and counters, for the STATUS actor.
    answers<atom::status>::with<component_status>,
    // Answered once the actor works; the SUPERVISOR counts it as running from then on.
    answers<atom::ready>::with<std::uint32_t>>;

/// Takes the acknowledgements of the AUDIT actor.
using audit_receiver_actor = actor_interface<
    // The sender's records are in the log as promised.
    accepts<audit_synced>>;

/// The AUDIT actor: the one writer of the log.
using audit_actor = actor_interface<
    // Appends a group of records; answers the sender with audit_synced when a ticket is given.
    accepts<audit_append>,
    // Sent to itself: writes what has been collected as one group.
    accepts<atom::commit>,
    // Syncs what was written without a sync within the last 100 ms.
    accepts<atom::beat>,
    // Writes and syncs everything; the last step of a stop.
    answers<atom::flush>::with<audit_synced>>::extend_with<member_actor>;

/// The BROKER: the connection that orders leave by, with its breakers and budget.
using broker_actor = actor_interface<
    // Sends the order or reports at once why not.
    accepts<outgoing_order>,
    // Sends the cancel; it never waits behind orders.
    accepts<outgoing_cancel>,
    // Cancels every open order of the account.
    accepts<atom::cancel_all>,
    // From the I/O thread: what became of an order request.
    accepts<submit_result>,
    // From the I/O thread: what became of a cancel.
    accepts<cancel_result>,
    // From the I/O thread: life of the order stream.
    accepts<order_stream_status>,
    // Looks one order up by its client id; answers the ORDER ROUTER with lookup_report.
    accepts<client_order_id>,
    // From the I/O thread: a look-up's answer.
    accepts<lookup_report>,
    // Lists all orders since an instant; answers the ORDER ROUTER with order_history_report.
    accepts<order_history_request>,
    // A person has mended the credentials: what is isolated is tried again, by reads.
    answers<atom::resume, operator_record>::with<operator_record>,
    // Time for deadlines and breakers.
    accepts<atom::beat>>::extend_with<member_actor>;

/// The ORDER ROUTER: numbers orders, has them logged, lets them leave, keeps their life.
using order_router_actor = actor_interface<
    // An order that passed the RISK GATE.
    accepts<approved_order>,
    // The AUDIT actor acknowledged records: releases what waits for them.
    accepts<audit_synced>,
    // Evidence about an order from the stream.
    accepts<order_update>,
    // What became of a request.
    accepts<submit_result>,
    // Takes an order back.
    accepts<cancel_request>,
    // What became of a cancel.
    accepts<cancel_result>,
    // Evidence about an order from a look-up.
    accepts<lookup_report>,
    // Evidence about all orders, from the RECONCILIATION.
    accepts<orders_report>,
    // All orders since an instant: what it lacks is part of the proof that an order does not exist.
    accepts<order_history_report>,
    // A new session ends the watch over ids that were proven absent.
    accepts<session_state>,
    // A person lifts a stop of a symbol.
    accepts<symbol_stop>,
    // The same, with an answer: the record as it stands in the log.
    answers<atom::resume, symbol_stop, operator_record>::with<operator_record>,
    // A person who has looked at the broker's books says what became of an order that is unknown:
    // not_sent for one that never was there, or a state in which an order ends.
    answers<atom::resolve, client_order_id, order_state, operator_record>::with<operator_record>,
    // Held orders are looked at again before they leave.
    accepts<trading_state>,
    // Whether orders may leave at all.
    accepts<order_stream_status>,
    // Cancels open entries.
    accepts<atom::cancel_all, atom::entries>,
    // The same, but for those of strategies that keep positions over night.
    accepts<atom::cancel_all, atom::intraday>,
    // Cancels every open order.
    accepts<atom::cancel_all>,
    // Deadlines of orders under way.
    accepts<atom::beat>,
    // The orders that are not over.
    answers<atom::view>::with<open_orders_view>>::extend_with<member_actor>;

/// The RISK GATE: the only way an order reaches the ORDER ROUTER.
using risk_gate_actor = actor_interface<
    // Checks the order; forwards it to the ORDER ROUTER or answers its strategy with order_denied.
    accepts<order_request>,
    // Cancels pass in every trading state.
    accepts<cancel_request>,
    // Keeps positions, reservations and the day's loss current.
    accepts<order_report>,
    // Latest prices, from the MARKET DATA actor.
    accepts<market_marks>,
    // A symbol was halted or resumed.
    accepts<trading_status>,
    // The feed came or went.
    accepts<feed_status>,
    // The order stream came or went.
    accepts<order_stream_status>,
    // The broker's account.
    accepts<account_report>,
    // What the broker says of a symbol.
    accepts<asset_report>,
    // The phase of the trading day.
    accepts<session_state>,
    // The regime of a symbol.
    accepts<symbol_trend>,
    // How far our clock is off; that both books are the same.
    accepts<input_measured>,
    // A brief that a person has to read is there.
    accepts<brief_due>,
    // Stops the entries of one symbol, or lifts a stop.
    accepts<symbol_stop>,
    // What the account holds that is not of our making.
    accepts<external_report>,
    // Adds a reason to halt or reduce.
    accepts<halt_command>,
    // Removes a reason by its own rule.
    accepts<clear_command>,
    // Adds a reason and says the state that holds from then on.
    answers<atom::halt, halt_command>::with<trading_state>,
    // A person takes a reason away; answers the record as it stands in the log.
    answers<atom::resume, halt_reason, operator_record>::with<operator_record>,
    // A person lets one named order pass; answers the record as it stands in the log.
    answers<override_request, operator_record>::with<operator_record>,
    // A person lowers limits; none is taken when one of them would be raised.
    answers<limits_change, operator_record>::with<operator_record>,
    // A person puts a strategy back that was taken out.
    answers<strategy_return, operator_record>::with<operator_record>,
    // Cash came or went without a trade.
    accepts<cash_flow_record>,
    // Closes every position; the one kind of order that passes while trading is halted.
    accepts<atom::flatten>,
    // A person wants positions closed, now or at the next open, or no more; answers the record as
    // it stands in the log.
    answers<flatten_request, operator_record>::with<operator_record>,
    // Rules that depend on time alone.
    accepts<atom::beat>,
    // Entries that wait for those of other symbols have waited long enough.
    accepts<atom::flush>,
    // State and account, for the STATUS actor.
    answers<atom::view>::with<risk_view>>::extend_with<member_actor>;

/// A STRATEGY actor: one symbol with all its strategies.
using strategy_actor =
    actor_interface<accepts<quote>, accepts<trade>,
                    // A minute bar: live, from history, or a correction.
                    accepts<bar>, accepts<trading_status>,
                    // Something happened to an order of this symbol.
                    accepts<order_report>,
                    // The RISK GATE did not let the order pass.
                    accepts<order_denied>, accepts<session_state>,
                    // The regime of the symbol.
                    accepts<symbol_trend>,
                    // What sizing needs to know of the account.
                    accepts<account_view>,
                    // Timeouts of entries, retries of exits.
                    accepts<atom::beat>,
                    // New settings of one strategy, or its end.
                    accepts<strategy_change>,
                    // Positions and counters, for the STATUS actor.
                    answers<atom::view>::with<strategy_view>>::extend_with<member_actor>;

/// The MARKET DATA actor: from the ingress queue to the STRATEGY actors.
using market_data_actor = actor_interface<
    // The ingress queue has something.
    accepts<atom::doorbell>,
    // Sends marks to whoever wants prices but not ticks.
    accepts<atom::beat>, answers<atom::view>::with<market_data_view>>::extend_with<member_actor>;

/// A FEED actor: owns one connection that market data comes in by.
using feed_actor = actor_interface<
    // Looks after the connection.
    accepts<atom::beat>,
    // A person has mended what it was refused for: connects anew, also out of latched.
    accepts<atom::resume>>::extend_with<member_actor>;

/// The SESSION actor: the broker's clock and calendar, and the phase of the day.
using session_actor =
    actor_interface<accepts<clock_report>, accepts<calendar_report>, accepts<asset_report>,
                    // Of daily bars.
                    accepts<past_days_report>, accepts<broker_failure>, accepts<atom::beat>,
                    answers<atom::view>::with<session_state>>::extend_with<member_actor>;

/// The RECONCILIATION: the broker's books against ours.
using reconciliation_actor =
    actor_interface<accepts<account_report>, accepts<positions_report>, accepts<orders_report>,
                    accepts<broker_failure>,
                    // A stream that came back is reconciled before anything is sent.
                    accepts<order_stream_status>,
                    // Our positions change with each fill.
                    accepts<order_report>,
                    // Executions, dividends, splits; and what became of every order.
                    accepts<activities_report>,
                    // Answers of single questions.
                    accepts<position_answer>, accepts<lookup_report>,
                    // The stream told the ORDER ROUTER of an order that is not in its books.
                    accepts<order_update>,
                    // When a session ends, both books of the day are compared.
                    accepts<session_state>, accepts<atom::beat>,
                    // By our books everything is closed: the broker's positions are asked for now.
                    accepts<atom::flatten>,
                    answers<atom::view>::with<reconcile_view>>::extend_with<member_actor>;

/// The PERFORMANCE actor: from fills to trades and figures.
using performance_actor =
    actor_interface<accepts<order_report>, accepts<market_marks>, accepts<session_state>,
                    // The broker charged something.
                    accepts<fee_record>,
                    // The day is over and its books were compared: its figures are put down.
                    accepts<day_report>,
                    answers<atom::view>::with<performance_view>>::extend_with<member_actor>;

/// The STATUS actor: asks everyone once a second, publishes, writes status.json.
using status_actor =
    actor_interface<accepts<atom::beat>,
                    // Writes a last time with the given lifecycle and says the status.
                    answers<atom::stop>::with<node_status>,
                    // Writes a day's report into the folder of reports.
                    accepts<day_report>,
                    // Writes a brief of the day into the folder of reports.
                    accepts<checkin_request>,
                    // Keeps a small file of the state folder.
                    accepts<kept_file>>::extend_with<member_actor>;

/// The RECORDER: what decisions are made on, from the tapes to disk.
using recorder_actor = actor_interface<
    // Takes what the tapes hold.
    accepts<atom::beat>>::extend_with<member_actor>;

/// The PROJECTION: keeps trades.db up with the audit log, beside all trading.
using projection_actor = actor_interface<
    // Looks at the log again.
    accepts<atom::beat>>::extend_with<member_actor>;

/// A SUPERVISOR: starts its children, and again when they end.
using supervisor_actor = actor_interface<
    // A child's delay is over.
    accepts<atom::restart, std::uint32_t>,
    // Asks every child for a sign of life.
    accepts<atom::beat>,
    // Ends the children in reverse order, then itself.
    accepts<atom::stop>, answers<atom::status>::with<component_status>,
    answers<atom::ready>::with<std::uint32_t>>;

/// Who is who. A member that restarted is a new handle here, with a higher epoch.
struct directory {
  audit_actor audit;
  broker_actor broker;
  order_router_actor router;
  risk_gate_actor gate;
  std::vector<strategy_actor> strategies;  // By symbol_id.
  market_data_actor market_data;
  feed_actor feed;
  session_actor session;
  reconciliation_actor reconciliation;
  performance_actor performance;
  status_actor status;
  std::uint32_t epoch = 0;
};

}  // namespace bw
