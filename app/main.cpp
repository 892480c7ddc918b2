#include <exception>
#include <iostream>

#include "app/cli.hpp"

int main(int argc, char** argv) {
  try {
    return bw::run_command_line(argc, argv);
  } catch (const std::exception& failure) {
    std::cerr << "bellwether: unexpected: " << failure.what() << '\n';
    return static_cast<int>(bw::exit_code::unexpected);
  }
}
