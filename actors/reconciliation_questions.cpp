#include "actors/harden.hpp"
#include "actors/reconciliation_actor.hpp"

namespace bw {

/// Orders and executions are asked for from here on: what happened just before the log's last
/// record may have been missed, and so may an order that was sent long before it was filled.
utc_ns reconciliation_state::look_from() const {
  auto from = activities_from - args.options.look_back;
  if (mark && (ended || mark->at < from)) from = std::min(from, mark->at);
  return from;
}

namespace {

/// Carries the gateway's answer from its thread to the actor, or its failure.
template <class Value, class Make>
auto to_actor(const reconciliation_actor& to, std::uint64_t round, book_question what, Make make) {
  return [to, round, what, make](result<Value> answer) {
    if (answer)
      post_to(to, make(std::move(*answer)));
    else
      post_to(to,
              broker_failure{round, std::move(answer).failure(), static_cast<std::uint8_t>(what)});
  };
}

}  // namespace

void reconciliation_state::ask_broker(const reconcile_schedule::question& question, mono_ns now) {
  const reconciliation_actor to{self};
  const auto id = question.round;
  const auto what = question.what;
  asked[static_cast<std::size_t>(what) - 1] = now;
  switch (what) {
    case book_question::opens:
      return args.gateway->open_orders(to_actor<std::vector<open_order_report>>(
          to, id, what, [id, now](std::vector<open_order_report> x) {
            return orders_report{id, now, std::move(x)};
          }));
    case book_question::positions:
      return args.gateway->positions(to_actor<std::vector<position_report>>(
          to, id, what, [id](std::vector<position_report> x) {
            return positions_report{id, std::move(x)};
          }));
    case book_question::account:
      account_round = id;
      return args.gateway->account(
          to_actor<account_report>(to, id, what, [](account_report x) { return x; }));
    case book_question::activities: return ask_activities(question, now);
  }
}

/// Two questions with one answer: an execution names its order by the broker's id only, and the
/// list of orders says whose it is.
void reconciliation_state::ask_activities(const reconcile_schedule::question& question,
                                          mono_ns now) {
  struct both {
    activities_report report;
    int answers = 0;
  };
  const auto from = look_from();
  auto made = std::make_shared<both>();
  made->report.round = question.round;
  made->report.since = from;
  made->report.requested = now;
  const reconciliation_actor to{self};
  const auto failed = [to, round = question.round](error why) {
    post_to(to, broker_failure{round, std::move(why),
                               static_cast<std::uint8_t>(book_question::activities)});
  };
  // Both answers come on the gateway's one thread.
  const auto one_more = [to, made] {
    if (++made->answers == 2) post_to(to, std::move(made->report));
  };
  args.gateway->orders_since(from, [=](result<std::vector<open_order_report>> x) {
    if (!x) return failed(x.failure());
    made->report.orders = std::move(*x);
    one_more();
  });
  args.gateway->activities(from, [=](result<std::vector<account_activity>> x) {
    if (!x) return failed(x.failure());
    made->report.activities = std::move(*x);
    one_more();
  });
}

void reconciliation_state::ask_single(const single_query& query, mono_ns now) {
  const reconciliation_actor to{self};
  const auto answer = [to, id = query.client_id, now](result<open_order_report> x) {
    lookup_report report{id, x.ok(), {}, now};
    if (x) report.order = *x;
    if (x || x.code() == ec::not_found) post_to(to, report);
  };
  switch (query.what) {
    case single_query::kind::own_order: return tell(self, members.broker, query.client_id);
    case single_query::kind::external_order:
    case single_query::kind::order_by_venue_id:
      return args.gateway->order_by_venue_id(query.venue_id, answer);
    case single_query::kind::position:
      return args.gateway->position(query.symbol.str(), [to, now](result<position_report> x) {
        if (x) return post_to(to, position_answer{*x, now});
        post_to(to, broker_failure{0, std::move(x).failure(), 0});
      });
  }
}

}  // namespace bw
