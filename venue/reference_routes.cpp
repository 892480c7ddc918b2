#include "venue/reference_routes.hpp"

#include <algorithm>
#include <array>

#include "core/json_writer.hpp"
#include "venue/page_range.hpp"

namespace bw::venue {
namespace {

struct letter {
  std::string_view code;
  std::string_view text;
};

/// The participants of the consolidated tapes (CTA and UTP specifications).
constexpr letter exchanges[] = {{"A", "NYSE American"},
                                {"B", "NASDAQ OMX BX"},
                                {"C", "NYSE National"},
                                {"D", "FINRA ADF"},
                                {"H", "MIAX"},
                                {"I", "International Securities Exchange"},
                                {"J", "Cboe EDGA"},
                                {"K", "Cboe EDGX"},
                                {"L", "Long Term Stock Exchange"},
                                {"M", "Chicago Stock Exchange"},
                                {"N", "New York Stock Exchange"},
                                {"P", "NYSE Arca"},
                                {"Q", "NASDAQ OMX"},
                                {"S", "NASDAQ Small Cap"},
                                {"T", "NASDAQ Int"},
                                {"U", "Members Exchange"},
                                {"V", "IEX"},
                                {"W", "CBOE"},
                                {"X", "NASDAQ OMX PSX"},
                                {"Y", "Cboe BYX"},
                                {"Z", "Cboe BZX"}};

constexpr letter trade_conditions[] = {{"@", "Regular Sale"},
                                       {"B", "Bunched Trade"},
                                       {"C", "Cash Sale"},
                                       {"F", "Intermarket Sweep"},
                                       {"I", "Odd Lot Trade"},
                                       {"M", "Market Center Official Close"},
                                       {"N", "Next Day"},
                                       {"O", "Market Center Opening Trade"},
                                       {"P", "Prior Reference Price"},
                                       {"Q", "Market Center Official Open"},
                                       {"R", "Seller"},
                                       {"T", "Extended Hours Trade"},
                                       {"U", "Extended Hours Sold (Out Of Sequence)"},
                                       {"V", "Contingent Trade"},
                                       {"Z", "Sold (Out Of Sequence)"},
                                       {"4", "Derivatively Priced"},
                                       {"6", "Market Center Closing Trade"}};

constexpr letter quote_conditions[] = {{"A", "Slow Quote Offer Side"},
                                       {"B", "Slow Quote Bid Side"},
                                       {"C", "Closing"},
                                       {"H", "Slow Quote Bid And Offer Side"},
                                       {"L", "Market Maker Quotes Closed"},
                                       {"N", "Non Firm Quote"},
                                       {"O", "Opening Quote"},
                                       {"R", "Regular Two Sided Open"},
                                       {"Y", "Regular One Sided Open"}};

template <std::size_t Count>
net::http_response table_of(const letter (&letters)[Count]) {
  json_writer out;
  out.begin_object();
  for (const auto& each : letters) out.member(each.code, each.text);
  out.end_object();
  return json_answer(200, out.take());
}

constexpr std::string_view forward = "forward_split";
constexpr std::string_view reverse = "reverse_split";
constexpr char token_mark = 'C';

std::string_view kind_of(const market_split& x) {
  return x.by.after >= x.by.before ? forward : reverse;
}

void write(json_writer& out, const market_split& x, std::size_t number, calendar_date day) {
  const auto date = format_date(day);
  out.begin_object().member("id", "venue-split-" + std::to_string(number));
  out.member("symbol", x.symbol);
  out.member("new_rate", x.by.after).member("old_rate", x.by.before);
  for (const char* each : {"process_date", "ex_date", "record_date", "payable_date"})
    out.member(each, date);
  out.end_object();
}

}  // namespace

net::http_response answer_letters(const api_request& request) {
  const auto& path = request.path;
  if (path.size() == 4 && path[3] == "exchanges") return table_of(exchanges);
  if (path.size() != 5 || path[3] != "conditions") return no_such_endpoint();
  static constexpr std::array<std::string_view, 3> tapes{"A", "B", "C"};
  const auto tape = request.parameter("tape");
  if (std::find(tapes.begin(), tapes.end(), tape) == tapes.end())
    return data_error(400, "invalid tape: " + std::string{tape.substr(0, 8)});
  if (path[4] == "trade") return table_of(trade_conditions);
  return path[4] == "quote" ? table_of(quote_conditions) : no_such_endpoint();
}

net::http_response answer_corporate_actions(const api_request& request, const venue_world& world,
                                            utc_ns now) {
  if (request.method != "GET") return method_not_allowed();
  page_range asked;
  if (const auto bad = read_page_range(request, world.new_york, now, token_mark, asked))
    return data_error(400, *bad);
  const auto symbols = split_list(request.parameter("symbols"));
  const auto types = split_list(request.parameter("types"));
  const auto wants = [](const std::vector<std::string>& list, std::string_view x) {
    return list.empty() || std::find(list.begin(), list.end(), x) != list.end();
  };
  // Days count, not instants: a bare date as the end is that whole day.
  const auto first = world.new_york.date(asked.start);
  const auto last = world.new_york.date(asked.end);
  json_writer out;
  out.begin_object().key("corporate_actions").begin_object();
  for (const auto kind : {forward, reverse}) {
    if (!wants(types, kind)) continue;
    out.key(std::string{kind} + "s").begin_array();
    for (std::size_t k = 0; k < world.splits.size(); ++k) {
      const auto& each = world.splits[k];
      const auto day = world.new_york.date(each.at);
      if (kind_of(each) == kind && wants(symbols, each.symbol) && day >= first && day <= last)
        write(out, each, k, day);
    }
    out.end_array();
  }
  out.end_object().key("next_page_token").null().end_object();
  return json_answer(200, out.take());
}

}  // namespace bw::venue
