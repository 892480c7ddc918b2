#include <algorithm>

#include "broker/activity_codec.hpp"
#include "broker/alpaca_broker_state.ipp"
#include "core/assert.hpp"

namespace bw {

void alpaca_broker::account(std::function<void(result<account_report>)> done) {
  state_->read<account_report>(
      broker_call::account, "/v2/account",
      [self = state_](std::string body) {
        auto out = self->codec.account(std::move(body));
        if (out) {
          out->at = self->time.utc_now();
          out->received = self->time.mono_now();
        }
        return out;
      },
      std::move(done));
}

void alpaca_broker::positions(std::function<void(result<std::vector<position_report>>)> done) {
  state_->read<std::vector<position_report>>(
      broker_call::positions, "/v2/positions",
      [self = state_](std::string body) { return self->codec.positions(std::move(body)); },
      std::move(done));
}

void alpaca_broker::state::next_page(std::shared_ptr<page_walk> walk) {
  auto target = walk->target;
  // The cursor is an order of the list's own level: legs stand within their parents. The two ways
  // to say where a page begins exclude each other.
  const auto last_one = std::find_if(walk->found.rbegin(), walk->found.rend(),
                                     [](const auto& x) { return x.parent.empty(); });
  if (last_one != walk->found.rend())
    target += "&after_order_id=" + net::percent_encode(last_one->venue_id.view());
  else if (walk->after != utc_ns{})
    target += "&after=" + net::percent_encode(format_rfc3339(walk->after));
  read<std::vector<open_order_report>>(
      broker_call::orders, std::move(target),
      [self = shared_from_this()](std::string body) { return self->codec.orders(std::move(body)); },
      [self = shared_from_this(), walk](result<std::vector<open_order_report>> page) {
        if (!page) return walk->done(std::move(page).failure());
        const auto known = [&](const open_order_report& order) {
          return std::any_of(walk->found.begin(), walk->found.end(),
                             [&](const auto& x) { return x.venue_id == order.venue_id; });
        };
        const auto own_level = std::count_if(page->begin(), page->end(),
                                             [](const auto& x) { return x.parent.empty(); });
        const bool last = own_level < page_orders;
        // A server that does not know the cursor would send the same page for ever.
        if (!page->empty() && known(page->back()))
          return walk->done({ec::protocol_violation, "the list of orders repeats itself"});
        walk->found.insert(walk->found.end(), page->begin(), page->end());
        if (last) return walk->done(std::move(walk->found));
        if (++walk->pages >= pages_max)
          return walk->done({ec::out_of_range, "there are more than " +
                                                   std::to_string(walk->found.size()) + " orders"});
        self->next_page(walk);
      });
}

void alpaca_broker::open_orders(std::function<void(result<std::vector<open_order_report>>)> done) {
  auto walk = std::make_shared<state::page_walk>();
  walk->target =
      "/v2/orders?status=open&nested=true&direction=asc&limit=" + std::to_string(page_orders);
  walk->done = std::move(done);
  state_->next_page(std::move(walk));
}

void alpaca_broker::orders_since(utc_ns after,
                                 std::function<void(result<std::vector<open_order_report>>)> done) {
  auto walk = std::make_shared<state::page_walk>();
  walk->target =
      "/v2/orders?status=all&nested=true&direction=asc&limit=" + std::to_string(page_orders);
  walk->after = after;
  walk->done = std::move(done);
  state_->next_page(std::move(walk));
}

void alpaca_broker::order_by_client_id(client_order_id id,
                                       std::function<void(result<open_order_report>)> done) {
  state_->read<open_order_report>(
      broker_call::order,
      "/v2/orders:by_client_order_id?client_order_id=" + net::percent_encode(id.view()),
      [self = state_, id](std::string body) -> result<open_order_report> {
        auto out = self->codec.order(std::move(body));
        if (out && out->client_id != id)
          return {ec::protocol_violation,
                  "asked for order " + id.str() + ", the broker shows " + out->client_id.str()};
        return out;
      },
      std::move(done));
}

void alpaca_broker::order_by_venue_id(venue_order_id id,
                                      std::function<void(result<open_order_report>)> done) {
  state_->read<open_order_report>(
      broker_call::order, "/v2/orders/" + net::percent_encode(id.view()),
      [self = state_, id](std::string body) -> result<open_order_report> {
        auto out = self->codec.order(std::move(body));
        if (out && out->venue_id != id)
          return {ec::protocol_violation,
                  "asked for order " + id.str() + ", the broker shows " + out->venue_id.str()};
        return out;
      },
      std::move(done));
}

/// The body has no token for the next page: it is the id of the last element.
void alpaca_broker::state::next_page(std::shared_ptr<activity_walk> walk) {
  auto target =
      "/v2/account/activities?direction=asc&page_size=" + std::to_string(page_activities) +
      "&after=" + net::percent_encode(format_rfc3339(walk->since));
  if (!walk->found.empty()) target += "&page_token=" + net::percent_encode(walk->found.back().id);
  read<std::vector<account_activity>>(
      broker_call::activities, std::move(target),
      [](std::string body) { return decode_activities(std::move(body)); },
      [self = shared_from_this(), walk](result<std::vector<account_activity>> page) {
        if (!page) return walk->done(std::move(page).failure());
        const bool last = page->size() < page_activities;
        if (!page->empty() && !walk->found.empty() && page->back().id == walk->found.back().id)
          return walk->done({ec::protocol_violation, "the list of activities repeats itself"});
        walk->found.insert(walk->found.end(), page->begin(), page->end());
        if (last) return walk->done(std::move(walk->found));
        if (++walk->pages >= pages_max * 5)
          return walk->done(
              {ec::out_of_range,
               "there are more than " + std::to_string(walk->found.size()) + " activities"});
        self->next_page(walk);
      });
}

void alpaca_broker::activities(utc_ns since,
                               std::function<void(result<std::vector<account_activity>>)> done) {
  auto walk = std::make_shared<state::activity_walk>();
  walk->since = since;
  walk->done = std::move(done);
  state_->next_page(std::move(walk));
}

void alpaca_broker::position(std::string symbol,
                             std::function<void(result<position_report>)> done) {
  state_->read<position_report>(
      broker_call::positions, "/v2/positions/" + net::percent_encode(symbol),
      [self = state_, symbol](std::string body) -> result<position_report> {
        auto list = self->codec.positions("[" + std::move(body) + "]");
        if (!list) return std::move(list).failure();
        if (list->size() != 1 || list->front().symbol.view() != symbol)
          return {ec::protocol_violation,
                  "asked for the position in " + symbol + ", the broker shows another one"};
        return list->front();
      },
      [symbol, done = std::move(done)](result<position_report> answer) {
        // Only the broker's own words mean flat; a 404 of anything in between does not.
        const bool flat =
            !answer && answer.code() == ec::not_found &&
            answer.failure().context.find("position does not exist") != std::string::npos;
        if (!flat) return done(std::move(answer));
        position_report none;
        none.symbol = cut<symbol_name>(symbol);
        done(none);
      });
}

void alpaca_broker::market_clock(std::function<void(result<clock_report>)> done) {
  state_->read<clock_report>(
      broker_call::clock, "/v2/clock",
      [self = state_](std::string body) { return self->codec.market_clock(std::move(body)); },
      std::move(done),
      [self = state_](const net::http_response& answer) {
        const auto text = net::find_header(answer.headers, "X-Bellwether-Clock");
        if (text.empty() || !self->options.on_clock_anchor) return;
        const auto anchor = parse_clock_anchor(text);
        if (anchor) self->options.on_clock_anchor(*anchor);
      });
}

void alpaca_broker::calendar(calendar_date first, calendar_date last,
                             std::function<void(result<std::vector<session_day>>)> done) {
  BW_ASSERT(state_->options.to_utc, "the gateway knows New York's time before a calendar is read");
  state_->read<std::vector<session_day>>(
      broker_call::calendar,
      "/v2/calendar?start=" + format_date(first) + "&end=" + format_date(last),
      [self = state_](std::string body) {
        return self->codec.calendar(std::move(body), self->options.to_utc);
      },
      std::move(done));
}

void alpaca_broker::asset(std::string symbol, std::function<void(result<asset_report>)> done) {
  state_->read<asset_report>(
      broker_call::asset, "/v2/assets/" + net::percent_encode(symbol),
      [self = state_](std::string body) { return self->codec.asset(std::move(body)); },
      std::move(done));
}
}  // namespace bw
