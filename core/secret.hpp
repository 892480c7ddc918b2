#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace bw {

/// Text that must appear in no output: it has no formatter, no stream operator and no inspector,
/// and its bytes are wiped when it goes. `reveal` is for the one line that sends it.
class secret {
 public:
  secret() = default;
  explicit secret(std::string text) : text_(std::move(text)) {}
  secret(const secret&) = default;
  secret(secret&& other) noexcept : text_(std::move(other.text_)) { other.wipe(); }
  secret& operator=(secret other) noexcept {
    text_.swap(other.text_);
    return *this;
  }
  ~secret() { wipe(); }

  std::string_view reveal() const { return text_; }
  bool empty() const { return text_.empty(); }

 private:
  void wipe() noexcept {
    // Volatile: the compiler may not drop writes to memory that is about to be freed.
    for (volatile char* at = text_.data(); at != text_.data() + text_.size(); ++at) *at = 0;
    text_.clear();
  }

  std::string text_;
};

}  // namespace bw
