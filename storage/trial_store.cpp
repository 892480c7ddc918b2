#include "storage/trial_store.hpp"

namespace bw {
namespace {

constexpr std::string_view schema =
    "CREATE TABLE IF NOT EXISTS search (name TEXT PRIMARY KEY, value TEXT NOT NULL);"
    "CREATE TABLE IF NOT EXISTS trials (id INTEGER PRIMARY KEY, parameters TEXT NOT NULL,"
    " objective_in TEXT NOT NULL, objective_out TEXT NOT NULL, trades_in INTEGER NOT NULL,"
    " trades_out INTEGER NOT NULL, figures TEXT NOT NULL, seed TEXT NOT NULL,"
    " data_hash TEXT NOT NULL, config_hash TEXT NOT NULL, trace TEXT NOT NULL,"
    " sessions TEXT NOT NULL);";
constexpr std::size_t columns = 12;

}  // namespace

result<std::unique_ptr<trial_store>> trial_store::open(const std::filesystem::path& path,
                                                       const std::string& identity, bool resume) {
  auto file = sqlite_file::open(path, sqlite_access::read_write);
  if (!file) return std::move(file).failure();
  if (auto made = (*file)->execute(schema); !made) return std::move(made).failure();
  auto out = std::unique_ptr<trial_store>{new trial_store{*std::move(file)}};  // NOLINT
  const auto known = out->file_->first("SELECT value FROM search WHERE name = 'identity'", {});
  if (!known) return known.failure();
  if (known->empty()) {
    auto noted = out->file_->run("INSERT INTO search VALUES ('identity', ?)", {identity});
    if (!noted) return std::move(noted).failure();
    return out;
  }
  if (!resume)
    return {ec::already_exists,
            path.string() +
                " holds a search already: --resume goes on with it, or choose another "
                "--out"};
  if (text_of((*known)[0]) != identity)
    return {ec::integrity_broken,
            path.string() +
                " holds another search: configuration, data, ranges or options have "
                "changed since; choose another --out"};
  const auto count = out->file_->first("SELECT count(*) FROM trials", {});
  if (!count) return count.failure();
  out->next_ = number_of((*count)[0]);
  return out;
}

result<void> trial_store::append(const stored_trial& x) {
  if (x.id != next_)
    return {ec::invalid_argument,
            "trial " + std::to_string(x.id) + " does not follow " + std::to_string(next_ - 1)};
  auto done =
      file_->run("INSERT INTO trials VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
                 {x.id, x.parameters, x.objective_in, x.objective_out, x.trades_in, x.trades_out,
                  x.figures, x.seed, x.data_hash, x.config_hash, x.trace, x.sessions});
  if (done) ++next_;
  return done;
}

result<std::vector<stored_trial>> trial_store::load() const {
  std::vector<stored_trial> out;
  auto read = file_->query("SELECT * FROM trials ORDER BY id", {}, [&](const sql_row& row) {
    if (row.size() != columns) return false;
    out.push_back({number_of(row[0]), text_of(row[1]), text_of(row[2]), text_of(row[3]),
                   number_of(row[4]), number_of(row[5]), text_of(row[6]), text_of(row[7]),
                   text_of(row[8]), text_of(row[9]), text_of(row[10]), text_of(row[11])});
    return true;
  });
  if (!read) return std::move(read).failure();
  for (std::size_t k = 0; k < out.size(); ++k)
    if (out[k].id != static_cast<std::int64_t>(k))
      return {ec::integrity_broken, "trial " + std::to_string(k) + " is missing from trials.db"};
  if (out.size() != static_cast<std::size_t>(next_))
    return {ec::integrity_broken, "trials.db has " + std::to_string(out.size()) +
                                      " readable trials instead of " + std::to_string(next_)};
  return out;
}

}  // namespace bw
