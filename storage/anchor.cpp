#include "storage/anchor.hpp"

#include <array>
#include <charconv>

#include "storage/event_json.hpp"
#include "storage/word_line.hpp"

namespace bw {
namespace {

constexpr std::string_view first_word = "BWANCHOR1";
constexpr std::size_t word_count = 11;
constexpr std::size_t digest_digits = 64;
/// 64 peaks and the rest.
constexpr std::size_t line_bytes_max = 8'192;

enum word : std::size_t {
  word_log_id = 1,
  word_sequence,
  word_chain,
  word_root,
  word_snapshot,
  word_time,
  word_peaks,
  word_previous,
  word_key,
  word_signature,
};

bool read_number(std::string_view text, std::uint64_t& out) {
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), out);
  return failure == std::errc{} && end == text.data() + text.size();
}

template <std::size_t Size>
bool read_hex(std::string_view text, std::array<std::uint8_t, Size>& out) {
  // One spelling only: a line that says the same in other letters is another line.
  if (text.size() != 2 * Size || text.find_first_of("ABCDEF") != std::string_view::npos)
    return false;
  for (std::size_t k = 0; k < Size; ++k) {
    const auto* at = text.data() + 2 * k;
    const auto [end, failure] = std::from_chars(at, at + 2, out[k], 16);
    if (failure != std::errc{} || end != at + 2) return false;
  }
  return true;
}

bool read_peaks(std::string_view text, std::vector<digest>& out) {
  if (text == "-") return true;
  if (text.empty() || text.size() % digest_digits != 0) return false;
  for (; !text.empty(); text.remove_prefix(digest_digits))
    if (!read_hex(text.substr(0, digest_digits), out.emplace_back())) return false;
  return true;
}

error no_anchor(std::string_view what) {
  return {ec::parse_failed, "the line of an anchor " + std::string{what}};
}

result<std::array<std::string_view, word_count>> words_of(std::string_view line) {
  if (line.size() > line_bytes_max) return no_anchor("is too long");
  const auto out = words_of_line<word_count>(line);
  if (!out) return no_anchor("has not eleven words");
  return *out;
}

digest hash_of_line(std::string_view line) { return sha256{}.of({line}); }

error bad_line(const std::filesystem::path& file, std::size_t number, std::string_view what) {
  return {ec::integrity_broken, "line " + std::to_string(number) + " of " + file.string() +
                                    " is not the anchor that was written: " + std::string{what}};
}

}  // namespace

std::string anchor_line(const anchor& x, const signing_key& key) {
  std::string out{first_word};
  const auto add = [&out](std::string_view text) { (out += ' ') += text; };
  add(std::to_string(x.log_id));
  add(std::to_string(x.sequence.value));
  add(hex_text(x.chain));
  add(hex_text(x.root));
  add(std::to_string(x.snapshot.value));
  add(std::to_string(x.at.value));
  std::string peaks;
  for (const auto& peak : x.peaks) peaks += hex_text(peak);
  add(peaks.empty() ? "-" : peaks);
  add(hex_text(x.previous));
  add(key.verifier().id());
  const auto by = key.sign(out);
  add(hex_text(std::span{by}));
  return out;
}

result<anchor> parse_anchor(std::string_view line) {
  const auto words = words_of(line);
  if (!words) return words.failure();
  const auto& text = *words;
  anchor out;
  std::uint64_t at = 0;
  signature by{};
  if (text[0] != first_word || !read_number(text[word_log_id], out.log_id) ||
      !read_number(text[word_sequence], out.sequence.value) ||
      !read_hex(text[word_chain], out.chain) || !read_hex(text[word_root], out.root) ||
      !read_number(text[word_snapshot], out.snapshot.value) || !read_number(text[word_time], at) ||
      !read_peaks(text[word_peaks], out.peaks) || !read_hex(text[word_previous], out.previous) ||
      !read_hex(text[word_signature], by))
    return no_anchor("has a malformed word");
  out.at = utc_ns{static_cast<std::int64_t>(at)};
  const auto tree = merkle_tree::from_peaks(out.sequence.value, out.peaks);
  if (!tree || tree->root() != out.root) return no_anchor("names subtrees that have not its root");
  if (out.snapshot > out.sequence) return no_anchor("names a snapshot behind it");
  return out;
}

