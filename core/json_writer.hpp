#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/decimal.hpp"
#include "core/time.hpp"

namespace bw {

/// Appends `text` as a JSON string with its quotes. Control characters are escaped; bytes that are
/// no UTF-8 become U+FFFD, so that the output is always valid JSON.
void append_json_string(std::string& out, std::string_view text);

/// Writes JSON into a string, commas included. The caller keeps begin and end paired; `take`
/// asserts it. Money, prices and quantities are written as strings, times as RFC 3339.
class json_writer {
 public:
  json_writer() = default;
  explicit json_writer(std::string buffer) : out_(std::move(buffer)) { out_.clear(); }

  json_writer& begin_object();
  json_writer& end_object();
  json_writer& begin_array();
  json_writer& end_array();
  json_writer& key(std::string_view name);

  json_writer& value(std::string_view text);
  json_writer& value(const char* text) { return value(std::string_view{text}); }
  json_writer& value(bool x);
  json_writer& value(std::int64_t x);
  json_writer& value(std::uint64_t x);
  json_writer& value(std::int32_t x) { return value(std::int64_t{x}); }
  json_writer& value(std::uint32_t x) { return value(std::uint64_t{x}); }
  json_writer& value(utc_ns t);
  template <class Tag>
  json_writer& value(decimal<Tag> x) {
    return value(std::string_view{x.text()});
  }
  json_writer& null();
  /// Text that is JSON already.
  json_writer& raw(std::string_view json);
  /// A decimal as a JSON number: the form of market data.
  template <class Tag>
  json_writer& number(decimal<Tag> x) {
    return raw(x.text());
  }

  template <class T>
  json_writer& member(std::string_view name, const T& x) {
    key(name);
    return value(x);
  }

  const std::string& text() const { return out_; }
  /// The finished text; the writer is empty afterwards.
  std::string take();

 private:
  void separate();

  std::string out_;
  bool comma_ = false;
  int depth_ = 0;
};

}  // namespace bw
