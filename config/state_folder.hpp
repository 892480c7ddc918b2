#pragma once

#include <filesystem>

namespace bw {

// Names inside a node's state folder: the node writes them, commands look for them.

inline std::filesystem::path audit_folder(const std::filesystem::path& state) {
  return state / "audit";
}
/// Takes what the log cannot while it is dead.
inline std::filesystem::path emergency_file_path(const std::filesystem::path& state) {
  return state / "emergency.bin";
}
/// A name of the configuration that is relative to the state folder.
inline std::filesystem::path in_state_folder(const std::filesystem::path& state,
                                             const std::filesystem::path& name) {
  return state / name;
}
/// Lines of what happens, a file a day.
inline std::filesystem::path log_folder(const std::filesystem::path& state) {
  return state / "log";
}
/// What decisions were made on, a folder a trading day.
inline std::filesystem::path recordings_folder(const std::filesystem::path& state) {
  return state / "recordings";
}
/// Past bars as they were fetched.
inline std::filesystem::path bars_folder(const std::filesystem::path& state) {
  return state / "bars";
}
/// One file a day that was compared with its simulation.
inline std::filesystem::path parity_folder(const std::filesystem::path& state) {
  return state / "parity";
}
/// The last status.
inline std::filesystem::path status_file(const std::filesystem::path& state) {
  return state / "status.json";
}
/// What happened, in tables; made of the audit log.
inline std::filesystem::path trades_file(const std::filesystem::path& state) {
  return state / "trades.db";
}
/// A person's word that live trading may go on until the session ends.
inline std::filesystem::path arming_file(const std::filesystem::path& state) {
  return state / "arming";
}
/// Results of `check --trial`.
inline std::filesystem::path trials_folder(const std::filesystem::path& state) {
  return state / "trials";
}
/// Halts trading for as long as it exists.
inline std::filesystem::path kill_file(const std::filesystem::path& state) {
  return state / "KILL";
}

/// Shows once a second that the node lives; the watchdog reads it.
inline std::filesystem::path heartbeat_file(const std::filesystem::path& state) {
  return state / "heartbeat.json";
}
/// Where a running node listens for people and their tools, and what opens it to them.
inline std::filesystem::path ops_port_file(const std::filesystem::path& state) {
  return state / "ops.port";
}
inline std::filesystem::path ops_token_file(const std::filesystem::path& state) {
  return state / "ops.token";
}

}  // namespace bw
