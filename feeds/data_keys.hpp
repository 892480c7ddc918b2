#pragma once

#include <array>
#include <charconv>
#include <cstdint>
#include <string_view>

#include "feeds/market_numbers.hpp"

// The short keys of Alpaca's market data, and the texts that stand behind them.

namespace bw::data_keys {

/// The keys that mean something to us. `c` is a bar's close and a trade's list of conditions; the
/// kind of the message tells which.
enum key : std::uint8_t {
  k_type,
  k_symbol,
  k_time,
  k_price,
  k_size,
  k_id,
  k_c,
  k_tape,
  k_open,
  k_high,
  k_low,
  k_volume,
  k_count,
  k_vwap,
  k_bid,
  k_bid_size,
  k_ask,
  k_ask_size,
  k_status_code,
  k_reason_code,
  k_up,
  k_down,
  k_original_id,
  k_corrected_price,
  k_corrected_size,
  k_corrected_conditions,
  k_unused,
  k_unknown,
  key_count
};

constexpr std::uint16_t pair(char a, char b) {
  return static_cast<std::uint16_t>(static_cast<unsigned char>(a) << 8 |
                                    static_cast<unsigned char>(b));
}

inline key one_letter_key(char c) {
  switch (c) {
    case 'T': return k_type;
    case 'S': return k_symbol;
    case 't': return k_time;
    case 'p': return k_price;
    case 's': return k_size;
    case 'i': return k_id;
    case 'c': return k_c;
    case 'z': return k_tape;
    case 'o': return k_open;
    case 'h': return k_high;
    case 'l': return k_low;
    case 'v': return k_volume;
    case 'n': return k_count;
    case 'x':
    case 'r':
    case 'a': return k_unused;
    case 'u': return k_up;
    case 'd': return k_down;
    default: return k_unknown;
  }
}

inline key two_letter_key(char a, char b) {
  switch (pair(a, b)) {
    case pair('b', 'p'): return k_bid;
    case pair('b', 's'): return k_bid_size;
    case pair('a', 'p'): return k_ask;
    case pair('a', 's'): return k_ask_size;
    case pair('v', 'w'): return k_vwap;
    case pair('s', 'c'): return k_status_code;
    case pair('r', 'c'): return k_reason_code;
    case pair('a', 'x'):
    case pair('b', 'x'):
    case pair('s', 'm'):
    case pair('r', 'm'):
    case pair('o', 'p'):
    case pair('o', 's'):
    case pair('o', 'c'):
    case pair('c', 'i'): return k_unused;
    case pair('o', 'i'): return k_original_id;
    case pair('c', 'p'): return k_corrected_price;
    case pair('c', 's'): return k_corrected_size;
    case pair('c', 'c'): return k_corrected_conditions;
    default: return k_unknown;
  }
}

/// `name` points behind the opening quote of a key; the closing one is in the same buffer.
inline key key_of(const char* name) {
  if (name[0] == '"') return k_unknown;
  if (name[1] == '"') return one_letter_key(name[0]);
  if (name[2] == '"') return two_letter_key(name[0], name[1]);
  return k_unknown;
}

/// A scalar as it stands in the text, without quotes and blanks; empty for null.
inline std::string_view bare(std::string_view token) {
  while (!token.empty() && (token.back() == ' ' || token.back() == '\n' || token.back() == '\r' ||
                            token.back() == '\t'))
    token.remove_suffix(1);
  if (token.size() >= 2 && token.front() == '"' && token.back() == '"')
    return token.substr(1, token.size() - 2);
  return token == "null" ? std::string_view{} : token;
}

/// The texts of one message by key.
struct message_text {
  std::array<std::string_view, key_count> by_key;

  std::string_view operator[](key k) const { return by_key[k]; }
};

/// Reads a number that may be missing; false when it is there and bad or negative.
template <class Decimal>
bool read_amount(std::string_view text, Decimal& out) {
  if (text.empty()) return true;
  const auto units = parse_market_decimal(text);
  if (!units || *units < 0) return false;
  out = Decimal::from_units(*units);
  return true;
}

/// Reads a number that must be there and above zero.
template <class Decimal>
bool read_positive(std::string_view text, Decimal& out) {
  return !text.empty() && read_amount(text, out) && out.is_positive();
}

template <class Integer>
Integer read_integer(std::string_view text) {
  Integer out = 0;
  std::from_chars(text.data(), text.data() + text.size(), out);
  return out;
}

}  // namespace bw::data_keys
