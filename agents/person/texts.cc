#include "agents/person/texts.h"

#include <algorithm>

#include "schemas/base/check.h"
#include "schemas/base/suggest.h"

namespace safeconduct::person {
namespace {

constexpr std::string_view kFirstLanguage = "en";

std::string_view trimmed(std::string_view text) {
  const std::size_t from = text.find_first_not_of(" \t\r");
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(" \t\r") - from + 1);
}

Error wrong(std::string_view language, std::size_t line, std::string_view what) {
  return invalid(std::string(language) + ".text:" + std::to_string(line) + ": " +
                 std::string(what));
}

bool blanks_close(std::string_view sentence) {
  bool open = false;
  for (const char c : sentence) {
    if (c == '{' && std::exchange(open, true)) return false;
    if (c == '}' && !std::exchange(open, false)) return false;
  }
  return !open;
}

// Latin text in a sentence that runs the other way stays in one piece: Unicode's isolates.
std::string isolated(const std::string& value) {
  const bool latin = std::any_of(value.begin(), value.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  });
  return latin ? "\xE2\x81\xA8" + value + "\xE2\x81\xA9" : value;
}

}  // namespace

Result<Texts> Texts::parse(std::string_view text, std::string_view language) {
  Texts out;
  out.language_ = language;
  std::string* last = nullptr;
  std::size_t line_number = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    line_number += 1;
    const std::string_view content = trimmed(line);
    if (content.empty() || line.front() == '#') {
      last = nullptr;
      continue;
    }
    if (line.front() == ' ') {  // the sentence goes on
      if (last == nullptr)
        return wrong(language, line_number, "nothing stands before this to go on");
      *last += " " + std::string(content);
      continue;
    }
    const std::size_t equals = line.find('=');
    const std::string name(trimmed(line.substr(0, std::min(equals, line.size()))));
    if (equals == std::string_view::npos || name.empty()) {
      return wrong(language, line_number, "write `name = sentence`");
    }
    const auto [at, fresh] = out.all_.emplace(name, trimmed(line.substr(equals + 1)));
    if (!fresh) return wrong(language, line_number, "`" + name + "` comes twice");
    last = &at->second;
  }
  for (const auto& [name, sentence] : out.all_) {
    if (sentence.empty()) return wrong(language, 0, "`" + name + "` has no sentence");
    if (!blanks_close(sentence)) return wrong(language, 0, "`" + name + "`: a blank is not closed");
  }
  const auto direction = out.all_.find("direction");
  const bool known =
      direction != out.all_.end() && (direction->second == "ltr" || direction->second == "rtl");
  if (!known) return wrong(language, 0, "`direction` must be ltr or rtl");
  out.right_to_left_ = direction->second == "rtl";
  return out;
}

std::string Texts::say(std::string_view name, const Blanks& blanks) const {
  const auto found = all_.find(name);
  SC_CHECK(found != all_.end());
  std::string out;
  std::string_view rest = found->second;
  while (!rest.empty()) {
    const std::size_t open = std::min(rest.find('{'), rest.size());
    out += rest.substr(0, open);
    if (open == rest.size()) break;
    const std::size_t close = rest.find('}', open);
    const std::string_view blank = rest.substr(open + 1, close - open - 1);
    const auto value = std::find_if(blanks.begin(), blanks.end(),
                                    [&](const auto& one) { return one.first == blank; });
    SC_CHECK(value != blanks.end());
    out += right_to_left_ ? isolated(value->second) : value->second;
    rest.remove_prefix(close + 1);
  }
  return out;
}

std::vector<std::string> Texts::forbidden() const {
  std::vector<std::string> out;
  const auto found = all_.find("forbidden");
  std::string_view rest = found == all_.end() ? std::string_view() : found->second;
  while (!rest.empty()) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    if (const auto word = trimmed(rest.substr(0, comma)); !word.empty()) out.emplace_back(word);
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  return out;
}

std::set<std::string> blanks_of(std::string_view sentence) {
  std::set<std::string> out;
  for (std::size_t at = sentence.find('{'); at != std::string_view::npos;
       at = sentence.find('{', at + 1)) {
    out.emplace(sentence.substr(at + 1, sentence.find('}', at) - at - 1));
  }
  return out;
}

std::vector<std::string> differences(const Texts& from, const Texts& translation) {
  std::vector<std::string> out;
  for (const auto& [name, sentence] : from.all()) {
    const auto other = translation.all().find(name);
    if (other == translation.all().end()) {
      out.push_back("`" + name + "` is missing");
    } else if (blanks_of(sentence) != blanks_of(other->second)) {
      out.push_back("`" + name + "` has other blanks");
    }
  }
  for (const auto& [name, sentence] : translation.all()) {
    if (!from.has(name)) out.push_back("`" + name + "` is not known");
  }
  return out;
}

std::vector<std::string> languages() {
  std::vector<std::string> out;
  for (const TextFile& file : text_files()) out.emplace_back(file.language);
  return out;
}

Result<Texts> texts_in(std::string_view language) {
  const auto files = text_files();
  const auto file_of = [&](std::string_view wanted) {
    return std::find_if(files.begin(), files.end(),
                        [&](const TextFile& file) { return file.language == wanted; });
  };
  const auto file = file_of(language);
  if (file == files.end()) {
    std::vector<std::string_view> known;
    for (const TextFile& one : files) known.push_back(one.language);
    return invalid("there is no page in the language `" + std::string(language) + "`" +
                   did_you_mean(language, known) + "; there is " + [&] {
                     std::string list;
                     for (const auto one : known)
                       list += (list.empty() ? "" : ", ") + std::string(one);
                     return list;
                   }());
  }
  TRY(texts, Texts::parse(file->text, language));
  TRY(first, Texts::parse(file_of(kFirstLanguage)->text, kFirstLanguage));
  const auto missing = differences(first, texts);
  if (!missing.empty()) return invalid(std::string(language) + ".text: " + missing.front());
  return texts;
}

}  // namespace safeconduct::person
