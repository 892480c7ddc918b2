#include "app/control_desk.hpp"

#include <sys/random.h>

#include <array>
#include <mutex>
#include <optional>
#include <utility>

#include "config/state_folder.hpp"
#include "core/assert.hpp"
#include "core/log.hpp"
#include "domain/trading_state_machine.hpp"

namespace bw {
namespace {

/// "POSITION_MISMATCH", "position_mismatch" and "position-mismatch" are one word.
bool same_word(std::string_view a, std::string_view b) {
  const auto plain = [](char c) {
    if (c == '-') return '_';
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  };
  if (a.size() != b.size()) return false;
  for (std::size_t k = 0; k < a.size(); ++k)
    if (plain(a[k]) != plain(b[k])) return false;
  return true;
}

std::optional<halt_reason> reason_of(std::string_view text) {
  // A breaker is isolated because the credentials were refused, which is the reason that stands.
  if (same_word(text, "isolated")) return halt_reason::auth;
  for (std::size_t k = 1; k <= halt_reason_count; ++k) {
    const auto reason = static_cast<halt_reason>(k);
    if (same_word(text, to_string(reason))) return reason;
  }
  return std::nullopt;
}

std::optional<symbol_stop_reason> stop_reason_of(std::string_view text) {
  for (std::size_t k = 1; k <= symbol_stop_reason_count; ++k) {
    const auto reason = static_cast<symbol_stop_reason>(k);
    if (same_word(text, to_string(reason))) return reason;
  }
  return std::nullopt;
}

/// The words of a person for how an unknown order ended.
std::optional<order_state> end_of(std::string_view text) {
  if (text == "absent") return order_state::not_sent;
  if (text == "cancelled" || text == "canceled") return order_state::canceled;
  if (text == "expired") return order_state::expired;
  if (text == "rejected") return order_state::rejected;
  return std::nullopt;
}

flatten_wish flatten_wish_of(const control_request& x) {
  if (x.withdraw) return flatten_wish::withdraw;
  return x.at_open ? flatten_wish::at_open : flatten_wish::now;
}

}  // namespace

std::string make_control_token() {
  std::array<unsigned char, 32> bytes{};
  BW_ASSERT(::getrandom(bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size()),
            "the kernel gives a process 32 bytes of chance");
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  for (const auto byte : bytes) {
    out += digits[byte >> 4];
    out += digits[byte & 15];
  }
  return out;
}

struct control_desk::state : std::enable_shared_from_this<control_desk::state> {
  explicit state(control_parts given) : parts(std::move(given)) {}

  /// Calls with the node's people, or answers that there are none.
  template <class Use>
  bool with_people(Use use) {
    const std::lock_guard lock{mutex};
    if (people == nullptr) return false;
    use(*people);
    return true;
  }

  void tell_node(const operator_record& who) {
    with_people([&](const person_desk& to) {
      to.halt(halt_reason::kill, who, [](const operator_record&) {});
    });
  }
  void act(control_request request, std::function<void(control_answer)> done);
  void halt(const control_request& request, operator_record who,
            std::function<void(control_answer)> done);
  void resume(const control_request& request, const operator_record& who,
              const person_desk::answered& done, const person_desk& to);
  void let_pass(const control_request& request, const operator_record& who,
                const person_desk::answered& done, const person_desk& to);
  void lower(const control_request& request, const operator_record& who,
             const person_desk::answered& done, const person_desk& to);

