#pragma once

#include <string>
#include <vector>

#include "analytics/run_result.hpp"
#include "core/json_writer.hpp"
#include "domain/session_calendar.hpp"

namespace bw {

/// Two trades of one strategy, symbol and side are the same one when both were open at some instant
/// or began no farther apart than this.
inline constexpr nanoseconds same_trade_within = std::chrono::minutes{5};
/// Pairs of trades that a report lists for each strategy; the figures are of all.
inline constexpr std::size_t trade_pairs_max = 1'000;

/// Puts trades of one strategy beside those of another run, each at most once, in the order of
/// their begins. What has no like stands alone.
std::vector<trade_pair> pair_trades(const std::vector<closed_trade>& own,
                                    const std::vector<closed_trade>& other);

/// By strategy, sorted by name: the figures of its closed trades in both runs, and trade by trade.
/// Strategies that one of the runs has no trade of stand beside nothing.
std::vector<strategy_pair> pair_strategies(const std::vector<closed_trade>& own,
                                           const std::vector<closed_trade>& other,
                                           const session_calendar& calendar);

/// What the own run has more of; nan where either is not defined.
double difference_of(const figure& own, const figure& other);
/// The same as a reader meets it.
std::string difference_text(const figure& own, const figure& other);
/// What the own trade earned more than the other; all of it where there is no other.
money difference_of(const trade_pair& x);

/// A member "strategies": figures with their differences, pairs of trades up to trade_pairs_max.
void write_pairs(json_writer& out, const std::vector<strategy_pair>& strategies);
/// One object.
void write_json(json_writer& out, const run_against& x);
/// A line for each strategy: trades in both, and what they earned.
std::string pairs_text(const std::vector<strategy_pair>& strategies);
/// Lines for a terminal: the sentence, then the strategies.
std::string against_text(const run_against& x);

}  // namespace bw
