#include "app/control_client.hpp"

#include <fcntl.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <fstream>
#include <future>
#include <nlohmann/json.hpp>
#include <system_error>

#include "app/io_thread.hpp"
#include "config/state_folder.hpp"
#include "core/json_writer.hpp"
#include "net/http_client.hpp"

namespace bw {
namespace {

constexpr std::chrono::milliseconds connect_timeout{1000};
/// Longer than the node itself waits for an actor.
constexpr std::chrono::milliseconds answer_timeout{8000};

result<void> write_file(const std::filesystem::path& file, const std::string& text, mode_t mode) {
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
  // One that was there before keeps its mode otherwise.
  const bool written =
      descriptor >= 0 && ::fchmod(descriptor, mode) == 0 &&
      ::write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  const int number = errno;
  if (descriptor >= 0) ::close(descriptor);
  if (written) return {};
  return {ec::io_failed,
          file.string() + " cannot be written: " + std::generic_category().message(number)};
}

std::string first_line(const std::filesystem::path& file) {
  std::ifstream in{file};
  std::string line;
  std::getline(in, line);
  return line;
}

std::string_view path_of(control_verb verb) {
  switch (verb) {
    case control_verb::halt: return "/api/v1/halt";
    case control_verb::resume: return "/api/v1/resume";
    case control_verb::flatten: return "/api/v1/flatten";
    case control_verb::cancel_all: return "/api/v1/cancel-all";
    case control_verb::lift_stop: return "/api/v1/stops/lift";
    case control_verb::resolve: return "/api/v1/orders/resolve";
    case control_verb::let_pass: return "/api/v1/override";
    case control_verb::lower_limits: return "/api/v1/limits/lower";
    case control_verb::put_back: return "/api/v1/strategies/enable";
    case control_verb::close_position: return "/api/v1/positions/close";
  }
  return "/";
}

std::string body_of(const control_request& x) {
  json_writer out;
  out.begin_object();
  const std::pair<std::string_view, const std::string*> texts[] = {
      {"who", &x.who},           {"why", &x.why},     {"reason", &x.reason},
      {"symbol", &x.symbol},     {"order", &x.order}, {"as", &x.as},
      {"strategy", &x.strategy}, {"side", &x.side},   {"qty", &x.qty}};
  for (const auto& [key, text] : texts)
    if (!text->empty()) out.member(key, *text);
  if (x.verb == control_verb::halt) out.member("kill", x.kill);
  if (x.at_open) out.member("at_open", true);
  if (x.withdraw) out.member("withdraw", true);
  if (!x.limits.settings.empty()) {
    out.key("limits").begin_object();
    for (const auto& each : x.limits.settings) out.member(each.key, each.value);
    out.end_object();
  }
  out.end_object();
  return out.take();
}

result<net::http_response> ask_once(const control_endpoint& where, net::http_request request) {
  const system_clock time;
  std::promise<net::http_outcome> answer;
  auto answered = answer.get_future();
  io_thread asking;
  net::http_client_options options;
  options.connections = 1;
  options.connect_timeout = connect_timeout;
  options.response_timeout = answer_timeout;
  net::http_client client{
      asking.loop(), {"127.0.0.1", where.port, net::security::plain_loopback}, options, time};
  client.send(std::move(request),
              [&](net::http_outcome outcome) { answer.set_value(std::move(outcome)); });
  asking.start();
  auto outcome = answered.get();
  asking.stop();
  return std::move(outcome.response);
}

error no_node(const std::filesystem::path& state) {
  return {ec::connection_failed, "no node is running in " + state.string()};
}

}  // namespace

result<void> publish_control_endpoint(const std::filesystem::path& state,
                                      const control_endpoint& where) {
  if (auto written = write_file(ops_token_file(state), where.token + "\n", 0600); !written)
    return written;
  return write_file(ops_port_file(state), std::to_string(where.port) + "\n", 0640);
}

void withdraw_control_endpoint(const std::filesystem::path& state) {
  ::unlink(ops_port_file(state).c_str());
  ::unlink(ops_token_file(state).c_str());
}

result<control_endpoint> read_control_endpoint(const std::filesystem::path& state) {
  control_endpoint out;
  const auto port = first_line(ops_port_file(state));
  const auto [end, failed] = std::from_chars(port.data(), port.data() + port.size(), out.port);
  if (failed != std::errc{} || out.port == 0) return no_node(state);
  out.token = first_line(ops_token_file(state));
  if (out.token.empty())
    return {ec::auth_refused,
            ops_token_file(state).string() + " cannot be read: only the node's own user may"};
  return out;
}

result<control_answer> ask_node(const std::filesystem::path& state,
                                const control_request& request) {
  const auto where = read_control_endpoint(state);
  if (!where) return where.failure();
  net::http_request out;
  out.method = "POST";
  out.target = path_of(request.verb);
  out.headers = {{"Content-Type", "application/json"}, {"Authorization", "Bearer " + where->token}};
  out.body = body_of(request);
  const auto answer = ask_once(*where, std::move(out));
  if (!answer)
    return answer.code() == ec::connection_failed ? no_node(state) : error{answer.failure()};
  const auto said = nlohmann::json::parse(answer->body, nullptr, false);
  if (answer->status == 401) return {ec::auth_refused, "the node refuses the token"};
  if (!said.is_object() || !said.contains("accepted") || !said["accepted"].is_boolean())
    return {ec::http_status, "the node answered " + std::to_string(answer->status) + " " +
                                 answer->body.substr(0, 200)};
  return control_answer{said["accepted"].get<bool>(), said.value("text", "")};
}

result<std::string> ask_node_status(const std::filesystem::path& state) {
  const auto where = read_control_endpoint(state);
  if (!where) return where.failure();
  auto answer = ask_once(*where, {.target = "/api/v1/status"});
  if (!answer)
    return answer.code() == ec::connection_failed ? no_node(state) : error{answer.failure()};
  if (answer->status != 200)
    return {ec::http_status, "the node answered " + std::to_string(answer->status)};
  return std::move(answer->body);
}

std::string person_at_the_terminal() {
  const auto* who = ::getpwuid(::getuid());
  return who != nullptr ? who->pw_name : "uid " + std::to_string(::getuid());
}

}  // namespace bw
