#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "broker/record_codec.hpp"
#include "broker/rest_reader.hpp"

namespace bw {

/// What an account was worth: GET /v2/account/portfolio/history. Empty texts are the broker's
/// defaults: one month, in steps that fit.
struct history_query {
  /// "5D", "2W", "1M", "1A".
  std::string period;
  /// 1Min, 5Min, 15Min, 1H or 1D.
  std::string timeframe;
  /// At most two of these and the period.
  std::optional<utc_ns> start;
  std::optional<utc_ns> end;
  /// market_hours, extended_hours or continuous.
  std::string intraday_reporting;
  /// per_day or no_reset.
  std::string pnl_reset;
};

enum class list_direction : std::uint8_t { newest_first = 1, oldest_first };

struct orders_query {
  /// open, closed or all.
  std::string status = "open";
  std::vector<std::string> symbols;
  /// buy or sell; empty: both.
  std::string side;
  /// Exclusive, by the time of submission.
  std::optional<utc_ns> after;
  std::optional<utc_ns> until;
  list_direction direction = list_direction::newest_first;
  /// Legs within their parents; otherwise each stands alone, and held ones may be missing.
  bool nested = true;
  std::size_t rows_max = 500;
};

struct activities_query {
  /// FILL, DIV, …; empty: all.
  std::vector<std::string> types;
  std::optional<utc_ns> after;
  std::optional<utc_ns> until;
  list_direction direction = list_direction::newest_first;
  std::size_t rows_max = 100;
};

struct assets_query {
  /// active or inactive; empty: both.
  std::string status = "active";
  std::string asset_class = "us_equity";
  std::string exchange;
};

/// Reads of the trading API that a person or a tool asks for, whole: every field, every page. The
/// node's own reads are in broker_gateway.hpp. Nothing here changes anything at the broker.
/// Thread-compatible; answers come on the thread of `get`.
class account_desk {
 public:
  template <class T>
  using done = std::function<void(result<T>)>;

  static constexpr std::size_t page_orders = 500;
  static constexpr std::size_t page_activities = 100;

  explicit account_desk(rest_get get)
      : get_(std::move(get)), unknown_(std::make_shared<unknown_parts>()) {}

  void account(done<account_details> answer);
  void configuration(done<account_configuration> answer);
  void portfolio_history(const history_query& query, done<bw::portfolio_history> answer);
  /// The rows, and a token that is not empty when there are more.
  void orders(orders_query query, done<row_page<order_details>> answer);
  /// By the broker's id, with its legs. ec::not_found.
  void order(const std::string& id, done<order_details> answer);
  void order_by_client_id(const std::string& client_id, done<order_details> answer);
  void positions(done<std::vector<position_details>> answer);
  /// By symbol or asset id. ec::not_found when there is none.
  void position(const std::string& symbol, done<position_details> answer);
  void assets(const assets_query& query, done<std::vector<asset_details>> answer);
  void asset(const std::string& symbol, done<asset_details> answer);
  void activities(activities_query query, done<row_page<activity_details>> answer);
  void clock(done<clock_details> answer);
  void calendar(calendar_date first, calendar_date last,
                done<std::vector<calendar_details>> answer);

  /// What answers held and nobody here knows. Read it when no answer is due.
  const unknown_parts& unknown() const { return *unknown_; }

 private:
  template <class Record>
  void one(std::string target, done<Record> answer);
  template <class Record>
  void list(std::string target, done<std::vector<Record>> answer);

  rest_get get_;
  std::shared_ptr<unknown_parts> unknown_;
};

}  // namespace bw
