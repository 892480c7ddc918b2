#include "storage/trade_database.hpp"

#include <algorithm>
#include <charconv>
#include <ostream>

#include "core/json_writer.hpp"
#include "storage/event_json.hpp"
#include "storage/trade_projector.hpp"
#include "storage/trade_schema.hpp"

namespace bw {
namespace {

constexpr std::string_view read_remembered = "SELECT value FROM projection WHERE name = ?";

utc_ns time_of(const sql_value& cell) { return utc_ns{number_of(cell)}; }
template <class Decimal>
Decimal decimal_of(const sql_value& cell) {
  return Decimal::from_units(number_of(cell));
}

/// The filter as the values of four placeholders, twice each where the text may be empty.
sql_row values_of(const trade_filter& wanted) {
  return {wanted.symbol,   wanted.symbol,     wanted.strategy,
          wanted.strategy, wanted.from.value, wanted.to.value};
}
std::string where(const char* time) {
  return std::string{" WHERE (? = '' OR symbol = ?) AND (? = '' OR strategy = ?) AND "} + time +
         " >= ? AND " + time + " < ? ";
}

std::string cell_text(const sql_value& cell, column_kind kind) {
  if (std::holds_alternative<std::monostate>(cell)) return {};
  if (kind == column_kind::decimal) return format_decimal(number_of(cell));
  if (kind == column_kind::time) return format_rfc3339(time_of(cell));
  return text_of(cell);
}

void write_csv_cell(std::ostream& out, std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
    out << text;
    return;
  }
  out << '"';
  for (const char c : text) {
    if (c == '"') out << '"';
    out << c;
  }
  out << '"';
}

std::string json_row(const table_shape& table, const sql_row& row) {
  json_writer json;
  json.begin_object();
  for (std::size_t k = 0; k < row.size(); ++k) {
    const auto& [name, kind] = table.columns[k];
    json.key(name);
    if (std::holds_alternative<std::monostate>(row[k]))
      json.null();
    else if (kind == column_kind::number)
      json.value(number_of(row[k]));
    else
      json.value(std::string_view{cell_text(row[k], kind)});
  }
  json.end_object();
  return json.take();
}

std::string select_all(const table_shape& table) {
  return "SELECT * FROM " + table.name + " ORDER BY " + table.key;
}

}  // namespace

trade_database::trade_database(std::unique_ptr<sqlite_file> file) : file_(std::move(file)) {}
trade_database::~trade_database() = default;

result<std::unique_ptr<trade_database>> trade_database::open(const std::filesystem::path& path,
                                                             sqlite_access access) {
  auto file = sqlite_file::open(path, access);
  if (!file) return file.failure();
  return std::unique_ptr<trade_database>{new trade_database{*std::move(file)}};  // NOLINT
}

template <class Work>
result<std::uint64_t> trade_database::in_transaction(Work work) {
  if (auto begun = file_->execute("BEGIN IMMEDIATE"); !begun) return begun.failure();
  result<std::uint64_t> done = work();
  if (done) {
    auto committed = file_->execute("COMMIT");
    if (committed) return done;
    done = committed.failure();
  }
  const auto undone = file_->execute("ROLLBACK");
  static_cast<void>(undone.ok());  // The first failure is the one to tell.
  return done;
}

result<sequence_number> trade_database::last() const {
  const auto table = file_->first("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?",
                                  {std::string{"projection"}});
  if (!table) return table.failure();
  if (table->empty()) return sequence_number{};
  const auto row = file_->first(read_remembered, {std::string{"last"}});
  if (!row) return row.failure();
  if (row->empty()) return sequence_number{};
  const auto text = text_of((*row)[0]);
  std::uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return sequence_number{number};
}

/// Within a transaction: leaves tables that fit the log and this version.
result<void> trade_database::prepare(const audit_reader& log) {
  const auto at = last();
  if (!at) return at.failure();
  const auto identity =
      std::to_string(trade_schema_version) + "/" + std::to_string(log.head().log_id);
  if (at->value > 0 && *at <= log.head().sequence) {
    const auto row = file_->first(read_remembered, {std::string{"identity"}});
    if (!row) return row.failure();
    // The record that came last must be the one that stands in the log.
    const auto chain = file_->first(read_remembered, {std::string{"chain"}});
    if (!chain) return chain.failure();
    std::string there;
    const auto read = log.read({.from = *at, .to = *at}, [&](const audit_record& record) {
      there = hex_text(record.chain);
      return false;
    });
    if (!read) return read;
    if (!row->empty() && text_of((*row)[0]) == identity && !chain->empty() &&
        text_of((*chain)[0]) == there)
      return {};
  }
  if (auto dropped = file_->execute(drop_statements()); !dropped) return dropped;
  if (auto created = file_->execute(create_statements()); !created) return created;
  return file_->run("INSERT INTO projection VALUES('identity', ?)", {identity});
}

