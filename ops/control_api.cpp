#include "ops/control_api.hpp"

#include <deque>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "core/json_writer.hpp"

namespace bw {
namespace {

constexpr std::size_t token_length_min = 32;
constexpr std::size_t wrong_tokens_max = 5;
constexpr nanoseconds wrong_tokens_period = std::chrono::minutes{1};
/// Longest text that a request may carry in one field.
constexpr std::size_t field_length_max = 200;
/// Most limits in one request.
constexpr std::size_t limits_max = 64;

/// Takes as long for a token that is wrong in its first letter as for one wrong in its last.
bool same_token(std::string_view given, std::string_view token) {
  unsigned difference = given.size() == token.size() ? 0U : 1U;
  for (std::size_t k = 0; k < given.size(); ++k)
    difference |= static_cast<unsigned>(static_cast<unsigned char>(given[k]) ^
                                        static_cast<unsigned char>(token[k % token.size()]));
  return difference == 0;
}

bool is_json(const ops_request& request) {
  const auto type = net::find_header(request.http.headers, "Content-Type");
  return net::equal_without_case(type.substr(0, type.find(';')), "application/json");
}

net::http_response answer_response(const control_answer& x) {
  json_writer out;
  out.begin_object().member("accepted", x.accepted).member("text", x.text).end_object();
  return json_response(x.accepted ? 200 : 409, out.take());
}

/// {"risk.max_qty": "100"}: values as text, whatever their kind.
bool read_limits(const nlohmann::json& said, limits_change& to) {
  if (!said.is_object() || said.size() > limits_max) return false;
  for (const auto& [key, value] : said.items()) {
    if (!value.is_string() || key.size() > field_length_max ||
        value.get_ref<const std::string&>().size() > field_length_max)
      return false;
    to.settings.push_back({key, value.get<std::string>()});
  }
  return true;
}

/// Nothing when a field has another form than it must have.
std::optional<control_request> parse_request(control_verb verb, const std::string& body) {
  const auto said = nlohmann::json::parse(body.empty() ? "{}" : body, nullptr, false);
  if (!said.is_object()) return std::nullopt;
  control_request out;
  out.verb = verb;
  const std::pair<const char*, std::string*> texts[] = {
      {"who", &out.who},           {"why", &out.why},     {"reason", &out.reason},
      {"symbol", &out.symbol},     {"order", &out.order}, {"as", &out.as},
      {"strategy", &out.strategy}, {"side", &out.side},   {"qty", &out.qty}};
  for (const auto& [key, field] : texts) {
    const auto at = said.find(key);
    if (at == said.end()) continue;
    if (!at->is_string() || at->get_ref<const std::string&>().size() > field_length_max)
      return std::nullopt;
    *field = at->get<std::string>();
  }
  const std::pair<const char*, bool*> switches[] = {
      {"kill", &out.kill}, {"at_open", &out.at_open}, {"withdraw", &out.withdraw}};
  for (const auto& [key, field] : switches) {
    const auto at = said.find(key);
    if (at == said.end()) continue;
    if (!at->is_boolean()) return std::nullopt;
    *field = at->get<bool>();
  }
  if (const auto at = said.find("limits"); at != said.end() && !read_limits(*at, out.limits))
    return std::nullopt;
  return out;
}

class control_api : public std::enable_shared_from_this<control_api> {
 public:
  control_api(net::io_loop& loop, const clock& time, control_options options)
      : loop_(loop), time_(time), options_(std::move(options)) {}

  void serve(control_verb verb, const ops_request& request, net::responder answer) {
    const auto now = time_.utc_now();
    const auto refuse = [&](std::uint16_t status, std::string_view code, std::string_view text) {
      answer(error_response(status, code, text, now));
    };
    // Halting needs the weakest proof: nobody who guesses tokens may lock it.
    if (verb != control_verb::halt && is_locked())
      return refuse(429, "locked", "too many wrong tokens; wait a minute");
    const auto sent = net::find_header(request.http.headers, "Authorization");
    constexpr std::string_view scheme = "Bearer ";
    if (!sent.starts_with(scheme) || !same_token(sent.substr(scheme.size()), options_.token)) {
      wrong_.push_back(real_.mono_now());
      if (wrong_.size() > wrong_tokens_max) wrong_.pop_front();
      return refuse(401, "unauthorized", "the token in the state folder is needed");
    }
    if (!is_json(request))
      return refuse(415, "unsupported_media_type", "send Content-Type: application/json");
    auto wanted = parse_request(verb, request.http.body);
    if (!wanted) return refuse(400, "bad_request", "the body is no object with the known fields");
    options_.act(*std::move(wanted),
                 [self = shared_from_this(), answer = std::move(answer)](control_answer x) {
                   self->loop_.post([answer, x = std::move(x)] { answer(answer_response(x)); });
                 });
  }

 private:
  bool is_locked() {
    const auto now = real_.mono_now();
    while (!wrong_.empty() && now - wrong_.front() > wrong_tokens_period) wrong_.pop_front();
    return wrong_.size() >= wrong_tokens_max;
  }

  net::io_loop& loop_;
  const clock& time_;
  system_clock real_;
  const control_options options_;
  /// When wrong tokens came; at most wrong_tokens_max.
  std::deque<mono_ns> wrong_;
};

}  // namespace

std::string_view to_string(control_verb x) noexcept {
  switch (x) {
    case control_verb::halt: return "halt";
    case control_verb::resume: return "resume";
    case control_verb::flatten: return "flatten";
    case control_verb::cancel_all: return "cancel-all";
    case control_verb::lift_stop: return "lift-stop";
    case control_verb::resolve: return "resolve";
    case control_verb::let_pass: return "override";
    case control_verb::lower_limits: return "limits lower";
    case control_verb::put_back: return "strategy enable";
    case control_verb::close_position: return "close";
  }
  return "invalid";
}

void add_control_routes(route_table& routes, net::io_loop& loop, const clock& time,
                        control_options options) {
  if (options.token.size() < token_length_min || !options.act) return;
  const auto api = std::make_shared<control_api>(loop, time, std::move(options));
  const auto add = [&](std::string_view path, control_verb verb) {
    routes.add("POST", path, [api, verb](const ops_request& request, net::responder answer) {
      api->serve(verb, request, std::move(answer));
    });
  };
  add("/api/v1/halt", control_verb::halt);
  add("/api/v1/resume", control_verb::resume);
  add("/api/v1/flatten", control_verb::flatten);
  add("/api/v1/positions/close", control_verb::close_position);
  add("/api/v1/cancel-all", control_verb::cancel_all);
  add("/api/v1/stops/lift", control_verb::lift_stop);
  add("/api/v1/orders/resolve", control_verb::resolve);
  add("/api/v1/override", control_verb::let_pass);
  add("/api/v1/limits/lower", control_verb::lower_limits);
  add("/api/v1/strategies/enable", control_verb::put_back);
}

}  // namespace bw
