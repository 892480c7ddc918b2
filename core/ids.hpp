#pragma once

#include <cstdint>

#include "core/strong_type.hpp"

namespace bw {

/// Dense index of a symbol, given at start from the configuration: tables are arrays.
using symbol_id = strong<struct symbol_id_tag, std::uint32_t>;
/// Dense index of a strategy instance.
using strategy_id = strong<struct strategy_id_tag, std::uint16_t>;
/// The router's counter of intents over the life of the log; 0 is none.
using order_id = strong<struct order_id_tag, std::uint64_t>;
/// Position in the audit log; 0 is none.
using sequence_number = strong<struct sequence_number_tag, std::uint64_t>;
/// Ties a tick to everything it causes; 0 is none.
using trace_id = strong<struct trace_id_tag, std::uint64_t>;

inline constexpr symbol_id no_symbol{UINT32_MAX};
inline constexpr strategy_id no_strategy{UINT16_MAX};

}  // namespace bw
