#include "storage/temporary_folder.hpp"

#include <stdlib.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace bw {

result<temporary_folder> temporary_folder::make(std::string_view stem) {
  std::error_code code;
  const auto parent = std::filesystem::temp_directory_path(code);
  if (code) return {ec::io_failed, "there is no folder for temporary files: " + code.message()};
  auto name = (parent / (std::string{stem} + "-XXXXXX")).string();
  if (::mkdtemp(name.data()) == nullptr)
    return {ec::io_failed, "no temporary folder can be made in " + parent.string() + ": " +
                               std::generic_category().message(errno)};
  return temporary_folder{std::filesystem::path{name}};
}

temporary_folder::temporary_folder(temporary_folder&& other) noexcept
    : path_(std::exchange(other.path_, {})) {}

temporary_folder::~temporary_folder() {
  if (path_.empty()) return;
  std::error_code ignored;  // What cannot be removed is the system's to clean.
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace bw
