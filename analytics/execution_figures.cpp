#include "analytics/execution_figures.hpp"

#include <algorithm>
#include <iomanip>
#include <sstream>
#include <utility>

#include "core/json_writer.hpp"

namespace bw {
namespace {

/// Orders that came without an intent in the log are a person's.
constexpr const char* nobody = "EXTERNAL";

std::string centi_bp_text(std::int64_t x) {
  const auto rest = std::to_string(std::abs(x) % 100);
  return (x < 0 ? "-" : "") + std::to_string(std::abs(x) / 100) + (rest.size() == 1 ? ".0" : ".") +
         rest;
}

std::string milliseconds_text(std::uint64_t ns) {
  std::ostringstream out;
  out << std::fixed << std::setprecision(3) << static_cast<double>(ns) / 1e6 << " ms";
  return out.str();
}

std::string line_text(const histogram& x) {
  if (x.count() == 0) return "no order";
  return "half within " + milliseconds_text(x.quantile_ns(500'000)) + ", 99 of 100 within " +
         milliseconds_text(x.quantile_ns(990'000)) + ", longest " + milliseconds_text(x.max_ns()) +
         " (" + std::to_string(x.count()) + " orders)";
}

void write_times(json_writer& out, std::string_view name, const histogram& x) {
  out.key(name).begin_object().member("count", x.count());
  out.member("p50_ns", x.quantile_ns(500'000)).member("p99_ns", x.quantile_ns(990'000));
  out.member("max_ns", x.max_ns()).end_object();
}

void write_words(json_writer& out, std::string_view name,
                 const std::map<std::string, std::uint64_t>& words) {
  out.key(name).begin_object();
  for (const auto& [word, count] : words) out.member(word, count);
  out.end_object();
}

std::string words_text(const char* title, const std::map<std::string, std::uint64_t>& words) {
  std::string out = title;
  for (const auto& [word, count] : words) out += " " + word + " " + std::to_string(count);
  return words.empty() ? out + " none\n" : out + "\n";
}

}  // namespace

money execution_line::traded_value() const {
  const auto rounded = divide_half_even(traded, decimal_scale);
  return fits_decimal(rounded) ? money::from_units(static_cast<std::int64_t>(rounded))
                               : money::max();
}

std::int64_t execution_line::slippage_centi_bp() const {
  const auto whole = traded_value();
  if (!whole.is_positive()) return 0;
  constexpr std::int64_t centi_bp_in_one = 1'000'000;
  return static_cast<std::int64_t>(
      divide_half_even(static_cast<int128>(slippage.units()) * centi_bp_in_one, whole.units()));
}

std::int64_t execution_line::fill_ratio_ppm() const {
  if (wanted_units <= 0) return 0;
  return static_cast<std::int64_t>(divide_half_even(filled_units * 1'000'000, wanted_units));
}

execution_figures::execution_figures(std::string mode, utc_ns from, utc_ns to)
    : mode_(std::move(mode)),
      from_(from),
      to_(to),
      tick_to_order_(std::make_unique<histogram>()),
      order_to_answer_(std::make_unique<histogram>()),
      acknowledgement_(std::make_unique<histogram>()),
      first_fill_(std::make_unique<histogram>()) {}

void execution_figures::apply(utc_ns wall, const audit_event& event) {
  if (const auto* x = std::get_if<boot_record>(&event)) return on(*x);
  if (const auto* x = std::get_if<intent_record>(&event)) return on(*x);
  if (!counts_ || wall < from_ || wall >= to_) return;
  std::visit([this](const auto& x) { on(x); }, event);
}

execution_figures::known_order* execution_figures::find(const client_order_id& id) {
  const auto known = orders_.find(id.str());
  return known == orders_.end() ? nullptr : &known->second;
}

execution_line& execution_figures::line_of(const client_order_id& id) {
  const auto* known = find(id);
  return lines_[known == nullptr ? nobody : known->strategy];
}

void execution_figures::count(std::map<std::string, std::uint64_t>& into, std::string word) {
  if (into.size() < words_max || into.contains(word)) ++into[std::move(word)];
}

void execution_figures::on(const boot_record& x) {
  counts_ = x.mode == mode_;
  ++run_;
}

void execution_figures::on(const intent_record& x) {
  if (!counts_) return;
  auto& known = orders_[x.client_id.str()];
  known.strategy = x.strategy.str();
  known.run = run_;
  known.quality.begin(x.request);
}

void execution_figures::on(const verdict_record& x) {
  if (x.verdict.approved) return;
  ++lines_[x.strategy.str()].denied;
  count(denials_, std::string{to_string(x.verdict.reason)});
}

void execution_figures::on(const sending_record& x) { ++line_of(x.client_id).sent; }

void execution_figures::on(const submit_record& x) {
  if (auto* known = find(x.result.client_id); known != nullptr && known->run == run_)
    known->quality.on(x);
  if (x.result.outcome != submit_outcome::rejected) return;
  ++line_of(x.result.client_id).rejected;
  count(rejections_,
        std::to_string(x.result.http_status) + "/" + std::to_string(x.result.broker_code));
  end(x.result.client_id);
}

void execution_figures::on(const update_record& x) {
  if (auto* known = find(x.update.client_id); known != nullptr && known->run == run_)
    known->quality.on(x);
  if (x.before == x.after) return;
  auto& line = line_of(x.update.client_id);
  switch (x.after) {
    case order_state::filled: ++line.filled; break;
    case order_state::canceled: ++line.canceled; break;
    case order_state::expired: ++line.expired; break;
    case order_state::rejected: ++line.rejected; break;
    case order_state::replaced: break;
    default: return;
  }
  end(x.update.client_id);
}

/// The record of an execution follows on the word that it ended the order.
void execution_figures::on(const fill_record& x) {
  auto* known = find(x.client_id);
  if (known == nullptr) return;
  const auto before = known->quality.slippage;
  known->quality.on(x);
  auto& line = lines_[known->strategy];
  line.quote_slippage += known->quality.slippage - before;
  if (known->is_over) line.filled_units += x.qty.units();
}

void execution_figures::end(const client_order_id& id) {
  auto* known = find(id);
  if (known == nullptr || std::exchange(known->is_over, true)) return;
  auto& line = lines_[known->strategy];
  line.wanted_units += known->quality.wanted.units();
  line.filled_units += known->quality.filled.units();
  time(*known);
}

/// Once, when the order is over and its stations are known: the word of an execution may come
/// before the answer to the request.
void execution_figures::time(known_order& known) {
  if (known.is_timed || known.quality.sent == mono_ns{}) return;
  known.is_timed = true;
  if (const auto took = known.quality.acknowledgement()) acknowledgement_->record(*took);
  if (const auto took = known.quality.to_first_fill()) first_fill_->record(*took);
}

void execution_figures::on(const trade_event_record& x) {
  auto& line = lines_[x.strategy.str()];
  ++line.executions;
  line.traded += notional_exact(x.fill_price, x.qty);
  line.slippage += x.slippage;
  line.fees += x.fees;
}

void execution_figures::on(const hops_record& x) {
  if (auto* known = find(x.client_id); known != nullptr && known->run == run_) {
    known->quality.on(x);
    if (known->is_over) time(*known);
  }
  // The node's clock may run faster than the machine's beside the embedded exchange.
  const auto real = [&](mono_ns from, mono_ns to) {
    return nanoseconds{(to - from).count() / std::max<std::int64_t>(x.clock_speed, 1)};
  };
  if (x.received != mono_ns{} && x.sent != mono_ns{})
    tick_to_order_->record(real(x.received, x.sent));
  if (x.sent != mono_ns{} && x.answered != mono_ns{})
    order_to_answer_->record(real(x.sent, x.answered));
}

std::string execution_text(const execution_figures& x) {
  std::ostringstream out;
  out << std::left << std::setw(24) << "strategy" << std::right;
  for (const char* name : {"sent", "filled", "canceled", "expired", "rejected", "denied"})
    out << std::setw(10) << name;
  out << std::setw(18) << "traded USD" << std::setw(12) << "slippage" << std::setw(9) << "in bp"
      << std::setw(12) << "from quote" << std::setw(9) << "filled %" << std::setw(10) << "fees"
      << '\n';
  for (const auto& [strategy, line] : x.by_strategy()) {
    out << std::left << std::setw(24) << strategy << std::right;
    for (const auto each :
         {line.sent, line.filled, line.canceled, line.expired, line.rejected, line.denied})
      out << std::setw(10) << each;
    out << std::setw(18) << line.traded_value().text() << std::setw(12) << line.slippage.text()
        << std::setw(9) << centi_bp_text(line.slippage_centi_bp()) << std::setw(12)
        << line.quote_slippage.text() << std::setw(9) << centi_bp_text(line.fill_ratio_ppm() / 100)
        << std::setw(10) << line.fees.text() << '\n';
  }
  if (x.by_strategy().empty()) out << "no order\n";
  out << words_text("Denied by rule:", x.denials())
      << words_text("Rejected by the broker (status/code):", x.rejections());
  out << "Tick to order: " << line_text(x.tick_to_order()) << '\n';
  out << "Order to answer: " << line_text(x.order_to_answer()) << '\n';
  out << "Order to acknowledgement: " << line_text(x.order_to_acknowledgement()) << '\n';
  out << "Order to first fill: " << line_text(x.order_to_first_fill()) << '\n';
  return out.str();
}

std::string to_json(const execution_figures& x) {
  json_writer out;
  out.begin_object().member("schema_version", 1).key("strategies").begin_object();
  for (const auto& [strategy, line] : x.by_strategy()) {
    out.key(strategy).begin_object();
    out.member("sent", line.sent).member("filled", line.filled).member("canceled", line.canceled);
    out.member("expired", line.expired).member("rejected", line.rejected);
    out.member("denied", line.denied).member("executions", line.executions);
    out.member("traded", line.traded_value()).member("slippage", line.slippage);
    out.member("slippage_bp", centi_bp_text(line.slippage_centi_bp()));
    out.member("quote_slippage", line.quote_slippage);
    out.member("fill_ratio_ppm", line.fill_ratio_ppm());
    out.member("fees", line.fees).end_object();
  }
  out.end_object();
  write_words(out, "denied_by_rule", x.denials());
  write_words(out, "rejected_by_code", x.rejections());
  write_times(out, "tick_to_order", x.tick_to_order());
  write_times(out, "order_to_answer", x.order_to_answer());
  write_times(out, "order_to_acknowledgement", x.order_to_acknowledgement());
  write_times(out, "order_to_first_fill", x.order_to_first_fill());
  out.end_object();
  return out.take();
}

}  // namespace bw
