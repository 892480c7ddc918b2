#include "actors/poison_shelf.hpp"

#include <utility>

#include "core/log.hpp"

namespace bw {
namespace {

constexpr const char* series = "bellwether_poison_messages_total";
constexpr const char* help = "Messages that ended a member, were kept away, and came again.";

/// FNV-1a: good enough to tell messages apart; nobody gains by forging one.
std::uint64_t digest_of(std::string_view kind, std::string_view bytes) {
  std::uint64_t out = 0xcbf29ce484222325ULL;
  for (const auto text : {kind, bytes})
    for (const char c : text) out = (out ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return out;
}

std::string hexadecimal(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  for (const char c : bytes.substr(0, poison_shelf::bytes_shown_max)) {
    const auto byte = static_cast<unsigned char>(c);
    out += digits[byte >> 4];
    out += digits[byte & 15];
  }
  return out;
}

}  // namespace

void poison_shelf::begin(metrics_registry& metrics, std::function<void(alert_record)> note,
                         rehearsal rehearse) {
  note_ = std::move(note);
  rehearse_ = std::move(rehearse);
  ends_ = &metrics.add_counter(series, help, {{"step", "end"}});
  quarantined_ = &metrics.add_counter(series, help, {{"step", "quarantined"}});
  refused_ = &metrics.add_counter(series, help, {{"step", "refused"}});
}

bool poison_shelf::refuses(std::string_view member, std::string_view kind, std::string_view bytes) {
  const std::lock_guard lock{mutex_};
  if (!guard_.holds({std::string{member}, digest_of(kind, bytes)})) return false;
  refused_->add();
  return true;
}

void poison_shelf::on_end(std::string_view member, std::string_view kind, std::string_view bytes,
                          std::string_view why) {
  poison_step step{};
  {
    const std::lock_guard lock{mutex_};
    step = guard_.on_end({std::string{member}, digest_of(kind, bytes)});
    watches_.store(!guard_.empty(), std::memory_order_release);
  }
  const bool kept_away = step == poison_step::quarantined;
  (kept_away ? quarantined_ : ends_)->add();
  const auto text = std::string{member} + " ended by a " + std::string{kind} + " of " +
                    std::to_string(bytes.size()) + " bytes: " + std::string{why} +
                    (kept_away ? "; it is kept away from now on" : "") + "; " + hexadecimal(bytes);
  const auto code = kept_away ? "message_quarantined" : "message_suspected";
  log_line(kept_away ? log_level::critical : log_level::error, "supervisor", code, text);
  note_({kept_away ? alert_level::critical : alert_level::warning, code, {}, text});
}

}  // namespace bw
