/* A plugin as one was that was built for ABI 1.0: its header is kept here as it stood, structs,
 * sizes and number. It looks at all that a host of that time offered. CHANGED makes of it one that
 * no node takes: 1 says sizes that ABI 1.0 never had, 2 is of another major version. */

#include "sdk_1_0/strategy.h"

#include <stdlib.h>

#define TEXT(x) \
  { x, sizeof x - 1 }

BW_PLUGIN_EXPORT int bw_test_host_size(void) { return (int)sizeof(bw_host); }

struct buyer {
  const bw_host* host;
  int64_t above;
  int64_t bars;
  uint32_t average;
};

static void* create(const bw_host* host, const bw_parameter_value* values, uint64_t count) {
  struct buyer* out = count == 1 ? calloc(1, sizeof *out) : 0;
  if (out == 0) return 0;
  out->host = host;
  out->above = values[0].integer;
  return out;
}
static void destroy(void* state) { free(state); }

static int32_t initialise(void* state) {
  struct buyer* self = state;
  return self->host->request_indicator(self->host->context, (bw_text)TEXT("sma"), 2,
                                       &self->average);
}

static int32_t on_bar(void* state, const bw_bar* bar) {
  struct buyer* self = state;
  const bw_host* host = self->host;
  bw_position held = {.struct_size = sizeof held};
  double average = 0;
  int64_t volume = 0;
  ++self->bars;
  if (host->position(host->context, &held) != BW_OK) return BW_FAILED;
  if (host->now(host->context) <= bar->start) return BW_FAILED;
  if (host->random(host->context) == host->random(host->context)) return BW_FAILED;
  (void)host->daily_volume(host->context, &volume);
  host->log(host->context, BW_LOG_DEBUG, (bw_text)TEXT("a bar"));
  if (host->indicator(host->context, self->average, 0, &average) != BW_OK) return BW_OK;
  if (bar->close <= self->above) return BW_OK;
  const bw_named_value values[] = {{TEXT("average"), (int64_t)(average * (double)BW_ONE + 0.5)},
                                   {TEXT("bars"), self->bars * BW_ONE}};
  if (held.quantity == 0) {
    const bw_signal wish = {.struct_size = sizeof wish,
                            .side = BW_SIDE_BUY,
                            .purpose = BW_PURPOSE_ENTRY,
                            .confidence_ppm = 400000,
                            .entry = bar->close,
                            .quantity_max = 3 * BW_ONE,
                            .reason = TEXT("above"),
                            .values = values,
                            .value_count = 2};
    return host->emit_signal(host->context, &wish);
  }
  const bw_target nothing = {.struct_size = sizeof nothing,
                             .confidence_ppm = 400000,
                             .price = bar->close,
                             .reason = TEXT("enough"),
                             .values = values,
                             .value_count = 2};
  return host->emit_target(host->context, &nothing);
}

static int64_t save(void* state, uint8_t* out, uint64_t capacity) {
  if (capacity < 1) return -1;
  out[0] = (uint8_t)((struct buyer*)state)->bars;
  return 1;
}
static int32_t load(void* state, uint32_t version, const uint8_t* bytes, uint64_t size) {
  if (version != 1 || size != 1) return BW_FAILED;
  ((struct buyer*)state)->bars = bytes[0];
  return BW_OK;
}

static const bw_parameter_descriptor above = {.struct_size = sizeof(bw_parameter_descriptor),
                                              .type = BW_PARAMETER_NUMBER,
                                              .name = TEXT("above"),
                                              .unit = TEXT("USD"),
                                              .default_text = TEXT("1"),
                                              .minimum = TEXT("0"),
                                              .maximum = TEXT("100000"),
                                              .text = TEXT("Buys above it.")};
static const bw_parameter_descriptor* const parameters[] = {&above};

static const bw_strategy_descriptor strategy = {
    .struct_size = sizeof(bw_strategy_descriptor),
    .id = TEXT("first_abi"),
    .name = TEXT("First ABI"),
    .version = TEXT("1.0.0"),
    .text = TEXT("Buys above a price, and sells with the next bar."),
    .state_version = 1,
    .parameters = parameters,
    .parameter_count = 1,
    .create = create,
    .destroy = destroy,
    .initialise = initialise,
    .on_bar = on_bar,
    .save = save,
    .load = load,
};
static const bw_strategy_descriptor* const strategies[] = {&strategy};
static const bw_plugin_descriptor plugin = {
    .struct_size = sizeof(bw_plugin_descriptor),
#if CHANGED == 2
    .abi = 7u,
#else
    .abi = BW_PLUGIN_ABI,
#endif
    .strategy_size = sizeof(bw_strategy_descriptor),
#if CHANGED == 1
    .host_size = sizeof(bw_host) - sizeof(void*),
#else
    .host_size = sizeof(bw_host),
#endif
    .name = TEXT("first_abi"),
    .version = TEXT("1.0.0"),
    .build_id = TEXT("by hand"),
    .strategies = strategies,
    .strategy_count = 1,
};

/* As the header of that time wrote it: a host of another major version is not served. */
BW_PLUGIN_EXPORT const bw_plugin_descriptor* bw_plugin_query(uint32_t host_abi) {
  return host_abi >> 16 == BW_PLUGIN_ABI_MAJOR ? &plugin : 0;
}
