#include "storage/postgres_export.hpp"

#include <fstream>

#include "storage/trade_schema.hpp"

namespace bw {
namespace {

/// A column may have the name of a word of the language.
std::string quoted(const std::string& name) { return '"' + name + '"'; }

const char* type_of(column_kind kind) {
  switch (kind) {
    case column_kind::text: return "text";
    case column_kind::number: return "bigint";
    case column_kind::decimal: return "numeric(38,9)";
    case column_kind::time: return "timestamptz";
  }
  return "text";
}

std::string key_of(const table_shape& table) {
  std::string out;
  for (std::string_view rest{table.key}; !rest.empty();) {
    const auto word = rest.substr(0, rest.find(','));
    out += (out.empty() ? "" : ", ") + quoted(std::string{word});
    rest.remove_prefix(std::min(rest.size(), word.size() + 1));
  }
  return out;
}

std::string schema() {
  std::string out;
  for (const auto& table : trade_tables()) {
    out += "CREATE TABLE " + quoted(table.name) + " (\n";
    for (const auto& [name, kind] : table.columns)
      out += "  " + quoted(name) + " " + type_of(kind) + ",\n";
    out += "  PRIMARY KEY (" + key_of(table) + ")\n);\n";
    for (const auto& column : table.indexes)
      out += "CREATE INDEX ON " + quoted(table.name) + " (" + quoted(column) + ");\n";
  }
  return out;
}

std::string load_script() {
  std::string out =
      "\\set ON_ERROR_STOP on\n"
      "BEGIN;\n"
      "\\ir schema.sql\n";
  for (const auto& table : trade_tables())
    out += "\\copy " + quoted(table.name) + " FROM '" + table.name +
           ".csv' WITH (FORMAT csv, HEADER true)\n";
  out +=
      "CREATE TEMPORARY TABLE expected (tab text, col text, n bigint, total numeric);\n"
      "\\copy expected FROM 'expected.csv' WITH (FORMAT csv, HEADER true)\n"
      "DO $$\n"
      "DECLARE\n"
      "  x record; n bigint; total numeric;\n"
      "BEGIN\n"
      "  FOR x IN SELECT * FROM expected LOOP\n"
      "    EXECUTE format('SELECT count(*), %s FROM %I', CASE WHEN x.col IS NULL THEN 'NULL'\n"
      "      ELSE format('coalesce(sum(%I), 0)', x.col) END, x.tab) INTO n, total;\n"
      "    IF n <> x.n OR total IS DISTINCT FROM x.total THEN\n"
      "      RAISE EXCEPTION '%.%: % rows and a sum of %, expected % and %', x.tab, x.col, n, "
      "total, x.n, x.total;\n"
      "    END IF;\n"
      "  END LOOP;\n"
      "END $$;\n"
      "COMMIT;\n";
  return out;
}

result<void> write(const std::filesystem::path& file, const std::string& text) {
  std::ofstream out{file, std::ios::binary | std::ios::trunc};
  out << text;
  out.close();
  if (!out) return {ec::io_failed, file.string() + " cannot be written"};
  return {};
}

}  // namespace

result<postgres_files> export_for_postgres(const trade_database& from,
                                           const std::filesystem::path& folder) {
  postgres_files done;
  std::string expected = "tab,col,n,total\n";
  for (const auto& table : trade_tables()) {
    const auto path = folder / (table.name + ".csv");
    std::ofstream file{path, std::ios::binary | std::ios::trunc};
    if (!file) return {ec::io_failed, path.string() + " cannot be written"};
    const auto rows = from.export_table(table.name, export_format::csv, file);
    if (!rows) return rows.failure();
    expected += table.name + ",," + std::to_string(*rows) + ",\n";
    for (const auto& [name, kind] : table.columns) {
      if (kind != column_kind::decimal) continue;
      const auto sum = from.exact_sum(table.name, name);
      if (!sum) return sum.failure();
      expected += table.name + "," + name + "," + std::to_string(*rows) + "," + *sum + "\n";
    }
    ++done.tables;
    done.rows += *rows;
  }
  for (const auto& [name, text] :
       {std::pair{"schema.sql", schema()}, std::pair{"load.sql", load_script()},
        std::pair{"expected.csv", expected}})
    if (auto written = write(folder / name, text); !written) return std::move(written).failure();
  return done;
}

}  // namespace bw
