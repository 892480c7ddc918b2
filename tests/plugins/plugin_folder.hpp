#pragma once

#include <dlfcn.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "config/config_loader.hpp"
#include "config/plugin_catalog.hpp"
#include "tests/support/program.hpp"

namespace bw::tests {

/// Where the build put the plugins of the tests (BW_TEST_PLUGINS).
inline std::filesystem::path built_plugins() {
  const char* path = std::getenv("BW_TEST_PLUGINS");
  return std::filesystem::absolute(path ? path : "build/release/tests/plugins");
}

/// A plugin folder of its own for one test.
class plugin_folder {
 public:
  plugin_folder() { std::filesystem::create_directory(path()); }
  std::filesystem::path path() const { return folder_.path() / "plugins"; }
  const scratch_folder& above() const { return folder_; }

  std::filesystem::path add(const std::string& module, const std::string& as = {}) const {
    const auto to = path() / ((as.empty() ? module : as) + ".so");
    std::filesystem::copy_file(built_plugins() / (module + ".so"), to,
                               std::filesystem::copy_options::overwrite_existing);
    std::filesystem::permissions(to, std::filesystem::perms{0755});
    return to;
  }
  std::shared_ptr<plugin_catalog> discover(environment mode = environment::sim,
                                           const std::string& allow = "any") const {
    plugin_options options;
    options.folder = path();
    options.allow = allow;
    return discover_plugins(options, mode, built_in_strategies());
  }

 private:
  scratch_folder folder_;
};

/// Counters of the module `faulty`, which is loaded.
inline int counter_of(const std::filesystem::path& file, const char* name) {
  void* handle = dlopen(file.c_str(), RTLD_NOW | RTLD_NOLOAD);
  if (handle == nullptr) return -1;
  const auto read = reinterpret_cast<int (*)()>(dlsym(handle, name));
  const int out = read == nullptr ? -1 : read();
  dlclose(handle);
  return out;
}

}  // namespace bw::tests
