#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <variant>
#include <vector>

#include "core/json_writer.hpp"
#include "venue/api_request.hpp"
#include "venue/exchange.hpp"

namespace bw::venue {

/// One line of the account's book. The exchange's own words, as Alpaca sends them.
struct activity {
  /// YYYYMMDDHHMMSSmmm::uuid, sortable as text.
  std::string id;
  std::string type = "FILL";
  utc_ns at;
  std::string symbol;
  // Of an execution.
  std::string order_id;
  side which = side::buy;
  quantity qty;
  price at_price;
  quantity cumulative;
  quantity leaves;
  // Of everything else.
  money net_amount;
  std::string description;
};

/// Executions and other movements of the account, oldest first: GET /v2/account/activities.
/// Bounded: the oldest are dropped. On the venue's thread.
class activity_book {
 public:
  static constexpr std::size_t kept_max = 200'000;
  static constexpr std::size_t page_max = 100;

  /// Fills become activities; a sale that cost a fee becomes a second one.
  void record(const venue_event& event, const fee_schedule& fees);
  /// A dividend, a split, a transfer: whatever a test or a person wants the book to say. The id is
  /// made from `at` and `unique`.
  void add(activity other, std::string_view unique);

  std::size_t size() const { return kept_.size(); }

  /// What the request asks for; the path may name one type.
  std::variant<std::vector<const activity*>, refusal> select(const api_request& request) const;

 private:
  std::deque<activity> kept_;
};

/// Whether the path is that of the activities.
bool asks_for_activities(const api_request& request);
net::http_response answer_activities(const api_request& request, const activity_book& book);

}  // namespace bw::venue
