#include "storage/input_tape.hpp"

#include <utility>

namespace bw {

void input_tape::open_chunk() {
  // Rarely a new one: the writer gives chunks back.
  if (!empty_.try_pop(chunk_)) chunk_.reserve(chunk_bytes + chunk_bytes / 8);
  chunk_.clear();
  chunk_.append(block_prefix_bytes, '\0');
  binary_writer header{chunk_};
  header.value(lane_);
  header.value(noted());
  header.value(count_);
}

void input_tape::close_frame(std::size_t begin, std::uint8_t kind) {
  const auto size = static_cast<std::uint32_t>(chunk_.size() - begin - frame_header_bytes);
  chunk_[begin] = static_cast<char>(kind);
  for (std::size_t k = 0; k < 4; ++k)
    chunk_[begin + 1 + k] = static_cast<char>(size >> (8 * k) & 0xff);
  ++count_;
  noted_.store(noted() + 1, std::memory_order_relaxed);
  if (chunk_.size() >= chunk_bytes) flush();
}

void input_tape::drop_frame(std::size_t begin) {
  chunk_.resize(begin);
  flush();
  noted_.store(noted() + 1, std::memory_order_relaxed);
  lost_.store(lost() + 1, std::memory_order_relaxed);
}

void input_tape::flush() {
  if (count_ > 0) {
    constexpr std::size_t count_at = block_header_bytes - 4;
    for (std::size_t k = 0; k < 4; ++k)
      chunk_[count_at + k] = static_cast<char>(count_ >> (8 * k) & 0xff);
    if (!full_.try_push(std::move(chunk_))) lost_.store(lost() + count_, std::memory_order_relaxed);
  }
  chunk_.clear();
  count_ = 0;
}

void input_tape::give_back(std::string chunk) {
  // One that grew for a single long frame is not kept.
  if (chunk.capacity() <= 2 * chunk_bytes) static_cast<void>(empty_.try_push(std::move(chunk)));
}

}  // namespace bw
