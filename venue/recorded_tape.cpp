#include "venue/recorded_tape.hpp"

#include <algorithm>

#include "messages/header.hpp"
#include "venue/minute_aggregate.hpp"

namespace bw::venue {
namespace {

bool is_symbol(std::string_view text) {
  const auto allowed = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
  };
  return !text.empty() && symbol_name::fits(text) && std::all_of(text.begin(), text.end(), allowed);
}

}  // namespace

result<recorded_file> identify(const std::filesystem::path& path) {
  const auto name = path.filename().string();
  recorded_file out{path, name.substr(0, name.find('_')), {}};
  if (name.find('_') == std::string::npos || !is_symbol(out.symbol))
    return {ec::parse_failed, path.string() +
                                  ": the name of a recording begins with its symbol and '_', as "
                                  "in AAPL_20140605_trade.csv.gz; rename the file"};
  const auto reader = csv_reader::open(path);
  if (!reader) return reader.failure();
  const auto kind = recording_of(reader->header());
  if (!kind)
    return {ec::parse_failed,
            path.string() +
                ":1: the header is of no recording that can be replayed; it must be "
                "one of " +
                known_headers()};
  out.kind = *kind;
  return out;
}

result<recorded_tape> recorded_tape::open(const recorded_file& file, symbol_id symbol,
                                          row_player_options options) {
  recorded_tape out{file, symbol, options};
  auto started = out.start();
  if (!started) return std::move(started).failure();
  // Until its time has come the file waits closed; `take` begins it anew.
  out.reader_.reset();
  out.ready_.clear();
  return out;
}

result<void> recorded_tape::start() {
  auto reader = csv_reader::open(path_);
  if (!reader) return std::move(reader).failure();
  reader_ = std::move(*reader);
  player_.emplace(kind_, symbol_, options_);
  return refill();
}

result<void> recorded_tape::refill() {
  while (ready_.empty()) {
    const auto more = reader_->next();
    if (!more) return more.failure();
    if (!*more) {
      next_time_.reset();
      reader_.reset();
      return {};
    }
    auto played = player_->play(*reader_, ready_);
    if (!played) return played;
  }
  look_ahead();
  return {};
}

void recorded_tape::look_ahead() {
  next_time_ = emission_time(ready_.front());
  next_is_bar_ = std::holds_alternative<bar>(ready_.front());
}

result<market_event> recorded_tape::take() {
  BW_ASSERT(next_time_, "an event is taken only from a tape that has one");
  if (broken_) return *broken_;
  if (!reader_) {
    auto started = start();
    if (!started) return std::move(started).failure();
    if (ready_.empty())
      return {ec::io_failed, path_.string() + " changed while it was being replayed"};
  }
  auto out = std::move(ready_.front());
  ready_.pop_front();
  if (!ready_.empty()) {
    look_ahead();
  } else if (auto filled = refill(); !filled) {
    // What was read before the bad row still counts; the next call tells of the row.
    broken_ = std::move(filled).failure();
  }
  return out;
}

}  // namespace bw::venue
