#pragma once

#include <filesystem>

namespace bw::tests {

/// Writes the audit log of one paper day into a state folder: Tuesday, 2026-11-03, noon in New
/// York. The account begins with 100,000 USD and ends with 100,500; the momentum strategy is denied
/// an order by COLLAR.
void write_paper_day(const std::filesystem::path& state);

}  // namespace bw::tests
