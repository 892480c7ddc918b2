#pragma once

#include <initializer_list>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "app/output.hpp"
#include "broker/record.hpp"

namespace bw {

/// A column: the field's name on the wire and what stands above it; empty: the name.
struct record_column {
  std::string_view field;
  std::string_view head = {};
};

/// One record: its fields that are there, a line each.
template <class Record>
std::string record_lines(const Record& record) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& field : record_table<Record>())
    if (auto text = record_text(record, field); text != "-" && !text.empty())
      rows.push_back({std::string{field.name}, std::move(text)});
  return format_table(rows);
}

/// Records as a table of the columns.
template <class Record>
std::string record_table_text(const std::vector<Record>& records,
                              std::initializer_list<record_column> columns) {
  std::vector<std::vector<std::string>> rows(1);
  for (const auto& column : columns)
    rows[0].emplace_back(column.head.empty() ? column.field : column.head);
  for (const auto& record : records) {
    auto& row = rows.emplace_back();
    for (const auto& column : columns) {
      const auto* field = find_field<Record>(column.field);
      row.push_back(field == nullptr ? "?" : record_text(record, *field));
    }
  }
  return format_table(rows);
}

template <class Record>
void write_records(json_writer& out, const std::vector<Record>& records) {
  out.begin_array();
  for (const auto& each : records) write_record(out, each);
  out.end_array();
}

}  // namespace bw
