#include "storage/segment_file.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

#include "core/assert.hpp"
#include "storage/recording_frame.hpp"
#include "storage/sha256.hpp"

namespace bw {
namespace {

/// Fast enough for the slow lane at any load, and a third of the size.
/// On rows of numbers level 1 is half as fast again as level 3, and no larger.
constexpr int compression_level = 1;

error io_error(const std::filesystem::path& path, const char* what) {
  return {ec::io_failed, path.string() + ": " + what + ": " + std::strerror(errno)};
}

/// Closed with the object.
class file_handle {
 public:
  explicit file_handle(int descriptor) : descriptor_(descriptor) {}
  ~file_handle() { close(); }
  file_handle(const file_handle&) = delete;
  file_handle& operator=(const file_handle&) = delete;
  int get() const { return descriptor_; }
  bool close() {
    const int descriptor = std::exchange(descriptor_, -1);
    return descriptor < 0 || ::close(descriptor) == 0;
  }

 private:
  int descriptor_;
};

}  // namespace

// Writing.

struct segment_writer::state {
  state(std::filesystem::path where, int descriptor)
      : path(std::move(where)), file(descriptor), out(ZSTD_CStreamOutSize()) {}
  ~state() { ZSTD_freeCCtx(stream); }
  state(const state&) = delete;
  state& operator=(const state&) = delete;

  result<void> feed(std::string_view bytes, ZSTD_EndDirective how);

  std::filesystem::path path;
  file_handle file;
  ZSTD_CCtx* stream = ZSTD_createCCtx();
  std::vector<char> out;
  std::uint64_t written = 0;
};

result<void> segment_writer::state::feed(std::string_view bytes, ZSTD_EndDirective how) {
  ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
  for (;;) {
    ZSTD_outBuffer to{out.data(), out.size(), 0};
    const auto left = ZSTD_compressStream2(stream, &to, &in, how);
    if (ZSTD_isError(left)) return {ec::io_failed, path.string() + ": " + ZSTD_getErrorName(left)};
    for (std::size_t done = 0; done < to.pos;) {
      const auto count = ::write(file.get(), out.data() + done, to.pos - done);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return io_error(path, "cannot be written");
      done += static_cast<std::size_t>(count);
    }
    written += to.pos;
    const bool taken = in.pos == in.size;
    if (how == ZSTD_e_continue ? taken && to.pos < to.size : left == 0) return {};
  }
}

segment_writer::segment_writer(std::unique_ptr<state> made) : state_(std::move(made)) {}
segment_writer::segment_writer(segment_writer&&) noexcept = default;
segment_writer& segment_writer::operator=(segment_writer&&) noexcept = default;
segment_writer::~segment_writer() = default;

result<segment_writer> segment_writer::create(const std::filesystem::path& path) {
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
  if (descriptor < 0) return io_error(path, "cannot be created");
  auto made = std::make_unique<state>(path, descriptor);
  BW_ASSERT(made->stream != nullptr, "the compressor has its memory");
  ZSTD_CCtx_setParameter(made->stream, ZSTD_c_compressionLevel, compression_level);
  ZSTD_CCtx_setParameter(made->stream, ZSTD_c_checksumFlag, 1);
  return segment_writer{std::move(made)};
}

result<void> segment_writer::add(std::string_view block) {
  return state_->feed(block, ZSTD_e_continue);
}
result<void> segment_writer::flush() { return state_->feed({}, ZSTD_e_flush); }

result<void> segment_writer::close() {
  if (auto ended = state_->feed({}, ZSTD_e_end); !ended) return ended;
  if (::fdatasync(state_->file.get()) != 0) return io_error(state_->path, "cannot be synced");
  if (!state_->file.close()) return io_error(state_->path, "cannot be closed");
  return {};
}

std::uint64_t segment_writer::bytes() const { return state_->written; }

// Reading.

struct segment_reader::state {
  state(std::filesystem::path where, int descriptor)
      : path(std::move(where)), file(descriptor), in(ZSTD_DStreamInSize()) {}
  ~state() { ZSTD_freeDCtx(stream); }
  state(const state&) = delete;
  state& operator=(const state&) = delete;

