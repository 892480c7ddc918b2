#include "venue/alpaca_market_wire.hpp"

#include <initializer_list>

#include "venue/msgpack_writer.hpp"

namespace bw::venue {
namespace {

/// Everything the venue shows is quoted and printed at the exchange with this letter.
constexpr std::string_view exchange_letter = "V";

/// Tape A and B are the CTA's plans, C is Nasdaq's.
std::string_view tape_of(const listed_symbol& listed) {
  if (listed.exchange == "NASDAQ") return "C";
  return listed.exchange == "NYSE" ? "A" : "B";
}

using texts = std::initializer_list<std::string_view>;

/// One object in JSON.
class json_fields {
 public:
  explicit json_fields(json_writer& out) : out_(out) {}

  void open(std::size_t) { out_.begin_object(); }
  void close() { out_.end_object(); }
  void text(std::string_view name, std::string_view x) { out_.member(name, x); }
  void real(std::string_view name, price x) { out_.key(name).number(x); }
  void size(std::string_view name, quantity x) { out_.key(name).number(x); }
  void whole(std::string_view name, std::uint64_t x) { out_.member(name, x); }
  void time(std::string_view name, utc_ns t) { out_.member(name, t); }
  void list(std::string_view name, texts elements) {
    out_.key(name).begin_array();
    for (const auto element : elements) out_.value(element);
    out_.end_array();
  }

 private:
  json_writer& out_;
};

/// The same object in MessagePack. A size is an integer unless it has a fraction: some decoders
/// take nothing else.
class msgpack_fields {
 public:
  explicit msgpack_fields(msgpack_writer& out) : out_(out) {}

  void open(std::size_t members) { out_.map(members); }
  void close() {}
  void text(std::string_view name, std::string_view x) { out_.value(name).value(x); }
  void real(std::string_view name, price x) { out_.value(name).real(x); }
  void size(std::string_view name, quantity x) {
    out_.value(name);
    if (x.is_negative() || x.units() % decimal_scale != 0)
      out_.real(x);
    else
      out_.value(static_cast<std::uint64_t>(x.units() / decimal_scale));
  }
  void whole(std::string_view name, std::uint64_t x) { out_.value(name).value(x); }
  void time(std::string_view name, utc_ns t) { out_.value(name).value(t); }
  void list(std::string_view name, texts elements) {
    out_.value(name).array(elements.size());
    for (const auto element : elements) out_.value(element);
  }

