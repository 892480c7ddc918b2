#include "broker/market_records.hpp"

namespace bw {
namespace {

constexpr std::string_view trade_updates[] = {"canceled", "incorrect", "corrected"};
constexpr std::string_view tapes[] = {"A", "B", "C", "N", "O"};

constexpr record_field<bar_row> bar_fields[] = {
    {"S", &bar_row::symbol}, {"t", &bar_row::start},  {"o", &bar_row::open},
    {"h", &bar_row::high},   {"l", &bar_row::low},    {"c", &bar_row::close},
    {"v", &bar_row::volume}, {"n", &bar_row::trades}, {"vw", &bar_row::vwap}};

constexpr record_field<quote_row> quote_fields[] = {
    {"S", &quote_row::symbol},        {"t", &quote_row::at},
    {"bp", &quote_row::bid},          {"bs", &quote_row::bid_size},
    {"bx", &quote_row::bid_exchange}, {"ap", &quote_row::ask},
    {"as", &quote_row::ask_size},     {"ax", &quote_row::ask_exchange},
    {"c", &quote_row::conditions},    {"z", &quote_row::tape, tapes}};

constexpr record_field<trade_row> trade_fields[] = {{"S", &trade_row::symbol},
                                                    {"t", &trade_row::at},
                                                    {"p", &trade_row::price},
                                                    {"s", &trade_row::size},
                                                    {"x", &trade_row::exchange},
                                                    {"c", &trade_row::conditions},
                                                    {"i", &trade_row::id},
                                                    {"z", &trade_row::tape, tapes},
                                                    {"u", &trade_row::update, trade_updates}};

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
std::span<const record_field<bar_row>> record_table<bar_row>() {
  return bar_fields;
}
template <>
std::span<const record_field<quote_row>> record_table<quote_row>() {
  return quote_fields;
}
template <>
std::span<const record_field<trade_row>> record_table<trade_row>() {
  return trade_fields;
}
template <>
std::span<const record_field<news_item>> record_table<news_item>() {
  return news_fields;
}

void write_record(json_writer& out, const snapshot_row& snapshot) {
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
