#include "strategies/plugin_strategy.hpp"

#include <algorithm>
#include <cmath>

#include "core/log.hpp"

namespace bw {

namespace {

/// Indicators by the names that plugins know. They are part of the interface: names are added, and
/// none is taken away.
constexpr std::pair<std::string_view, indicator_kind> indicator_names[] = {
    {"sma", indicator_kind::close_simple},
    {"ema", indicator_kind::close_exponential},
    {"wma", indicator_kind::close_weighted},
    {"rsi", indicator_kind::close_strength},
    {"macd", indicator_kind::convergence_line},
    {"macd_signal", indicator_kind::convergence_signal},
    {"macd_histogram", indicator_kind::convergence_gap},
    {"atr", indicator_kind::average_range},
    {"adx", indicator_kind::direction},
    {"bollinger_upper", indicator_kind::bollinger_upper},
    {"bollinger_lower", indicator_kind::bollinger_lower},
    {"donchian_upper", indicator_kind::donchian_upper},
    {"donchian_middle", indicator_kind::donchian_middle},
    {"donchian_lower", indicator_kind::donchian_lower},
    {"keltner_upper", indicator_kind::keltner_upper},
    {"keltner_middle", indicator_kind::keltner_middle},
    {"keltner_lower", indicator_kind::keltner_lower},
    {"stochastic_k", indicator_kind::stochastic_k},
    {"stochastic_d", indicator_kind::stochastic_d},
    {"obv", indicator_kind::balance_volume},
    {"mfi", indicator_kind::money_flow},
    {"cci", indicator_kind::channel},
    {"roc", indicator_kind::close_change},
    {"williams_r", indicator_kind::range_place},
    {"session_vwap", indicator_kind::session_vwap},
    {"vwap", indicator_kind::window_vwap},
    {"volume_sma", indicator_kind::volume_average},
    {"zscore", indicator_kind::close_score},
    {"highest", indicator_kind::highest_high},
    {"lowest", indicator_kind::lowest_low},
    {"stddev", indicator_kind::close_deviation},
    {"slope", indicator_kind::close_slope},
    {"opening_high", indicator_kind::opening_high},
    {"opening_low", indicator_kind::opening_low},
};

/// "keltner_upper:10:2.5": a name, and behind colons the numbers that its kind has beside the
/// period. Empty for what nobody knows.
std::optional<indicator_spec> indicator_of(std::string_view text, std::uint32_t period) {
  const auto name = text.substr(0, text.find(':'));
  const auto* const known = std::find_if(std::begin(indicator_names), std::end(indicator_names),
                                         [&](const auto& x) { return x.first == name; });
  if (known == std::end(indicator_names)) return std::nullopt;
  indicator_spec out{known->second, period};
  std::size_t place = 0;
  for (auto rest = text.substr(name.size()); !rest.empty(); ++place) {
    const auto end = std::min(rest.find(':', 1), rest.size());
    const auto units = parse_decimal(rest.substr(1, end - 1));
    constexpr std::int64_t thousandth = decimal_scale / 1'000;
    if (place == out.more.size() || !units || *units < thousandth ||
        *units > std::int64_t{indicator_board::period_max} * decimal_scale)
      return std::nullopt;
    out.more[place] = static_cast<std::uint32_t>(*units / thousandth);
    rest.remove_prefix(end);
  }
  return out;
}

/// FNV-1a over the names, so that every instance draws its own numbers and a rerun the same.
std::uint64_t seed_of(std::string_view id, std::string_view symbol) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const auto text : {id, symbol})
    for (const char c : text) {
      hash ^= static_cast<unsigned char>(c);
      hash *= 0x100000001b3ULL;
    }
  return hash;
}

constexpr bw_text to_c(std::string_view x) { return {x.data(), x.size()}; }

template <class Struct>
bool is_whole(const Struct* x) {
  return x != nullptr && x->struct_size >= sizeof(Struct);
}

bool is_price_or_none(std::int64_t units) {
  // Ten million dollars a share: beyond it sums could leave their types.
  return units >= 0 && units <= 10'000'000 * decimal_scale;
}

