#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "messages/operations.hpp"

namespace bw {

/// Whether activities of this type bring cash or take it away without a trade: deposits,
/// withdrawals, journals and transfers of accounts. Dividends, fees and interest are profit and
/// loss.
bool is_cash_flow(std::string_view activity_type);

/// Deposits and withdrawals, each once. The day's result is what equity has become since the last
/// close, without what came in or went out since then. Bounded: the oldest are forgotten.
/// Single-threaded.
class cash_flows {
 public:
  static constexpr std::size_t kept_max = 256;
  /// No account that this is for sees more; one that is larger is not believed.
  static constexpr auto amount_max = money::from_int(1'000'000'000);

  /// Of an earlier run.
  void restore(const cash_flow_record& x);
  /// What the broker's book says. Empty for what is known already; otherwise the record as it is to
  /// be kept: one that is dated after the last close counts as after it, for as long as the broker
  /// tells the same figure of that close. `last_equity` is that figure, zero while unknown.
  std::optional<cash_flow_record> take(cash_flow_record x, utc_ns now, money last_equity);

  /// Came in, less what went out, since the close at which equity was `last_equity`.
  money since_close(money last_equity) const;
  std::size_t size() const { return kept_.size(); }

 private:
  std::vector<cash_flow_record> kept_;
  std::set<std::string> known_;
};

}  // namespace bw
