#include "tests/kill/node/metronome.hpp"

namespace bw::tests {
namespace {

strategy_metadata metronome_metadata() {
  return {.id = "metronome",
          .name = "Metronome",
          .version = "1.0.0",
          .text = "Buys at every bar.",
          .parameters = {
              {"watchlist", parameter_type::symbols, "", "", "", "", {}, "Symbols to trade."}}};
}

class metronome final : public strategy {
 public:
  const strategy_metadata& metadata() const override { return metadata_; }
  std::uint32_t warm_up_bars() const override { return 1; }
  result<void> prepare(indicator_board&) override { return {}; }
  wishes on_bar(const strategy_context& context, const bar& finished) override {
    wishes out;
    const bool holds = !context.position.qty.is_zero();
    out.push({.side = holds ? side::sell : side::buy,
              .purpose = holds ? order_purpose::exit : order_purpose::entry,
              .confidence_ppm = 1'000'000,
              .reference = finished.close,
              .stop = {},
              .target = {},
              .qty_max = quantity::from_int(holds ? 0 : 4),
              .inputs = {}});
    return out;
  }

 private:
  strategy_metadata metadata_ = metronome_metadata();
};

}  // namespace

result<void> add_metronome(strategy_registry& registry) {
  return registry.add(
      {metronome_metadata(), [](const parameter_set&) -> result<std::unique_ptr<strategy>> {
         return std::unique_ptr<strategy>{std::make_unique<metronome>()};
       }});
}

}  // namespace bw::tests