/// A small table in front of what was saved: kind and version, so that another kind refuses it.
std::string saved_header(const plugin_strategy_table& table) {
  return table.metadata.id + "\n" + std::to_string(table.functions.state_version) + "\n";
}

}  // namespace

/// The functions that a plugin reaches the node by. `context` is the strategy.
struct plugin_strategy::host_functions {
  static plugin_strategy& of(void* context) { return *static_cast<plugin_strategy*>(context); }

  static std::int64_t now(void* context) { return of(context).now_.value; }

  static void log(void* context, std::uint32_t level, bw_text text) {
    auto& self = of(context);
    if (self.quiet_ || self.lines_++ >= log_lines_max) return;
    const auto how = level >= BW_LOG_ERROR     ? log_level::error
                     : level == BW_LOG_WARNING ? log_level::warning
                     : level == BW_LOG_DEBUG   ? log_level::debug
                                               : log_level::info;
    log_fields fields;
    fields.symbol = self.symbol_.view();
    fields.strategy = self.instance_.view();
    log_line(how, "plugin", "strategy_said", text_of(text, log_bytes_max), fields);
  }

  static std::uint64_t random(void* context) { return of(context).chance_.next(); }

  static std::int32_t position(void* context, bw_position* out) {
    if (!is_whole(out)) return BW_NOT_ALLOWED;
    const auto& held = of(context).position_;
    out->quantity = held.qty.units();
    out->average = held.average.units();
    return BW_OK;
  }

  static std::int32_t daily_volume(void* context, std::int64_t* out) {
    const auto* seen = of(context).context_;
    if (out == nullptr || seen == nullptr || !seen->average_daily_volume) return BW_NOT_KNOWN;
    *out = seen->average_daily_volume->units();
    return BW_OK;
  }

  static std::int32_t request_indicator(void* context, bw_text name, std::uint32_t period,
                                        std::uint32_t* id) {
    auto& self = of(context);
    if (self.board_ == nullptr || id == nullptr) return BW_NOT_ALLOWED;
    const auto spec = indicator_of(text_of(name, 31), period);
    if (!spec) return BW_NOT_KNOWN;
    const auto got = self.board_->request(*spec);
    if (!got) return BW_NOT_KNOWN;
    *id = got->value;
    return BW_OK;
  }

  static std::int32_t indicator(void* context, std::uint32_t id, std::uint32_t bars_ago,
                                double* out) {
    const auto* seen = of(context).context_;
    if (seen == nullptr || out == nullptr || id >= seen->indicators.size() || bars_ago > 1)
      return BW_NOT_KNOWN;
    const indicator_id which{static_cast<std::uint8_t>(id)};
    const auto value =
        bars_ago == 0 ? seen->indicators.value(which) : seen->indicators.previous(which);
    if (!value) return BW_NOT_KNOWN;
    *out = *value;
    return BW_OK;
  }

  static std::int32_t emit_signal(void* context, const bw_signal* x) {
    return is_whole(x) ? of(context).take_signal(*x) : BW_NOT_ALLOWED;
  }
  static std::int32_t regime(void* context, std::uint32_t* out) {
    const auto* seen = of(context).context_;
    if (out == nullptr || seen == nullptr) return BW_NOT_KNOWN;
    switch (seen->trend.regime) {
      case market_regime::trending: *out = BW_REGIME_TRENDING; return BW_OK;
      case market_regime::ranging: *out = BW_REGIME_RANGING; return BW_OK;
      case market_regime::unsettled: *out = BW_REGIME_VOLATILE; return BW_OK;
      case market_regime::unknown: break;
    }
    return BW_NOT_KNOWN;
  }
  static std::int32_t emit_target(void* context, const bw_target* x) {
    return is_whole(x) ? of(context).take_target(*x) : BW_NOT_ALLOWED;
  }
};

