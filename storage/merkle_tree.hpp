#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/result.hpp"
#include "storage/sha256.hpp"

namespace bw {

// The Merkle tree of RFC 6962, section 2.1, over the leaves of the log's records: record n is leaf
// n - 1. A node is SHA-256(0x01 | left | right); the tree of no leaves has the hash of no bytes.

/// The tree so far, of which only the roots of its full subtrees are kept: at most 64 of them,
/// whatever the number of leaves. One thread.
class merkle_tree {
 public:
  merkle_tree() = default;
  /// A tree goes on from its full subtrees, widest first. ec::invalid_argument when there are not
  /// as many as `size` has.
  static result<merkle_tree> from_peaks(std::uint64_t size, std::vector<digest> peaks);

  void add(const digest& leaf);

  std::uint64_t size() const { return size_; }
  const std::vector<digest>& peaks() const { return peaks_; }
  digest root() const;

 private:
  std::uint64_t size_ = 0;
  std::vector<digest> peaks_;
  mutable sha256 hash_;
};

/// Leaves from `begin` up to and without `end`, counted from zero.
struct leaf_range {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;

  friend bool operator==(const leaf_range&, const leaf_range&) = default;
};

/// Subtrees whose roots prove that leaf `index` is in the tree of `size` leaves, from its sibling
/// up (RFC 6962, 2.1.1). `index` lies below `size`.
std::vector<leaf_range> inclusion_ranges(std::uint64_t index, std::uint64_t size);
/// Subtrees whose roots prove that the tree of `size` leaves began with that of `earlier` leaves
/// (RFC 6962, 2.1.2); none when one of the two is empty or they are the same.
std::vector<leaf_range> consistency_ranges(std::uint64_t earlier, std::uint64_t size);

/// Takes all leaves once, in order, and answers the roots of the ranges it was asked for; memory
/// does not grow with the number of leaves. The ranges do not overlap.
class range_roots {
 public:
  explicit range_roots(std::vector<leaf_range> ranges);

  void add(const digest& leaf);
  /// In the order of the ranges. Complete once every leaf up to the last end was added.
  std::vector<digest> roots() const;

 private:
  std::vector<leaf_range> ranges_;
  std::vector<merkle_tree> trees_;
  std::uint64_t next_ = 0;
};

/// Whether `path` leads from the leaf to the root (RFC 9162, 2.1.3.2).
bool proves_inclusion(const digest& leaf, std::uint64_t index, std::uint64_t size,
                      std::span<const digest> path, const digest& root);
/// Whether `path` leads from the earlier root to the later one (RFC 9162, 2.1.4.2).
bool proves_consistency(std::uint64_t earlier, std::uint64_t size, std::span<const digest> path,
                        const digest& earlier_root, const digest& root);

}  // namespace bw
