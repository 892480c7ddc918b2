#include "venue/csv_reader.hpp"

#include <zlib.h>

#include <algorithm>

namespace bw::venue {
namespace {

constexpr std::size_t buffer_size = 64 * 1024;
static_assert(buffer_size > 2 * csv_reader::line_length_max);

/// What a message shows of a field.
constexpr std::size_t shown_max = 40;

}  // namespace

/// The file and what was read of it and not yet handed out.
struct csv_reader::source {
  explicit source(gzFile opened) : file(opened), buffer(buffer_size) {}
  source(const source&) = delete;
  source& operator=(const source&) = delete;
  ~source() { gzclose_r(file); }

  std::string_view unread() const { return {buffer.data() + begin, end - begin}; }

  gzFile file;
  std::vector<char> buffer;
  std::size_t begin = 0;
  std::size_t end = 0;
  bool at_end = false;
};

csv_reader::csv_reader(std::string name, std::unique_ptr<source> from)
    : name_(std::move(name)), source_(std::move(from)) {}
csv_reader::csv_reader(csv_reader&&) noexcept = default;
csv_reader& csv_reader::operator=(csv_reader&&) noexcept = default;
csv_reader::~csv_reader() = default;

result<csv_reader> csv_reader::open(const std::filesystem::path& file) {
  std::error_code ignored;
  if (std::filesystem::is_directory(file, ignored))
    return {ec::io_failed, file.string() + " is a folder; name the files in it"};
  const auto opened = gzopen(file.c_str(), "rb");
  if (!opened)
    return {ec::io_failed,
            file.string() + " cannot be opened; check that it exists and may be read"};
  csv_reader out{file.string(), std::make_unique<source>(opened)};
  std::string_view line;
  auto read = out.read_line(line);
  if (!read) return std::move(read).failure();
  if (!*read) return out.bad_line("the file is empty; it needs a header line");
  out.header_ = line;
  out.split(out.header_);
  out.columns_.assign(out.fields_.begin(), out.fields_.end());
  out.fields_.clear();
  return out;
}

result<bool> csv_reader::next() {
  std::string_view line;
  do {
    auto read = read_line(line);
    if (!read || !*read) return read;
  } while (line.empty());
  split(line);
  if (fields_.size() == columns_.size()) return true;
  return bad_line("the line has " + std::to_string(fields_.size()) + " fields and the header " +
                  std::to_string(columns_.size()) + "; mend or remove the line");
}

result<bool> csv_reader::read_line(std::string_view& line) {
  auto& from = *source_;
  ++line_;
  for (;;) {
    const auto unread = from.unread();
    const auto length = unread.find('\n');
    if (std::min(length, unread.size()) > line_length_max)
      return bad_line("the line is longer than " + std::to_string(line_length_max) +
                      " characters; is this a CSV file?");
    if (length != std::string_view::npos || (from.at_end && !unread.empty())) {
      line = unread.substr(0, length);
      from.begin += std::min(length, unread.size() - 1) + 1;
      if (line.ends_with('\r')) line.remove_suffix(1);
      return true;
    }
    if (from.at_end) return false;
    std::copy(unread.begin(), unread.end(), from.buffer.begin());
    from.end = unread.size();
    from.begin = 0;
    const auto room = static_cast<unsigned>(from.buffer.size() - from.end);
    const auto got = gzread(from.file, from.buffer.data() + from.end, room);
    int problem = Z_OK;
    gzerror(from.file, &problem);
    if (got < 0 || (problem != Z_OK && problem != Z_STREAM_END))
      return {ec::io_failed, name_ + ": the compressed data are damaged or end too early after " +
                                 "line " + std::to_string(line_ - 1) + "; fetch the file again"};
    from.end += static_cast<std::size_t>(got);
    from.at_end = static_cast<unsigned>(got) < room;
  }
}

void csv_reader::split(std::string_view line) {
  fields_.clear();
  for (;;) {
    const auto comma = line.find(',');
    fields_.push_back(line.substr(0, comma));
    if (comma == std::string_view::npos) return;
    line.remove_prefix(comma + 1);
  }
}

error csv_reader::bad_line(std::string_view what) const {
  return {ec::parse_failed, name_ + ':' + std::to_string(line_) + ": " + std::string{what}};
}

error csv_reader::bad_field(std::size_t column, std::string_view what) const {
  return bad_line("column '" + columns_[column] + "' is '" +
                  std::string{fields_[column].substr(0, shown_max)} + "': " + std::string{what});
}

}  // namespace bw::venue
