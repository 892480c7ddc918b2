#pragma once

#include <optional>

#include "app/backtest_plan.hpp"
#include "backtest/market_table.hpp"
#include "backtest/order_effect.hpp"
#include "backtest/search.hpp"
#include "backtest/search_report.hpp"
#include "storage/proposal_store.hpp"
#include "storage/trial_store.hpp"

namespace bw {

/// What the command line asks of a parameter search; what is empty stands in the search file or
/// has its default.
struct search_arguments {
  backtest_arguments base;
  /// File with [search]; search.toml beside the configuration when that is there.
  std::string file;
  std::string method;
  std::string objective;
  std::string walk_forward;
  std::vector<std::string> parameters;
  std::optional<std::uint32_t> trials;
  std::optional<std::uint32_t> train;
  std::optional<std::uint32_t> test;
  std::optional<std::uint32_t> min_trades;
  std::optional<std::uint64_t> seed;
  std::size_t threads = 0;
  bool resume = false;
  std::string out;
  bool propose = false;
  bool weekly = false;
  std::string state;
  std::string author;
};

/// Everything that was read before the first trial. The market is in memory once; trials share it.
struct search_plan {
  search_options options;
  std::shared_ptr<const backtest_plan> base;
  std::shared_ptr<const market_table> table;
  search_facts facts;
  search_setup setup;
  std::filesystem::path folder;
  std::filesystem::path state;
  /// Tells whether a store of trials belongs to this search.
  std::string identity;

  judge_options judging() const;
  /// Runs over the sessions that begin at `start` alone.
  setup_maker maker_from(utc_ns start) const;
};

/// Options of the file under those of the command line; reads configuration and data. Errors name
/// the option, or file and line.
result<search_plan> make_search_plan(const search_arguments& asked, utc_ns now);

/// What is kept of a trial, and the trial back from it.
result<stored_trial> stored_of(const search_plan& plan, const search_trial& trial);
result<search_trial> trial_of(const stored_trial& stored);

/// A proposal for the best trial: evidence, and what the last sessions would have done otherwise.
/// ec::invalid_argument when the search did not find anything better.
result<proposal> make_proposal(const search_plan& plan, const search_result& found,
                               const search_trial& best, const std::string& author, utc_ns now);

/// Name of the person who runs the program, as the system knows them.
std::string person_at_the_keyboard();

}  // namespace bw