result<std::uint64_t> trade_database::put_in(const audit_reader& log, std::uint64_t records_max) {
  const auto at = last();
  if (!at) return at.failure();
  if (*at >= log.head().sequence) return std::uint64_t{0};
  trade_projector projector{*file_};
  std::uint64_t count = 0;
  result<void> applied;
  audit_record newest;
  const auto read =
      log.read({.from = sequence_number{at->value + 1}}, [&](const audit_record& record) {
        applied = projector.apply(record);
        if (!applied) return false;
        newest.sequence = record.sequence;
        newest.chain = record.chain;
        return ++count < records_max;
      });
  if (!applied) return applied.failure();
  if (!read) return read.failure();
  if (count == 0) return count;
  for (const auto& [name, value] : {std::pair{"last", std::to_string(newest.sequence.value)},
                                    std::pair{"chain", hex_text(newest.chain)}})
    if (auto kept = file_->run("INSERT OR REPLACE INTO projection VALUES(?, ?)",
                               {std::string{name}, value});
        !kept)
      return kept.failure();
  return count;
}

result<std::uint64_t> trade_database::follow(const audit_reader& log) {
  return in_transaction([&]() -> result<std::uint64_t> {
    if (auto ready = prepare(log); !ready) return ready.failure();
    return put_in(log, batch_max);
  });
}

result<std::uint64_t> trade_database::catch_up(const audit_reader& log) {
  std::uint64_t sum = 0;
  for (;;) {
    const auto more = follow(log);
    if (!more) return more.failure();
    if (*more == 0) return sum;
    sum += *more;
  }
}

result<std::uint64_t> trade_database::rebuild(const audit_reader& log) {
  return in_transaction([&]() -> result<std::uint64_t> {
    if (auto dropped = file_->execute(drop_statements()); !dropped) return dropped.failure();
    if (auto ready = prepare(log); !ready) return ready.failure();
    return put_in(log, UINT64_MAX);
  });
}

result<std::vector<trade_row>> trade_database::trades(const trade_filter& wanted) const {
  std::vector<trade_row> out;
  const auto read = file_->query(
      "SELECT id, opened_at, closed_at, symbol, side, qty, entry_price, exit_price, pnl, strategy, "
      "status, entry_order_id, exit_order_id, exit_reason, trade_type FROM trades" +
          where("coalesce(closed_at, opened_at)") + "ORDER BY opened_at, id",
      values_of(wanted), [&](const sql_row& r) {
        out.push_back({number_of(r[0]), time_of(r[1]), time_of(r[2]), text_of(r[3]), text_of(r[4]),
                       decimal_of<quantity>(r[5]), decimal_of<price>(r[6]), decimal_of<price>(r[7]),
                       decimal_of<money>(r[8]), text_of(r[9]), text_of(r[10]), text_of(r[11]),
                       text_of(r[12]), text_of(r[13]), text_of(r[14])});
        return true;
      });
  if (!read) return read.failure();
  return out;
}

