#include "app/outside_notes.hpp"

#include <nlohmann/json.hpp>

#include <fstream>
#include <limits>
#include <string>
#include <system_error>

#include "core/json_writer.hpp"
#include "storage/durable_file.hpp"

namespace bw {
namespace {

std::filesystem::path taken_file(const std::filesystem::path& state) {
  return state / "outside.taken.jsonl";
}

operator_record unreadable(std::string_view line) {
  operator_record out;
  out.command = "unknown";
  out.who = "unknown";
  out.why = "a note in outside.jsonl cannot be read";
  out.answer = std::string{line.substr(0, 200)};
  return out;
}

operator_record record_of(std::string_view line) {
  const auto note = nlohmann::json::parse(line, nullptr, false);
  if (!note.is_object()) return unreadable(line);
  const auto word = [&](const char* name) {
    const auto at = note.find(name);
    return at != note.end() && at->is_string() ? at->get<std::string>() : std::string{};
  };
  operator_record out;
  out.command = word("command");
  // Anybody who may write the folder may write the file: it carries nothing but what is done
  // without the log.
  if (out.command != watchdog_command && out.command != halt_broker_command)
    return unreadable(line);
  out.who = word("who");
  out.why = word("why");
  out.channel = word("channel") == to_string(command_channel::watchdog) ? command_channel::watchdog
                                                                        : command_channel::terminal;
  const auto done = note.find("accepted");
  out.accepted = done != note.end() && done->is_boolean() && done->get<bool>();
  out.answer = word("answer") + " (at " + word("at") + ", beside the node)";
  return out;
}

/// Lines of a file that other processes wrote; the last one may be torn.
std::vector<operator_record> read_notes(const std::filesystem::path& file) {
  std::vector<operator_record> out;
  std::ifstream in{file, std::ios::binary};
  std::string line(outside_notes::line_bytes_max, '\0');
  while (in && out.size() < outside_notes::notes_max) {
    in.getline(line.data(), static_cast<std::streamsize>(line.size()));
    const auto got = static_cast<std::size_t>(in.gcount());
    const std::string_view text{line.data(), std::char_traits<char>::length(line.data())};
    if (!text.empty()) out.push_back(record_of(text));
    if (in.fail() && got > 0 && !in.eof()) {  // Longer than a line may be.
      in.clear();
      in.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
    }
  }
  return out;
}

}  // namespace

std::filesystem::path outside_notes_file(const std::filesystem::path& state) {
  return state / "outside.jsonl";
}

result<void> note_outside(const std::filesystem::path& state, const operator_record& what,
                          utc_ns at) {
  json_writer text;
  text.begin_object().member("at", at).member("command", what.command).member("who", what.who);
  text.member("why", what.why).member("channel", to_string(what.channel));
  text.member("accepted", what.accepted).member("answer", what.answer).end_object();
  auto file = line_file::open(outside_notes_file(state));
  if (!file) return std::move(file).failure();
  return file->append(text.text());
}

result<outside_notes> outside_notes::take(const std::filesystem::path& state) {
  outside_notes out;
  out.file_ = taken_file(state);
  std::error_code problem;
  // One that an earlier start took and did not get into the log comes first; the new one then waits
  // for the next start.
  if (!std::filesystem::exists(out.file_, problem) &&
      std::filesystem::exists(outside_notes_file(state), problem)) {
    std::filesystem::rename(outside_notes_file(state), out.file_, problem);
    if (problem)
      return error{ec::io_failed, outside_notes_file(state).string() +
                                      " cannot be set aside: " + problem.message()};
  }
  out.records_ = read_notes(out.file_);
  return out;
}

result<void> outside_notes::forget() {
  std::error_code problem;
  std::filesystem::remove(file_, problem);
  if (problem) return {ec::io_failed, file_.string() + ": " + problem.message()};
  return {};
}

}  // namespace bw
