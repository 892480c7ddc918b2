#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "strategies/strategy.hpp"

namespace bw {

/// Which strategies there are. Filled at start, built-in ones and plugins alike, then only read.
class strategy_registry {
 public:
  static constexpr std::size_t types_max = 256;

  /// ec::already_exists for an id that is taken, ec::invalid_argument for an id or a parameter
  /// table that cannot be used; the error names what is wrong.
  result<void> add(strategy_type type);

  /// An instance with checked parameters. ec::not_found names the ids there are; for parameters see
  /// resolve_parameters.
  result<std::unique_ptr<strategy>> make(std::string_view id, const parameter_texts& given) const;
  /// Only checks; the answer holds every value that would be used.
  result<parameter_set> check(std::string_view id, const parameter_texts& given) const;

  const strategy_metadata* find(std::string_view id) const;
  /// In order of their ids.
  std::vector<const strategy_metadata*> list() const;

 private:
  result<const strategy_type*> look_up(std::string_view id) const;

  std::vector<strategy_type> types_;  // By id.
};

/// Adds the strategies that come with the program.
result<void> add_built_in_strategies(strategy_registry& registry);

}  // namespace bw
