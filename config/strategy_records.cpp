#include "config/strategy_records.hpp"

#include "storage/event_json.hpp"
#include "storage/sha256.hpp"

namespace bw {

std::vector<strategy_record> strategy_records(const node_config& config,
                                              const strategy_registry& known) {
  std::vector<strategy_record> out;
  sha256 hash;
  for (const auto& each : config.strategies) {
    const auto* kind = known.find(each.kind);
    const auto values = known.check(each.kind, each.parameters);
    if (kind == nullptr || !values) continue;
    strategy_record x;
    x.strategy = cut<short_name>(each.id);
    x.kind = each.kind;
    x.version = kind->version;
    x.text = kind->text;
    x.enabled = each.enabled;
    for (const auto& symbol : each.watchlist)
      x.watchlist += (x.watchlist.empty() ? "" : " ") + symbol;
    auto lines = x.kind + "\n" + x.version + "\n";
    for (const auto& [name, value] : values->texts()) {
      x.parameters.push_back({name, value});
      lines += name + "=" + value + "\n";
    }
    x.hash = hex_text(hash.of({lines}));
    out.push_back(std::move(x));
  }
  return out;
}

}  // namespace bw
