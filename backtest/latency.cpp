#include "backtest/latency.hpp"

namespace bw {

nanoseconds latency_model::draw() {
  if (options_.model == simulated_latency::measured && !options_.measured.empty())
    return options_.measured[random_.below(options_.measured.size())];
  if (options_.model == simulated_latency::uniform && options_.spread > nanoseconds{0})
    return options_.least + nanoseconds{random_.between(0, options_.spread.count())};
  return options_.least;
}

}  // namespace bw
