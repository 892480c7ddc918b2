#include "storage/arming_file.hpp"

#include <array>
#include <charconv>

#include "storage/durable_file.hpp"
#include "storage/event_json.hpp"
#include "storage/word_line.hpp"

namespace bw {
namespace {

constexpr std::string_view first_word = "BWARMING1";
constexpr std::size_t word_count = 8;
constexpr std::size_t line_bytes_max = 512;

enum word : std::size_t {
  word_account = 1,
  word_limits,
  word_who,
  word_expires,
  word_stage,
  word_key,
  word_signature,
};

error no_arming(std::string_view what) {
  return {ec::parse_failed, "the arming record " + std::string{what}};
}

template <std::size_t Size>
bool read_hex(std::string_view text, std::array<std::uint8_t, Size>& out) {
  if (text.size() != 2 * Size || text.find_first_of("ABCDEF") != std::string_view::npos)
    return false;
  for (std::size_t k = 0; k < Size; ++k) {
    const auto* at = text.data() + 2 * k;
    const auto [end, failure] = std::from_chars(at, at + 2, out[k], 16);
    if (failure != std::errc{} || end != at + 2) return false;
  }
  return true;
}

template <class Number>
bool read_number(std::string_view text, Number& out) {
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), out);
  return failure == std::errc{} && end == text.data() + text.size();
}

/// One word, whatever a person is called.
std::string plain(std::string_view text) {
  std::string out;
  for (const char c : text.substr(0, arming_who_max)) {
    const bool kept = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                      c == '.' || c == '-' || c == '_' || c == '@';
    out += kept ? c : '_';
  }
  return out.empty() ? "_" : out;
}

result<std::array<std::string_view, word_count>> words_of(std::string_view line) {
  if (line.size() > line_bytes_max) return no_arming("is too long");
  const auto out = words_of_line<word_count>(line);
  if (!out) return no_arming("has not eight words");
  return *out;
}

}  // namespace

std::string arming_line(const arming_record& record, const signing_key& key) {
  std::string out{first_word};
  for (const auto& word :
       {plain(record.account), hex_text(record.limits), plain(record.who),
        std::to_string(record.expires.value), std::to_string(record.stage), key.verifier().id()})
    out += " " + word;
  return out + " " + hex_text(key.sign(out));
}

result<arming_record> read_arming_line(std::string_view line, const public_key& key) {
  const auto words = words_of(line);
  if (!words) return words.failure();
  const auto& text = *words;
  signature by{};
  arming_record out;
  out.account = text[word_account];
  out.who = text[word_who];
  if (text[0] != first_word || out.account.empty() || out.who.empty() ||
      !read_hex(text[word_limits], out.limits) ||
      !read_number(text[word_expires], out.expires.value) ||
      !read_number(text[word_stage], out.stage) || !read_hex(text[word_signature], by))
    return no_arming("is malformed");
  if (text[word_key] != key.id())
    return {ec::integrity_broken,
            "the arming record was signed with another key than the one "
            "that live.arming_key names"};
  const auto signed_text = line.substr(0, line.rfind(' '));
  if (!key.verifies(signed_text, by))
    return {ec::integrity_broken, "the signature of the arming record does not fit its text"};
  return out;
}

result<void> write_arming(const std::filesystem::path& file, const arming_record& record,
                          const signing_key& key) {
  auto fresh = file;
  fresh += ".new";
  std::error_code failed;
  std::filesystem::remove(fresh, failed);  // Left by a run that was killed here.
  if (auto made = write_new_file(fresh, arming_line(record, key) + "\n", file_access::everybody);
      !made)
    return made;
  std::filesystem::rename(fresh, file, failed);
  if (failed) return {ec::io_failed, file.string() + " cannot be written: " + failed.message()};
  return {};
}

result<arming_record> read_arming(const std::filesystem::path& file,
                                  const std::filesystem::path& public_key_file) {
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) return {ec::not_found, "nobody armed live trading"};
  auto text = read_file(file);
  if (!text) return std::move(text).failure();
  const auto key = public_key::load(public_key_file);
  if (!key) return key.failure();
  while (!text->empty() && text->back() == '\n') text->pop_back();
  return read_arming_line(*text, *key);
}

result<bool> remove_arming(const std::filesystem::path& file) {
  std::error_code failed;
  const bool removed = std::filesystem::remove(file, failed);
  if (failed) return {ec::io_failed, file.string() + " cannot be removed: " + failed.message()};
  return removed;
}

}  // namespace bw
