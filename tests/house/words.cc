#include "tests/house/words.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "tests/house/source.h"

namespace safeconduct::house {
namespace {

constexpr auto kNone = std::string_view::npos;
constexpr std::size_t kColumnsMax = 100;
constexpr std::size_t kHeaderLinesMax = 250;
constexpr std::size_t kImplementationLinesMax = 400;

// In two pieces each, so that this file passes its own test. Upper case means exactly so; lower
// case means in any case.
constexpr std::array<std::string_view, 6> kBannedWords = {
    "TO"
    "DO",
    "FIX"
    "ME",
    "X"
    "XX",
    "HA"
    "CK",
    "st"
    "ub",
    "place"
    "holder"};
constexpr std::array<std::string_view, 4> kMachineFolders = {"work", "root", "tmp", "home"};
constexpr std::array<std::string_view, 7> kEmptySuffixes = {"Manager", "Helper", "Util", "Utils",
                                                            "Common",  "Data",   "Info"};

std::string lowered(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

bool has_banned(std::string_view line, std::string_view word) {
  const bool in_any_case = std::islower(static_cast<unsigned char>(word[0])) != 0;
  return find_word(in_any_case ? lowered(line) : std::string(line), word) != kNone;
}

bool names_machine_folder(std::string_view line, std::string_view folder) {
  const std::string wanted = "/" + std::string(folder);
  for (std::size_t at = line.find(wanted); at != kNone; at = line.find(wanted, at + 1)) {
    const char before = at == 0 ? ' ' : line[at - 1];
    const std::size_t end = at + wanted.size();
    const bool begins = !is_word(before) && std::string_view(".~/-}*").find(before) == kNone;
    const bool ends = end == line.size() || (!is_word(line[end]) && line[end] != '-');
    if (begins && ends) return true;
  }
  return false;
}

// The word after `from`; an attribute in between is passed over.
std::string_view word_at(std::string_view text, std::size_t from) {
  from = std::min(text.find_first_not_of(' ', from), text.size());
  if (text.substr(from).starts_with("[["))
    from = std::min(text.find_first_not_of("] ", text.find("]]", from)), text.size());
  std::size_t end = from;
  while (end < text.size() && is_word(text[end])) ++end;
  return text.substr(from, end - from);
}

// "CaseData" ends in the word Data, "Metadata" does not.
bool ends_in_empty_word(std::string_view name) {
  return std::any_of(kEmptySuffixes.begin(), kEmptySuffixes.end(),
                     [&](std::string_view suffix) { return name.ends_with(suffix); });
}

// Calls check(line text, line number) for every line and keeps what it says, when it says anything.
template <class Check>
Findings each_line(const std::string& path, std::string_view text, Check check) {
  Findings findings;
  int number = 0;
  for (const std::string_view line : lines_of(text)) {
    ++number;
    const std::string what = check(line);
    if (!what.empty()) findings.push_back({path, number, what});
  }
  return findings;
}

}  // namespace

Findings check_words(const std::string& path, std::string_view text) {
  return each_line(path, text, [](std::string_view line) -> std::string {
    for (const std::string_view word : kBannedWords)
      if (has_banned(line, word)) return "`" + std::string(word) + "`: finish it or take it out";
    return "";
  });
}

Findings check_machine_paths(const std::string& path, std::string_view text) {
  return each_line(path, text, [](std::string_view line) -> std::string {
    for (const std::string_view folder : kMachineFolders)
      if (names_machine_folder(line, folder))
        return "`/" + std::string(folder) + "` is a path of one machine; take it from the caller";
    return "";
  });
}

Findings check_type_names(const std::string& path, std::string_view text) {
  constexpr std::array<std::string_view, 5> kinds = {"class", "struct", "union", "enum", "using"};
  return each_line(path, code_of(text), [&](std::string_view line) -> std::string {
    for (const std::string_view kind : kinds) {
      for (std::size_t at = find_word(line, kind); at != kNone;
           at = find_word(line, kind, at + 1)) {
        const std::string_view name = word_at(line, at + kind.size());
        if (ends_in_empty_word(name))
          return "`" + std::string(name) + "`: name the thing by its noun in the field";
      }
    }
    return "";
  });
}

Findings check_no_floats(const std::string& path, std::string_view text) {
  return each_line(path, code_of(text), [](std::string_view line) -> std::string {
    for (const std::string_view word : {"float", "double"})
      if (find_word(line, word) != kNone)
        return "`" + std::string(word) + "`: this room decides in whole numbers only";
    return "";
  });
}

Findings check_columns(const std::string& path, std::string_view text) {
  return each_line(path, text, [](std::string_view line) -> std::string {
    const auto columns =
        static_cast<std::size_t>(std::count_if(line.begin(), line.end(), [](char c) {
          return (static_cast<unsigned>(c) & 0xC0) != 0x80;
        }));
    if (columns <= kColumnsMax) return "";
    return std::to_string(columns) + " columns; break the line at " + std::to_string(kColumnsMax);
  });
}

Findings check_file_length(const std::string& path, std::string_view text) {
  const std::size_t bound = path.ends_with(".h") ? kHeaderLinesMax : kImplementationLinesMax;
  const std::size_t lines = lines_of(text).size();
  if (lines <= bound) return {};
  return {{path, static_cast<int>(bound) + 1,
           std::to_string(lines) + " lines, at most " + std::to_string(bound) +
               "; split it by subject"}};
}

}  // namespace safeconduct::house
