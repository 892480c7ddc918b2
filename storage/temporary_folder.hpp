#pragma once

#include <filesystem>
#include <string_view>

#include "core/result.hpp"

namespace bw {

/// A new folder among the system's temporary ones, removed with its content when the object goes.
class temporary_folder {
 public:
  /// `stem` begins its name. ec::io_failed.
  static result<temporary_folder> make(std::string_view stem);

  temporary_folder(temporary_folder&& other) noexcept;
  temporary_folder& operator=(temporary_folder&&) = delete;
  ~temporary_folder();

  const std::filesystem::path& path() const { return path_; }

 private:
  explicit temporary_folder(std::filesystem::path path) : path_(std::move(path)) {}

  std::filesystem::path path_;
};

}  // namespace bw