plugin_strategy::plugin_strategy(std::shared_ptr<const void> library,
                                 const plugin_strategy_table& table,
                                 std::shared_ptr<const plugin_watch> watch)
    : library_(std::move(library)),
      table_(table),
      watch_(std::move(watch)),
      instance_(cut<short_name>(table.metadata.id)),
      chance_(seed_of(table.metadata.id, "")) {
  host_.struct_size = sizeof host_;
  host_.abi = BW_PLUGIN_ABI;
  host_.context = this;
  host_.now = &host_functions::now;
  host_.log = &host_functions::log;
  host_.random = &host_functions::random;
  host_.position = &host_functions::position;
  host_.daily_volume = &host_functions::daily_volume;
  host_.request_indicator = &host_functions::request_indicator;
  host_.indicator = &host_functions::indicator;
  host_.emit_signal = &host_functions::emit_signal;
  host_.emit_target = &host_functions::emit_target;
  host_.regime = &host_functions::regime;
}

plugin_strategy::~plugin_strategy() {
  if (state_ == nullptr) return;
  const plugin_call here{*watch_, instance_.view()};
  table_.functions.destroy(state_);
}

result<std::unique_ptr<strategy>> plugin_strategy::make(std::shared_ptr<const void> library,
                                                        const plugin_strategy_table& table,
                                                        std::shared_ptr<const plugin_watch> watch,
                                                        const parameter_set& parameters) {
  std::unique_ptr<plugin_strategy> out{
      new plugin_strategy{std::move(library), table, std::move(watch)}};
  const auto texts = parameters.texts();
  std::vector<bw_parameter_value> values;
  for (const auto& spec : table.metadata.parameters) {
    bw_parameter_value x{};
    x.struct_size = sizeof x;
    x.type = static_cast<std::uint32_t>(spec.type);
    x.name = to_c(spec.name);
    x.text = to_c(texts.at(spec.name));
    if (spec.type == parameter_type::integer) x.integer = parameters.integer(spec.name);
    if (spec.type == parameter_type::number) x.integer = parameters.number_units(spec.name);
    values.push_back(x);
  }
  {
    const plugin_call here{*out->watch_, out->instance_.view()};
    out->state_ = table.functions.create(&out->host_, values.data(), values.size());
  }
  if (out->state_ == nullptr)
    return {ec::invalid_argument,
            "strategy " + table.metadata.id + " refuses these parameters; its log may say why"};
  return std::unique_ptr<strategy>{std::move(out)};
}

void plugin_strategy::take_place(const symbol_name& symbol, const short_name& instance) {
  symbol_ = symbol;
  instance_ = instance;
  host_.symbol = to_c(symbol_.view());
  chance_ = prng{seed_of(table_.metadata.id, symbol.view())};
}

void plugin_strategy::fail(std::string why, bool answers_hold) {
  if (!fault_) fault_ = strategy_fault{std::move(why), answers_hold};
}

void plugin_strategy::measure(std::string_view what, nanoseconds took) {
  if (took <= watch_->call_budget) {
    overruns_ = 0;
    return;
  }
  const auto in_ms = [](nanoseconds x) { return std::to_string(x.count() / 1'000'000) + " ms"; };
  if (++overruns_ < plugin_watch::overruns_max) return;
  fail(std::to_string(overruns_) + " calls in a row took longer than " +
           in_ms(watch_->call_budget) + ", the last one (" + std::string{what} + ") " + in_ms(took),
       true);
}

template <class Call>
bool plugin_strategy::call(std::string_view what, Call body) {
  if (fault_ || state_ == nullptr) return false;
  lines_ = 0;
  const auto* time = watch_->time;
  const auto begun = time == nullptr ? mono_ns{} : time->mono_now();
  std::int32_t answer = BW_FAILED;
  {
    const plugin_call here{*watch_, instance_.view()};
    // The interface forbids it; a plugin that was not written with the wrapper may do it all the
    // same, and the strategies of other people must not end with it.
    try {
      answer = body();
    } catch (...) {
      fail(std::string{what} + " let an exception out of the plugin", false);
    }
  }
  if (time != nullptr) measure(what, time->mono_now() - begun);
  if (answer == BW_OK) return true;
  fail(std::string{what} + " answered " + std::to_string(answer) + ": it failed", false);
  return false;
}

