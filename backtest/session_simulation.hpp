#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analytics/run_result.hpp"
#include "backtest/replay.hpp"
#include "core/int128.hpp"
#include "venue/exchange.hpp"

namespace bw {

/// Executions of one order, added up.
struct fill_total {
  quantity qty;
  /// Exact sum of price × quantity, 1e-18.
  int128 notional = 0;
  utc_ns last_at;

  void add(quantity more, price at_price, utc_ns at);
  /// Half to even; zero when nothing was filled.
  price average() const;
};

/// One order of a session: what left, when, and what became of it.
struct session_order {
  std::string client_id;
  std::string symbol;
  std::string strategy;
  order_request request;
  /// When it was at the broker, as far as the log tells: handed to the log's writer, plus the time
  /// until its bytes left, plus half of the round trip.
  utc_ns arrives;
  std::optional<utc_ns> cancel_arrives;
  fill_total real;
  fill_total simulated;
  /// Why the simulated exchange did not take it; empty when it did.
  std::string refused;
};

/// Orders of a trading day that were handed to the broker connection, in the log's order.
result<std::vector<session_order>> orders_of_session(const std::filesystem::path& log,
                                                     const session_calendar& calendar,
                                                     calendar_date day);

/// How far simulated fills lie from the real ones, of orders that both filled. A cost is positive
/// when the real fill was worse than the simulated one.
struct fill_error {
  std::uint64_t orders = 0;
  std::uint64_t both_filled = 0;
  std::uint64_t only_real = 0;
  std::uint64_t only_simulated = 0;
  std::uint64_t refused = 0;
  /// Shares that one side filled and the other did not.
  quantity qty_difference;
  /// Thousandths of a basis point.
  std::int64_t cost_sum_mbp = 0;
  std::int64_t distance_sum_mbp = 0;
  std::int64_t distance_max_mbp = 0;
  money cost;
  money distance_max_usd;
  nanoseconds time_sum{0};
  nanoseconds time_max{0};

  void add(const session_order& order);
};

/// The orders of a session once more, on the market that the session recorded: each symbol has an
/// exchange of its own, which no account limits, because only prices and times are compared. Fed by
/// a replay; used by one thread.
class session_simulation final : public replay_observer {
 public:
  explicit session_simulation(std::vector<session_order> orders);
  ~session_simulation() override;

  void on_market(std::string_view symbol, const market_event& event, utc_ns at) override;
  void on_session(std::string_view symbol, const session_state& session, utc_ns at) override;
  /// After the last event: whatever is left arrives in the market as it stood last.
  void finish();

  const std::vector<session_order>& orders() const { return orders_; }
  /// By strategy, sorted.
  std::map<std::string, fill_error> errors() const;

 private:
  struct errand {
    utc_ns at;
    std::size_t order = 0;
    bool cancels = false;
  };
  struct symbol_market {
    std::unique_ptr<venue::exchange> exchange;
    utc_ns now;
    /// By time; done ones are behind `next`.
    std::vector<errand> errands;
    std::size_t next = 0;
    /// Stops whose shares have not been bought here yet: a fill may take a moment longer than it
    /// did.
    std::vector<std::size_t> waiting;
  };

  symbol_market& market_of(std::string_view symbol);
  void run_errands(symbol_market& market, utc_ns until);
  const venue::venue_order* replaced_by(const symbol_market& market,
                                        const order_request& request) const;
  void submit(symbol_market& market, std::size_t number, std::vector<venue::venue_event>& events);
  void take(const std::vector<venue::venue_event>& events);

  std::vector<session_order> orders_;
  std::map<std::string, std::size_t> by_client_id_;
  std::map<std::string, symbol_market, std::less<>> markets_;
};

/// The certificate of a day: hashes, counts and errors of the simulation, as one JSON object.
std::string parity_json(calendar_date day, const replay_report& replay,
                        const session_simulation& simulation);
/// The day's trades by the real fills beside those by the simulated ones: the same decisions, as
/// the replay says, on the market that the session saw. Prices alone; fees are the same on both
/// sides. Shares that were held before the day are in no trade.
run_against against_simulation(const replay_report& replay, const session_simulation& simulation,
                               const session_calendar& calendar);
/// The errors as a table for a person.
std::vector<std::vector<std::string>> parity_rows(const session_simulation& simulation);

}  // namespace bw
