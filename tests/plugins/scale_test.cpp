// A thousand symbols with two strategies each: what a symbol costs in memory, and how fast minute
// bars go through. BELLWETHER_TEST_SIZE multiplies the minutes.

#include <gtest/gtest.h>
#include <malloc.h>

#include <chrono>
#include <cstdio>

#include "config/config_loader.hpp"
#include "config/engine_factory.hpp"
#include "core/prng.hpp"
#include "tests/plugins/plugin_folder.hpp"
#include "tests/support/seed.hpp"

namespace bw {
namespace {

constexpr std::size_t symbols = 1'000;
constexpr std::size_t bytes_per_symbol_max = 64 * 1024;

std::size_t bytes_in_use() {
  const auto facts = mallinfo2();
  return facts.uordblks + facts.hblkhd;
}

std::string name_of(std::size_t k) {
  std::string out;
  for (int n = 0; n < 3; ++n, k /= 26) out += static_cast<char>('A' + k % 26);
  return out + "X";
}

TEST(plugin_scale, a_thousand_symbols_with_two_strategies_each) {
  tests::plugin_folder folder;
  folder.add("faulty");
  const auto catalog = folder.discover();
  std::string watchlist;
  for (std::size_t k = 0; k < symbols; ++k)
    watchlist += (k == 0 ? "\"" : ", \"") + name_of(k) + "\"";
  const auto text = "[[strategy]]\nid = \"momentum\"\nkind = \"momentum\"\nwatchlist = [" +
                    watchlist +
                    "]\n[[strategy]]\nid = \"plugin\"\nkind = \"faulty\"\nwatchlist = [" +
                    watchlist + "]\n[strategy.parameters]\nlevel = 1\n";
  const auto loaded =
      parse_config("mode = \"sim\"\n", "node.toml", text, "strategies.toml", {}, catalog->registry);
  ASSERT_TRUE(loaded.ok()) << loaded.failure().context;
  const auto names = loaded->config.symbols();
  ASSERT_EQ(names.size(), symbols);
  const auto calendar = session_calendar::make();
  ASSERT_TRUE(calendar.ok());
  const auto open = *parse_rfc3339("2026-03-12T13:30:00Z");

  const auto before = bytes_in_use();
  std::vector<std::unique_ptr<symbol_engine>> engines;
  for (std::uint32_t k = 0; k < symbols; ++k) {
    auto made = make_symbol_engine(loaded->config, catalog->registry, *calendar, symbol_id{k},
                                   names[k], open);
    ASSERT_TRUE(made.ok()) << made.failure().context;
    engines.push_back(std::move(*made));
  }
  session_state session{session_phase::entries, open, open + std::chrono::hours{6}};

  // More than the bars that are kept: from here on nothing grows.
  const auto minutes = 700 * tests::test_size(1);
  prng chance{1};
  engine_outputs out;
  out.reserve(symbol_engine::outputs_per_call_max);
  std::uint64_t signals = 0;
  const auto began = std::chrono::steady_clock::now();
  for (std::uint64_t minute = 0; minute < minutes; ++minute) {
    if (minute % 390 == 0) {
      session.open = open + std::chrono::hours{24} * static_cast<int>(minute / 390);
      session.close = session.open + std::chrono::minutes{390};
      for (auto& engine : engines) engine->on_session(session);
    }
    // Sessions of 390 minutes, a day apart.
    const auto at = open + std::chrono::hours{24} * static_cast<int>(minute / 390) +
                    std::chrono::minutes{static_cast<int>(minute % 390)};
    const auto end = at + std::chrono::minutes{1};
    for (std::uint32_t k = 0; k < symbols; ++k) {
      bar x;
      x.symbol = symbol_id{k};
      x.start = at;
      x.origin = minute < 390 ? bar_origin::history : bar_origin::live;
      const auto price_at =
          price::from_units(100 * decimal_scale + chance.between(-99, 99) * 10'000'000);
      x.open = x.high = x.low = x.close = price_at;
      x.volume = quantity::from_int(1'000);
      engines[k]->on_bar(x, {end, mono_ns{end.value}}, out);
      signals += out.size();
      out.clear();
    }
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  const auto per_symbol = (bytes_in_use() - before) / symbols;
  std::printf("%zu symbols, 2 strategies each: %zu bytes a symbol; %.0f minute bars a second\n",
              symbols, per_symbol, static_cast<double>(symbols * minutes) / took.count());
  EXPECT_GT(signals, 0u) << "the strategies were asked";
  EXPECT_LE(per_symbol, bytes_per_symbol_max);
  EXPECT_GT(static_cast<double>(symbols * minutes) / took.count(), 20'000.0)
      << "a thousand symbols in a minute are 1,000 bars in 60 s";
}

}  // namespace
}  // namespace bw
