#include "backtest/checks.hpp"

#include <algorithm>

#include "backtest/trace_hash.hpp"
#include "core/prng.hpp"
#include "storage/audit_codec.hpp"
#include "storage/event_json.hpp"

namespace bw {
namespace {

constexpr std::uint32_t history_steps[] = {1, 2, 3, 5, 8, 13, 21, 30};
/// Records kept to tell which one differs.
constexpr std::size_t records_max = 200'000;

class shortened_market final : public venue::market_source {
 public:
  shortened_market(std::unique_ptr<venue::market_source> whole, utc_ns end)
      : whole_(std::move(whole)), end_(end) {}

  const std::vector<venue::listed_symbol>& symbols() const override { return whole_->symbols(); }
  utc_ns start_time() const override { return whole_->start_time(); }
  std::optional<error> failure() const override { return whole_->failure(); }
  std::optional<utc_ns> next_time() const override {
    const auto next = whole_->next_time();
    return next && *next <= end_ ? next : std::nullopt;
  }
  void advance(utc_ns now, std::size_t limit, std::vector<market_event>& out) override {
    whole_->advance(std::min(now, end_), limit, out);
  }
  std::vector<bar> minute_bars(symbol_id symbol, utc_ns from, utc_ns to,
                               utc_ns now) const override {
    return whole_->minute_bars(symbol, from, to, std::min(now, end_));
  }

 private:
  std::unique_ptr<venue::market_source> whole_;
  utc_ns end_;
};

/// The decisions of a run in order, as bytes.
struct decisions {
  std::vector<std::string> records;
  std::vector<audit_event> events;
};

result<decisions> decide(repeated_run run, const std::vector<utc_ns>& cuts,
                         std::vector<std::size_t>& counts) {
  decisions out;
  auto day = day_setup_of(run.setup);
  if (!day) return std::move(day).failure();
  day->observers.record = [&](const audit_event& event) {
    if (out.records.size() == records_max) return;
    std::string bytes;
    if (encode_event(event, bytes)) {
      out.records.push_back(std::move(bytes));
      out.events.push_back(event);
    }
  };
  auto engine = day_engine::make(std::move(*day), *run.known);
  if (!engine) return std::move(engine).failure();
  for (const auto cut : cuts) {
    if (auto done = (*engine)->run(cut); !done) return std::move(done).failure();
    counts.push_back(out.records.size());
  }
  return out;
}

std::string text_of(const decisions& of, std::size_t index) {
  return index < of.events.size() ? event_json(of.events[index]) : std::string{};
}

}  // namespace

std::unique_ptr<venue::market_source> cut_market(std::unique_ptr<venue::market_source> whole,
                                                 utc_ns end) {
  return std::make_unique<shortened_market>(std::move(whole), end);
}

result<lookahead_report> check_lookahead(const run_maker& make, const lookahead_options& options) {
  if (options.to <= options.from)
    return {ec::invalid_argument, "there is no time in which the future could be cut off"};
  lookahead_report out;
  prng random{options.seed};
  for (std::size_t k = 0; k < options.cuts; ++k)
    out.cuts.push_back(utc_ns{random.between(options.from.value, options.to.value)});
  std::sort(out.cuts.begin(), out.cuts.end());
  auto whole = make(std::nullopt);
  if (!whole) return std::move(whole).failure();
  std::vector<std::size_t> counts;
  auto reference = decide(std::move(*whole), out.cuts, counts);
  if (!reference) return std::move(reference).failure();
  out.decisions = reference->records.size();
  for (std::size_t k = 0; k < out.cuts.size(); ++k) {
    auto again = make(out.cuts[k]);
    if (!again) return std::move(again).failure();
    std::vector<std::size_t> count;
    auto blind = decide(std::move(*again), {out.cuts[k]}, count);
    if (!blind) return std::move(blind).failure();
    const auto known = reference->records.begin();
    const auto expected_end = known + static_cast<std::ptrdiff_t>(counts[k]);
    const auto [seen, own] =
        std::mismatch(known, expected_end, blind->records.begin(), blind->records.end());
    if (seen == expected_end && own == blind->records.end()) continue;
    const auto index = static_cast<std::size_t>(seen - known);
    out.findings.push_back(
        {out.cuts[k], index < counts[k] ? text_of(*reference, index) : "", text_of(*blind, index)});
  }
  return out;
}

result<warm_up_report> check_warm_up(const run_maker& make) {
  warm_up_report out;
  for (const auto days : history_steps) {
    auto run = make(std::nullopt);
    if (!run) return std::move(run).failure();
    run->setup.config.feed.history_days = days;
    auto answer = backtest_run(std::move(run->setup), *run->known);
    if (!answer) return std::move(answer).failure();
    out.rows.push_back({days, answer->outcome.trace, answer->outcome.signals});
  }
  for (auto at = out.rows.rbegin(); at != out.rows.rend(); ++at) {
    if (at->trace != out.rows.back().trace) break;
    out.enough = at->history_days;
  }
  return out;
}

}  // namespace bw
