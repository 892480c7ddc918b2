#include "domain/trading_state_machine.hpp"

#include <algorithm>
#include <string>

#include "core/assert.hpp"

namespace bw {
namespace {

struct reason_row {
  halt_reason reason;
  trading_mode first;
  trading_mode worst;
  bool latched;
};

constexpr auto reducing = trading_mode::reducing;
constexpr auto halted = trading_mode::halted;

constexpr std::array<reason_row, halt_reason_count> table{{
    {halt_reason::boot, halted, halted, false},
    {halt_reason::reconciling, halted, halted, false},
    {halt_reason::operator_halt, halted, halted, true},
    {halt_reason::kill, halted, halted, true},
    {halt_reason::loss, reducing, halted, true},
    {halt_reason::audit, halted, halted, true},
    {halt_reason::position_mismatch, reducing, halted, true},
    {halt_reason::auth, halted, halted, true},
    {halt_reason::supervisor, halted, halted, true},
    {halt_reason::feed, reducing, reducing, false},
    {halt_reason::stream, reducing, reducing, false},
    {halt_reason::breaker, reducing, halted, false},
    {halt_reason::rejects, reducing, halted, false},
    {halt_reason::account, reducing, halted, false},
    {halt_reason::shutdown, halted, halted, false},
    {halt_reason::parent_child, halted, halted, true},
    {halt_reason::difference, reducing, halted, false},
    {halt_reason::day_unmatched, reducing, reducing, true},
    {halt_reason::clock, reducing, reducing, false},
    {halt_reason::window, reducing, reducing, false},
    {halt_reason::drawdown, reducing, halted, true},
    {halt_reason::disk, reducing, halted, false},
    {halt_reason::market_wide, halted, halted, false},
    {halt_reason::arm, halted, halted, true},
    {halt_reason::alert_unacknowledged, halted, halted, false},
    {halt_reason::freshness, reducing, reducing, false},
    {halt_reason::reserve, reducing, reducing, false},
    {halt_reason::not_flat, halted, halted, true},
    {halt_reason::brief, reducing, reducing, true},
}};

std::size_t index_of(halt_reason reason) {
  const auto value = static_cast<std::size_t>(reason);
  BW_ASSERT(value >= 1 && value <= halt_reason_count, "a halt reason is one of its enum");
  return value;
}

const reason_row& row_of(halt_reason reason) {
  const auto& row = table[index_of(reason) - 1];
  BW_ASSERT(row.reason == reason, "the table of reasons is in the order of the enum");
  return row;
}

}  // namespace

bool is_latched(halt_reason reason) { return row_of(reason).latched; }
trading_mode first_floor(halt_reason reason) { return row_of(reason).first; }
trading_mode worst_floor(halt_reason reason) { return row_of(reason).worst; }

bool trading_state_machine::add(halt_reason reason, trading_mode floor) {
  auto& now = floors_[index_of(reason)];
  // A floor is between the first and the worst of its reason, whatever was asked for.
  const auto next = std::clamp(floor, first_floor(reason), worst_floor(reason));
  if (reason == halt_reason::kill) killed_here_ = true;
  if (has_reason(state_, reason) && now >= next) return false;
  now = next;
  state_.reasons |= reason_bit(reason);
  recompute();
  return true;
}

result<bool> trading_state_machine::clear_by_rule(halt_reason reason) {
  if (!has_reason(state_, reason)) return false;
  const bool rejects_in_a_row = reason == halt_reason::rejects && floor_of(reason) == halted;
  if (is_latched(reason) || rejects_in_a_row)
    return {ec::halted, std::string{to_string(reason)} + " is cleared by a person only"};
  return remove(reason);
}

result<bool> trading_state_machine::clear_by_person(halt_reason reason) {
  if (!has_reason(state_, reason)) return false;
  if (!is_latched(reason) && reason != halt_reason::rejects)
    return {ec::invalid_argument,
            std::string{to_string(reason)} + " goes away by its own rule once its cause is mended"};
  if (reason == halt_reason::kill && killed_here_)
    return {ec::halted, "KILL is cleared only in a process that started after the kill; restart"};
  return remove(reason);
}

void trading_state_machine::restore(const trading_state& persisted) {
  for (const auto& row : table)
    if (row.latched && has_reason(persisted, row.reason)) {
      floors_[index_of(row.reason)] = row.worst;
      state_.reasons |= reason_bit(row.reason);
    }
  recompute();
}

trading_mode trading_state_machine::floor_of(halt_reason reason) const {
  return has_reason(state_, reason) ? floors_[index_of(reason)] : trading_mode::active;
}

bool trading_state_machine::remove(halt_reason reason) {
  state_.reasons &= ~reason_bit(reason);
  recompute();
  return true;
}

void trading_state_machine::recompute() {
  state_.mode = trading_mode::active;
  for (const auto& row : table) state_.mode = std::max(state_.mode, floor_of(row.reason));
}

}  // namespace bw
