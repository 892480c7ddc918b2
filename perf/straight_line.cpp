#include "perf/straight_line.hpp"

#include "broker/alpaca_order_codec.hpp"
#include "config/engine_factory.hpp"
#include "domain/client_order_ids.hpp"
#include "perf/sink_gateway.hpp"
#include "perf/workload.hpp"

namespace bw::perf {
namespace {

constexpr std::uint64_t log_identity = 7;

risk_desk make_desk(const node_config& config, const symbol_list& symbols, const instant& now) {
  risk_desk_options options;
  options.limits = config.risk;
  std::vector<symbol_facts> facts(symbols.size());
  for (auto& each : facts) each.allowed = true;
  risk_desk desk{options, std::move(facts), 1};
  desk.begin_connected();
  desk.on_feed(true, now);
  desk.on_order_stream(true, now);
  desk.on_account(measured_account(now.utc, now.mono));
  for (std::uint32_t k = 0; k < symbols.size(); ++k) {
    asset_report asset;
    asset.symbol = cut<symbol_name>(symbols[k]);
    asset.tradable = asset.active = true;
    desk.on_asset(symbol_id{k}, asset, now.utc);
    desk.on_trade(opening_trade(k, now));
  }
  return desk;
}

}  // namespace

straight_line::straight_line(const symbol_list& symbols, const clock& time, risk_desk desk)
    : symbols_(symbols),
      time_(time),
      codec_(symbols),
      latest_(symbols.size()),
      desk_(std::move(desk)) {
  outputs_.reserve(symbol_engine::outputs_per_call_max);
  taken_.reserve(symbol_engine::outputs_per_call_max);
}

result<std::unique_ptr<straight_line>> straight_line::make(const symbol_list& symbols,
                                                           const clock& time,
                                                           const session_calendar& calendar,
                                                           audit_log* log, sync_mode sync) {
  const auto config = wide_config(symbols);
  strategy_registry registry;
  if (auto added = add_probe(registry); !added) return added.failure();
  const instant now{time.utc_now(), time.mono_now()};
  std::unique_ptr<straight_line> out{
      new straight_line{symbols, time, make_desk(config, symbols, now)}};
  out->log_ = log;
  out->sync_ = sync;
  const auto session = calendar.phase(now.utc, config.session);
  out->desk_.on_session(session);
  for (std::uint32_t k = 0; k < symbols.size(); ++k) {
    auto engine = make_symbol_engine(config, registry, calendar, symbol_id{k}, symbols[k], now.utc,
                                     evidence_wanted::yes);
    if (!engine) return engine.failure();
    out->engines_.push_back(std::move(*engine));
    out->latest_[k] = opening_quote(k, now);
    out->engines_.back()->on_session(session);
    out->engines_.back()->on_account(out->desk_.view(now));
  }
  return out;
}

std::uint64_t straight_line::events() const {
  return codec_.counts().quotes + codec_.counts().bars;
}

straight_stamps straight_line::process(std::string_view frame, const instant& now) {
  now_ = now;
  stamps_ = {};
  if (auto read = codec_.decode(frame, now.mono, *this); !read && failure_.empty())
    failure_ = read.failure().text();
  return stamps_;
}

void straight_line::on_event(const market_event& event) {
  const engine_time at{now_.utc, now_.mono};
  if (const auto* q = std::get_if<quote>(&event)) {
    latest_[q->symbol.value] = *q;
    engines_[q->symbol.value]->on_quote(*q, at, outputs_);
    if (!outputs_.empty()) take_outputs();
  } else if (const auto* b = std::get_if<bar>(&event)) {
    engines_[b->symbol.value]->on_bar(*b, at, outputs_);
    if (!outputs_.empty()) take_outputs();
  }
}

void straight_line::take_outputs() {
  // What became of an order is told while the rest is walked through.
  taken_.swap(outputs_);
  for (const auto& each : taken_)
    if (const auto* wanted = std::get_if<order_request>(&each)) order(*wanted);
  taken_.clear();
}

void straight_line::order(const order_request& wanted) {
  const auto& latest = latest_[wanted.symbol.value];
  if (latest.symbol != no_symbol) desk_.on_quote(latest);
  const auto verdict = desk_.check(wanted, now_);
  stamps_.verdict = time_.mono_now();
  trace_ = (trace_ ^ static_cast<std::uint64_t>(wanted.limit.units())) * 1099511628211ULL;
  if (!verdict.approved) {
    if (denied_++ == 0) first_denial_ = to_string(verdict.reason);
    return;
  }
  outgoing_order leaving;
  leaving.request = wanted;
  leaving.request.order = order_id{++highest_};
  leaving.client_id = make_client_order_id({log_identity, 1, leaving.request.order});
  leaving.symbol = cut<symbol_name>(symbols_[wanted.symbol.value]);
  if (log_ != nullptr) write_intent(leaving, verdict);
  const auto body = encode_order(leaving);
  stamps_.ready = time_.mono_now();
  if (!body.empty()) ++stamps_.orders;
  order_report report;
  report.request = leaving.request;
  report.client_id = leaving.client_id;
  report.at = now_.utc;
  report.state = order_state::intent;
  end_order(report);
  report.state = order_state::canceled;
  end_order(report);
}

void straight_line::write_intent(const outgoing_order& leaving, const risk_verdict& verdict) {
  const short_name strategy{"probe"};
  const auto& request = leaving.request;
  const audit_event events[] = {
      intent_record{leaving.client_id, leaving.symbol, strategy, request},
      verdict_record{leaving.client_id, leaving.symbol, strategy, request, verdict},
      sending_record{leaving.client_id, request.order}};
  const audit_stamp stamp{now_.utc, now_.mono, request.header.trace, short_name{"router"}};
  const audit_log::entry entries[] = {
      {stamp, &events[0]}, {stamp, &events[1]}, {stamp, &events[2]}};
  if (const auto written = log_->append(entries, sync_); !written && failure_.empty())
    failure_ = written.failure().text();
}

void straight_line::end_order(const order_report& report) {
  engine_outputs none;
  engines_[report.request.symbol.value]->on_report(report, {now_.utc, now_.mono}, none);
  desk_.on_report(report, now_);
}

}  // namespace bw::perf
