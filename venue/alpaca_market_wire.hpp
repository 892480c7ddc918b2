#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/json_writer.hpp"
#include "messages/market_data.hpp"
#include "venue/market_source.hpp"
#include "venue/wire_document.hpp"

namespace bw::venue {

/// Market data as Alpaca writes it: prices and sizes are numbers, sizes in shares.

/// Objects of the REST API.
void write_quote(json_writer& out, const quote& x, const listed_symbol& listed);
void write_trade(json_writer& out, const trade& x, const listed_symbol& listed);
void write_bar(json_writer& out, const bar& x);

/// Which message of the stream carries a bar.
enum class bar_message : std::uint8_t { minute = 1, updated, daily };

/// Elements of the stream's arrays, in one codec. The type T is always the first member.
std::string stream_quote(wire_codec codec, const quote& x, const listed_symbol& listed);
std::string stream_trade(wire_codec codec, const trade& x, const listed_symbol& listed);
/// T "c": `told` was printed, `holds` is true. Its id stays.
std::string stream_correction(wire_codec codec, const trade& told, const trade& holds,
                              const listed_symbol& listed);
/// T "x": the trade did not happen.
std::string stream_cancellation(wire_codec codec, const trade& x, const listed_symbol& listed);
std::string stream_bar(wire_codec codec, const bar& x, const listed_symbol& listed, bar_message as);
std::string stream_status(wire_codec codec, const trading_status& x, const listed_symbol& listed);
/// T "l": the prices between which the symbol may trade.
std::string stream_band(wire_codec codec, const trading_status& x, const listed_symbol& listed);

/// Elements put together to one message of the stream.
class stream_frame {
 public:
  explicit stream_frame(wire_codec codec) : codec_(codec) {}

  void add(std::string_view element);
  bool empty() const { return count_ == 0; }
  std::size_t bytes() const { return body_.size(); }
  /// The message; the frame is empty afterwards.
  std::string take();

 private:
  wire_codec codec_;
  std::size_t count_ = 0;
  std::string body_;
};

}  // namespace bw::venue
