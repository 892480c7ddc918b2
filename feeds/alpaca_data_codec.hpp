#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "feeds/feed.hpp"
#include "messages/market_data.hpp"
#include "messages/news.hpp"

namespace bw {

/// What a venue says it sends, or what we ask for: symbols by channel.
struct channel_set {
  std::vector<std::string> trades;
  std::vector<std::string> quotes;
  std::vector<std::string> bars;
  std::vector<std::string> updated_bars;
  std::vector<std::string> statuses;
  std::vector<std::string> news;
  std::vector<std::string> daily_bars;

  friend bool operator==(const channel_set&, const channel_set&) = default;
};

enum class control_kind : std::uint8_t { connected = 1, authenticated, subscription, error, other };

/// A word of the stream about itself.
struct stream_control {
  control_kind kind = control_kind::other;
  /// Alpaca's number of an error, 0 otherwise.
  std::uint32_t code = 0;
  std::string text;
  /// The complete set after a subscription message.
  channel_set channels;
};

/// Takes what a frame holds, in its order.
class market_frame_handler {
 public:
  virtual ~market_frame_handler() = default;
  virtual void on_event(const market_event& event) = 0;
  virtual void on_control(const stream_control& control) = 0;
  /// An article of the news stream; nobody who reads prices has to care.
  virtual void on_news(const news_item& news) { (void)news; }
};

/// What was read since the codec was made. For the codec's thread.
struct codec_counts {
  std::uint64_t quotes = 0;
  std::uint64_t trades = 0;
  std::uint64_t bars = 0;
  std::uint64_t statuses = 0;
  /// Trades that were corrected or cancelled afterwards.
  std::uint64_t corrections = 0;
  std::uint64_t controls = 0;
  /// Kinds we know and have no use for: imbalances.
  std::uint64_t unused = 0;
  std::uint64_t unknown_types = 0;
  std::uint64_t unknown_symbols = 0;
  std::uint64_t unknown_keys = 0;
  /// Elements without what they need, or with a value that cannot be.
  std::uint64_t refused = 0;
  std::uint64_t bad_frames = 0;
  std::uint64_t news = 0;
};

/// Alpaca's market data: the stream's frames, and the answers about past bars, in JSON. Reads in
/// place and allocates nothing for a tick once it is warm. An element that is bad is refused and
/// counted alone; what stands before a break in the text has been handed out. One thread.
class alpaca_data_codec {
 public:
  /// simdjson reads this many bytes behind the text; their content does not matter.
  static constexpr std::size_t padding = 64;
  static constexpr std::size_t frame_bytes_default = 1024 * 1024;

  /// `first_trace` is given to the first event, the following numbers to the next ones.
  explicit alpaca_data_codec(const symbol_list& symbols, trace_id first_trace = trace_id{1},
                             std::size_t frame_bytes_expected = frame_bytes_default);
  ~alpaca_data_codec();
  alpaca_data_codec(alpaca_data_codec&&) noexcept;
  alpaca_data_codec& operator=(alpaca_data_codec&&) noexcept;

  /// One frame of the stream: an array of messages. `frame` is followed by `padding` readable
  /// bytes. ec::parse_failed with the place when the text breaks.
  result<void> decode(std::string_view frame, mono_ns received, market_frame_handler& handler);
  /// The same in MessagePack (feeds/msgpack_text.hpp), without padding. A frame that breaks is
  /// refused whole.
  result<void> decode_packed(std::string_view frame, mono_ns received,
                             market_frame_handler& handler);

  /// One page of GET /v2/stocks/bars. Bars come out with bar_origin::history; the answer is the
  /// next page's token, empty at the end.
  result<std::string> decode_bars(std::string body, mono_ns received,
                                  market_frame_handler& handler);

  /// From here on these symbols are read, the whole list anew.
  void use(const symbol_list& symbols);

  const codec_counts& counts() const;

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace bw
