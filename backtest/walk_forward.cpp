#include "backtest/walk_forward.hpp"

#include <algorithm>
#include <string>

namespace bw {

result<std::vector<walk_forward_fold>> make_folds(std::size_t sessions, walk_forward_mode mode,
                                                  std::size_t train, std::size_t test) {
  if (mode == walk_forward_mode::off) {
    if (sessions < 3)
      return {ec::out_of_range, "the data have " + std::to_string(sessions) +
                                    " sessions; training and test need 3 at least"};
    return std::vector{walk_forward_fold{0, sessions * 2 / 3, sessions}};
  }
  if (train == 0 || test == 0) return {ec::invalid_argument, "windows are of one session at least"};
  if (sessions < train + test)
    return {ec::out_of_range, "the data have " + std::to_string(sessions) + " sessions; --train " +
                                  std::to_string(train) + " and --test " + std::to_string(test) +
                                  " need " + std::to_string(train + test)};
  std::vector<walk_forward_fold> out;
  for (auto begin = train; begin < sessions; begin += test)
    out.push_back({mode == walk_forward_mode::anchored ? 0 : begin - train, begin,
                   std::min(begin + test, sessions)});
  return out;
}

}  // namespace bw
