#pragma once

#include <filesystem>

#include "app/preflight_run.hpp"

namespace bw {

/// The eight tests of a quick trial, made of one preflight with its drill: configuration,
/// connection, market data, an order of one share, its cancellation, positions, limits, emergency
/// stop. What was only warned of in the preflight has passed here, but for the drill's own tests.
preflight_report quick_trial(const preflight_outcome& preflight);

/// Writes the result into the trials of the state folder and answers the file; empty when the
/// configuration could not be read, so that there is no folder.
result<std::filesystem::path> keep_trial(const preflight_report& trial,
                                         const preflight_outcome& preflight);

}  // namespace bw
