#pragma once

#include <cstdint>
#include <deque>
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

  explicit tick_history(std::size_t symbols) : quotes_(symbols), trades_(symbols) {}

  void record(const market_event& event) {
    if (const auto* x = std::get_if<quote>(&event)) keep(quotes_, *x);
    if (const auto* x = std::get_if<trade>(&event)) keep(trades_, *x);
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
