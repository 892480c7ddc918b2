#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/order_changes.hpp"
#include "domain/order_quality.hpp"
#include "storage/audit_reader.hpp"

namespace bw {

/// A record of the log and where it stands there.
template <class Record>
struct recorded {
  sequence_number sequence;
  utc_ns wall;
  mono_ns mono;
  Record value;
};

/// How long an order took from one station to the next, in real time. A hop that it did not make,
/// or whose ends were not recorded, is not listed.
struct order_hop {
  std::string_view name;
  nanoseconds took;
};

/// A change of an order on its way through its chain.
struct told_change {
  sequence_number sequence;
  utc_ns wall;
  client_order_id order;
  changed_field what;
  std::string cause;
  /// The order that takes this one's place: ours, or the broker's id; empty for what is no
  /// replacement.
  std::string new_order;
};

/// Everything that the log knows of one order, from the market it answered to what it earned.
/// Parts that were never recorded, or never happened, are empty.
struct order_story {
  client_order_id client_id;
  venue_order_id venue_id;
  symbol_name symbol;
  short_name strategy;
  order_request request;
  std::uint64_t boot_no = 0;
  /// Where the order was first mentioned, and when.
  sequence_number first;
  utc_ns began;

  std::optional<recorded<boot_record>> boot;
  std::optional<recorded<strategy_record>> setup;
  std::optional<recorded<evaluation_record>> evaluation;
  std::optional<recorded<signal_record>> signal;
  std::optional<recorded<decision_record>> decision;
  std::optional<recorded<verdict_record>> verdict;
  std::optional<recorded<intent_record>> intent;
  std::optional<recorded<sending_record>> sending;
  std::optional<recorded<withdrawn_record>> withdrawn;
  std::optional<recorded<exchange_record>> exchange;
  std::optional<recorded<submit_record>> submit;
  std::optional<recorded<hops_record>> stations;
  std::vector<recorded<update_record>> updates;
  std::vector<recorded<cancel_record>> cancels;
  std::vector<recorded<cancel_result_record>> cancel_results;
  std::vector<recorded<fill_record>> fills;
  /// Of the trade that the order opened, changed or closed: all its events, in order.
  std::vector<recorded<trade_event_record>> trade;
  /// What was asked and learnt while nobody knew whether the order exists.
  std::vector<recorded<unknown_record>> unknowns;

  /// Of the orders that took each other's place the first to the last, this one among them; empty
  /// for an order that stands alone.
  std::vector<client_order_id> chain;
  /// What was changed about the orders of the chain, or about this one alone, in order.
  std::vector<told_change> changes;
  order_quality quality;

  /// Denied by the gate: it never got a number.
  bool denied() const { return !intent && verdict && !verdict->value.verdict.approved; }
  quantity filled() const;
  /// What the fills cost beyond the price of the decision; positive is worse.
  money slippage() const;
  /// Realised by the fills of this order.
  money realized() const;
  /// Where the order stands after its last record.
  order_state state() const;
  /// In order; the last is "total".
  std::vector<order_hop> hops() const;
};

/// What a person may call an order by.
struct order_search {
  /// Candidates that are named when a prefix fits several orders, or none fits.
  static constexpr std::size_t near_max = 5;

  /// A client order id, a broker's order id, an execution id, a unique beginning of one of them, or
  /// "#123" for the order that record 123 is about.
  std::string id;
};

/// ec::not_found when nothing answers to that name: the sentence lists near ones;
/// ec::invalid_argument when several orders do; otherwise what the reader says. Reads the log from
/// its first record, twice.
result<order_story> tell_order(const audit_reader& log, const order_search& wanted);

}  // namespace bw
