#include "app/broker_session.hpp"

#include <condition_variable>
#include <future>
#include <mutex>

#include "domain/session_calendar.hpp"
#include "feeds/alpaca_endpoints.hpp"
#include "net/account_headers.hpp"

namespace bw {
namespace {

/// Longer than any answer may take by the timeouts of the connection.
constexpr std::chrono::seconds submit_wait{15};

/// One question; the gateway answers each exactly once, in bounded time.
template <class T, class Call>
result<T> wait_for(Call call) {
  std::promise<result<T>> answer;
  auto answered = answer.get_future();
  call([&answer](result<T> x) { answer.set_value(std::move(x)); });
  return answered.get();
}

}  // namespace

/// Written on the I/O thread, read by the command's.
struct broker_session::answers {
  std::mutex mutex;
  std::condition_variable changed;
  std::optional<submit_result> submitted;
};

result<std::unique_ptr<broker_session>> broker_session::open(const node_config& config,
                                                             broker_credentials credentials) {
  const auto trading = trading_endpoint_for(to_string(config.mode), config.sim.port);
  if (!trading) return trading.failure();
  const auto data = data_endpoints_for(to_string(config.mode), config.sim.port);
  if (!data) return data.failure();
  auto zone = session_calendar::make();
  if (!zone) return std::move(zone).failure();
  std::unique_ptr<broker_session> out{new broker_session};
  out->answers_ = std::make_shared<answers>();
  net::http_client_options http;
  http.headers = net::account_headers(credentials.key_id, credentials.secret_key);
  auto& loop = out->io_.loop();
  out->trading_ = std::make_unique<net::http_client>(loop, *trading, http, out->time_);
  out->data_ = std::make_unique<net::http_client>(loop, data->rest, http, out->time_);
  alpaca_broker_options options;
  options.trading = *trading;
  options.key_id = credentials.key_id;
  options.secret_key = std::move(credentials.secret_key);
  options.with_stream = false;
  options.to_utc = [zone = *zone](calendar_date date, int minutes) {
    return zone.utc_from_new_york(date, std::chrono::minutes{minutes});
  };
  out->broker_ = std::make_unique<alpaca_broker>(loop, out->time_, out->metrics_, out->mark_,
                                                 std::move(options));
  broker_events events;
  events.on_submit = [kept = out->answers_](submit_result x) {
    {
      const std::lock_guard guard{kept->mutex};
      kept->submitted = std::move(x);
    }
    kept->changed.notify_all();
  };
  out->broker_->start(std::move(events));
  out->io_.start();
  return out;
}

broker_session::~broker_session() {
  if (broker_) broker_->stop();
  io_.stop();
}

result<account_report> broker_session::account() {
  return wait_for<account_report>([&](auto done) { broker_->account(done); });
}

result<clock_report> broker_session::market_clock() {
  return wait_for<clock_report>([&](auto done) { broker_->market_clock(done); });
}

result<std::vector<session_day>> broker_session::calendar(calendar_date first, calendar_date last) {
  return wait_for<std::vector<session_day>>(
      [&](auto done) { broker_->calendar(first, last, done); });
}

result<std::vector<open_order_report>> broker_session::open_orders() {
  return wait_for<std::vector<open_order_report>>([&](auto done) { broker_->open_orders(done); });
}

result<std::vector<position_report>> broker_session::positions() {
  return wait_for<std::vector<position_report>>([&](auto done) { broker_->positions(done); });
}

result<std::uint32_t> broker_session::cancel_all() {
  return wait_for<std::uint32_t>([&](auto done) { broker_->cancel_all(done); });
}

result<open_order_report> broker_session::order(const client_order_id& id) {
  return wait_for<open_order_report>([&](auto done) { broker_->order_by_client_id(id, done); });
}

result<submit_result> broker_session::submit(outgoing_order order) {
  mark_.acknowledge(order.intent_sequence);
  mark_.acknowledge_order(order.request.order.value);
  {
    const std::lock_guard guard{answers_->mutex};
    answers_->submitted.reset();
  }
  broker_->submit(std::move(order));
  std::unique_lock lock{answers_->mutex};
  const bool came = answers_->changed.wait_for(lock, submit_wait,
                                               [this] { return answers_->submitted.has_value(); });
  if (!came) return {ec::timed_out, "nothing is known of the order"};
  return *answers_->submitted;
}

net::http_outcome broker_session::get(net::http_client& from, const std::string& target) {
  std::promise<net::http_outcome> answer;
  auto answered = answer.get_future();
  net::http_request request;
  request.target = target;
  from.send(std::move(request), [&answer](net::http_outcome x) { answer.set_value(std::move(x)); });
  return answered.get();
}

net::http_outcome broker_session::get_trading(const std::string& target) {
  return get(*trading_, target);
}
net::http_outcome broker_session::get_data(const std::string& target) {
  return get(*data_, target);
}

}  // namespace bw
