#include "backtest/measured_latency.hpp"

#include "config/state_folder.hpp"
#include "storage/audit_reader.hpp"

namespace bw {

result<std::vector<nanoseconds>> measure_latencies(const std::filesystem::path& state) {
  const auto reader = open_audit_reader(audit_folder(state));
  if (!reader) return reader.failure();
  std::vector<nanoseconds> out;
  audit_filter answers;
  const auto type = parse_audit_type("submit");
  if (!type) return type.failure();
  answers.type = *type;
  const auto read = (*reader)->read(answers, [&](const audit_record& record) {
    const auto* submit = std::get_if<submit_record>(&record.event);
    if (submit == nullptr || submit->result.outcome != submit_outcome::accepted) return true;
    const auto& answer = submit->result;
    if (answer.sent == mono_ns{} || answer.answered <= answer.sent) return true;
    if (out.size() == measured_latencies_max) out.erase(out.begin());
    out.push_back(answer.answered - answer.sent);
    return true;
  });
  if (!read) return read.failure();
  if (out.empty())
    return {ec::not_found,
            state.string() + ": its log holds no answer of a broker to an order; run a node first"};
  return out;
}

}  // namespace bw
