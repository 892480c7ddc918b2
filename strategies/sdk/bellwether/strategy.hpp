#ifndef BELLWETHER_STRATEGY_HPP
#define BELLWETHER_STRATEGY_HPP

// Bellwether strategy plugins in C++20: the C interface of strategy.h, written once.
//
//   class crossing : public bw::sdk::strategy {
//    public:
//     static bw::sdk::description describe();
//     explicit crossing(const bw::sdk::setup& given) : strategy(given),
//     fast_(given.integer("fast")) {} void initialise() override { average_ =
//     request_indicator("sma", fast_); } void on_bar(const bw::sdk::bar& x) override { … buy(…) … }
//   };
//   BW_STRATEGY_PLUGIN("crossing", "1.0.0", "MIT", crossing)
//
// Every exception ends at the border: the node is told that the call failed and why, and switches
// the strategy off.

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <exception>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "strategy.h"

namespace bw::sdk {

/// A price, a quantity or an amount of money: exact, in units of 1e-9.
struct decimal {
  std::int64_t units = 0;

  static constexpr decimal of(std::int64_t whole) { return {whole * BW_ONE}; }
  /// The nearest; for results of indicators. Out of range is at its end, what is no number is 0.
  static constexpr decimal nearest(double x) {
    if (!(x == x)) return {0};
    if (x >= 9.2e9) return {INT64_C(9200000000) * BW_ONE};
    if (x <= -9.2e9) return {INT64_C(-9200000000) * BW_ONE};
    const double scaled = x * 1e9;
    return {static_cast<std::int64_t>(scaled < 0 ? scaled - 0.5 : scaled + 0.5)};
  }
  constexpr double to_double() const { return static_cast<double>(units) / 1e9; }
  constexpr bool is_zero() const { return units == 0; }

  friend constexpr auto operator<=>(decimal, decimal) = default;
  friend constexpr decimal operator+(decimal a, decimal b) { return {a.units + b.units}; }
  friend constexpr decimal operator-(decimal a, decimal b) { return {a.units - b.units}; }
};

struct quote {
  std::int64_t at = 0;
  decimal bid{};
  decimal ask{};
  decimal bid_size{};
  decimal ask_size{};
};

struct trade {
  std::int64_t at = 0;
  decimal price{};
  decimal size{};
  /// Whether it sets a price: no odd lot, no late report.
  bool eligible = false;
};

/// A complete five-minute bar of the regular session.
struct bar {
  std::int64_t start = 0;
  decimal open{};
  decimal high{};
  decimal low{};
  decimal close{};
  decimal volume{};
};

/// What belongs to this strategy in this symbol.
struct position {
  decimal quantity{};
  decimal average{};
};

struct fill {
  bool bought = false;
  decimal quantity{};
  decimal price{};
  bw::sdk::position position{};
};

/// The risk rules did not let an order pass.
struct denial {
  bool entry = false;
  std::string_view rule;
};

/// A number that the strategy looked at, for the record. The name: at most 15 bytes.
struct named_value {
  std::string_view name;
  double value = 0;
};

/// A wish to buy or to leave. Only `confidence` and `entry` are asked for; the node sizes it, and
/// makes stop and size tighter if its rules want that.
struct signal {
  /// 0 .. 1.
  double confidence = 0.5;
  /// The price that the decision was made at.
  decimal entry{};
  /// Zero: the configured distance.
  decimal stop{};
  decimal target{};
  /// Zero: as many as sizing allows.
  decimal quantity_max{};
  /// At most 31 bytes: "breakout".
  std::string_view reason{};
  std::vector<named_value> values{};
};

enum class log_level : std::uint32_t { debug = 1, info, warning, error };

/// One row of the strategy's parameter table. Texts must live as long as the plugin: literals.
struct parameter {
  std::uint32_t type = BW_PARAMETER_NUMBER;
  std::string_view name;
  std::string_view default_text;
  std::string_view minimum;
  std::string_view maximum;
  std::string_view unit;
  std::string_view text;
  std::string_view choices{};
  bool required = false;

