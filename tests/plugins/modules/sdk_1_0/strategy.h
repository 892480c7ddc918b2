#ifndef BELLWETHER_STRATEGY_H
#define BELLWETHER_STRATEGY_H

/*
 * Bellwether strategy plugins: the C interface.
 *
 * A plugin is a shared library with one exported function, bw_plugin_query, that answers a table of
 * what is in it. bellwether/strategy.hpp writes all of that for a strategy in C++; this file is
 * what both sides agree on.
 *
 * Rules that hold on both sides:
 *
 * - Only C types cross: fixed-width integers, pointers, text as pointer and length in UTF-8.
 *   Prices, quantities and money are integers in units of 1e-9, times are nanoseconds since 1970 in
 *   UTC. `double` is used for indicators alone.
 * - Every struct that may grow begins with its own size. Within a major version fields are only
 *   appended; a reader takes the smaller of both sizes and treats the rest as zero.
 * - Who allocates frees. What a call is given lives until the call returns, except the host table
 *   with its context, which live until `destroy` has returned.
 * - An instance is called by one thread at a time, not always the same one, and two instances may
 *   be called at once: a plugin keeps no state outside its instances. It has no threads, files,
 *   network, clock or chance of its own; what it may know of the world the host table tells it.
 *   Otherwise a backtest and a replay cannot repeat what it did.
 * - A call that answers anything but 0 (BW_OK) switches the strategy off until a person puts it
 *   back. So do three calls in a row that take longer than the node's budget (50 ms). No C++
 *   exception may cross.
 */

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define BW_PLUGIN_ABI_MAJOR 1u
#define BW_PLUGIN_ABI_MINOR 0u
#define BW_PLUGIN_ABI ((BW_PLUGIN_ABI_MAJOR << 16) | BW_PLUGIN_ABI_MINOR)

/* One whole unit of a price, a quantity or money. */
#define BW_ONE INT64_C(1000000000)

/* What a call answers. */
#define BW_OK 0
#define BW_FAILED 1      /* Something went wrong; the host's log may say more. */
#define BW_NOT_KNOWN 2   /* There is no such value, or none yet. */
#define BW_NOT_ALLOWED 3 /* Not at this time, or not with these values. */

#define BW_SIDE_BUY 1u
#define BW_SIDE_SELL 2u

#define BW_PURPOSE_ENTRY 1u /* Opens a position. */
#define BW_PURPOSE_EXIT 2u  /* Closes it, wholly. */

#define BW_LOG_DEBUG 1u
#define BW_LOG_INFO 2u
#define BW_LOG_WARNING 3u
#define BW_LOG_ERROR 4u

#define BW_PARAMETER_INTEGER 1u
#define BW_PARAMETER_NUMBER 2u  /* Decimal, exact to 1e-9. */
#define BW_PARAMETER_CHOICE 3u  /* One word of a list. */
#define BW_PARAMETER_SYMBOLS 4u /* Tickers, separated by blanks; may be none. */

/* Which calls the strategy wants beside on_bar, on_order and on_fill; the others are not made. */
#define BW_WANTS_QUOTES 1u
#define BW_WANTS_TRADES 2u
#define BW_WANTS_TIMER 4u /* Once a minute. */

/* What happened to what the strategy wanted. */
#define BW_ORDER_DENIED 1u /* The risk rules did not let it pass; `rule` says which. */

typedef struct bw_text {
  const char* data; /* UTF-8, not ended by a zero. */
  uint64_t size;
} bw_text;

typedef struct bw_quote {
  uint32_t struct_size;
  uint32_t reserved;
  int64_t ts_event;
  int64_t bid;
  int64_t ask;
  int64_t bid_size;
  int64_t ask_size;
} bw_quote;

typedef struct bw_trade {
  uint32_t struct_size;
  /* 1: the trade sets a price. 0: an odd lot, a late report, an average price. */
  uint32_t eligible;
  int64_t ts_event;
  int64_t price;
  int64_t size;
} bw_trade;

typedef struct bw_bar {
  uint32_t struct_size;
  uint32_t minutes; /* How long it is: 5. Zero when it ended by what was traded. */
  int64_t start;
  int64_t open;
  int64_t high;
  int64_t low;
  int64_t close;
  int64_t volume;
} bw_bar;

typedef struct bw_position {
  uint32_t struct_size;
  uint32_t reserved;
  int64_t quantity; /* What belongs to this strategy in this symbol; zero: nothing. */
  int64_t average;  /* What a share cost. */
} bw_position;

