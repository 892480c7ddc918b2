#include "venue/news_maker.hpp"

#include <algorithm>

#include "core/prng.hpp"

namespace bw::venue {
namespace {

constexpr std::string_view events[] = {
    "opens a new plant",   "names a new head of sales",   "tells of orders above plan",
    "postpones a product", "agrees on a supply contract", "is rated anew by a research desk"};
constexpr std::uint64_t mix = 0x9e3779b97f4a7c15ULL;

}  // namespace

news_item news_maker::make(std::int64_t number, utc_ns at, std::uint64_t dice) const {
  prng random{dice};
  news_item out;
  out.id = number;
  const auto first = random.below(symbols_.size());
  const auto second = random.below(symbols_.size());
  out.symbols.push_back(symbols_[first]);
  if (second != first && random.chance(1, 4)) out.symbols.push_back(symbols_[second]);
  std::sort(out.symbols.begin(), out.symbols.end());
  const std::string what{events[random.below(std::size(events))]};
  out.headline = "Simulated: " + symbols_[first] + " " + what;
  out.summary = "An article of the embedded venue. " + symbols_[first] + " " + what + ".";
  out.content = "<p>" + out.summary + "</p>";
  out.author = "The venue";
  out.source = "bellwether";
  out.url = "https://news.invalid/" + std::to_string(number);
  for (const char* size : {"thumb", "small", "large"})
    out.images.push_back({size, "https://images.invalid/" + std::to_string(number) + "-" + size});
  out.created_at = at;
  out.updated_at = at + std::chrono::seconds{static_cast<std::int64_t>(random.below(30))};
  return out;
}

std::vector<news_item> news_maker::between(utc_ns after, utc_ns until) const {
  std::vector<news_item> out;
  if (symbols_.empty() || until <= after) return out;
  after = std::max(after, until - reach_max);
  // Times before 1970 have no articles.
  const auto first = std::max<std::int64_t>(after.value, 0) / span.count();
  const auto last = until.value / span.count();
  for (auto k = first; k <= last; ++k) {
    prng random{seed_ ^ (static_cast<std::uint64_t>(k) * mix)};
    const bool silent = random.chance(1, 2);
    const auto second = static_cast<std::int64_t>(
        random.below(static_cast<std::uint64_t>(span / std::chrono::seconds{1})));
    const auto at = utc_ns{k * span.count()} + std::chrono::seconds{second};
    if (!silent && at > after && at <= until) out.push_back(make(k, at, random.next()));
  }
  return out;
}

}  // namespace bw::venue
