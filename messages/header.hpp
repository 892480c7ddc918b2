#pragma once

#include "core/fields.hpp"
#include "core/ids.hpp"
#include "core/inline_string.hpp"
#include "core/time.hpp"

namespace bw {

/// Ticker as text, at the borders and in records; inside, symbols are dense ids.
using symbol_name = inline_string<15>;
/// Name of a strategy instance, of an actor, of a reason: short text that travels in messages.
using short_name = inline_string<31>;
/// One sentence from a broker or for a person, cut at this length where it enters.
using short_text = inline_string<127>;

/// `text` cut to what fits.
template <class Text>
Text cut(std::string_view text) {
  return Text{text.substr(0, Text::capacity)};
}

/// What every decision carries back to its cause.
struct msg_header {
  /// Ties a tick to everything that follows from it; also the id a person searches for.
  trace_id trace;
  /// Time at the venue of the event that caused this.
  utc_ns ts_event;
  /// Our time when this was made.
  utc_ns ts_init;
  /// When the bytes of the causing tick arrived: tick-to-order latency is measured from here.
  mono_ns received;

  BW_FIELDS(trace, ts_event, ts_init, received)
};

}  // namespace bw
