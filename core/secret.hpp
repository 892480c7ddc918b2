#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace bw {

/// Text that must appear in no output: it has no formatter, no stream operator and no inspector.
/// Its bytes lie in memory of their own that is locked against swapping and left out of core files
/// where the system allows it, and are wiped when it goes. `reveal` is for the one line that sends
/// it.
class secret {
 public:
  secret() = default;
  /// Copies the text and wipes what it was given.
  explicit secret(std::string text);
  secret(const secret& other) : secret(std::string{other.reveal()}) {}
  secret(secret&& other) noexcept
      : bytes_(std::exchange(other.bytes_, nullptr)),
        size_(std::exchange(other.size_, 0)),
        locked_(other.locked_) {}
  secret& operator=(secret other) noexcept {
    std::swap(bytes_, other.bytes_);
    std::swap(size_, other.size_);
    std::swap(locked_, other.locked_);
    return *this;
  }
  ~secret();

  std::string_view reveal() const { return {bytes_, size_}; }
  bool empty() const { return size_ == 0; }
  /// Whether it cannot be written to swap space; an empty one cannot.
  bool is_locked() const { return locked_; }

 private:
  char* bytes_ = nullptr;
  std::size_t size_ = 0;
  bool locked_ = true;
};

/// Overwrites the bytes in a way that a compiler may not drop, and empties the text.
void wipe(std::string& text) noexcept;

}  // namespace bw
