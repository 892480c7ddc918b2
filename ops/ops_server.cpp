#include "ops/ops_server.hpp"

#include "core/assert.hpp"
#include "net/http_server.hpp"
#include "ops/metrics_page.hpp"
#include "ops/request_guard.hpp"
#include "ops/routes.hpp"

namespace bw {
namespace {

constexpr std::uint16_t connections_max = 16;
constexpr std::uint32_t header_bytes_max = 8 * 1024;
constexpr std::uint64_t body_bytes_max = 16 * 1024;
constexpr std::chrono::milliseconds request_timeout{5000};
constexpr std::chrono::milliseconds idle_timeout{30000};
/// The age of a status is counted in these, because the node's clock may run faster or stand still.
constexpr std::chrono::milliseconds look_every{250};

std::vector<std::string> excluded_checks(const net::parsed_target& target) {
  std::vector<std::string> out;
  for (const auto& [name, value] : target.query)
    if (name == "exclude") out.push_back(value);
  return out;
}

net::http_response text_response(std::uint16_t status, std::string_view type, std::string body) {
  return {
      .status = status, .headers = {{"Content-Type", std::string{type}}}, .body = std::move(body)};
}

}  // namespace

struct ops_server::state : std::enable_shared_from_this<ops_server::state> {
  state(net::io_loop& on, ops_options wanted, ops_sources from)
      : loop(on), options(std::move(wanted)), sources(std::move(from)) {
    BW_ASSERT(sources.status && sources.metrics && sources.time,
              "the ops server knows status, metrics and clock");
  }

  result<std::uint16_t> start();
  void stop();
  void add_routes();
  void look();
  void serve(net::http_request request, net::responder answer);
  net::http_response probe_response(probe asked, const ops_request& request) const;
  net::http_response status_response() const;

  net::io_loop& loop;
  const ops_options options;
  const ops_sources sources;
  route_table routes;
  std::unique_ptr<net::http_server> server;
  std::shared_ptr<net::io_loop::timer> next_look;
  std::uint16_t port = 0;
  /// The status that was seen last, and how long it has not changed.
  std::shared_ptr<const node_status> seen;
  std::chrono::milliseconds age{};
};

result<std::uint16_t> ops_server::state::start() {
  add_routes();
  net::http_server_options wanted{.address = options.address,
                                  .port = options.port,
                                  .connections_max = connections_max,
                                  .header_bytes_max = header_bytes_max,
                                  .body_bytes_max = body_bytes_max,
                                  .request_timeout = request_timeout,
                                  .idle_timeout = idle_timeout};
  net::http_server_handlers handlers{
      .on_request = [this](net::http_request request, net::responder answer) {
        serve(std::move(request), std::move(answer));
      }};
  server = std::make_unique<net::http_server>(loop, std::move(wanted), std::move(handlers));
  auto bound = server->start();
  if (!bound) return std::move(bound).failure().within("ops");
  port = *bound;
  loop.post([weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->look();
  });
  return port;
}

void ops_server::state::stop() {
  next_look.reset();
  server.reset();
}

void ops_server::state::add_routes() {
  const auto add_probe = [this](std::string_view path, probe asked) {
    routes.add_get(path, [this, asked](const ops_request& x) { return probe_response(asked, x); });
  };
  add_probe("/livez", probe::live);
  add_probe("/readyz", probe::ready);
  add_probe("/startupz", probe::started);
  routes.add_get("/metrics", [this](const ops_request&) {
    auto process = read_process_figures();
    return text_response(
        200, "text/plain; version=0.0.4; charset=utf-8",
        metrics_page(*sources.metrics, process.ok() ? std::optional{*process} : std::nullopt));
  });
  routes.add_get("/api/v1/status", [this](const ops_request&) { return status_response(); });
  routes.add_get("/api/v1/state", [this](const ops_request&) {
    const auto status = sources.status();
    return json_response(200, state_json(status ? *status : node_status{}));
  });
  add_control_routes(routes, loop, *sources.time, sources.control);
}

/// Notes whether a new status has come.
void ops_server::state::look() {
  if (!server) return;
  auto now = sources.status();
  if (now != seen) {
    seen = std::move(now);
    age = {};
  } else {
    age += look_every;
  }
  next_look = loop.after(look_every, [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->look();
  });
}

void ops_server::state::serve(net::http_request request, net::responder answer) {
  const auto now = sources.time->utc_now();
  const auto guarded = [answer = std::move(answer)](net::http_response response) {
    add_safety_headers(response);
    answer(std::move(response));
  };
  if (auto refusal = refuse_foreign(request, port, now)) return guarded(*std::move(refusal));
  ops_request asked{.target = net::parse_target(request.target)};
  asked.http = std::move(request);
  routes.answer(asked, guarded, now);
}

net::http_response ops_server::state::probe_response(probe asked,
                                                     const ops_request& request) const {
  const auto status = sources.status();
  const health_facts facts{.status = status.get(),
                           .status_age = status == seen ? age : std::chrono::milliseconds{0},
                           .alive = !sources.alive || sources.alive()};
  const auto report = judge_health(asked, facts, sources.limits, excluded_checks(request.target));
  const std::uint16_t code = report.passed ? 200 : 503;
  if (request.target.has("verbose"))
    return text_response(code, "text/plain; charset=utf-8", to_lines(report));
  auto response = json_response(code, to_json(report, sources.time->utc_now()));
  const auto accepted = net::find_header(request.http.headers, "Accept");
  if (accepted.find("application/health+json") != std::string_view::npos)
    response.headers = {{"Content-Type", "application/health+json"}};
  return response;
}

net::http_response ops_server::state::status_response() const {
  const auto status = sources.status();
  if (!status)
    return error_response(503, "starting", "the node has not published a status yet",
                          sources.time->utc_now());
  return json_response(200, to_json(*status));
}

ops_server::ops_server(net::io_loop& loop, ops_options options, ops_sources sources)
    : state_(std::make_shared<state>(loop, std::move(options), std::move(sources))) {}

ops_server::~ops_server() { state_->stop(); }

result<std::uint16_t> ops_server::start() { return state_->start(); }
void ops_server::stop() { state_->stop(); }

}  // namespace bw
