#pragma once

#include <string>
#include <vector>

#include "broker/account_records.hpp"
#include "broker/alpaca_order_codec.hpp"
#include "broker/market_records.hpp"
#include "broker/unknown_parts.hpp"
#include "core/result.hpp"

namespace bw {

// Each takes a body of any origin. ec::parse_failed with the place when its text is broken or
// something is missing that the answer is about; everything else may be missing, and what is not
// known is counted in `unknown`.

/// A body that is one object; the table of the record says what may be in it.
template <class Record>
result<Record> decode_record(std::string body, unknown_parts& unknown);
/// A body that is a bare array of objects.
template <class Record>
result<std::vector<Record>> decode_records(std::string body, unknown_parts& unknown);

/// What became of one order or one position of a request about all of them (HTTP 207).
struct item_outcome {
  /// The order's id, or the position's symbol.
  std::string of;
  std::int64_t status = 0;
  /// The closing order, where one was made.
  std::optional<order_details> order;
  /// Why not; the code is zero where the broker gave none.
  error_body refusal;

  bool done() const { return status >= 200 && status < 300; }
};
result<std::vector<item_outcome>> decode_outcomes(std::string body, unknown_parts& unknown);

/// Rows by symbol, and where the next page begins (empty: nowhere).
template <class Row>
struct row_page {
  std::vector<Row> rows;
  std::string next_token;
};
/// A page of bars, quotes or trades, or the latest ones: `what` is the key of the rows ("bars").
/// Of one symbol or of several, each with one row or a list of them.
template <class Row>
result<row_page<Row>> decode_rows(std::string body, std::string_view what, unknown_parts& unknown);

/// GET /v2/stocks/snapshots and /v2/stocks/{symbol}/snapshot.
result<std::vector<snapshot_details>> decode_snapshots(std::string body, unknown_parts& unknown);
/// GET /v1beta1/news.
result<row_page<news_item>> decode_news(std::string body, unknown_parts& unknown);

}  // namespace bw
