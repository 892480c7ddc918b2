// What the strategies of one symbol save, on its way to the file that a restart begins with.

#include "actors/strategy_actor.hpp"
#include "core/log.hpp"
#include "storage/strategy_states.hpp"

namespace bw {

strategy_actor_state::~strategy_actor_state() {
  // The last word, at the end of the node or before a restart; nobody is left to write it for us.
  if (const auto last = args.engine ? states_to_keep() : std::nullopt)
    if (const auto written = write_kept_file(strategy_states_file(args.state_folder, args.symbol),
                                             *last, sync_mode::no);
        !written)
      log_line(log_level::warning, name, "exception", written.failure().context);
}

std::optional<std::string> strategy_actor_state::states_to_keep() {
  if (args.state_folder.empty()) return std::nullopt;
  auto saved = args.engine->save();
  if (saved == kept) return std::nullopt;
  kept = std::move(saved);
  return to_text(kept);
}

}  // namespace bw
