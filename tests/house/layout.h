// Where files may lie, what accompanies them, and how their code is set.
#pragma once

#include <filesystem>
#include <vector>

#include "tests/house/finding.h"
#include "tests/house/tree.h"

namespace safeconduct::house {

// Names at the repository root that were not agreed, and folders that say nothing at any depth.
[[nodiscard]] Findings check_top_level(const std::vector<TrackedFile>& files);

// Folders with code that have no README.md. A folder of tests is explained by tests/README.md.
[[nodiscard]] Findings check_readmes(const std::vector<TrackedFile>& files);

// C++ files that clang-format would change. clang-format must be installed.
[[nodiscard]] Findings check_layout(const std::filesystem::path& root,
                                    const std::vector<TrackedFile>& files);

}  // namespace safeconduct::house
