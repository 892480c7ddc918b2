#include "storage/hashed_text.hpp"

#include "storage/event_json.hpp"
#include "storage/sha256.hpp"

namespace bw {

namespace {

constexpr std::string_view hash_word = "sha256 ";
constexpr std::size_t hash_digits = 64;

}  // namespace

std::string to_hashed_text(std::string_view first_line, std::string_view rest) {
  auto out =
      std::string{first_line} + std::string{hash_word} + hex_text(sha256{}.of({rest})) + "\n";
  return out += rest;
}

result<std::string_view> parse_hashed_text(std::string_view first_line, std::string_view text) {
  if (!text.starts_with(first_line))
    return {ec::parse_failed, "it does not begin with '" +
                                  std::string{first_line.substr(0, first_line.size() - 1)} + "'"};
  text.remove_prefix(first_line.size());
  if (!text.starts_with(hash_word) || text.size() < hash_word.size() + hash_digits + 1 ||
      text[hash_word.size() + hash_digits] != '\n')
    return {ec::parse_failed, "its second line is no hash"};
  const auto hash = text.substr(hash_word.size(), hash_digits);
  text.remove_prefix(hash_word.size() + hash_digits + 1);
  if (hex_text(sha256{}.of({text})) != hash)
    return {ec::integrity_broken, "its hash does not fit what is in it"};
  return text;
}

}  // namespace bw
