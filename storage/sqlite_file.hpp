#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/result.hpp"

namespace bw {

/// Null, a whole number, or text: all that the projection keeps.
using sql_value = std::variant<std::monostate, std::int64_t, std::string>;
using sql_row = std::vector<sql_value>;

/// The number of a cell; 0 for null and text.
std::int64_t number_of(const sql_value& cell);
/// The text of a cell, numbers in decimal; empty for null.
std::string text_of(const sql_value& cell);

enum class sqlite_access : std::uint8_t { read_only = 1, read_write };

/// One SQLite database with its prepared statements. Failures are ec::storage_failed with SQLite's
/// words; ec::storage_locked when another writer held it for too long. One thread.
class sqlite_file {
 public:
  /// Longest wait for another writer's transaction.
  static constexpr int busy_wait_ms = 10'000;

  /// Read-write makes the file where there is none and keeps its log beside it (WAL), so that
  /// readers and the writer do not wait for each other. ec::not_found for a file to be read that
  /// does not exist.
  static result<std::unique_ptr<sqlite_file>> open(const std::filesystem::path& path,
                                                   sqlite_access access);
  ~sqlite_file();
  sqlite_file(const sqlite_file&) = delete;
  sqlite_file& operator=(const sqlite_file&) = delete;

  /// Statements without values or rows; several with semicolons.
  result<void> execute(std::string_view sql);
  /// One statement with its values, prepared once; rows are thrown away.
  result<void> run(std::string_view sql, const sql_row& values);
  /// Calls `use` for each row until it answers false.
  result<void> query(std::string_view sql, const sql_row& values,
                     const std::function<bool(const sql_row&)>& use);
  /// The first row; empty when there is none.
  result<sql_row> first(std::string_view sql, const sql_row& values);

 private:
  struct handle;
  explicit sqlite_file(std::unique_ptr<handle> opened);
  result<void> step_all(std::string_view sql, const sql_row& values,
                        const std::function<bool(const sql_row&)>& use);

  std::unique_ptr<handle> handle_;
};

}  // namespace bw
