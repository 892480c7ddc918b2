#include "config/limits_text.hpp"

#include <map>

#include "config/option_table.hpp"
#include "core/json_writer.hpp"
#include "storage/sha256.hpp"

namespace bw {

limits_record limits_in_force(const node_config& config, std::string_view cause) {
  std::map<std::string_view, std::string> sorted;
  for (const auto& each : option_table())
    if (each.key.starts_with("risk.")) sorted.emplace(each.key, to_toml(each.show(config)));
  json_writer out;
  out.begin_object();
  for (const auto& [key, value] : sorted) out.key(key).raw(value);
  out.end_object();
  limits_record record;
  record.text = out.take();
  record.hash = sha256{}.of({record.text});
  record.cause = cause;
  return record;
}

}  // namespace bw
