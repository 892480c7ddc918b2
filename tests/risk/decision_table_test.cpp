// Every control at its limit, one unit below and one above it, and with its input missing. A row
// moves one figure; nothing else of the scene is near a limit.

#include <gtest/gtest.h>

#include <functional>
#include <set>

#include "domain/external_guard.hpp"
#include "tests/domain/risk_scene.hpp"

namespace bw {
namespace {

using tests::apple;
using tests::check_of;
using tests::p;
using tests::risk_scene;
using tests::shares;
using tests::usd;

constexpr std::int64_t second = 1'000'000'000;
constexpr std::int64_t ms = 1'000'000;

enum class at_the_limit : bool { denies, passes };

/// `beyond` is −1, 0 or +1 unit: below, at, above the limit.
struct control {
  risk_rule rule;
  const char* what;
  at_the_limit reaching;
  std::function<void(risk_scene&, order_request&, std::int64_t beyond)> move;
  /// Takes the rule's input away; null where the rule needs none but the order and its own memory.
  std::function<void(risk_scene&, order_request&)> lose;
};

money units(std::int64_t n) { return money::from_units(n); }

/// Ten shares at 100.05.
const money order_value = usd("1000.5");

void cheap(risk_scene& s, order_request& o) {
  s.quote_and_trade("9.98", "10", "10");
  o.limit = p("10");
  o.planned_stop = p("9.9");
}
void no_account(risk_scene& s, order_request&) { s.has_account = false; }
void no_quotes(risk_scene& s, order_request&) { s.quotes = quote_board{risk_scene::symbol_count}; }
void sell_short(risk_scene& s, order_request& o) {
  s.options.short_sales = true;
  s.symbols[0].shortable = s.symbols[0].easy_to_borrow = true;
  o.side = side::sell;
  o.limit = p("99.95");
  o.planned_stop = p("101");
}
/// A resting exit of ten shares.
void exit_instead(risk_scene& s, order_request& o) {
  s.exposure.restore_position(apple, shares(50), p("100"));
  o = s.exit();
}

constexpr auto passes = at_the_limit::passes;
constexpr auto denies = at_the_limit::denies;

const control controls[] =
    {
        {risk_rule::symbol, "R03 age of the asset", passes,
         [](auto& s, auto&, auto n) {
           s.symbols[0].asset_at = s.now_utc - std::chrono::hours{24} - nanoseconds{n};
         },
         [](auto& s, auto&) { s.symbols[0].asset_at.reset(); }},
        {risk_rule::session, "R04 end of the session", passes,
         [](auto& s, auto&, auto n) { s.session.close = s.now_utc + nanoseconds{1 - n}; },
         [](auto& s, auto&) { s.session = {}; }},
        {risk_rule::session, "R04 end of the entries that stay over night", denies,
         [](auto& s, auto& o, auto n) {
           s.session.phase = session_phase::flatten;
           o.overnight = true;
           s.session.overnight_entries_end = s.now_utc - nanoseconds{n};
         },
         nullptr},
        {risk_rule::strategy_budget, "what a strategy may hold", passes,
         [](auto& s, auto& o, auto n) {
           s.strategy_use = usd("4000") + units(n);
           o.strategy_budget = usd("4000") + order_value;
         },
         [](auto& s, auto& o) {
           o.strategy_budget = usd("4000");
           s.has_account = false;
         }},
        {risk_rule::regime, "regimes of a strategy", passes,
         [](auto& s, auto& o, auto n) {
           o.regimes = regime_bit(market_regime::trending) | regime_bit(market_regime::ranging);
           s.symbols[0].regime = static_cast<market_regime>(2 + n);
         },
         [](auto& s, auto& o) {
           o.regimes = regime_bit(market_regime::trending);
           s.symbols[0].regime = market_regime::unknown;
         }},
        {risk_rule::halted, "R05 cool-down", passes,
         [](auto& s, auto&, auto n) {
           s.status(halt_state::halted, 20 * second);
           s.status(halt_state::resumed, 5 * second - n);
         },
         nullptr},
        {risk_rule::band, "R05 upper band of a buy", passes,
         [](auto& s, auto& o, auto n) {
           s.symbols[0].band = price_band{p("90"), price::from_units(o.limit.units() - n)};
         },
         nullptr},
        {risk_rule::band, "R05 lower band of a sale", passes,
         [](auto& s, auto& o, auto n) {
           exit_instead(s, o);
           s.symbols[0].band = price_band{price::from_units(o.limit.units() + n), p("110")};
         },
         nullptr},
        {risk_rule::stale, "R06 age since receipt", passes,
         [](auto& s, auto&, auto n) { s.now = s.quoted_at() + nanoseconds{1'000 * ms + n}; },
         no_quotes},
        {risk_rule::stale, "R06 age by the stamp", passes,
         [](auto& s, auto&, auto n) { s.now_utc = s.quoted_utc() + nanoseconds{2'000 * ms + n}; },
         [](auto& s, auto&) { s.feed = readiness::not_ready; }},
        {risk_rule::wide, "R06 spread", passes,
         [](auto& s, auto&, auto n) { s.options.quote.spread_max_bp = 2 - n; }, no_quotes},
        {risk_rule::collar, "R08 from mid", passes,
         [](auto& s, auto& o, auto n) {
           s.trade("101");
           o.limit = price::from_units(p("102").units() + n * p("0.01").units());
         },
         no_quotes},
        {risk_rule::collar, "R08 from the last trade", passes,
         [](auto& s, auto& o, auto n) {
           s.trade("98");
           o.limit = price::from_units(p("100.94").units() + n * p("0.01").units());
         },
         [](auto& s, auto&) { s.quotes = s.quotes_without_trades(); }},
        {risk_rule::collar, "R08 passive side of an exit", passes,
         [](auto& s, auto& o, auto n) {
           exit_instead(s, o);
           o.limit = price::from_units(p("115").units() + n * p("0.01").units());
         },
         nullptr},
        {risk_rule::price_walk, "R08 own moves in a minute", passes,
         [](auto& s, auto& o, auto n) {
           auto before = o;
           before.limit = p("100");
           s.send(before, second);
           s.options.price_walk_bp = 5 - n;
         },
         nullptr},
        {risk_rule::size, "R09 shares", passes,
         [](auto& s, auto& o, auto n) {
           cheap(s, o);
           o.qty = shares(500 + n);
         },
         nullptr},
        {risk_rule::size, "R09 share of the average volume", passes,
         [](auto& s, auto&, auto n) { s.symbols[0].average_volume = shares(1'000 - n); },
         [](auto& s, auto&) { s.options.average_volume_needed = true; }},
        {risk_rule::value, "R10 dollars", passes,
         [](auto& s, auto&, auto n) { s.options.order_max_usd = order_value - units(n); },
         no_account},
        {risk_rule::value, "R10 share of equity", passes,
         [](auto& s, auto&, auto n) {
           s.options.order_max_usd.reset();
           s.session_start_equity = usd("10005") - units(10 * n);
         },
         [](auto& s, auto&) { s.session_start_equity.reset(); }},
        {risk_rule::min_value, "smallest value", passes,
         [](auto& s, auto&, auto n) { s.options.order_min_usd = order_value + units(n); },
         [](auto& s, auto& o) {
           no_quotes(s, o);
           o.limit = {};
         }},
        {risk_rule::position, "R11 shares", passes,
         [](auto& s, auto&, auto n) {
           s.options.position_max_qty = quantity::from_units(shares(10).units() - n);
         },
         no_account},
        {risk_rule::position, "R11 dollars", passes,
         [](auto& s, auto&, auto n) { s.options.position_max_usd = order_value - units(n); },
         no_account},
        {risk_rule::position, "R11 share of equity", passes,
         [](auto& s, auto&, auto n) { s.account.equity = usd("10005") - units(10 * n); },
         no_account},
        {risk_rule::positions, "symbols", passes,
         [](auto& s, auto&, auto n) { s.hold_others(static_cast<std::uint32_t>(4 + n)); }, nullptr},
        {risk_rule::exposure, "R12 gross dollars", passes,
         [](auto& s, auto&, auto n) { s.options.gross_max_usd = order_value - units(n); },
         no_account},
        {risk_rule::exposure, "R12 gross share of equity", passes,
         [](auto& s, auto&, auto n) { s.account.equity = usd("2001") - units(2 * n); }, no_account},
        {risk_rule::net, "R12 net dollars", passes,
         [](auto& s, auto&, auto n) { s.options.net_max_usd = order_value - units(n); },
         no_account},
        {risk_rule::net, "R12 net share of equity", passes,
         [](auto& s, auto&, auto n) { s.account.equity = usd("2001") - units(2 * n); }, no_account},
        {risk_rule::net, "R12 net of a short sale", passes,
         [](auto& s, auto& o, auto n) {
           sell_short(s, o);
           // Ten at 1.03 times the ask.
           s.options.net_max_usd = usd("1030.103") - units(n);
         },
         no_account},
        {risk_rule::buying_power, "R13 share of it", passes,
         [](auto& s, auto&, auto n) {
           s.options.buying_power_bp = 10'000;
           s.account.buying_power = order_value - units(n);
         },
         no_account},
        {risk_rule::buying_power, "R13 a short sale at 1.03 times the ask", passes,
         [](auto& s, auto& o, auto n) {
           sell_short(s, o);
           s.options.buying_power_bp = 10'000;
           s.account.buying_power = usd("1030.103") - units(n);
         },
         no_account},
        {risk_rule::account_age, "R13 age of the snapshot", passes,
         [](auto& s, auto&, auto n) {
           s.account.received = s.now - std::chrono::seconds{60} - nanoseconds{n};
         },
         no_account},
        {risk_rule::min_buying_power, "smallest buying power", passes,
         [](auto& s, auto&, auto n) { s.account.buying_power = usd("10") - units(n); }, no_account},
        {risk_rule::min_equity, "smallest equity", passes,
         [](auto& s, auto&, auto n) { s.options.min_equity_usd = usd("100000") + units(n); },
         [](auto& s, auto& o) {
           s.options.min_equity_usd = usd("1");
           no_account(s, o);
         }},
        {risk_rule::open_orders, "R14 in the symbol", passes,
         [](auto& s, auto&, auto n) { s.open_small(apple, static_cast<std::uint64_t>(3 + n)); },
         nullptr},
        {risk_rule::open_orders, "R14 in all", passes,
         [](auto& s, auto&, auto n) {
           s.open_small(symbol_id{1}, static_cast<std::uint64_t>(19 + n));
         },
         nullptr},
        {risk_rule::rate, "R15 orders at once", passes,
         [](auto& s, auto&, auto n) { s.send_others(9 + n); }, nullptr},
        {risk_rule::window_second, "R16 a second, dollars", passes,
         [](auto& s, auto& o, auto n) { s.send(o, second - 1, usd("8999.5") + units(n)); },
         no_account},
        {risk_rule::window_second, "R16 what is a second old is outside", passes,
         [](auto& s, auto& o, auto n) {
           s.send(o, second - std::max<std::int64_t>(n, 0), usd("9000"));
         },
         no_account},
        {risk_rule::window_minute, "R16 a minute, dollars", passes,
         [](auto& s, auto& o, auto n) { s.send(o, 59 * second, usd("48999.5") + units(n)); },
         no_account},
        {risk_rule::window_day, "R16 the day, share of equity", passes,
         [](auto& s, auto&, auto n) {
           s.options.day_max_usd.reset();
           s.entries_so_far = 1;
           s.sent_so_far = usd("248999.5") + units(n);
         },
         no_account},
        {risk_rule::duplicate, "R17", passes,
         [](auto& s, auto& o, auto n) { s.send(o, 500 * ms - n); }, nullptr},
        {risk_rule::repeat, "R18", passes,
         [](auto& s, auto& o, auto n) {
           for (std::int64_t k = 0; k < 19 + n; ++k) s.conduct->on_entry(o);
         },
         [](auto& s, auto&) { s.conduct.reset(); }},
        {risk_rule::interval, "between two entries", passes,
         [](auto& s, auto& o, auto n) { s.send(o, 120 * second - n); }, nullptr},
        {risk_rule::entries, "entries of the day", passes,
         [](auto& s, auto&, auto n) { s.entries_so_far = static_cast<std::uint32_t>(9 + n); },
         nullptr},
        {risk_rule::loss, "R22", denies,
         [](auto& s, auto&, auto n) { s.day->pnl = usd("-1500") - units(n); },
         [](auto& s, auto&) { s.day.reset(); }},
        {risk_rule::drawdown, "R23 below the session's peak", denies,
         [](auto& s, auto&, auto n) { s.equity->now = usd("98000") - units(n); },
         [](auto& s, auto&) { s.equity.reset(); }},
        {risk_rule::drawdown, "R23 below the highest of all", denies,
         [](auto& s, auto&, auto n) {
           s.equity->session_peak = usd("90001");
           s.equity->now = usd("90000") - units(n);
         },
         [](auto& s, auto&) { s.equity.reset(); }},
        {risk_rule::streak, "R23 losing trades in a row", passes,
         [](auto& s, auto& o, auto n) {
           s.streaks->restore(o.strategy, static_cast<std::uint32_t>(1 + n));
         },
         [](auto& s, auto&) { s.streaks.reset(); }},
        {risk_rule::symbol_lock, "R23 lock of the symbol", passes,
         [](auto& s, auto&, auto n) {
           for (int k = 0; k < 4; ++k)
             s.streaks->on_fill({strategy_id{3}, apple, usd("-1"), {}},
                                s.now - std::chrono::minutes{60} + nanoseconds{n});
         },
         [](auto& s, auto&) { s.streaks.reset(); }},
        {risk_rule::trade_risk, "planned loss of the trade", passes,
         [](auto& s, auto&, auto n) {
           // 1.55 a share, and a hundredth of a percent of 155,000.
           s.options.trade_risk_bp = 1;
           s.account.equity = usd("155000") - units(10'000 * n);
           s.session_start_equity = usd("155000");
         },
         no_account},
        {risk_rule::portfolio_risk, "planned loss of all trades", passes,
         [](auto& s, auto& o, auto n) {
           auto other = o;
           other.symbol = symbol_id{1};
           other.planned_stop = p("95");
           s.planned->on_fill(other, shares(10), p("100"));
           s.options.portfolio_risk_bp = 1;
           s.account.equity = usd("655000") - units(10'000 * n);
           s.session_start_equity = usd("655000");
         },
         [](auto& s, auto&) { s.planned.reset(); }},
        {risk_rule::volatility, "R25", denies,
         [](auto& s, auto&, auto n) {
           s.motion.emplace(risk_scene::symbol_count, 600);
           trade before{
               .symbol = apple, .last = p("99"), .ts_event = s.now_utc - nanoseconds{60 * second}};
           s.motion->on_trade(before);
           s.trade("100");
           s.options.volatility_pause_bp = 102 - n;
         },
         [](auto& s, auto&) { s.motion.reset(); }},
        {risk_rule::volume, "R25 shares of a minute", passes,
         [](auto& s, auto&, auto n) {
           // A thousand a minute before; one unit of the limit is a tenth of a share.
           s.minute(1, 1'000);
           s.options.volume_max_bp = 10'000 - n;
         },
         [](auto& s, auto&) { s.volumes.reset(); }},
        {risk_rule::hop, "way of a tick, 99 of 100", passes,
         [](auto& s, auto&, auto n) { s.ages->hop_p99 = nanoseconds{250 * ms + n}; },
         [](auto& s, auto&) { s.ages->hop_p99.reset(); }},
        {risk_rule::clock, "T09 uncertainty of our clock", passes,
         [](auto& s, auto&, auto n) { s.ages->clock_off = nanoseconds{500 * ms + n}; },
         [](auto& s, auto&) { s.ages->clock_off.reset(); }},
        {risk_rule::books, "both books were the same", passes,
         [](auto& s, auto&, auto n) { s.ages->books = nanoseconds{120 * second + n}; },
         [](auto& s, auto&) { s.ages->books.reset(); }},
        {risk_rule::reserve, "requests for getting flat", passes,
         // One to cancel this order, one to close it, three to see that it is done, and itself.
         [](auto& s, auto&, auto n) { s.requests_left = 6 - n; },
         [](auto& s, auto&) { s.requests_left.reset(); }},
        {risk_rule::reserve, "requests that are reserved", passes,
         [](auto& s, auto&, auto n) { s.options.requests_reserved = 5 - n; },
         [](auto& s, auto&) { s.requests_left.reset(); }},
        {risk_rule::reduce_only, "R01 what is not ours and has no stop yet", passes,
         [](auto& s, auto& o, auto n) {
           s.exposure.set_external(apple, shares(50), {}, {}, p("100"));
           o = s.exit();
           o.strategy = external_strategy;
           o.purpose = order_purpose::protective;
           o.qty = shares(50 + n);
         },
         nullptr},
        {risk_rule::reduce_only, "R01 what there is to close", passes,
         [](auto& s, auto& o, auto n) {
           exit_instead(s, o);
           o.qty = shares(50 + n);
         },
         nullptr},
};

TEST(decision_table, each_control_at_its_limit_and_beside_it) {
  for (const auto& row : controls)
    for (const std::int64_t beyond : {-1, 0, 1}) {
      risk_scene scene;
      auto order = scene.entry();
      row.move(scene, order, beyond);
      const auto verdict = scene.check(order);
      const bool fine = beyond < 0 || (beyond == 0 && row.reaching == passes);
      const auto& check = check_of(verdict, row.rule);
      EXPECT_EQ(check.outcome, fine ? check_outcome::passed : check_outcome::denied)
          << to_string(row.rule) << " " << row.what << " " << beyond << ": " << check.value
          << " against " << check.limit;
      if (!fine) {
        EXPECT_FALSE(verdict.approved) << row.what;
      }
    }
}

TEST(decision_table, what_is_missing_denies) {
  for (const auto& row : controls) {
    if (!row.lose) continue;
    risk_scene scene;
    auto order = scene.entry();
    row.lose(scene, order);
    const auto verdict = scene.check(order);
    EXPECT_EQ(check_of(verdict, row.rule).outcome, check_outcome::denied)
        << to_string(row.rule) << " " << row.what;
    EXPECT_FALSE(verdict.approved);
  }
}

/// Rules that say yes or no.
struct yes_or_no {
  risk_rule rule;
  bool fine;
  const char* what;
  std::function<void(risk_scene&, order_request&)> change;
};

const yes_or_no switches[] = {
    {risk_rule::state, false, "halted",
     [](auto& s, auto&) { s.trading.mode = trading_mode::halted; }},
    {risk_rule::crossed, false, "locked", [](auto& s, auto&) { s.quote("100", "100"); }},
    {risk_rule::stream, false, "not ready",
     [](auto& s, auto&) { s.order_stream = readiness::not_ready; }},
    {risk_rule::session, false, "intraday, behind the end of entries",
     [](auto& s, auto&) {
       s.session.phase = session_phase::exits_only;
       s.session.overnight_entries_end = s.now_utc + nanoseconds{1};
     }},
    {risk_rule::session, true, "overnight, behind the end of entries",
     [](auto& s, auto& o) {
       s.session.phase = session_phase::exits_only;
       s.session.overnight_entries_end = s.now_utc + nanoseconds{1};
       o.overnight = true;
     }},
    {risk_rule::session, false, "overnight, in the first seconds",
     [](auto& s, auto& o) {
       s.session.phase = session_phase::open_guard;
       s.session.overnight_entries_end = s.now_utc + nanoseconds{1};
       o.overnight = true;
     }},
    {risk_rule::identity, true, "the last strategy",
     [](auto&, auto& o) { o.strategy = strategy_id{3}; }},
    {risk_rule::identity, false, "one behind it",
     [](auto&, auto& o) { o.strategy = strategy_id{4}; }},
    {risk_rule::identity, false, "none", [](auto&, auto& o) { o.strategy = no_strategy; }},
    {risk_rule::identity, true, "none, in a backtest's script",
     [](auto& s, auto& o) {
       o.strategy = no_strategy;
       s.scripts = scripted_entries::allowed;
     }},
    {risk_rule::strategy_off, false, "taken out",
     [](auto& s, auto& o) { s.conduct->take_out(o.strategy); }},
    {risk_rule::strategy_off, true, "another one taken out",
     [](auto& s, auto&) { s.conduct->take_out(strategy_id{1}); }},
    {risk_rule::strategy_off, true, "put back",
     [](auto& s, auto& o) {
       s.conduct->take_out(o.strategy);
       EXPECT_TRUE(s.conduct->put_back(o.strategy));
       EXPECT_FALSE(s.conduct->put_back(o.strategy));
     }},
    {risk_rule::strategy_off, false, "nobody knows the strategies",
     [](auto& s, auto&) { s.conduct.reset(); }},
    {risk_rule::short_sale, true, "enabled, shortable, easy to borrow", sell_short},
    {risk_rule::short_sale, false, "not enabled",
     [](auto& s, auto& o) {
       sell_short(s, o);
       s.options.short_sales = false;
     }},
    {risk_rule::short_sale, false, "nothing known of the asset",
     [](auto& s, auto& o) {
       sell_short(s, o);
       s.symbols[0].asset_at.reset();
     }},
    {risk_rule::short_sale, false, "not shortable",
     [](auto& s, auto& o) {
       sell_short(s, o);
       s.symbols[0].shortable = false;
     }},
    {risk_rule::short_sale, false, "hard to borrow",
     [](auto& s, auto& o) {
       sell_short(s, o);
       s.symbols[0].easy_to_borrow = false;
     }},
    {risk_rule::short_sale, false, "a part of a share",
     [](auto& s, auto& o) {
       sell_short(s, o);
       s.options.fractional = s.symbols[0].fractionable = true;
       o.qty = p_qty("1.5");
     }},
    {risk_rule::short_sale, false, "of no known symbol",
     [](auto& s, auto& o) {
       sell_short(s, o);
       o.symbol = symbol_id{99};
     }},
    {risk_rule::malformed, false, "a short sale with its stop below",
     [](auto& s, auto& o) {
       sell_short(s, o);
       o.planned_stop = p("98");
     }},
    {risk_rule::malformed, true, "a short sale with its stop above", sell_short},
    {risk_rule::malformed, true, "no planned stop where none is needed",
     [](auto& s, auto& o) {
       s.options.entries_need_stop = false;
       o.planned_stop = {};
     }},
    {risk_rule::malformed, false, "a negative target",
     [](auto&, auto& o) { o.planned_target = p("-1"); }},
    {risk_rule::symbol, false, "a part of a share that is not sold in parts",
     [](auto& s, auto& o) {
       s.options.fractional = true;
       o.qty = p_qty("1.5");
     }},
    {risk_rule::symbol, true, "a part of a share that is",
     [](auto& s, auto& o) {
       s.options.fractional = s.symbols[0].fractionable = true;
       o.qty = p_qty("1.5");
     }},
    {risk_rule::symbol, false, "stopped", [](auto& s, auto&) { s.symbols[0].stops = 1u << 1; }},
    {risk_rule::symbol, false, "somebody else's",
     [](auto& s, auto&) { s.symbols[0].stops = symbol_facts::external; }},
    {risk_rule::symbol, false, "frozen",
     [](auto& s, auto&) { s.symbols[0].stops = symbol_facts::frozen; }},
    {risk_rule::volatility, false, "moved too far earlier in the session",
     [](auto& s, auto&) {
       const auto ago = [&](int minutes) { return s.now_utc - nanoseconds{minutes * 60 * second}; };
       s.motion.emplace(risk_scene::symbol_count, 600);
       for (const auto& [minutes, last] : {std::pair{30, "100"}, {29, "106"}, {28, "106"}})
         s.motion->on_trade({.symbol = apple, .last = p(last), .ts_event = ago(minutes)});
       s.trade("106");
     }},
    {risk_rule::volume, false, "too few minutes were seen",
     [](auto& s, auto&) {
       s.volumes.emplace(risk_scene::symbol_count);
       for (int k = 5; k > 0; --k) s.minute(k, 1'000);
     }},
    {risk_rule::volume, true, "as many as it takes",
     [](auto& s, auto&) {
       s.volumes.emplace(risk_scene::symbol_count);
       for (int k = 6; k > 0; --k) s.minute(k, 1'000);
     }},
    {risk_rule::volume, true, "a busy minute that is over for long",
     [](auto& s, auto&) { s.minute(2, 1'000'000); }},
    {risk_rule::self_cross, false, "a protective stop rests",
     [](auto& s, auto&) {
       order_request stop;
       stop.order = order_id{9};
       stop.symbol = apple;
       stop.side = side::sell;
       stop.type = order_type::stop;
       stop.purpose = order_purpose::protective;
       stop.qty = shares(5);
       stop.stop = p("95");
       s.exposure.on_intent(stop, p("95"));
     }},
    {risk_rule::self_cross, true, "a stop of another symbol rests",
     [](auto& s, auto&) {
       order_request stop;
       stop.order = order_id{9};
       stop.symbol = symbol_id{1};
       stop.side = side::sell;
       stop.type = order_type::stop;
       stop.purpose = order_purpose::protective;
       stop.qty = shares(5);
       s.exposure.on_intent(stop, p("95"));
     }},
};

TEST(decision_table, rules_that_say_yes_or_no) {
  for (const auto& row : switches) {
    risk_scene scene;
    auto order = scene.entry();
    row.change(scene, order);
    const auto verdict = scene.check(order);
    EXPECT_EQ(check_of(verdict, row.rule).outcome,
              row.fine ? check_outcome::passed : check_outcome::denied)
        << to_string(row.rule) << ": " << row.what << "\n"
        << tests::text_of(verdict);
  }
}

TEST(decision_table, no_rule_is_without_a_row) {
  std::set<risk_rule> seen;
  for (const auto& row : controls) seen.insert(row.rule);
  for (const auto& row : switches) seen.insert(row.rule);
  for (std::size_t k = 1; k <= risk_rule_count; ++k)
    EXPECT_TRUE(seen.contains(static_cast<risk_rule>(k))) << to_string(static_cast<risk_rule>(k));
}

}  // namespace
}  // namespace bw