  const control_parts parts;
  std::mutex mutex;
  const person_desk* people = nullptr;
  bool began_killed = false;
  std::unique_ptr<kill_switch> killer;
};

void control_desk::state::halt(const control_request& request, operator_record who,
                               std::function<void(control_answer)> done) {
  if (request.kill) {
    const auto receipt = killer->kill(who);
    std::string text = receipt.first ? "killed: no order leaves any more, every order is being "
                                       "cancelled"
                                     : "killed before; every order is being cancelled once more";
    if (!receipt.file_failure.empty()) text += "; " + receipt.file_failure;
    return done({true, std::move(text)});
  }
  const bool asked = with_people([&](const person_desk& to) {
    to.halt(halt_reason::operator_halt, std::move(who), [done](const operator_record& x) {
      done({x.accepted, x.answer});
    });
  });
  if (!asked) done({false, "the node is starting or stopping"});
}

/// A kill is taken back in this order: the state first, which the log then holds, the file next,
/// the last gate at the end. A crash in between leaves the node killed.
void control_desk::state::resume(const control_request& request, const operator_record& who,
                                 const person_desk::answered& done, const person_desk& to) {
  const auto reason = reason_of(request.reason);
  if (!reason || !(is_latched(*reason) || *reason == halt_reason::rejects)) {
    auto refused = who;
    refused.answer = reason ? request.reason + " goes away by its own rule"
                            : "'" + request.reason + "' is no reason that a person clears";
    return done(refused);
  }
  // Said here as well as by the trading state: the actors may not have heard of the kill yet.
  if (*reason == halt_reason::kill && killer->killed_here()) {
    auto refused = who;
    refused.answer = "KILL is cleared only in a process that started after the kill; restart";
    return done(refused);
  }
  const auto cleared = [self = shared_from_this(), done,
                        kill = *reason == halt_reason::kill](operator_record x) {
    if (kill && x.accepted) {
      if (const auto gone = remove_kill_file(kill_file(self->parts.state_folder)); gone)
        self->parts.mark->revive();
      else
        x.answer += "; " + gone.failure().context;
    }
    done(std::move(x));
  };
  to.resume(*reason, who, cleared);
}

void control_desk::state::let_pass(const control_request& request, const operator_record& who,
                                   const person_desk::answered& done, const person_desk& to) {
  const auto qty = quantity::parse(request.qty);
  const bool buys = request.side == "buy";
  if (!qty || !qty->is_positive() || (!buys && request.side != "sell")) {
    auto refused = who;
    refused.answer = "name the order: strategy, symbol, buy or sell, and how many shares";
    return done(refused);
  }
  to.let_pass(request.strategy, request.symbol, buys ? side::buy : side::sell, *qty, who, done);
}

/// In force first, on disk next: what could not be kept is said.
void control_desk::state::lower(const control_request& request, const operator_record& who,
                                const person_desk::answered& done, const person_desk& to) {
  to.lower(request.limits, who,
           [self = shared_from_this(), limits = request.limits, done](operator_record x) {
             if (x.accepted && self->parts.keep_limits) {
               if (const auto kept = self->parts.keep_limits(limits); !kept)
                 x.answer += "; a restart forgets it: " + kept.failure().context;
             }
             done(std::move(x));
           });
}

void control_desk::state::act(control_request request, std::function<void(control_answer)> done) {
  operator_record who;
  who.command = to_string(request.verb);
  if (request.kill) who.command = "kill";
  if (request.at_open) who.command += " --at-open";
  if (request.withdraw) who.command += " --cancel";
  for (const auto* part : {&request.reason, &request.strategy, &request.symbol, &request.side,
                           &request.qty, &request.order, &request.as})
    if (!part->empty()) who.command += " " + *part;
  for (const auto& each : request.limits.settings) who.command += " " + each.key + "=" + each.value;
  who.who = request.who.empty() ? "somebody" : request.who;
  who.why = request.why;
  who.channel = command_channel::api;
  if (request.verb == control_verb::halt) return halt(request, std::move(who), std::move(done));
  // Away from safe nobody goes without a name and a reason.
  const bool away =
      request.verb == control_verb::resume || request.verb == control_verb::lift_stop ||
      request.verb == control_verb::resolve || request.verb == control_verb::let_pass ||
      request.verb == control_verb::put_back || request.withdraw;
  if (away && (request.who.empty() || request.why.empty()))
    return done({false, "say who you are and why"});
  const person_desk::answered answered = [done](const operator_record& x) {
    done({x.accepted, x.answer});
  };
  const bool asked = with_people([&](const person_desk& to) {
    switch (request.verb) {
      case control_verb::halt: return;
      case control_verb::resume: return resume(request, who, answered, to);
      case control_verb::flatten: return to.flatten(flatten_wish_of(request), who, answered);
      case control_verb::close_position: return to.close(request.symbol, who, answered);
      case control_verb::cancel_all: return to.cancel_all(who, answered);
      case control_verb::lift_stop: {
        const auto reason = stop_reason_of(request.reason);
        if (!reason) return done({false, "'" + request.reason + "' is no reason of a stop"});
        return to.lift_stop(request.symbol, *reason, who, answered);
      }
      case control_verb::resolve: {
        const auto as = end_of(request.as);
        if (!as || !client_order_id::fits(request.order))
          return done({false, "say --as absent, cancelled, expired or rejected"});
        return to.resolve(client_order_id{request.order}, *as, who, answered);
      }
      case control_verb::let_pass: return let_pass(request, who, answered, to);
      case control_verb::lower_limits: return lower(request, who, answered, to);
      case control_verb::put_back: return to.put_back(request.strategy, who, answered);
    }
  });
  if (!asked) done({false, "the node is starting or stopping"});
}

control_desk::control_desk(control_parts parts)
    : state_(std::make_shared<state>(std::move(parts))) {
  auto& s = *state_;
  const auto file = kill_file(s.parts.state_folder);
  std::error_code failed;
  s.began_killed = std::filesystem::exists(file, failed);
  if (s.began_killed) {
    s.parts.mark->kill();
    log_line(log_level::critical, "kill", "trading_halted",
             "the kill file lies in the state folder: " + read_kill_file(file));
  }
  const std::weak_ptr<state> weak = state_;
  s.killer = std::make_unique<kill_switch>(kill_parts{
      s.parts.mark, s.parts.gateway, s.parts.gateway_loop, file, s.parts.boot_no, s.parts.sweep,
      [weak](const operator_record& who) {
        if (const auto self = weak.lock()) self->tell_node(who);
      },
      [weak](audit_event event) {
        const auto self = weak.lock();
        if (!self) return;
        self->with_people(
            [&](const person_desk& to) { to.note(std::move(event), durability::before_answer); });
      }});
  kill_watch_parts watched;
  watched.file = file;
  watched.heartbeat = heartbeat_file(s.parts.state_folder);
  watched.boot_no = s.parts.boot_no;
  watched.mark = s.parts.mark;
  watched.alive = s.parts.alive;
  watched.on_file = [this, file] {
    // A kill of this process has left the file itself, and nothing has left the node since.
    if (state_->killer->killed_here()) return;
    operator_record who;
    who.command = "kill";
    who.who = "kill file";
    who.why = read_kill_file(file);
    who.channel = command_channel::file;
    kill(who);
  };
  watch_ = std::make_unique<kill_watch>(std::move(watched));
}

control_desk::~control_desk() {
  watch_.reset();
  attach(nullptr);
}

void control_desk::attach(const person_desk* people) {
  {
    const std::lock_guard lock{state_->mutex};
    state_->people = people;
  }
  // Killed while the actors were not there yet: they have to know.
  if (people == nullptr || !state_->parts.mark->killed() || state_->began_killed) return;
  operator_record who;
  who.command = "kill";
  who.who = "kill switch";
  who.why = "killed while the node was starting";
  state_->tell_node(who);
}

void control_desk::act(control_request request, std::function<void(control_answer)> done) {
  state_->act(std::move(request), std::move(done));
}

kill_receipt control_desk::kill(const operator_record& who) { return state_->killer->kill(who); }
bool control_desk::began_killed() const { return state_->began_killed; }

void control_desk::plan_stop() {
  if (!watch_) return;
  watch_->plan_stop();
  watch_.reset();
}

}  // namespace bw
