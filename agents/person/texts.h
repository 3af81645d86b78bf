// The sentences of the person's page in one language, from a file that a translator can edit
// (README.md tells its form). Pure.
#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "schemas/base/result.h"

namespace safeconduct::person {

using Blanks = std::vector<std::pair<std::string_view, std::string>>;

class Texts {
 public:
  // Errors: kInvalid with the line: no `name = sentence`, a name twice, a blank that is not closed,
  // no direction.
  [[nodiscard]] static Result<Texts> parse(std::string_view text, std::string_view language);

  [[nodiscard]] const std::string& language() const { return language_; }  // `es`
  [[nodiscard]] bool right_to_left() const { return right_to_left_; }
  [[nodiscard]] const std::map<std::string, std::string, std::less<>>& all() const { return all_; }
  [[nodiscard]] bool has(std::string_view name) const { return all_.contains(name); }
  // The sentence with its blanks filled in. The name must be there.
  [[nodiscard]] std::string say(std::string_view name, const Blanks& blanks = {}) const;
  // Beginnings of words that must not stand on the neutral page, in lower case.
  [[nodiscard]] std::vector<std::string> forbidden() const;

 private:
  std::string language_;
  bool right_to_left_ = false;
  std::map<std::string, std::string, std::less<>> all_;
};

// The blanks of a sentence: `date` of `until {date}`.
[[nodiscard]] std::set<std::string> blanks_of(std::string_view sentence);
// What a translation lacks or has too much, one line each, against the language it was made from.
[[nodiscard]] std::vector<std::string> differences(const Texts& from, const Texts& translation);

// The languages that are built in: one for each file of the folder text.
[[nodiscard]] std::vector<std::string> languages();
// Errors: kInvalid for a language that is not there, or whose file is not complete.
[[nodiscard]] Result<Texts> texts_in(std::string_view language);

// A file as it was built in.
struct TextFile {
  std::string_view language;
  std::string_view text;
};
[[nodiscard]] std::span<const TextFile> text_files();
[[nodiscard]] std::string_view style_sheet();

}  // namespace safeconduct::person
