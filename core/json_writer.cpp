#include "core/json_writer.hpp"

#include <algorithm>
#include <charconv>

#include "core/assert.hpp"

namespace bw {
namespace {

/// Length of the well-formed UTF-8 sequence at `at`, 0 when there is none (RFC 3629).
std::size_t utf8_length(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t k) { return static_cast<unsigned char>(text[at + k]); };
  const auto tail = [&](std::size_t k) { return at + k < text.size() && (byte(k) & 0xc0) == 0x80; };
  const auto first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return tail(1) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    if (!tail(1) || !tail(2)) return 0;
    if (first == 0xe0 && byte(1) < 0xa0) return 0;
    if (first == 0xed && byte(1) > 0x9f) return 0;
    return 3;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    if (!tail(1) || !tail(2) || !tail(3)) return 0;
    if (first == 0xf0 && byte(1) < 0x90) return 0;
    if (first == 0xf4 && byte(1) > 0x8f) return 0;
    return 4;
  }
  return 0;
}

/// How many bytes at the beginning stand for themselves in JSON.
std::size_t plain_length(std::string_view text) {
  const auto end = std::find_if(text.begin(), text.end(), [](char c) {
    return c < 0x20 || c == '"' || c == '\\' || c == 0x7f || static_cast<signed char>(c) < 0;
  });
  return static_cast<std::size_t>(end - text.begin());
}

void append_escape(std::string& out, unsigned char c) {
  static constexpr char hex[] = "0123456789abcdef";
  switch (c) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default:
      out += "\\u00";
      out += hex[c >> 4];
      out += hex[c & 15];
  }
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  // Nearly every text is plain from end to end: one copy.
  const auto plain = plain_length(text);
  out.append(text.substr(0, plain));
  for (auto at = plain; at < text.size();) {
    const auto c = static_cast<unsigned char>(text[at]);
    if (c < 0x20 || c == '"' || c == '\\' || c == 0x7f) {
      append_escape(out, c);
      ++at;
    } else if (const auto length = utf8_length(text, at); length != 0) {
      out.append(text, at, length);
      at += length;
    } else {
      out += "\xef\xbf\xbd";
      ++at;
    }
  }
  out += '"';
}

void json_writer::separate() {
  if (comma_) out_ += ',';
  comma_ = true;
}

json_writer& json_writer::begin_object() {
  separate();
  out_ += '{';
  comma_ = false;
  ++depth_;
  return *this;
}
json_writer& json_writer::end_object() {
  out_ += '}';
  comma_ = true;
  --depth_;
  return *this;
}
json_writer& json_writer::begin_array() {
  separate();
  out_ += '[';
  comma_ = false;
  ++depth_;
  return *this;
}
json_writer& json_writer::end_array() {
  out_ += ']';
  comma_ = true;
  --depth_;
  return *this;
}
json_writer& json_writer::key(std::string_view name) {
  separate();
  append_json_string(out_, name);
  out_ += ':';
  comma_ = false;
  return *this;
}
json_writer& json_writer::value(std::string_view text) {
  separate();
  append_json_string(out_, text);
  return *this;
}
json_writer& json_writer::value(bool x) { return raw(x ? "true" : "false"); }
json_writer& json_writer::value(std::int64_t x) {
  char buffer[24];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, x).ptr;
  return raw({buffer, static_cast<std::size_t>(end - buffer)});
}
json_writer& json_writer::value(std::uint64_t x) {
  char buffer[24];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, x).ptr;
  return raw({buffer, static_cast<std::size_t>(end - buffer)});
}
json_writer& json_writer::value(utc_ns t) {
  char buffer[40];
  const auto length = format_rfc3339(t, buffer);
  return value(std::string_view{buffer, length});
}
json_writer& json_writer::null() { return raw("null"); }
json_writer& json_writer::raw(std::string_view json) {
  separate();
  out_ += json;
  return *this;
}

std::string json_writer::take() {
  BW_ASSERT(depth_ == 0, "each begin of a JSON text has its end");
  comma_ = false;
  return std::move(out_);
}

}  // namespace bw
