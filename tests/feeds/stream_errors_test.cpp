#include "feeds/stream_errors.hpp"

#include <gtest/gtest.h>

namespace bw {
namespace {

TEST(stream_errors, each_number_has_its_remedy) {
  struct row {
    std::uint32_t code;
    stream_remedy what;
  };
  for (const auto& [code, what] :
       {row{400, stream_remedy::reconnect}, row{401, stream_remedy::reconnect},
        row{402, stream_remedy::person}, row{403, stream_remedy::none},
        row{404, stream_remedy::reconnect}, row{405, stream_remedy::person},
        row{406, stream_remedy::reconnect_late}, row{407, stream_remedy::reconnect},
        row{408, stream_remedy::person}, row{409, stream_remedy::person},
        row{410, stream_remedy::person}, row{411, stream_remedy::person},
        row{412, stream_remedy::person}, row{413, stream_remedy::person},
        row{500, stream_remedy::reconnect}, row{999, stream_remedy::reconnect}})
    EXPECT_EQ(judge_stream_error(code).what, what) << code;
}

TEST(stream_errors, an_end_without_a_number_is_judged_by_its_cause) {
  EXPECT_EQ(remedy_for(ec::rate_limited), stream_remedy::reconnect_late);
  EXPECT_EQ(remedy_for(ec::auth_refused), stream_remedy::person);
  EXPECT_EQ(remedy_for(ec::connection_closed), stream_remedy::reconnect);
  EXPECT_EQ(remedy_for(ec::timed_out), stream_remedy::reconnect);
}

}  // namespace
}  // namespace bw
