#include "agents/person/page.h"

#include <algorithm>

#include "agents/person/html.h"
#include "agents/person/sections.h"

namespace safeconduct::person {
namespace {

// Letters of text, as they stand on the page, from which print gets smaller so that one sheet
// holds them (page.css).
constexpr std::size_t kRoomyLetters = 2'900;
constexpr std::size_t kDenseLetters = 4'600;

std::string_view print_class(std::size_t count) {
  return count <= kRoomyLetters ? "roomy" : count <= kDenseLetters ? "dense" : "full";
}

// The agency's own words, which no translator saw.
Status check_holder(const Holder& holder) {
  for (const std::string& language : languages()) {
    TRY(texts, texts_in(language));
    const std::string word =
        forbidden_in(holder.neutral_name + "\n" + holder.neutral_contact, texts);
    if (!word.empty()) {
      return invalid("the neutral page would say `" + word +
                     "`; change `person.neutral_name` or `person.neutral_contact` in agent.toml");
    }
  }
  return {};
}

std::string head(const Wording& words, std::string_view print) {
  const std::string direction = words.texts().right_to_left() ? "rtl" : "ltr";
  std::string out = "<!DOCTYPE html>\n<html lang=\"" + escaped(words.texts().language()) +
                    "\" dir=\"" + direction + "\">\n<head>\n<meta charset=\"utf-8\">\n" +
                    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n" +
                    "<meta name=\"robots\" content=\"noindex\">\n" +
                    "<meta name=\"referrer\" content=\"no-referrer\">\n" +
                    "<meta http-equiv=\"Content-Security-Policy\" " +
                    "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n";
  out += "<title>" + escaped(words.say("title")) + "</title>\n<style>\n" +
         std::string(style_sheet()) + "</style>\n</head>\n";
  return out + "<body class=\"" + std::string(print) + "\">\n";
}

}  // namespace

Result<std::string> render(const Facts& facts, const PageOptions& options) {
  TRY(texts, texts_in(options.language));
  TRY_OK(local_time(facts.made_at, options.zone));
  if (options.neutral) TRY_OK(check_holder(facts.holder));
  Wording words(texts, options.neutral, options.zone);
  const std::string body = sections(facts, options.sheet, words);
  std::string page =
      head(words, print_class(letters(text_of_markup(body)))) + body + "</body>\n</html>\n";
  if (options.neutral) {
    // The sentences are proved by a test; this stands behind it.
    const std::string word = forbidden_in(text_of_markup(page.substr(page.find("<title>"))), texts);
    if (!word.empty()) return invalid("the neutral page would say `" + word + "`; it was not made");
  }
  return page;
}

}  // namespace safeconduct::person
