#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/split_fix.hpp"
#include "config/config_loader.hpp"
#include "core/result.hpp"
#include "domain/account_mirror.hpp"
#include "domain/day_balance.hpp"
#include "storage/recovery.hpp"

namespace bw {

/// What the log knows, folded without a node.
struct log_books {
  recovered_state past;
  std::uint64_t log_id = 0;
};

/// ec::not_found when there is no log; what reading it says otherwise.
result<log_books> read_books(const std::filesystem::path& audit_folder);

/// All that the broker says, asked once.
struct broker_books {
  account_report account;
  std::vector<position_report> positions;
  std::vector<open_order_report> opens;
  std::vector<open_order_report> orders;
  std::vector<account_activity> activities;
};

/// Asks the broker of the configuration; `since` bounds orders and activities. ec::auth_refused for
/// refused credentials; every other error means that it could not be reached.
result<broker_books> ask_broker_books(const node_config& config, utc_ns since);

/// Our shares of one strategy in favour of the broker's.
struct share_correction {
  symbol_name symbol;
  short_name strategy;
  quantity before;
  quantity after;
};

/// Our shares of one symbol after a split that the broker's book tells of or a person named.
struct split_correction {
  symbol_name symbol;
  split_ratio by;
  std::vector<split_position> positions;
  /// Orders of ours at the broker that are still of the time before: they have to go first.
  std::vector<client_order_id> open;
};

struct account_comparison {
  std::vector<difference> differences;
  /// Executions of ours that the log lacks; the next start counts them.
  std::vector<order_update> missing_executions;
  /// Executions of orders that neither book names.
  std::size_t unresolved = 0;
  std::vector<external_status> external;
  /// What a person should know, in words.
  std::vector<std::string> notes;

  // What `--fix` would write.
  std::vector<share_correction> corrections;
  std::vector<split_correction> splits;
  external_record external_after;

  bool is_clean() const {
    return differences.empty() && missing_executions.empty() && unresolved == 0;
  }
};

/// Both books side by side. Shares of ours never grow: what the broker has more than we have is
/// EXTERNAL, what it has less comes off our strategies in the order of their names. After a split
/// they follow its ratio: the one in `splits`, or else the one that the numbers of shares show.
/// Pure.
account_comparison compare_account(const log_books& ours, const broker_books& theirs,
                                   const std::vector<std::string>& symbols,
                                   const split_ratios& splits = {});

}  // namespace bw
