#include "storage/strategy_states.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <optional>

#include "storage/hashed_text.hpp"

namespace bw {

namespace {

constexpr std::string_view first_line = "bellwether strategy states 1\n";

std::optional<unsigned> digit_of(char x) {
  if (x >= '0' && x <= '9') return static_cast<unsigned>(x - '0');
  if (x >= 'a' && x <= 'f') return static_cast<unsigned>(x - 'a' + 10);
  return std::nullopt;
}

std::string to_hex(std::string_view bytes) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out += digits[byte >> 4];
    out += digits[byte & 15];
  }
  return out;
}

std::optional<std::string> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  std::string out;
  for (std::size_t k = 0; k < text.size(); k += 2) {
    const auto high = digit_of(text[k]);
    const auto low = digit_of(text[k + 1]);
    if (!high || !low) return std::nullopt;
    out += static_cast<char>(*high << 4 | *low);
  }
  return out;
}

error of_file(const std::filesystem::path& file, std::string_view what) {
  return {ec::io_failed, file.string() + ": " + std::string{what} + ": " + std::strerror(errno)};
}

bool write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const auto done = ::write(descriptor, text.data(), text.size());
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(done));
  }
  return true;
}

}  // namespace

std::string to_text(const std::vector<kept_strategy>& all) {
  std::string lines;
  for (const auto& each : all) lines += each.strategy.str() + " " + to_hex(each.bytes) + "\n";
  return to_hashed_text(first_line, lines);
}

result<std::vector<kept_strategy>> parse_strategy_states(std::string_view file) {
  const auto rest = parse_hashed_text(first_line, file);
  if (!rest) return rest.failure();
  auto text = *rest;
  std::vector<kept_strategy> out;
  while (!text.empty()) {
    const auto end = text.find('\n');
    const auto blank = text.find(' ');
    if (end == std::string_view::npos || blank == std::string_view::npos || blank > end ||
        !short_name::fits(text.substr(0, blank)))
      return {ec::parse_failed, "a line is no name with bytes"};
    auto bytes = from_hex(text.substr(blank + 1, end - blank - 1));
    if (!bytes) return {ec::parse_failed, "a line is no name with bytes"};
    out.push_back({short_name{text.substr(0, blank)}, std::move(*bytes)});
    text.remove_prefix(end + 1);
  }
  return out;
}

std::filesystem::path strategy_states_file(const std::filesystem::path& state_folder,
                                           std::string_view symbol) {
  return state_folder / "strategies" / (std::string{symbol} + ".state");
}

result<std::vector<kept_strategy>> read_strategy_states(const std::filesystem::path& file) {
  std::error_code none;
  if (!std::filesystem::exists(file, none)) return std::vector<kept_strategy>{};
  std::ifstream in{file, std::ios::binary};
  std::string text(strategy_states_bytes_max + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > strategy_states_bytes_max)
    return {ec::out_of_range, file.string() + ": it is longer than any state"};
  auto out = parse_strategy_states(text);
  if (!out) return std::move(out).failure().within(file.string());
  return out;
}

result<void> write_kept_file(const std::filesystem::path& file, std::string_view text,
                             sync_mode sync) {
  std::error_code failed;
  std::filesystem::create_directories(file.parent_path(), failed);
  auto fresh = file;
  fresh += sync == sync_mode::yes ? ".new" : ".last";
  const int descriptor = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (descriptor < 0) return of_file(fresh, "cannot be made");
  const bool written =
      write_all(descriptor, text) && (sync == sync_mode::no || ::fsync(descriptor) == 0);
  ::close(descriptor);
  if (!written) return of_file(fresh, "cannot be written");
  if (::rename(fresh.c_str(), file.c_str()) != 0) return of_file(file, "cannot be replaced");
  if (sync == sync_mode::no) return {};
  // The name, too, has to survive.
  const int folder = ::open(file.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return of_file(file, "its folder cannot be opened");
  const bool named = ::fsync(folder) == 0;
  ::close(folder);
  return named ? result<void>{} : of_file(file, "its name is not on the disk");
}

}  // namespace bw
