#include "feeds/msgpack_text.hpp"

#include <simdjson.h>

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <utility>

#include "core/assert.hpp"
#include "core/decimal.hpp"
#include "core/json_writer.hpp"
#include "core/time.hpp"

namespace bw {
namespace {

// Formats as in https://github.com/msgpack/msgpack/blob/master/spec.md.

/// Floats as they travel. They end in this file: what leaves it is a decimal.
using wire_real = double;   // tidy-ok: the wire's form
using wire_single = float;  // tidy-ok: the wire's form

/// From here on such a float has other digits than a decimal of ours could hold.
constexpr wire_real beyond_decimals = 1e10;
constexpr std::int8_t timestamp_type = -1;
constexpr std::int64_t second_ns = 1'000'000'000;

/// Reads one value, without recursion: what encloses the place is kept in a stack of fixed size.
class reader {
 public:
  reader(std::string_view packed, std::string& out) : packed_(packed), out_(out) {}

  result<void> read() {
    do {
      if (!element() || !close_finished()) return broken();
    } while (depth_ > 0);
    if (at_ != packed_.size()) return broken();
    return {};
  }

 private:
  struct level {
    std::uint64_t left = 0;
    bool map = false;
    bool first = true;
    bool key = false;
  };

  error broken() const {
    return {ec::parse_failed, "a packed message of " + std::to_string(packed_.size()) +
                                  " bytes breaks at byte " + std::to_string(at_)};
  }

  bool take(std::size_t bytes, std::string_view& text) {
    if (packed_.size() - at_ < bytes) return false;
    text = packed_.substr(at_, bytes);
    at_ += bytes;
    return true;
  }
  bool take_number(std::size_t bytes, std::uint64_t& number) {
    std::string_view text;
    if (!take(bytes, text)) return false;
    number = 0;
    for (const char c : text) number = number << 8 | static_cast<unsigned char>(c);
    return true;
  }

  /// Comma or colon before the next element; true when it is a key.
  bool separate() {
    if (depth_ == 0) return false;
    auto& in = levels_[depth_ - 1];
    if (in.map) {
      in.key = !in.key;
      if (!in.key) {
        out_ += ':';
        return false;
      }
    }
    if (!in.first) out_ += ',';
    in.first = false;
    return in.map;
  }

  bool element() {
    std::uint64_t head = 0;
    if (!take_number(1, head)) return false;
    const bool key = separate();
    if ((head & 0xe0) == 0xa0) return string(head & 0x1f);
    if (head >= 0xd9 && head <= 0xdb) {
      std::uint64_t size = 0;
      return take_number(std::size_t{1} << (head - 0xd9), size) && string(size);
    }
    if (key) return false;
    if (head < 0x80) return number(head);
    if (head < 0x90) return open(head & 0x0f, true);
    if (head < 0xa0) return open(head & 0x0f, false);
    if (head >= 0xe0) return number(static_cast<std::int64_t>(static_cast<std::int8_t>(head)));
    return tagged(static_cast<std::uint8_t>(head));
  }

  bool tagged(std::uint8_t head) {
    std::uint64_t x = 0;
    switch (head) {
      case 0xc0: return text("null");
      case 0xc2: return text("false");
      case 0xc3: return text("true");
      case 0xc4:
      case 0xc5:
      case 0xc6: return take_number(std::size_t{1} << (head - 0xc4), x) && skip(x);
      case 0xc7:
      case 0xc8:
      case 0xc9: return take_number(std::size_t{1} << (head - 0xc7), x) && extension(x);
      case 0xca: return take_number(4, x) && single(static_cast<std::uint32_t>(x));
      case 0xcb: return take_number(8, x) && real(__builtin_bit_cast(wire_real, x));
      case 0xcc:
      case 0xcd:
      case 0xce:
      case 0xcf: return take_number(std::size_t{1} << (head - 0xcc), x) && number(x);
      case 0xd0: return take_number(1, x) && number(std::int64_t{static_cast<std::int8_t>(x)});
      case 0xd1: return take_number(2, x) && number(std::int64_t{static_cast<std::int16_t>(x)});
      case 0xd2: return take_number(4, x) && number(std::int64_t{static_cast<std::int32_t>(x)});
      case 0xd3: return take_number(8, x) && number(static_cast<std::int64_t>(x));
      case 0xd4:
      case 0xd5:
      case 0xd6:
      case 0xd7:
      case 0xd8: return extension(std::uint64_t{1} << (head - 0xd4));
      case 0xdc:
      case 0xdd: return take_number(head == 0xdc ? 2 : 4, x) && open(x, false);
      case 0xde:
      case 0xdf: return take_number(head == 0xde ? 2 : 4, x) && open(x, true);
      default: return false;
    }
  }

