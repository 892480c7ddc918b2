#include "domain/client_order_ids.hpp"

#include <algorithm>
#include <string>

namespace bw {
namespace {

constexpr std::string_view prefix = "bw-";
constexpr std::string_view alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
constexpr unsigned bits_per_character = 5;
constexpr std::size_t log_width = client_id_log_bits / bits_per_character;
/// 64 bits need 13 characters, of which the first holds four bits.
constexpr std::size_t width_max = 13;

static_assert(prefix.size() + log_width + 1 + width_max + 1 + width_max <=
              client_order_id::capacity);

std::string encode(std::uint64_t number, std::size_t width_min) {
  std::string out;
  do {
    out.push_back(alphabet[number & 31]);
    number >>= bits_per_character;
  } while (number != 0);
  while (out.size() < width_min) out.push_back(alphabet[0]);
  std::reverse(out.begin(), out.end());
  return out;
}

error bad(std::string_view text) {
  constexpr std::size_t shown_max = 60;
  return {ec::parse_failed, "'" + std::string{text.substr(0, shown_max)} +
                                "' is no order id of this node (bw-<log>-<boot>-<order>)"};
}

/// Strict, so that every number has one spelling: no upper case, no leading zeros beyond the width.
bool decode(std::string_view text, std::size_t width_min, std::uint64_t& number) {
  if (text.empty() || text.size() > width_max || text.size() < width_min) return false;
  if (text.size() > std::max<std::size_t>(width_min, 1) && text[0] == alphabet[0]) return false;
  number = 0;
  for (const char c : text) {
    const auto digit = alphabet.find(c);
    if (digit == std::string_view::npos || (number >> (64 - bits_per_character)) != 0) return false;
    number = (number << bits_per_character) | digit;
  }
  return true;
}

}  // namespace

client_order_id make_client_order_id(const client_id_parts& parts) {
  return client_order_id{std::string{prefix} + encode(client_id_log(parts.log_id), log_width) +
                         "-" + encode(parts.boot_no, 1) + "-" + encode(parts.order.value, 1)};
}

result<client_id_parts> parse_client_order_id(std::string_view text) {
  if (!text.starts_with(prefix)) return bad(text);
  const auto rest = text.substr(prefix.size());
  const auto first = rest.find('-');
  if (first == std::string_view::npos) return bad(text);
  const auto second = rest.find('-', first + 1);
  if (second == std::string_view::npos) return bad(text);
  client_id_parts out;
  if (first != log_width || !decode(rest.substr(0, first), log_width, out.log_id) ||
      !decode(rest.substr(first + 1, second - first - 1), 1, out.boot_no) ||
      !decode(rest.substr(second + 1), 1, out.order.value))
    return bad(text);
  return out;
}

}  // namespace bw
