#include "config/secret_form.hpp"

#include <algorithm>
#include <cctype>

namespace bw {
namespace {

/// Alpaca's key ids have 20 (older) or 26 characters, its secrets 40 or 44.
constexpr std::size_t secret_length_min = 18;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

}  // namespace

bool looks_like_secret(std::string_view text) {
  std::size_t length = 0;
  bool digit = false;
  bool letter = false;
  for (const char c : text) {
    if (!is_digit(c) && !is_letter(c)) {
      length = 0;
      digit = letter = false;
      continue;
    }
    ++length;
    digit = digit || is_digit(c);
    letter = letter || is_letter(c);
    if (length >= secret_length_min && digit && letter) return true;
  }
  return false;
}

bool names_secret(std::string_view key) {
  std::string lower{key.substr(key.rfind('.') == std::string_view::npos ? 0 : key.rfind('.') + 1)};
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  for (const std::string_view part : {"secret", "password", "token", "api_key", "apikey", "key_id"})
    if (lower.find(part) != std::string::npos) return true;
  return false;
}

std::string printable(std::string_view text, std::size_t longest) {
  std::string out{text.substr(0, longest)};
  for (auto& c : out)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  if (text.size() > longest) out += "...";
  return out;
}

}  // namespace bw