  static constexpr parameter integer(std::string_view name, std::string_view default_text,
                                     std::string_view minimum, std::string_view maximum,
                                     std::string_view unit, std::string_view text) {
    return {BW_PARAMETER_INTEGER, name, default_text, minimum, maximum, unit, text};
  }
  /// Decimals are text, so that they are exact: "0.005".
  static constexpr parameter number(std::string_view name, std::string_view default_text,
                                    std::string_view minimum, std::string_view maximum,
                                    std::string_view unit, std::string_view text) {
    return {BW_PARAMETER_NUMBER, name, default_text, minimum, maximum, unit, text};
  }
  /// `choices`: "fast|slow".
  static constexpr parameter choice(std::string_view name, std::string_view default_text,
                                    std::string_view choices, std::string_view text) {
    return {BW_PARAMETER_CHOICE, name, default_text, "", "", "", text, choices};
  }
  /// Tickers with blanks between.
  static constexpr parameter symbols(std::string_view name, std::string_view default_text,
                                     std::string_view text) {
    return {BW_PARAMETER_SYMBOLS, name, default_text, "", "", "", text};
  }
  /// The same without a default: it must be given.
  constexpr parameter must_be_given() const {
    auto out = *this;
    out.required = true;
    return out;
  }
};

/// What a strategy says of itself. Texts must live as long as the plugin: literals.
struct description {
  /// Small letters, digits, underscores; unique among all strategies.
  std::string_view id;
  std::string_view name;
  std::string_view version;
  std::string_view text;
  std::string_view author{};
  /// Complete bars that must have been seen before a signal counts.
  std::uint32_t warm_up_bars = 1;
  /// Of what `save` writes.
  std::uint32_t state_version = 0;
  std::vector<parameter> parameters{};
};

namespace detail {

constexpr bw_text to_c(std::string_view x) { return {x.data(), x.size()}; }
inline std::string_view to_view(bw_text x) {
  return x.data == nullptr ? std::string_view{} : std::string_view{x.data, x.size};
}

}  // namespace detail

/// What an instance begins with: the host and the checked parameters. Asking for a name that was
/// not declared throws std::out_of_range, which refuses the instance.
class setup {
 public:
  setup(const bw_host* host, std::span<const bw_parameter_value> values)
      : host_(host), values_(values) {}

  std::int64_t integer(std::string_view name) const {
    return find(name, BW_PARAMETER_INTEGER).integer;
  }
  double number(std::string_view name) const { return amount(name).to_double(); }
  decimal amount(std::string_view name) const { return {find(name, BW_PARAMETER_NUMBER).integer}; }
  std::string choice(std::string_view name) const {
    return std::string{detail::to_view(find(name, BW_PARAMETER_CHOICE).text)};
  }
  std::string symbols(std::string_view name) const {
    return std::string{detail::to_view(find(name, BW_PARAMETER_SYMBOLS).text)};
  }
  const bw_host* host() const { return host_; }

 private:
  const bw_parameter_value& find(std::string_view name, std::uint32_t type) const {
    for (const auto& each : values_)
      if (detail::to_view(each.name) == name && each.type == type) return each;
    throw std::out_of_range{"no parameter '" + std::string{name} + "' of that type"};
  }

  const bw_host* host_;
  std::span<const bw_parameter_value> values_;
};

using indicator_id = std::uint32_t;

/// One instance for one symbol: made, initialised, called by one thread at a time, destroyed once.
class strategy {
 public:
  explicit strategy(const setup& given) : host_(given.host()) {}
  virtual ~strategy() = default;
  strategy(const strategy&) = delete;
  strategy& operator=(const strategy&) = delete;

  /// Asks for indicators, before anything else; once more when it threw.
  virtual void initialise() {}
  virtual void on_bar(const bar&) = 0;
  // These are called only in a strategy that has them.
  virtual void on_quote(const quote&) {}
  virtual void on_trade(const trade&) {}
  /// Once a minute.
  virtual void on_timer(std::int64_t /*now*/) {}

  virtual void on_denial(const denial&) {}
  virtual void on_fill(const fill&) {}
  /// At most BW_STATE_BYTES_MAX bytes that the next instance should know.
  virtual std::vector<std::uint8_t> save() const { return {}; }
  /// False: it begins anew.
  virtual bool load(std::uint32_t /*state_version*/, std::span<const std::uint8_t>) {
    return false;
  }

