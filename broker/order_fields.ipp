// For the .cpp files of the order codec: the fields of an order.
#pragma once

#include <string>
#include <vector>

#include "broker/account_records.hpp"
#include "broker/alpaca_words.hpp"
#include "broker/field_reader.hpp"
#include "broker/json_fields.ipp"
#include "broker/unknown_parts.hpp"
#include "messages/account.hpp"

namespace bw {

/// An order, wherever it stands: a body, a list, a message of the stream.
struct order_fields {
  open_order_report report;
  std::vector<open_order_report> legs;
  std::string status;
  field_reader fields;
  bool has_side = false;

  void take(std::string_view name, json::ondemand::value value, unknown_parts& unknown) {
    if (name == "legs") return take_legs(value, unknown);
    const auto text = json::scalar(value);
    if (name == "id") {
      report.venue_id = cut<venue_order_id>(text);
    } else if (name == "client_order_id") {
      report.client_id = cut<client_order_id>(text);
    } else if (name == "symbol") {
      report.symbol = cut<symbol_name>(text);
    } else if (name == "side") {
      has_side = side_of(text).has_value();
      report.side = side_of(text).value_or(report.side);
    } else if (name == "type") {
      report.type = order_type_of(text).value_or(report.type);
    } else if (name == "status") {
      status = text;
      report.status = event_of_status(text);
    } else if (name == "qty") {
      fields.exact(name, text, report.qty);
    } else if (name == "filled_qty") {
      fields.exact(name, text, report.filled_total);
    } else if (name == "filled_avg_price") {
      fields.rounded(name, text, report.filled_average);
    } else if (name == "limit_price") {
      fields.exact(name, text, report.limit);
    } else if (name == "stop_price") {
      fields.exact(name, text, report.stop);
    } else if (name == "submitted_at") {
      fields.time(name, text, report.submitted_at);
    } else if (name == "replaced_by") {
      report.replaced_by = cut<venue_order_id>(text);
    } else if (name == "replaces") {
      report.replaces = cut<venue_order_id>(text);
    } else if (find_field<order_details>(name) == nullptr) {
      unknown.field(name);
    }
  }

  /// Legs are orders of their own, one level deep. One that cannot be read spoils the order: a leg
  /// that is missing here would be taken for one that has ended.
  void take_legs(json::ondemand::value value, unknown_parts& unknown) {
    json::ondemand::array list;
    if (value.get_array().get(list) != simdjson::SUCCESS) return;
    for (auto item : list) {
      json::ondemand::value element;
      order_fields leg;
      const bool read =
          std::move(item).get(element) == simdjson::SUCCESS &&
          json::each_field(element, [&](std::string_view name, json::ondemand::value x) {
            if (name != "legs") leg.take(name, x, unknown);
            return simdjson::SUCCESS;
          }) == simdjson::SUCCESS;
      leg.check();
      if (!read || !leg.fields.bad().empty())
        return fields.refuse("legs", read ? leg.fields.bad() : "a leg cannot be read");
      legs.push_back(std::move(leg.report));
    }
  }

  /// What an order cannot be without.
  void check() {
    fields.need("id", !report.venue_id.empty());
    fields.need("symbol", !report.symbol.empty());
    fields.need("status", !status.empty());
    fields.need("side", has_side);
  }
};

}  // namespace bw
