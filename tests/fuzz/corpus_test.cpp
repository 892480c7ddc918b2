// Every input of the committed corpus, and 2,000 mutations of them a target: what a fuzzer has
// found once is never found again.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "tests/fuzz/targets.hpp"
#include "tests/support/mutated_text.hpp"
#include "tests/support/program.hpp"
#include "tests/support/seed.hpp"

namespace bw {
namespace {

std::vector<std::string> corpus_of(const char* target) {
  std::vector<std::filesystem::path> files;
  for (const auto& each :
       std::filesystem::directory_iterator{std::filesystem::path{"tests/fuzz/corpus"} / target})
    files.push_back(each.path());
  std::sort(files.begin(), files.end());
  std::vector<std::string> out;
  for (const auto& each : files) out.push_back(tests::file_text(each));
  return out;
}

void replay(const char* target, void (*use)(std::string_view)) {
  const auto inputs = corpus_of(target);
  ASSERT_GE(inputs.size(), 5u) << "run from the source root";
  for (const auto& each : inputs) use(each);
  const auto seed = tests::test_seed(66);
  SCOPED_TRACE(tests::repeat_with(seed));
  tests::mutated_text mutations{prng{seed}, inputs};
  for (std::uint64_t k = 0; k < tests::test_size(2'000); ++k) use(mutations.next());
}

TEST(FuzzCorpus, MarketFrames) { replay("market_frame", fuzz::market_frame); }
TEST(FuzzCorpus, PackedMarketFrames) { replay("packed_market_frame", fuzz::packed_market_frame); }
TEST(FuzzCorpus, TradeUpdates) { replay("trade_update", fuzz::trade_update); }
TEST(FuzzCorpus, RestBodies) { replay("rest_body", fuzz::rest_body); }
TEST(FuzzCorpus, RecordBodies) { replay("record_body", fuzz::record_body); }

}  // namespace
}  // namespace bw
