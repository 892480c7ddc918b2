#include "storage/merkle_tree.hpp"

#include <algorithm>
#include <bit>

namespace bw {
namespace {

constexpr std::string_view node_prefix{"\x01", 1};

std::string_view text_of(const digest& x) {
  return {reinterpret_cast<const char*>(x.data()), x.size()};
}

digest node_of(sha256& hash, const digest& left, const digest& right) {
  return hash.of({node_prefix, text_of(left), text_of(right)});
}

/// The widest full subtree on the left of a tree of `size` leaves, two or more.
std::uint64_t left_width(std::uint64_t size) { return std::bit_floor(size - 1); }

bool is_even(std::uint64_t x) { return (x & 1) == 0; }

}  // namespace

result<merkle_tree> merkle_tree::from_peaks(std::uint64_t size, std::vector<digest> peaks) {
  if (peaks.size() != static_cast<std::size_t>(std::popcount(size)))
    return {ec::invalid_argument, "a tree of " + std::to_string(size) + " leaves has not " +
                                      std::to_string(peaks.size()) + " full subtrees"};
  merkle_tree out;
  out.size_ = size;
  out.peaks_ = std::move(peaks);
  return out;
}

void merkle_tree::add(const digest& leaf) {
  auto top = leaf;
  // As in a binary counter: every full subtree of the same width joins the new one.
  for (auto carry = size_; !is_even(carry); carry >>= 1) {
    top = node_of(hash_, peaks_.back(), top);
    peaks_.pop_back();
  }
  peaks_.push_back(top);
  ++size_;
}

digest merkle_tree::root() const {
  if (peaks_.empty()) return hash_.of({});
  auto out = peaks_.back();
  for (auto at = peaks_.rbegin() + 1; at != peaks_.rend(); ++at) out = node_of(hash_, *at, out);
  return out;
}

std::vector<leaf_range> inclusion_ranges(std::uint64_t index, std::uint64_t size) {
  BW_ASSERT(index < size, "a leaf that is proved lies in its tree");
  std::vector<leaf_range> out;
  leaf_range at{0, size};
  while (at.end - at.begin > 1) {
    const auto middle = at.begin + left_width(at.end - at.begin);
    const bool left = index < middle;
    out.push_back(left ? leaf_range{middle, at.end} : leaf_range{at.begin, middle});
    at = left ? leaf_range{at.begin, middle} : leaf_range{middle, at.end};
  }
  std::reverse(out.begin(), out.end());
  return out;
}

std::vector<leaf_range> consistency_ranges(std::uint64_t earlier, std::uint64_t size) {
  BW_ASSERT(earlier <= size, "the earlier tree is not the larger one");
  std::vector<leaf_range> out;
  if (earlier == 0 || earlier == size) return out;
  leaf_range at{0, size};
  // Whoever verifies knows the earlier root: a part that is all of it need not be told.
  while (earlier != at.end) {
    const auto middle = at.begin + left_width(at.end - at.begin);
    const bool left = earlier <= middle;
    out.push_back(left ? leaf_range{middle, at.end} : leaf_range{at.begin, middle});
    at = left ? leaf_range{at.begin, middle} : leaf_range{middle, at.end};
  }
  if (at.begin != 0) out.push_back(at);
  std::reverse(out.begin(), out.end());
  return out;
}

range_roots::range_roots(std::vector<leaf_range> ranges)
    : ranges_(std::move(ranges)), trees_(ranges_.size()) {}

void range_roots::add(const digest& leaf) {
  for (std::size_t k = 0; k < ranges_.size(); ++k)
    if (ranges_[k].begin <= next_ && next_ < ranges_[k].end) trees_[k].add(leaf);
  ++next_;
}

std::vector<digest> range_roots::roots() const {
  std::vector<digest> out;
  for (const auto& tree : trees_) out.push_back(tree.root());
  return out;
}

bool proves_inclusion(const digest& leaf, std::uint64_t index, std::uint64_t size,
                      std::span<const digest> path, const digest& root) {
  if (index >= size) return false;
  sha256 hash;
  auto node = index;
  auto last = size - 1;
  auto at = leaf;
  for (const auto& sibling : path) {
    if (last == 0) return false;
    if (!is_even(node) || node == last) {
      at = node_of(hash, sibling, at);
      while (is_even(node) && node != 0) {
        node >>= 1;
        last >>= 1;
      }
    } else {
      at = node_of(hash, at, sibling);
    }
    node >>= 1;
    last >>= 1;
  }
  return last == 0 && at == root;
}

bool proves_consistency(std::uint64_t earlier, std::uint64_t size, std::span<const digest> path,
                        const digest& earlier_root, const digest& root) {
  if (earlier > size) return false;
  // Nothing is a beginning of everything, and a tree one of itself: neither takes a proof.
  if (earlier == 0) return path.empty() && earlier_root == merkle_tree{}.root();
  if (earlier == size) return path.empty() && earlier_root == root;
  if (path.empty() && !std::has_single_bit(earlier)) return false;

  sha256 hash;
  auto node = earlier - 1;
  auto last = size - 1;
  while (!is_even(node)) {
    node >>= 1;
    last >>= 1;
  }
  const bool whole = std::has_single_bit(earlier);
  auto old_at = whole ? earlier_root : path.front();
  auto new_at = old_at;
  for (const auto& next : path.subspan(whole ? 0 : 1)) {
    if (last == 0) return false;
    if (!is_even(node) || node == last) {
      old_at = node_of(hash, next, old_at);
      new_at = node_of(hash, next, new_at);
      while (is_even(node) && node != 0) {
        node >>= 1;
        last >>= 1;
      }
    } else {
      new_at = node_of(hash, new_at, next);
    }
    node >>= 1;
    last >>= 1;
  }
  return last == 0 && old_at == earlier_root && new_at == root;
}

}  // namespace bw
