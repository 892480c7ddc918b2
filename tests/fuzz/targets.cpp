#include "tests/fuzz/targets.hpp"

#include <cstdlib>

#include "broker/activity_codec.hpp"
#include "broker/alpaca_order_codec.hpp"
#include "broker/record_codec.hpp"
#include "feeds/alpaca_data_codec.hpp"
#include "feeds/msgpack_text.hpp"

namespace bw::fuzz {
namespace {

struct checking_handler final : market_frame_handler {
  void on_event(const market_event& event) override {
    // A price that gets through is one that a book can hold.
    if (const auto* x = std::get_if<quote>(&event); x && (x->bid < price{} || x->ask < price{}))
      std::abort();
    if (const auto* x = std::get_if<trade>(&event); x && !(x->last > price{})) std::abort();
  }
  void on_control(const stream_control&) override {}
  void on_news(const news_item& news) override {
    if (news.id <= 0) std::abort();
  }
};

template <class Record>
void write_again(const result<Record>& read) {
  if (!read) return;
  json_writer out;
  write_record(out, *read);
  (void)out.take();
}
template <class Record>
void write_again(const result<std::vector<Record>>& read) {
  if (!read) return;
  json_writer out;
  out.begin_array();
  for (const auto& each : *read) write_record(out, each);
  out.end_array();
  (void)out.take();
}
template <class Record>
void write_again(const result<row_page<Record>>& read) {
  if (read) write_again(result<std::vector<Record>>{read->rows});
}

}  // namespace

void market_frame(std::string_view bytes) {
  checking_handler handler;
  alpaca_data_codec codec{{"AAPL", "MSFT"}, trace_id{1}};
  std::string padded{bytes};
  padded.append(alpaca_data_codec::padding, '\0');
  (void)codec.decode(std::string_view{padded}.substr(0, bytes.size()), mono_ns{1}, handler);
  (void)codec.decode_bars(std::string{bytes}, mono_ns{1}, handler);
}

void packed_market_frame(std::string_view bytes) {
  checking_handler handler;
  alpaca_data_codec codec{{"AAPL", "MSFT"}, trace_id{1}};
  (void)codec.decode_packed(bytes, mono_ns{1}, handler);
  // What could be unpacked is JSON.
  std::string text;
  if (!msgpack_to_json(bytes, text)) return;
  alpaca_data_codec reader{{"AAPL", "MSFT"}, trace_id{1}};
  const auto size = text.size();
  text.append(alpaca_data_codec::padding, ' ');
  const bool is_array = size > 0 && text[0] == '[';
  if (is_array && !reader.decode(std::string_view{text}.substr(0, size), mono_ns{1}, handler))
    std::abort();
}

void trade_update(std::string_view bytes) {
  alpaca_order_codec codec;
  // As net/ws_client hands a frame out: padding behind it.
  std::string padded{bytes};
  padded.append(alpaca_data_codec::padding, '\0');
  (void)codec.frame(std::string_view{padded}.substr(0, bytes.size()), mono_ns{1});
}

void rest_body(std::string_view bytes) {
  if (bytes.empty()) return;
  alpaca_order_codec codec;
  std::string body{bytes.substr(1)};
  switch (static_cast<unsigned char>(bytes[0]) % 10) {
    case 0: (void)codec.order(std::move(body)); return;
    case 1: (void)codec.orders(std::move(body)); return;
    case 2: (void)codec.account(std::move(body)); return;
    case 3: (void)codec.positions(std::move(body)); return;
    case 4: (void)codec.market_clock(std::move(body)); return;
    case 5:
      (void)codec.calendar(std::move(body), [](calendar_date, int) { return utc_ns{1}; });
      return;
    case 6: (void)codec.asset(std::move(body)); return;
    case 7: (void)codec.cancelled(std::move(body)); return;
    case 8: (void)decode_refusal(std::move(body)); return;
    default: (void)decode_activities(std::move(body));
  }
}

void record_body(std::string_view bytes) {
  if (bytes.empty()) return;
  const std::string body{bytes.substr(1)};
  unknown_parts unknown;
  switch (static_cast<unsigned char>(bytes[0]) % 16) {
    case 0: return write_again(decode_record<account_details>(body, unknown));
    case 1: return write_again(decode_record<account_configuration>(body, unknown));
    case 2: return write_again(decode_record<portfolio_history>(body, unknown));
    case 3: return write_again(decode_record<order_details>(body, unknown));
    case 4: return write_again(decode_records<order_details>(body, unknown));
    case 5: return write_again(decode_records<position_details>(body, unknown));
    case 6: return write_again(decode_records<asset_details>(body, unknown));
    case 7: return write_again(decode_records<activity_details>(body, unknown));
    case 8: return write_again(decode_records<calendar_details>(body, unknown));
    case 9: return write_again(decode_record<clock_details>(body, unknown));
    case 10: return write_again(decode_rows<bar_details>(body, "bars", unknown));
    case 11: return write_again(decode_rows<quote_details>(body, "quotes", unknown));
    case 12: return write_again(decode_rows<trade_details>(body, "trades", unknown));
    case 13: return write_again(decode_snapshots(body, unknown));
    case 14: return write_again(decode_news(body, unknown));
    default: (void)decode_outcomes(body, unknown);
  }
}

}  // namespace bw::fuzz
