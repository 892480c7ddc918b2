#include "broker/market_records.hpp"

namespace bw {
namespace {

constexpr std::string_view trade_updates[] = {"canceled", "incorrect", "corrected"};
constexpr std::string_view tapes[] = {"A", "B", "C", "N", "O"};

constexpr record_field<bar_details> bar_fields[] = {
    {"S", &bar_details::symbol}, {"t", &bar_details::start},  {"o", &bar_details::open},
    {"h", &bar_details::high},   {"l", &bar_details::low},    {"c", &bar_details::close},
    {"v", &bar_details::volume}, {"n", &bar_details::trades}, {"vw", &bar_details::vwap}};

constexpr record_field<quote_details> quote_fields[] = {
    {"S", &quote_details::symbol},        {"t", &quote_details::at},
    {"bp", &quote_details::bid},          {"bs", &quote_details::bid_size},
    {"bx", &quote_details::bid_exchange}, {"ap", &quote_details::ask},
    {"as", &quote_details::ask_size},     {"ax", &quote_details::ask_exchange},
    {"c", &quote_details::conditions},    {"z", &quote_details::tape, tapes}};

constexpr record_field<trade_details> trade_fields[] = {
    {"S", &trade_details::symbol},
    {"t", &trade_details::at},
    {"p", &trade_details::price},
    {"s", &trade_details::size},
    {"x", &trade_details::exchange},
    {"c", &trade_details::conditions},
    {"i", &trade_details::id},
    {"z", &trade_details::tape, tapes},
    {"u", &trade_details::update, trade_updates}};

constexpr record_field<news_item> news_fields[] = {{"id", &news_item::id},
                                                   {"created_at", &news_item::created_at},
                                                   {"updated_at", &news_item::updated_at},
                                                   {"symbols", &news_item::symbols},
                                                   {"headline", &news_item::headline},
                                                   {"author", &news_item::author},
                                                   {"source", &news_item::source},
                                                   {"url", &news_item::url},
                                                   {"summary", &news_item::summary},
                                                   {"content", &news_item::content}};

template <class Row>
void write_part(json_writer& out, std::string_view name, const std::optional<Row>& row) {
  if (row) write_record(out.key(name), *row);
}

}  // namespace

template <>
std::span<const record_field<bar_details>> record_table<bar_details>() {
  return bar_fields;
}
template <>
std::span<const record_field<quote_details>> record_table<quote_details>() {
  return quote_fields;
}
template <>
std::span<const record_field<trade_details>> record_table<trade_details>() {
  return trade_fields;
}
template <>
std::span<const record_field<news_item>> record_table<news_item>() {
  return news_fields;
}

void write_record(json_writer& out, const snapshot_details& snapshot) {
  out.begin_object().member("symbol", snapshot.symbol);
  write_part(out, "latestTrade", snapshot.latest_trade);
  write_part(out, "latestQuote", snapshot.latest_quote);
  write_part(out, "minuteBar", snapshot.minute_bar);
  write_part(out, "dailyBar", snapshot.daily_bar);
  write_part(out, "prevDailyBar", snapshot.previous_daily_bar);
  out.end_object();
}

void write_news(json_writer& out, const news_item& news) {
  out.begin_object();
  write_members(out, news);
  out.key("images").begin_array();
  for (const auto& image : news.images)
    out.begin_object().member("size", image.size).member("url", image.url).end_object();
  out.end_array().end_object();
}

}  // namespace bw