 protected:
  /// Time of the event that the call is about, nanoseconds since 1970 in UTC.
  std::int64_t now() const { return host_->now(host_->context); }
  void log(log_level level, std::string_view text) const {
    host_->log(host_->context, static_cast<std::uint32_t>(level), detail::to_c(text));
  }
  /// From a generator of this instance's own; the same run draws the same.
  std::uint64_t random() const { return host_->random(host_->context); }
  std::string_view symbol() const { return detail::to_view(host_->symbol); }
  bw::sdk::position held() const {
    bw_position out{};
    out.struct_size = sizeof out;
    host_->position(host_->context, &out);
    return {{out.quantity}, {out.average}};
  }
  std::optional<decimal> daily_volume() const {
    std::int64_t out = 0;
    if (host_->daily_volume(host_->context, &out) != BW_OK) return std::nullopt;
    return decimal{out};
  }
  /// BW_REGIME_... of the symbol on this day; empty when nobody can say.
  std::optional<std::uint32_t> regime() const {
    std::uint32_t out = 0;
    if (host_->regime(host_->context, &out) != BW_OK) return std::nullopt;
    return out;
  }

  /// Only within `initialise`; throws for a name or period that the node does not have.
  indicator_id request_indicator(std::string_view name, std::int64_t period) const {
    indicator_id out = 0;
    if (period < 1 || period > UINT32_MAX ||
        host_->request_indicator(host_->context, detail::to_c(name),
                                 static_cast<std::uint32_t>(period), &out) != BW_OK)
      throw std::invalid_argument{"no indicator '" + std::string{name} + "' of period " +
                                  std::to_string(period)};
    return out;
  }
  /// With the newest bar; empty until it is defined.
  std::optional<double> value(indicator_id id) const { return at(id, 0); }
  /// With the bar before it.
  std::optional<double> previous(indicator_id id) const { return at(id, 1); }

  /// Wants to enter. False: not here, or not so.
  bool buy(const signal& x) const { return emit(x, BW_SIDE_BUY, BW_PURPOSE_ENTRY); }
  /// Wants to leave.
  bool sell(const signal& x) const { return emit(x, BW_SIDE_SELL, BW_PURPOSE_EXIT); }
  /// Wants to hold so much: 0 leaves, more enters when nothing is held.
  bool hold(decimal quantity, const signal& x) const {
    std::array<bw_named_value, BW_SIGNAL_VALUES_MAX> values{};
    bw_target out{};
    out.struct_size = sizeof out;
    out.confidence_ppm = ppm(x.confidence);
    out.quantity = quantity.units;
    out.price = x.entry.units;
    out.stop = x.stop.units;
    out.target = x.target.units;
    out.reason = detail::to_c(x.reason);
    out.values = values.data();
    out.value_count = fill_in(x, values);
    return host_->emit_target(host_->context, &out) == BW_OK;
  }

 private:
  std::optional<double> at(indicator_id id, std::uint32_t bars_ago) const {
    double out = 0;
    if (host_->indicator(host_->context, id, bars_ago, &out) != BW_OK) return std::nullopt;
    return out;
  }
  static std::uint32_t ppm(double fraction) {
    if (!(fraction > 0)) return 0;
    return fraction >= 1 ? 1'000'000 : static_cast<std::uint32_t>(fraction * 1e6 + 0.5);
  }
  static std::uint64_t fill_in(const signal& x,
                               std::array<bw_named_value, BW_SIGNAL_VALUES_MAX>& out) {
    std::uint64_t count = 0;
    for (const auto& each : x.values) {
      if (count == out.size()) break;
      out[count++] = {detail::to_c(each.name), decimal::nearest(each.value).units};
    }
    return count;
  }
  bool emit(const signal& x, std::uint32_t side, std::uint32_t purpose) const {
    std::array<bw_named_value, BW_SIGNAL_VALUES_MAX> values{};
    bw_signal out{};
    out.struct_size = sizeof out;
    out.side = side;
    out.purpose = purpose;
    out.confidence_ppm = ppm(x.confidence);
    out.entry = x.entry.units;
    out.stop = x.stop.units;
    out.target = x.target.units;
    out.quantity_max = x.quantity_max.units;
    out.reason = detail::to_c(x.reason);
    out.values = values.data();
    out.value_count = fill_in(x, values);
    return host_->emit_signal(host_->context, &out) == BW_OK;
  }

