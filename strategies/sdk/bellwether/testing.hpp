#ifndef BELLWETHER_TESTING_HPP
#define BELLWETHER_TESTING_HPP

// A node for the tests of a plugin: makes a strategy through the C interface, as the node does, and
// keeps what it wanted. Indicators have the values that the test gives them.
//
//   bw::sdk::test_host node{bw_plugin_query(BW_PLUGIN_ABI), "crossing", {{"fast", "10"}}};
//   node.indicators[{"sma", 10}] = 101.5;
//   node.on_bar({.close = bw::sdk::decimal::of(102)});
//   assert(node.wanted.size() == 1);

#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "strategy.hpp"

namespace bw::sdk {

/// A signal as the node got it.
struct wanted_signal {
  bool buys = false;
  std::uint32_t confidence_ppm = 0;
  decimal entry;
  decimal stop;
  decimal target;
  decimal quantity_max;
  std::string reason;
};

class test_host {
 public:
  /// `given` overrides defaults. Ends the program with a line on stderr for a strategy that is not
  /// there or refuses to be made: a test cannot go on.
  test_host(const bw_plugin_descriptor* plugin, std::string_view strategy,
            const std::map<std::string, std::string>& given = {}) {
    host_.struct_size = sizeof host_;
    host_.abi = BW_PLUGIN_ABI;
    host_.context = this;
    host_.symbol = detail::to_c("TEST");
    host_.now = [](void* c) { return of(c).now; };
    host_.log = [](void* c, std::uint32_t, bw_text text) {
      of(c).lines.emplace_back(detail::to_view(text));
    };
    host_.random = [](void* c) { return ++of(c).random_; };
    host_.position = [](void* c, bw_position* out) {
      out->quantity = of(c).held.quantity.units;
      out->average = of(c).held.average.units;
      return BW_OK;
    };
    host_.daily_volume = [](void* c, std::int64_t* out) {
      *out = of(c).daily_volume.units;
      return *out > 0 ? BW_OK : BW_NOT_KNOWN;
    };
    host_.regime = [](void* c, std::uint32_t* out) {
      *out = of(c).regime;
      return *out > 0 ? BW_OK : BW_NOT_KNOWN;
    };
    host_.request_indicator = [](void* c, bw_text name, std::uint32_t period, std::uint32_t* id) {
      of(c).requested_.push_back({std::string{detail::to_view(name)}, period});
      *id = static_cast<std::uint32_t>(of(c).requested_.size() - 1);
      return BW_OK;
    };
    host_.indicator = [](void* c, std::uint32_t id, std::uint32_t bars_ago, double* out) {
      auto& self = of(c);
      const auto& values = bars_ago == 0 ? self.indicators : self.previous_indicators;
      const auto at = values.find(self.requested_.at(id));
      if (at == values.end()) return BW_NOT_KNOWN;
      *out = at->second;
      return BW_OK;
    };
    host_.emit_signal = [](void* c, const bw_signal* x) {
      of(c).wanted.push_back({x->side == BW_SIDE_BUY,
                              x->confidence_ppm,
                              {x->entry},
                              {x->stop},
                              {x->target},
                              {x->quantity_max},
                              std::string{detail::to_view(x->reason)}});
      return BW_OK;
    };
    host_.emit_target = [](void* c, const bw_target* x) {
      auto& self = of(c);
      const auto held = self.held.quantity.units;
      if (x->quantity == held) return BW_OK;
      if (x->quantity < 0 || (held > 0 && x->quantity > 0)) return BW_NOT_ALLOWED;
      self.wanted.push_back({x->quantity > 0,
                             x->confidence_ppm,
                             {x->price},
                             {x->stop},
                             {x->target},
                             {x->quantity},
                             std::string{detail::to_view(x->reason)}});
      return BW_OK;
    };
    make(plugin, strategy, given);
  }
  ~test_host() {
    if (state_ != nullptr) functions_->destroy(state_);
  }
  test_host(const test_host&) = delete;
  test_host& operator=(const test_host&) = delete;

  /// Each answers what the call answered: BW_OK unless the strategy failed.
  std::int32_t on_bar(const bar& x) {
    bw_bar out{};
    out.struct_size = sizeof out;
    out.minutes = 5;
    out.start = x.start;
    out.open = x.open.units;
    out.high = x.high.units;
    out.low = x.low.units;
    out.close = x.close.units;
    out.volume = x.volume.units;
    return functions_->on_bar(state_, &out);
  }
  std::int32_t on_quote(const quote& x) {
    bw_quote out{};
    out.struct_size = sizeof out;
    out.ts_event = x.at;
    out.bid = x.bid.units;
    out.ask = x.ask.units;
    out.bid_size = x.bid_size.units;
    out.ask_size = x.ask_size.units;
    return functions_->on_quote(state_, &out);
  }

  position held;
  decimal daily_volume;
  /// BW_REGIME_...; zero: nobody can say.
  std::uint32_t regime = 0;
  std::int64_t now = 0;
  std::map<std::pair<std::string, std::uint32_t>, double> indicators;
  std::map<std::pair<std::string, std::uint32_t>, double> previous_indicators;
  std::vector<wanted_signal> wanted;
  std::vector<std::string> lines;

 private:
  static test_host& of(void* context) { return *static_cast<test_host*>(context); }

  [[noreturn]] void give_up(const std::string& why) const {
    std::string text = "test_host: " + why + "\n";
    for (const auto& line : lines) text += "  " + line + "\n";
    std::fputs(text.c_str(), stderr);
    std::exit(1);
  }

  void make(const bw_plugin_descriptor* plugin, std::string_view strategy,
            const std::map<std::string, std::string>& given) {
    if (plugin == nullptr) give_up("the plugin does not serve this SDK's ABI");
    for (std::uint64_t k = 0; k < plugin->strategy_count; ++k)
      if (detail::to_view(plugin->strategies[k]->id) == strategy)
        functions_ = plugin->strategies[k];
    if (functions_ == nullptr) give_up("there is no strategy " + std::string{strategy});
    std::vector<bw_parameter_value> values;
    for (std::uint64_t k = 0; k < functions_->parameter_count; ++k) {
      const auto& row = *functions_->parameters[k];
      const auto at = given.find(std::string{detail::to_view(row.name)});
      texts_.push_back(at != given.end() ? at->second
                                         : std::string{detail::to_view(row.default_text)});
    }
    for (std::uint64_t k = 0; k < functions_->parameter_count; ++k) {
      const auto& row = *functions_->parameters[k];
      bw_parameter_value x{};
      x.struct_size = sizeof x;
      x.type = row.type;
      x.name = row.name;
      x.text = detail::to_c(texts_[k]);
      if (row.type == BW_PARAMETER_INTEGER)
        x.integer = std::strtoll(texts_[k].c_str(), nullptr, 10);
      if (row.type == BW_PARAMETER_NUMBER)
        x.integer = decimal::nearest(std::strtod(texts_[k].c_str(), nullptr)).units;
      values.push_back(x);
    }
    state_ = functions_->create(&host_, values.data(), values.size());
    if (state_ == nullptr) give_up("the strategy refuses its parameters");
    if (functions_->initialise(state_) != BW_OK) give_up("the strategy cannot begin");
  }

  bw_host host_{};
  const bw_strategy_descriptor* functions_ = nullptr;
  void* state_ = nullptr;
  std::vector<std::string> texts_;
  std::vector<std::pair<std::string, std::uint32_t>> requested_;
  std::uint64_t random_ = 0;
};

}  // namespace bw::sdk

#endif  // BELLWETHER_TESTING_HPP
