#pragma once

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <string>

#include "storage/audit_reader.hpp"

namespace bw {

enum class export_format : std::uint8_t { json_lines = 1, csv };

/// One object: sequence, type, boot, wall, mono, trace, from, event, chain. No line end.
std::string record_json(const audit_record& record);

/// "sequence,type,boot,wall,mono,trace,from,event,chain"
std::string_view record_csv_header();
/// The same as one row (RFC 4180); the event is its JSON. No line end.
std::string record_csv(const audit_record& record);

/// Whether a line carries its record's bytes, so that what it says can be proved.
enum class line_proof : std::uint8_t { no, yes };

struct export_choice {
  export_format format = export_format::json_lines;
  line_proof proof = line_proof::no;
  /// Only records of this time, `end` excluded.
  utc_ns begin{INT64_MIN};
  utc_ns end{INT64_MAX};
};

/// The line of a record with its bytes (hexadecimal) as the last member. No line end.
std::string proved_line(const audit_record& record, std::string_view bytes, export_format format);

/// Writes what the filter lets through, one line a record, and answers how many; `seen` is called
/// for each. What the reader says, or ec::io_failed when the stream takes no more.
result<std::uint64_t> export_records(const audit_reader& reader, const audit_filter& filter,
                                     const export_choice& how, std::ostream& out,
                                     const std::function<void(const audit_record&)>& seen);
/// The same without a proof in the lines.
result<std::uint64_t> export_records(const audit_reader& reader, const audit_filter& filter,
                                     export_format format, std::ostream& out);

}  // namespace bw
