#include "broker/market_desk.hpp"

#include <algorithm>

#include "broker/page_walk.hpp"
#include "broker/query_text.hpp"

namespace bw {

template <class Row>
void market_desk::rows(std::string_view what, const market_query& query,
                       done<row_page<Row>> answer) {
  const std::string kind{what};
  page_plan<Row> plan;
  plan.rows_max = query.rows_max;
  plan.target = [query, kind](const std::string& token, std::size_t rows_left) {
    query_text target{"/v2/stocks/" + kind};
    target.add("symbols", query.symbols).add("start", query.start).add("end", query.end);
    if (kind == "bars")
      target.add("timeframe", query.timeframe).add("adjustment", query.adjustment);
    target.add("feed", query.feed).add("sort", query.sort);
    return target.add("limit", std::min(rows_left, page_rows)).add("page_token", token).text();
  };
  plan.decode = [kind, unknown = unknown_](std::string body, std::size_t) {
    return decode_rows<Row>(std::move(body), kind, *unknown);
  };
  walk_pages(get_, std::move(plan), std::move(answer));
}

template <class Row>
void market_desk::latest(std::string_view what, const std::vector<std::string>& symbols,
                         const std::string& feed, done<std::vector<Row>> answer) {
  const std::string kind{what};
  query_text target{"/v2/stocks/" + kind + "/latest"};
  const auto found = std::make_shared<std::vector<Row>>();
  get_(
      target.add("symbols", symbols).add("feed", feed).text(),
      [found, kind, unknown = unknown_](std::string body) -> result<void> {
        auto page = decode_rows<Row>(std::move(body), kind, *unknown);
        if (!page) return std::move(page).failure();
        *found = std::move(page->rows);
        return {};
      },
      [found, answer = std::move(answer)](result<void> how) {
        how ? answer(std::move(*found)) : answer(std::move(how).failure());
      });
}

void market_desk::bars(const market_query& query, done<row_page<bar_details>> answer) {
  rows("bars", query, std::move(answer));
}
void market_desk::quotes(const market_query& query, done<row_page<quote_details>> answer) {
  rows("quotes", query, std::move(answer));
}
void market_desk::trades(const market_query& query, done<row_page<trade_details>> answer) {
  rows("trades", query, std::move(answer));
}

void market_desk::latest_bars(const std::vector<std::string>& symbols, const std::string& feed,
                              done<std::vector<bar_details>> answer) {
  latest("bars", symbols, feed, std::move(answer));
}
void market_desk::latest_quotes(const std::vector<std::string>& symbols, const std::string& feed,
                                done<std::vector<quote_details>> answer) {
  latest("quotes", symbols, feed, std::move(answer));
}
void market_desk::latest_trades(const std::vector<std::string>& symbols, const std::string& feed,
                                done<std::vector<trade_details>> answer) {
  latest("trades", symbols, feed, std::move(answer));
}

void market_desk::snapshots(const std::vector<std::string>& symbols, const std::string& feed,
                            done<std::vector<snapshot_details>> answer) {
  query_text target{"/v2/stocks/snapshots"};
  const auto found = std::make_shared<std::vector<snapshot_details>>();
  get_(
      target.add("symbols", symbols).add("feed", feed).text(),
      [found, unknown = unknown_](std::string body) -> result<void> {
        auto read = decode_snapshots(std::move(body), *unknown);
        if (!read) return std::move(read).failure();
        *found = std::move(*read);
        return {};
      },
      [found, answer = std::move(answer)](result<void> how) {
        how ? answer(std::move(*found)) : answer(std::move(how).failure());
      });
}

void market_desk::news(const news_query& query, done<row_page<news_item>> answer) {
  page_plan<news_item> plan;
  plan.rows_max = query.rows_max;
  plan.target = [query](const std::string& token, std::size_t rows_left) {
    query_text target{"/v1beta1/news"};
    target.add("symbols", query.symbols).add("start", query.start).add("end", query.end);
    target.add("sort", query.sort);
    if (query.include_content) target.add("include_content", std::string_view{"true"});
    return target.add("limit", std::min(rows_left, page_news)).add("page_token", token).text();
  };
  plan.decode = [unknown = unknown_](std::string body, std::size_t) {
    return decode_news(std::move(body), *unknown);
  };
  walk_pages(get_, std::move(plan), std::move(answer));
}

}  // namespace bw
