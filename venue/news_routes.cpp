#include "venue/news_routes.hpp"

#include <algorithm>
#include <charconv>

#include "venue/msgpack_writer.hpp"
#include "venue/page_range.hpp"

namespace bw::venue {
namespace {

constexpr char token_mark = 'N';
constexpr std::size_t limit_default = 10;
constexpr std::size_t limit_max = 50;
constexpr nanoseconds usual_reach = std::chrono::hours{24} * 7;

bool is_about(const news_item& item, const std::vector<std::string>& wanted) {
  return wanted.empty() ||
         std::any_of(item.symbols.begin(), item.symbols.end(), [&](const auto& symbol) {
           return std::find(wanted.begin(), wanted.end(), symbol) != wanted.end();
         });
}

void write(json_writer& out, const news_item& item, bool with_content) {
  out.begin_object().member("id", item.id).member("headline", item.headline);
  out.member("author", item.author).member("created_at", item.created_at);
  out.member("updated_at", item.updated_at).member("summary", item.summary);
  out.member("content", with_content ? item.content : std::string{}).member("url", item.url);
  out.key("images").begin_array();
  for (const auto& image : item.images)
    out.begin_object().member("size", image.size).member("url", image.url).end_object();
  out.end_array().key("symbols").begin_array();
  for (const auto& symbol : item.symbols) out.value(symbol);
  out.end_array().member("source", item.source).end_object();
}

}  // namespace

net::http_response answer_news(const api_request& request, const venue_world& world, utc_ns now) {
  if (request.method != "GET") return method_not_allowed();
  page_range asked;
  if (const auto bad = read_page_range(request, world.new_york, now, token_mark, asked))
    return data_error(400, *bad);
  if (!request.has("start")) asked.start = asked.end - usual_reach;
  if (!request.has("sort")) asked.descending = true;
  if (!request.has("limit")) asked.limit = limit_default;
  if (asked.limit > limit_max)
    return data_error(400, "invalid limit, limit must be between 1 and 50");
  std::int64_t first = 0;
  if (asked.from) {
    const auto& at = asked.from->at;
    const auto read = std::from_chars(at.data(), at.data() + at.size(), first);
    if (read.ec != std::errc{} || read.ptr != at.data() + at.size())
      return data_error(400, "invalid page token");
  }
  std::vector<news_item> all;
  if (world.news != nullptr) all = world.news->between(asked.start - nanoseconds{1}, asked.end);
  if (asked.descending) std::reverse(all.begin(), all.end());
  const auto wanted = split_list(request.parameter("symbols"));
  const bool with_content = request.parameter("include_content") == "true";
  json_writer out;
  out.begin_object().key("news").begin_array();
  std::size_t written = 0;
  std::string next;
  for (const auto& item : all) {
    const bool told = asked.from && (asked.descending ? item.id > first : item.id < first);
    if (told || !is_about(item, wanted)) continue;
    if (written == asked.limit) {
      next = page_token({"news", std::to_string(item.id)}, token_mark);
      break;
    }
    write(out, item, with_content);
    ++written;
  }
  out.end_array().key("next_page_token");
  next.empty() ? out.null() : out.value(next);
  out.end_object();
  return json_answer(200, out.take());
}

std::string stream_news(wire_codec codec, const news_item& item) {
  const std::pair<std::string_view, const std::string*> texts[] = {
      {"headline", &item.headline}, {"summary", &item.summary}, {"author", &item.author},
      {"url", &item.url},           {"content", &item.content}, {"source", &item.source}};
  if (codec == wire_codec::json) {
    json_writer out;
    out.begin_object().member("T", "n").member("id", item.id);
    for (const auto& [name, text] : texts) out.member(name, *text);
    out.member("created_at", item.created_at).member("updated_at", item.updated_at);
    out.key("symbols").begin_array();
    for (const auto& symbol : item.symbols) out.value(symbol);
    out.end_array().end_object();
    return out.take();
  }
  msgpack_writer out;
  out.map(5 + std::size(texts)).value("T").value("n");
  out.value("id").value(static_cast<std::uint64_t>(item.id));
  for (const auto& [name, text] : texts) out.value(name).value(*text);
  out.value("created_at").value(item.created_at).value("updated_at").value(item.updated_at);
  out.value("symbols").array(item.symbols.size());
  for (const auto& symbol : item.symbols) out.value(symbol);
  return out.take();
}

}  // namespace bw::venue
