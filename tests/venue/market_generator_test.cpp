#include "venue/market_generator.hpp"

#include <gtest/gtest.h>

#include <map>

#include "venue/exchange.hpp"
#include "venue/last_closes.hpp"
#include "venue/market_plan.hpp"
#include "venue/minute_aggregate.hpp"

// Shows that the generated market is the same for the same seed, that its bars are what its trades
// add up to, now and in history, and that it has the situations strategies wait for.

namespace bw::venue {
namespace {

utc_ns at(std::string_view text) { return *parse_rfc3339(text); }

generator_options two_days() {
  generator_options out;
  out.sessions = {{at("2026-11-02T14:30:00Z"), at("2026-11-02T21:00:00Z")},
                  {at("2026-11-03T14:30:00Z"), at("2026-11-03T21:00:00Z")}};
  return out;
}

/// The same, ending after half an hour: for tests that read every event.
generator_options short_day() {
  auto out = two_days();
  out.sessions = {{at("2026-11-02T14:30:00Z"), at("2026-11-02T15:00:00Z")}};
  return out;
}

std::vector<market_event> play(market_source& source, utc_ns until) {
  std::vector<market_event> out;
  while (source.next_time() && *source.next_time() <= until) source.advance(until, 1'000, out);
  return out;
}

std::string text_of(const market_event& event) {
  std::string out = std::to_string(emission_time(event).value) + ' ';
  if (const auto* x = std::get_if<quote>(&event))
    return out + "q " + x->bid.text() + ' ' + x->ask.text() + ' ' + x->bid_size.text();
  if (const auto* x = std::get_if<trade>(&event))
    return out + "t " + x->last.text() + ' ' + x->size.text();
  if (const auto* x = std::get_if<bar>(&event))
    return out + "b " + x->open.text() + ' ' + x->close.text() + ' ' + x->volume.text();
  return out + "s";
}

std::string text_of(const std::vector<market_event>& events) {
  std::string out;
  for (const auto& event : events) out += text_of(event) + '\n';
  return out;
}

void expect_equal_bars(const bar& a, const bar& b) {
  EXPECT_EQ(a.symbol, b.symbol);
  EXPECT_EQ(a.start, b.start);
  EXPECT_EQ(a.open, b.open);
  EXPECT_EQ(a.high, b.high);
  EXPECT_EQ(a.low, b.low);
  EXPECT_EQ(a.close, b.close);
  EXPECT_EQ(a.volume, b.volume);
  EXPECT_EQ(a.vwap, b.vwap);
  EXPECT_EQ(a.trades, b.trades);
}

TEST(market_generator, has_ten_symbols_and_starts_before_the_open) {
  const auto source = make_generator(two_days());
  EXPECT_GE(source->symbols().size(), 10u);
  EXPECT_EQ(source->symbols()[0].symbol, "SPY");
  EXPECT_EQ(source->start_time(), at("2026-11-02T14:25:00Z"));
  EXPECT_GE(*source->next_time(), at("2026-11-02T14:30:00Z"));
  EXPECT_FALSE(source->failure());
}

TEST(market_generator, can_start_in_mid_session) {
  auto options = two_days();
  options.start = generator_start::mid_session;
  const auto source = make_generator(options);
  EXPECT_EQ(source->start_time(), at("2026-11-02T17:45:00Z"));
  EXPECT_GE(*source->next_time(), source->start_time());
  const auto before = source->minute_bars(symbol_id{0}, at("2026-11-02T14:30:00Z"),
                                          source->start_time(), source->start_time());
  EXPECT_EQ(before.size(), 195u);
}

TEST(market_generator, makes_the_same_market_from_the_same_seed) {
  auto options = short_day();
  const auto until = options.sessions[0].close;
  const auto first = text_of(play(*make_generator(options), until));
  EXPECT_EQ(first, text_of(play(*make_generator(options), until)));
  options.seed = 2;
  EXPECT_NE(first, text_of(play(*make_generator(options), until)));
}

TEST(market_generator, does_not_depend_on_how_it_is_asked) {
  const auto options = short_day();
  const auto until = options.sessions[0].close;
  const auto whole = make_generator(options), pieces = make_generator(options);
  std::vector<market_event> out;
  for (auto now = options.sessions[0].open; now <= until; now = now + std::chrono::seconds{7}) {
    while (pieces->next_time() && *pieces->next_time() <= now) pieces->advance(now, 3, out);
    pieces->minute_bars(symbol_id{1}, options.sessions[0].open, now, now);
  }
  pieces->advance(until, 100'000, out);
  EXPECT_EQ(text_of(out), text_of(play(*whole, until)));
  EXPECT_FALSE(pieces->next_time()) << "the market ends with its last session";
}

TEST(market_generator, emits_in_order_of_time_with_sane_prices) {
  const auto options = short_day();
  const auto source = make_generator(options);
  utc_ns last{};
  std::map<std::uint32_t, quote> quotes;
  std::size_t quote_count = 0;
  for (const auto& event : play(*source, options.sessions[0].close)) {
    EXPECT_LE(last, emission_time(event));
    last = emission_time(event);
    EXPECT_GE(last, options.sessions[0].open);
    EXPECT_LE(last, options.sessions[0].close);
    if (const auto* x = std::get_if<quote>(&event)) {
      ++quote_count;
      EXPECT_TRUE(x->bid.is_positive());
      EXPECT_LT(x->bid, x->ask);
      EXPECT_LE(x->ask - x->bid, *price::parse("0.05"));
      EXPECT_TRUE(on_tick(x->bid) && on_tick(x->ask));
      quotes[x->symbol.value] = *x;
    } else if (const auto* print = std::get_if<trade>(&event)) {
      const auto& market = quotes[print->symbol.value];
      EXPECT_TRUE(print->last == market.bid || print->last == market.ask);
      EXPECT_EQ(print->eligible == price_eligible::yes, print->size >= quantity::from_int(100));
    }
  }
  EXPECT_EQ(quote_count, 10u * 30 * 60 * 4);
}

TEST(market_generator, gives_bars_that_its_trades_add_up_to) {
  const auto options = short_day();
  const auto source = make_generator(options);
  std::map<std::uint32_t, minute_aggregate> sums;
  std::size_t bars = 0;
  for (const auto& event : play(*source, options.sessions[0].close)) {
    if (const auto* print = std::get_if<trade>(&event)) sums[print->symbol.value].add(*print);
    if (const auto* live = std::get_if<bar>(&event)) {
      ++bars;
      EXPECT_EQ(live->origin, bar_origin::live);
      const auto sum = sums[live->symbol.value].take(live->symbol, live->start);
      ASSERT_TRUE(sum);
      expect_equal_bars(*live, *sum);
      const auto stored =
          source->minute_bars(live->symbol, live->start, live->start, live->start + one_minute);
      ASSERT_EQ(stored.size(), 1u);
      EXPECT_EQ(stored[0].origin, bar_origin::history);
      expect_equal_bars(*live, stored[0]);
    }
  }
  EXPECT_EQ(bars, 10u * 30);
}

TEST(market_generator, has_five_sessions_of_history_that_lead_to_the_live_price) {
  const auto options = two_days();
  const auto source = make_generator(options);
  const auto start = source->start_time();
  for (std::uint32_t k = 0; k < 10; ++k) {
    const auto bars = source->minute_bars(symbol_id{k}, utc_ns{0}, start, start);
    EXPECT_GE(bars.size(), 5u * 390 - 20);
    EXPECT_EQ(bars.front().start, at("2026-10-26T14:30:00Z")) << "Monday of the week before";
    EXPECT_EQ(bars.back().start, at("2026-10-30T20:59:00Z")) << "Friday";
    const auto first = source->minute_bars(symbol_id{k}, options.sessions[0].open,
                                           options.sessions[0].open, options.sessions[0].close);
    ASSERT_EQ(first.size(), 1u);
    EXPECT_LT(abs(first[0].open - bars.back().close).units(), bars.back().close.units() / 50);
  }
}

TEST(last_closes, let_market_orders_be_priced_before_the_open) {
  const auto options = two_days();
  const auto source = make_generator(options);
  exchange venue{{}, source->symbols()};
  std::vector<venue_event> events;
  const auto buy = [&] {
    return venue.submit({.symbol = "AAPL", .qty = quantity::from_int(1)}, source->start_time(),
                        events);
  };
  EXPECT_TRUE(std::holds_alternative<refusal>(buy()));
  load_last_closes(*source, options.sessions[0].open, venue);
  EXPECT_TRUE(std::holds_alternative<venue_order>(buy()));
}

TEST(market_generator, shows_no_bar_before_its_minute_is_over) {
  const auto options = two_days();
  const auto source = make_generator(options);
  const auto open = options.sessions[0].open;
  const auto bars = [&](utc_ns now) {
    return source->minute_bars(symbol_id{0}, open, options.sessions[1].close, now).size();
  };
  EXPECT_EQ(bars(open + nanoseconds{one_minute.count() - 1}), 0u);
  EXPECT_EQ(bars(open + one_minute), 1u);
  EXPECT_EQ(bars(options.sessions[0].close), 390u);
  EXPECT_TRUE(source->minute_bars(symbol_id{10}, open, open, options.sessions[1].close).empty());
}

TEST(market_generator, trades_most_at_the_open_and_the_close) {
  const auto options = two_days();
  const auto source = make_generator(options);
  quantity ends, noon;
  for (std::uint32_t k = 0; k < 10; ++k) {
    const auto bars = source->minute_bars(symbol_id{k}, options.sessions[0].open,
                                          options.sessions[0].close, options.sessions[0].close);
    for (std::size_t m = 0; m < 30; ++m) {
      ends += bars[m].volume + bars[bars.size() - 1 - m].volume;
      noon += bars[180 + m].volume + bars[210 - m].volume;
    }
  }
  EXPECT_GT(ends.units(), noon.units() * 3 / 2);
}

TEST(market_generator, halts_and_resumes) {
  auto options = two_days();
  options.sessions.pop_back();
  options.symbols.resize(2);
  options.halts_per_thousand_sessions = 1'000;
  const auto source = make_generator(options);
  std::vector<trading_status> statuses;
  std::map<std::uint32_t, bool> halted;
  for (const auto& event : play(*source, options.sessions[0].close)) {
    if (const auto* x = std::get_if<trading_status>(&event)) {
      statuses.push_back(*x);
      halted[x->symbol.value] = x->state == halt_state::halted;
    } else if (const auto* x = std::get_if<quote>(&event)) {
      EXPECT_FALSE(halted[x->symbol.value]);
    }
  }
  ASSERT_EQ(statuses.size(), 4u);
  EXPECT_EQ(statuses[0].code.view(), "H");
  EXPECT_EQ(statuses[0].state, halt_state::halted);
  const auto bars = source->minute_bars(symbol_id{0}, options.sessions[0].open,
                                        options.sessions[0].close, options.sessions[0].close);
  EXPECT_LE(bars.size(), 385u);
  EXPECT_GE(bars.size(), 380u);
}

TEST(market_generator, survives_an_empty_calendar_or_no_symbols) {
  generator_options nothing;
  EXPECT_FALSE(make_generator(nothing)->next_time());
  auto options = two_days();
  options.symbols.clear();
  EXPECT_FALSE(make_generator(options)->next_time());
  options = two_days();
  options.first_session = 99;
  EXPECT_EQ(make_generator(options)->start_time(), at("2026-11-03T14:25:00Z"));
}

TEST(market_generator, keeps_a_bounded_number_of_earlier_sessions) {
  generator_options options;
  for (int day = 0; day < 60; ++day) {
    const auto open = at("2026-01-01T14:30:00Z") + std::chrono::hours{24 * day};
    options.sessions.push_back({open, open + std::chrono::minutes{390}});
  }
  options.first_session = 50;
  const market_plan plan{options};
  EXPECT_EQ(plan.first_session(), history_sessions_max);
  EXPECT_EQ(plan.sessions().size(), history_sessions_max + 10);
}

/// Five-minute bars of one session with what the two stock strategies look at.
struct situations {
  int breakouts = 0;
  int turns_up = 0;
};

situations count_situations(const std::vector<bar>& minutes, utc_ns from) {
  situations out;
  double notional = 0, volume_sum = 0, gain = 0, loss = 0, rsi_before = 50, last_close = 0;
  std::vector<double> volumes;
  for (std::size_t k = 0; k + 5 <= minutes.size(); k += 5) {
    double high = 0, low = 1e9, volume = 0;
    for (std::size_t m = k; m < k + 5; ++m) {
      high = std::max(high, minutes[m].high.to_double());
      low = std::min(low, minutes[m].low.to_double());
      volume += minutes[m].volume.to_double();
    }
    const auto close = minutes[k + 4].close.to_double();
    if (k % 390 == 0) notional = volume_sum = 0;
    notional += (high + low + close) / 3 * volume;
    volume_sum += volume;
    const auto change = last_close == 0 ? 0 : close - last_close;
    last_close = close;
    gain = (gain * 13 + std::max(change, 0.0)) / 14;
    loss = (loss * 13 + std::max(-change, 0.0)) / 14;
    const auto rsi = loss == 0 ? 50 : 100 - 100 / (1 + gain / loss);
    double mean = 0;
    const auto back = std::min<std::size_t>(volumes.size(), 20);
    for (std::size_t m = volumes.size() - back; m < volumes.size(); ++m) mean += volumes[m];
    mean = back == 0 ? volume : mean / static_cast<double>(back);
    if (minutes[k].start >= from) {
      const auto vwap = notional / volume_sum;
      out.breakouts += close > vwap * 1.001 && volume > 1.5 * mean && rsi > 50;
      out.turns_up += rsi_before < 30 && rsi >= 30;
    }
    rsi_before = rsi;
    volumes.push_back(volume);
  }
  return out;
}

TEST(market_generator, has_breakouts_and_oversold_turns_every_session) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    auto options = two_days();
    options.seed = seed;
    options.halts_per_thousand_sessions = 0;
    const auto source = make_generator(options);
    situations all;
    for (std::uint32_t k = 0; k < 10; ++k) {
      const auto bars = source->minute_bars(symbol_id{k}, utc_ns{0}, options.sessions[0].close,
                                            options.sessions[0].close);
      const auto seen = count_situations(bars, options.sessions[0].open);
      all.breakouts += seen.breakouts;
      all.turns_up += seen.turns_up;
    }
    EXPECT_GE(all.breakouts, 10) << "seed " << seed;
    EXPECT_GE(all.turns_up, 5) << "seed " << seed;
  }
}

}  // namespace
}  // namespace bw::venue
