#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"

namespace bw::venue {

/// Reads comma-separated text, plain or gzip, line by line with bounded memory. No quoting; the
/// first line is the header. Every line must have as many fields as the header. Empty lines are
/// passed over. Single-threaded; holds its file open while it lives.
class csv_reader {
 public:
  /// Longest line, without its end.
  static constexpr std::size_t line_length_max = 4'096;

  static result<csv_reader> open(const std::filesystem::path& file);
  csv_reader(csv_reader&&) noexcept;
  csv_reader& operator=(csv_reader&&) noexcept;
  ~csv_reader();

  const std::string& header() const { return header_; }

  /// Moves to the next line; false at the end of the file.
  result<bool> next();
  /// Fields of the current line; valid until the next one is read.
  const std::vector<std::string_view>& fields() const { return fields_; }

  /// "file:line: column 'name' is 'value': what".
  error bad_field(std::size_t column, std::string_view what) const;
  /// "file:line: what".
  error bad_line(std::string_view what) const;

 private:
  struct source;

  csv_reader(std::string name, std::unique_ptr<source> from);
  result<bool> read_line(std::string_view& line);
  void split(std::string_view line);

  std::string name_;
  std::unique_ptr<source> source_;
  std::string header_;
  std::vector<std::string> columns_;
  std::vector<std::string_view> fields_;
  std::size_t line_ = 0;
};

}  // namespace bw::venue
