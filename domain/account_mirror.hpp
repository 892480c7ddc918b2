#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "domain/external_book.hpp"
#include "domain/reconciler.hpp"
#include "messages/reconciliation.hpp"

namespace bw {

struct account_mirror_options {
  /// Orders of ours that are kept after they ended, so that a late list or execution finds them.
  std::size_t ended_max = 20'000;
  /// The broker's ids of our orders.
  std::size_t ids_max = 50'000;
  external_book_options external;
};

/// What the reconciliation knows: our orders and shares as the ORDER ROUTER tells them, and beside
/// them everything at the broker that is not ours. It turns the broker's answers into evidence for
/// the one order state machine and never counts a share of ours itself. Pure, single-threaded.
///
/// Executions: the stream's execution ids and the ids of activities come from different rooms and
/// may not be compared. What both have is the order and its filled total after the execution. An
/// activity is therefore news exactly when that total is above the one we have; the ledger counts
/// the difference of the totals, so that whoever speaks first and however often, each share counts
/// once.
class account_mirror {
 public:
  account_mirror(std::vector<std::string> symbols, std::uint64_t log_id,
                 account_mirror_options options = {});

  /// The symbols that are traded from here on.
  void configure(std::vector<std::string> symbols) { symbols_ = std::move(symbols); }
  /// As the log has it.
  void restore_order(const book_order& order);
  void restore_shares(symbol_name symbol, quantity qty);
  void restore_external(const external_record& kept) { external_.restore(kept); }
  /// We have traded the symbol at some time: shares that are missing may be ours.
  void note_traded(symbol_name symbol) { traded_.insert(symbol); }

  void on_report(const order_report& report, symbol_name symbol, mono_ns now);

  struct sightings {
    bool external_changed = false;
    /// Something new in words, for the log.
    std::vector<std::string> news;
    /// Open orders of another node on this account.
    std::vector<client_order_id> other_nodes;
  };
  /// A list of orders, or one. Ours are the ledger's business; the rest becomes EXTERNAL.
  sightings on_orders(const std::vector<open_order_report>& orders);

  struct executions {
    /// For the ledger: our executions that it has not counted, oldest first.
    std::vector<order_update> own;
    /// Orders that nobody knows yet: to be asked about by the broker's id.
    std::vector<venue_order_id> unresolved;
    bool external_changed = false;
  };
  executions on_activities(const std::vector<account_activity>& activities, mono_ns now);

  /// Takes over what `reconcile` says is not ours, and what a corporate action explains; explained
  /// differences are taken out of the report. Answers what is new, in words.
  std::vector<std::string> adopt(reconcile_report& found, std::string_view why);

  /// Our side of a comparison.
  reconcile_input input() const;

  bool is_ours(const venue_order_id& id) const { return own_ids_.contains(id); }
  quantity own_shares(symbol_name symbol) const;
  std::vector<client_order_id> live_orders(symbol_name symbol) const;
  std::size_t live_count() const;
  const external_book& external() const { return external_; }
  external_book& external() { return external_; }
  /// Everything but executions that the broker told since the last time, newest last; bounded.
  const std::deque<account_activity>& movements() const { return movements_; }
  static constexpr std::size_t movements_max = 1'000;

 private:
  struct own_order {
    book_order book;
  };
  bool is_configured(symbol_name symbol) const;
  void remember_id(const venue_order_id& id, const client_order_id& client_id, quantity qty);
  const account_activity* explanation(symbol_name symbol) const;

  std::vector<std::string> symbols_;
  std::uint64_t log_id_;
  account_mirror_options options_;
  std::map<client_order_id, book_order> orders_;
  std::deque<client_order_id> ended_;
  struct own_id {
    client_order_id client_id;
    quantity qty;
  };
  std::map<venue_order_id, own_id> own_ids_;
  std::deque<venue_order_id> ids_in_order_;
  std::map<symbol_name, quantity> shares_;
  std::map<symbol_name, mono_ns> shares_changed_;
  std::set<symbol_name> traded_;
  external_book external_;
  std::deque<account_activity> movements_;
  std::set<std::string> movement_ids_;
};

/// Whether activities of this type move shares without an order of anybody.
bool moves_shares(std::string_view type);

}  // namespace bw
