#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "broker/record_codec.hpp"
#include "broker/rest_reader.hpp"

namespace bw {

/// A server that never says "last page" is left after this many.
inline constexpr std::uint32_t pages_max = 1'000;

/// How a list is read page by page.
template <class Row>
struct page_plan {
  /// Where the page behind `token` is asked for (empty: the first one), with room for `rows_left`.
  std::function<std::string(const std::string& token, std::size_t rows_left)> target;
  std::function<result<row_page<Row>>(std::string body, std::size_t rows_left)> decode;
  /// More rows are not read; the answer then names the page that would come next.
  std::size_t rows_max = 1'000;
};

namespace detail {

template <class Row>
struct page_walk {
  rest_get get;
  page_plan<Row> plan;
  std::function<void(result<row_page<Row>>)> done;
  row_page<Row> found;
  std::uint32_t pages = 0;
};

template <class Row>
void next_page(const std::shared_ptr<page_walk<Row>>& walk) {
  const auto page = std::make_shared<row_page<Row>>();
  const auto left = walk->plan.rows_max - walk->found.rows.size();
  walk->get(
      walk->plan.target(walk->found.next_token, left),
      [walk, page, left](std::string body) -> result<void> {
        auto read = walk->plan.decode(std::move(body), left);
        if (!read) return std::move(read).failure();
        *page = std::move(*read);
        return {};
      },
      [walk, page](result<void> how) {
        if (!how) return walk->done(std::move(how).failure());
        if (!page->next_token.empty() && page->next_token == walk->found.next_token)
          return walk->done({ec::protocol_violation, "the list of the broker repeats itself"});
        auto& rows = walk->found.rows;
        rows.insert(rows.end(), std::make_move_iterator(page->rows.begin()),
                    std::make_move_iterator(page->rows.end()));
        walk->found.next_token = std::move(page->next_token);
        const bool enough = rows.size() >= walk->plan.rows_max;
        if (enough || walk->found.next_token.empty()) return walk->done(std::move(walk->found));
        if (++walk->pages >= pages_max)
          return walk->done({ec::out_of_range, "the list of the broker does not end after " +
                                                   std::to_string(rows.size()) + " rows"});
        next_page(walk);
      });
}

}  // namespace detail

/// Reads pages until there is no further one or the plan has its rows. A failure of one page is the
/// failure of the whole. `done` comes once.
template <class Row>
void walk_pages(rest_get get, page_plan<Row> plan,
                std::function<void(result<row_page<Row>>)> done) {
  detail::next_page(std::make_shared<detail::page_walk<Row>>(
      detail::page_walk<Row>{std::move(get), std::move(plan), std::move(done), {}, 0}));
}

}  // namespace bw