result<void> check_signature(std::string_view line, const public_key& key) {
  const auto words = words_of(line);
  if (!words) return words.failure();
  signature by{};
  if (!read_hex((*words)[word_signature], by)) return no_anchor("has a malformed signature");
  if ((*words)[word_key] != key.id())
    return {ec::integrity_broken, "the anchor was signed with the key " +
                                      std::string{(*words)[word_key].substr(0, 20)} +
                                      " and the one at hand is " + key.id()};
  const auto text = line.substr(0, line.rfind(' '));
  if (!key.verifies(text, by))
    return {ec::integrity_broken, "the signature of the anchor does not fit its text"};
  return {};
}

result<void> copy_anchors(const std::filesystem::path& from, const std::filesystem::path& to,
                          sequence_number head) {
  const auto text = read_file(from);
  if (!text && text.code() == ec::not_found) return {};
  if (!text) return text.failure();
  std::size_t kept = 0;
  for (auto end = text->find('\n'); end != std::string::npos; end = text->find('\n', kept)) {
    const auto read = parse_anchor(std::string_view{*text}.substr(kept, end - kept));
    if (read && read->sequence > head) break;
    kept = end + 1;
  }
  return write_new_file(to, std::string_view{*text}.substr(0, kept), file_access::everybody);
}

result<anchor_list> read_anchors(const std::filesystem::path& file, const public_key& key,
                                 signature_check which) {
  anchor_list out;
  const auto text = read_file(file);
  if (!text && text.code() == ec::not_found) return out;
  if (!text) return text.failure();
  std::string_view rest{*text};
  std::string_view last;
  std::size_t last_number = 0;
  // A line that a power loss tore is ended by the next start; the line after it must then follow on
  // the one before it.
  std::optional<std::pair<std::size_t, std::string>> doubtful;
  for (std::size_t number = 1; !rest.empty(); ++number) {
    const auto end = rest.find('\n');
    if (end == std::string_view::npos) {
      out.torn = true;
      break;
    }
    const auto line = rest.substr(0, end);
    rest.remove_prefix(end + 1);
    const auto read = parse_anchor(line);
    if (!read) {
      if (doubtful) return bad_line(file, doubtful->first, doubtful->second);
      doubtful.emplace(number, read.failure().context);
      continue;
    }
    if (read->previous != out.last_line)
      return bad_line(file, doubtful ? doubtful->first : number, "the lines are not a chain");
    if (!out.anchors.empty() &&
        (read->sequence < out.anchors.back().sequence || read->log_id != out.anchors.back().log_id))
      return bad_line(file, number, "it goes back");
    if (which == signature_check::every)
      if (const auto is = check_signature(line, key); !is)
        return bad_line(file, number, is.failure().context);
    doubtful.reset();
    out.anchors.push_back(*read);
    out.last_line = hash_of_line(line);
    last = line;
    last_number = number;
  }
  if (doubtful) return bad_line(file, doubtful->first, doubtful->second);
  if (!last.empty())
    if (const auto is = check_signature(last, key); !is)
      return bad_line(file, last_number, is.failure().context);
  return out;
}

error rollback(std::string_view what) {
  return {ec::integrity_broken, std::string{rollback_word} + ": " + std::string{what}};
}

result<void> check_head(const log_head& head, const anchor& last) {
  if (head.log_id != last.log_id)
    return rollback("the audit log is another one than that of its anchors; it was replaced");
  if (head.sequence < last.sequence)
    return rollback("the audit log ends with record " + std::to_string(head.sequence.value) +
                    ", and its anchor of " + format_rfc3339(last.at) + " saw record " +
                    std::to_string(last.sequence.value));
  if (head.sequence == last.sequence && head.chain != last.chain)
    return rollback("record " + std::to_string(last.sequence.value) +
                    " is another one than its anchor saw");
  return {};
}

}  // namespace bw
