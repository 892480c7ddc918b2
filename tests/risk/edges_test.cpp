// Where figures leave their range, tables are too short, and books are full: nothing passes that
// should not, and nothing breaks.

#include <gtest/gtest.h>

#include <functional>
#include <set>

#include "domain/reject_watch.hpp"
#include "domain/risk_lowering.hpp"
#include "tests/domain/risk_scene.hpp"

namespace bw {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using tests::apple;
using tests::check_of;
using tests::p;
using tests::risk_scene;
using tests::shares;
using tests::usd;

constexpr mono_ns start{1'000'000'000'000};

struct edge {
  risk_rule rule;
  check_outcome expected;
  const char* what;
  std::function<void(risk_scene&, order_request&)> make;
};

constexpr auto passed = check_outcome::passed;
constexpr auto denied = check_outcome::denied;
constexpr auto skipped = check_outcome::not_applicable;

void exit_of(risk_scene& s, order_request& o, order_type type, const char* stop) {
  s.exposure.restore_position(apple, shares(50), p("100"));
  o = s.exit();
  o.type = type;
  if (type != order_type::limit) o.limit = {};
  o.stop = p(stop);
}

const edge edges[] = {
    {risk_rule::collar, denied, "a distance beyond all basis points",
     [](auto& s, auto& o) {
       s.quote_and_trade("0.000000001", "0.000000002", "0.000000001");
       o.limit = p("9000000000");
     }},
    {risk_rule::collar, denied, "a last trade without a price",
     [](auto& s, auto&) {
       s.quotes = s.quotes_without_trades();
       s.quotes.on_trade({.symbol = apple});
     }},
    {risk_rule::collar, skipped, "a trigger without a market",
     [](auto& s, auto& o) {
       exit_of(s, o, order_type::stop, "95");
       s.quotes = quote_board{risk_scene::symbol_count};
     }},
    {risk_rule::malformed, passed, "a market entry where that is allowed",
     [](auto& s, auto& o) {
       s.options.entry_types = {order_type::market};
       o.type = order_type::market;
       o.limit = {};
     }},
    {risk_rule::malformed, denied, "a negative planned stop",
     [](auto&, auto& o) { o.planned_stop = p("-1"); }},
    {risk_rule::malformed, denied, "a quantity times a price beyond all money",
     [](auto&, auto& o) {
       o.qty = quantity::from_int(9'000'000'000);
       o.limit = p("9000000000");
     }},
    {risk_rule::malformed, denied, "a part of a share until cancelled",
     [](auto& s, auto& o) {
       exit_of(s, o, order_type::stop, "95");
       s.options.fractional = true;
       o.purpose = order_purpose::protective;
       o.tif = time_in_force::gtc;
       o.qty = p_qty("1.5");
     }},
    {risk_rule::malformed, denied, "good till cancelled by an exit",
     [](auto& s, auto& o) {
       exit_of(s, o, order_type::stop, "95");
       o.tif = time_in_force::gtc;
     }},
    {risk_rule::malformed, denied, "a fill-or-kill",
     [](auto&, auto& o) { o.tif = time_in_force::fok; }},
    {risk_rule::malformed, passed, "a buy stop above the market",
     [](auto& s, auto& o) {
       exit_of(s, o, order_type::stop, "100.02");
       o.side = side::buy;
     }},
    {risk_rule::malformed, denied, "a buy stop at the ask",
     [](auto& s, auto& o) {
       exit_of(s, o, order_type::stop, "100.01");
       o.side = side::buy;
     }},
    {risk_rule::malformed, passed, "a buy stop without an ask",
     [](auto& s, auto& o) {
       exit_of(s, o, order_type::stop, "100.01");
       o.side = side::buy;
       s.quote("99.99", "0");
     }},
    {risk_rule::malformed, passed, "a sell stop without a bid",
     [](auto& s, auto& o) {
       exit_of(s, o, order_type::stop, "99.99");
       s.quote("0", "100.01");
     }},
    {risk_rule::malformed, passed, "a sell stop without a quote",
     [](auto& s, auto& o) {
       exit_of(s, o, order_type::stop, "150");
       s.quotes = quote_board{risk_scene::symbol_count};
     }},
    {risk_rule::position, denied, "a position beyond all money",
     [](auto& s, auto&) {
       s.options.position_max_qty = quantity::max();
       s.exposure.restore_position(apple, quantity::from_int(1'000'000'000), p("9000000000"));
     }},
    {risk_rule::exposure, denied, "a full book",
     [](auto& s, auto& o) {
       for (std::size_t k = 0; k <= exposure_orders_max; ++k) {
         auto open = o;
         open.order = order_id{k + 1};
         s.exposure.on_intent(open, p("1"));
       }
     }},
    {risk_rule::exposure, denied, "nothing to buy", [](auto&, auto& o) { o.qty = {}; }},
    {risk_rule::value, denied, "more than can be computed with",
     [](auto&, auto& o) { o.qty = quantity::from_int(2'000'000'000); }},
    {risk_rule::value, denied, "a value beyond all money",
     [](auto&, auto& o) {
       o.qty = quantity::from_int(1'000'000'000);
       o.limit = p("9000000000");
     }},
    {risk_rule::symbol, denied, "no quotes are kept of it",
     [](auto& s, auto&) { s.quotes = quote_board{0}; }},
    {risk_rule::symbol, denied, "no facts are kept of it",
     [](auto& s, auto&) { s.symbols.clear(); }},
    {risk_rule::symbol, denied, "no exposure is kept of it",
     [](auto& s, auto&) { s.exposure = exposure_book{0}; }},
    {risk_rule::symbol, denied, "an exit of a frozen symbol",
     [](auto& s, auto& o) {
       exit_of(s, o, order_type::limit, "0");
       s.symbols[0].stops = symbol_facts::frozen;
     }},
    {risk_rule::symbol, passed, "a flatten of a frozen symbol",
     [](auto& s, auto& o) {
       exit_of(s, o, order_type::limit, "0");
       o.purpose = order_purpose::flatten;
       s.symbols[0].stops = symbol_facts::frozen;
     }},
    {risk_rule::session, denied, "before its open",
     [](auto& s, auto&) { s.session.open = s.now_utc + nanoseconds{1}; }},
    {risk_rule::session, passed, "at its open", [](auto& s, auto&) { s.session.open = s.now_utc; }},
    {risk_rule::rate, denied, "the longer limit first",
     [](auto& s, auto&) {
       s.options.rate_long = {60, seconds{60}, 5};
       s.send_others(5);
     }},
    {risk_rule::rate, skipped, "a flatten",
     [](auto& s, auto& o) {
       s.send_others(50);
       exit_of(s, o, order_type::limit, "0");
       o.purpose = order_purpose::flatten;
     }},
    {risk_rule::band, skipped, "a protective order rests outside until it is needed",
     [](auto& s, auto& o) {
       exit_of(s, o, order_type::limit, "0");
       o.purpose = order_purpose::protective;
       s.symbols[0].band = price_band{p("100"), p("110")};
     }},
    {risk_rule::band, skipped, "a market order says no price",
     [](auto& s, auto& o) {
       exit_of(s, o, order_type::market, "0");
       s.symbols[0].band = price_band{p("100"), p("110")};
     }},
    {risk_rule::price_walk, skipped, "a protective order follows the market by its trade",
     [](auto& s, auto& o) {
       exit_of(s, o, order_type::limit, "0");
       o.purpose = order_purpose::protective;
     }},
    {risk_rule::open_orders, denied, "of no symbol", [](auto&, auto& o) { o.symbol = no_symbol; }},
    {risk_rule::reserve, denied, "of no symbol", [](auto&, auto& o) { o.symbol = no_symbol; }},
    {risk_rule::reserve, passed, "a position that is there needs no second order",
     [](auto& s, auto&) {
       s.exposure.restore_position(apple, shares(1), p("100"));
       s.requests_left = 6;
     }},
    {risk_rule::repeat, denied, "of no symbol", [](auto&, auto& o) { o.symbol = symbol_id{99}; }},
    {risk_rule::symbol_lock, denied, "of no symbol",
     [](auto&, auto& o) { o.symbol = symbol_id{99}; }},
    {risk_rule::streak, denied, "of no strategy",
     [](auto&, auto& o) { o.strategy = strategy_id{99}; }},
    {risk_rule::min_equity, skipped, "without a line", [](auto&, auto&) {}},
    {risk_rule::loss, denied, "a day that began with nothing",
     [](auto& s, auto&) { s.day->start_equity = {}; }},
};

TEST(risk_edges, each) {
  for (const auto& row : edges) {
    risk_scene scene;
    auto order = scene.entry();
    row.make(scene, order);
    const auto verdict = scene.check(order);
    EXPECT_EQ(check_of(verdict, row.rule).outcome, row.expected)
        << to_string(row.rule) << ": " << row.what << "\n"
        << tests::text_of(verdict);
  }
}

TEST(risk_edges, the_view_of_an_account_that_is_used_up) {
  risk_scene scene;
  const risk_rules rules{scene.options};
  scene.account.cash = {};
  scene.equity.reset();
  scene.exposure.restore_position(symbol_id{1}, shares(1'000), p("100"));
  const auto view = rules.view(scene.inputs(), scene.now);
  EXPECT_TRUE(view.cash_available.is_zero());
  EXPECT_TRUE(view.gross_room.is_zero());
  EXPECT_EQ(view.size_factor_ppm, 1'000'000);
}

TEST(risk_edges, new_rates_begin_anew_and_others_go_on) {
  risk_scene scene;
  risk_rules rules{scene.options};
  const auto used = [&] {
    return check_of(rules.check(scene.entry(), scene.inputs(), scene.now_utc, scene.now),
                    risk_rule::rate)
        .value;
  };
  for (int k = 0; k < 5; ++k) rules.on_sent(scene.exit(), scene.now);
  EXPECT_EQ(used(), 6);
  auto options = scene.options;
  options.max_qty = shares(100);
  rules.replace_options(options);
  EXPECT_EQ(used(), 6);
  for (auto change : {+[](rate_limit& x) { --x.tokens; }, +[](rate_limit& x) { --x.burst; },
                      +[](rate_limit& x) { x.period *= 2; }}) {
    change(options.rate_short);
    change(options.rate_long);
    rules.replace_options(options);
    EXPECT_EQ(used(), 1);
    rules.on_sent(scene.exit(), scene.now);
  }
  rules.on_sent(scene.entry(), scene.now);
  options.duplicate_window = seconds{1};
  rules.replace_options(options);
  EXPECT_EQ(check_of(rules.check(scene.entry(), scene.inputs(), scene.now_utc, scene.now),
                     risk_rule::duplicate)
                .outcome,
            passed)
      << "what was sent before the window changed is forgotten";
}

TEST(risk_edges, an_entry_is_remembered_by_its_symbol) {
  risk_scene scene;
  risk_rules rules{scene.options};
  const auto since = [&](std::uint32_t symbol) {
    auto order = scene.entry();
    order.symbol = symbol_id{symbol};
    return check_of(rules.check(order, scene.inputs(), scene.now_utc, scene.now),
                    risk_rule::interval)
        .value;
  };
  rules.restore_entry(symbol_id{2}, scene.now - seconds{7});
  rules.restore_entry(symbol_id{1}, scene.now - seconds{9});
  EXPECT_EQ(since(2), nanoseconds{seconds{7}}.count());
  EXPECT_EQ(since(1), nanoseconds{seconds{9}}.count());
  EXPECT_EQ(since(0), INT64_MAX);
  EXPECT_EQ(since(3), INT64_MAX);
}

TEST(risk_edges, names) {
  for (const auto level :
       {loss_level::none, loss_level::warn, loss_level::reduce, loss_level::halt})
    EXPECT_NE(to_string(level), "invalid");
  EXPECT_EQ(to_string(loss_level{}), "invalid");
  std::set<std::string_view> rules;
  for (std::size_t k = 1; k <= risk_rule_count; ++k)
    rules.insert(to_string(static_cast<risk_rule>(k)));
  EXPECT_EQ(rules.size(), risk_rule_count) << "each rule has a word of its own";
}

risk_verdict denied_by(risk_rule rule) {
  risk_verdict out;
  out.reason = rule;
  out.checks.push({rule, check_outcome::denied, 2, 1});
  return out;
}

TEST(conduct_guard, needs_enough_denials_within_its_time) {
  conduct_guard guard{2, 1};
  order_request o;
  o.strategy = strategy_id{0};
  o.symbol = symbol_id{0};
  auto now = start;
  for (int k = 0; k < 10; ++k) {
    now = now + seconds{6};
    EXPECT_FALSE(guard.on_verdict(o, denied_by(risk_rule::rate), now)) << "three in twelve seconds";
  }
  EXPECT_TRUE(guard.on_verdict(o, denied_by(risk_rule::rate), now)) << "three in six";
  EXPECT_FALSE(guard.on_verdict(o, denied_by(risk_rule::rate), now)) << "told once";
  o.strategy = no_strategy;
  EXPECT_FALSE(guard.is_out(no_strategy));
  EXPECT_FALSE(guard.on_verdict(o, denied_by(risk_rule::value), now));
  EXPECT_TRUE(guard.on_verdict(o, denied_by(risk_rule::repeat), now));
  EXPECT_TRUE(guard.is_out(no_strategy));
}

TEST(conduct_guard, knows_nobody_else) {
  conduct_guard guard{2, 1};
  order_request o;
  o.strategy = strategy_id{7};
  EXPECT_TRUE(guard.is_out(o.strategy));
  EXPECT_FALSE(guard.on_verdict(o, denied_by(risk_rule::repeat), start));
  guard.on_entry(o);
  guard.take_out(o.strategy);
  EXPECT_FALSE(guard.put_back(o.strategy));
  EXPECT_EQ(guard.entries(o.strategy, symbol_id{0}), UINT32_MAX);
  o.strategy = strategy_id{0};
  o.symbol = symbol_id{5};
  guard.on_entry(o);
  EXPECT_EQ(guard.entries(o.strategy, o.symbol), UINT32_MAX);
  o.symbol = symbol_id{1};
  guard.on_entry(o);
  EXPECT_EQ(guard.entries(o.strategy, o.symbol), 1u);
  guard.start_session();
  EXPECT_EQ(guard.entries(o.strategy, o.symbol), 0u);
}

TEST(loss_streaks, count_whole_trades_within_an_hour) {
  loss_streaks streaks{2, 1};
  const auto lose = [&](std::int64_t minute, strategy_id who = strategy_id{0}) {
    return streaks.on_fill({who, symbol_id{0}, usd("-1"), {}}, start + minutes{minute});
  };
  EXPECT_FALSE(streaks.on_fill({strategy_id{0}, symbol_id{0}, usd("-5"), shares(1)}, start));
  EXPECT_EQ(streaks.losses_in_row(strategy_id{0}), 0u) << "the trade goes on";
  EXPECT_FALSE(streaks.on_fill({strategy_id{0}, symbol_id{0}, usd("6"), {}}, start));
  EXPECT_EQ(streaks.losses_in_row(strategy_id{0}), 0u) << "all in all it won";
  EXPECT_FALSE(lose(0));
  EXPECT_FALSE(lose(30));
  EXPECT_FALSE(lose(60));
  EXPECT_FALSE(lose(61)) << "the first is too long ago";
  EXPECT_EQ(streaks.locked_for(symbol_id{0}, start), nanoseconds{0});
  EXPECT_TRUE(lose(90)) << "the last four";
  EXPECT_EQ(streaks.locked_for(symbol_id{0}, start + minutes{90}), minutes{60});
  EXPECT_EQ(streaks.locked_for(symbol_id{1}, start + minutes{90}), nanoseconds{0});
  EXPECT_FALSE(lose(91, strategy_id{4}));
  EXPECT_FALSE(streaks.on_fill({strategy_id{0}, symbol_id{9}, usd("-1"), {}}, start));
  streaks.restore(strategy_id{4}, 9);
  EXPECT_EQ(streaks.losses_in_row(strategy_id{4}), UINT32_MAX);
  EXPECT_EQ(streaks.losses_in_row(no_strategy), 0u);
}

TEST(reject_watch, counts_answers_of_the_broker_only) {
  reject_watch watch;
  std::uint64_t number = 0;
  const auto say = [&](order_state state) {
    order_report report;
    report.request.order = order_id{++number};
    report.state = state;
    return watch.on_report(report, start);
  };
  for (int k = 0; k < 9; ++k) say(order_state::rejected);
  for (const auto state : {order_state::intent, order_state::canceled, order_state::denied,
                           order_state::unknown, order_state::expired})
    EXPECT_EQ(say(state), reject_level::none);
  EXPECT_EQ(say(order_state::rejected), reject_level::halt) << "those between say nothing";
  for (const auto state :
       {order_state::accepted, order_state::working, order_state::partial, order_state::filled}) {
    EXPECT_EQ(say(state), reject_level::none);
    EXPECT_NE(say(order_state::rejected), reject_level::halt) << "the row is broken";
  }
  for (std::size_t k = 0; k < 2 * reject_watch::orders_max; ++k) say(order_state::filled);
}

/// Each limit, one step wider.
const std::pair<const char*, void (*)(risk_options&)> wider[] = {
    {"risk.max_qty", [](auto& o) { o.max_qty = shares(501); }},
    {"risk.max_adv_bp", [](auto& o) { ++o.max_average_volume_bp; }},
    {"risk.order.max_usd", [](auto& o) { o.order_max_usd = usd("10000.01"); }},
    {"risk.order.max_equity_bp", [](auto& o) { ++o.order_max_equity_bp; }},
    {"risk.order.min_usd", [](auto& o) { o.order_min_usd = usd("9"); }},
    {"risk.collar.mid_bp", [](auto& o) { ++o.collar_mid_bp; }},
    {"risk.collar.last_bp", [](auto& o) { ++o.collar_last_bp; }},
    {"risk.collar.far_bp", [](auto& o) { ++o.collar_far_bp; }},
    {"risk.collar.walk_bp", [](auto& o) { ++o.price_walk_bp; }},
    {"risk.quote.max_spread_bp", [](auto& o) { ++o.quote.spread_max_bp; }},
    {"risk.quote.max_age_ms", [](auto& o) { o.quote.receive_age_max *= 2; }},
    {"risk.quote.max_event_age_ms", [](auto& o) { o.quote.event_age_max *= 2; }},
    {"risk.halt_cooldown_ms", [](auto& o) { o.quote.halt_cooldown /= 2; }},
    {"risk.volatility.pause_bp", [](auto& o) { ++o.volatility_pause_bp; }},
    {"risk.volatility.off_bp", [](auto& o) { ++o.volatility_off_bp; }},
    {"risk.volatility.volume_bp", [](auto& o) { ++o.volume_max_bp; }},
    {"risk.fresh.hop_p99_ms", [](auto& o) { o.hop_p99_max *= 2; }},
    {"risk.fresh.clock_ms", [](auto& o) { o.clock_off_max *= 2; }},
    {"risk.fresh.books_ms", [](auto& o) { o.books_age_max *= 2; }},
    {"risk.rate.second", [](auto& o) { ++o.rate_short.tokens; }},
    {"risk.rate.second", [](auto& o) { o.rate_short.period *= 2; }},
    {"risk.rate.minute", [](auto& o) { ++o.rate_long.burst; }},
    {"risk.duplicate_ms", [](auto& o) { o.duplicate_window /= 2; }},
    {"risk.min_entry_interval_ms", [](auto& o) { o.min_entry_interval /= 2; }},
    {"risk.max_entries_per_day", [](auto& o) { ++o.max_entries_per_day; }},
    {"risk.repeat_max", [](auto& o) { ++o.repeat_max; }},
    {"risk.open.per_symbol", [](auto& o) { ++o.open_orders_per_symbol; }},
    {"risk.open.total", [](auto& o) { ++o.open_orders_total; }},
    {"risk.window.second_usd", [](auto& o) { o.second_max_usd.reset(); }},
    {"risk.window.minute_usd", [](auto& o) { o.minute_max_usd.reset(); }},
    {"risk.window.day_usd", [](auto& o) { o.day_max_usd.reset(); }},
    {"risk.window.second_equity_bp", [](auto& o) { ++o.second_max_equity_bp; }},
    {"risk.window.minute_equity_bp", [](auto& o) { ++o.minute_max_equity_bp; }},
    {"risk.window.day_equity_bp", [](auto& o) { ++o.day_max_equity_bp; }},
    {"risk.position.max_qty", [](auto& o) { o.position_max_qty = shares(1'001); }},
    {"risk.position.max_usd", [](auto& o) { o.position_max_usd.reset(); }},
    {"risk.position.max_equity_bp", [](auto& o) { ++o.position_max_equity_bp; }},
    {"risk.max_positions", [](auto& o) { ++o.max_positions; }},
    {"risk.gross.max_usd", [](auto& o) { o.gross_max_usd.reset(); }},
    {"risk.gross.max_equity_bp", [](auto& o) { ++o.gross_max_equity_bp; }},
    {"risk.net.max_usd", [](auto& o) { o.net_max_usd.reset(); }},
    {"risk.net.max_equity_bp", [](auto& o) { ++o.net_max_equity_bp; }},
    {"risk.trade_risk_bp", [](auto& o) { ++o.trade_risk_bp; }},
    {"risk.portfolio_risk_bp", [](auto& o) { ++o.portfolio_risk_bp; }},
    {"risk.buying_power_bp", [](auto& o) { ++o.buying_power_bp; }},
    {"risk.min_buying_power_usd", [](auto& o) { o.min_buying_power_usd = {}; }},
    {"risk.min_equity_usd", [](auto& o) { o.min_equity_usd.reset(); }},
    {"risk.halve_below_usd", [](auto& o) { o.halve_below_usd = usd("0.5"); }},
    {"risk.loss.warn_bp", [](auto& o) { ++o.loss_warn_bp; }},
    {"risk.loss.reduce_bp", [](auto& o) { ++o.loss_reduce_bp; }},
    {"risk.loss.halt_bp", [](auto& o) { ++o.loss_halt_bp; }},
    {"risk.loss.warn_usd", [](auto& o) { o.loss_warn_usd.reset(); }},
    {"risk.loss.reduce_usd", [](auto& o) { o.loss_reduce_usd.reset(); }},
    {"risk.loss.halt_usd", [](auto& o) { o.loss_halt_usd.reset(); }},
    {"risk.drawdown.session_bp", [](auto& o) { ++o.drawdown_session_bp; }},
    {"risk.drawdown.halve_bp", [](auto& o) { ++o.drawdown_halve_bp; }},
    {"risk.drawdown.emergency_bp", [](auto& o) { ++o.drawdown_emergency_bp; }},
    {"risk.streak.strategy_losses", [](auto& o) { ++o.streak_strategy_losses; }},
    {"risk.types.entry", [](auto& o) { o.entry_types = {order_type::market}; }},
    {"risk.types.exit", [](auto& o) { o.exit_types.clear(); }},
    {"risk.fractional", [](auto& o) { o.fractional = true; }},
    {"risk.entries_need_stop", [](auto& o) { o.entries_need_stop = false; }},
    {"risk.short", [](auto& o) { o.short_sales = true; }},
    {"risk.self_cross", [](auto& o) { o.self_cross = self_cross_policy::broker; }},
    {"risk.override", [](auto& o) { o.overrides = true; }},
    {"risk.max_adv_needed", [](auto& o) { o.average_volume_needed = true; }},
    {"risk.asset_max_age_ms", [](auto& o) { o.asset_age_max *= 2; }},
    {"risk.account_max_age_ms", [](auto& o) { o.account_age_max *= 2; }},
    {"risk.fresh.quote_ms", [](auto& o) { o.fresh_quote_age_max *= 2; }},
    {"risk.fresh.account_ms", [](auto& o) { o.fresh_account_age_max *= 2; }},
    {"risk.fresh.hop_ms", [](auto& o) { o.fresh_hop_max *= 2; }},
    {"risk.requests.per_minute", [](auto& o) { ++o.requests_per_minute; }},
    {"risk.requests.reserved", [](auto& o) { --o.requests_reserved; }},
};

TEST(risk_lowering, refuses_to_widen_any_limit) {
  risk_options now;
  now.position_max_usd = now.gross_max_usd = now.net_max_usd = usd("1");
  now.min_equity_usd = now.halve_below_usd = usd("1");
  now.loss_warn_usd = now.loss_reduce_usd = now.loss_halt_usd = usd("1");
  for (const auto& [key, widen] : wider) {
    auto next = now;
    widen(next);
    EXPECT_EQ(first_raised(now, next), key);
  }
}

}  // namespace
}  // namespace bw
