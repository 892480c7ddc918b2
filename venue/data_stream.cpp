#include "venue/data_stream.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "venue/msgpack_writer.hpp"
#include "venue/news_routes.hpp"
#include "venue/trade_stream.hpp"

namespace bw::venue {
namespace {

constexpr std::string_view news_endpoint = "/v1beta1/news";
constexpr std::array endpoints = {std::string_view{"/v2/iex"}, std::string_view{"/v2/sip"},
                                  std::string_view{"/v2/delayed_sip"}, std::string_view{"/v2/test"},
                                  news_endpoint};
/// A frame is sent when it has grown to this, at the latest when a turn ends.
constexpr std::size_t frame_bytes_max = 64 * 1024;
constexpr std::uint16_t close_policy_violation = 1008;

constexpr stream_error invalid_syntax{400, "invalid syntax"};
constexpr stream_error not_authenticated{401, "not authenticated"};
constexpr stream_error auth_failed{402, "auth failed"};
constexpr stream_error already_authenticated{403, "already authenticated"};
constexpr stream_error auth_timed_out{404, "auth timeout"};
constexpr stream_error connection_limit{406, "connection limit exceeded"};
constexpr stream_error no_entitlement{409, "insufficient subscription"};
constexpr stream_error wrong_channel{410, "invalid subscribe action for this feed"};

}  // namespace

data_stream::connection::connection(std::shared_ptr<net::ws_session> session_, std::string path,
                                    wire_codec codec_, subscriptions wanted_)
    : session(std::move(session_)),
      endpoint(std::move(path)),
      codec(codec_),
      wanted(std::move(wanted_)),
      frame(codec_) {}

data_stream::data_stream(data_stream_options options, net::io_loop& loop, const alpaca_auth& auth,
                         const venue_world& world, venue_outlet& outlet,
                         std::function<void()> on_authorized)
    : options_(options),
      loop_(loop),
      auth_(auth),
      world_(world),
      outlet_(outlet),
      on_authorized_(std::move(on_authorized)),
      daily_(world.market.symbols().size()) {}

bool data_stream::serves(std::string_view path) {
  return std::find(endpoints.begin(), endpoints.end(), path) != endpoints.end();
}

net::ws_session_events data_stream::accept(const net::http_request& request,
                                           std::shared_ptr<net::ws_session> session) {
  const auto path = net::parse_target(request.target).path;
  const auto plan_max = path == "/v2/iex" ? options_.iex_symbols_max : 0;
  const auto id = next_id_++;
  auto added = std::make_shared<connection>(std::move(session), path, codec_of(request),
                                            subscriptions{world_.market.symbols(), plan_max});
  connections_.emplace(id, added);
  send(*added, R"([{"T":"success","msg":"connected"}])");

  const auto self = weak_from_this();
  net::ws_session_events events;
  events.on_message = [self, id](std::string_view payload, net::frame_kind) {
    if (const auto alive = self.lock()) alive->receive(id, payload);
  };
  events.on_close = [self, id] {
    if (const auto alive = self.lock()) alive->connections_.erase(id);
  };
  if (const auto keys = keys_of(request.headers)) {
    authenticate(*added, *keys);
  } else {
    const std::weak_ptr<connection> waiting = added;
    added->auth_deadline = loop_.after(options_.auth_timeout, [self, waiting] {
      const auto alive = self.lock();
      const auto late = waiting.lock();
      if (alive && late) alive->refuse(*late, auth_timed_out);
    });
  }
  return events;
}

void data_stream::receive(std::uint64_t id, std::string_view payload) {
  const auto found = connections_.find(id);
  if (found == connections_.end() || found->second->closing) return;
  const auto from = found->second;
  const auto message = wire_document::read(payload, from->codec);
  if (!message) return send_error(*from, invalid_syntax);
  const auto action = message->text("action");
  if (action == "auth") {
    if (from->authenticated) return send_error(*from, already_authenticated);
    authenticate(*from,
                 {std::string{message->text("key")}, secret{std::string{message->text("secret")}}});
  } else if (!from->authenticated) {
    send_error(*from, not_authenticated);
  } else if (action == "subscribe" || action == "unsubscribe") {
    change_subscriptions(*from, *message);
  } else {
    send_error(*from, invalid_syntax);
  }
}

void data_stream::authenticate(connection& from, const presented_keys& keys) {
  if (!auth_.admits(keys)) return refuse(from, auth_failed);
  if (from.endpoint == "/v2/sip" && !options_.sip_entitled) return refuse(from, no_entitlement);
  const auto others =
      std::count_if(connections_.begin(), connections_.end(), [&](const auto& entry) {
        const auto& other = *entry.second;
        return other.authenticated && !other.closing && other.endpoint == from.endpoint &&
               other.key_id == keys.key_id;
      });
  if (options_.connections_per_endpoint != 0 &&
      static_cast<std::size_t>(others) >= options_.connections_per_endpoint)
    return refuse(from, connection_limit);
  from.authenticated = true;
  from.key_id = keys.key_id;
  from.auth_deadline.reset();
  send(from, R"([{"T":"success","msg":"authenticated"}])");
  on_authorized_();
}

void data_stream::change_subscriptions(connection& from, const wire_document& message) {
  // What was subscribed when it happened goes out before the answer that ends it.
  flush(from);
  if (from.endpoint == news_endpoint) return change_news(from, message);
  if (message.find("news") != nullptr) return send_error(from, wrong_channel);
  if (const auto error = from.wanted.apply(message)) return send_error(from, *error);
  acknowledge(from);
}

/// The news feed has one channel.
void data_stream::change_news(connection& from, const wire_document& message) {
  for (const auto* other : {"trades", "quotes", "bars", "updatedBars", "dailyBars", "statuses"})
    if (message.find(other) != nullptr) return send_error(from, wrong_channel);
  const auto named = message.texts("news");
  if (!named || named->size() > subscriptions::names_max) return send_error(from, invalid_syntax);
  const bool adds = message.text("action") == "subscribe";
  for (const auto& name : *named) {
    if (!adds) from.news.erase(name);
    if (adds && from.news.size() < subscriptions::names_max) from.news.insert(name);
  }
  json_writer out;
  out.begin_array().begin_object().member("T", "subscription").key("news").begin_array();
  for (const auto& name : from.news) out.value(name);
  out.end_array().end_object().end_array();
  send(from, out.take());
}

void data_stream::acknowledge(connection& to) {
  json_writer out;
  out.begin_array().begin_object().member("T", "subscription");
  to.wanted.write(out, to.endpoint == "/v2/test" ? subscriptions::channels_shown::test
                                                 : subscriptions::channels_shown::all);
  out.end_object().end_array();
  send(to, out.take());
}

void data_stream::send(connection& to, const std::string& json) {
  const bool packed = to.codec == wire_codec::msgpack;
  outlet_.send(to.session,
               std::make_shared<const std::string>(packed ? json_to_msgpack(json) : json),
               packed ? net::frame_kind::binary : net::frame_kind::text, stream_kind::data);
}

void data_stream::send_error(connection& to, stream_error what) {
  json_writer out;
  out.begin_array().begin_object().member("T", "error");
  out.member("code", what.code).member("msg", what.message);
  out.end_object().end_array();
  send(to, out.take());
}

void data_stream::refuse(connection& to, stream_error what) {
  if (to.closing) return;
  to.closing = true;
  to.auth_deadline.reset();
  send_error(to, what);
  to.session->close(close_policy_violation, what.message);
}

void data_stream::flush(connection& to) {
  if (to.frame.empty()) return;
  outlet_.send(to.session, std::make_shared<const std::string>(to.frame.take()),
               to.codec == wire_codec::msgpack ? net::frame_kind::binary : net::frame_kind::text,
               stream_kind::data);
}

void data_stream::flush() {
  for (auto at = connections_.begin(); at != connections_.end();) {
    // A session may end while it is written to, and be gone from the map then.
    const auto to = (at++)->second;
    flush(*to);
  }
}

void data_stream::abort_all() {
  // A session whose server stops tells nobody that it is gone.
  for (const auto& [id, gone] : std::exchange(connections_, {})) gone->session->abort();
}

void data_stream::publish(const market_event& event) {
  if (const auto* a_quote = std::get_if<quote>(&event)) publish_quote(*a_quote);
  if (const auto* a_trade = std::get_if<trade>(&event)) publish_trade(*a_trade);
  if (const auto* a_bar = std::get_if<bar>(&event)) publish_bar(*a_bar);
  if (const auto* a_status = std::get_if<trading_status>(&event)) publish_status(*a_status);
}

template <class Encode>
void data_stream::hand_out(channel which, symbol_id symbol, Encode encode) {
  std::string in_json;
  std::string in_msgpack;
  const auto& listed = world_.market.symbols()[symbol.value];
  for (auto at = connections_.begin(); at != connections_.end();) {
    const auto to = (at++)->second;
    if (to->closing || !to->wanted.wants(which, symbol)) continue;
    auto& element = to->codec == wire_codec::json ? in_json : in_msgpack;
    if (element.empty()) element = encode(to->codec, listed);
    to->frame.add(element);
    if (to->frame.bytes() >= frame_bytes_max) flush(*to);
  }
}

void data_stream::publish_quote(const quote& x) {
  hand_out(channel::quotes, x.symbol,
           [&](wire_codec codec, const auto& listed) { return stream_quote(codec, x, listed); });
}

void data_stream::publish_trade(const trade& x) {
  if (x.origin == tick_origin::cancellation)
    return hand_out(channel::trades, x.symbol, [&](wire_codec codec, const auto& listed) {
      return stream_cancellation(codec, x, listed);
    });
  if (x.origin == tick_origin::correction) {
    const auto* before = world_.ticks == nullptr ? nullptr : world_.ticks->told(x);
    if (before == nullptr) return;
    return hand_out(channel::trades, x.symbol, [&](wire_codec codec, const auto& listed) {
      return stream_correction(codec, *before, x, listed);
    });
  }
  hand_out(channel::trades, x.symbol,
           [&](wire_codec codec, const auto& listed) { return stream_trade(codec, x, listed); });
}

void data_stream::publish_status(const trading_status& x) {
  if (x.state == halt_state::banded)
    return hand_out(channel::lulds, x.symbol, [&](wire_codec codec, const auto& listed) {
      return stream_band(codec, x, listed);
    });
  hand_out(channel::statuses, x.symbol,
           [&](wire_codec codec, const auto& listed) { return stream_status(codec, x, listed); });
}

void data_stream::publish_news(utc_ns now) {
  const auto since = std::exchange(news_told_until_, now).value_or(now);
  if (world_.news == nullptr || since >= now) return;
  for (const auto& item : world_.news->between(since, now))
    for (auto at = connections_.begin(); at != connections_.end();) {
      const auto to = (at++)->second;
      const bool wanted =
          to->news.count("*") != 0 ||
          std::any_of(item.symbols.begin(), item.symbols.end(),
                      [&](const auto& symbol) { return to->news.count(symbol) != 0; });
      if (to->closing || !wanted) continue;
      to->frame.add(stream_news(to->codec, item));
      if (to->frame.bytes() >= frame_bytes_max) flush(*to);
    }
}

void data_stream::publish_bar(const bar& x) {
  if (x.span != bar_span::minute) return;
  if (x.origin == bar_origin::correction) {
    hand_out(channel::updated_bars, x.symbol, [&](wire_codec codec, const auto& listed) {
      return stream_bar(codec, x, listed, bar_message::updated);
    });
    return;
  }
  hand_out(channel::bars, x.symbol, [&](wire_codec codec, const auto& listed) {
    return stream_bar(codec, x, listed, bar_message::minute);
  });
  const auto& whole_day = daily_bar_with(x);
  hand_out(channel::daily_bars, x.symbol, [&](wire_codec codec, const auto& listed) {
    return stream_bar(codec, whole_day, listed, bar_message::daily);
  });
}

const bar& data_stream::daily_bar_with(const bar& minute) {
  auto& today = daily_[minute.symbol.value];
  const auto midnight = world_.new_york.midnight(minute.start);
  if (today && today->value().start == midnight) {
    today->add(minute);
    return today->value();
  }
  auto first = minute;
  first.start = midnight;
  today.emplace(first);
  // The day may have begun before the venue did.
  const auto earlier = world_.source.minute_bars(minute.symbol, midnight,
                                                 minute.start - nanoseconds{1}, minute.start);
  if (earlier.empty()) return today->value();
  first = earlier.front();
  first.start = midnight;
  today.emplace(first);
  for (std::size_t k = 1; k < earlier.size(); ++k) today->add(earlier[k]);
  today->add(minute);
  return today->value();
}

}  // namespace bw::venue
