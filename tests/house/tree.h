// The project's own files: what git tracks, or, without git, what a walk finds outside build
// folders.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace safeconduct::house {

struct TrackedFile {
  std::string path;  // relative to the root, with forward slashes
  std::string text;  // empty for a binary file

  [[nodiscard]] bool ends_with(std::string_view suffix) const { return path.ends_with(suffix); }
  [[nodiscard]] bool is_cpp() const { return ends_with(".h") || ends_with(".cc"); }
};

// Sorted by path. Files that git tracks but that were deleted since are left out.
[[nodiscard]] std::vector<TrackedFile> project_files(const std::filesystem::path& root);

// The walk that serves where there is no git: no dot-folders, no build/, no node_modules/.
[[nodiscard]] std::vector<std::string> walked_paths(const std::filesystem::path& root);

// Standard output of a shell command; its exit status is not looked at.
[[nodiscard]] std::string output_of(const std::string& command);

// In single quotes for the shell.
[[nodiscard]] std::string quoted(const std::string& word);

}  // namespace safeconduct::house
