#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "broker/record_codec.hpp"
#include "broker/rest_reader.hpp"

namespace bw {

/// Which past rows are wanted. Empty texts are the broker's defaults.
struct market_query {
  std::vector<std::string> symbols;
  /// Inclusive.
  std::optional<utc_ns> start;
  std::optional<utc_ns> end;
  /// iex, sip, …
  std::string feed;
  /// asc or desc.
  std::string sort;
  /// Of bars: 1Min, 5Min, 1Hour, 1Day, …
  std::string timeframe = "1Min";
  /// Of bars: raw, split, dividend or all.
  std::string adjustment;
  std::size_t rows_max = 1'000;
};

struct news_query {
  std::vector<std::string> symbols;
  std::optional<utc_ns> start;
  std::optional<utc_ns> end;
  std::string sort;
  bool include_content = false;
  std::size_t rows_max = 50;
};

/// Reads of the market-data API by ticker, whole and page by page, for people and tools. The feed
/// of the node is in feeds/. Thread-compatible; answers come on the thread of `get`.
class market_desk {
 public:
  template <class T>
  using done = std::function<void(result<T>)>;

  static constexpr std::size_t page_rows = 10'000;
  static constexpr std::size_t page_news = 50;

  explicit market_desk(rest_get get)
      : get_(std::move(get)), unknown_(std::make_shared<unknown_parts>()) {}

  /// Rows by symbol, then by time; a token that is not empty says that there are more.
  void bars(const market_query& query, done<row_page<bar_details>> answer);
  void quotes(const market_query& query, done<row_page<quote_details>> answer);
  void trades(const market_query& query, done<row_page<trade_details>> answer);

  /// One row a symbol. A symbol that nobody knows has none, as one without data has.
  void latest_bars(const std::vector<std::string>& symbols, const std::string& feed,
                   done<std::vector<bar_details>> answer);
  void latest_quotes(const std::vector<std::string>& symbols, const std::string& feed,
                     done<std::vector<quote_details>> answer);
  void latest_trades(const std::vector<std::string>& symbols, const std::string& feed,
                     done<std::vector<trade_details>> answer);
  void snapshots(const std::vector<std::string>& symbols, const std::string& feed,
                 done<std::vector<snapshot_details>> answer);

  void news(const news_query& query, done<row_page<news_item>> answer);

  /// What answers held and nobody here knows. Read it when no answer is due.
  const unknown_parts& unknown() const { return *unknown_; }

 private:
  template <class Row>
  void rows(std::string_view what, const market_query& query, done<row_page<Row>> answer);
  template <class Row>
  void latest(std::string_view what, const std::vector<std::string>& symbols,
              const std::string& feed, done<std::vector<Row>> answer);

  rest_get get_;
  std::shared_ptr<unknown_parts> unknown_;
};

}  // namespace bw
