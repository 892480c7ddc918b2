#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "analytics/live_record.hpp"
#include "domain/rollout.hpp"

namespace bw {

/// Folds a node's log into what a rollout wants to know of each session: breaches, the signals of
/// the strategies in shadow and the closed trades of those whose parameters change. A trade counts
/// in the session in which it closes. Runs in another mode are passed over. One thread.
class rollout_books {
 public:
  /// Trades that are open at once; what is beyond it is not followed.
  static constexpr std::size_t open_max = 1'000;

  rollout_books(std::string mode, session_calendar calendar, std::set<std::string> changed,
                std::set<std::string> shadows);

  /// The next record of the log, from its first one on.
  void apply(utc_ns wall, const audit_event& event);

  /// Sessions that are over on the morning of `today`, oldest first; that of `today` counts once
  /// both books were compared.
  std::vector<rollout_session> sessions(calendar_date today) const;

 private:
  struct open_trade {
    bw::side entry = bw::side::buy;
    money value;
    money fees;
  };

  void on(utc_ns wall, const boot_record& x);
  void on(utc_ns wall, const signal_record& x);
  void on(utc_ns wall, const strategy_switch_record& x);
  void on(utc_ns wall, const trade_event_record& x);
  template <class Other>
  void on(utc_ns, const Other&) {}

  std::string mode_;
  session_calendar calendar_;
  std::set<std::string> changed_;
  std::set<std::string> shadows_;
  live_record record_;
  bool running_ = false;
  std::map<client_order_id, open_trade> open_;
  std::map<calendar_date, rollout_session> days_;
};

}  // namespace bw
