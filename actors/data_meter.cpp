#include "actors/data_meter.hpp"

namespace bw {

gauge* data_meter::marked_gauge(const char* check) {
  return &metrics_.add_gauge("bellwether_data_symbols_marked",
                             "Symbols of which this check says a warning or more.",
                             {{"check", check}});
}

data_meter::series& data_meter::of(symbol_id symbol) {
  if (by_symbol_.size() <= symbol.value) by_symbol_.resize(symbol.value + 1);
  auto& out = by_symbol_[symbol.value];
  if (out.freshness != nullptr) return out;
  const auto& name = symbols_[symbol.value];
  const auto judged = [&](const char* check) {
    return &metrics_.add_gauge("bellwether_data_quality",
                               "1 nothing to judge, 2 good, 3 warning, 4 failed.",
                               {{"symbol", name}, {"check", check}});
  };
  out.freshness = judged("freshness");
  out.gaps = judged("gaps");
  out.duplicates = judged("duplicates");
  out.age = &metrics_.add_gauge("bellwether_data_bar_age_seconds",
                                "Since the newest minute bar ended.", {{"symbol", name}});
  out.missing = &metrics_.add_gauge("bellwether_data_missing_minutes",
                                    "Minutes of this session without a bar.", {{"symbol", name}});
  out.twice =
      &metrics_.add_gauge("bellwether_data_repeated_bars",
                          "Bars of today that came twice or out of order.", {{"symbol", name}});
  return out;
}

void data_meter::look(symbol_id symbol, const std::deque<bar>& bars, utc_ns now) {
  const auto today = calendar_.new_york_date(now);
  data_quality_facts facts;
  facts.now = now;
  facts.session = calendar_.session_on(today);
  const auto since = calendar_.utc_from_new_york(today, std::chrono::minutes{0});
  starts_.clear();
  // A bar that is sent anew in a better version is no bar that came twice.
  for (const auto& each : bars)
    if (each.start >= since && each.origin != bar_origin::correction) starts_.push_back(each.start);
  facts.bars = starts_;
  const auto said = judge_data(facts);
  count(symbol, said);
  if (symbol.value < symbols_shown_max) show(symbol, said);
}

void data_meter::count(symbol_id symbol, const data_quality& said) {
  if (last_.size() <= symbol.value) last_.resize(symbol.value + 1);
  const auto marked = [](quality x) { return x == quality::warning || x == quality::failed; };
  const marks now{marked(said.freshness), marked(said.gaps), marked(said.duplicates)};
  for (std::size_t k = 0; k < now.size(); ++k) {
    marked_count_[k] += static_cast<int>(now[k]) - static_cast<int>(last_[symbol.value][k]);
    marked_[k]->set(marked_count_[k]);
  }
  last_[symbol.value] = now;
}

void data_meter::show(symbol_id symbol, const data_quality& said) {
  auto& shown = of(symbol);
  shown.freshness->set(static_cast<std::int64_t>(said.freshness));
  shown.gaps->set(static_cast<std::int64_t>(said.gaps));
  shown.duplicates->set(static_cast<std::int64_t>(said.duplicates));
  shown.age->set_units(said.bar_age.count());
  shown.missing->set(said.missing_minutes);
  shown.twice->set(said.twice + said.disordered);
}

}  // namespace bw
