#include "broker/rest_connection.hpp"
#include "net/account_headers.hpp"

#include <utility>

namespace bw {
namespace {

net::http_client_options client_options(const rest_connection_options& options) {
  net::http_client_options out;
  out.connections = options.connections;
  out.connect_timeout = options.connect_timeout;
  out.response_timeout = options.response_timeout;
  out.headers = net::account_headers(options.key_id, options.secret_key);
  return out;
}

}  // namespace

struct rest_connection::state {
  state(net::io_loop& l, const clock& time, const rest_connection_options& options)
      : loop(l),
        breakers(options.breakers),
        desk(prng{options.seed}, options.breakers.get(), options.which),
        client(l, options.host, client_options(options), time),
        reader(std::make_shared<rest_reader>(l, time, desk)) {}

  net::io_loop& loop;
  const std::shared_ptr<breaker_board> breakers;
  read_desk desk;
  net::http_client client;
  const std::shared_ptr<rest_reader> reader;
};

rest_connection::rest_connection(net::io_loop& loop, const clock& time,
                                 rest_connection_options options)
    : state_(std::make_shared<state>(loop, time, options)) {
  state_->reader->open();
}

rest_connection::~rest_connection() {
  state_->client.close();
  state_->reader->close();
}

rest_get rest_connection::get() const {
  return [weak = std::weak_ptr{state_}](std::string target, auto use,
                                        std::function<void(result<void>)> done) {
    const auto self = weak.lock();
    if (!self) return done({ec::halted, "the connection to the broker is gone"});
    self->reader->get(
        [weak](net::http_request request, std::function<void(net::http_outcome)> answered) {
          if (const auto alive = weak.lock())
            return alive->client.send(std::move(request), std::move(answered));
          answered({.response = error{ec::halted, "the connection to the broker is gone"}});
        },
        std::move(target),
        [use = std::move(use)](net::http_response answer) { return use(std::move(answer.body)); },
        std::move(done));
  };
}

void rest_connection::close() {
  state_->client.close();
  state_->loop.post([weak = std::weak_ptr{state_}] {
    if (const auto self = weak.lock()) self->reader->close();
  });
}

}  // namespace bw