typedef struct bw_order_event {
  uint32_t struct_size;
  uint32_t kind;    /* BW_ORDER_... */
  uint32_t purpose; /* BW_PURPOSE_... */
  uint32_t reserved;
  bw_text rule;
} bw_order_event;

typedef struct bw_fill {
  uint32_t struct_size;
  uint32_t side; /* BW_SIDE_... */
  int64_t quantity;
  int64_t price;
  int64_t position_quantity; /* After it. */
  int64_t position_average;
} bw_fill;

/* A named number that the strategy looked at, for the record: at most 15 bytes of name. */
typedef struct bw_named_value {
  bw_text name;
  int64_t value;
} bw_named_value;

#define BW_SIGNAL_VALUES_MAX 8u
#define BW_SIGNALS_PER_CALL_MAX 4u

/* Long only: entries buy and exits sell. The node sizes and checks: it makes a wish smaller or
 * tighter, never larger. */
typedef struct bw_signal {
  uint32_t struct_size;
  uint32_t side;           /* BW_SIDE_... */
  uint32_t purpose;        /* BW_PURPOSE_... */
  uint32_t confidence_ppm; /* 0 .. 1000000. */
  int64_t entry;           /* The price that the decision was made at. */
  int64_t stop;            /* Zero: the configured distance. */
  int64_t target;          /* Zero: the configured distance. */
  int64_t quantity_max;    /* Zero: as many as sizing allows. */
  bw_text reason;          /* At most 31 bytes: "breakout". */
  const bw_named_value* values;
  uint64_t value_count; /* At most BW_SIGNAL_VALUES_MAX. */
} bw_signal;

/* The number of shares that the strategy wants to hold, in place of a signal. Zero leaves the
 * position; more than nothing enters when nothing is held. A position is neither enlarged nor
 * reduced in part: BW_NOT_ALLOWED. */
typedef struct bw_target {
  uint32_t struct_size;
  uint32_t confidence_ppm;
  int64_t quantity;
  int64_t price;
  int64_t stop;
  int64_t target;
  bw_text reason;
  const bw_named_value* values;
  uint64_t value_count;
} bw_target;

/* What a strategy may know and do. Each function takes `context` first and answers BW_... unless it
 * says something else. */
typedef struct bw_host {
  uint32_t struct_size;
  uint32_t abi; /* The host's, major << 16 | minor. */
  void* context;
  bw_text symbol; /* Set from `initialise` on: "AAPL". */
  /* Time of the event that the call is about. */
  int64_t (*now)(void* context);
  /* One line in the node's log, cut after 512 bytes. At most 32 in one call. */
  void (*log)(void* context, uint32_t level, bw_text text);
  /* The next number of a generator of its own, seeded by id and symbol: the same run draws the
   * same. */
  uint64_t (*random)(void* context);
  int32_t (*position)(void* context, bw_position* out);
  /* Mean shares a day over up to twenty sessions; BW_NOT_KNOWN when nothing is known of them. */
  int32_t (*daily_volume)(void* context, int64_t* quantity);
  /* Only within `initialise`: asks for an indicator on five-minute bars, by name and period, which
   * all strategies of the symbol share. `id` is what `indicator` takes. BW_NOT_KNOWN: no such name
   * or period. Names: "sma", "ema", "wma", "rsi", "macd", "macd_signal", "macd_histogram", "atr",
   * "adx", "bollinger_upper", "bollinger_lower", "donchian_upper", "donchian_middle",
   * "donchian_lower", "keltner_upper", "keltner_middle", "keltner_lower", "stochastic_k",
   * "stochastic_d", "obv", "mfi", "cci", "roc", "williams_r", "session_vwap", "vwap" (rolling),
   * "volume_sma", "zscore", "highest", "lowest", "stddev", "slope" (of the regression line),
   * "opening_high", "opening_low" (of the first `period` minutes). Some have further numbers, which
   * may follow the name behind colons: macd 12 ":26:9" (slow period, signal period), bollinger 20
   * ":2" (deviations), keltner 20 ":10:2" (period of the range, ranges), stochastic 14 ":3:3"
   * (smoothing, signal period); left out they are as here. */
  int32_t (*request_indicator)(void* context, bw_text name, uint32_t period, uint32_t* id);
  /* With the newest bar (`bars_ago` 0) or the one before it (1). BW_NOT_KNOWN until it is
   * defined. */
  int32_t (*indicator)(void* context, uint32_t id, uint32_t bars_ago, double* value);
  /* Only within on_bar, on_quote, on_trade and on_timer. BW_NOT_ALLOWED for what no strategy may
   * want, or beyond BW_SIGNALS_PER_CALL_MAX in one call. */
  int32_t (*emit_signal)(void* context, const bw_signal* signal);
  int32_t (*emit_target)(void* context, const bw_target* target);
} bw_host;