  bool next(std::string_view& block);
  /// More unpacked bytes; false when no more come.
  bool unpack();
  bool refill();
  void end(segment_ending how, std::string why) {
    over = true;
    ending = how;
    reason = path.filename().string() + ": " + std::move(why);
  }

  std::filesystem::path path;
  file_handle file;
  ZSTD_DCtx* stream = ZSTD_createDCtx();
  std::vector<char> in;
  ZSTD_inBuffer source{nullptr, 0, 0};
  std::string plain;
  std::size_t taken = 0;
  bool frame_done = false;
  bool file_done = false;
  bool over = false;
  segment_ending ending = segment_ending::whole;
  std::string reason;
};

bool segment_reader::state::refill() {
  ssize_t count = -1;
  do count = ::read(file.get(), in.data(), in.size());
  while (count < 0 && errno == EINTR);
  if (count <= 0) file_done = true;
  source = {in.data(), count > 0 ? static_cast<std::size_t>(count) : 0, 0};
  return count > 0;
}

bool segment_reader::state::unpack() {
  for (;;) {
    const bool more = source.pos < source.size || refill();
    if (frame_done) {
      if (more) end(segment_ending::corrupt, "something stands behind the end");
      return false;
    }
    const auto before = plain.size();
    plain.resize(before + ZSTD_DStreamOutSize());
    ZSTD_outBuffer to{plain.data() + before, plain.size() - before, 0};
    const auto left = ZSTD_decompressStream(stream, &to, &source);
    const bool failed = ZSTD_isError(left) != 0;
    plain.resize(before + (failed ? 0 : to.pos));
    if (failed) {
      end(segment_ending::corrupt, ZSTD_getErrorName(left));
      return false;
    }
    frame_done = left == 0;
    if (to.pos > 0) return true;
    if (!more && !frame_done) {
      end(segment_ending::torn, "it was never closed");
      return false;
    }
  }
}

bool segment_reader::state::next(std::string_view& block) {
  while (!over) {
    const auto rest = std::string_view{plain}.substr(taken);
    const auto size = block_size(rest);
    if (!size) {
      end(segment_ending::corrupt, size.failure().context);
      return false;
    }
    if (*size > 0 && rest.size() >= *size) {
      block = rest.substr(0, *size);
      if (const auto opened = open_block(block); !opened) {
        end(segment_ending::corrupt, opened.failure().context);
        return false;
      }
      taken += *size;
      return true;
    }
    plain.erase(0, taken);
    taken = 0;
    if (unpack() || over) continue;
    if (plain.empty()) {
      over = true;
    } else {
      end(segment_ending::corrupt, "the last block is not whole");
    }
  }
  return false;
}

segment_reader::segment_reader(std::unique_ptr<state> made) : state_(std::move(made)) {}
segment_reader::segment_reader(segment_reader&&) noexcept = default;
segment_reader& segment_reader::operator=(segment_reader&&) noexcept = default;
segment_reader::~segment_reader() = default;

result<segment_reader> segment_reader::open(const std::filesystem::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return io_error(path, "cannot be read");
  auto made = std::make_unique<state>(path, descriptor);
  BW_ASSERT(made->stream != nullptr, "the decompressor has its memory");
  return segment_reader{std::move(made)};
}

bool segment_reader::next(std::string_view& block) { return state_->next(block); }
segment_ending segment_reader::ending() const { return state_->ending; }
const std::string& segment_reader::reason() const { return state_->reason; }

result<file_seal> seal_of_file(const std::filesystem::path& path) {
  file_handle file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (file.get() < 0 && errno == ENOENT) return {ec::not_found, path.string() + ": is not there"};
  struct stat facts {};
  if (file.get() < 0 || ::fstat(file.get(), &facts) != 0) return io_error(path, "cannot be read");
  file_seal out;
  out.bytes = static_cast<std::uint64_t>(facts.st_size);
  sha256 hash;
  if (out.bytes == 0) {
    out.sha256 = hash.of({});
    return out;
  }
  void* mapped = ::mmap(nullptr, out.bytes, PROT_READ, MAP_PRIVATE, file.get(), 0);
  if (mapped == MAP_FAILED) return io_error(path, "cannot be mapped");
  out.sha256 = hash.of({std::string_view{static_cast<const char*>(mapped), out.bytes}});
  ::munmap(mapped, out.bytes);
  return out;
}

}  // namespace bw
