#pragma once

#include <cstddef>
#include <vector>

#include "config/search_options.hpp"
#include "core/result.hpp"

namespace bw {

/// Sessions [train_begin, train_end) to choose parameters on and [train_end, test_end) to judge the
/// choice on, by their index.
struct walk_forward_fold {
  std::size_t train_begin = 0;
  std::size_t train_end = 0;
  std::size_t test_end = 0;

  friend bool operator==(const walk_forward_fold&, const walk_forward_fold&) = default;
};

/// Cuts `sessions` into folds whose test windows follow one another without gap or overlap, each
/// behind its training window; the last may be shorter. `off` makes one fold: two thirds to train,
/// the rest to test, so that something unseen always judges. ec::out_of_range when there are too
/// few sessions for one fold.
result<std::vector<walk_forward_fold>> make_folds(std::size_t sessions, walk_forward_mode mode,
                                                  std::size_t train, std::size_t test);

}  // namespace bw
