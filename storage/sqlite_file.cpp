#include "storage/sqlite_file.hpp"

#include <sqlite3.h>

namespace bw {

struct sqlite_file::handle {
  sqlite3* db = nullptr;
  std::map<std::string, sqlite3_stmt*, std::less<>> prepared;

  ~handle() {
    for (const auto& [sql, statement] : prepared) sqlite3_finalize(statement);
    sqlite3_close(db);
  }
  error failure(std::string_view doing) const {
    const int code = sqlite3_errcode(db) & 0xff;
    const bool busy = code == SQLITE_BUSY || code == SQLITE_LOCKED;
    return {busy ? ec::storage_locked : ec::storage_failed,
            "trades.db: " + std::string{sqlite3_errmsg(db)} + " (" +
                std::string{doing.substr(0, 60)} + ")"};
  }
};

std::int64_t number_of(const sql_value& cell) {
  const auto* number = std::get_if<std::int64_t>(&cell);
  return number == nullptr ? 0 : *number;
}

std::string text_of(const sql_value& cell) {
  if (const auto* text = std::get_if<std::string>(&cell)) return *text;
  if (const auto* number = std::get_if<std::int64_t>(&cell)) return std::to_string(*number);
  return {};
}

sqlite_file::sqlite_file(std::unique_ptr<handle> opened) : handle_(std::move(opened)) {}
sqlite_file::~sqlite_file() = default;

result<std::unique_ptr<sqlite_file>> sqlite_file::open(const std::filesystem::path& path,
                                                       sqlite_access access) {
  auto opened = std::make_unique<handle>();
  const bool writes = access == sqlite_access::read_write;
  std::error_code ignored;
  if (!writes && !std::filesystem::exists(path, ignored))
    return {ec::not_found, path.string() + " does not exist: `bellwether trades rebuild` makes it"};
  const int flags = writes ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
  if (sqlite3_open_v2(path.c_str(), &opened->db, flags | SQLITE_OPEN_NOMUTEX, nullptr) != SQLITE_OK)
    return opened->failure(path.string());
  sqlite3_busy_timeout(opened->db, busy_wait_ms);
  auto out = std::unique_ptr<sqlite_file>{new sqlite_file{std::move(opened)}};  // NOLINT
  if (writes) {
    // A lost tail is rebuilt from the audit log, so a commit need not wait for the disk.
    auto ready = out->execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;");
    if (!ready) return ready.failure();
  }
  return out;
}

result<void> sqlite_file::execute(std::string_view sql) {
  if (sqlite3_exec(handle_->db, std::string{sql}.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
    return handle_->failure(sql);
  return {};
}

result<void> sqlite_file::step_all(std::string_view sql, const sql_row& values,
                                   const std::function<bool(const sql_row&)>& use) {
  auto at = handle_->prepared.find(sql);
  if (at == handle_->prepared.end()) {
    sqlite3_stmt* made = nullptr;
    if (sqlite3_prepare_v2(handle_->db, sql.data(), static_cast<int>(sql.size()), &made, nullptr) !=
        SQLITE_OK)
      return handle_->failure(sql);
    at = handle_->prepared.emplace(std::string{sql}, made).first;
  }
  auto* statement = at->second;
  struct resetting {
    sqlite3_stmt* which;
    ~resetting() { sqlite3_reset(which); }
  } const at_the_end{statement};
  for (std::size_t k = 0; k < values.size(); ++k) {
    const int place = static_cast<int>(k) + 1;
    if (const auto* number = std::get_if<std::int64_t>(&values[k]))
      sqlite3_bind_int64(statement, place, *number);
    else if (const auto* text = std::get_if<std::string>(&values[k]))
      sqlite3_bind_text(statement, place, text->data(), static_cast<int>(text->size()),
                        SQLITE_TRANSIENT);
    else
      sqlite3_bind_null(statement, place);
  }
  sql_row row;
  for (;;) {
    const int stepped = sqlite3_step(statement);
    if (stepped == SQLITE_DONE) return {};
    if (stepped != SQLITE_ROW) return handle_->failure(sql);
    if (!use) continue;
    row.clear();
    for (int k = 0; k < sqlite3_column_count(statement); ++k) {
      if (sqlite3_column_type(statement, k) == SQLITE_INTEGER) {
        row.emplace_back(std::int64_t{sqlite3_column_int64(statement, k)});
      } else if (sqlite3_column_type(statement, k) == SQLITE_NULL) {
        row.emplace_back();
      } else {
        const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, k));
        row.emplace_back(
            std::string(text, static_cast<std::size_t>(sqlite3_column_bytes(statement, k))));
      }
    }
    if (!use(row)) return {};
  }
}

result<void> sqlite_file::run(std::string_view sql, const sql_row& values) {
  return step_all(sql, values, {});
}

result<void> sqlite_file::query(std::string_view sql, const sql_row& values,
                                const std::function<bool(const sql_row&)>& use) {
  return step_all(sql, values, use);
}

result<sql_row> sqlite_file::first(std::string_view sql, const sql_row& values) {
  sql_row out;
  auto done = step_all(sql, values, [&](const sql_row& row) {
    out = row;
    return false;
  });
  if (!done) return done.failure();
  return out;
}

}  // namespace bw
