#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "core/assert.hpp"

namespace bw {

/// At most `Capacity` elements without a heap allocation. T is default-constructible and cheap.
template <class T, std::uint8_t Capacity>
class inline_vector {
 public:
  using value_type = T;
  static constexpr std::size_t capacity = Capacity;

  /// False when it is full; then nothing changes.
  [[nodiscard]] bool try_push(const T& x) {
    if (size_ == Capacity) return false;
    items_[size_++] = x;
    return true;
  }
  /// For callers that have proven that there is room.
  void push(const T& x) { BW_ASSERT(try_push(x), "an inline vector has room for what is pushed"); }
  void clear() { size_ = 0; }

  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  bool full() const { return size_ == Capacity; }
  T& operator[](std::size_t k) {
    BW_ASSERT(k < size_, "an index lies within the inline vector");
    return items_[k];
  }
  const T& operator[](std::size_t k) const {
    BW_ASSERT(k < size_, "an index lies within the inline vector");
    return items_[k];
  }
  T* begin() { return items_.data(); }
  T* end() { return items_.data() + size_; }
  const T* begin() const { return items_.data(); }
  const T* end() const { return items_.data() + size_; }

  friend bool operator==(const inline_vector& a, const inline_vector& b) {
    if (a.size_ != b.size_) return false;
    for (std::size_t k = 0; k < a.size_; ++k)
      if (!(a.items_[k] == b.items_[k])) return false;
    return true;
  }

 private:
  std::array<T, Capacity> items_{};
  std::uint8_t size_ = 0;
};

}  // namespace bw
