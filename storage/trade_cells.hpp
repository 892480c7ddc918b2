#pragma once

#include <string>
#include <string_view>

#include "core/decimal.hpp"
#include "core/time.hpp"
#include "storage/sqlite_file.hpp"

// Cells of trades.db, for the files that write its rows.

namespace bw::cells {

inline const sql_value null{};

inline sql_value text(std::string_view x) { return std::string{x}; }
/// Empty text is null: the column has nothing to say.
inline sql_value some(std::string_view x) { return x.empty() ? null : text(x); }
inline sql_value number(std::uint64_t x) { return static_cast<std::int64_t>(x); }
template <class Tag>
sql_value units(decimal<Tag> x) {
  return x.units();
}
template <class Tag>
sql_value some(decimal<Tag> x) {
  return x.is_zero() ? null : units(x);
}
inline sql_value when(utc_ns at) { return at == utc_ns{} ? null : sql_value{at.value}; }
inline sql_value enum_text(auto x) { return text(to_string(x)); }

inline std::string date_of(utc_ns at) { return format_date(utc_date(at)); }

}  // namespace bw::cells
