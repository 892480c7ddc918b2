#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/decimal.hpp"
#include "core/result.hpp"

namespace bw {

/// A new value for a parameter of a strategy, by its id.
struct parameter_edit {
  std::string strategy;
  std::string name;
  std::string value;
};

/// The text of strategies.toml with the values changed and everything else, comments included, left
/// as it was. A parameter that does not stand there yet gets a line at the top of its
/// [strategy.parameters]. The result is read again: ec::integrity_broken if it did not come out as
/// asked. ec::not_found for a strategy that is not there, ec::unsupported where its parameters
/// cannot be changed in place (written on one line, or with no table).
result<std::string> edit_parameters(std::string_view strategies_toml,
                                    const std::vector<parameter_edit>& edits);

/// The same with symbol_budget_usd of one strategy set to whole dollars. Errors as above.
result<std::string> edit_symbol_budget(std::string_view strategies_toml,
                                       const std::string& strategy, money budget);

}  // namespace bw
