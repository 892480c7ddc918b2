#include <CLI/CLI.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <iostream>

#include "app/cli.hpp"
#include "config/config_loader.hpp"
#include "core/json_writer.hpp"

namespace bw {
namespace {

constexpr const char* risk_notice =
    "Trading can lose money, and software can be wrong. Bellwether comes without any warranty and\n"
    "gives no advice. Try it on the embedded venue and on paper first; what it does with a live\n"
    "account is your own responsibility.\n";

struct starter_file {
  const char* name;
  std::string_view text;
  /// .env.example becomes a file with credentials when it is copied, and copies keep the mode.
  mode_t mode;
};

std::vector<starter_file> starter_files() {
  return {{"node.toml", sample_node_toml(), 0644},
          {"strategies.toml", sample_strategies_toml(), 0644},
          {".env.example", sample_environment(), 0600}};
}

/// Never touches a file that exists.
result<void> write_new(const std::filesystem::path& path, const starter_file& file) {
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, file.mode);
  if (descriptor < 0) return {ec::io_failed, path.string() + ": " + std::strerror(errno)};
  std::string_view left = file.text;
  while (!left.empty()) {
    const auto written = ::write(descriptor, left.data(), left.size());
    if (written <= 0) break;
    left.remove_prefix(static_cast<std::size_t>(written));
  }
  const bool closed = ::close(descriptor) == 0;
  if (!left.empty() || !closed)
    return {ec::io_failed, path.string() + ": cannot be written; is the disk full?"};
  return {};
}

void print_result(const common_flags& flags, const std::filesystem::path& folder) {
  const auto config = (folder / "node.toml").lexically_normal().string();
  const std::vector<std::string> next = {
      "bellwether config validate --config " + config, "bellwether venue &",
      "bellwether check --config " + config, "bellwether run --config " + config};
  if (!flags.quiet) std::cerr << risk_notice << '\n';
  if (flags.json) {
    json_writer out;
    out.begin_object();
    out.member("schema_version", 1);
    out.member("folder", folder.string());
    out.key("written").begin_array();
    for (const auto& file : starter_files()) out.value(file.name);
    out.end_array();
    out.key("next").begin_array();
    for (const auto& line : next) out.value(line);
    out.end_array();
    out.end_object();
    std::cout << out.take() << '\n';
    return;
  }
  std::cout << "Wrote";
  for (const auto& file : starter_files())
    std::cout << ' ' << (folder / file.name).lexically_normal().string();
  std::cout << "\n\nNext, on the embedded venue, without an account:\n";
  for (const auto& line : next) std::cout << "  " << line << '\n';
}

int init_folder(const common_flags& flags, const std::filesystem::path& folder) {
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (failed) return fail(flags, {exit_code::usage, folder.string() + ": " + failed.message(), ""});
  for (const auto& file : starter_files())
    if (std::filesystem::exists(std::filesystem::symlink_status(folder / file.name, failed)))
      return fail(flags, {exit_code::usage,
                          (folder / file.name).lexically_normal().string() +
                              " exists already; nothing was written",
                          "name another folder: bellwether init DIR"});
  for (const auto& file : starter_files())
    if (const auto written = write_new(folder / file.name, file); !written)
      return fail(flags, {exit_code::usage, written.failure().context, ""});
  print_result(flags, folder);
  return static_cast<int>(exit_code::ok);
}

}  // namespace

void add_init(CLI::App& program, common_flags& flags, chosen_command& chosen) {
  auto* command =
      program.add_subcommand("init", "Write a commented configuration that runs as it is");
  command->footer("Example:  bellwether init my-node\nFiles that exist are never overwritten.");
  auto folder = std::make_shared<std::string>(".");
  command->add_option("DIR", *folder, "Folder to write into; made when it is missing")
      ->capture_default_str();
  command->callback([&chosen, &flags, folder] {
    chosen = [&flags, folder] { return init_folder(flags, *folder); };
  });
}

}  // namespace bw
