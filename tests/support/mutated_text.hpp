#pragma once

#include <string>
#include <vector>

#include "core/prng.hpp"

namespace bw::tests {

/// Texts near to good ones, and a few that are nothing at all: bytes changed, cut, doubled,
/// exchanged between texts, values replaced by what breaks parsers. The same seed, the same texts.
class mutated_text {
 public:
  mutated_text(prng random, std::vector<std::string> good)
      : random_(random), good_(std::move(good)) {}

  std::string next() {
    if (random_.chance(1, 20)) return noise();
    auto out = good_[random_.below(good_.size())];
    const auto changes = 1 + random_.below(4);
    for (std::uint64_t k = 0; k < changes && !out.empty(); ++k) change(out);
    return out;
  }

 private:
  std::string noise() {
    std::string out(random_.below(300), '\0');
    for (auto& c : out) c = static_cast<char>(random_.below(256));
    return out;
  }

  void change(std::string& text) {
    const auto at = random_.below(text.size());
    switch (random_.below(7)) {
      case 0: text[at] = static_cast<char>(random_.below(256)); return;
      case 1: text.resize(at); return;
      case 2: text.insert(at, text.substr(at, random_.below(40))); return;
      case 3: {
        const auto& other = good_[random_.below(good_.size())];
        text.replace(at, random_.below(30), other.substr(random_.below(other.size())));
        return;
      }
      case 4: text.erase(at, 1 + random_.below(8)); return;
      case 5:
        text.insert(at, std::string(1 + random_.below(600), "[{\""[random_.below(3)]));
        return;
      default: replace_value(text, at);
    }
  }

  /// The value behind the next colon becomes one that parsers stumble on.
  void replace_value(std::string& text, std::size_t from) {
    static const std::vector<std::string> awkward{"null",
                                                  "-1",
                                                  "0",
                                                  "1e308",
                                                  "-1e-308",
                                                  "NaN",
                                                  "1e999",
                                                  "true",
                                                  "\"\"",
                                                  "[]",
                                                  "{}",
                                                  "\"\\u0000\"",
                                                  "9223372036854775808",
                                                  "-9223372036854775809",
                                                  "0.0000000001",
                                                  "\"\\ud800\"",
                                                  "123456789012345678901234567890"};
    const auto colon = text.find(':', from);
    if (colon == std::string::npos) return;
    const auto end = text.find_first_of(",}]", colon);
    if (end == std::string::npos) return;
    text.replace(colon + 1, end - colon - 1, awkward[random_.below(awkward.size())]);
  }

  prng random_;
  std::vector<std::string> good_;
};

}  // namespace bw::tests
