#pragma once

#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "feeds/alpaca_data_codec.hpp"

namespace bw {

/// Keeps what a codec hands out.
class collected_events final : public market_frame_handler {
 public:
  void on_event(const market_event& event) override { events.push_back(event); }
  void on_control(const stream_control& control) override { controls.push_back(control); }
  void on_news(const news_item& item) override { news.push_back(item); }

  template <class Event>
  std::vector<Event> all() const {
    std::vector<Event> out;
    for (const auto& event : events)
      if (const auto* x = std::get_if<Event>(&event)) out.push_back(*x);
    return out;
  }

  std::vector<market_event> events;
  std::vector<stream_control> controls;
  std::vector<news_item> news;
};

/// A text on the heap with exactly the padding that is promised behind it, filled with what would
/// disturb a reader that went too far.
class padded_text {
 public:
  explicit padded_text(std::string_view text)
      : bytes_(text.size() + alpaca_data_codec::padding, '9'), size_(text.size()) {
    if (!text.empty()) std::memcpy(bytes_.data(), text.data(), text.size());
  }
  operator std::string_view() const { return {bytes_.data(), size_}; }  // NOLINT: implicit

 private:
  std::vector<char> bytes_;
  std::size_t size_;
};

}  // namespace bw
