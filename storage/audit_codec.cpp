#include "storage/audit_codec.hpp"

#include <array>
#include <utility>

#include "storage/binary_codec.hpp"

namespace bw {
namespace {

using decoder = bool (*)(std::string_view bytes, audit_event& out);

template <std::size_t Index>
bool decode_alternative(std::string_view bytes, audit_event& out) {
  binary_reader reader{bytes};
  return reader.value(out.emplace<Index>()) && reader.at_end();
}

template <std::size_t... Index>
constexpr std::array<decoder, sizeof...(Index)> make_decoders(std::index_sequence<Index...>) {
  return {&decode_alternative<Index>...};
}

constexpr auto decoders = make_decoders(std::make_index_sequence<audit_type_count>{});

}  // namespace

result<void> encode_event(const audit_event& event, std::string& out) {
  binary_writer writer{out};
  std::visit([&](const auto& x) { writer.value(x); }, event);
  if (writer.fits()) return {};
  return {ec::out_of_range, "a text or list of the record '" +
                                std::string{audit_type_name(event.index())} +
                                "' is longer than the audit log carries (1 MiB, 65536 elements)"};
}

result<audit_event> decode_event(std::size_t index, std::string_view bytes) {
  if (index >= decoders.size())
    return {ec::unsupported, "record type " + std::to_string(index + 1) +
                                 " is newer than this version; read it with the version that wrote "
                                 "it or a later one"};
  audit_event out;
  if (!decoders[index](bytes, out))
    return {ec::parse_failed, "the " + std::to_string(bytes.size()) + " bytes of a '" +
                                  std::string{audit_type_name(index)} +
                                  "' record do not have its form"};
  return out;
}

client_order_id client_id_of(const audit_event& event) {
  return std::visit(
      [](const auto& x) -> client_order_id {
        if constexpr (requires { x.client_id; }) {
          return x.client_id;
        } else if constexpr (requires { x.result.client_id; }) {
          return x.result.client_id;
        } else if constexpr (requires { x.update.client_id; }) {
          return x.update.client_id;
        } else {
          return {};
        }
      },
      event);
}

}  // namespace bw
