#include "venue/order_life.hpp"

#include <gtest/gtest.h>

// Shows the whole table of an order's life: one row a status, one column an event.

namespace bw::venue {
namespace {

using status = venue_status;
using kind = venue_event::kind;

TEST(order_life, follows_its_table) {
  constexpr kind kinds[] = {kind::pending_new,
                            kind::accepted,
                            kind::new_order,
                            kind::partial_fill,
                            kind::fill,
                            kind::canceled,
                            kind::expired,
                            kind::rejected,
                            kind::pending_cancel,
                            kind::order_cancel_rejected,
                            kind::replaced,
                            kind::pending_replace,
                            kind::order_replace_rejected,
                            kind::done_for_day};
  // a accepted, p pending_new, n new, h partially filled, f filled, c canceled, e expired,
  // r rejected, w pending_cancel, l held, s pending_replace, x replaced, d done_for_day, - never.
  struct row {
    status from;
    const char* to;
  };
  const row rows[] = {
      {status::accepted, "p----cerwa--a-"},        {status::pending_new, "--n--cerwp--p-"},
      {status::new_order, "---hfcerwn-snd"},       {status::partially_filled, "---hfcerwh-shd"},
      {status::pending_cancel, "---wfcer-w--w-"},  {status::held, "--n--cerwl-sl-"},
      {status::pending_replace, "---sfcerwsx-s-"}, {status::done_for_day, "-----cerwd--d-"},
      {status::filled, "---------f--f-"},          {status::canceled, "---------c--c-"},
      {status::expired, "---------e--e-"},         {status::rejected, "---------r--r-"},
      {status::replaced, "---------x--x-"},
  };
  const std::string letters = "apnhfcerwlsxd";
  for (const auto& row : rows)
    for (std::size_t k = 0; k < std::size(kinds); ++k) {
      std::optional<status> expected;
      if (const auto at = letters.find(row.to[k]); at != std::string::npos)
        expected = static_cast<status>(at + 1);
      EXPECT_EQ(next_status(row.from, kinds[k]), expected)
          << to_string(row.from) << " + " << to_string(kinds[k]);
    }
}

TEST(order_life, has_the_words_of_the_broker) {
  EXPECT_EQ(to_string(status::new_order), "new");
  EXPECT_EQ(to_string(status::partially_filled), "partially_filled");
  EXPECT_EQ(to_string(status::canceled), "canceled");
  EXPECT_EQ(to_string(kind::partial_fill), "partial_fill");
  EXPECT_EQ(to_string(kind::new_order), "new");
}

}  // namespace
}  // namespace bw::venue
