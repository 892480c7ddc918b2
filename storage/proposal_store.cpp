#include "storage/proposal_store.hpp"

#include <array>

namespace bw {
namespace {

constexpr std::string_view schema =
    "CREATE TABLE IF NOT EXISTS proposals (id TEXT PRIMARY KEY, author TEXT NOT NULL,"
    " created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, base_hash TEXT NOT NULL,"
    " reason TEXT NOT NULL, objective TEXT NOT NULL, in_sample TEXT NOT NULL,"
    " out_of_sample TEXT NOT NULL, out_of_sample_now TEXT NOT NULL,"
    " deflated_sharpe TEXT NOT NULL, judgement TEXT NOT NULL, trials INTEGER NOT NULL,"
    " trades INTEGER NOT NULL, sessions INTEGER NOT NULL, data_hash TEXT NOT NULL,"
    " folder TEXT NOT NULL, effect_sessions INTEGER NOT NULL, effect_orders INTEGER NOT NULL,"
    " effect_added INTEGER NOT NULL, effect_removed INTEGER NOT NULL,"
    " effect_changed INTEGER NOT NULL, status TEXT NOT NULL, decided_by TEXT NOT NULL,"
    " decided_at INTEGER NOT NULL, note TEXT NOT NULL);"
    "CREATE TABLE IF NOT EXISTS proposal_changes (proposal TEXT NOT NULL, number INTEGER NOT NULL,"
    " key TEXT NOT NULL, before TEXT NOT NULL, after TEXT NOT NULL,"
    " PRIMARY KEY (proposal, number));"
    "CREATE TABLE IF NOT EXISTS rollouts (proposal TEXT PRIMARY KEY, stage TEXT NOT NULL,"
    " sessions INTEGER NOT NULL, signals INTEGER NOT NULL, trades INTEGER NOT NULL,"
    " value INTEGER NOT NULL, result INTEGER NOT NULL, trades_before INTEGER NOT NULL,"
    " value_before INTEGER NOT NULL, result_before INTEGER NOT NULL, last_day TEXT NOT NULL,"
    " cause TEXT NOT NULL, canary_budget INTEGER NOT NULL, changed_at INTEGER NOT NULL,"
    " base_toml TEXT NOT NULL);"
    "CREATE TABLE IF NOT EXISTS recorded (proposal TEXT PRIMARY KEY, state TEXT NOT NULL);";
constexpr std::size_t columns = 26;

constexpr std::array<std::string_view, 3> status_words{"open", "accepted", "rejected"};

result<proposal_status> parse_status(std::string_view text) {
  for (std::size_t k = 0; k < status_words.size(); ++k)
    if (status_words[k] == text) return static_cast<proposal_status>(k + 1);
  return {ec::parse_failed, "proposals.db: there is no status '" + std::string{text} + "'"};
}

proposal read_row(const sql_row& row) {
  std::size_t k = 0;
  const auto text = [&] { return text_of(row[k++]); };
  const auto number = [&] { return number_of(row[k++]); };
  proposal out;
  out.id = text();
  out.author = text();
  out.created_at = utc_ns{number()};
  out.expires_at = utc_ns{number()};
  out.base_hash = text();
  out.reason = text();
  auto& evidence = out.evidence;
  for (auto* each : {&evidence.objective, &evidence.in_sample, &evidence.out_of_sample,
                     &evidence.out_of_sample_now, &evidence.deflated_sharpe, &evidence.judgement})
    *each = text();
  for (auto* each : {&evidence.trials, &evidence.trades, &evidence.sessions}) *each = number();
  evidence.data_hash = text();
  evidence.folder = text();
  auto& effect = out.effect;
  for (auto* each :
       {&effect.sessions, &effect.orders, &effect.added, &effect.removed, &effect.changed})
    *each = number();
  const auto status = parse_status(text());
  if (status) out.status = *status;
  out.decided_by = text();
  out.decided_at = utc_ns{number()};
  out.note = text();
  return out;
}

sql_row row_of(const proposal& x) {
  const auto& e = x.evidence;
  return {x.id,
          x.author,
          x.created_at.value,
          x.expires_at.value,
          x.base_hash,
          x.reason,
          e.objective,
          e.in_sample,
          e.out_of_sample,
          e.out_of_sample_now,
          e.deflated_sharpe,
          e.judgement,
          e.trials,
          e.trades,
          e.sessions,
          e.data_hash,
          e.folder,
          x.effect.sessions,
          x.effect.orders,
          x.effect.added,
          x.effect.removed,
          x.effect.changed,
          std::string{to_string(x.status)},
          x.decided_by,
          x.decided_at.value,
          x.note};
}

result<proposal_rollout> rollout_of(const sql_row& row) {
  std::size_t k = 0;
  const auto number = [&] { return number_of(row[k++]); };
  const auto count = [&] { return static_cast<std::uint32_t>(number()); };
  const auto sum = [&] {
    trade_sum out;
    out.trades = count();
    out.value = money::from_units(number());
    out.result = money::from_units(number());
    return out;
  };
  proposal_rollout out;
  out.proposal = text_of(row[k++]);
  auto stage = parse_rollout_stage(text_of(row[k++]));
  if (!stage) return std::move(stage).failure().within("proposals.db");
  out.state.stage = *stage;
  out.state.sessions = count();
  out.state.signals = count();
  out.state.trades = sum();
  out.state.before = sum();
  auto day = parse_date(text_of(row[k++]));
  if (!day) return std::move(day).failure().within("proposals.db");
  out.state.last_day = *day;
  out.state.cause = text_of(row[k++]);
  out.canary_budget = money::from_units(number());
  out.changed_at = utc_ns{number()};
  out.base_toml = text_of(row[k++]);
  return out;
}

}  // namespace

std::string_view to_string(proposal_status x) noexcept {
  return status_words[static_cast<std::size_t>(x) - 1];
}

result<std::unique_ptr<proposal_store>> proposal_store::open(const std::filesystem::path& path,
                                                             sqlite_access access) {
  std::error_code ignored;
  if (access == sqlite_access::read_only && !std::filesystem::exists(path, ignored))
    return {ec::not_found, path.string() + " does not exist: nobody has proposed anything"};
  auto file = sqlite_file::open(path, access);
  if (!file) return std::move(file).failure();
  if (access == sqlite_access::read_write)
    if (auto made = (*file)->execute(schema); !made) return std::move(made).failure();
  return std::unique_ptr<proposal_store>{new proposal_store{*std::move(file)}};  // NOLINT
}

result<void> proposal_store::add(const proposal& one) {
  if (one.changes.size() > changes_most)
    return {ec::out_of_range,
            "a proposal changes at most " + std::to_string(changes_most) + " keys"};
  if (auto begun = file_->execute("BEGIN IMMEDIATE"); !begun) return begun;
  const auto write = [&]() -> result<void> {
    const auto known = file_->first("SELECT status FROM proposals WHERE id = ?", {one.id});
    if (!known) return known.failure();
    if (!known->empty())
      return {ec::already_exists,
              "proposal " + one.id + " exists already and is " + text_of((*known)[0])};
    const auto open = file_->first("SELECT count(*) FROM proposals WHERE status = 'open'", {});
    if (!open) return open.failure();
    if (number_of((*open)[0]) >= open_most)
      return {ec::queue_full, std::to_string(open_most) + " proposals are open; decide some first"};
    if (auto put = file_->run(
            "INSERT INTO proposals VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
            row_of(one));
        !put)
      return put;
    for (std::size_t k = 0; k < one.changes.size(); ++k) {
      const auto& x = one.changes[k];
      auto put = file_->run("INSERT INTO proposal_changes VALUES (?,?,?,?,?)",
                            {one.id, static_cast<std::int64_t>(k), x.key, x.before, x.after});
      if (!put) return put;
    }
    return {};
  };
  auto done = write();
  auto ended = file_->execute(done ? "COMMIT" : "ROLLBACK");
  if (!done) return done;
  return ended;
}

result<std::vector<proposal>> proposal_store::list() const {
  std::vector<proposal> out;
  auto read = file_->query("SELECT * FROM proposals ORDER BY created_at DESC, id", {},
                           [&](const sql_row& row) {
                             if (row.size() == columns) out.push_back(read_row(row));
                             return row.size() == columns;
                           });
  if (!read) return std::move(read).failure();
  for (auto& each : out) {
    auto changes = file_->query(
        "SELECT key, before, after FROM proposal_changes WHERE proposal = ? ORDER BY number",
        {each.id}, [&](const sql_row& row) {
          each.changes.push_back({text_of(row[0]), text_of(row[1]), text_of(row[2])});
          return true;
        });
    if (!changes) return std::move(changes).failure();
  }
  return out;
}

result<proposal> proposal_store::find(std::string_view id) const {
  auto all = list();
  if (!all) return std::move(all).failure();
  for (auto& each : *all)
    if (each.id == id) return std::move(each);
  return {ec::not_found, "there is no proposal '" + std::string{id.substr(0, 60)} +
                             "'; `bellwether proposals list` names them"};
}

result<void> proposal_store::decide(std::string_view id, proposal_status status,
                                    const std::string& by, utc_ns at, const std::string& note) {
  const auto decided = file_->first(
      "UPDATE proposals SET status = ?, decided_by = ?, decided_at = ?, note = ?"
      " WHERE id = ? AND status = 'open' RETURNING id",
      {std::string{to_string(status)}, by, at.value, note, std::string{id}});
  if (!decided) return decided.failure();
  if (!decided->empty()) return {};
  const auto known = find(id);
  if (!known) return known.failure();
  return {ec::illegal_transition, "proposal " + known->id + " was " +
                                      std::string{to_string(known->status)} + " by " +
                                      known->decided_by + " before"};
}

result<std::vector<proposal_rollout>> proposal_store::rollouts() const {
  std::vector<proposal_rollout> out;
  // A file of before there were any, opened to be read only, has no table for them.
  const auto table = file_->first("SELECT name FROM sqlite_master WHERE name = 'rollouts'", {});
  if (!table) return table.failure();
  if (table->empty()) return out;
  std::optional<error> wrong;
  auto read = file_->query("SELECT * FROM rollouts ORDER BY proposal", {}, [&](const sql_row& row) {
    auto one = rollout_of(row);
    if (one)
      out.push_back(*std::move(one));
    else
      wrong = one.failure();
    return !wrong;
  });
  if (!read) return std::move(read).failure();
  if (wrong) return *wrong;
  return out;
}

result<void> proposal_store::put(const proposal_rollout& one) {
  const auto& x = one.state;
  const auto number = [](std::uint32_t n) { return static_cast<std::int64_t>(n); };
  return file_->run("INSERT OR REPLACE INTO rollouts VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
                    {one.proposal, std::string{to_string(x.stage)}, number(x.sessions),
                     number(x.signals), number(x.trades.trades), x.trades.value.units(),
                     x.trades.result.units(), number(x.before.trades), x.before.value.units(),
                     x.before.result.units(), format_date(x.last_day), x.cause,
                     one.canary_budget.units(), one.changed_at.value, one.base_toml});
}

}  // namespace bw
