#include "tests/house/layout.h"

#include <algorithm>
#include <array>
#include <set>

#include "tests/house/source.h"

namespace safeconduct::house {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 9> kTopLevel = {
    "CMakeLists.txt", "CMakePresets.json", "README.md", "agents", "broker",
    "examples",       "policies",          "schemas",   "tests"};
constexpr std::array<std::string_view, 6> kEmptyFolders = {"common", "util",        "utils",
                                                           "docs",   "third_party", "helpers"};
constexpr std::size_t kFilesPerCall = 200;

// "dir/a.cc:3:7: error: code should be clang-formatted": one finding per file, at its first line.
Findings findings_in(const fs::path& root, const std::string& output) {
  Findings findings;
  const std::string prefix = root.string() + "/";
  for (std::string_view line : lines_of(output)) {
    const std::size_t colon = line.find(':', std::min(prefix.size(), line.size()));
    if (!line.starts_with(prefix) || colon == std::string_view::npos) continue;
    const std::string path(line.substr(prefix.size(), colon - prefix.size()));
    if (!findings.empty() && findings.back().path == path) continue;
    const int number = std::atoi(std::string(line.substr(colon + 1)).c_str());
    findings.push_back({path, number, "not laid out; run clang-format -i " + path});
  }
  return findings;
}

}  // namespace

Findings check_top_level(const std::vector<TrackedFile>& files) {
  Findings findings;
  for (const TrackedFile& file : files) {
    const fs::path path(file.path);
    const std::string top = path.begin()->string();
    if (top[0] != '.' && std::find(kTopLevel.begin(), kTopLevel.end(), top) == kTopLevel.end())
      findings.push_back({file.path, 1, "`" + top + "` was not agreed; move it into a room"});
    for (const fs::path& folder : path.parent_path())
      if (std::find(kEmptyFolders.begin(), kEmptyFolders.end(), folder) != kEmptyFolders.end())
        findings.push_back({file.path, 1, "`" + folder.string() + "` says nothing; name a room"});
  }
  return findings;
}

Findings check_readmes(const std::vector<TrackedFile>& files) {
  std::set<std::string> explained;
  std::set<std::string> rooms;
  for (const TrackedFile& file : files) {
    const fs::path path(file.path);
    const std::string folder = path.parent_path().string();
    const bool is_test = file.path.starts_with("tests/");
    if (path.filename() == "README.md") explained.insert(folder);
    if (file.is_cpp()) rooms.insert(is_test ? "tests" : folder);
  }
  Findings findings;
  for (const std::string& room : rooms)
    if (!explained.contains(room))
      findings.push_back(
          {room + "/README.md", 1,
           "is missing; say what lives in " + room + ", what may not, and why each library"});
  return findings;
}

Findings check_layout(const fs::path& root, const std::vector<TrackedFile>& files) {
  std::vector<std::string> words;
  for (const TrackedFile& file : files)
    if (file.is_cpp()) words.push_back(quoted((root / file.path).string()));
  Findings findings;
  for (std::size_t start = 0; start < words.size(); start += kFilesPerCall) {
    std::string command = "clang-format --dry-run --Werror";
    for (std::size_t i = start; i < std::min(start + kFilesPerCall, words.size()); ++i)
      command += " " + words[i];
    const Findings found = findings_in(root, output_of(command + " 2>&1"));
    findings.insert(findings.end(), found.begin(), found.end());
  }
  return findings;
}

}  // namespace safeconduct::house
