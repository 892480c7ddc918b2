#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <iterator>
#include <vector>

#include "messages/market_data.hpp"

namespace bw::venue {

/// The quotes and trades that the venue has told, so that they can be asked for afterwards. Of each
/// symbol and kind the newest are kept. Single-threaded.
class tick_history {
 public:
  static constexpr std::size_t kept_max = 20'000;

  /// A tick with its number: two may have the same time.
  template <class T>
  struct numbered {
    std::uint64_t number;
    T tick;
  };
  template <class T>
  using list = std::deque<numbered<T>>;

 private:
  /// Looked for from the newest on: words that mend come soon.
  template <class List>
  static auto place_of(List& all, const trade& x) {
    const auto same = [&](const auto& each) {
      return each.tick.venue_trade_id == x.venue_trade_id;
    };
    const auto found = std::find_if(all.rbegin(), all.rend(), same);
    return found == all.rend() ? all.end() : std::prev(found.base());
  }

 public:
  explicit tick_history(std::size_t symbols) : quotes_(symbols), trades_(symbols) {}

  /// A correction takes the place of its trade, a cancellation takes the trade away.
  void record(const market_event& event) {
    if (const auto* x = std::get_if<quote>(&event)) keep(quotes_, *x);
    const auto* x = std::get_if<trade>(&event);
    if (x == nullptr || x->symbol.value >= trades_.size()) return;
    if (x->origin == tick_origin::live) return keep(trades_, *x);
    auto& mine = trades_[x->symbol.value];
    const auto at = place_of(mine, *x);
    if (at == mine.end()) return;
    if (x->origin == tick_origin::cancellation) {
      mine.erase(at);
    } else {
      at->tick.last = x->last;
      at->tick.size = x->size;
    }
  }

  /// What was told of the trade that `mending` is about; null when that is not kept any more.
  const trade* told(const trade& mending) const {
    if (mending.symbol.value >= trades_.size()) return nullptr;
    const auto& mine = trades_[mending.symbol.value];
    const auto at = place_of(mine, mending);
    return at == mine.end() ? nullptr : &at->tick;
  }

  /// Oldest first.
  const list<quote>& quotes(symbol_id symbol) const { return quotes_.at(symbol.value); }
  const list<trade>& trades(symbol_id symbol) const { return trades_.at(symbol.value); }

 private:
  template <class T>
  void keep(std::vector<list<T>>& all, const T& x) {
    if (x.symbol.value >= all.size()) return;
    auto& mine = all[x.symbol.value];
    mine.push_back({++last_, x});
    if (mine.size() > kept_max) mine.pop_front();
  }

  std::vector<list<quote>> quotes_;
  std::vector<list<trade>> trades_;
  std::uint64_t last_ = 0;
};

}  // namespace bw::venue
