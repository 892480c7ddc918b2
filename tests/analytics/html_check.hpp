#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace bw::tests {

/// What is wrong with the nesting of a page's elements, or nothing. Stricter than a browser: every
/// element but the void ones is closed, in order; attribute values stand in double quotes.
inline std::string html_problem(std::string_view page) {
  static const std::set<std::string, std::less<>> never_closed{"meta", "input", "br", "!DOCTYPE"};
  std::vector<std::string> open;
  std::size_t at = 0;
  while ((at = page.find('<', at)) != std::string_view::npos) {
    const auto where = " at " + std::to_string(at);
    auto end = at + 1;
    for (bool quoted = false; end < page.size() && (quoted || page[end] != '>'); ++end) {
      if (page[end] == '"') quoted = !quoted;
      if (page[end] == '<') return "a '<' inside an element" + where;
    }
    if (end >= page.size()) return "an element without its end" + where;
    auto inside = page.substr(at + 1, end - at - 1);
    at = end + 1;
    if (inside.starts_with('/')) {
      const std::string name{inside.substr(1)};
      if (open.empty() || open.back() != name)
        return "</" + name + "> closes " + (open.empty() ? "nothing" : open.back()) + where;
      open.pop_back();
      continue;
    }
    const std::string name{inside.substr(0, inside.find_first_of(" \n/"))};
    if (inside.ends_with('/') || never_closed.contains(name)) continue;
    open.push_back(name);
    if (name != "script" && name != "style") continue;
    const auto close = page.find("</" + name + ">", at);
    if (close == std::string_view::npos) return name + " without its end" + where;
    at = close;
  }
  return open.empty() ? "" : "not closed: " + open.back();
}

}  // namespace bw::tests
