// The two headline measurements: from a tick to the gate's verdict, and to the order's bytes.

#include <CLI/CLI.hpp>

#include <iostream>
#include <map>
#include <memory>

#include "core/exit_code.hpp"
#include "perf/commands.hpp"
#include "perf/tick_run.hpp"

namespace bw::perf {
namespace {

const std::map<std::string, tick_mode> modes{
    {"floor", tick_mode::floor}, {"queue", tick_mode::queue}, {"socket", tick_mode::socket}};
const std::map<std::string, audit_sync> policies{{"gate", audit_sync::gate},
                                                 {"process", audit_sync::process}};
const std::map<std::string, hot_wait> waits{
    {"spin", hot_wait::spin}, {"adaptive", hot_wait::adaptive}, {"block", hot_wait::block}};
const std::map<std::string, symbol_weights> weight_words{{"zipf", symbol_weights::zipf},
                                                         {"uniform", symbol_weights::uniform}};
const std::map<std::string, arrivals> patterns{
    {"constant", arrivals::constant}, {"poisson", arrivals::poisson}, {"burst", arrivals::burst}};

template <class Value>
std::string name_of(const std::map<std::string, Value>& names, Value value) {
  for (const auto& [name, each] : names)
    if (each == value) return name;
  return "?";
}

/// The command line's words for what is an enumeration.
struct tick_words {
  std::string mode = "queue";
  std::string sync = "gate";
  std::string wait = "spin";
  std::string weights = "zipf";
  std::string pattern = "constant";
};

template <class Value>
std::vector<std::string> words_of(const std::map<std::string, Value>& names) {
  std::vector<std::string> out;
  for (const auto& each : names) out.push_back(each.first);
  return out;
}

int run(tick_options options, const tick_words& words, const common_options& common) {
  options.mode = modes.at(words.mode);
  options.sync = policies.at(words.sync);
  options.wait = waits.at(words.wait);
  options.weights = weight_words.at(words.weights);
  options.pattern = patterns.at(words.pattern);
  if (common.smoke) {
    options.seconds = options.warm_up_seconds = 1;
    options.rate = std::min<std::uint64_t>(options.rate, 1'000);
  }
  auto page = options.mode == tick_mode::floor   ? run_floor(options)
              : options.mode == tick_mode::queue ? run_queue(options)
                                                 : run_socket(options);
  if (!page) {
    std::cerr << "bellwether-perf: " << page.failure().context << '\n';
    return static_cast<int>(page.code() == ec::out_of_range ? exit_code::usage
                                                            : exit_code::unexpected);
  }
  if (common.smoke) page->invalid.emplace_back("smoke: too short to say anything");
  const auto code = finish(*page, common.json);
  return common.smoke && code == not_judged ? static_cast<int>(exit_code::ok) : code;
}

void add(CLI::App& program, common_options& common, chosen_measurement& chosen, const char* name,
         const char* text, tick_end end) {
  auto* command = program.add_subcommand(name, text);
  auto options = std::make_shared<tick_options>();
  options->end = end;
  auto words = std::make_shared<tick_words>();
  command
      ->add_option("--mode", words->mode,
                   "floor: straight line; queue: the node's actors; socket: over loopback")
      ->check(CLI::IsMember(words_of(modes)));
  command->add_option("--rate", options->rate, "Ticks a second")->check(CLI::Range(1, 20'000'000));
  command->add_option("--symbols", options->symbols)->check(CLI::Range(1, 10'000));
  command->add_option("--every", options->every, "Every so many ticks one causes an order")
      ->check(CLI::Range(1, 1'000'000));
  command->add_option("--sync", words->sync, "gate: synced to disk; process: written")
      ->check(CLI::IsMember(words_of(policies)));
  command->add_option("--wait", words->wait, "How the worker waits")
      ->check(CLI::IsMember(words_of(waits)));
  command->add_option("--seconds", options->seconds)->check(CLI::Range(1, 86'400));
  command->add_option("--weights", words->weights, "How often each symbol is quoted")
      ->check(CLI::IsMember(words_of(weight_words)));
  command
      ->add_option("--arrivals", words->pattern,
                   "How ticks come: at equal distances, at random, or half of them in bursts")
      ->check(CLI::IsMember(words_of(patterns)));
  command->add_option("--folder", options->folder, "Where the log is kept, say /dev/shm");
  command->add_option("--seed", options->seed);
  command->add_flag("--pin", options->pin, "The worker on processor 1, all else on 0");
  command->add_flag("!--no-recording", options->recording, "Inputs of decisions are not recorded");
  command->footer(std::string{"Example: bellwether-perf "} + name +
                  " --mode queue --rate 1000 --every 10 --sync process --wait spin\n"
                  "Exit codes: 0 judged, 2 usage, 77 not judged (noisy or invalid)");
  command->callback([options, words, &common, &chosen] {
    chosen = [options, words, &common] { return run(*options, *words, common); };
  });
}

}  // namespace

std::vector<std::pair<std::string, std::string>> settings_of(const tick_options& options) {
  return {{"mode", name_of(modes, options.mode)},
          {"rate", std::to_string(options.rate)},
          {"symbols", std::to_string(options.symbols)},
          {"every", std::to_string(options.every)},
          {"sync", name_of(policies, options.sync)},
          {"wait", name_of(waits, options.wait)},
          {"seconds", std::to_string(options.seconds)},
          {"weights", name_of(weight_words, options.weights)},
          {"arrivals", name_of(patterns, options.pattern)},
          {"pinned", options.pin ? "yes" : "no"},
          {"recording", options.recording ? "yes" : "no"},
          {"seed", std::to_string(options.seed)}};
}

void add_tick_to_verdict(CLI::App& program, common_options& common, chosen_measurement& chosen) {
  add(program, common, chosen, "tick-to-verdict",
      "From a tick's scheduled instant to the risk gate's verdict", tick_end::verdict);
}

void add_tick_to_order(CLI::App& program, common_options& common, chosen_measurement& chosen) {
  add(program, common, chosen, "tick-to-order",
      "From a tick's scheduled instant to the order's bytes", tick_end::order);
}

}  // namespace bw::perf
