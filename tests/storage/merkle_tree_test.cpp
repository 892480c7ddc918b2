// The tree and its proofs against the definition of RFC 6962, written down as it stands there.

#include "storage/merkle_tree.hpp"

#include <gtest/gtest.h>

#include "core/prng.hpp"
#include "storage/event_json.hpp"
#include "tests/support/seed.hpp"

namespace bw {
namespace {

using leaves = std::vector<digest>;

digest hash_of(const std::string& bytes) { return sha256{}.of({bytes}); }
std::string bytes_of(const digest& x) { return {x.begin(), x.end()}; }

/// MTH, PATH and SUBPROOF of sections 2.1, 2.1.1 and 2.1.2, by recursion over copies.
digest slow_root(const leaves& d) {
  if (d.empty()) return hash_of("");
  if (d.size() == 1) return d[0];
  std::size_t k = 1;
  while (k * 2 < d.size()) k *= 2;
  return hash_of("\x01" + bytes_of(slow_root({d.begin(), d.begin() + k})) +
                 bytes_of(slow_root({d.begin() + k, d.end()})));
}

leaves slow_path(std::size_t m, const leaves& d) {
  if (d.size() <= 1) return {};
  std::size_t k = 1;
  while (k * 2 < d.size()) k *= 2;
  const leaves left{d.begin(), d.begin() + k};
  const leaves right{d.begin() + k, d.end()};
  auto out = m < k ? slow_path(m, left) : slow_path(m - k, right);
  out.push_back(slow_root(m < k ? right : left));
  return out;
}

leaves slow_subproof(std::size_t m, const leaves& d, bool known) {
  if (m == d.size()) return known ? leaves{} : leaves{slow_root(d)};
  std::size_t k = 1;
  while (k * 2 < d.size()) k *= 2;
  const leaves left{d.begin(), d.begin() + k};
  const leaves right{d.begin() + k, d.end()};
  auto out = m <= k ? slow_subproof(m, left, known) : slow_subproof(m - k, right, false);
  out.push_back(slow_root(m <= k ? right : left));
  return out;
}

leaves some_leaves(std::size_t count) {
  leaves out;
  for (std::size_t k = 0; k < count; ++k) out.push_back(hash_of("leaf " + std::to_string(k)));
  return out;
}

leaves prefix(const leaves& d, std::size_t count) { return {d.begin(), d.begin() + count}; }

merkle_tree tree_of(const leaves& d) {
  merkle_tree out;
  for (const auto& leaf : d) out.add(leaf);
  return out;
}

leaves roots_of(const std::vector<leaf_range>& ranges, const leaves& d) {
  range_roots out{ranges};
  for (const auto& leaf : d) out.add(leaf);
  return out.roots();
}

// The data and roots that the certificate-transparency project publishes for its implementations.
TEST(merkle_tree, has_the_published_roots) {
  const std::string inputs[] = {
      std::string{},
      std::string{"\x00", 1},
      std::string{"\x10"},
      std::string{"\x20\x21"},
      std::string{"\x30\x31"},
      std::string{"\x40\x41\x42\x43"},
      std::string{"\x50\x51\x52\x53\x54\x55\x56\x57"},
      std::string{"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f"}};
  const char* roots[] = {"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                         "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                         "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                         "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                         "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                         "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
                         "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
                         "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
                         "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
  merkle_tree tree;
  EXPECT_EQ(hex_text(tree.root()), roots[0]);
  for (std::size_t k = 0; k < std::size(inputs); ++k) {
    tree.add(hash_of(std::string{"\x00", 1} + inputs[k]));
    EXPECT_EQ(hex_text(tree.root()), roots[k + 1]) << k + 1 << " leaves";
  }
}

TEST(merkle_tree, agrees_with_the_definition_for_every_small_size) {
  const auto all = some_leaves(70);
  merkle_tree tree;
  for (std::size_t size = 0; size <= all.size(); ++size) {
    EXPECT_EQ(tree.root(), slow_root(prefix(all, size))) << size;
    const auto again = merkle_tree::from_peaks(tree.size(), tree.peaks());
    ASSERT_TRUE(again.ok());
    EXPECT_EQ(again->root(), tree.root());
    if (size < all.size()) tree.add(all[size]);
  }
  EXPECT_EQ(merkle_tree::from_peaks(3, {all[0]}).code(), ec::invalid_argument);
}

TEST(merkle_tree, proves_every_leaf_of_every_small_tree) {
  const auto all = some_leaves(40);
  for (std::size_t size = 1; size <= all.size(); ++size) {
    const auto d = prefix(all, size);
    const auto root = slow_root(d);
    for (std::size_t index = 0; index < size; ++index) {
      const auto path = roots_of(inclusion_ranges(index, size), d);
      ASSERT_EQ(path, slow_path(index, d)) << index << " of " << size;
      EXPECT_TRUE(proves_inclusion(d[index], index, size, path, root));
      EXPECT_FALSE(
          proves_inclusion(all[39 - index % 39], index == 0 ? size : index - 1, size, path, root));
    }
  }
}

TEST(merkle_tree, proves_every_small_tree_to_be_a_beginning) {
  const auto all = some_leaves(40);
  for (std::size_t size = 1; size <= all.size(); ++size) {
    const auto d = prefix(all, size);
    for (std::size_t earlier = 1; earlier <= size; ++earlier) {
      const auto path = roots_of(consistency_ranges(earlier, size), d);
      ASSERT_EQ(path, slow_subproof(earlier, d, true)) << earlier << " of " << size;
      const auto before = slow_root(prefix(all, earlier));
      EXPECT_TRUE(proves_consistency(earlier, size, path, before, slow_root(d)));
      if (earlier == size) continue;
      EXPECT_FALSE(proves_consistency(earlier, size, path, all[0] == before ? all[1] : all[0],
                                      slow_root(d)));
      EXPECT_FALSE(proves_consistency(earlier, size, path, before, all[1]));
    }
    EXPECT_TRUE(proves_consistency(0, size, {}, merkle_tree{}.root(), slow_root(d)));
  }
}

// Any change to a proof, its place or its root makes it one of nothing.
TEST(merkle_tree, refuses_every_changed_proof) {
  const auto seed = tests::test_seed(71);
  prng chance{seed};
  for (std::uint64_t round = 0; round < tests::test_size(300); ++round) {
    const auto size = 2 + chance.below(200);
    const auto d = some_leaves(size);
    const auto index = chance.below(size);
    auto path = roots_of(inclusion_ranges(index, size), d);
    auto leaf = d[index];
    auto root = tree_of(d).root();
    auto at = index;
    ASSERT_TRUE(proves_inclusion(leaf, at, size, path, root)) << tests::repeat_with(seed);
    switch (chance.below(5)) {
      case 0: path[chance.below(path.size())][chance.below(32)] ^= 1; break;
      case 1: path.erase(path.begin() + chance.below(path.size())); break;
      case 2: leaf[chance.below(32)] ^= 0x80; break;
      case 3: root[chance.below(32)] ^= 4; break;
      default: path.push_back(root);
    }
    EXPECT_FALSE(proves_inclusion(leaf, at, size, path, root))
        << index << " of " << size << "; " << tests::repeat_with(seed);
  }
}

}  // namespace
}  // namespace bw