result<std::vector<signal_row>> trade_database::signals(const trade_filter& wanted,
                                                        std::size_t latest) const {
  std::vector<signal_row> out;
  const auto read =
      file_->query("SELECT ts, strategy, symbol, side, confidence, executed, fate FROM signals" +
                       where("ts") + "ORDER BY ts DESC, id DESC LIMIT " + std::to_string(latest),
                   values_of(wanted), [&](const sql_row& r) {
                     out.push_back({time_of(r[0]), text_of(r[1]), text_of(r[2]), text_of(r[3]),
                                    static_cast<std::uint32_t>(number_of(r[4]) / 1'000),
                                    number_of(r[5]) != 0, text_of(r[6])});
                     return true;
                   });
  if (!read) return read.failure();
  std::reverse(out.begin(), out.end());
  return out;
}

result<std::vector<order_row>> trade_database::orders(const trade_filter& wanted) const {
  std::vector<order_row> out;
  const auto read = file_->query(
      "SELECT client_order_id, broker_order_id, created_at, symbol, side, type, quantity, "
      "limit_price, status, filled_quantity, avg_fill_price, strategy, purpose, reason, "
      "error_message FROM orders" +
          where("created_at") + "ORDER BY created_at, audit_seq",
      values_of(wanted), [&](const sql_row& r) {
        out.push_back({text_of(r[0]), text_of(r[1]), time_of(r[2]), text_of(r[3]), text_of(r[4]),
                       text_of(r[5]), decimal_of<quantity>(r[6]), decimal_of<price>(r[7]),
                       text_of(r[8]), decimal_of<quantity>(r[9]), decimal_of<price>(r[10]),
                       text_of(r[11]), text_of(r[12]), text_of(r[13]), text_of(r[14])});
        return true;
      });
  if (!read) return read.failure();
  return out;
}

result<std::vector<position_row>> trade_database::positions(const trade_filter& wanted) const {
  std::vector<position_row> out;
  const auto read = file_->query(
      "SELECT symbol, strategy, quantity, avg_cost, current_price, cost_basis, opened_at, "
      "updated_at FROM positions" +
          where("updated_at") + "AND is_open = 1 ORDER BY symbol, strategy",
      values_of(wanted), [&](const sql_row& r) {
        out.push_back({text_of(r[0]), text_of(r[1]), decimal_of<quantity>(r[2]),
                       decimal_of<price>(r[3]), decimal_of<price>(r[4]), decimal_of<money>(r[5]),
                       time_of(r[6]), time_of(r[7])});
        return true;
      });
  if (!read) return read.failure();
  return out;
}

result<std::vector<daily_row>> trade_database::daily(const trade_filter& wanted) const {
  std::vector<daily_row> out;
  // A trade counts on the day on which its last execution closed it.
  const auto read = file_->query(
      "SELECT date, strategy, count(*), sum(realized), sum(slippage), "
      "sum(closes), sum(closes AND pnl > 0), sum(closes AND pnl < 0) FROM (SELECT e.date AS date, "
      "e.strategy AS strategy, e.symbol AS symbol, e.executed_at AS executed_at, e.realized AS "
      "realized, e.slippage AS slippage, t.pnl AS pnl, coalesce(t.status = 'closed' AND "
      "e.audit_seq = (SELECT max(audit_seq) FROM executions WHERE trade_id = t.id), 0) AS closes "
      "FROM executions e LEFT JOIN trades t ON t.id = e.trade_id)" +
          where("executed_at") + "GROUP BY date, strategy ORDER BY date, strategy",
      values_of(wanted), [&](const sql_row& r) {
        daily_row x;
        x.date = text_of(r[0]);
        x.strategy = text_of(r[1]);
        x.fills = number_of(r[2]);
        x.realized = decimal_of<money>(r[3]);
        x.slippage = decimal_of<money>(r[4]);
        x.trades = number_of(r[5]);
        x.wins = number_of(r[6]);
        x.losses = number_of(r[7]);
        out.push_back(std::move(x));
        return true;
      });
  if (!read) return read.failure();
  return out;
}

result<money> trade_database::realized_on(calendar_date day) const {
  const auto row = file_->first("SELECT coalesce(sum(realized), 0) FROM executions WHERE date = ?",
                                {format_date(day)});
  if (!row) return row.failure();
  return decimal_of<money>((*row)[0]);
}

result<std::string> trade_database::dump() const {
  std::string out;
  for (const auto& table : trade_tables()) {
    out += "== " + table.name + "\n";
    const auto read = file_->query(select_all(table), {}, [&](const sql_row& row) {
      out += json_row(table, row) + "\n";
      return true;
    });
    if (!read) return read.failure();
  }
  return out;
}

result<std::uint64_t> trade_database::export_table(const std::string& table, export_format format,
                                                   std::ostream& out) const {
  const auto& tables = trade_tables();
  const auto at = std::find_if(tables.begin(), tables.end(),
                               [&](const table_shape& x) { return x.name == table; });
  if (at == tables.end()) return {ec::not_found, "trades.db has no table '" + table + "'"};
  if (format == export_format::csv) {
    for (std::size_t k = 0; k < at->columns.size(); ++k)
      out << (k == 0 ? "" : ",") << at->columns[k].name;
    out << "\r\n";
  }
  std::uint64_t count = 0;
  const auto read = file_->query(select_all(*at), {}, [&](const sql_row& row) {
    if (format == export_format::csv) {
      for (std::size_t k = 0; k < row.size(); ++k) {
        if (k > 0) out << ',';
        write_csv_cell(out, cell_text(row[k], at->columns[k].kind));
      }
      out << "\r\n";
    } else {
      out << json_row(*at, row) << '\n';
    }
    ++count;
    return out.good();
  });
  if (!read) return read.failure();
  if (!out.flush()) return {ec::io_failed, "the file of table " + table + " takes no more"};
  return count;
}

result<std::string> trade_database::exact_sum(const std::string& table,
                                              const std::string& column) const {
  // Whole and parts apart: a sum of many units of 1e-9 leaves what SQLite can count.
  const auto row =
      file_->first("SELECT coalesce(sum(" + column + " / 1000000000), 0), coalesce(sum(" + column +
                       " % 1000000000), 0) FROM " + table,
                   {});
  if (!row) return row.failure();
  const auto units =
      static_cast<int128>(number_of((*row)[0])) * decimal_scale + number_of((*row)[1]);
  const auto size = units < 0 ? -units : units;
  auto parts = std::to_string(static_cast<std::int64_t>(size % decimal_scale));
  parts.insert(0, 9 - parts.size(), '0');
  return (units < 0 ? "-" : "") + std::to_string(static_cast<std::int64_t>(size / decimal_scale)) +
         "." + parts;
}

result<void> trade_database::check() const {
  const auto row = file_->first("PRAGMA integrity_check", {});
  if (!row) return row.failure();
  const auto said = row->empty() ? std::string{} : text_of((*row)[0]);
  if (said == "ok") return {};
  return {ec::integrity_broken, "trades.db: " + said};
}

}  // namespace bw
