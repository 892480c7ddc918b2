#include "perf/workload.hpp"

#include <algorithm>
#include <cstring>

#include "config/config_loader.hpp"
#include "core/prng.hpp"
#include "feeds/alpaca_data_codec.hpp"
#include "tests/support/open_limits.hpp"

namespace bw::perf {
namespace {

constexpr std::size_t quote_frames = 4'096;
constexpr std::string_view any_time = "2026-03-10T15:00:00.000000000Z";
constexpr std::size_t second_size = 19;

/// "AAAA", "AAAB", …: as long as real tickers are.
std::string ticker(std::size_t index) {
  std::string out(4, 'A');
  for (auto at = out.rbegin(); at != out.rend(); ++at, index /= 26)
    *at = static_cast<char>('A' + index % 26);
  return out;
}

/// Dollars and cents around a hundred dollars, another level for each symbol.
std::int64_t level_cents(std::size_t symbol) {
  return 8'000 + static_cast<std::int64_t>(symbol * 37 % 4'000);
}

std::string cents_text(std::int64_t cents) {
  const auto rest = std::to_string(cents % 100);
  return std::to_string(cents / 100) + (rest.size() == 1 ? ".0" : ".") + rest;
}

/// Running sums of 1/k: how often each symbol is quoted.
std::vector<std::uint64_t> zipf_sums(std::size_t symbols) {
  std::vector<std::uint64_t> out;
  std::uint64_t sum = 0;
  for (std::size_t k = 1; k <= symbols; ++k) out.push_back(sum += 1'000'000 / k);
  return out;
}

}  // namespace

utc_ns measured_start() {
  // 14:40 UTC: summer time began two days before, and the open was at 13:30. Read once: what is
  // counted asks for it with each tick.
  static const auto start = *parse_rfc3339("2026-03-10T14:40:00Z");
  return start;
}

result<workload> workload::make(const workload_options& options, const session_calendar& calendar) {
  workload out;
  out.options_ = options;
  for (std::size_t k = 0; k < options.symbols; ++k) out.symbols_.push_back(ticker(k));
  out.render_quotes();
  if (auto rendered = out.render_bars(calendar); !rendered) return rendered.failure();
  out.bytes_.append(alpaca_data_codec::padding, ' ');
  return out;
}

workload::slot workload::add(std::string_view text) {
  const slot out{bytes_.size(), text.size(), text.find(any_time)};
  bytes_ += text;
  // The next frame begins on a cache line of its own, as a receive buffer does.
  bytes_.append(64 - bytes_.size() % 64, ' ');
  return out;
}

void workload::render_quotes() {
  prng chance{options_.seed};
  const auto sums = zipf_sums(symbols_.size());
  std::size_t total = 0;
  for (std::size_t k = 0; k < std::max(quote_frames, symbols_.size() * 2); ++k) {
    std::size_t symbol = k % symbols_.size();
    // Each symbol is quoted at least once a round.
    if (options_.weights == symbol_weights::zipf && k >= symbols_.size())
      symbol = static_cast<std::size_t>(
          std::upper_bound(sums.begin(), sums.end(), chance.below(sums.back())) - sums.begin());
    const auto bid = level_cents(symbol) + chance.between(-3, 3);
    const auto text = R"([{"T":"q","S":")" + symbols_[symbol] + R"(","bx":"V","bp":)" +
                      cents_text(bid) + R"(,"bs":)" + std::to_string(chance.between(1, 20)) +
                      R"(,"ax":"Q","ap":)" + cents_text(bid + chance.between(1, 3)) + R"(,"as":)" +
                      std::to_string(chance.between(1, 20)) + R"(,"c":["R"],"z":"C","t":")" +
                      std::string{any_time} + R"("}])";
    total += text.size();
    quotes_.push_back(add(text));
  }
  quote_bytes_ = total / quotes_.size();
}

