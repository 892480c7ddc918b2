#pragma once

#include <atomic>
#include <cstdint>
#include <cstring>
#include <string>

#include "core/bounded_queue.hpp"
#include "storage/binary_codec.hpp"
#include "storage/recording_frame.hpp"

namespace bw {

/// Bytes that grow in place: what std::string does, without a call for each number.
class chunk_buffer {
 public:
  void append(const char* from, std::size_t count) {
    if (bytes_.size() - used_ < count) grow(count);
    std::memcpy(bytes_.data() + used_, from, count);
    used_ += count;
  }
  /// Room for `count` bytes that are put in later.
  void skip(std::size_t count) {
    if (bytes_.size() - used_ < count) grow(count);
    used_ += count;
  }
  void put(std::size_t at, std::uint32_t x) {
    for (std::size_t k = 0; k < 4; ++k) bytes_[at + k] = static_cast<char>(x >> (8 * k) & 0xff);
  }
  void put(std::size_t at, std::uint8_t x) { bytes_[at] = static_cast<char>(x); }
  std::size_t size() const { return used_; }
  void cut(std::size_t size) { used_ = size; }
  /// Takes memory that was used before.
  void recycle(std::string memory);
  std::string take();

 private:
  void grow(std::size_t count);

  std::string bytes_;
  std::size_t used_ = 0;
};

/// The way of one decision maker's inputs to the writer: frames are put one behind the other into a
/// chunk, and a full chunk goes into a bounded queue. Noting never waits and takes no lock; what
/// finds no room is counted and leaves a gap in the numbers, so that a reader knows of it.
///
/// One thread at a time notes and flushes, one takes. Lives longer than both.
class input_tape {
 public:
  /// A chunk goes on its way from this size on.
  static constexpr std::size_t chunk_bytes = 16 * 1024;
  /// Chunks that wait at most: 2 MiB a lane.
  static constexpr std::size_t chunks_max = 128;

  explicit input_tape(std::uint32_t lane) : lane_(lane), full_(chunks_max), empty_(chunks_max) {}

  /// `x` is about to be decided on, and `at` is what its decision maker takes for the time.
  template <class T>
  void note(const T& x, const instant& at) {
    if (chunk_.size() == 0) open_chunk();
    const auto begin = chunk_.size();
    chunk_.skip(frame_header_bytes);
    basic_binary_writer body{chunk_};
    body.value(at.utc);
    body.value(at.mono);
    body.value(x);
    if (!body.fits()) return drop_frame(begin);
    close_frame(begin, recorded_kind_of<T>);
  }

  /// Sends on what has been noted; to be called now and then, so that a crash loses little.
  void flush();

  /// Writer. The next chunk as a block that lacks its prefix; false when nothing waits.
  bool take(std::string& chunk) { return full_.try_pop(chunk); }
  /// Writer. A chunk that can be filled again.
  void give_back(std::string chunk);

  std::uint32_t lane() const { return lane_; }
  /// Frames so far, the lost ones included.
  std::uint64_t noted() const { return noted_.load(std::memory_order_relaxed); }
  std::uint64_t lost() const { return lost_.load(std::memory_order_relaxed); }

 private:
  void open_chunk();
  void close_frame(std::size_t begin, std::uint8_t kind);
  /// Takes back a frame that is longer than the format carries.
  void drop_frame(std::size_t begin);

  std::uint32_t lane_;
  bounded_queue<std::string> full_;
  bounded_queue<std::string> empty_;
  chunk_buffer chunk_;
  std::uint32_t count_ = 0;
  std::atomic<std::uint64_t> noted_{0};
  std::atomic<std::uint64_t> lost_{0};
};

}  // namespace bw
