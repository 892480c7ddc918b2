#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "messages/operations.hpp"
#include "storage/signing_key.hpp"

namespace bw {

// A person's word that live trading may go on until a given time, as one signed line:
//
//   BWARMING1 account limits who expires stage key signature
//
// Numbers are decimal, the time is nanoseconds since 1970 UTC, the digest is hexadecimal. The
// signature is of everything before its blank, by Ed25519.

/// Longest name of a person; other characters than letters, digits and ".-_@" become '_'.
inline constexpr std::size_t arming_who_max = 64;

std::string arming_line(const arming_record& record, const signing_key& key);
/// ec::parse_failed for what is no such line, ec::integrity_broken for a signature by another key
/// or of another text.
result<arming_record> read_arming_line(std::string_view line, const public_key& key);

/// Writes the line in the place of an earlier one; mode 0644, durable.
result<void> write_arming(const std::filesystem::path& file, const arming_record& record,
                          const signing_key& key);
/// ec::not_found when nobody armed; otherwise as read_arming_line.
result<arming_record> read_arming(const std::filesystem::path& file,
                                  const std::filesystem::path& public_key_file);
/// Whether there was one.
result<bool> remove_arming(const std::filesystem::path& file);

}  // namespace bw
