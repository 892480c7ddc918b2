#include "strategies/plugin_loader.hpp"

#include <dlfcn.h>

#include "strategies/plugin_strategy.hpp"

namespace bw {

namespace {

/// The system's loader repeats the file's name, which whoever reports this says already.
std::string loader_says(const std::filesystem::path& file) {
  const char* said = dlerror();
  std::string text = said == nullptr ? "the system's loader gives no reason" : said;
  const auto prefix = file.string() + ": ";
  if (text.starts_with(prefix)) text.erase(0, prefix.size());
  return text;
}

}  // namespace

plugin_library::~plugin_library() { dlclose(handle_); }

result<std::shared_ptr<const plugin_library>> plugin_library::load(
    const std::filesystem::path& file) {
  BW_ASSERT(file.is_absolute(), "a plugin is loaded by its absolute path");
  dlerror();
  void* handle = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) return {ec::unsupported, "it cannot be loaded: " + loader_says(file)};
  auto library = std::make_shared<plugin_library>(handle);
  void* symbol = dlsym(handle, BW_PLUGIN_QUERY_SYMBOL);
  if (symbol == nullptr)
    return {ec::unsupported, "it has no " BW_PLUGIN_QUERY_SYMBOL
                             ": it is no plugin, or BW_STRATEGY_PLUGIN is missing"};
  const auto query = reinterpret_cast<bw_plugin_query_function>(symbol);
  auto table = read_plugin_table(query(BW_PLUGIN_ABI));
  if (!table) return std::move(table).failure();
  library->table_ = std::move(*table);
  return std::shared_ptr<const plugin_library>{std::move(library)};
}

std::vector<strategy_type> strategy_types_of(const std::shared_ptr<const plugin_library>& library,
                                             const std::shared_ptr<const plugin_watch>& watch) {
  std::vector<strategy_type> out;
  for (const auto& each : library->table().strategies) {
    // The table lives in the library, which the factory holds.
    const auto* table = &each;
    out.push_back({each.metadata, [library, watch, table](const parameter_set& parameters) {
                     return plugin_strategy::make(library, *table, watch, parameters);
                   }});
  }
  return out;
}

}  // namespace bw
