#pragma once

#include "net/http.hpp"
#include "venue/alpaca_market_wire.hpp"
#include "venue/api_request.hpp"
#include "venue/venue_world.hpp"

namespace bw::venue {

/// GET /v1beta1/news. Without a start it reaches back a week; newest first unless asked otherwise.
net::http_response answer_news(const api_request& request, const venue_world& world, utc_ns now);

/// One article as an element of the news stream: no images there, and times as the codec has them.
std::string stream_news(wire_codec codec, const news_item& item);

}  // namespace bw::venue
