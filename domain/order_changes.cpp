#include "domain/order_changes.hpp"

namespace bw {
namespace {

std::string price_text(price x) { return x.is_zero() ? std::string{} : x.text(); }

}  // namespace

std::vector<changed_field> changes_between(const order_request& before,
                                           const order_request& after) {
  std::vector<changed_field> out;
  const auto compare = [&](std::string_view field, std::string was, std::string is) {
    if (was != is) out.push_back({field, std::move(was), std::move(is)});
  };
  compare("quantity", before.qty.text(), after.qty.text());
  compare("limit_price", price_text(before.limit), price_text(after.limit));
  compare("stop_price", price_text(before.stop), price_text(after.stop));
  compare("type", std::string{to_string(before.type)}, std::string{to_string(after.type)});
  compare("tif", std::string{to_string(before.tif)}, std::string{to_string(after.tif)});
  return out;
}

std::string cause_of_replacement(const order_request& after) {
  return std::string{to_string(after.purpose)} + ": " + std::string{to_string(after.reason)};
}

}  // namespace bw
