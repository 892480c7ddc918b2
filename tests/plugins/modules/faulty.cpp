// A plugin that misbehaves as it is told, from the bar that it is told on.

#include <atomic>
#include <vector>

#include "strategies/sdk/bellwether/strategy.hpp"

namespace {

using bw::sdk::parameter;

std::atomic<int> alive{0};
std::atomic<int> made{0};

class faulty final : public bw::sdk::strategy {
 public:
  static bw::sdk::description describe() {
    return {
        .id = "faulty",
        .name = "Faulty",
        .version = "1.2.3",
        .text = "Does what it is told not to.",
        .author = "tests",
        .warm_up_bars = 0,
        .state_version = 2,
        .parameters = {
            parameter::choice("fault", "none", "none|throw|throw_int|loop|crash|leak|refuse|late",
                              "What goes wrong."),
            parameter::integer("from_bar", "1", "1", "1000000", "bars", "When it begins."),
            parameter::number("level", "100", "0", "100000", "USD", "Buys above it."),
            parameter::integer("period", "5", "1", "500", "bars", "Of an average."),
            parameter::choice("indicator", "sma",
                              "sma|ema|wma|rsi|macd|macd_signal|macd_histogram|macd:10:3|at"
                              "r|adx|bollinger_upper|bollinger_lower|bollinger_upper:2.5|do"
                              "nchian_upper|donchian_middle|donchian_lower|keltner_upper|ke"
                              "ltner_middle|keltner_lower|keltner_upper:5:1.5|stochastic_k|"
                              "stochastic_d|obv|mfi|cci|roc|williams_r|session_vwap|vwap|vo"
                              "lume_sma|zscore|highest|lowest|stddev|slope|opening_high|ope"
                              "ning_low|unheard_of|macd:x|macd:1:2:3|sma:0",
                              "What it looks at."),
        }};
  }

  explicit faulty(const bw::sdk::setup& given)
      : strategy(given),
        fault_(given.choice("fault")),
        from_(given.integer("from_bar")),
        level_(given.amount("level")),
        period_(given.integer("period")),
        indicator_(given.choice("indicator")) {
    if (fault_ == "refuse") throw std::invalid_argument{"it does not want to"};
    ++alive;
    ++made;
  }
  ~faulty() override { --alive; }

  void initialise() override { average_ = request_indicator(indicator_, period_); }

  void on_bar(const bw::sdk::bar& x) override {
    if (++bars_ >= from_) go_wrong();
    bw::sdk::signal wish;
    wish.entry = x.close;
    wish.confidence = 0.25;
    wish.reason = "above_level";
    wish.values = {{"average", value(average_).value_or(-1)}, {"bars", static_cast<double>(bars_)}};
    if (x.close > level_) hold(bw::sdk::decimal::of(held().quantity.is_zero() ? 7 : 0), wish);
  }

  std::vector<std::uint8_t> save() const override {
    return {static_cast<std::uint8_t>(bars_ & 0xff), static_cast<std::uint8_t>(bars_ >> 8 & 0xff)};
  }
  bool load(std::uint32_t version, std::span<const std::uint8_t> bytes) override {
    if (version != 2 || bytes.size() != 2) return false;
    bars_ = bytes[0] | bytes[1] << 8;
    return true;
  }

 private:
  void go_wrong() {
    if (fault_ == "throw") throw std::runtime_error{"thrown on purpose"};
    if (fault_ == "throw_int") throw 42;
    if (fault_ == "crash") *static_cast<volatile int*>(nullptr) = 1;
    if (fault_ == "leak") leaked_.push_back(new char[std::size_t{512} << 20]);
    if (fault_ == "loop")
      while (forever_.load()) {
      }
  }

  std::string fault_;
  std::int64_t from_;
  bw::sdk::decimal level_;
  std::int64_t period_;
  std::string indicator_;
  std::int64_t bars_ = 0;
  std::atomic<bool> forever_{true};
  bw::sdk::indicator_id average_ = 0;
  std::vector<char*> leaked_;
};

/// Wants quotes and the minute beside bars, and counts them in what it logs.
class listener final : public bw::sdk::strategy {
 public:
  static bw::sdk::description describe() {
    return {.id = "listener",
            .name = "Listener",
            .version = "1.0.0",
            .text = "Buys when it is quoted below a price.",
            .warm_up_bars = 0,
            .parameters = {parameter::number("below", "50", "0", "100000", "USD", "Buys below it.")
                               .must_be_given()}};
  }
  explicit listener(const bw::sdk::setup& given) : strategy(given), below_(given.amount("below")) {}
  void on_bar(const bw::sdk::bar&) override {}
  void on_quote(const bw::sdk::quote& x) override {
    if (x.ask < below_ && held().quantity.is_zero())
      buy({.confidence = 1,
           .entry = x.ask,
           .reason = "cheap",
           .values = {{"regime", static_cast<double>(regime().value_or(0))}}});
  }
  void on_timer(std::int64_t) override { ++minutes_; }

 private:
  bw::sdk::decimal below_;
  int minutes_ = 0;
};

}  // namespace

BW_STRATEGY_PLUGIN("faulty", "1.2.3", "Apache-2.0", faulty, listener)

extern "C" BW_PLUGIN_EXPORT int bw_test_alive() { return alive; }
extern "C" BW_PLUGIN_EXPORT int bw_test_made() { return made; }
