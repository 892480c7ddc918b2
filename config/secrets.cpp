#include "config/secrets.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>

namespace bw {
namespace {

/// Longest credential that is read.
constexpr std::size_t secret_bytes_max = 4096;

std::string variable(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? "" : value;
}

result<std::string> read_secret_file(const std::filesystem::path& path) {
  struct stat facts {};
  if (::stat(path.c_str(), &facts) != 0)
    return {ec::not_found, path.string() + ": cannot be read"};
  if ((facts.st_mode & 077) != 0)
    return {ec::invalid_argument,
            path.string() + ": others may read it; run chmod 600 " + path.string()};
  std::ifstream in{path, std::ios::binary};
  std::string text(secret_bytes_max, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' '))
    text.pop_back();
  return text;
}

struct found {
  std::string value;
  std::string origin;
};

result<found> find_secret(const std::string& credential, const std::string& name,
                          const std::string& other_name) {
  if (const auto folder = variable("CREDENTIALS_DIRECTORY"); !folder.empty()) {
    const auto path = std::filesystem::path{folder} / credential;
    if (std::filesystem::exists(path)) {
      auto text = read_secret_file(path);
      if (!text) return std::move(text).failure();
      return found{*text, "systemd credential"};
    }
  }
  if (const auto path = variable(name + "_FILE"); !path.empty()) {
    auto text = read_secret_file(path);
    if (!text) return std::move(text).failure().within(name + "_FILE");
    return found{*text, "file " + path};
  }
  for (const auto& each : {name, other_name})
    if (auto value = variable(each); !value.empty()) return found{value, "environment"};
  return {ec::not_found, "no credentials: set " + name + " (or " + name +
                             "_FILE); for a run without an account use mode = \"sim\""};
}

result<void> check_form(const std::string& name, const std::string& value) {
  const bool plain = std::all_of(value.begin(), value.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           c == '/' || c == '+' || c == '=' || c == '-' || c == '_';
  });
  const bool placeholder = value.find("your") != std::string::npos ||
                           value.find("YOUR") != std::string::npos ||
                           value.find("xxx") != std::string::npos;
  if (value.size() < 8 || !plain || placeholder)
    return {ec::invalid_argument, name + ": the value is empty, a placeholder or malformed"};
  return {};
}

}  // namespace

result<broker_credentials> resolve_credentials(environment mode) {
  if (mode == environment::sim)
    return broker_credentials{"SIMULATION", secret{"simulation"}, "simulation"};
  auto key = find_secret("alpaca_key_id", "APCA_API_KEY_ID", "ALPACA_API_KEY");
  if (!key) return std::move(key).failure();
  auto value = find_secret("alpaca_secret_key", "APCA_API_SECRET_KEY", "ALPACA_SECRET_KEY");
  if (!value) return std::move(value).failure();
  if (const auto good = check_form("APCA_API_KEY_ID", key->value); !good) return good.failure();
  if (const auto good = check_form("APCA_API_SECRET_KEY", value->value); !good)
    return good.failure();
  return broker_credentials{key->value, secret{std::move(value->value)}, value->origin};
}

}  // namespace bw
