#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "analytics/run_comparison.hpp"

namespace bw {
namespace {

/// A report of any honest run is far smaller.
constexpr std::uintmax_t file_bytes_max = 1'000'000'000;

result<std::string> text_of(const std::filesystem::path& path) {
  std::error_code failed;
  const auto size = std::filesystem::file_size(path, failed);
  if (failed)
    return {ec::not_found, path.string() +
                               ": there is no report; name the --out folder "
                               "of a backtest"};
  if (size > file_bytes_max) return {ec::out_of_range, path.string() + ": is larger than 1 GB"};
  std::ostringstream out;
  std::ifstream in{path, std::ios::binary};
  out << in.rdbuf();
  if (!in) return {ec::io_failed, path.string() + ": cannot be read"};
  return out.str();
}

/// Fields of one line; quotes as RFC 4180 has them, without line breaks inside.
std::vector<std::string> fields_of(const std::string& line) {
  std::vector<std::string> out(1);
  bool quoted = false;
  for (std::size_t k = 0; k < line.size(); ++k) {
    if (quoted && line[k] == '"' && k + 1 < line.size() && line[k + 1] == '"') {
      out.back() += line[++k];
    } else if (line[k] == '"') {
      quoted = !quoted;
    } else if (line[k] == ',' && !quoted) {
      out.emplace_back();
    } else {
      out.back() += line[k];
    }
  }
  return out;
}

/// Reads trades.csv by the names of its columns.
class trade_table {
 public:
  explicit trade_table(std::string text, std::string path)
      : in_(std::move(text)), path_(std::move(path)) {}

  result<std::vector<closed_trade>> read() {
    std::string line;
    std::getline(in_, line);
    columns_ = fields_of(line);
    std::vector<closed_trade> out;
    for (number_ = 2; std::getline(in_, line); ++number_) {
      fields_ = fields_of(line);
      if (fields_.size() != columns_.size()) return wrong("has another number of fields");
      auto trade = read_trade();
      if (!trade) return std::move(trade).failure();
      out.push_back(*trade);
    }
    return out;
  }

 private:
  error wrong(const std::string& what) const {
    return {ec::parse_failed, path_ + ":" + std::to_string(number_) + ": " + what};
  }

  std::string field(std::string_view name) const {
    for (std::size_t k = 0; k < columns_.size(); ++k)
      if (columns_[k] == name) return fields_[k];
    return "";
  }

  result<closed_trade> read_trade() const {
    closed_trade out;
    const auto opened = parse_rfc3339(field("opened_at"));
    const auto closed = parse_rfc3339(field("closed_at"));
    const auto qty = quantity::parse(field("qty"));
    const auto entry = price::parse(field("entry"));
    const auto exit = price::parse(field("exit"));
    const auto value = money::parse(field("entry_value"));
    const auto gross = money::parse(field("gross"));
    const auto fees = money::parse(field("fees"));
    const auto slippage = money::parse(field("slippage"));
    if (!opened || !closed || !qty || !entry || !exit || !value || !gross || !fees || !slippage)
      return wrong("is no trade");
    for (const auto* amount : {&*value, &*gross, &*fees, &*slippage})
      if (abs(*amount) > money::from_int(4'000'000'000)) return wrong("is worth more than 4e9");
    const auto symbol = field("symbol");
    const auto side_name = field("side");
    if (!symbol_name::fits(symbol) || (side_name != "long" && side_name != "short"))
      return wrong("is no trade");
    out.opened_at = *opened;
    out.closed_at = *closed;
    out.strategy = bw::cut<short_name>(field("strategy"));
    out.symbol = symbol_name{symbol};
    out.entry_side = side_name == "long" ? side::buy : side::sell;
    out.qty = *qty;
    out.entry_average = *entry;
    out.exit_average = *exit;
    out.entry_value = *value;
    out.gross = *gross;
    out.fees = *fees;
    out.slippage = *slippage;
    out.entry_reason = bw::cut<short_name>(field("entry_reason"));
    out.exit_reason = bw::cut<short_name>(field("exit_reason"));
    // Reports of earlier versions do not say it.
    for (std::uint8_t each = 1; each <= market_regime_count; ++each)
      if (field("regime") == to_string(market_regime{each})) out.regime = market_regime{each};
    return out;
  }

  std::istringstream in_;
  std::string path_;
  std::vector<std::string> columns_;
  std::vector<std::string> fields_;
  std::size_t number_ = 1;
};

result<trade_type> type_of(const std::string& name) {
  for (const auto each : {trade_type::simulated, trade_type::paper, trade_type::live})
    if (name == to_string(each)) return each;
  return {ec::parse_failed, "'" + name + "' is no kind of run"};
}

result<run_result> run_of(const nlohmann::json& report, const session_calendar& calendar) {
  run_result out;
  const auto& run = report.at("run");
  out.name = run.at("name").get<std::string>();
  const auto type = type_of(run.at("type").get<std::string>());
  const auto equity = money::parse(run.at("starting_equity").get<std::string>());
  const auto start = parse_rfc3339(run.at("start").get<std::string>());
  if (!type) return type.failure();
  if (!equity) return equity.failure();
  if (!start) return start.failure();
  out.type = *type;
  out.starting_equity = *equity;
  out.start = *start;
  out.benchmark = run.at("benchmark").get<std::string>();
  out.trials = run.at("trials").get<std::uint64_t>();
  if (const auto& variance = run.at("trial_sharpe_variance"); variance.is_number())
    out.trial_sharpe_variance = variance.get<double>();
  double level = 100;
  for (const auto& day : report.at("daily")) {
    const auto date = parse_date(day.at("date").get<std::string>());
    const auto close = money::parse(day.at("equity").get<std::string>());
    if (!date) return date.failure();
    if (!close) return close.failure();
    const auto session = calendar.session_on(*date);
    const auto at =
        session ? session->close : calendar.utc_from_new_york(*date, std::chrono::hours{16});
    out.equity.push_back({at, *close, {}, {}});
    if (!day.at("benchmark").is_number()) continue;
    if (out.benchmark_curve.empty())
      out.benchmark_curve.push_back({utc_ns{at.value - 1}, price::from_int(100)});
    level *= 1 + day.at("benchmark").get<double>();
    if (const auto shown = price_from_indicator(level)) out.benchmark_curve.push_back({at, *shown});
  }
  out.end = out.equity.empty() ? out.start : out.equity.back().at;
  return out;
}

}  // namespace

result<run_result> read_run(const std::filesystem::path& folder, const session_calendar& calendar) {
  const auto path = folder / "report.json";
  auto text = text_of(path);
  if (!text) return std::move(text).failure();
  const auto report = nlohmann::json::parse(*text, nullptr, false);
  result<run_result> run{ec::parse_failed, "is no report"};
  try {
    run = run_of(report, calendar);
  } catch (const nlohmann::json::exception& failure) {
    run = error{ec::parse_failed, std::string{"is no report: "} + failure.what()};
  }
  if (!run) return error{ec::parse_failed, path.string() + ": " + run.failure().context};
  const auto table_path = folder / "trades.csv";
  auto table = text_of(table_path);
  if (!table) return std::move(table).failure();
  auto trades = trade_table{std::move(*table), table_path.string()}.read();
  if (!trades) return std::move(trades).failure();
  run->trades = std::move(*trades);
  return run;
}

}  // namespace bw