 private:
  msgpack_writer& out_;
};

constexpr std::size_t quote_members = 9;
template <class Fields>
void quote_fields(Fields& out, const quote& x, const listed_symbol& listed) {
  out.time("t", x.ts_event);
  out.text("ax", exchange_letter);
  out.real("ap", x.ask);
  out.size("as", x.ask_size);
  out.text("bx", exchange_letter);
  out.real("bp", x.bid);
  out.size("bs", x.bid_size);
  out.list("c", {"R"});
  out.text("z", tape_of(listed));
}

/// A trade that may not set the last price is shown as an odd lot, the usual reason.
template <class Fields>
void conditions(Fields& out, std::string_view name, const trade& x) {
  if (x.eligible == price_eligible::yes)
    out.list(name, {"@"});
  else
    out.list(name, {"@", "I"});
}

constexpr std::size_t trade_members = 7;
template <class Fields>
void trade_fields(Fields& out, const trade& x, const listed_symbol& listed) {
  out.time("t", x.ts_event);
  out.text("x", exchange_letter);
  out.real("p", x.last);
  out.size("s", x.size);
  conditions(out, "c", x);
  out.whole("i", x.venue_trade_id);
  out.text("z", tape_of(listed));
}

constexpr std::size_t bar_members = 8;
template <class Fields>
void bar_fields(Fields& out, const bar& x) {
  out.time("t", x.start);
  out.real("o", x.open);
  out.real("h", x.high);
  out.real("l", x.low);
  out.real("c", x.close);
  out.size("v", x.volume);
  out.whole("n", x.trades);
  out.real("vw", x.vwap.is_zero() ? x.close : x.vwap);
}

/// What a status says in words and letters; the letters differ between the tapes.
struct status_words {
  std::string_view code;
  std::string_view message;
  std::string_view reason_code;
  std::string_view reason;
};

status_words words_of(const trading_status& x, std::string_view tape) {
  const bool nasdaq = tape == "C";
  status_words out;
  switch (x.state) {
    case halt_state::halted: out = {nasdaq ? "H" : "2", "Trading Halt", "", ""}; break;
    case halt_state::resumed: out = {nasdaq ? "T" : "3", "Trading Resumption", "", ""}; break;
    case halt_state::banded:
    case halt_state::other: out = {nasdaq ? "Q" : "5", "Quotation Resumption", "", ""}; break;
  }
  // A source gives a status letter or a reason; reasons have more than one character.
  if (x.code.view().size() == 1) out.code = x.code.view();
  if (x.code.view().size() > 1) out.reason_code = x.code.view();
  if (out.reason_code == "LUDP") out.reason = "Volatility Trading Pause";
  return out;
}

constexpr std::size_t status_members = 6;
template <class Fields>
void status_fields(Fields& out, const trading_status& x, const listed_symbol& listed) {
  const auto words = words_of(x, tape_of(listed));
  out.text("sc", words.code);
  out.text("sm", words.message);
  out.text("rc", words.reason_code);
  out.text("rm", words.reason);
  out.time("t", x.ts_event);
  out.text("z", tape_of(listed));
}

/// An element of the stream: T and S, then what `rest` writes.
template <class Rest>
std::string element(wire_codec codec, std::string_view type, const listed_symbol& listed,
                    std::size_t members, Rest rest) {
  const auto write = [&](auto fields) {
    fields.open(2 + members);
    fields.text("T", type);
    fields.text("S", listed.symbol);
    rest(fields);
    fields.close();
  };
  if (codec == wire_codec::json) {
    json_writer out;
    write(json_fields{out});
    return out.take();
  }
  msgpack_writer out;
  write(msgpack_fields{out});
  return out.take();
}

}  // namespace

void write_quote(json_writer& out, const quote& x, const listed_symbol& listed) {
  json_fields fields{out};
  fields.open(quote_members);
  quote_fields(fields, x, listed);
  fields.close();
}

void write_trade(json_writer& out, const trade& x, const listed_symbol& listed) {
  json_fields fields{out};
  fields.open(trade_members);
  trade_fields(fields, x, listed);
  fields.close();
}

void write_bar(json_writer& out, const bar& x) {
  json_fields fields{out};
  fields.open(bar_members);
  bar_fields(fields, x);
  fields.close();
}

std::string stream_quote(wire_codec codec, const quote& x, const listed_symbol& listed) {
  return element(codec, "q", listed, quote_members,
                 [&](auto& out) { quote_fields(out, x, listed); });
}

std::string stream_trade(wire_codec codec, const trade& x, const listed_symbol& listed) {
  return element(codec, "t", listed, trade_members,
                 [&](auto& out) { trade_fields(out, x, listed); });
}

std::string stream_correction(wire_codec codec, const trade& told, const trade& holds,
                              const listed_symbol& listed) {
  constexpr std::size_t members = 11;
  return element(codec, "c", listed, members, [&](auto& out) {
    out.time("t", holds.ts_event);
    out.text("x", exchange_letter);
    out.whole("oi", told.venue_trade_id);
    out.real("op", told.last);
    out.size("os", told.size);
    conditions(out, "oc", told);
    out.whole("ci", holds.venue_trade_id);
    out.real("cp", holds.last);
    out.size("cs", holds.size);
    conditions(out, "cc", holds);
    out.text("z", tape_of(listed));
  });
}

std::string stream_cancellation(wire_codec codec, const trade& x, const listed_symbol& listed) {
  constexpr std::size_t members = 7;
  return element(codec, "x", listed, members, [&](auto& out) {
    out.time("t", x.ts_event);
    out.whole("i", x.venue_trade_id);
    out.text("x", exchange_letter);
    out.real("p", x.last);
    out.size("s", x.size);
    out.text("a", "C");
    out.text("z", tape_of(listed));
  });
}

std::string stream_bar(wire_codec codec, const bar& x, const listed_symbol& listed,
                       bar_message as) {
  const auto* type = as == bar_message::minute ? "b" : as == bar_message::updated ? "u" : "d";
  return element(codec, type, listed, bar_members, [&](auto& out) { bar_fields(out, x); });
}

std::string stream_status(wire_codec codec, const trading_status& x, const listed_symbol& listed) {
  return element(codec, "s", listed, status_members,
                 [&](auto& out) { status_fields(out, x, listed); });
}

std::string stream_band(wire_codec codec, const trading_status& x, const listed_symbol& listed) {
  constexpr std::size_t members = 5;
  return element(codec, "l", listed, members, [&](auto& out) {
    out.real("u", x.band_high);
    out.real("d", x.band_low);
    out.text("i", "B");
    out.time("t", x.ts_event);
    out.text("z", tape_of(listed));
  });
}

void stream_frame::add(std::string_view element) {
  if (codec_ == wire_codec::json && count_ > 0) body_ += ',';
  body_ += element;
  ++count_;
}

std::string stream_frame::take() {
  std::string out;
  if (codec_ == wire_codec::json) {
    out = "[" + body_ + "]";
  } else {
    msgpack_writer head;
    head.array(count_);
    out = head.take() + body_;
  }
  body_.clear();
  count_ = 0;
  return out;
}

}  // namespace bw::venue
