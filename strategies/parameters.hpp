#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "messages/header.hpp"

namespace bw {

enum class parameter_type : std::uint8_t {
  integer = 1,
  number,   // decimal, exact to 1e-9
  choice,   // one word of a list
  symbols,  // tickers, separated by blanks or commas; may be none
};

std::string_view to_string(parameter_type x) noexcept;

/// What a strategy says of one of its parameters. Values are text until they are checked, so that
/// the same table serves configuration, commands and plugins.
struct parameter_spec {
  std::string name;
  parameter_type type = parameter_type::number;
  /// Empty: has none.
  std::string unit;
  /// Empty optional: must be given.
  std::optional<std::string> default_text;
  /// Ends included; for integers and numbers. An empty text: no end.
  std::string minimum;
  std::string maximum;
  std::vector<std::string> choices;
  /// One sentence for a person.
  std::string text;

  /// "1 … 200", "session | window", "tickers".
  std::string range_text() const;
};

/// Values as they were written, by name.
using parameter_texts = std::map<std::string, std::string, std::less<>>;

/// Checked values of every declared parameter. Asking for a name that was not declared, or for
/// another type, is a programming error.
class parameter_set {
 public:
  std::int64_t integer(std::string_view name) const;
  double number(std::string_view name) const;
  /// The number in units of 1e-9.
  std::int64_t number_units(std::string_view name) const;
  const std::string& choice(std::string_view name) const;
  std::vector<symbol_name> symbols(std::string_view name) const;

  /// Every value as text, for records and plugins.
  parameter_texts texts() const;

 private:
  friend result<parameter_set> resolve_parameters(std::string_view owner,
                                                  std::span<const parameter_spec> table,
                                                  const parameter_texts& given);
  struct value {
    std::string name;
    parameter_type type;
    std::int64_t units = 0;
    std::string text;
  };
  const value& find(std::string_view name, parameter_type type) const;

  std::vector<value> values_;
};

inline constexpr std::size_t parameter_symbols_max = 200;

/// Checks `given` against `table` and fills in the defaults. The error names every key that is
/// unknown, missing or outside its range, with what is allowed: ec::unknown_key, ec::not_found,
/// ec::parse_failed or ec::out_of_range by the first of them. `owner` is named in the text.
result<parameter_set> resolve_parameters(std::string_view owner,
                                         std::span<const parameter_spec> table,
                                         const parameter_texts& given);

}  // namespace bw
