/* Plugins that no node takes, each for one reason: BROKEN says which. In C, so that the interface
 * is one of C. */

#include "strategies/sdk/bellwether/strategy.h"

#define TEXT(x) {x, sizeof x - 1}

static void* create(const bw_host* host, const bw_parameter_value* values, uint64_t count) {
  static int state;
  (void)host;
  (void)values;
  (void)count;
  return &state;
}
static void destroy(void* state) { (void)state; }
static int32_t on_bar(void* state, const bw_bar* bar) {
  (void)state;
  (void)bar;
  return BW_OK;
}

static bw_strategy_descriptor strategy = {
    .struct_size = sizeof(bw_strategy_descriptor),
    .id = TEXT("broken"),
    .name = TEXT("Broken"),
    .version = TEXT("1"),
    .text = TEXT("In C."),
    .create = create,
    .destroy = destroy,
    .on_bar = on_bar,
};
static const bw_strategy_descriptor* const strategies[] = {&strategy};
static bw_plugin_descriptor plugin = {
    .struct_size = sizeof(bw_plugin_descriptor),
    .abi = BW_PLUGIN_ABI,
    .strategy_size = sizeof(bw_strategy_descriptor),
    .host_size = sizeof(bw_host),
    .name = TEXT("broken"),
    .version = TEXT("1"),
    .build_id = TEXT("by hand"),
    .strategies = strategies,
    .strategy_count = 1,
};

#if BROKEN == 1
BW_PLUGIN_EXPORT const bw_plugin_descriptor* another_symbol(uint32_t host_abi) {
  (void)host_abi;
  return &plugin;
}
#else
BW_PLUGIN_EXPORT const bw_plugin_descriptor* bw_plugin_query(uint32_t host_abi) {
  (void)host_abi;
#if BROKEN == 2
  plugin.abi = 2u << 16;
#elif BROKEN == 3
  strategy.struct_size = 24;
#elif BROKEN == 4
  return 0;
#elif BROKEN == 5
  plugin.host_size += 8;
#elif BROKEN == 6
  strategy.id = (bw_text)TEXT("momentum");
#elif BROKEN == 7
  plugin.strategy_count = 1000000;
#elif BROKEN == 8
  strategy.on_bar = 0;
#elif BROKEN == 9
  plugin.abi = BW_PLUGIN_ABI + 1;
#endif
  return &plugin;
}
#endif
