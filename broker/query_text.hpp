#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/time.hpp"
#include "net/http.hpp"

namespace bw {

/// Puts a request line together: "/v2/orders?status=open&limit=500". What is empty is left out, so
/// that the broker's default holds.
class query_text {
 public:
  explicit query_text(std::string path) : text_(std::move(path)) {}

  query_text& add(std::string_view name, std::string_view value) {
    if (value.empty()) return *this;
    text_ += has_any_ ? '&' : '?';
    has_any_ = true;
    text_.append(name).append("=").append(net::percent_encode(value));
    return *this;
  }
  query_text& add(std::string_view name, const std::optional<utc_ns>& at) {
    return at ? add(name, std::string_view{format_rfc3339(*at)}) : *this;
  }
  query_text& add(std::string_view name, std::size_t number) {
    return add(name, std::string_view{std::to_string(number)});
  }
  query_text& add(std::string_view name, const std::vector<std::string>& list) {
    std::string joined;
    for (const auto& each : list) joined.append(joined.empty() ? "" : ",").append(each);
    return add(name, std::string_view{joined});
  }

  const std::string& text() const { return text_; }

 private:
  std::string text_;
  bool has_any_ = false;
};

}  // namespace bw
