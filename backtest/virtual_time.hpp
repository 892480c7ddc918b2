#pragma once

#include "core/time.hpp"

namespace bw {

/// The monotonic reading of a virtual instant. Virtual time never goes back, so one number serves
/// as both, as in core's manual clock.
constexpr mono_ns mono_of(utc_ns now) { return mono_ns{now.value}; }

}  // namespace bw
