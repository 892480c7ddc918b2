#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"

namespace bw::venue {

/// The two forms in which Alpaca's messages travel; members have the same names in both.
enum class wire_codec : std::uint8_t { json = 1, msgpack };

/// A message from a client: one object, flattened. Numbers keep the digits they were sent with, so
/// that a price never passes through floating point. Immutable.
class wire_document {
 public:
  enum class kind : std::uint8_t { text = 1, number, boolean, null, object, array };

  struct value {
    /// Keys from the outermost object down, joined by '.'; an array's elements carry its path.
    std::string path;
    kind what;
    std::string text;
  };

  static constexpr std::size_t depth_max = 8;
  static constexpr std::size_t key_bytes_max = 64;
  static constexpr std::size_t values_max = 65'536;

  /// ec::parse_failed for everything that is not one object within the bounds above.
  static result<wire_document> read(std::string_view bytes, wire_codec codec);

  /// The first value of that path, null when there is none.
  const value* find(std::string_view path) const;
  /// Text of a string, empty for everything else.
  std::string_view text(std::string_view path) const;
  /// Elements of an array of strings; nothing when the path is missing or holds anything else.
  std::optional<std::vector<std::string>> texts(std::string_view path) const;

 private:
  std::vector<value> values_;
};

}  // namespace bw::venue
