#include "venue/fault_text.hpp"

#include <algorithm>

#include "core/prng.hpp"

namespace bw::venue {
namespace {

constexpr std::size_t garbage_bytes_most = 4096;
/// Deeper than any message of the protocol, and than any parser's stack should follow.
constexpr std::size_t garbage_depth = 2'000;

constexpr std::string_view page =
    "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n"
    "<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n";
constexpr std::string_view wrong_types =
    R"([{"T":17,"S":null,"bp":"x","bp":{},"ap":[],"t":false,"T":"q","S":[1],"as":1e999}])";

std::string replaced(std::string_view text, std::string_view find, std::string_view by) {
  if (find.empty()) return std::string{by};
  std::string out;
  std::size_t at = 0;
  for (auto next = text.find(find); next != std::string_view::npos; next = text.find(find, at)) {
    out += text.substr(at, next - at);
    out += by;
    at = next + find.size();
  }
  out += text.substr(at);
  return out;
}

std::string garbage(garbage_kind kind, std::string_view text, prng random) {
  switch (kind) {
    case garbage_kind::bytes: {
      std::string out(1 + random.below(garbage_bytes_most), '\0');
      for (auto& c : out) c = static_cast<char>(random.below(256));
      return out;
    }
    case garbage_kind::truncated:
      return std::string{text.substr(0, text.empty() ? 0 : random.below(text.size()))};
    case garbage_kind::deep: return std::string(garbage_depth, '[') + R"({"T":"q"})";
    case garbage_kind::types: return std::string{wrong_types};
    case garbage_kind::html: return std::string{page};
    case garbage_kind::not_utf8: {
      std::string out{text};
      for (int k = 0; k < 8 && !out.empty(); ++k)
        out[random.below(out.size())] = static_cast<char>(0x80 + random.below(0x80));
      return out;
    }
  }
  return {};
}

}  // namespace

std::string spoil(const fault_rule& rule, std::string_view text, std::uint64_t dice) {
  switch (rule.what) {
    case fault_action::garbage: return garbage(rule.kind, text, prng{dice});
    case fault_action::huge: {
      // A string within JSON, so that only its length is wrong with it.
      std::string out = R"([{"T":"q","S":")";
      out.append(static_cast<std::size_t>(rule.bytes), 'A');
      return out + R"("}])";
    }
    case fault_action::rewrite: return replaced(text, rule.find, rule.replace);
    default: return std::string{text};
  }
}

std::string fill_in(std::string_view text, std::uint32_t n) {
  return replaced(text, "{n}", std::to_string(n));
}

}  // namespace bw::venue
