#include "actors/person_desk.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <caf/event_based_actor.hpp>
#include <caf/logger.hpp>

#include "actors/node_children.hpp"

namespace bw {
namespace {

/// An actor that does not answer for so long stands still.
constexpr std::chrono::seconds answer_within{3};

audit_append record_of(audit_event event, durability needs) {
  audit_append out;
  out.events.push_back(std::move(event));
  out.needs = needs;
  out.from = short_name{"operator"};
  return out;
}

operator_record unanswered(operator_record who, const char* whom) {
  who.accepted = false;
  who.answer = std::string{whom} + " does not answer";
  return who;
}

/// The last step of every request: what came of it is in the log before anybody is told.
void put_down(caf::event_based_actor* self, const audit_actor& audit, operator_record result,
              const person_desk::answered& done) {
  tell(self, audit, record_of(result, durability::before_answer));
  ask(self, answer_within, audit, atom::flush_v)
      .then([result, done](const audit_synced&) { done(result); },
            [result, done](const caf::error&) {
              auto failed = result;
              failed.answer += "; the audit log does not answer";
              done(std::move(failed));
            });
}

/// Whoever takes AUTH away says that the credentials are good: everything that was refused with the
/// old ones is tried again.
void try_again(caf::event_based_actor* self, const directory& members, operator_record cleared,
               const person_desk::answered& done) {
  tell(self, members.feed, atom::resume_v);
  ask(self, answer_within, members.broker, atom::resume_v, cleared)
      .then(
          [=](const operator_record& x) {
            auto result = cleared;
            result.answer += "; " + x.answer;
            put_down(self, members.audit, std::move(result), done);
          },
          [=](const caf::error&) {
            auto result = cleared;
            result.answer += "; the broker does not answer";
            put_down(self, members.audit, std::move(result), done);
          });
}

/// One short-lived actor a request: it asks, waits and ends.
template <class Work>
void spawn_asker(node_world& world, Work work) {
  // CAF 0.17.6 looks into an actor's arguments even when there are none: it has one.
  // tidy-ok: it lives for one answer, outside of the tree
  world.system->spawn([work = std::move(work)](caf::event_based_actor* self,
                                               const directory& members) { work(self, members); },
                      world.board.current());
  // The spawn makes this thread keep the system's logger, and a system waits for its logger's end.
  caf::logger::set_current_actor_system(nullptr);
}

std::optional<std::size_t> place_of(const std::vector<std::string>& names,
                                    const std::string& name) {
  const auto at = std::find(names.begin(), names.end(), name);
  if (at == names.end()) return std::nullopt;
  return static_cast<std::size_t>(at - names.begin());
}

/// What the gate answers is put down and told.
template <class Wish>
void ask_gate(node_world& world, Wish wish, operator_record who, person_desk::answered done) {
  spawn_asker(world, [=](caf::event_based_actor* self, const directory& members) {
    ask(self, answer_within, members.gate, wish, who)
        .then([=](const operator_record& x) { put_down(self, members.audit, x, done); },
              [=](const caf::error&) {
                put_down(self, members.audit, unanswered(who, "the risk gate"), done);
              });
  });
}

/// Something that is not asked of anybody, for what it names is not there.
void refuse(node_world& world, operator_record who, std::string why, person_desk::answered done) {
  who.answer = std::move(why);
  spawn_asker(world, [=](caf::event_based_actor* self, const directory& members) {
    put_down(self, members.audit, who, done);
  });
}

}  // namespace

void person_desk::halt(halt_reason reason, operator_record who, answered done) const {
  spawn_asker(world_, [=](caf::event_based_actor* self, const directory& members) {
    const halt_command command{reason, cut<short_text>(who.who + ": " + who.why)};
    ask(self, answer_within, members.gate, atom::halt_v, command)
        .then(
            [=](const trading_state& now) {
              auto result = who;
              result.accepted = true;
              result.answer = "the state is " + std::string{to_string(now.mode)};
              put_down(self, members.audit, std::move(result), done);
            },
            [=](const caf::error&) {
              put_down(self, members.audit, unanswered(who, "the risk gate"), done);
            });
  });
}

void person_desk::resume(halt_reason reason, operator_record who, answered done) const {
  spawn_asker(world_, [=](caf::event_based_actor* self, const directory& members) {
    ask(self, answer_within, members.gate, atom::resume_v, reason, who)
        .then(
            [=](const operator_record& x) {
              if (x.accepted && reason == halt_reason::auth)
                return try_again(self, members, x, done);
              put_down(self, members.audit, x, done);
            },
            [=](const caf::error&) {
              put_down(self, members.audit, unanswered(who, "the risk gate"), done);
            });
  });
}

void person_desk::flatten(flatten_wish wish, operator_record who, answered done) const {
  ask_gate(world_, flatten_request{wish, no_symbol}, std::move(who), std::move(done));
}

void person_desk::close(const std::string& symbol, operator_record who, answered done) const {
  const auto place = place_of(world_.symbols, symbol);
  if (!place)
    return refuse(world_, std::move(who), symbol + " is no symbol of this node", std::move(done));
  const symbol_id which{static_cast<std::uint32_t>(*place)};
  ask_gate(world_, flatten_request{flatten_wish::now, which}, std::move(who), std::move(done));
}

void person_desk::cancel_all(operator_record who, answered done) const {
  spawn_asker(world_, [=](caf::event_based_actor* self, const directory& members) {
    tell(self, members.router, atom::cancel_all_v);
    ask(self, answer_within, members.router, atom::view_v)
        .then(
            [=](const open_orders_view& now) {
              auto result = who;
              result.accepted = true;
              result.answer = std::to_string(now.open.size()) + " orders are being cancelled";
              put_down(self, members.audit, std::move(result), done);
            },
            [=](const caf::error&) {
              put_down(self, members.audit, unanswered(who, "the order router"), done);
            });
  });
}

void person_desk::lift_stop(const std::string& symbol, symbol_stop_reason reason,
                            operator_record who, answered done) const {
  const auto place = place_of(world_.symbols, symbol);
  if (!place)
    return refuse(world_, std::move(who), symbol + " is no symbol of this node", std::move(done));
  const symbol_stop what{symbol_id{static_cast<std::uint32_t>(*place)}, reason, false,
                         cut<short_text>(who.why)};
  spawn_asker(world_, [=](caf::event_based_actor* self, const directory& members) {
    ask(self, answer_within, members.router, atom::resume_v, what, who)
        .then([=](const operator_record& x) { put_down(self, members.audit, x, done); },
              [=](const caf::error&) {
                put_down(self, members.audit, unanswered(who, "the order router"), done);
              });
  });
}

void person_desk::resolve(const client_order_id& id, order_state as, operator_record who,
                          answered done) const {
  spawn_asker(world_, [=](caf::event_based_actor* self, const directory& members) {
    ask(self, answer_within, members.router, atom::resolve_v, id, as, who)
        .then([=](const operator_record& x) { put_down(self, members.audit, x, done); },
              [=](const caf::error&) {
                put_down(self, members.audit, unanswered(who, "the order router"), done);
              });
  });
}

void person_desk::let_pass(const std::string& strategy, const std::string& symbol, side which,
                           quantity qty, operator_record who, answered done) const {
  const auto whose = place_of(world_.strategies, strategy);
  const auto of = place_of(world_.symbols, symbol);
  if (!whose || !of) {
    const auto missing = whose ? symbol + " is no symbol" : strategy + " is no strategy";
    return refuse(world_, std::move(who), missing + " of this node", std::move(done));
  }
  const override_request wish{strategy_id{static_cast<std::uint16_t>(*whose)},
                              symbol_id{static_cast<std::uint32_t>(*of)},
                              which,
                              qty,
                              who.who,
                              who.why};
  ask_gate(world_, wish, std::move(who), std::move(done));
}

void person_desk::lower(limits_change what, operator_record who, answered done) const {
  ask_gate(world_, std::move(what), std::move(who), std::move(done));
}

void person_desk::put_back(const std::string& strategy, operator_record who, answered done) const {
  const auto place = place_of(world_.strategies, strategy);
  if (!place)
    return refuse(world_, std::move(who), strategy + " is no strategy of this node",
                  std::move(done));
  const strategy_id id{static_cast<std::uint16_t>(*place)};
  const auto set = world_.live.current().settings;
  const bool failed = *place < set.size() && set[*place].latched;
  if (failed) {
    const auto cause = who.who + ": " + who.why;
    note(strategy_switch_record{cut<short_name>(strategy), {}, true, false, cause});
    world_.put_back(id, cause);
  }
  ask_gate(world_, strategy_return{id}, std::move(who),
           [strategy, failed, done = std::move(done)](operator_record x) {
             if (failed) {
               x.accepted = true;
               x.answer = strategy + " may enter again, as a new instance";
             }
             done(std::move(x));
           });
}

void person_desk::note(audit_event event, durability needs) const {
  world_.audit.post(record_of(std::move(event), needs));
}

}  // namespace bw
