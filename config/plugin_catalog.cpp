#include "config/plugin_catalog.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "analytics/run_result.hpp"
#include "storage/event_json.hpp"
#include "storage/sha256.hpp"
#include "strategies/plugin_loader.hpp"

namespace bw {

namespace {

namespace fs = std::filesystem;

/// A library that is larger is no plugin.
constexpr std::size_t file_bytes_max = 64u << 20;

std::string octal(unsigned mode) {
  std::string out;
  for (; mode != 0; mode /= 8) out.insert(out.begin(), static_cast<char>('0' + mode % 8));
  return out;
}

/// Nobody but root and the node's own user decides what code runs in the node.
result<void> check_owner(const fs::path& path, std::string_view what) {
  struct stat facts {};
  if (::stat(path.c_str(), &facts) != 0)
    return {ec::io_failed, std::string{what} + " cannot be looked at"};
  if ((facts.st_mode & S_IWOTH) != 0)
    return {ec::invalid_argument, std::string{what} + " may be written by anybody (mode " +
                                      octal(facts.st_mode & 07777u) + "): chmod o-w " +
                                      path.string()};
  if (facts.st_uid != 0 && facts.st_uid != ::geteuid())
    return {ec::invalid_argument, std::string{what} + " belongs to user " +
                                      std::to_string(facts.st_uid) +
                                      ", neither root nor the one this runs as"};
  return {};
}

result<digest> hash_of_file(const fs::path& file) {
  std::ifstream in{file, std::ios::binary};
  if (!in) return {ec::io_failed, "it cannot be read"};
  std::string bytes(1u << 16, '\0');
  std::string all;
  while (in.read(bytes.data(), static_cast<std::streamsize>(bytes.size())) || in.gcount() > 0) {
    all.append(bytes.data(), static_cast<std::size_t>(in.gcount()));
    if (all.size() > file_bytes_max) return {ec::out_of_range, "it is larger than 64 MiB"};
  }
  return sha256{}.of({all});
}

bool is_allowed(const std::string& allow, const std::string& hash) {
  return allow == "any" || allow.find(hash) != std::string::npos;
}

class discovery {
 public:
  discovery(const plugin_options& options, environment mode, plugin_catalog& out)
      : options_(options), mode_(mode), out_(out) {}

  result<void> load(plugin_finding& found) {
    if (auto fits = check_owner(found.file, "it"); !fits) return fits;
    auto hash = hash_of_file(found.file);
    if (!hash) return std::move(hash).failure();
    found.content = *hash;
    const auto text = hex_text(*hash);
    if (mode_ == environment::live && options_.allow == "any")
      return {ec::invalid_argument,
              "live trading loads only plugins on the list: plugins.allow = \"" + text + "\""};
    if (!is_allowed(options_.allow, text))
      return {ec::invalid_argument, "its SHA-256 " + text + " is not in plugins.allow"};
    auto library = plugin_library::load(fs::absolute(found.file));
    if (!library) return std::move(library).failure();
    const auto& table = (*library)->table();
    found.name = table.name;
    found.version = table.version;
    found.build_id = table.build_id;
    found.abi = abi_text(table.abi);
    for (const auto& each : table.strategies) found.strategies.push_back(each.metadata.id);
    // All of its strategies or none: half a plugin would be a surprise.
    auto with = out_.registry;
    for (auto& type : strategy_types_of(*library, out_.watch))
      if (auto added = with.add(std::move(type)); !added) return added;
    out_.registry = std::move(with);
    return {};
  }

 private:
  const plugin_options& options_;
  environment mode_;
  plugin_catalog& out_;
};

}  // namespace

std::shared_ptr<plugin_catalog> discover_plugins(const plugin_options& options, environment mode,
                                                 const strategy_registry& built_in) {
  auto out = std::make_shared<plugin_catalog>();
  out->registry = built_in;
  out->watch->call_budget = options.call_budget;
  std::error_code failed;
  std::vector<fs::path> files;
  for (fs::directory_iterator at{options.folder, failed}, end; !failed && at != end;
       at.increment(failed))
    if (at->path().extension() == ".so") files.push_back(at->path());
  std::sort(files.begin(), files.end());
  if (files.empty()) return out;

  const auto folder = check_owner(options.folder, "its folder");
  discovery load{options, mode, *out};
  for (const auto& file : files) {
    auto& found = out->findings.emplace_back();
    found.file = file;
    result<void> loaded;
    if (out->findings.size() > plugin_catalog::files_max)
      loaded = {
          ec::out_of_range,
          "there are more than " + std::to_string(plugin_catalog::files_max) + " files before it"};
    else
      loaded = folder ? load.load(found) : folder;
    found.accepted = loaded.ok();
    if (!loaded) found.reason = loaded.failure().context;
  }
  return out;
}

error with_refused_plugins(error why, const plugin_catalog& catalog) {
  for (const auto& each : catalog.findings)
    if (!each.accepted) why.context += "\n" + each.file.string() + ": refused: " + each.reason;
  return why;
}

std::vector<used_plugin> used_plugins(const node_config& config, const plugin_catalog& catalog) {
  std::vector<used_plugin> out;
  for (const auto& each : catalog.findings) {
    const auto is_of_it = [&](const strategy_config& x) {
      return x.enabled && std::find(each.strategies.begin(), each.strategies.end(), x.kind) !=
                              each.strategies.end();
    };
    if (each.accepted && std::any_of(config.strategies.begin(), config.strategies.end(), is_of_it))
      out.push_back({each.file.filename().string(), each.name, each.version, each.abi,
                     hex_text(each.content)});
  }
  return out;
}

std::string hash_of_plugins(const std::vector<used_plugin>& plugins) {
  std::string all;
  for (const auto& each : plugins) all += each.sha256 + "\n";
  return all.empty() ? all : hex_text(sha256{}.of({all}));
}

std::vector<plugin_record> plugin_records(const plugin_catalog& catalog) {
  std::vector<plugin_record> out;
  for (const auto& each : catalog.findings) {
    plugin_record x;
    x.file = each.file.string();
    x.content = each.content;
    x.name = each.name;
    x.version = each.version;
    x.build_id = each.build_id;
    x.step = each.accepted ? plugin_step::loaded : plugin_step::refused;
    x.reason = each.reason;
    out.push_back(std::move(x));
  }
  return out;
}

}  // namespace bw
