#include "config/secrets.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>

#include "config/op_reference.hpp"

namespace bw {
namespace {

/// Longest credential that is read.
constexpr std::size_t secret_bytes_max = 4096;
constexpr std::size_t secret_bytes_min = 8;

/// Where one half of the pair may stand.
struct secret_places {
  std::string_view credential;
  std::array<std::string_view, 2> file_variables;
  std::array<std::string_view, 2> variables;
};
constexpr secret_places key_id_places{"alpaca_key_id",
                                      {"APCA_API_KEY_ID_FILE", "ALPACA_KEY_ID_FILE"},
                                      {"APCA_API_KEY_ID", "ALPACA_API_KEY"}};
constexpr secret_places secret_key_places{"alpaca_secret_key",
                                          {"APCA_API_SECRET_KEY_FILE", "ALPACA_SECRET_KEY_FILE"},
                                          {"APCA_API_SECRET_KEY", "ALPACA_SECRET_KEY"}};

std::string variable(std::string_view name) {
  const char* value = std::getenv(std::string{name}.c_str());
  return value == nullptr ? "" : value;
}

result<secret> read_secret(const std::filesystem::path& path) {
  // No stream: its buffer would keep a copy.
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return {ec::not_found, path.string() + ": cannot be read"};
  std::string text(secret_bytes_max + 1, '\0');
  const auto got = ::read(descriptor, text.data(), text.size());
  ::close(descriptor);
  if (got < 0) return {ec::io_failed, path.string() + ": cannot be read"};
  text.resize(static_cast<std::size_t>(got));
  if (text.size() > secret_bytes_max)
    return {ec::out_of_range, path.string() + ": is larger than 4 KiB, so it holds no credential"};
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' '))
    text.pop_back();
  return secret{std::move(text)};
}

/// ok when nobody else can read the file.
result<void> check_private(const std::filesystem::path& path) {
  struct stat facts {};
  if (::stat(path.c_str(), &facts) != 0 || !S_ISREG(facts.st_mode))
    return {ec::not_found, path.string() + ": cannot be read"};
  if ((facts.st_mode & 077) != 0)
    return {ec::invalid_argument,
            path.string() + ": others may read it; run chmod 600 " + path.string()};
  if (facts.st_uid != ::geteuid())
    return {ec::invalid_argument,
            path.string() + ": belongs to another user than the one of this process"};
  return {};
}

struct found_secret {
  secret value;
  std::string origin;
  /// Names the place in errors.
  std::string place;
};

result<found_secret> from_file(std::string_view variable_name, const std::string& path) {
  if (auto good = check_private(path); !good)
    return std::move(good).failure().within(variable_name);
  auto value = read_secret(path);
  if (!value) return std::move(value).failure().within(variable_name);
  return found_secret{std::move(*value), "file " + path, std::string{variable_name}};
}

/// The place that node.toml names.
result<found_secret> from_reference(std::string_view key, const std::string& reference) {
  if (!is_op_reference(reference)) return from_file(key, reference);
  auto value = read_op_reference(reference);
  if (!value) return std::move(value).failure().within(key);
  return found_secret{std::move(*value), "1Password", std::string{key}};
}

result<found_secret> find_secret(const secret_places& places, const std::string& reference) {
  if (const auto folder = variable("CREDENTIALS_DIRECTORY"); !folder.empty()) {
    const auto path = std::filesystem::path{folder} / places.credential;
    std::error_code ignored;
    if (std::filesystem::exists(path, ignored)) {
      // No look at the mode: the service manager guards the folder, and its access lists show as
      // group bits.
      auto value = read_secret(path);
      if (!value) return std::move(value).failure();
      return found_secret{std::move(*value), "systemd credential", path.string()};
    }
  }
  for (const auto name : places.file_variables)
    if (const auto path = variable(name); !path.empty()) return from_file(name, path);
  if (reference != "off") return from_reference(places.credential, reference);
  for (const auto name : places.variables)
    if (auto value = variable(name); !value.empty())
      return found_secret{secret{std::move(value)}, "environment", std::string{name}};
  return {ec::not_found, "no credentials: set " + std::string{places.variables[0]} + " or " +
                             std::string{places.file_variables[0]} +
                             "; for a run without an account set mode = \"sim\""};
}

bool is_placeholder(std::string_view value) {
  std::string lower{value};
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  });
  for (const std::string_view word : {"your", "xxxx", "changeme", "replace", "placeholder"})
    if (lower.find(word) != std::string::npos) return true;
  return false;
}

result<void> check_form(const found_secret& found) {
  const auto value = found.value.reveal();
  const bool plain = std::all_of(value.begin(), value.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '/' ||
           c == '+' || c == '=' || c == '-' || c == '_';
  });
  if (value.size() < secret_bytes_min || !plain || is_placeholder(value))
    return {ec::invalid_argument,
            found.place + ": the credential is empty, a placeholder or malformed"};
  return {};
}

/// "paper-api.alpaca.markets" of "https://paper-api.alpaca.markets/v2".
std::string_view host_of(std::string_view url) {
  if (const auto scheme = url.find("://"); scheme != std::string_view::npos)
    url.remove_prefix(scheme + 3);
  return url.substr(0, url.find_first_of("/:"));
}

}  // namespace

result<broker_credentials> resolve_credentials(const node_config& config) {
  return resolve_credentials(config.mode, config.mode == environment::live
                                              ? config.live.live_keys
                                              : config.live.paper_keys);
}

result<broker_credentials> resolve_credentials(environment mode,
                                               const credential_references& references) {
  if (mode == environment::sim)
    return broker_credentials{"SIMULATION", secret{"simulation"}, "simulation"};
  auto key = find_secret(key_id_places, references.key_id);
  if (!key) return std::move(key).failure();
  auto value = find_secret(secret_key_places, references.secret_key);
  if (!value) return std::move(value).failure();
  if (auto good = check_form(*key); !good) return std::move(good).failure();
  if (auto good = check_form(*value); !good) return std::move(good).failure();
  return broker_credentials{std::string{key->value.reveal()}, std::move(value->value),
                            value->origin};
}

live_facts live_facts_of(const node_config& config) {
  live_facts out;
  out.mode = to_string(config.mode);
  out.trading_mode = variable("TRADING_MODE");
  out.live_enabled = variable("LIVE_TRADING_ENABLED");
  for (const std::string_view name : {"ALPACA_BASE_URL", "APCA_API_BASE_URL"})
    if (const auto url = variable(name); !url.empty() && host_of(url) != live_host)
      out.named_host = host_of(url);
  out.accounts = config.live.accounts;
  return out;
}

result<void> check_environment(environment mode) {
  node_config words;
  words.mode = mode;
  if (const auto good = check_live_words(live_facts_of(words)); !good) return good;
  if (mode == environment::sim) return {};
  const bool live = mode == environment::live;
  const std::string configured = live ? "live" : "paper";
  if (const auto named = variable("TRADING_MODE"); !named.empty() && named != configured)
    return {ec::halted, "TRADING_MODE is not \"" + configured +
                            "\", but mode in node.toml is; make them agree or unset the variable"};
  const std::string_view host = live ? "api.alpaca.markets" : "paper-api.alpaca.markets";
  for (const std::string_view name : {"ALPACA_BASE_URL", "APCA_API_BASE_URL"})
    if (const auto url = variable(name); !url.empty() && host_of(url) != host)
      return {ec::halted, std::string{name} + " names another host than " + std::string{host} +
                              ", which mode = \"" + configured +
                              "\" means; make them agree or unset the variable"};
  return {};
}

}  // namespace bw
