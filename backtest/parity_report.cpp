#include <utility>

#include "backtest/session_simulation.hpp"
#include "core/version.hpp"

namespace bw {
namespace {

/// Thousandths of basis points as basis points: "-1.25".
std::string shown_bp(std::int64_t thousandths) {
  return price::from_units(thousandths * 1'000'000).text();
}

std::int64_t mean(std::int64_t sum, std::uint64_t count) {
  return count == 0
             ? 0
             : static_cast<std::int64_t>(divide_half_even(sum, static_cast<std::int64_t>(count)));
}

std::string shown_ms(nanoseconds x) {
  return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(x).count());
}

nanoseconds mean_time(const fill_error& x) {
  return nanoseconds{mean(x.time_sum.count(), x.both_filled)};
}

void write_error(json_writer& out, const fill_error& x) {
  out.begin_object();
  out.member("orders", x.orders);
  out.member("both_filled", x.both_filled);
  out.member("only_real", x.only_real);
  out.member("only_simulated", x.only_simulated);
  out.member("refused", x.refused);
  out.member("qty_difference", x.qty_difference);
  out.member("cost_mean_bp", shown_bp(mean(x.cost_sum_mbp, x.both_filled)));
  out.member("distance_mean_bp", shown_bp(mean(x.distance_sum_mbp, x.both_filled)));
  out.member("distance_max_bp", shown_bp(x.distance_max_mbp));
  out.member("cost_usd", x.cost);
  out.member("distance_max_usd", x.distance_max_usd);
  out.member("time_mean_ms", shown_ms(mean_time(x)));
  out.member("time_max_ms", shown_ms(x.time_max));
  out.end_object();
}

void write_order(json_writer& out, const session_order& x) {
  out.begin_object();
  out.member("client_order_id", x.client_id);
  out.member("symbol", x.symbol);
  out.member("strategy", x.strategy);
  out.member("side", to_string(x.request.side));
  out.member("qty", x.request.qty);
  out.member("arrives", x.arrives);
  const auto fills = [&](const char* name, const fill_total& total) {
    out.key(name).begin_object();
    out.member("qty", total.qty);
    out.member("average", total.average());
    out.key("last_at");
    if (total.qty.is_positive())
      out.value(total.last_at);
    else
      out.null();
    out.end_object();
  };
  fills("real", x.real);
  fills("simulated", x.simulated);
  if (!x.refused.empty()) out.member("refused", x.refused);
  out.end_object();
}

}  // namespace

std::string parity_json(calendar_date day, const replay_report& replay,
                        const session_simulation& simulation) {
  json_writer out;
  out.begin_object();
  out.member("schema_version", 1);
  out.member("day", format_date(day));
  out.member("version", version());
  out.member("revision", revision());
  out.member("identical", !replay.differs());
  out.member("complete", replay.is_complete());
  write_replay(out, replay);
  out.key("fill_error").begin_object();
  for (const auto& [strategy, error] : simulation.errors()) {
    out.key(strategy);
    write_error(out, error);
  }
  out.end_object();
  out.key("orders").begin_array();
  for (const auto& order : simulation.orders()) write_order(out, order);
  out.end_array();
  out.end_object();
  return out.take();
}

std::vector<std::vector<std::string>> parity_rows(const session_simulation& simulation) {
  std::vector<std::vector<std::string>> rows{{"strategy", "orders", "both filled", "only real",
                                              "only simulated", "cost bp", "apart bp", "max bp",
                                              "cost USD", "max USD", "apart ms", "max ms"}};
  for (const auto& [strategy, x] : simulation.errors())
    rows.push_back({strategy, std::to_string(x.orders), std::to_string(x.both_filled),
                    std::to_string(x.only_real), std::to_string(x.only_simulated),
                    shown_bp(mean(x.cost_sum_mbp, x.both_filled)),
                    shown_bp(mean(x.distance_sum_mbp, x.both_filled)), shown_bp(x.distance_max_mbp),
                    x.cost.text(), x.distance_max_usd.text(), shown_ms(mean_time(x)),
                    shown_ms(x.time_max)});
  return rows;
}

}  // namespace bw
