#include "broker/change_desk.hpp"

#include <utility>

#include "broker/outcome.hpp"
#include "broker/query_text.hpp"
#include "broker/rest_reader.hpp"
#include "core/assert.hpp"
#include "core/json_writer.hpp"
#include "net/account_headers.hpp"
#include "net/http_client.hpp"

namespace bw {
namespace {

net::http_client_options client_options(const change_desk_options& options) {
  net::http_client_options out;
  out.connections = 1;
  out.connect_timeout = options.connect_timeout;
  out.response_timeout = options.response_timeout;
  out.headers = net::account_headers(options.key_id, options.secret_key);
  return out;
}

bool is_good(std::uint16_t status) { return status >= 200 && status < 300; }

net::http_request request_of(std::string method, std::string target, std::string body = "") {
  net::http_request out;
  out.method = std::move(method);
  out.target = std::move(target);
  out.body = std::move(body);
  if (!out.body.empty()) out.headers = {{"Content-Type", "application/json"}};
  return out;
}

std::string encode_configuration(const configuration_change& change) {
  json_writer out;
  out.begin_object();
  if (change.suspend_trade) out.member("suspend_trade", *change.suspend_trade);
  if (change.no_shorting) out.member("no_shorting", *change.no_shorting);
  if (change.fractional_trading) out.member("fractional_trading", *change.fractional_trading);
  if (change.max_margin_multiplier)
    out.member("max_margin_multiplier", *change.max_margin_multiplier);
  if (change.trade_confirm_email) out.member("trade_confirm_email", *change.trade_confirm_email);
  if (change.disable_overnight_trading)
    out.member("disable_overnight_trading", *change.disable_overnight_trading);
  out.end_object();
  return out.take();
}

}  // namespace

struct change_desk::state : std::enable_shared_from_this<state> {
  /// Whether an order in an answer is the one that was asked for.
  using is_echo = std::function<bool(const order_details&)>;

  state(net::io_loop& l, const clock& time, const durable_mark& m,
        const change_desk_options& options)
      : loop(l), mark(m), client(l, options.trading, client_options(options), time) {}

  /// Asked as the last thing before the bytes leave.
  net::last_gate gate_of(logged_intent intent) const {
    return [&m = mark, intent] {
      BW_ASSERT(intent.sequence > 0 && m.acknowledged() >= intent.sequence,
                "the audit log has acknowledged an order before its bytes leave");
      BW_ASSERT(intent.order.value > 0 && m.acknowledged_order() >= intent.order.value,
                "the intent of an order is in the audit log before its bytes leave");
      return m.lets_leave(intent.what, system_clock{}.mono_now());
    };
  }

  void send_order(net::http_request request, logged_intent intent, is_echo echo, answered answer) {
    client.send(
        std::move(request),
        [self = shared_from_this(), echo = std::move(echo), answer = std::move(answer)](
            const net::http_outcome& outcome) { answer(self->judge(outcome, echo)); },
        gate_of(intent));
  }

  change_answer judge(const net::http_outcome& outcome, const is_echo& echo) {
    change_answer out;
    submit_facts facts;
    facts.sent = outcome.was_sent();
    if (!outcome.response) {
      out.text = outcome.response.failure().text();
    } else {
      facts.status = out.http_status = outcome.response->status;
      if (is_good(facts.status)) {
        auto order = decode_record<order_details>(outcome.response->body, unknown);
        facts.echo_matches = order.ok() && echo(*order);
        if (facts.echo_matches) out.order = std::move(*order);
        if (!facts.echo_matches)
          out.text = order.ok() ? "the answer shows another order" : order.failure().context;
      } else {
        out.refusal = decode_refusal(outcome.response->body);
        facts.broker_code = out.refusal.code;
        facts.says_duplicate = out.refusal.says_duplicate();
      }
    }
    out.outcome = classify_submit(facts);
    return out;
  }

  void refuse(const result<void>& why, const answered& answer) {
    change_answer out;
    out.outcome = submit_outcome::not_sent;
    out.text = why.failure().context;
    loop.post([out, answer] { answer(out); });
  }

