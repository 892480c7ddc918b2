#include "backtest/data_files.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

#include "storage/event_json.hpp"
#include "storage/sha256.hpp"
#include "venue/recorded_tape.hpp"

namespace bw {
namespace {

namespace fs = std::filesystem;

/// Bytes of a file that are hashed at a time.
constexpr std::size_t block_bytes = 1 << 20;

bool looks_like_recording(const fs::path& path) {
  const auto name = path.filename().string();
  return (name.ends_with(".csv") || name.ends_with(".csv.gz")) &&
         name.find('_') != std::string::npos;
}

std::string_view bytes_of(const digest& of) {
  return {reinterpret_cast<const char*>(of.data()), of.size()};
}

/// Each block is chained to what came before it, so that no file has to fit into memory.
result<void> hash_file(const fs::path& file, sha256& maker, digest& chain, std::uint64_t& bytes) {
  std::ifstream in{file, std::ios::binary};
  if (!in) return {ec::io_failed, file.string() + ": cannot be read"};
  chain = maker.of({bytes_of(chain), file.filename().string()});
  std::string block(block_bytes, '\0');
  for (;;) {
    in.read(block.data(), static_cast<std::streamsize>(block.size()));
    const auto size = static_cast<std::size_t>(in.gcount());
    if (size == 0) return {};
    bytes += size;
    chain = maker.of({bytes_of(chain), std::string_view{block}.substr(0, size)});
  }
}

/// Files named stay as they are; a folder's are looked through.
result<std::vector<fs::path>> candidates(const std::vector<fs::path>& paths) {
  std::vector<fs::path> out;
  for (const auto& path : paths) {
    std::error_code problem;
    if (!fs::exists(path, problem))
      return {ec::not_found, path.string() + ": there is no such file or folder"};
    if (!fs::is_directory(path, problem)) {
      if (auto known = venue::identify(path); !known) return std::move(known).failure();
      out.push_back(path);
      continue;
    }
    for (fs::recursive_directory_iterator at{path, problem}, end; !problem && at != end;
         at.increment(problem))
      if (at->is_regular_file(problem) && looks_like_recording(at->path()) &&
          venue::identify(at->path()))
        out.push_back(at->path());
    if (problem) return {ec::io_failed, path.string() + ": " + problem.message()};
  }
  return out;
}

}  // namespace

result<data_files> find_data_files(const std::vector<fs::path>& paths,
                                   const std::vector<std::string>& symbols) {
  auto found = candidates(paths);
  if (!found) return std::move(found).failure();
  std::sort(found->begin(), found->end(), [](const auto& a, const auto& b) {
    return std::pair{a.filename(), a} < std::pair{b.filename(), b};
  });
  found->erase(std::unique(found->begin(), found->end()), found->end());
  data_files out;
  sha256 maker;
  digest chain{};
  for (const auto& file : *found) {
    const auto name = file.filename().string();
    const auto symbol = name.substr(0, name.find('_'));
    if (!symbols.empty() && std::find(symbols.begin(), symbols.end(), symbol) == symbols.end())
      continue;
    if (auto hashed = hash_file(file, maker, chain, out.bytes); !hashed)
      return std::move(hashed).failure();
    out.files.push_back(file);
    out.symbols.push_back(symbol);
  }
  if (out.files.empty())
    return {ec::not_found, "no recording of a watched symbol was found in " +
                               (paths.empty() ? std::string{"nothing"} : paths.front().string()) +
                               "; recordings are named like SPY_2026.csv.gz"};
  std::sort(out.symbols.begin(), out.symbols.end());
  out.symbols.erase(std::unique(out.symbols.begin(), out.symbols.end()), out.symbols.end());
  out.hash = hex_text(chain);
  return out;
}

}  // namespace bw
