// Whether the market data is fit to trade on, and the past bars that lie on this disk.

#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <iostream>
#include <map>
#include <optional>

#include "app/broker_reads.hpp"
#include "app/cli.hpp"
#include "app/config_file.hpp"
#include "config/config_loader.hpp"
#include "config/state_folder.hpp"
#include "core/json_writer.hpp"
#include "domain/data_quality.hpp"
#include "storage/bar_cache.hpp"
#include "strategies/market_trend.hpp"

namespace bw {
namespace {

/// Symbols of one check.
constexpr std::size_t symbols_max = 2'000;
constexpr std::size_t bars_max = 1'000'000;

struct data_arguments {
  broker_choice where;
  std::vector<std::string> symbols;
  std::string feed;
  std::string symbol;
  bool clear = false;
};

/// Everything that one check is made of.
struct data_facts {
  utc_ns now;
  std::optional<session_day> session;
  std::optional<nanoseconds> clock_offset;
  std::uint32_t days_wanted = 0;
  std::map<std::string, std::vector<utc_ns>> bars;
  std::map<std::string, std::uint32_t> days_kept;
};

/// Which symbols, of which feed, by flags or by configuration.
struct data_subject {
  std::optional<node_config> config;
  std::vector<std::string> symbols;
  std::string feed = "iex";
};

result<data_subject> subject_of(const data_arguments& asked) {
  data_subject out;
  if (asked.where.venue_port == 0) {
    auto loaded = load_config(find_config(asked.where.config));
    if (!loaded) return std::move(loaded).failure();
    out.config = std::move(loaded->config);
    out.feed = out.config->feed.name;
  }
  if (!asked.feed.empty()) out.feed = asked.feed;
  out.symbols = asked.symbols;
  if (out.symbols.empty() && out.config) out.symbols = out.config->symbols();
  if (out.symbols.empty() || out.symbols.size() > symbols_max)
    return {ec::invalid_argument, "name 1 to " + std::to_string(symbols_max) +
                                      " symbols, like `bellwether data check AAPL MSFT`"};
  return out;
}

result<data_facts> gather(broker_reads& reads, const data_subject& wanted) {
  data_facts out;
  const system_clock ours;
  const auto before = ours.utc_now();
  auto clock = broker_reads::ask<clock_details>([&](auto done) { reads.account().clock(done); });
  if (!clock) return clock.failure();
  if (!clock->timestamp) return {ec::protocol_violation, "the broker's clock says no time"};
  out.now = *clock->timestamp;
  // A venue keeps a time of its own. The answer is as old as half of its way.
  const bool is_venue = !wanted.config || wanted.config->mode == environment::sim;
  if (!is_venue) out.clock_offset = out.now - (before + (ours.utc_now() - before) / 2);
  const auto& days = reads.calendar();
  const auto today = days.new_york_date(out.now);
  out.session = days.session_on(today);

  market_query query;
  query.symbols = wanted.symbols;
  query.start = days.utc_from_new_york(today, std::chrono::minutes{0});
  query.end = out.now;
  query.feed = wanted.feed;
  query.rows_max = bars_max;
  auto page = broker_reads::ask<row_page<bar_details>>(
      [&](auto done) { reads.market().bars(query, done); });
  if (!page) return page.failure();
  for (const auto& each : page->rows)
    if (each.start) out.bars[each.symbol].push_back(*each.start);

  if (is_venue || wanted.config->feed.cache_mb == 0) return out;
  const auto& config = wanted.config;
  const auto first = days_from_civil(today) - static_cast<int>(config->feed.history_days);
  out.days_wanted = config->feed.history_days;
  for (const auto& each : list_bar_cache(bars_folder(config->state_folder))) {
    const auto day = days_from_civil(each.day);
    if (each.series.feed == query.feed && day >= first && day < days_from_civil(today) &&
        check_cached_bars(each))
      ++out.days_kept[each.series.symbol];
  }
  return out;
}

void write(json_writer& out, const std::string& symbol, const data_quality& x) {
  out.begin_object().member("symbol", symbol).member("quality", to_string(x.overall()));
  out.member("freshness", to_string(x.freshness)).member("gaps", to_string(x.gaps));
  out.member("duplicates", to_string(x.duplicates)).member("retention", to_string(x.retention));
  out.member("clock", to_string(x.clock)).member("bars", x.bars);
  out.member("bar_age_s", std::chrono::duration_cast<std::chrono::seconds>(x.bar_age).count());
  out.member("missing_minutes", x.missing_minutes);
  out.member("longest_gap_minutes", x.longest_gap_minutes);
  out.member("twice", x.twice).member("disordered", x.disordered).end_object();
}

int check(const common_flags& flags, const data_arguments& asked) {
  const auto wanted = subject_of(asked);
  if (!wanted) return fail(flags, wanted.failure());
  auto reads = broker_reads::open(asked.where);
  if (!reads) return fail(flags, reads.failure());
  const auto facts = gather(**reads, *wanted);
  if (!facts) return fail(flags, broker_failure(facts.failure()));

  json_writer out;
  out.begin_object().member("schema_version", 1).member("at", facts->now);
  out.key("symbols").begin_array();
  std::vector<std::vector<std::string>> rows{{"symbol", "quality", "freshness", "gaps",
                                              "duplicates", "retention", "clock", "bars", "missing",
                                              "age s"}};
  auto worst = quality::not_applicable;
  for (const auto& symbol : wanted->symbols) {
    const auto bars = facts->bars.find(symbol);
    const auto kept = facts->days_kept.find(symbol);
    data_quality_facts own;
    own.now = facts->now;
    own.session = facts->session;
    if (bars != facts->bars.end()) own.bars = bars->second;
    own.days_wanted = facts->days_wanted;
    own.days_kept = kept == facts->days_kept.end() ? 0 : kept->second;
    own.clock_offset = facts->clock_offset;
    const auto said = judge_data(own);
    worst = std::max(worst, said.overall());
    write(out, symbol, said);
    const auto text = [](auto x) { return std::string{to_string(x)}; };
    rows.push_back(
        {symbol, text(said.overall()), text(said.freshness), text(said.gaps), text(said.duplicates),
         text(said.retention), text(said.clock), std::to_string(said.bars),
         std::to_string(said.missing_minutes),
         std::to_string(std::chrono::duration_cast<std::chrono::seconds>(said.bar_age).count())});
  }
  out.end_array().member("quality", to_string(worst)).end_object();
  std::cout << (flags.json ? out.take() + "\n" : format_table(rows)) << std::flush;
  return static_cast<int>(worst == quality::failed ? exit_code::not_ready : exit_code::ok);
}

/// Calendar days that surely hold the closes of a record.
constexpr int trend_days_back = 420;

/// Each symbol's record of the last whole day. A symbol with too short a past has none.
int trend(const common_flags& flags, const data_arguments& asked) {
  auto wanted = subject_of(asked);
  if (!wanted) return fail(flags, wanted.failure());
  auto reads = broker_reads::open(asked.where);
  if (!reads) return fail(flags, reads.failure());
  auto clock =
      broker_reads::ask<clock_details>([&](auto done) { (*reads)->account().clock(done); });
  if (!clock) return fail(flags, broker_failure(clock.failure()));
  if (!clock->timestamp)
    return fail(flags, broker_failure({ec::protocol_violation, "the broker's clock says no time"}));
  const auto& days = (*reads)->calendar();
  const auto midnight =
      days.utc_from_new_york(days.new_york_date(*clock->timestamp), std::chrono::minutes{0});
  market_query query;
  query.symbols = wanted->symbols;
  query.timeframe = "1Day";
  query.adjustment = "split";
  query.feed = wanted->feed;
  query.start = midnight - std::chrono::hours{24} * trend_days_back;
  query.end = midnight - nanoseconds{1};
  query.rows_max = bars_max;
  auto page = broker_reads::ask<row_page<bar_details>>(
      [&](auto done) { (*reads)->market().bars(query, done); });
  if (!page) return fail(flags, broker_failure(page.failure()));
  std::map<std::string, std::vector<price>> closes;
  for (const auto& each : page->rows)
    if (each.close) closes[each.symbol].push_back(*each.close);

  json_writer out;
  out.begin_object().member("schema_version", 1);
  out.member("before", format_date(days.new_york_date(*clock->timestamp)));
  out.key("symbols").begin_array();
  std::vector<std::vector<std::string>> rows{
      {"symbol", "regime", "sign", "close", "50 days", "200 days", "volatility", "percentile"}};
  for (const auto& symbol : wanted->symbols) {
    const auto x = trend_of(closes[symbol]);
    out.begin_object()
        .member("symbol", symbol)
        .member("closes", std::uint64_t{closes[symbol].size()});
    if (!x) {
      out.key("regime").null().end_object();
      rows.push_back({symbol, "not known", "", "", "", "", "", ""});
      continue;
    }
    out.member("regime", to_string(x->regime)).member("sign", x->sign).member("close", x->close);
    out.member("average_50", x->short_average).member("average_200", x->long_average);
    out.member("volatility_ppm", x->volatility_ppm).member("percentile_ppm", x->percentile_ppm);
    out.end_object();
    rows.push_back({symbol, std::string{to_string(x->regime)}, std::to_string(x->sign),
                    std::string{x->close.text()}, std::string{x->short_average.text()},
                    std::string{x->long_average.text()},
                    std::to_string(x->volatility_ppm / 10'000) + " %",
                    std::to_string(x->percentile_ppm / 10'000) + " %"});
  }
  out.end_array().end_object();
  std::cout << (flags.json ? out.take() + "\n" : format_table(rows)) << std::flush;
  return static_cast<int>(exit_code::ok);
}

/// What is kept, a line a series; a damaged file is named, and the node will fetch it again.
int cache(const common_flags& flags, const data_arguments& asked) {
  const auto loaded = load_config(find_config(asked.where.config));
  if (!loaded) return fail(flags, loaded.failure());
  const auto folder = bars_folder(loaded->config.state_folder);
  struct sum {
    std::uint64_t days = 0;
    std::uint64_t bytes = 0;
    std::uint64_t damaged = 0;
    calendar_date first{9999, 12, 31};
    calendar_date last;
  };
  std::map<std::array<std::string, 4>, sum> all;
  std::uint64_t removed = 0;
  for (const auto& each : list_bar_cache(folder)) {
    const auto& s = each.series;
    if (!asked.symbol.empty() && s.symbol != asked.symbol) continue;
    if (asked.clear) {
      std::error_code failed;
      std::filesystem::remove(each.file, failed);
      if (failed)
        return fail(flags, {exit_code::unexpected,
                            each.file.string() + " cannot be removed: " + failed.message(), ""});
      ++removed;
      continue;
    }
    auto& of = all[{s.symbol, s.feed, s.timeframe, s.adjustment}];
    ++of.days;
    of.bytes += each.bytes;
    of.damaged += check_cached_bars(each) ? 0 : 1;
    of.first = std::min(of.first, each.day);
    of.last = std::max(of.last, each.day);
  }
  json_writer out;
  out.begin_object().member("schema_version", 1).member("folder", folder.string());
  if (asked.clear) {
    out.member("removed", removed).end_object();
    std::cout << (flags.json ? out.take() : std::to_string(removed) + " files removed")
              << std::endl;
    return static_cast<int>(exit_code::ok);
  }
  out.key("series").begin_array();
  std::vector<std::vector<std::string>> rows{
      {"symbol", "feed", "timeframe", "adjustment", "days", "first", "last", "bytes", "damaged"}};
  for (const auto& [name, of] : all) {
    out.begin_object().member("symbol", name[0]).member("feed", name[1]);
    out.member("timeframe", name[2]).member("adjustment", name[3]).member("days", of.days);
    out.member("first", format_date(of.first)).member("last", format_date(of.last));
    out.member("bytes", of.bytes).member("damaged", of.damaged).end_object();
    rows.push_back({name[0], name[1], name[2], name[3], std::to_string(of.days),
                    format_date(of.first), format_date(of.last), std::to_string(of.bytes),
                    std::to_string(of.damaged)});
  }
  out.end_array().end_object();
  std::cout << (flags.json    ? out.take() + "\n"
                : all.empty() ? "none\n"
                              : format_table(rows))
            << std::flush;
  return static_cast<int>(exit_code::ok);
}

}  // namespace

void add_data(CLI::App& program, common_flags& flags, chosen_command& chosen) {
  auto* command = program.add_subcommand("data", "Market data: its quality, and past bars on disk");
  command->footer(
      "Examples:  bellwether data check --json\n"
      "           bellwether data cache --config node.toml");
  command->require_subcommand(1);
  auto asked = std::make_shared<data_arguments>();
  auto* look = command->add_subcommand("check", "Freshness, gaps, duplicates, kept days, clock");
  look->footer(
      "Example:  bellwether data check AAPL MSFT --json\n"
      "Fails when the newest minute bar ended more than 5 minutes ago in the session, or the "
      "clocks\n"
      "are more than 500 ms apart; warns of gaps over 5 minutes, bars that came twice or out of\n"
      "order, former days that are not on disk, and 50 ms. Exit codes: 0 nothing failed, 2 usage,\n"
      "3 something failed, 4 keys refused, 5 no broker or a refusal of it.");
  look->add_option("symbols", asked->symbols, "Symbols; else those of the watchlists");
  look->add_option("--feed", asked->feed, "iex or sip; else that of the configuration");
  add_broker_choice(*look, asked->where);
  look->callback(
      [&chosen, &flags, asked] { chosen = [&flags, asked] { return check(flags, *asked); }; });
  auto* past = command->add_subcommand("trend", "Regime of each symbol from its daily closes");
  past->footer(
      "Example:  bellwether data trend AAPL MSFT --json\n"
      "Up to the last whole day: sign of the 50-day less the 200-day average, volatility of 20 "
      "days\n"
      "and its place within a year. volatile: among the highest fifth of the year; trending: the\n"
      "averages 1 % apart and the price on their side; else ranging. 272 closes are needed.\n"
      "Exit codes: 0 ok, 2 usage, 4 keys refused, 5 no broker or a refusal of it.");
  past->add_option("symbols", asked->symbols, "Symbols; else those of the watchlists");
  past->add_option("--feed", asked->feed, "iex or sip; else that of the configuration");
  add_broker_choice(*past, asked->where);
  past->callback(
      [&chosen, &flags, asked] { chosen = [&flags, asked] { return trend(flags, *asked); }; });
  auto* kept = command->add_subcommand("cache", "Past bars on disk: what there is, or --clear");
  kept->footer(
      "Example:  bellwether data cache --clear --symbol AAPL\n"
      "What is cleared is fetched again when it is needed; a running node may be left alone. Exit\n"
      "codes: 0 ok, 1 a file cannot be removed, 2 usage.");
  kept->add_option("-c,--config", asked->where.config,
                   "Configuration; else ./node.toml, then /etc/bellwether/node.toml");
  kept->add_option("--symbol", asked->symbol, "Of this symbol alone");
  kept->add_flag("--clear", asked->clear, "Remove the files");
  kept->callback(
      [&chosen, &flags, asked] { chosen = [&flags, asked] { return cache(flags, *asked); }; });
}

}  // namespace bw