typedef struct bw_parameter_descriptor {
  uint32_t struct_size;
  uint32_t type; /* BW_PARAMETER_... */
  bw_text name;  /* Small letters, digits, underscores. */
  bw_text unit;
  uint32_t required; /* 1: it has no default and must be given. */
  uint32_t reserved;
  bw_text default_text;
  bw_text minimum; /* Decimal, included; empty: no end. */
  bw_text maximum;
  bw_text choices; /* "fast|slow". */
  bw_text text;    /* What it means, in a sentence. */
} bw_parameter_descriptor;

/* A checked value, in the order of the descriptors. */
typedef struct bw_parameter_value {
  uint32_t struct_size;
  uint32_t type;
  bw_text name;
  int64_t integer; /* Of an integer. Of a number: in units of 1e-9. */
  bw_text text;    /* As it was written, of any type. */
} bw_parameter_value;

/* `state` is what `create` answered. A null function is one that the strategy does without, except
 * create, destroy and on_bar. */
typedef struct bw_strategy_descriptor {
  uint32_t struct_size;
  uint32_t wants; /* BW_WANTS_..., or-ed. */
  bw_text id;     /* Unique among all strategies: small letters, digits, underscores. */
  bw_text name;
  bw_text version;
  bw_text text; /* What it does, in a sentence. */
  bw_text author;
  uint32_t warm_up_bars;  /* Complete bars that must have been seen before a signal counts. */
  uint32_t state_version; /* Of what `save` writes. */
  const bw_parameter_descriptor* const* parameters;
  uint64_t parameter_count;
  /* A new instance for one symbol; null: refused. */
  void* (*create)(const bw_host* host, const bw_parameter_value* values, uint64_t count);
  /* Exactly once for each create that did not answer null. */
  void (*destroy)(void* state);
  /* Before the first other call: asks for indicators. Once more when it failed. */
  int32_t (*initialise)(void* state);
  int32_t (*on_quote)(void* state, const bw_quote* quote);
  int32_t (*on_trade)(void* state, const bw_trade* trade);
  /* A five-minute bar of the regular session is complete, and the indicators are up to date. */
  int32_t (*on_bar)(void* state, const bw_bar* bar);
  int32_t (*on_timer)(void* state, int64_t now);
  int32_t (*on_order)(void* state, const bw_order_event* event);
  int32_t (*on_fill)(void* state, const bw_fill* fill);
  /* Writes what the next instance should know to `out`, at most `capacity` bytes, and answers how
   * many that are; a negative number: nothing. */
  int64_t (*save)(void* state, uint8_t* out, uint64_t capacity);
  /* Takes over what another instance of the same id saved. Anything but BW_OK: it begins anew. */
  int32_t (*load)(void* state, uint32_t state_version, const uint8_t* bytes, uint64_t size);
} bw_strategy_descriptor;

typedef struct bw_plugin_descriptor {
  uint32_t struct_size;
  uint32_t abi; /* The plugin's, major << 16 | minor. */
  /* Sizes of the structs as the plugin was compiled, so that a host can tell a header that was
   * changed from one that grew. */
  uint32_t strategy_size;
  uint32_t host_size;
  bw_text name;
  bw_text version;
  bw_text build_id; /* Compiler and time, or whatever tells two builds apart. */
  bw_text licence;
  const bw_strategy_descriptor* const* strategies;
  uint64_t strategy_count; /* 1 .. BW_PLUGIN_STRATEGIES_MAX */
} bw_plugin_descriptor;

#define BW_PLUGIN_STRATEGIES_MAX 16u
#define BW_PARAMETERS_MAX 64u
#define BW_STATE_BYTES_MAX 4096u

/* The one exported symbol. `host_abi` is the host's; null when the plugin cannot serve it. */
typedef const bw_plugin_descriptor* (*bw_plugin_query_function)(uint32_t host_abi);
#define BW_PLUGIN_QUERY_SYMBOL "bw_plugin_query"

#if defined(__GNUC__)
#define BW_PLUGIN_EXPORT __attribute__((visibility("default")))
#else
#define BW_PLUGIN_EXPORT
#endif

#ifdef __cplusplus
}
#endif

#endif /* BELLWETHER_STRATEGY_H */
