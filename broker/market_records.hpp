#pragma once

#include "broker/record.hpp"
#include "messages/news.hpp"

namespace bw {

// What the market-data API shows, whole, by ticker and for people and tools. Fields have the
// broker's one-letter names; the node's own ticks are in messages/market_data.hpp.

struct bar_details {
  std::string symbol;
  std::optional<utc_ns> start;
  std::optional<price> open;
  std::optional<price> high;
  std::optional<price> low;
  std::optional<price> close;
  std::optional<quantity> volume;
  std::optional<std::int64_t> trades;
  std::optional<price> vwap;
};

struct quote_details {
  std::string symbol;
  std::optional<utc_ns> at;
  std::optional<price> bid;
  std::optional<quantity> bid_size;
  std::optional<std::string> bid_exchange;
  std::optional<price> ask;
  std::optional<quantity> ask_size;
  std::optional<std::string> ask_exchange;
  std::vector<std::string> conditions;
  std::optional<std::string> tape;
};

struct trade_details {
  std::string symbol;
  std::optional<utc_ns> at;
  std::optional<bw::price> price;
  std::optional<quantity> size;
  std::optional<std::string> exchange;
  std::vector<std::string> conditions;
  std::optional<std::uint64_t> id;
  std::optional<std::string> tape;
  /// canceled, incorrect or corrected.
  std::optional<std::string> update;
};

struct snapshot_details {
  std::string symbol;
  std::optional<trade_details> latest_trade;
  std::optional<quote_details> latest_quote;
  std::optional<bar_details> minute_bar;
  std::optional<bar_details> daily_bar;
  std::optional<bar_details> previous_daily_bar;
};

template <>
std::span<const record_field<bar_details>> record_table<bar_details>();
template <>
std::span<const record_field<quote_details>> record_table<quote_details>();
template <>
std::span<const record_field<trade_details>> record_table<trade_details>();
/// Without the images, which are records of their own.
template <>
std::span<const record_field<news_item>> record_table<news_item>();

/// As the broker writes them: a snapshot as an object of five, news with its images.
void write_record(json_writer& out, const snapshot_details& snapshot);
void write_news(json_writer& out, const news_item& news);

}  // namespace bw
