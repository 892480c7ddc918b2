#include "storage/audit_export.hpp"

#include <ostream>

#include "core/json_writer.hpp"
#include "storage/event_json.hpp"

namespace bw {
namespace {

/// A cell with a comma, quote or line break stands in quotes, and its quotes are doubled.
void append_cell(std::string& out, std::string_view text) {
  if (!out.empty()) out += ',';
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
    out += text;
    return;
  }
  out += '"';
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

}  // namespace

std::string record_json(const audit_record& record) {
  json_writer out;
  out.begin_object()
      .member("sequence", record.sequence.value)
      .member("type", audit_type_name(record.type))
      .member("boot", record.boot_no)
      .member("wall", record.wall)
      .member("mono", record.mono.value)
      .member("trace", record.trace.value)
      .member("from", record.from.view())
      .key("event");
  write_event(out, record.event);
  out.member("chain", std::string_view{hex_text(record.chain)}).end_object();
  return out.take();
}

std::string_view record_csv_header() {
  return "sequence,type,boot,wall,mono,trace,from,event,chain";
}

std::string record_csv(const audit_record& record) {
  std::string out;
  append_cell(out, std::to_string(record.sequence.value));
  append_cell(out, audit_type_name(record.type));
  append_cell(out, std::to_string(record.boot_no));
  append_cell(out, format_rfc3339(record.wall));
  append_cell(out, std::to_string(record.mono.value));
  append_cell(out, std::to_string(record.trace.value));
  append_cell(out, record.from.view());
  append_cell(out, event_json(record.event));
  append_cell(out, hex_text(record.chain));
  return out;
}

result<std::uint64_t> export_records(const audit_reader& reader, const audit_filter& filter,
                                     export_format format, std::ostream& out) {
  const bool csv = format == export_format::csv;
  // RFC 4180 ends a line with both characters; JSON Lines with one.
  if (csv) out << record_csv_header() << "\r\n";
  std::uint64_t count = 0;
  const auto read = reader.read(filter, [&](const audit_record& record) {
    if (csv) {
      out << record_csv(record) << "\r\n";
    } else {
      out << record_json(record) << '\n';
    }
    if (out) ++count;
    return out.good();
  });
  if (!read) return read.failure();
  out.flush();
  if (!out)
    return {ec::io_failed, "the export stopped after " + std::to_string(count) +
                               " records: its file or pipe takes no more"};
  return count;
}

}  // namespace bw
