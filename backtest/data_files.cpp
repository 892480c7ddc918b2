#include "backtest/data_files.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>

#include "storage/event_json.hpp"
#include "storage/sha256.hpp"
#include "venue/recorded_tape.hpp"

namespace bw {
namespace {

namespace fs = std::filesystem;

/// Bytes of a file that are hashed at a time.
constexpr std::size_t block_bytes = 1 << 20;

bool is_table(const fs::path& path) {
  const auto name = path.filename().string();
  return name.ends_with(".csv") || name.ends_with(".csv.gz");
}

struct candidate {
  fs::path path;
  std::optional<coarse_file> coarse;
};

std::string symbol_of(const candidate& x) {
  if (x.coarse) return x.coarse->symbol;
  const auto name = x.path.filename().string();
  return name.substr(0, name.find('_'));
}

/// Of a symbol the finest recordings alone are taken: bars of a day beside its minutes say nothing
/// new.
void keep_finest(std::vector<candidate>& all) {
  const auto grain = [](const candidate& x) {
    return !x.coarse ? 0 : static_cast<int>(x.coarse->span);
  };
  std::map<std::string, int> finest;
  for (const auto& each : all) {
    const auto known = finest.try_emplace(symbol_of(each), grain(each)).first;
    known->second = std::min(known->second, grain(each));
  }
  std::erase_if(all, [&](const candidate& x) { return grain(x) > finest[symbol_of(x)]; });
}

/// Empty when the file is no recording.
std::optional<candidate> candidate_at(const fs::path& path) {
  if (auto coarse = identify_coarse(path)) return candidate{path, std::move(coarse)};
  if (path.filename().string().find('_') != std::string::npos && venue::identify(path))
    return candidate{path, std::nullopt};
  return std::nullopt;
}

std::string_view bytes_of(const digest& of) {
  return {reinterpret_cast<const char*>(of.data()), of.size()};
}

/// The hashes that are made while the files are read once, block by block: each block is chained to
/// what came before it, and every file has a hash of its own.
struct file_hashes {
  sha256 chain_maker;
  sha256 file_maker;
  digest chain{};
};

result<void> hash_file(const fs::path& file, file_hashes& hashes, used_file& out) {
  std::ifstream in{file, std::ios::binary};
  if (!in) return {ec::io_failed, file.string() + ": cannot be read"};
  auto& chain = hashes.chain;
  out.name = file.filename().string();
  chain = hashes.chain_maker.of({bytes_of(chain), out.name});
  hashes.file_maker.begin();
  std::string block(block_bytes, '\0');
  for (;;) {
    in.read(block.data(), static_cast<std::streamsize>(block.size()));
    const auto size = static_cast<std::size_t>(in.gcount());
    if (size == 0) break;
    out.bytes += size;
    const auto read = std::string_view{block}.substr(0, size);
    chain = hashes.chain_maker.of({bytes_of(chain), read});
    hashes.file_maker.add(read);
  }
  out.sha256 = hex_text(hashes.file_maker.end());
  return {};
}

/// Files named stay as they are; a folder's are looked through.
result<std::vector<candidate>> candidates(const std::vector<fs::path>& paths) {
  std::vector<candidate> out;
  for (const auto& path : paths) {
    std::error_code problem;
    if (!fs::exists(path, problem))
      return {ec::not_found, path.string() + ": there is no such file or folder"};
    if (!fs::is_directory(path, problem)) {
      auto found = candidate_at(path);
      if (!found) {
        auto known = venue::identify(path);
        if (!known) return std::move(known).failure();
        found = candidate{path, std::nullopt};
      }
      out.push_back(std::move(*found));
      continue;
    }
    for (fs::recursive_directory_iterator at{path, problem}, end; !problem && at != end;
         at.increment(problem))
      if (at->is_regular_file(problem) && is_table(at->path()))
        if (auto found = candidate_at(at->path())) out.push_back(std::move(*found));
    if (problem) return {ec::io_failed, path.string() + ": " + problem.message()};
  }
  return out;
}

}  // namespace

result<data_files> find_data_files(const std::vector<fs::path>& paths,
                                   const std::vector<std::string>& symbols) {
  auto found = candidates(paths);
  if (!found) return std::move(found).failure();
  std::sort(found->begin(), found->end(), [](const candidate& a, const candidate& b) {
    return std::pair{a.path.filename(), a.path} < std::pair{b.path.filename(), b.path};
  });
  const auto same = [](const candidate& a, const candidate& b) { return a.path == b.path; };
  found->erase(std::unique(found->begin(), found->end(), same), found->end());
  keep_finest(*found);
  data_files out;
  file_hashes hashes;
  for (const auto& each : *found) {
    const auto& [file, coarse] = each;
    const auto symbol = symbol_of(each);
    if (!symbols.empty() && std::find(symbols.begin(), symbols.end(), symbol) == symbols.end())
      continue;
    used_file used;
    if (auto hashed = hash_file(file, hashes, used); !hashed) return std::move(hashed).failure();
    out.bytes += used.bytes;
    out.used.push_back(std::move(used));
    out.files.push_back(file);
    if (coarse) out.coarse.push_back(*coarse);
    out.symbols.push_back(symbol);
  }
  if (out.files.empty())
    return {ec::not_found, "no recording of a watched symbol was found in " +
                               (paths.empty() ? std::string{"nothing"} : paths.front().string()) +
                               "; recordings are named like SPY_2026.csv.gz"};
  std::sort(out.symbols.begin(), out.symbols.end());
  out.symbols.erase(std::unique(out.symbols.begin(), out.symbols.end()), out.symbols.end());
  out.hash = hex_text(hashes.chain);
  return out;
}

}  // namespace bw
