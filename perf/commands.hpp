#pragma once

#include <functional>

namespace CLI {
class App;
}

namespace bw::perf {

struct common_options {
  bool json = false;
  /// A size that only shows that it works.
  bool smoke = false;
};

/// Set by the sub-command that was named; answers the exit code.
using chosen_measurement = std::function<int()>;

void add_backtest(CLI::App& program, common_options& options, chosen_measurement& chosen);
void add_recording(CLI::App& program, common_options& options, chosen_measurement& chosen);

}  // namespace bw::perf
