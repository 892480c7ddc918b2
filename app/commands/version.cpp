#include <CLI/CLI.hpp>

#include <iostream>

#include "app/cli.hpp"
#include "core/json_writer.hpp"
#include "core/version.hpp"

namespace bw {

void add_version(CLI::App& program, common_flags& flags, chosen_command& chosen) {
  auto* command = program.add_subcommand("version", "Version, revision and compiler");
  command->footer("Example:  bellwether version --json");
  command->callback([&] {
    chosen = [&flags] {
      if (flags.json) {
        json_writer out;
        out.begin_object();
        out.member("schema_version", 1);
        out.member("version", version());
        out.member("revision", revision());
        out.member("compiler", compiler());
        out.end_object();
        std::cout << out.take() << '\n';
      } else {
        std::cout << "bellwether " << version() << " (" << revision() << ", " << compiler()
                  << ")\n";
      }
      return static_cast<int>(exit_code::ok);
    };
  });
}

}  // namespace bw
