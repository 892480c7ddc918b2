#include "storage/input_tape.hpp"

#include <algorithm>
#include <utility>

namespace bw {

void chunk_buffer::grow(std::size_t count) {
  constexpr std::size_t usual = input_tape::chunk_bytes + input_tape::chunk_bytes / 8;
  bytes_.resize(std::max({usual, used_ + count, bytes_.size() * 2}));
}

void chunk_buffer::recycle(std::string memory) {
  bytes_ = std::move(memory);
  bytes_.resize(bytes_.capacity());
  used_ = 0;
}

std::string chunk_buffer::take() {
  bytes_.resize(std::exchange(used_, 0));
  return std::exchange(bytes_, std::string{});
}

void input_tape::open_chunk() {
  // Rarely a new one: the writer gives chunks back.
  if (std::string used; empty_.try_pop(used)) chunk_.recycle(std::move(used));
  chunk_.skip(block_prefix_bytes);
  basic_binary_writer header{chunk_};
  header.value(lane_);
  header.value(noted());
  header.value(count_);
}

void input_tape::close_frame(std::size_t begin, std::uint8_t kind) {
  chunk_.put(begin, kind);
  chunk_.put(begin + 1, static_cast<std::uint32_t>(chunk_.size() - begin - frame_header_bytes));
  ++count_;
  noted_.store(noted() + 1, std::memory_order_relaxed);
  if (chunk_.size() >= chunk_bytes) flush();
}

void input_tape::drop_frame(std::size_t begin) {
  chunk_.cut(begin);
  flush();
  noted_.store(noted() + 1, std::memory_order_relaxed);
  lost_.store(lost() + 1, std::memory_order_relaxed);
}

void input_tape::flush() {
  if (count_ > 0) {
    chunk_.put(block_header_bytes - 4, count_);
    if (!full_.try_push(chunk_.take())) lost_.store(lost() + count_, std::memory_order_relaxed);
  }
  chunk_.cut(0);
  count_ = 0;
}

void input_tape::give_back(std::string chunk) {
  // One that grew for a single long frame is not kept.
  if (chunk.capacity() <= 2 * chunk_bytes) static_cast<void>(empty_.try_push(std::move(chunk)));
}

}  // namespace bw
