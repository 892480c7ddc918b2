#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bw {

/// What an answer held that its reader does not know: the broker adds fields and words from time to
/// time, and that must be seen without breaking anything. Counts everything, names the first ones.
class unknown_parts {
 public:
  static constexpr std::size_t names_max = 32;

  void field(std::string_view name) { add(fields_, "field " + std::string{name}); }
  /// A word outside an enumeration.
  void word(std::string_view field, std::string_view text) {
    add(words_, "word '" + std::string{text.substr(0, shown_max)} + "' in " + std::string{field});
  }
  /// A known field whose value has another form than it should; it is treated as missing.
  void value(std::string_view field, std::string_view text) {
    add(values_, "value '" + std::string{text.substr(0, shown_max)} + "' in " + std::string{field});
  }

  std::uint64_t fields() const { return fields_; }
  std::uint64_t words() const { return words_; }
  std::uint64_t values() const { return values_; }
  std::uint64_t total() const { return fields_ + words_ + values_; }
  /// In the order in which they were met, each once.
  const std::vector<std::string>& names() const { return names_; }

 private:
  static constexpr std::size_t shown_max = 40;

  void add(std::uint64_t& count, std::string name) {
    ++count;
    if (names_.size() >= names_max) return;
    for (const auto& known : names_)
      if (known == name) return;
    names_.push_back(std::move(name));
  }

  std::uint64_t fields_ = 0;
  std::uint64_t words_ = 0;
  std::uint64_t values_ = 0;
  std::vector<std::string> names_;
};

}  // namespace bw
