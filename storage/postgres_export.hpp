#pragma once

#include <filesystem>

#include "storage/trade_database.hpp"

namespace bw {

struct postgres_files {
  std::uint64_t tables = 0;
  std::uint64_t rows = 0;
};

/// All tables of trades.db for PostgreSQL 15 or newer, into `folder`, which is there:
///   schema.sql     the tables; decimals are numeric(38,9), times timestamptz
///   TABLE.csv      their rows
///   expected.csv   table, column, rows and the sum of each decimal column
///   load.sql       makes the tables, copies the rows, and fails when a count or a sum differs;
///                  one transaction. Run it in the folder: psql -v ON_ERROR_STOP=1 -f load.sql
/// ec::io_failed when a file cannot be written.
result<postgres_files> export_for_postgres(const trade_database& from,
                                           const std::filesystem::path& folder);

}  // namespace bw