template <class Call>
wishes plugin_strategy::ask(std::string_view what, const strategy_context& context, utc_ns now,
                            Call body) {
  wanted_.clear();
  context_ = &context;
  position_ = context.position;
  now_ = now;
  const bool done = call(what, body);
  context_ = nullptr;
  return done ? wanted_ : wishes{};
}

result<void> plugin_strategy::prepare(indicator_board& board) {
  if (table_.functions.initialise == nullptr) return {};
  board_ = &board;
  // A board that has begun takes no new indicators; that it lacks one is no mistake of the
  // plugin's.
  quiet_ = board.bars() > 0;
  const bool done = call("initialise", [this] { return table_.functions.initialise(state_); });
  quiet_ = false;
  board_ = nullptr;
  if (done) return {};
  // It may be asked again, with a board of its own.
  const auto why = fault_ ? fault_->why : std::string{"it is off"};
  fault_.reset();
  return {ec::invalid_argument, "strategy " + table_.metadata.id + " cannot begin: " + why};
}

wishes plugin_strategy::on_bar(const strategy_context& context, const bar& finished) {
  bw_bar x{};
  x.struct_size = sizeof x;
  x.minutes = context.bar_minutes;
  x.start = finished.start.value;
  x.open = finished.open.units();
  x.high = finished.high.units();
  x.low = finished.low.units();
  x.close = finished.close.units();
  x.volume = finished.volume.units();
  return ask("on_bar", context, context.now, [&] { return table_.functions.on_bar(state_, &x); });
}

strategy_interest plugin_strategy::interest() const {
  const auto& f = table_.functions;
  return {.quotes = (f.wants & BW_WANTS_QUOTES) != 0 && f.on_quote != nullptr,
          .trades = (f.wants & BW_WANTS_TRADES) != 0 && f.on_trade != nullptr,
          .timer = (f.wants & BW_WANTS_TIMER) != 0 && f.on_timer != nullptr};
}

wishes plugin_strategy::on_quote(const strategy_context& context, const quote& given) {
  bw_quote x{};
  x.struct_size = sizeof x;
  x.ts_event = given.ts_event.value;
  x.bid = given.bid.units();
  x.ask = given.ask.units();
  x.bid_size = given.bid_size.units();
  x.ask_size = given.ask_size.units();
  return ask("on_quote", context, given.ts_event,
             [&] { return table_.functions.on_quote(state_, &x); });
}

wishes plugin_strategy::on_trade(const strategy_context& context, const trade& given) {
  bw_trade x{};
  x.struct_size = sizeof x;
  x.eligible = given.eligible == price_eligible::yes ? 1 : 0;
  x.ts_event = given.ts_event.value;
  x.price = given.last.units();
  x.size = given.size.units();
  return ask("on_trade", context, given.ts_event,
             [&] { return table_.functions.on_trade(state_, &x); });
}

wishes plugin_strategy::on_timer(const strategy_context& context, utc_ns now) {
  return ask("on_timer", context, now,
             [&] { return table_.functions.on_timer(state_, now.value); });
}

void plugin_strategy::on_fill(const fill_notice& given) {
  position_ = given.position;
  if (table_.functions.on_fill == nullptr) return;
  bw_fill x{};
  x.struct_size = sizeof x;
  x.side = static_cast<std::uint32_t>(given.side);
  x.quantity = given.qty.units();
  x.price = given.at_price.units();
  x.position_quantity = given.position.qty.units();
  x.position_average = given.position.average.units();
  call("on_fill", [&] { return table_.functions.on_fill(state_, &x); });
}

void plugin_strategy::on_denied(const denial_notice& given) {
  if (table_.functions.on_order == nullptr) return;
  bw_order_event x{};
  x.struct_size = sizeof x;
  x.kind = BW_ORDER_DENIED;
  x.purpose = given.purpose == order_purpose::entry ? BW_PURPOSE_ENTRY : BW_PURPOSE_EXIT;
  x.rule = to_c(to_string(given.rule));
  call("on_order", [&] { return table_.functions.on_order(state_, &x); });
}