  const bw_host* host_;
};

namespace detail {

/// What `create` answers: the strategy with its host, so that a failure can be told.
template <class Strategy>
struct instance {
  const bw_host* host;
  std::unique_ptr<Strategy> logic;
};

inline void tell(const bw_host* host, std::string_view what) noexcept {
  host->log(host->context, BW_LOG_ERROR, to_c(what));
}

/// Nothing thrown leaves a plugin.
template <class Body>
std::int32_t guarded(const bw_host* host, Body body) noexcept {
  try {
    body();
    return BW_OK;
  } catch (const std::exception& why) {
    tell(host, why.what());
  } catch (...) {
    tell(host, "something that is no std::exception was thrown");
  }
  return BW_FAILED;
}

/// The C functions of one strategy.
template <class Strategy>
struct bridge {
  using own = instance<Strategy>;
  static own& of(void* state) { return *static_cast<own*>(state); }

  static void* create(const bw_host* host, const bw_parameter_value* values,
                      std::uint64_t count) noexcept {
    std::unique_ptr<own> out;
    const auto made = guarded(host, [&] {
      const setup given{host, {values, static_cast<std::size_t>(count)}};
      out = std::make_unique<own>(own{host, std::make_unique<Strategy>(given)});
    });
    return made == BW_OK ? out.release() : nullptr;
  }
  static void destroy(void* state) noexcept { delete static_cast<own*>(state); }
  static std::int32_t initialise(void* state) noexcept {
    return guarded(of(state).host, [&] { of(state).logic->initialise(); });
  }
  static std::int32_t on_quote(void* state, const bw_quote* x) noexcept {
    return guarded(of(state).host, [&] {
      of(state).logic->on_quote({x->ts_event, {x->bid}, {x->ask}, {x->bid_size}, {x->ask_size}});
    });
  }
  static std::int32_t on_trade(void* state, const bw_trade* x) noexcept {
    return guarded(of(state).host, [&] {
      of(state).logic->on_trade({x->ts_event, {x->price}, {x->size}, x->eligible == 1});
    });
  }
  static std::int32_t on_bar(void* state, const bw_bar* x) noexcept {
    return guarded(of(state).host, [&] {
      of(state).logic->on_bar({x->start, {x->open}, {x->high}, {x->low}, {x->close}, {x->volume}});
    });
  }
  static std::int32_t on_timer(void* state, std::int64_t now) noexcept {
    return guarded(of(state).host, [&] { of(state).logic->on_timer(now); });
  }
  static std::int32_t on_order(void* state, const bw_order_event* x) noexcept {
    return guarded(of(state).host, [&] {
      if (x->kind == BW_ORDER_DENIED)
        of(state).logic->on_denial({x->purpose == BW_PURPOSE_ENTRY, to_view(x->rule)});
    });
  }
  static std::int32_t on_fill(void* state, const bw_fill* x) noexcept {
    return guarded(of(state).host, [&] {
      of(state).logic->on_fill({x->side == BW_SIDE_BUY,
                                {x->quantity},
                                {x->price},
                                {{x->position_quantity}, {x->position_average}}});
    });
  }
  static std::int64_t save(void* state, std::uint8_t* out, std::uint64_t capacity) noexcept {
    std::int64_t written = -1;
    guarded(of(state).host, [&] {
      const auto bytes = of(state).logic->save();
      if (bytes.empty() || bytes.size() > capacity) return;
      std::memcpy(out, bytes.data(), bytes.size());
      written = static_cast<std::int64_t>(bytes.size());
    });
    return written;
  }
  static std::int32_t load(void* state, std::uint32_t version, const std::uint8_t* bytes,
                           std::uint64_t size) noexcept {
    bool taken = false;
    guarded(of(state).host, [&] {
      taken = of(state).logic->load(version, {bytes, static_cast<std::size_t>(size)});
    });
    return taken ? BW_OK : BW_FAILED;
  }
};

/// Whether the strategy has a function of its own: a pointer to one that it inherits is of the
/// base.
template <class Strategy>
constexpr std::uint32_t wants_of() {
  std::uint32_t out = 0;
  if (!std::is_same_v<decltype(&Strategy::on_quote), void (strategy::*)(const quote&)>)
    out |= BW_WANTS_QUOTES;
  if (!std::is_same_v<decltype(&Strategy::on_trade), void (strategy::*)(const trade&)>)
    out |= BW_WANTS_TRADES;
  if (!std::is_same_v<decltype(&Strategy::on_timer), void (strategy::*)(std::int64_t)>)
    out |= BW_WANTS_TIMER;
  return out;
}

/// The C table of one strategy. Lives as long as the library: the only state outside of instances,
/// and constant after it was made.
template <class Strategy>
struct table {
  description said = Strategy::describe();
  std::vector<bw_parameter_descriptor> parameters;
  std::vector<const bw_parameter_descriptor*> pointers;
  bw_strategy_descriptor descriptor{};