/// Each symbol lives through the sessions of the last two months, one bar of five minutes after the
/// other: the last minute of each stands for all of it.
result<void> workload::render_bars(const session_calendar& calendar) {
  if (options_.every == 0) return {};
  constexpr std::int64_t days_back = 55;
  const auto today = days_from_civil(measured_day);
  std::vector<utc_ns> starts;
  for (const auto& day :
       calendar.sessions(civil_from_days(today - days_back), civil_from_days(today - 1)))
    for (auto at = day.open + std::chrono::minutes{4}; at < day.close;
         at = at + std::chrono::minutes{5})
      starts.push_back(at);
  const auto wanted = options_.ticks / options_.every;
  if (wanted > starts.size() * symbols_.size())
    return {ec::out_of_range, std::to_string(wanted) + " orders are more than " +
                                  std::to_string(symbols_.size()) +
                                  " symbols have bars for; at most " +
                                  std::to_string(starts.size() * symbols_.size()) +
                                  ": use more symbols, fewer seconds or a larger --every"};
  prng chance{options_.seed + 1};
  bars_.reserve(wanted);
  for (std::uint64_t n = 0; n < wanted; ++n) {
    const auto symbol = static_cast<std::size_t>(n % symbols_.size());
    const auto close = level_cents(symbol) + chance.between(-3, 3);
    bars_.push_back(
        add(R"([{"T":"b","S":")" + symbols_[symbol] + R"(","o":)" + cents_text(close - 1) +
            R"(,"h":)" + cents_text(close + 2) + R"(,"l":)" + cents_text(close - 2) + R"(,"c":)" +
            cents_text(close) + R"(,"v":)" + std::to_string(chance.between(500, 9'000)) +
            R"(,"t":")" + format_rfc3339(starts[n / symbols_.size()]) + R"(","n":)" +
            std::to_string(chance.between(5, 90)) + R"(,"vw":)" + cents_text(close) + "}]"));
  }
  return {};
}

std::string_view workload::frame(std::uint64_t tick, utc_ns at) {
  if (is_trigger(tick)) {
    const auto& found = bars_[trigger_of(tick)];
    return {bytes_.data() + found.at, found.size};
  }
  const auto& found = quotes_[tick % quotes_.size()];
  char* text = bytes_.data() + found.at;
  const auto second = at.value / 1'000'000'000;
  if (second != second_) {
    second_ = second;
    format_rfc3339(utc_ns{second * 1'000'000'000}, second_text_);
  }
  char* to = text + found.time_at;
  std::memcpy(to, second_text_, second_size);
  auto fraction = static_cast<std::uint64_t>(at.value % 1'000'000'000);
  for (char* digit = to + second_size + 9; digit > to + second_size; --digit, fraction /= 10)
    *digit = static_cast<char>('0' + fraction % 10);
  return {text, found.size};
}

namespace {

constexpr std::int64_t cent = 10'000'000;
constexpr std::int64_t opening_lots = 5;

price opening_bid(std::size_t symbol) { return price::from_units(level_cents(symbol) * cent); }

}  // namespace

quote opening_quote(std::size_t symbol, const instant& at) {
  return {.symbol = symbol_id{static_cast<std::uint32_t>(symbol)},
          .bid = opening_bid(symbol),
          .ask = opening_bid(symbol) + price::from_units(cent),
          .bid_size = quantity::from_int(opening_lots),
          .ask_size = quantity::from_int(opening_lots),
          .ts_event = at.utc,
          .received = at.mono};
}

trade opening_trade(std::size_t symbol, const instant& at) {
  return {.symbol = symbol_id{static_cast<std::uint32_t>(symbol)},
          .last = opening_bid(symbol),
          .size = quantity::from_int(100),
          .ts_event = at.utc,
          .received = at.mono};
}

std::string opening_frame(const symbol_list& symbols, std::size_t symbol, utc_ns at) {
  const auto bid = level_cents(symbol);
  const auto lots = std::to_string(opening_lots);
  const auto when = format_rfc3339(at);
  return R"([{"T":"q","S":")" + symbols[symbol] + R"(","bx":"V","bp":)" + cents_text(bid) +
         R"(,"bs":)" + lots + R"(,"ax":"Q","ap":)" + cents_text(bid + 1) + R"(,"as":)" + lots +
         R"(,"c":["R"],"z":"C","t":")" + when + R"("},{"T":"t","S":")" + symbols[symbol] +
         R"(","i":)" + std::to_string(symbol + 1) + R"(,"x":"V","p":)" + cents_text(bid) +
         R"(,"s":100,"c":["@"],"z":"C","t":")" + when + R"("}])";
}

node_config wide_config(const symbol_list& symbols) {
  auto parsed =
      parse_config(sample_node_toml(), "node.toml", sample_strategies_toml(), "strategies.toml");
  auto config = std::move(parsed->config);
  config.mode = environment::sim;
  config.on_shutdown = on_shutdown::cancel;
  auto& risk = config.risk;
  // What a strategy may lose, repeat or send in a time is not what is measured; every rule runs.
  tests::open_limits(risk);
  risk.max_positions = 10'000;
  risk.max_entries_per_day = 100'000'000;
  risk.min_entry_interval = nanoseconds{0};
  risk.duplicate_window = std::chrono::microseconds{1};
  risk.rate_short = {1'000'000, std::chrono::seconds{1}, 1'000'000};
  risk.rate_long = {10'000'000, std::chrono::seconds{60}, 10'000'000};
  risk.open_orders_total = 100'000;
  risk.open_orders_per_symbol = 1'000;
  risk.quote.receive_age_max = std::chrono::hours{8};
  risk.quote.event_age_max = std::chrono::hours{8};
  risk.account_age_max = std::chrono::hours{8};
  risk.fresh_quote_age_max = risk.fresh_hop_max = std::chrono::hours{8};
  risk.fresh_account_age_max = std::chrono::hours{8};
  // Nobody measures these here: what is unknown passes as well.
  risk.hop_p99_max = risk.clock_off_max = risk.books_age_max = nanoseconds::max();
  risk.volume_max_bp = INT64_MAX;
  // What is measured is the way of an order, not how long entries on bars wait for each other.
  config.entry_gather = std::chrono::nanoseconds{0};
  config.strategies = {{"probe", "probe", true, symbols, {}}};
  return config;
}

namespace {

strategy_metadata probe_metadata() {
  return {.id = "probe",
          .name = "Probe",
          .version = "1.0.0",
          .text = "Wants one share at every bar.",
          .parameters = {
              {"watchlist", parameter_type::symbols, "", "", "", "", {}, "Symbols to trade."}}};
}

class probe final : public strategy {
 public:
  const strategy_metadata& metadata() const override { return metadata_; }
  std::uint32_t warm_up_bars() const override { return 1; }
  result<void> prepare(indicator_board&) override { return {}; }
  wishes on_bar(const strategy_context&, const bar& finished) override {
    wishes out;
    out.push({.side = side::buy,
              .purpose = order_purpose::entry,
              .confidence_ppm = 1'000'000,
              .reference = finished.close,
              .stop = {},
              .target = {},
              .qty_max = quantity::from_int(1),
              .inputs = {}});
    return out;
  }

 private:
  strategy_metadata metadata_ = probe_metadata();
};

}  // namespace

result<void> add_probe(strategy_registry& registry) {
  return registry.add(
      {probe_metadata(), [](const parameter_set&) -> result<std::unique_ptr<strategy>> {
         return std::unique_ptr<strategy>{std::make_unique<probe>()};
       }});
}

}  // namespace bw::perf