  bool text(std::string_view json) {
    out_ += json;
    return true;
  }
  bool string(std::uint64_t size) {
    std::string_view bytes;
    if (!take(size, bytes)) return false;
    append_json_string(out_, bytes);
    return true;
  }
  template <class Integer>
  bool number(Integer x) {
    std::array<char, 24> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), x).ptr;
    return text({digits.data(), static_cast<std::size_t>(end - digits.data())});
  }
  bool real(wire_real x) {
    if (!std::isfinite(x)) return text(R"("not finite")");
    std::array<char, 40> digits;
    const auto last = digits.data() + digits.size();
    const auto end =
        std::fabs(x) < beyond_decimals
            ? std::to_chars(digits.data(), last, x, std::chars_format::fixed, decimal_places).ptr
            : std::to_chars(digits.data(), last, x).ptr;
    return text({digits.data(), static_cast<std::size_t>(end - digits.data())});
  }
  bool single(std::uint32_t bits) {
    const auto x = __builtin_bit_cast(wire_single, bits);
    if (!std::isfinite(x)) return real(wire_real{x});
    std::array<char, 32> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), x).ptr;
    wire_real meant = 0;
    std::from_chars(digits.data(), end, meant);
    return real(meant);
  }
  bool skip(std::uint64_t bytes) {
    std::string_view ignored;
    return take(bytes, ignored) && text("null");
  }

  bool extension(std::uint64_t bytes) {
    std::uint64_t type = 0;
    if (!take_number(1, type)) return false;
    const bool known = bytes == 4 || bytes == 8 || bytes == 12;
    if (static_cast<std::int8_t>(type) != timestamp_type || !known) return skip(bytes);
    std::uint64_t rest = 0;
    std::uint64_t seconds = 0;
    if (bytes == 12 && !take_number(4, rest)) return false;
    if (!take_number(bytes == 4 ? 4 : 8, seconds)) return false;
    if (bytes == 8) {
      rest = seconds >> 34;
      seconds &= (std::uint64_t{1} << 34) - 1;
    }
    std::int64_t instant = 0;
    if (rest >= static_cast<std::uint64_t>(second_ns) ||
        __builtin_mul_overflow(static_cast<std::int64_t>(seconds), second_ns, &instant) ||
        __builtin_add_overflow(instant, static_cast<std::int64_t>(rest), &instant))
      return text("null");
    out_ += '"';
    out_ += format_rfc3339(utc_ns{instant});
    return text("\"");
  }

  bool open(std::uint64_t elements, bool map) {
    // An element has a byte at least: a number of them that cannot be there ends here.
    if (depth_ == levels_.size() || elements > packed_.size() - at_) return false;
    levels_[depth_++] = {map ? 2 * elements : elements, map};
    fresh_ = true;
    return text(map ? "{" : "[");
  }

  /// What is complete with the element that was read.
  bool close_finished() {
    // What has just been opened counts in the level above when it closes.
    if (!std::exchange(fresh_, false) && depth_ > 0) --levels_[depth_ - 1].left;
    while (depth_ > 0 && levels_[depth_ - 1].left == 0) {
      out_ += levels_[--depth_].map ? '}' : ']';
      if (depth_ > 0) --levels_[depth_ - 1].left;
    }
    return true;
  }

  std::string_view packed_;
  std::string& out_;
  std::size_t at_ = 0;
  std::array<level, msgpack_depth_max> levels_;
  std::size_t depth_ = 0;
  bool fresh_ = false;
};

void pack_head(std::string& out, std::uint8_t few, std::uint8_t many, std::size_t count,
               std::size_t few_max) {
  if (count < few_max) {
    out += static_cast<char>(few | count);
    return;
  }
  out += static_cast<char>(many);
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(count >> shift & 0xff);
}

void pack(std::string& out, std::string_view text) {
  pack_head(out, 0xa0, 0xdb, text.size(), 32);
  out += text;
}

void pack(std::string& out, const simdjson::dom::element& value) {
  if (value.is_object()) {
    const auto members = value.get_object().value();
    pack_head(out, 0x80, 0xdf, members.size(), 16);
    for (const auto [key, member] : members) {
      pack(out, key);
      pack(out, member);
    }
  } else if (value.is_array()) {
    const auto elements = value.get_array().value();
    pack_head(out, 0x90, 0xdd, elements.size(), 16);
    for (const auto each : elements) pack(out, each);
  } else {
    BW_ASSERT(value.is_string(), "our messages hold texts alone");
    pack(out, value.get_string().value());
  }
}

}  // namespace

result<void> msgpack_to_json(std::string_view packed, std::string& out) {
  return reader{packed, out}.read();
}

std::string json_to_msgpack(std::string_view json) {
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  BW_ASSERT(parser.parse(json.data(), json.size()).get(root) == simdjson::SUCCESS,
            "what we write is valid JSON");
  std::string out;
  pack(out, root);
  return out;
}

}  // namespace bw
