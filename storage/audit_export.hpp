#pragma once

#include <cstdint>
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

/// Writes what the filter lets through, one line a record, and answers how many.
/// What the reader says, or ec::io_failed when the stream takes no more.
result<std::uint64_t> export_records(const audit_reader& reader, const audit_filter& filter,
                                     export_format format, std::ostream& out);

}  // namespace bw
