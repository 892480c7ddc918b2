#pragma once

#include <array>
#include <map>
#include <string>

#include "core/metrics.hpp"
#include "messages/market_trend.hpp"

namespace bw {

/// Shows the regime of each symbol, as series of the registry: of the first symbols_max that have
/// one, for the registry has an end. On the thread of the SESSION actor.
class regime_meter {
 public:
  static constexpr std::size_t symbols_max = 100;

  explicit regime_meter(metrics_registry& metrics) : metrics_(metrics) {}

  void show(const std::string& symbol, market_regime now) {
    if (by_symbol_.size() >= symbols_max && !by_symbol_.contains(symbol)) return;
    auto& series = by_symbol_[symbol];
    for (std::size_t k = 0; k < series.size(); ++k) {
      const auto each = static_cast<market_regime>(k + 1);
      if (series[k] == nullptr)
        series[k] =
            &metrics_.add_gauge("bellwether_regime", "1 for the regime that the symbol is in.",
                                {{"symbol", symbol}, {"regime", std::string{to_string(each)}}});
      series[k]->set(each == now ? 1 : 0);
    }
  }

 private:
  metrics_registry& metrics_;
  std::map<std::string, std::array<gauge*, market_regime_count>> by_symbol_;
};

}  // namespace bw
