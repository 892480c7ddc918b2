#include <iostream>

#include "app/commands/audit_command.hpp"
#include "app/output.hpp"
#include "config/state_folder.hpp"
#include "core/clock.hpp"
#include "core/json_writer.hpp"
#include "storage/event_json.hpp"
#include "storage/sealed_month.hpp"

namespace bw {
namespace {

void print(const common_flags& flags, const std::vector<sealed_month>& months,
           std::string_view done, const std::filesystem::path& folder) {
  if (flags.json) {
    json_writer out;
    out.begin_object().member("schema_version", 1).key("months").begin_array();
    for (const auto& each : months)
      out.begin_object()
          .member("month", std::string_view{each.month})
          .member("first", each.first.value)
          .member("last", each.last.value)
          .member("chain", std::string_view{hex_text(each.chain)})
          .member("root", std::string_view{hex_text(each.root)})
          .end_object();
    out.end_array().end_object();
    std::cout << out.take() << '\n';
    return;
  }
  for (const auto& each : months)
    std::cout << each.month << "  records " << each.first.value << " to " << each.last.value << "  "
              << done << '\n';
  if (months.empty())
    std::cout << folder.string() << ": no month has ended since the last one that was sealed\n";
}

std::filesystem::path key_file(const audit_arguments& asked, const audit_places& places) {
  return asked.public_key.empty() ? places.public_key : std::filesystem::path{asked.public_key};
}

}  // namespace

int seal_audit(const common_flags& flags, const audit_arguments& asked) {
  const auto places = find_audit_places(asked);
  if (!places) return fail(flags, places.failure());
  const auto folder =
      asked.folder.empty() ? places->state / "sealed" : std::filesystem::path{asked.folder};
  if (asked.check) {
    const auto key = public_key::load(key_file(asked, *places));
    if (!key) return fail(flags, key.failure());
    const auto months = check_seals(folder, *key);
    if (!months) return fail(flags, months.failure());
    if (months->empty())
      return fail(flags, {exit_code::usage, folder.string() + " holds no sealed month", ""});
    print(flags, *months, "proved", folder);
    return static_cast<int>(exit_code::ok);
  }
  const auto log = open_log(asked);
  if (!log) return fail(flags, log.failure());
  const auto key = signing_key::load(places->key);
  if (!key) return fail(flags, key.failure());
  const auto months = seal_months(**log, folder, *key, system_clock{}.utc_now());
  if (!months) return fail(flags, months.failure());
  print(flags, *months, "sealed", folder);
  return static_cast<int>(exit_code::ok);
}

int restore_audit(const common_flags& flags, const audit_arguments& asked) {
  const auto places = find_audit_places(asked);
  if (!places) return fail(flags, places.failure());
  const auto key = public_key::load(key_file(asked, *places));
  if (!key) return fail(flags, key.failure());
  std::error_code code;
  if (!std::filesystem::is_directory(asked.source, code))
    return fail(flags, {exit_code::usage, asked.source + " is no folder of sealed months",
                        "make one with `bellwether audit seal`"});
  if (std::filesystem::exists(asked.folder, code))
    return fail(flags, {exit_code::usage, asked.folder + " is there already", "name a new folder"});
  std::filesystem::create_directories(asked.folder, code);
  if (code)
    return fail(flags, {exit_code::usage, asked.folder + " cannot be made: " + code.message(), ""});
  const auto head = restore_months(asked.source, *key, audit_folder(asked.folder));
  if (!head) return fail(flags, head.failure());
  if (flags.json)
    std::cout << "{\"schema_version\":1,\"ok\":true,\"records\":" << head->sequence.value
              << ",\"chain\":\"" << hex_text(head->chain) << "\"}\n";
  else
    std::cout << asked.folder << ": " << head->sequence.value << " records restored and proved\n";
  return static_cast<int>(exit_code::ok);
}

}  // namespace bw
