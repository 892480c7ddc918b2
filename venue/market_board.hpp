#pragma once

#include <optional>
#include <vector>

#include "domain/split_ratio.hpp"
#include "messages/market_data.hpp"

namespace bw::venue {

/// What the exchange knows of the market, per symbol. Single-threaded; lives with its exchange.
class market_board {
 public:
  struct symbol_market {
    std::optional<quote> latest_quote;
    std::optional<trade> latest_trade;
    std::optional<bar> latest_bar;
    price last_close;
    bool halted = false;
    /// A quote arrived since the session opened or trading resumed: older ones match nothing.
    bool fresh = false;
  };

  explicit market_board(std::size_t symbols) : entries_(symbols), marks_(symbols) {}

  std::size_t size() const { return entries_.size(); }
  const symbol_market& operator[](symbol_id symbol) const { return entries_[symbol.value]; }
  /// Price of each symbol for the account's values: the last one that counts; zero before any.
  const std::vector<price>& marks() const { return marks_; }

  /// The last price of the day that began at `since`: a print, else a bar's close, else the middle
  /// of the quote; zero when the symbol was not traded or quoted on it.
  price closing_price(symbol_id symbol, utc_ns since) const;

  void on_quote(const quote& x);
  void on_trade(const trade& x);
  void on_bar(const bar& x);
  void on_status(const trading_status& x);

  void set_last_close(symbol_id symbol, price last);
  /// Prices from before a split are worth what they say in new shares.
  void split(symbol_id symbol, split_ratio by);
  /// At the open: quotes from before it match nothing.
  void open_session();
  /// At the close: the day's change counts from here on.
  void close_session();

 private:
  std::vector<symbol_market> entries_;
  std::vector<price> marks_;
};

}  // namespace bw::venue
