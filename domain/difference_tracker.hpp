#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "domain/reconciler.hpp"
#include "messages/risk.hpp"

namespace bw {

struct difference_limits {
  /// Younger differences narrow nothing: the next look may find them gone.
  nanoseconds ignore = std::chrono::seconds{5};
  /// Seen so often it narrows trading; standing for so long it halts.
  std::uint32_t looks_to_reduce = 2;
  nanoseconds halt_after = std::chrono::seconds{30};
};

/// Ages of the differences between two books, and what they mean for trading (P02): a targeted
/// question first, REDUCING at the second look, HALTED when one stands for too long. It never
/// corrects anything. Pure.
class difference_tracker {
 public:
  explicit difference_tracker(difference_limits limits = {}) : limits_(limits) {}

  /// What one comparison found, in the parts that it looked at. What it no longer finds is over;
  /// what it could not judge because of a recent change stands as it stood.
  void update(const reconcile_report& found, mono_ns now);

  struct verdict {
    /// active: nothing stands for long enough.
    trading_mode floor = trading_mode::active;
    /// The oldest difference, in words.
    std::string text;
    nanoseconds oldest{};
    std::size_t count = 0;
    bool is_clean() const { return count == 0; }
  };
  verdict judge(mono_ns now) const;

  /// In the order of their keys.
  std::vector<difference> differences() const;

 private:
  struct key {
    difference_kind kind;
    symbol_name symbol;
    client_order_id client_id;
    friend auto operator<=>(const key&, const key&) = default;
  };
  struct standing {
    difference what;
    mono_ns since;
    std::uint32_t looks = 0;
  };
  difference_limits limits_;
  std::map<key, standing> standing_;
};

}  // namespace bw