  /// A request whose good answer becomes a value.
  template <class T>
  void send(net::http_request request, std::function<result<T>(net::http_response)> read,
            done<T> answer, net::last_gate gate = {}) {
    client.send(
        std::move(request),
        [read = std::move(read), answer = std::move(answer)](net::http_outcome outcome) {
          if (!outcome.response) return answer(std::move(outcome.response).failure());
          if (!is_good(outcome.response->status)) return answer(refusal_error(*outcome.response));
          answer(read(std::move(*outcome.response)));
        },
        std::move(gate));
  }

  net::io_loop& loop;
  const durable_mark& mark;
  net::http_client client;
  unknown_parts unknown;
};

change_desk::change_desk(net::io_loop& loop, const clock& time, const durable_mark& mark,
                         change_desk_options options)
    : state_(std::make_shared<state>(loop, time, mark, options)) {}

change_desk::~change_desk() { state_->client.close(); }

const unknown_parts& change_desk::unknown() const { return state_->unknown; }

void change_desk::submit(const order_ticket& ticket, logged_intent intent, answered answer) {
  if (const auto checked = check_ticket(ticket); !checked) return state_->refuse(checked, answer);
  state_->send_order(
      request_of("POST", "/v2/orders", encode_ticket(ticket)), intent,
      [ticket](const order_details& x) {
        return x.symbol == ticket.symbol && x.side == to_string(ticket.side) &&
               (ticket.client_id.empty() || x.client_order_id == ticket.client_id) &&
               (ticket.qty.is_zero() || x.qty == ticket.qty);
      },
      std::move(answer));
}

void change_desk::replace(const std::string& id, const order_change& change, logged_intent intent,
                          answered answer) {
  if (const auto checked = check_change(change); !checked) return state_->refuse(checked, answer);
  state_->send_order(
      request_of("PATCH", "/v2/orders/" + net::percent_encode(id), encode_change(change)), intent,
      [id](const order_details& x) { return x.replaces == id; }, std::move(answer));
}

void change_desk::close_position(const std::string& symbol, close_amount amount,
                                 logged_intent intent, answered answer) {
  query_text target{"/v2/positions/" + net::percent_encode(symbol)};
  if (const auto* qty = std::get_if<quantity>(&amount)) target.add("qty", qty->text());
  if (const auto* part = std::get_if<ratio>(&amount)) target.add("percentage", part->text());
  state_->send_order(
      request_of("DELETE", target.text()), intent,
      [symbol](const order_details& x) { return x.symbol == symbol || x.asset_id == symbol; },
      std::move(answer));
}

void change_desk::close_all_positions(bool cancel_orders, logged_intent intent,
                                      done<std::vector<item_outcome>> answer) {
  query_text target{"/v2/positions"};
  if (cancel_orders) target.add("cancel_orders", "true");
  state_->send<std::vector<item_outcome>>(
      request_of("DELETE", target.text()),
      [self = state_](net::http_response x) { return decode_outcomes(x.body, self->unknown); },
      std::move(answer), state_->gate_of(intent));
}

void change_desk::cancel(const std::string& id, done<bool> answer) {
  state_->send<bool>(
      request_of("DELETE", "/v2/orders/" + net::percent_encode(id)),
      [](const net::http_response&) { return result<bool>{true}; }, std::move(answer));
}

void change_desk::cancel_all(done<std::vector<item_outcome>> answer) {
  state_->send<std::vector<item_outcome>>(
      request_of("DELETE", "/v2/orders"),
      [self = state_](net::http_response x) { return decode_outcomes(x.body, self->unknown); },
      std::move(answer));
}

void change_desk::configure(const configuration_change& change,
                            done<account_configuration> answer) {
  state_->send<account_configuration>(
      request_of("PATCH", "/v2/account/configurations", encode_configuration(change)),
      [self = state_](net::http_response x) {
        return decode_record<account_configuration>(x.body, self->unknown);
      },
      std::move(answer));
}

}  // namespace bw
