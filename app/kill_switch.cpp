#include "app/kill_switch.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <system_error>
#include <utility>

#include "core/json_writer.hpp"
#include "core/log.hpp"

namespace bw {
namespace {

/// More of the file is not shown.
constexpr std::streamsize kill_text_max = 1024;

result<void> refused(const std::filesystem::path& file, const char* what) {
  const int number = errno;
  return {ec::io_failed, "the kill file " + file.string() + " cannot be " + what + ": " +
                             std::generic_category().message(number)};
}

/// A name is on disk only once its folder is.
void sync_folder(const std::filesystem::path& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  ::fsync(descriptor);
  ::close(descriptor);
}

std::string list_of(const std::vector<open_order_report>& orders) {
  constexpr std::size_t shown_max = 10;
  std::string out;
  for (std::size_t k = 0; k < orders.size() && k < shown_max; ++k)
    out += (k == 0 ? "" : ", ") + std::string{to_string(orders[k].side)} + " " +
           orders[k].qty.text() + " " + orders[k].symbol.str();
  if (orders.size() > shown_max) out += ", …";
  return out;
}

}  // namespace

result<void> write_kill_file(const std::filesystem::path& file, const operator_record& who,
                             std::uint64_t boot_no, utc_ns at) {
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
  if (descriptor < 0) return errno == EEXIST ? result<void>{} : refused(file, "made");
  json_writer text;
  text.begin_object().member("command", who.command).member("who", who.who).member("why", who.why);
  text.member("channel", to_string(who.channel)).member("boot_no", boot_no).member("at", at);
  text.end_object();
  const auto line = text.take() + "\n";
  const bool written =
      ::write(descriptor, line.data(), line.size()) == static_cast<ssize_t>(line.size()) &&
      ::fsync(descriptor) == 0;
  auto out = written ? result<void>{} : refused(file, "written");
  ::close(descriptor);
  // Even an empty file kills; its name is what counts.
  sync_folder(file.parent_path());
  return out;
}

std::string read_kill_file(const std::filesystem::path& file) {
  std::ifstream in{file, std::ios::binary};
  if (!in) return "";
  std::string text(static_cast<std::size_t>(kill_text_max), '\0');
  in.read(text.data(), kill_text_max);
  text.resize(static_cast<std::size_t>(in.gcount()));
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  return text.empty() ? "made by hand" : text;
}

result<void> remove_kill_file(const std::filesystem::path& file) {
  if (::unlink(file.c_str()) != 0 && errno != ENOENT) return refused(file, "removed");
  sync_folder(file.parent_path());
  return {};
}

struct kill_switch::state {
  explicit state(kill_parts given) : parts(std::move(given)) {}

  void on_alarm(const sweep_report& so_far) const {
    const auto text = so_far.failure.empty()
                          ? std::to_string(so_far.open.size()) +
                                " orders are still open at the broker: " + list_of(so_far.open)
                          : "nobody knows what is open at the broker: " + so_far.failure;
    log_line(log_level::critical, "kill", "orders_left_open", text);
    parts.note(alert_record{alert_level::critical, "orders_left_open", {}, text});
  }

  void on_end(const sweep_report& done, nanoseconds acknowledged) const {
    drill_record x;
    x.kind = "kill";
    x.passed = done.clean && done.took <= parts.sweep.alarm_after;
    x.acknowledged_ns = acknowledged.count();
    x.cancelled_ns = done.took.count();
    x.open_orders_after = static_cast<std::uint32_t>(done.open.size());
    x.text = std::to_string(done.cancels_asked) + " cancels, first request after " +
             std::to_string(done.first_request.count() / 1'000'000) + " ms, " +
             (done.clean ? "nothing is open" : "still open: " + list_of(done.open)) +
             (done.kept.empty() ? "" : "; left on purpose: " + list_of(done.kept));
    log_line(done.clean ? log_level::warning : log_level::critical, "kill", "kill_swept", x.text);
    parts.note(std::move(x));
  }

  kill_parts parts;
  system_clock time;
  std::atomic<bool> sweeping{false};
  std::atomic<bool> killed_here{false};
};

kill_switch::kill_switch(kill_parts parts) : state_(std::make_shared<state>(std::move(parts))) {}
kill_switch::~kill_switch() = default;

bool kill_switch::killed_here() const { return state_->killed_here; }

kill_receipt kill_switch::kill(const operator_record& who) {
  auto& s = *state_;
  const auto began = s.time.mono_now();
  kill_receipt out;
  out.accepted = true;
  out.first = !s.parts.mark->killed();
  // First of all, and before anything that could wait: from here on nothing leaves.
  s.parts.mark->kill();
  s.killed_here = true;
  const bool sweeps = !s.sweeping.exchange(true);
  if (sweeps) {
    // Handed over before the disk is touched: a slow disk must not keep orders alive. What it says
    // comes on the gateway's loop.
    const auto self = state_;
    const auto acknowledged = s.time.mono_now() - began;
    sweep_orders(*s.parts.gateway, *s.parts.loop, s.parts.sweep,
                 {.on_alarm = [self](const sweep_report& x) { self->on_alarm(x); },
                  .on_end =
                      [self, acknowledged](sweep_report x) {
                        self->sweeping = false;
                        self->on_end(x, acknowledged);
                      }});
  }
  const auto written = write_kill_file(s.parts.file, who, s.parts.boot_no, s.time.utc_now());
  if (!written) {
    out.file_failure = written.failure().context;
    log_line(log_level::critical, "kill", "exception", out.file_failure);
  }
  log_line(log_level::critical, "kill", "trading_halted",
           "killed by " + who.who + " over " + std::string{to_string(who.channel)} +
               (who.why.empty() ? "" : ": " + who.why));
  s.parts.tell_node(who);
  return out;
}

}  // namespace bw