  table() {
    for (const auto& each : said.parameters) {
      bw_parameter_descriptor row{};
      row.struct_size = sizeof row;
      row.type = each.type;
      row.name = to_c(each.name);
      row.unit = to_c(each.unit);
      row.required = each.required ? 1 : 0;
      row.default_text = to_c(each.default_text);
      row.minimum = to_c(each.minimum);
      row.maximum = to_c(each.maximum);
      row.choices = to_c(each.choices);
      row.text = to_c(each.text);
      parameters.push_back(row);
    }
    for (const auto& each : parameters) pointers.push_back(&each);
    using to = bridge<Strategy>;
    auto& d = descriptor;
    d.struct_size = sizeof d;
    d.wants = wants_of<Strategy>();
    d.id = to_c(said.id);
    d.name = to_c(said.name);
    d.version = to_c(said.version);
    d.text = to_c(said.text);
    d.author = to_c(said.author);
    d.warm_up_bars = said.warm_up_bars;
    d.state_version = said.state_version;
    d.parameters = pointers.data();
    d.parameter_count = pointers.size();
    d.create = &to::create;
    d.destroy = &to::destroy;
    d.initialise = &to::initialise;
    d.on_quote = &to::on_quote;
    d.on_trade = &to::on_trade;
    d.on_bar = &to::on_bar;
    d.on_timer = &to::on_timer;
    d.on_order = &to::on_order;
    d.on_fill = &to::on_fill;
    d.save = &to::save;
    d.load = &to::load;
  }
};

template <class... Strategies>
const bw_plugin_descriptor* describe_plugin(std::uint32_t host_abi, std::string_view name,
                                            std::string_view version, std::string_view licence,
                                            std::string_view build_id) noexcept {
  // A host of another major version means something else by these structs.
  if (host_abi >> 16 != BW_PLUGIN_ABI_MAJOR) return nullptr;
  try {
    static const std::tuple<table<Strategies>...> tables;
    static const std::array<const bw_strategy_descriptor*, sizeof...(Strategies)> all =
        std::apply([](const auto&... each) { return std::array{&each.descriptor...}; }, tables);
    static const bw_plugin_descriptor out = [&] {
      bw_plugin_descriptor x{};
      x.struct_size = sizeof x;
      x.abi = BW_PLUGIN_ABI;
      x.strategy_size = sizeof(bw_strategy_descriptor);
      x.host_size = sizeof(bw_host);
      x.name = to_c(name);
      x.version = to_c(version);
      x.build_id = to_c(build_id);
      x.licence = to_c(licence);
      x.strategies = all.data();
      x.strategy_count = all.size();
      return x;
    }();
    return &out;
  } catch (...) {
    return nullptr;
  }
}

}  // namespace detail
}  // namespace bw::sdk

#if defined(__clang__)
#define BW_SDK_COMPILER "clang " __clang_version__
#else
#define BW_SDK_COMPILER "gcc " __VERSION__
#endif

/// Once in a plugin, outside of any namespace: name, version and licence of the library, then its
/// strategies. BW_PLUGIN_BUILD_ID, if the build defines it, tells two builds apart.
#ifndef BW_PLUGIN_BUILD_ID
#define BW_PLUGIN_BUILD_ID BW_SDK_COMPILER
#endif
#define BW_STRATEGY_PLUGIN(plugin_name, plugin_version, plugin_licence, ...)                    \
  extern "C" BW_PLUGIN_EXPORT const bw_plugin_descriptor* bw_plugin_query(                      \
      std::uint32_t host_abi) {                                                                 \
    return bw::sdk::detail::describe_plugin<__VA_ARGS__>(host_abi, plugin_name, plugin_version, \
                                                         plugin_licence, BW_PLUGIN_BUILD_ID);   \
  }

#endif  // BELLWETHER_STRATEGY_HPP
