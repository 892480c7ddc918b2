#include "app/config_file.hpp"

namespace bw {

std::filesystem::path find_config(const std::string& named) {
  if (!named.empty()) return named;
  const std::filesystem::path here = "node.toml";
  const std::filesystem::path installed = "/etc/bellwether/node.toml";
  std::error_code ignored;
  if (!std::filesystem::exists(here, ignored) && std::filesystem::exists(installed, ignored))
    return installed;
  return here;
}

}  // namespace bw
