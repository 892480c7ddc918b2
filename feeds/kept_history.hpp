#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/metrics.hpp"
#include "domain/bar_store.hpp"
#include "domain/session_calendar.hpp"
#include "feeds/alpaca_history.hpp"

namespace bw {

struct kept_history_options {
  alpaca_history_options fetch;
  /// Which days there are in New York; without it nothing is kept.
  std::optional<session_calendar> days;
  /// Null: nothing is kept, everything is fetched. Outlives the history.
  bar_store* store = nullptr;
};

/// Minute bars of the past: days that are over from the store, where it has them, everything else
/// by REST. What is fetched of a day that is over goes to the store, each bar once; today never
/// does. A fetch that reaches back to a former day begins with that day's first minute. Belongs to
/// the loop's thread from its making to its end; destroying it ends what is under way without a
/// call.
class kept_history {
 public:
  using page_reader = alpaca_history::page_reader;

  kept_history(net::io_loop& loop, data_requests& requests, metrics_registry& metrics,
               kept_history_options options);
  ~kept_history();

  /// As alpaca_history::fetch: pages from the store and from the host go to the same reader.
  void fetch(utc_ns from, utc_ns to, page_reader read, std::function<void(result<void>)> done);
  /// What the next fetch is about; ends one that is under way.
  void use(symbol_list symbols);
  /// Ends what is under way; `done` does not come.
  void cancel();

 private:
  struct state;
  std::shared_ptr<state> state_;
};

}  // namespace bw