std::string plugin_strategy::save() {
  if (table_.functions.save == nullptr) return {};
  std::string bytes(BW_STATE_BYTES_MAX, '\0');
  std::int64_t written = -1;
  const bool done = call("save", [&] {
    written =
        table_.functions.save(state_, reinterpret_cast<std::uint8_t*>(bytes.data()), bytes.size());
    return BW_OK;
  });
  if (!done || written <= 0 || written > static_cast<std::int64_t>(bytes.size())) return {};
  bytes.resize(static_cast<std::size_t>(written));
  return saved_header(table_) + bytes;
}

bool plugin_strategy::restore(std::string_view saved) {
  if (table_.functions.load == nullptr) return false;
  const auto end = saved.find('\n');
  if (end == std::string_view::npos || saved.substr(0, end) != table_.metadata.id) return false;
  const auto number_end = saved.find('\n', end + 1);
  if (number_end == std::string_view::npos) return false;
  const auto version = parse_decimal(saved.substr(end + 1, number_end - end - 1));
  if (!version || *version < 0 || *version / decimal_scale > UINT32_MAX) return false;
  const auto bytes = saved.substr(number_end + 1);
  std::int32_t answer = BW_FAILED;
  const bool done = call("load", [&] {
    answer =
        table_.functions.load(state_, static_cast<std::uint32_t>(*version / decimal_scale),
                              reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
    return BW_OK;
  });
  return done && answer == BW_OK;
}

// What a plugin wants.

int32_t plugin_strategy::add_wish(wish what, const bw_named_value* values, std::uint64_t count) {
  if (context_ == nullptr || wanted_.size() == BW_SIGNALS_PER_CALL_MAX) return BW_NOT_ALLOWED;
  if (count > BW_SIGNAL_VALUES_MAX || (count > 0 && values == nullptr)) return BW_NOT_ALLOWED;
  for (std::uint64_t k = 0; k < count; ++k) {
    indicator_value x;
    x.name = cut<decltype(x.name)>(text_of(values[k].name, 15));
    x.units = values[k].value;
    what.inputs.push(x);
  }
  wanted_.push(what);
  return BW_OK;
}

int32_t plugin_strategy::take_signal(const bw_signal& x) {
  const bool enters = x.side == BW_SIDE_BUY && x.purpose == BW_PURPOSE_ENTRY;
  const bool leaves = x.side == BW_SIDE_SELL && x.purpose == BW_PURPOSE_EXIT;
  if ((!enters && !leaves) || x.confidence_ppm > 1'000'000 || x.quantity_max < 0)
    return BW_NOT_ALLOWED;
  for (const auto units : {x.entry, x.stop, x.target})
    if (!is_price_or_none(units)) return BW_NOT_ALLOWED;
  wish what;
  what.side = enters ? side::buy : side::sell;
  what.purpose = enters ? order_purpose::entry : order_purpose::exit;
  what.reason = signal_reason::strategy_rule;
  what.confidence_ppm = x.confidence_ppm;
  what.reference = price::from_units(x.entry);
  what.stop = price::from_units(x.stop);
  what.target = price::from_units(x.target);
  what.qty_max = quantity::from_units(x.quantity_max);
  what.note = cut<short_name>(text_of(x.reason, short_name::capacity));
  return add_wish(what, x.values, x.value_count);
}

int32_t plugin_strategy::take_target(const bw_target& x) {
  if (context_ == nullptr || x.quantity < 0) return BW_NOT_ALLOWED;
  const auto held = position_.qty.units();
  if (x.quantity == held) return BW_OK;
  if (held > 0 && x.quantity > 0) return BW_NOT_ALLOWED;
  bw_signal out{};
  out.struct_size = sizeof out;
  out.side = x.quantity > 0 ? BW_SIDE_BUY : BW_SIDE_SELL;
  out.purpose = x.quantity > 0 ? BW_PURPOSE_ENTRY : BW_PURPOSE_EXIT;
  out.confidence_ppm = x.confidence_ppm;
  out.entry = x.price;
  out.stop = x.stop;
  out.target = x.target;
  out.quantity_max = x.quantity;
  out.reason = x.reason;
  out.values = x.values;
  out.value_count = x.value_count;
  return take_signal(out);
}

}  // namespace bw
