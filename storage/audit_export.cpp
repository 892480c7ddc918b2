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

std::string proved_line(const audit_record& record, std::string_view bytes, export_format format) {
  const auto digits = hex_text({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
  if (format == export_format::csv) return record_csv(record) + "," + digits;
  auto out = record_json(record);
  out.back() = ',';
  return out + "\"bytes\":\"" + digits + "\"}";
}

result<std::uint64_t> export_records(const audit_reader& reader, const audit_filter& filter,
                                     const export_choice& how, std::ostream& out,
                                     const std::function<void(const audit_record&)>& seen) {
  const bool csv = how.format == export_format::csv;
  const bool proved = how.proof == line_proof::yes;
  // RFC 4180 ends a line with both characters; JSON Lines with one.
  const std::string_view line_end = csv ? "\r\n" : "\n";
  if (csv) out << record_csv_header() << (proved ? ",bytes" : "") << line_end;
  std::uint64_t count = 0;
  result<void> decoded;
  const auto broken = reader.walk(filter.from, [&](const record_view& view, const digest& chain) {
    if (view.sequence > filter.to) return false;
    if (filter.type && view.type != *filter.type + 1) return true;
    if (view.stamp.wall < how.begin || view.stamp.wall >= how.end) return true;
    const auto record = decode_record(view, chain);
    if (!record) {
      decoded = record.failure();
      return false;
    }
    // The trailer stands right behind what is hashed.
    const std::string_view bytes{view.hashed.data(), view.hashed.size() + record_trailer_bytes};
    out << (proved ? proved_line(*record, bytes, how.format)
            : csv  ? record_csv(*record)
                   : record_json(*record))
        << line_end;
    if (!out) return false;
    ++count;
    seen(*record);
    return true;
  });
  if (broken) return as_error(*broken);
  if (!decoded) return decoded.failure();
  out.flush();
  if (!out)
    return {ec::io_failed, "the export stopped after " + std::to_string(count) +
                               " records: its file or pipe takes no more"};
  return count;
}

result<std::uint64_t> export_records(const audit_reader& reader, const audit_filter& filter,
                                     export_format format, std::ostream& out) {
  return export_records(reader, filter, export_choice{.format = format}, out,
                        [](const audit_record&) {});
}

}  // namespace bw
