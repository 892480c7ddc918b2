#include "app/broker_halt.hpp"

#include <future>
#include <utility>

#include "config/secrets.hpp"
#include "core/json_writer.hpp"

namespace bw {
namespace {

void add_orders(json_writer& out, std::string_view name,
                const std::vector<open_order_report>& orders) {
  out.key(name).begin_array();
  for (const auto& x : orders)
    out.begin_object()
        .member("symbol", x.symbol.view())
        .member("side", to_string(x.side))
        .member("type", to_string(x.type))
        .member("qty", x.qty)
        .member("client_order_id", x.client_id.view())
        .end_object();
  out.end_array();
}

std::string lines_of(const char* what, const std::vector<open_order_report>& orders) {
  std::string out;
  for (const auto& x : orders)
    out += std::string{what} + ": " + std::string{to_string(x.side)} + " " + x.qty.text() + " " +
           x.symbol.str() + " " + std::string{to_string(x.type)} + " " + x.client_id.str() + "\n";
  return out;
}

}  // namespace

result<std::unique_ptr<broker_link>> broker_link::open(const node_config& config) {
  const auto endpoint = trading_endpoint_for(to_string(config.mode), config.sim.port);
  if (!endpoint) return endpoint.failure();
  auto credentials = resolve_credentials(config.mode);
  if (!credentials) return credentials.failure();
  std::unique_ptr<broker_link> out{new broker_link};
  out->mark_.kill();
  alpaca_broker_options options;
  options.trading = *endpoint;
  options.key_id = credentials->key_id;
  options.secret_key = credentials->secret_key;
  options.with_stream = false;
  out->gateway_ = std::make_unique<alpaca_broker>(out->io_.loop(), out->time_, out->metrics_,
                                                  out->mark_, std::move(options));
  out->io_.start();
  out->gateway_->start({});
  return out;
}

broker_link::~broker_link() {
  if (gateway_) gateway_->stop();
  io_.stop();
}

sweep_report broker_link::sweep(sweep_options options,
                                std::function<void(const sweep_report&)> on_alarm) {
  std::promise<sweep_report> ended;
  auto end = ended.get_future();
  sweep_orders(*gateway_, io_.loop(), options,
               {.on_alarm = std::move(on_alarm),
                .on_end = [&](sweep_report x) { ended.set_value(std::move(x)); }});
  return end.get();
}

result<void> broker_link::suspend_trading() {
  std::promise<result<void>> said;
  auto answer = said.get_future();
  gateway_->suspend_trading([&](result<void> x) { said.set_value(std::move(x)); });
  return answer.get();
}

std::string sweep_text(const sweep_report& x) {
  auto out = std::to_string(x.cancels_asked) + " cancels in " +
             std::to_string(x.took.count() / 1'000'000) + " ms; ";
  out += x.clean ? "nothing is open that could grow a position\n"
                 : std::to_string(x.open.size()) + " orders are still open\n";
  if (!x.failure.empty()) out += "the broker could not be asked: " + x.failure + "\n";
  return out + lines_of("still open", x.open) + lines_of("left on purpose", x.kept);
}

std::string sweep_summary(const sweep_report& x) {
  return std::to_string(x.cancels_asked) + " cancels, " +
         (!x.failure.empty() ? "then the broker could not be asked: " + x.failure
          : x.clean          ? std::to_string(x.kept.size()) + " left on purpose"
                             : std::to_string(x.open.size()) + " still open");
}

std::string sweep_json(const sweep_report& x) {
  json_writer out;
  out.begin_object().member("schema_version", 1).member("clean", x.clean);
  out.member("cancels_asked", x.cancels_asked);
  out.member("first_request_ms", x.first_request.count() / 1'000'000);
  out.member("took_ms", x.took.count() / 1'000'000);
  add_orders(out, "open", x.open);
  add_orders(out, "kept", x.kept);
  out.member("failure", x.failure).end_object();
  return out.take();
}

}  // namespace bw
