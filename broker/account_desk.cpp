#include "broker/account_desk.hpp"

#include <algorithm>

#include "broker/page_walk.hpp"
#include "broker/query_text.hpp"

namespace bw {
namespace {

std::string_view word_of(list_direction x) {
  return x == list_direction::newest_first ? "desc" : "asc";
}

}  // namespace

template <class Record>
void account_desk::one(std::string target, done<Record> answer) {
  const auto value = std::make_shared<Record>();
  get_(
      std::move(target),
      [value, unknown = unknown_](std::string body) -> result<void> {
        auto read = decode_record<Record>(std::move(body), *unknown);
        if (!read) return std::move(read).failure();
        *value = std::move(*read);
        return {};
      },
      [value, answer = std::move(answer)](result<void> how) {
        how ? answer(std::move(*value)) : answer(std::move(how).failure());
      });
}

template <class Record>
void account_desk::list(std::string target, done<std::vector<Record>> answer) {
  const auto value = std::make_shared<std::vector<Record>>();
  get_(
      std::move(target),
      [value, unknown = unknown_](std::string body) -> result<void> {
        auto read = decode_records<Record>(std::move(body), *unknown);
        if (!read) return std::move(read).failure();
        *value = std::move(*read);
        return {};
      },
      [value, answer = std::move(answer)](result<void> how) {
        how ? answer(std::move(*value)) : answer(std::move(how).failure());
      });
}

void account_desk::account(done<account_details> answer) { one("/v2/account", std::move(answer)); }

void account_desk::configuration(done<account_configuration> answer) {
  one("/v2/account/configurations", std::move(answer));
}

void account_desk::portfolio_history(const history_query& query,
                                     done<bw::portfolio_history> answer) {
  query_text target{"/v2/account/portfolio/history"};
  target.add("period", query.period).add("timeframe", query.timeframe);
  target.add("start", query.start).add("end", query.end);
  target.add("intraday_reporting", query.intraday_reporting).add("pnl_reset", query.pnl_reset);
  one(target.text(), std::move(answer));
}

void account_desk::orders(orders_query query, done<row_page<order_details>> answer) {
  page_plan<order_details> plan;
  plan.rows_max = query.rows_max;
  const bool newest_first = query.direction == list_direction::newest_first;
  plan.target = [query, newest_first](const std::string& token, std::size_t rows_left) {
    query_text target{"/v2/orders"};
    target.add("status", query.status).add("symbols", query.symbols).add("side", query.side);
    target.add("direction", word_of(query.direction));
    target.add("nested", std::string_view{query.nested ? "true" : "false"});
    target.add("limit", std::min(rows_left, page_orders));
    // A cursor and the bounds of time exclude each other; see `decode`.
    if (token.empty()) return target.add("after", query.after).add("until", query.until).text();
    return target.add(newest_first ? "before_order_id" : "after_order_id", token).text();
  };
  plan.decode = [query, newest_first, unknown = unknown_](
                    std::string body, std::size_t rows_left) -> result<row_page<order_details>> {
    auto rows = decode_records<order_details>(std::move(body), *unknown);
    if (!rows) return std::move(rows).failure();
    row_page<order_details> out{std::move(*rows), ""};
    const bool full = out.rows.size() >= std::min(rows_left, page_orders);
    if (full) out.next_token = *out.rows.back().id;
    // Pages behind the first one are not bounded by the broker on their far side.
    const auto beyond = [&](const order_details& x) {
      if (!x.submitted_at) return false;
      return newest_first ? query.after && *x.submitted_at <= *query.after
                          : query.until && *x.submitted_at >= *query.until;
    };
    const auto end = std::find_if(out.rows.begin(), out.rows.end(), beyond);
    if (end != out.rows.end()) out.next_token.clear();
    out.rows.erase(end, out.rows.end());
    return out;
  };
  walk_pages(get_, std::move(plan), std::move(answer));
}

void account_desk::order(const std::string& id, done<order_details> answer) {
  one("/v2/orders/" + net::percent_encode(id) + "?nested=true", std::move(answer));
}

void account_desk::order_by_client_id(const std::string& client_id, done<order_details> answer) {
  one("/v2/orders:by_client_order_id?client_order_id=" + net::percent_encode(client_id),
      std::move(answer));
}

void account_desk::positions(done<std::vector<position_details>> answer) {
  list("/v2/positions", std::move(answer));
}

void account_desk::position(const std::string& symbol, done<position_details> answer) {
  one("/v2/positions/" + net::percent_encode(symbol), std::move(answer));
}

void account_desk::assets(const assets_query& query, done<std::vector<asset_details>> answer) {
  query_text target{"/v2/assets"};
  target.add("status", query.status).add("asset_class", query.asset_class);
  list(target.add("exchange", query.exchange).text(), std::move(answer));
}

void account_desk::asset(const std::string& symbol, done<asset_details> answer) {
  one("/v2/assets/" + net::percent_encode(symbol), std::move(answer));
}

void account_desk::activities(activities_query query, done<row_page<activity_details>> answer) {
  page_plan<activity_details> plan;
  plan.rows_max = query.rows_max;
  plan.target = [query](const std::string& token, std::size_t rows_left) {
    query_text target{"/v2/account/activities"};
    target.add("activity_types", query.types).add("direction", word_of(query.direction));
    target.add("after", query.after).add("until", query.until);
    target.add("page_size", std::min(rows_left, page_activities));
    return target.add("page_token", token).text();
  };
  // The body has no token for the next page: it is the id of the last element.
  plan.decode = [unknown = unknown_](std::string body,
                                     std::size_t rows_left) -> result<row_page<activity_details>> {
    auto rows = decode_records<activity_details>(std::move(body), *unknown);
    if (!rows) return std::move(rows).failure();
    row_page<activity_details> out{std::move(*rows), ""};
    if (out.rows.size() >= std::min(rows_left, page_activities))
      out.next_token = *out.rows.back().id;
    return out;
  };
  walk_pages(get_, std::move(plan), std::move(answer));
}

void account_desk::clock(done<clock_details> answer) { one("/v2/clock", std::move(answer)); }

void account_desk::calendar(calendar_date first, calendar_date last,
                            done<std::vector<calendar_details>> answer) {
  query_text target{"/v2/calendar"};
  target.add("start", format_date(first)).add("end", format_date(last));
  list(target.text(), std::move(answer));
}

}  // namespace bw
