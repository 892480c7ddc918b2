#pragma once

#include <string>
#include <string_view>

#include "broker/report_numbers.hpp"
#include "core/decimal.hpp"
#include "core/time.hpp"

namespace bw {

/// Turns the texts of one answer into values. The first field that cannot be read is remembered;
/// an empty text leaves its value as it was.
class field_reader {
 public:
  template <class Decimal>
  void exact(std::string_view name, std::string_view text, Decimal& out) {
    read(name, text, parse_decimal(text), out);
  }
  /// For what the broker has divided: more than nine decimals are rounded.
  template <class Decimal>
  void rounded(std::string_view name, std::string_view text, Decimal& out) {
    read(name, text, parse_decimal_half_even(text), out);
  }
  void time(std::string_view name, std::string_view text, utc_ns& out) {
    if (text.empty()) return;
    const auto instant = parse_rfc3339(text);
    if (!instant) return refuse(name, instant.failure().context);
    out = *instant;
  }
  void need(std::string_view name, bool there) {
    if (!there) refuse(name, "it is missing");
  }
  void refuse(std::string_view name, std::string_view why) {
    if (bad_.empty()) bad_.append("field ").append(name).append(": ").append(why);
  }
  /// What is wrong, as a sentence; empty when nothing is.
  const std::string& bad() const { return bad_; }

 private:
  template <class Decimal>
  void read(std::string_view name, std::string_view text, const result<std::int64_t>& units,
            Decimal& out) {
    if (text.empty()) return;
    if (!units) return refuse(name, units.failure().context);
    out = Decimal::from_units(*units);
  }

  std::string bad_;
};

}  // namespace bw
