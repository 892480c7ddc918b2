#include "domain/fee_share.hpp"

#include <algorithm>

#include "core/int128.hpp"
#include "core/time.hpp"

namespace bw {
namespace {

template <class Bears>
std::vector<money> share_among(money amount, std::span<const charged_execution> all, Bears bears) {
  std::vector<money> out(all.size());
  int128 whole = 0;
  std::size_t last = all.size();
  for (std::size_t k = 0; k < all.size(); ++k)
    if (bears(all[k])) {
      whole += all[k].value.units();
      last = k;
    }
  if (last == all.size()) return {};
  auto rest = amount;
  for (std::size_t k = 0; k < last; ++k)
    if (bears(all[k]) && whole > 0) {
      out[k] = money::from_units(static_cast<std::int64_t>(static_cast<int128>(amount.units()) *
                                                           all[k].value.units() / whole));
      rest -= out[k];
    }
  out[last] = rest;
  return out;
}

}  // namespace

bool is_fee(std::string_view type) { return type == "FEE" || type == "CFEE"; }

std::vector<money> share_fee(const fee_record& fee, std::span<const charged_execution> all) {
  const auto of_its_symbol = [&](const charged_execution& x) {
    return fee.symbol.empty() || fee.symbol == x.symbol;
  };
  auto out = share_among(fee.amount, all, [&](const charged_execution& x) {
    return x.at == fee.at && of_its_symbol(x);
  });
  if (out.empty())
    out = share_among(fee.amount, all, [&](const charged_execution& x) {
      return x.side == side::sell && utc_date(x.at) == utc_date(fee.at) && of_its_symbol(x);
    });
  if (out.empty()) out.resize(all.size());
  return out;
}

}  // namespace bw
