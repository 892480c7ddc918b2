// What the broker says of the market: past rows, the latest ones, news.

#include <CLI/CLI.hpp>

#include "app/commands/broker_command.hpp"

namespace bw {
namespace {

struct market_arguments {
  market_query query;
  std::string from;
  std::string to;
  std::string what = "quotes";
  bool content = false;
};

constexpr std::size_t limit_max = 1'000'000;

result<void> read_bounds(const session_calendar& calendar, market_arguments& asked) {
  if (!asked.from.empty()) {
    const auto at = parse_when(asked.from, calendar, day_edge::first);
    if (!at) return at.failure();
    asked.query.start = *at;
  }
  if (!asked.to.empty()) {
    const auto at = parse_when(asked.to, calendar, day_edge::last);
    if (!at) return at.failure();
    asked.query.end = *at;
  }
  return {};
}

int show_bars(broker_question& call, const result<row_page<bar_details>>& page) {
  return call.show_page("bars", page,
                        {{"S", "symbol"},
                         {"t", "start"},
                         {"o", "open"},
                         {"h", "high"},
                         {"l", "low"},
                         {"c", "close"},
                         {"v", "volume"},
                         {"n", "trades"},
                         {"vw", "vwap"}});
}
int show_quotes(broker_question& call, const result<row_page<quote_details>>& page) {
  return call.show_page("quotes", page,
                        {{"S", "symbol"},
                         {"t", "at"},
                         {"bp", "bid"},
                         {"bs", "size"},
                         {"bx", "at"},
                         {"ap", "ask"},
                         {"as", "size"},
                         {"ax", "at"},
                         {"c", "conditions"}});
}
int show_trades(broker_question& call, const result<row_page<trade_details>>& page) {
  return call.show_page("trades", page,
                        {{"S", "symbol"},
                         {"t", "at"},
                         {"p", "price"},
                         {"s", "size"},
                         {"x", "exchange"},
                         {"c", "conditions"},
                         {"i", "id"}});
}

/// Rows without pages as a page.
template <class Row>
result<row_page<Row>> one_page(result<std::vector<Row>> rows) {
  if (!rows) return std::move(rows).failure();
  return row_page<Row>{std::move(*rows), ""};
}

int show_latest(broker_question& call, const market_arguments& asked) {
  const auto& symbols = asked.query.symbols;
  const auto& feed = asked.query.feed;
  auto& market = call.market();
  if (asked.what == "bars")
    return show_bars(call, one_page(broker_reads::ask<std::vector<bar_details>>([&](auto done) {
                       market.latest_bars(symbols, feed, std::move(done));
                     })));
  if (asked.what == "trades")
    return show_trades(call, one_page(broker_reads::ask<std::vector<trade_details>>([&](auto done) {
                         market.latest_trades(symbols, feed, std::move(done));
                       })));
  return show_quotes(call, one_page(broker_reads::ask<std::vector<quote_details>>([&](auto done) {
                       market.latest_quotes(symbols, feed, std::move(done));
                     })));
}

template <class Decimal>
std::string text_of(const std::optional<Decimal>& x) {
  return x ? x->text() : "-";
}

int show_snapshots(broker_question& call, const market_arguments& asked) {
  const auto rows = broker_reads::ask<std::vector<snapshot_details>>([&](auto done) {
    call.market().snapshots(asked.query.symbols, asked.query.feed, std::move(done));
  });
  if (!rows) return call.failed(rows.failure());
  if (call.json())
    return call.end_json(
        "snapshots",
        [&](json_writer& out) {
          out.begin_array();
          for (const auto& each : *rows) write_record(out, each);
          out.end_array();
        },
        false);
  std::vector<std::vector<std::string>> table{{"symbol", "last", "bid", "ask", "minute_close",
                                               "day_open", "day_close", "day_volume",
                                               "previous_close"}};
  for (const auto& x : *rows)
    table.push_back({x.symbol, x.latest_trade ? text_of(x.latest_trade->price) : "-",
                     x.latest_quote ? text_of(x.latest_quote->bid) : "-",
                     x.latest_quote ? text_of(x.latest_quote->ask) : "-",
                     x.minute_bar ? text_of(x.minute_bar->close) : "-",
                     x.daily_bar ? text_of(x.daily_bar->open) : "-",
                     x.daily_bar ? text_of(x.daily_bar->close) : "-",
                     x.daily_bar ? text_of(x.daily_bar->volume) : "-",
                     x.previous_daily_bar ? text_of(x.previous_daily_bar->close) : "-"});
  return call.end(rows->empty() ? "none\n" : format_table(table));
}

int show_news(broker_question& call, market_arguments asked) {
  if (const auto read = read_bounds(call.reads().calendar(), asked); !read)
    return call.failed(read.failure());
  news_query query;
  query.symbols = asked.query.symbols;
  query.start = asked.query.start;
  query.end = asked.query.end;
  query.sort = asked.query.sort;
  query.include_content = asked.content;
  query.rows_max = asked.query.rows_max;
  const auto page = broker_reads::ask<row_page<news_item>>(
      [&](auto done) { call.market().news(query, std::move(done)); });
  if (!page) return call.failed(page.failure());
  const bool more = !page->next_token.empty();
  if (!call.json())
    return call.show_page("news", page,
                          {{"created_at", "at"}, {"symbols"}, {"source"}, {"headline"}});
  return call.end_json(
      "news",
      [&](json_writer& out) {
        out.begin_array();
        for (const auto& each : page->rows) write_news(out, each);
        out.end_array();
      },
      more);
}

void add_symbols(CLI::App& command, const std::shared_ptr<market_arguments>& asked) {
  command.add_option("symbols", asked->query.symbols, "Tickers")->required();
  command.add_option("--feed", asked->query.feed, "iex or sip (default: what the plan gives)");
}

void add_range(CLI::App& command, const std::shared_ptr<market_arguments>& asked) {
  command.add_option("--from", asked->from, "From this day or instant (default: today)");
  command.add_option("--to", asked->to, "Up to this day or instant");
  command.add_option("--sort", asked->query.sort, "asc or desc")
      ->check(CLI::IsMember({"asc", "desc"}));
  command.add_option("--limit", asked->query.rows_max, "Rows at most")
      ->check(CLI::Range(std::size_t{1}, limit_max))
      ->capture_default_str();
}

/// Adds one of the lists of past rows.
template <class Row, class Ask, class Show>
CLI::App& add_rows(const broker_group& group, const char* name, const char* text,
                   const char* example, const std::shared_ptr<market_arguments>& asked, Ask ask,
                   Show show) {
  auto& command = group.add(name, text, example, [asked, ask, show](broker_question& call) {
    if (const auto read = read_bounds(call.reads().calendar(), *asked); !read)
      return call.failed(read.failure());
    return show(call, broker_reads::ask<row_page<Row>>(
                          [&](auto done) { (call.market().*ask)(asked->query, std::move(done)); }));
  });
  add_symbols(command, asked);
  add_range(command, asked);
  return command;
}

}  // namespace

void add_broker_market(const broker_group& group) {
  const auto bars = std::make_shared<market_arguments>();
  auto& bars_command =
      add_rows<bar_details>(group, "bars", "Past bars",
                            "bellwether broker bars AAPL MSFT --timeframe 5Min --from 2026-11-02",
                            bars, &market_desk::bars, show_bars);
  bars_command
      .add_option("--timeframe", bars->query.timeframe, "1Min, 5Min, 1Hour, 1Day, 1Week, …")
      ->capture_default_str();
  bars_command.add_option("--adjustment", bars->query.adjustment, "raw, split, dividend or all")
      ->check(CLI::IsMember({"raw", "split", "dividend", "all"}));
  add_rows<quote_details>(group, "quotes", "Past quotes",
                          "bellwether broker quotes AAPL --from 2026-11-02T14:30:00Z --limit 20",
                          std::make_shared<market_arguments>(), &market_desk::quotes, show_quotes);
  add_rows<trade_details>(group, "trades", "Past trades",
                          "bellwether broker trades AAPL --limit 20",
                          std::make_shared<market_arguments>(), &market_desk::trades, show_trades);

  const auto latest = std::make_shared<market_arguments>();
  auto& latest_command =
      group.add("latest", "The newest quote, trade or bar",
                "bellwether broker latest AAPL MSFT --what trades",
                [latest](broker_question& call) { return show_latest(call, *latest); });
  add_symbols(latest_command, latest);
  latest_command.add_option("--what", latest->what, "quotes, trades or bars")
      ->check(CLI::IsMember({"quotes", "trades", "bars"}))
      ->capture_default_str();

  const auto snapshot = std::make_shared<market_arguments>();
  add_symbols(
      group.add("snapshot", "Newest trade, quote and bars in one",
                "bellwether broker snapshot AAPL MSFT",
                [snapshot](broker_question& call) { return show_snapshots(call, *snapshot); }),
      snapshot);

  const auto news = std::make_shared<market_arguments>();
  news->query.rows_max = market_desk::page_news;
  auto& news_command =
      group.add("news", "Headlines", "bellwether broker news AAPL --from 2026-11-02",
                [news](broker_question& call) { return show_news(call, *news); });
  news_command.add_option("symbols", news->query.symbols, "Only about these tickers");
  news_command.add_flag("--content", news->content, "With the articles (JSON)");
  add_range(news_command, news);
}

}  // namespace bw
