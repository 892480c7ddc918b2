// For each rule rows at its limit and beyond it; what exits may do that entries may not; that
// missing input denies; and that every rule is recorded whatever the others say.

#include "domain/risk_rules.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <set>
#include <string>

#include "tests/domain/risk_scene.hpp"

namespace bw {
namespace {

using tests::p;
using tests::risk_scene;
using tests::shares;
using tests::usd;

constexpr std::int64_t second = 1'000'000'000;
constexpr std::int64_t ms = 1'000'000;

TEST(risk_rules, an_order_within_all_limits_passes_and_every_rule_is_recorded) {
  risk_scene scene;
  const auto verdict = scene.check(scene.entry());
  EXPECT_TRUE(verdict.approved) << tests::text_of(verdict);
  ASSERT_EQ(verdict.checks.size(), risk_rule_count);
  std::set<risk_rule> seen;
  for (const auto& each : verdict.checks) seen.insert(each.rule);
  EXPECT_EQ(seen.size(), risk_rule_count) << "each once";
}

/// One change of the scene or the order; the rule it is about; whether the order still passes.
struct row {
  risk_rule rule;
  bool passes;
  const char* what;
  std::function<void(risk_scene&, order_request&)> change;
};

const row entry_rows[] = {
    {risk_rule::state, false, "reducing",
     [](auto& s, auto&) { s.trading.mode = trading_mode::reducing; }},
    {risk_rule::state, false, "halted",
     [](auto& s, auto&) { s.trading.mode = trading_mode::halted; }},

    {risk_rule::symbol, false, "of no table",
     [](auto&, auto& o) { o.symbol = symbol_id{99}; }},
    {risk_rule::symbol, false, "not listed", [](auto& s, auto&) { s.symbols[0].allowed = false; }},
    {risk_rule::symbol, false, "restricted",
     [](auto& s, auto&) { s.symbols[0].restricted = true; }},
    {risk_rule::symbol, false, "not tradable",
     [](auto& s, auto&) { s.symbols[0].tradable = false; }},
    {risk_rule::symbol, false, "not active", [](auto& s, auto&) { s.symbols[0].active = false; }},
    {risk_rule::symbol, false, "asset never asked for",
     [](auto& s, auto&) { s.symbols[0].asset_at.reset(); }},
    {risk_rule::symbol, true, "asset a day old",
     [](auto& s, auto&) { s.symbols[0].asset_at = s.now_utc - std::chrono::hours{24}; }},
    {risk_rule::symbol, false, "asset older than a day",
     [](auto& s, auto&) {
       s.symbols[0].asset_at = s.now_utc - std::chrono::hours{24} - nanoseconds{1};
     }},

    {risk_rule::session, false, "unknown",
     [](auto& s, auto&) { s.session.phase = session_phase::unknown; }},
    {risk_rule::session, false, "closed",
     [](auto& s, auto&) { s.session.phase = session_phase::closed; }},
    {risk_rule::session, false, "open guard",
     [](auto& s, auto&) { s.session.phase = session_phase::open_guard; }},
    {risk_rule::session, false, "exits only",
     [](auto& s, auto&) { s.session.phase = session_phase::exits_only; }},
    {risk_rule::session, true, "the last nanosecond of the session",
     [](auto& s, auto&) { s.session.close = s.now_utc + nanoseconds{1}; }},
    {risk_rule::session, false, "the phase is behind the clock",
     [](auto& s, auto&) { s.session.close = s.now_utc; }},
    {risk_rule::session, false, "no times", [](auto& s, auto&) { s.session.close = {}; }},

    {risk_rule::halted, false, "halted",
     [](auto& s, auto&) { s.status(halt_state::halted, 20 * second); }},
    {risk_rule::halted, false, "resumed less than five seconds ago",
     [](auto& s, auto&) {
       s.status(halt_state::halted, 20 * second);
       s.status(halt_state::resumed, 5 * second - 1);
     }},
    {risk_rule::halted, true, "resumed five seconds ago",
     [](auto& s, auto&) {
       s.status(halt_state::halted, 20 * second);
       s.status(halt_state::resumed, 5 * second);
     }},

    {risk_rule::stale, true, "received a second ago",
     [](auto& s, auto&) { s.now = s.quoted_at() + nanoseconds{1'000 * ms}; }},
    {risk_rule::stale, false, "received longer ago",
     [](auto& s, auto&) { s.now = s.quoted_at() + nanoseconds{1'000 * ms + 1}; }},
    {risk_rule::stale, true, "made two seconds ago",
     [](auto& s, auto&) { s.now_utc = s.quoted_utc() + nanoseconds{2'000 * ms}; }},
    {risk_rule::stale, false, "made longer ago",
     [](auto& s, auto&) { s.now_utc = s.quoted_utc() + nanoseconds{2'000 * ms + 1}; }},
    {risk_rule::stale, false, "feed not synced",
     [](auto& s, auto&) { s.feed = readiness::not_ready; }},
    {risk_rule::stale, false, "no quote", [](auto& s, auto&) { s.quotes = quote_board{3}; }},

    {risk_rule::crossed, false, "locked", [](auto& s, auto&) { s.quote("100", "100"); }},
    {risk_rule::crossed, false, "no bid", [](auto& s, auto&) { s.quote("0", "100"); }},
    {risk_rule::wide, true, "100 bp", [](auto& s, auto&) { s.quote("99.5", "100.5"); }},
    {risk_rule::wide, false, "a cent more", [](auto& s, auto&) { s.quote("99.5", "100.51"); }},

    {risk_rule::malformed, false, "no shares", [](auto&, auto& o) { o.qty = {}; }},
    {risk_rule::malformed, false, "half a share", [](auto&, auto& o) { o.qty = p_qty("1.5"); }},
    {risk_rule::malformed, false, "market entry",
     [](auto&, auto& o) {
       o.type = order_type::market;
       o.limit = {};
     }},
    {risk_rule::malformed, false, "off its tick", [](auto&, auto& o) { o.limit = p("100.001"); }},
    {risk_rule::malformed, false, "limit missing", [](auto&, auto& o) { o.limit = {}; }},
    {risk_rule::malformed, false, "limit negative", [](auto&, auto& o) { o.limit = p("-100"); }},
    {risk_rule::malformed, false, "stop of a limit order",
     [](auto&, auto& o) { o.stop = p("99"); }},
    {risk_rule::malformed, false, "good till cancelled",
     [](auto&, auto& o) { o.tif = time_in_force::gtc; }},
    {risk_rule::malformed, false, "planned stop off its tick",
     [](auto&, auto& o) { o.planned_stop = p("98.505"); }},
    {risk_rule::malformed, false, "target at the limit",
     [](auto&, auto& o) { o.planned_target = o.limit; }},
    {risk_rule::malformed, true, "target above the limit",
     [](auto&, auto& o) { o.planned_target = p("104"); }},
    {risk_rule::malformed, false, "without a planned stop",
     [](auto&, auto& o) { o.planned_stop = {}; }},
    {risk_rule::malformed, false, "planned stop at the limit",
     [](auto&, auto& o) { o.planned_stop = o.limit; }},

    {risk_rule::stream, false, "order stream not ready",
     [](auto& s, auto&) { s.order_stream = readiness::not_ready; }},

    {risk_rule::collar, true, "2 % above mid",
     [](auto& s, auto& o) {
       s.trade("101");
       o.limit = p("102");
     }},
    {risk_rule::collar, false, "a tick more",
     [](auto& s, auto& o) {
       s.trade("101");
       o.limit = p("102.01");
     }},
    {risk_rule::collar, false, "2 % below mid and a tick",
     [](auto& s, auto& o) {
       s.trade("99");
       o.limit = p("97.99");
     }},
    {risk_rule::collar, true, "3 % from the last trade",
     [](auto& s, auto& o) {
       s.trade("98");
       o.limit = p("100.94");
     }},
    {risk_rule::collar, false, "a tick further from it",
     [](auto& s, auto& o) {
       s.trade("98");
       o.limit = p("100.95");
     }},
    {risk_rule::collar, false, "no trade seen",
     [](auto& s, auto&) { s.quotes = s.quotes_without_trades(); }},

    {risk_rule::size, true, "500 shares",
     [](auto& s, auto& o) {
       s.quote_and_trade("9.99", "10.01", "10");
       o.limit = p("10");
       o.planned_stop = p("9");
       o.qty = shares(500);
     }},
    {risk_rule::size, false, "501 shares",
     [](auto& s, auto& o) {
       s.quote_and_trade("9.99", "10.01", "10");
       o.limit = p("10");
       o.planned_stop = p("9");
       o.qty = shares(501);
     }},
    {risk_rule::size, true, "1 % of the average volume",
     [](auto& s, auto&) { s.symbols[0].average_volume = shares(1'000); }},
    {risk_rule::size, false, "more than that",
     [](auto& s, auto&) { s.symbols[0].average_volume = shares(999); }},

    // 100 shares at a worst price of 100.00 are 10,000 USD and 10 % of 100,000.
    {risk_rule::value, true, "10,000 USD",
     [](auto& s, auto& o) {
       s.quote("99.98", "100");
       o.limit = p("100");
       o.qty = shares(100);
     }},
    {risk_rule::value, false, "a tick more",
     [](auto& s, auto& o) {
       s.quote("99.98", "100");
       o.limit = p("100.01");
       o.qty = shares(100);
     }},
    {risk_rule::value, false, "counted at the ask when the limit is below it",
     [](auto&, auto& o) {
       o.limit = p("100");
       o.qty = shares(100);
     }},
    {risk_rule::value, false, "equity has shrunk since the session's start",
     [](auto& s, auto& o) {
       s.quote("99.98", "100");
       s.account.equity = usd("99999");
       o.limit = p("100");
       o.qty = shares(100);
     }},
    {risk_rule::value, false, "no account snapshot",
     [](auto& s, auto&) { s.has_account = false; }},
    {risk_rule::value, false, "no equity at the session's start",
     [](auto& s, auto&) { s.session_start_equity.reset(); }},

    {risk_rule::min_value, true, "10 USD",
     [](auto& s, auto& o) {
       s.quote_and_trade("9.98", "10", "10");
       o.limit = p("10");
       o.planned_stop = p("9");
       o.qty = shares(1);
     }},
    {risk_rule::min_value, false, "a cent less",
     [](auto& s, auto& o) {
       s.quote_and_trade("9.98", "9.99", "10");
       o.limit = p("9.99");
       o.planned_stop = p("9");
       o.qty = shares(1);
     }},

    // Ten more shares at 100.05 and what is there at the ask of 100.01.
    {risk_rule::position, true, "89 held",
     [](auto& s, auto&) { s.exposure.restore_position(tests::apple, shares(89), p("100")); }},
    {risk_rule::position, false, "90 held",
     [](auto& s, auto&) { s.exposure.restore_position(tests::apple, shares(90), p("100")); }},
    {risk_rule::position, false, "90 on their way",
     [](auto& s, auto& o) {
       auto open = o;
       open.order = order_id{1};
       open.qty = shares(90);
       s.exposure.on_intent(open, p("100.05"));
     }},

    {risk_rule::positions, true, "four others held", [](auto& s, auto&) { s.hold_others(4); }},
    {risk_rule::positions, false, "five others held", [](auto& s, auto&) { s.hold_others(5); }},
    {risk_rule::positions, true, "five held, this one among them",
     [](auto& s, auto&) {
       s.hold_others(4);
       s.exposure.restore_position(tests::apple, shares(1), p("100"));
     }},

    // Ten at 100.05 are 1,000.50.
    {risk_rule::exposure, true, "48,999.50 elsewhere",
     [](auto& s, auto&) {
       s.exposure.restore_position(symbol_id{1}, shares(1), p("48999.5"));
     }},
    {risk_rule::exposure, false, "a billionth more",
     [](auto& s, auto&) {
       s.exposure.restore_position(symbol_id{1}, shares(1), p("48999.500000001"));
     }},

    {risk_rule::buying_power, true, "90 % of it",
     [](auto& s, auto&) { s.account.buying_power = usd("1111.666666667"); }},
    {risk_rule::buying_power, false, "a little less",
     [](auto& s, auto&) { s.account.buying_power = usd("1111.66"); }},
    {risk_rule::account_age, true, "a snapshot of a minute ago",
     [](auto& s, auto&) { s.account.received = s.now - std::chrono::seconds{60}; }},
    {risk_rule::account_age, false, "an older one",
     [](auto& s, auto&) {
       s.account.received = s.now - std::chrono::seconds{60} - nanoseconds{1};
     }},
    {risk_rule::buying_power, false, "the account is blocked",
     [](auto& s, auto&) { s.account.trading_blocked = true; }},

    {risk_rule::open_orders, true, "three open in the symbol",
     [](auto& s, auto&) { s.open_small(tests::apple, 3); }},
    {risk_rule::open_orders, false, "four open in the symbol",
     [](auto& s, auto&) { s.open_small(tests::apple, 4); }},
    {risk_rule::open_orders, true, "nineteen open elsewhere",
     [](auto& s, auto&) { s.open_small(symbol_id{1}, 19); }},
    {risk_rule::open_orders, false, "twenty open elsewhere",
     [](auto& s, auto&) { s.open_small(symbol_id{1}, 20); }},

    {risk_rule::rate, true, "nine sent at once", [](auto& s, auto&) { s.send_others(9); }},
    {risk_rule::rate, false, "ten sent at once", [](auto& s, auto&) { s.send_others(10); }},

    {risk_rule::duplicate, true, "the same half a second ago",
     [](auto& s, auto& o) { s.send(o, 500 * ms); s.options.min_entry_interval = nanoseconds{0}; }},
    {risk_rule::duplicate, false, "the same later than that",
     [](auto& s, auto& o) {
       s.send(o, 500 * ms - 1);
       s.options.min_entry_interval = nanoseconds{0};
     }},

    {risk_rule::interval, true, "entered two minutes ago",
     [](auto& s, auto& o) { s.send(o, 120 * second); }},
    {risk_rule::interval, false, "entered less than that ago",
     [](auto& s, auto& o) { s.send(o, 120 * second - 1); }},

    {risk_rule::entries, true, "the tenth of the day",
     [](auto& s, auto&) { s.entries_so_far = 9; }},
    {risk_rule::entries, false, "the eleventh", [](auto& s, auto&) { s.entries_so_far = 10; }},

    {risk_rule::loss, true, "just below 1.5 % lost",
     [](auto& s, auto&) { s.day->pnl = usd("-1499.999999999"); }},
    {risk_rule::loss, false, "1.5 % lost", [](auto& s, auto&) { s.day->pnl = usd("-1500"); }},
    {risk_rule::loss, false, "a dollar limit is reached first",
     [](auto& s, auto&) {
       s.options.loss_reduce_usd = usd("400");
       s.day->pnl = usd("-400");
     }},
    {risk_rule::loss, false, "nothing known of the day", [](auto& s, auto&) { s.day.reset(); }},
};

TEST(risk_rules, entries_at_each_limit) {
  for (const auto& row : entry_rows) {
    risk_scene scene;
    auto order = scene.entry();
    row.change(scene, order);
    const auto verdict = scene.check(order);
    const auto& check = tests::check_of(verdict, row.rule);
    const auto name = std::string{to_string(row.rule)} + ": " + row.what + "\n";
    EXPECT_EQ(check.outcome, row.passes ? check_outcome::passed : check_outcome::denied)
        << name << tests::text_of(verdict);
    if (!row.passes) {
      EXPECT_FALSE(verdict.approved) << name;
    }
  }
}

TEST(risk_rules, every_rule_that_bounds_entries_has_a_row_on_each_side) {
  // The newer rules have their table in tests/risk.
  for (auto rule = risk_rule::state; rule < risk_rule::reduce_only;
       rule = static_cast<risk_rule>(static_cast<std::uint8_t>(rule) + 1)) {
    EXPECT_TRUE(std::any_of(std::begin(entry_rows), std::end(entry_rows), [&](const row& each) {
      return each.rule == rule && !each.passes;
    })) << to_string(rule);
  }
}

const row exit_rows[] = {
    {risk_rule::state, true, "reducing",
     [](auto& s, auto&) { s.trading.mode = trading_mode::reducing; }},
    {risk_rule::state, false, "halted",
     [](auto& s, auto&) { s.trading.mode = trading_mode::halted; }},
    {risk_rule::state, false, "a flatten nobody recorded",
     [](auto& s, auto& o) {
       s.trading.mode = trading_mode::halted;
       o.purpose = order_purpose::flatten;
     }},
    {risk_rule::state, true, "a recorded flatten",
     [](auto& s, auto& o) {
       s.trading.mode = trading_mode::halted;
       s.flatten = flatten_permission::recorded;
       o.purpose = order_purpose::flatten;
     }},
    {risk_rule::state, false, "a recorded flatten permits no other exit",
     [](auto& s, auto&) {
       s.trading.mode = trading_mode::halted;
       s.flatten = flatten_permission::recorded;
     }},
    {risk_rule::symbol, true, "a symbol that is no longer listed",
     [](auto& s, auto&) { s.symbols[0] = {}; }},
    {risk_rule::session, true, "open guard",
     [](auto& s, auto&) { s.session.phase = session_phase::open_guard; }},
    {risk_rule::session, true, "flatten",
     [](auto& s, auto&) { s.session.phase = session_phase::flatten; }},
    {risk_rule::session, false, "closed",
     [](auto& s, auto&) { s.session.phase = session_phase::closed; }},
    {risk_rule::session, false, "unknown",
     [](auto& s, auto&) { s.session.phase = session_phase::unknown; }},
    {risk_rule::halted, false, "halted",
     [](auto& s, auto&) { s.status(halt_state::halted, second); }},
    {risk_rule::halted, true, "just resumed",
     [](auto& s, auto&) {
       s.status(halt_state::halted, second);
       s.status(halt_state::resumed, 0);
     }},
    {risk_rule::malformed, true, "good till cancelled, protective",
     [](auto&, auto& o) {
       o.purpose = order_purpose::protective;
       o.type = order_type::stop;
       o.stop = p("95");
       o.limit = {};
       o.tif = time_in_force::gtc;
     }},
    {risk_rule::malformed, false, "good till cancelled, not protective",
     [](auto&, auto& o) { o.tif = time_in_force::gtc; }},
    {risk_rule::malformed, false, "a stop without its price",
     [](auto&, auto& o) {
       o.type = order_type::stop;
       o.limit = {};
     }},
    {risk_rule::malformed, false, "a stop that the market has passed",
     [](auto&, auto& o) {
       o.type = order_type::stop;
       o.stop = p("99.99");
       o.limit = {};
     }},
    {risk_rule::malformed, false, "a trailing stop: the request cannot say how far",
     [](auto&, auto& o) {
       o.type = order_type::trailing_stop;
       o.limit = {};
     }},
    {risk_rule::stream, false, "order stream not ready",
     [](auto& s, auto&) { s.order_stream = readiness::not_ready; }},
    {risk_rule::collar, true, "aggressive within 2 %",
     [](auto& s, auto& o) {
       s.trade("99");
       o.limit = p("98");
     }},
    {risk_rule::collar, false, "aggressive beyond it",
     [](auto& s, auto& o) {
       s.trade("99");
       o.limit = p("97.99");
     }},
    {risk_rule::collar, true, "taking profit 15 % away",
     [](auto&, auto& o) { o.limit = p("115"); }},
    {risk_rule::collar, false, "further away", [](auto&, auto& o) { o.limit = p("115.01"); }},
    {risk_rule::collar, false, "a limit without any reference",
     [](auto& s, auto&) { s.quotes = quote_board{3}; }},
    {risk_rule::rate, false, "ten sent at once", [](auto& s, auto&) { s.send_others(10); }},
    {risk_rule::duplicate, false, "the same a moment ago", [](auto& s, auto& o) { s.send(o, ms); }},
    {risk_rule::open_orders, false, "four open in the symbol",
     [](auto& s, auto&) { s.open_small(tests::apple, 4); }},
    {risk_rule::reduce_only, true, "all of it", [](auto&, auto& o) { o.qty = shares(50); }},
    {risk_rule::reduce_only, false, "more than there is",
     [](auto&, auto& o) { o.qty = shares(51); }},
    {risk_rule::reduce_only, true, "beside a stop that covers the rest",
     [](auto& s, auto& o) {
       s.open_exit(20);
       o.qty = shares(30);
     }},
    {risk_rule::reduce_only, false, "beside one that covers more",
     [](auto& s, auto& o) {
       s.open_exit(21);
       o.qty = shares(30);
     }},
    {risk_rule::reduce_only, false, "the wrong side", [](auto&, auto& o) { o.side = side::buy; }},
    {risk_rule::reduce_only, true, "buying back a short position",
     [](auto& s, auto& o) {
       s.exposure.restore_position(tests::apple, shares(-50), p("100"));
       o.side = side::buy;
     }},
    {risk_rule::reduce_only, false, "nothing held",
     [](auto& s, auto&) { s.exposure.restore_position(tests::apple, {}, {}); }},
};

TEST(risk_rules, exits_at_each_limit) {
  for (const auto& row : exit_rows) {
    risk_scene scene;
    scene.exposure.restore_position(tests::apple, shares(50), p("100"));
    auto order = scene.exit();
    row.change(scene, order);
    const auto verdict = scene.check(order);
    const auto& check = tests::check_of(verdict, row.rule);
    EXPECT_EQ(check.outcome, row.passes ? check_outcome::passed : check_outcome::denied)
        << to_string(row.rule) << ": " << row.what << "\n"
        << tests::text_of(verdict);
    EXPECT_EQ(verdict.approved, row.passes) << row.what << "\n" << tests::text_of(verdict);
  }
}

TEST(risk_rules, a_market_exit_needs_no_quote_no_account_and_no_profit) {
  risk_scene scene;
  scene.exposure.restore_position(tests::apple, shares(5'000), p("100"));
  scene.quotes = quote_board{3};
  scene.has_account = false;
  scene.day.reset();
  scene.feed = readiness::not_ready;
  auto order = scene.exit();
  order.type = order_type::market;
  order.limit = {};
  order.qty = shares(5'000);
  const auto verdict = scene.check(order);
  EXPECT_TRUE(verdict.approved) << tests::text_of(verdict);
}

TEST(risk_rules, a_flatten_passes_counts_and_rates) {
  risk_scene scene;
  scene.exposure.restore_position(tests::apple, shares(50), p("100"));
  scene.open_small(symbol_id{1}, 30);
  scene.send_others(10);
  auto order = scene.exit();
  order.purpose = order_purpose::flatten;
  EXPECT_TRUE(scene.check(order).approved);
}

TEST(risk_rules, the_first_rule_that_denies_is_the_reason) {
  risk_scene scene;
  auto order = scene.entry();
  order.qty = shares(501);
  scene.order_stream = readiness::not_ready;
  auto verdict = scene.check(order);
  EXPECT_EQ(verdict.reason, risk_rule::stream);
  scene.trading.mode = trading_mode::halted;
  verdict = scene.check(order);
  EXPECT_EQ(verdict.reason, risk_rule::state);
  EXPECT_EQ(verdict.checks.size(), risk_rule_count);
}

TEST(risk_rules, nothing_known_denies_and_absurd_orders_do_no_harm) {
  const quote_board no_quotes{0};
  const exposure_book no_exposure{0};
  const std::vector<symbol_facts> no_symbols;
  const risk_inputs nothing{.quotes = no_quotes, .exposure = no_exposure, .symbols = no_symbols};
  const risk_rules rules{risk_options{}};
  EXPECT_FALSE(rules.check({}, nothing, {}, {}).approved);

  risk_scene scene;
  for (const auto units : {INT64_MAX, INT64_MIN, std::int64_t{1}, std::int64_t{-1}})
    for (const auto purpose : {order_purpose::entry, order_purpose::exit, order_purpose::flatten}) {
      auto order = scene.entry();
      order.purpose = purpose;
      order.qty = quantity::from_units(units);
      EXPECT_FALSE(scene.check(order).approved);
      order.limit = price::from_units(units);
      order.stop = price::from_units(units);
      order.planned_stop = price::from_units(units);
      EXPECT_FALSE(scene.check(order).approved);
      order.qty = shares(1);
      EXPECT_FALSE(scene.check(order).approved);
    }
}

TEST(risk_rules, levels_of_loss) {
  const risk_options options;
  const auto level = [&](const char* pnl) {
    return level_of_loss({usd("100000"), usd(pnl)}, options);
  };
  EXPECT_EQ(level("500"), loss_level::none);
  EXPECT_EQ(level("-999.99"), loss_level::none);
  EXPECT_EQ(level("-1000"), loss_level::warn);
  EXPECT_EQ(level("-1499.99"), loss_level::warn);
  EXPECT_EQ(level("-1500"), loss_level::reduce);
  EXPECT_EQ(level("-1999.99"), loss_level::reduce);
  EXPECT_EQ(level("-2000"), loss_level::halt);
  // A day that began with nothing cannot lose a share of it.
  EXPECT_EQ(level_of_loss({{}, usd("-0.01")}, options), loss_level::halt);
}

TEST(risk_rules, the_view_that_sizes_orders) {
  risk_scene scene;
  scene.account.cash = usd("60000");
  scene.account.equity = usd("99000");
  scene.exposure.restore_position(tests::apple, shares(100), p("100"));
  auto open = scene.entry();
  open.order = order_id{1};
  scene.exposure.on_intent(open, p("100"));
  const risk_rules rules{scene.options};
  auto view = rules.view(scene.inputs(), scene.now);
  EXPECT_TRUE(view.valid);
  EXPECT_EQ(view.equity_for_limits, usd("99000"));
  EXPECT_EQ(view.cash_available, usd("59000"));
  EXPECT_EQ(view.gross_room, usd("38500"));
  scene.has_account = false;
  EXPECT_FALSE(rules.view(scene.inputs(), scene.now).valid);
}

TEST(risk_rules, limits_can_be_lowered_and_counters_stay) {
  risk_scene scene;
  risk_rules rules{scene.options};
  rules.start_session(9);
  rules.on_sent(scene.entry(), scene.now);
  EXPECT_EQ(rules.entries_today(), 10u);
  auto options = scene.options;
  options.max_qty = shares(5);
  rules.replace_options(options);
  EXPECT_EQ(rules.entries_today(), 10u);
  const auto verdict = rules.check(scene.entry(), scene.inputs(), scene.now_utc, scene.now);
  EXPECT_EQ(tests::check_of(verdict, risk_rule::size).outcome, check_outcome::denied);
}

}  // namespace
}  // namespace bw
