#pragma once

#include <filesystem>
#include <string_view>

#include "core/result.hpp"

namespace bw {

enum class file_access { owner, everybody };

/// A file that must not be there yet (ec::already_exists), written, synced and entered in its
/// folder durably. Mode 0600 or 0644; the folder is made when it is missing.
result<void> write_new_file(const std::filesystem::path& file, std::string_view text,
                            file_access access);

/// Appends lines, each on stable storage before the call returns. One writer.
class line_file {
 public:
  /// Makes the file (0644) and its folder when they are missing. ec::io_failed.
  static result<line_file> open(const std::filesystem::path& file);
  line_file(line_file&& other) noexcept;
  line_file& operator=(line_file&&) = delete;
  ~line_file();

  /// `line` without its end. After a failure the file takes nothing more: nobody knows what the
  /// device kept.
  result<void> append(std::string_view line);

 private:
  line_file(int descriptor, std::filesystem::path file);

  int descriptor_;
  std::filesystem::path file_;
  bool failed_ = false;
};

/// The whole content; ec::not_found, ec::io_failed.
result<std::string> read_file(const std::filesystem::path& file);

}  // namespace bw
