// A trend follower: buys when the fast average of closes stands above the slow one and the market
// is not too hot, and leaves when the averages change places. Built against the installed SDK
// alone:
//
//   cmake -S examples/trend -B build/trend -DCMAKE_PREFIX_PATH=$HOME/.local && cmake --build
//   build/trend

#include <bellwether/strategy.hpp>

namespace {

using bw::sdk::decimal;
using bw::sdk::parameter;

class trend final : public bw::sdk::strategy {
 public:
  static bw::sdk::description describe() {
    return {
        .id = "trend",
        .name = "Trend",
        .version = "1.0.0",
        .text = "Fast above slow average of closes, with an RSI that is not too high.",
        .author = "Bellwether",
        .warm_up_bars = 200,
        .parameters = {
            parameter::integer("fast", "50", "2", "500", "bars", "Period of the fast average."),
            parameter::integer("slow", "200", "3", "1000", "bars", "Period of the slow average."),
            parameter::number("rsi_max", "70", "1", "100", "points", "No entry above this RSI."),
            parameter::number("stop", "0.01", "0.001", "0.2", "fraction", "Distance of the stop."),
            parameter::number("target", "0.15", "0.001", "1", "fraction",
                              "Distance of the target."),
        }};
  }

  explicit trend(const bw::sdk::setup& given)
      : strategy(given),
        fast_period_(given.integer("fast")),
        slow_period_(given.integer("slow")),
        rsi_max_(given.number("rsi_max")),
        stop_(given.number("stop")),
        target_(given.number("target")) {
    if (fast_period_ >= slow_period_) throw std::invalid_argument{"fast must be less than slow"};
  }

  void initialise() override {
    fast_ = request_indicator("sma", fast_period_);
    slow_ = request_indicator("sma", slow_period_);
    rsi_ = request_indicator("rsi", 14);
  }

  void on_bar(const bw::sdk::bar& x) override {
    const auto fast = value(fast_);
    const auto slow = value(slow_);
    const auto rsi = value(rsi_);
    if (!fast || !slow || !rsi) return;
    const bool holds = !held().quantity.is_zero();
    bw::sdk::signal wish;
    wish.entry = x.close;
    wish.values = {{"fast", *fast}, {"slow", *slow}, {"rsi", *rsi}};
    if (!holds && *fast > *slow && *rsi < rsi_max_) {
      const double close = x.close.to_double();
      wish.confidence = (*fast / *slow - 1) * 100;
      wish.stop = decimal::nearest(close * (1 - stop_));
      wish.target = decimal::nearest(close * (1 + target_));
      wish.reason = "fast_above_slow";
      buy(wish);
    } else if (holds && *fast < *slow) {
      wish.reason = "fast_below_slow";
      sell(wish);
    }
  }

 private:
  std::int64_t fast_period_;
  std::int64_t slow_period_;
  double rsi_max_;
  double stop_;
  double target_;
  bw::sdk::indicator_id fast_ = 0;
  bw::sdk::indicator_id slow_ = 0;
  bw::sdk::indicator_id rsi_ = 0;
};

}  // namespace

BW_STRATEGY_PLUGIN("trend", "1.0.0", "Apache-2.0", trend)
