#pragma once

#include <initializer_list>
#include <memory>
#include <string_view>

#include "messages/audit.hpp"

namespace bw {

/// SHA-256. One object on one thread, used again and again: looking the algorithm up costs more
/// than hashing one record.
class sha256 {
 public:
  sha256();
  ~sha256();
  sha256(sha256&&) noexcept;
  sha256& operator=(sha256&&) noexcept;

  /// Digest of the parts one after the other.
  digest of(std::initializer_list<std::string_view> parts);

  /// The same of what does not lie in memory at once: begin, any number of parts, end.
  void begin();
  void add(std::string_view part);
  digest end();

 private:
  struct context;
  std::unique_ptr<context> context_;
};

}  // namespace bw
