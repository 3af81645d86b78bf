#include "tests/house/source.h"

#include <algorithm>
#include <cctype>

namespace safeconduct::house {
namespace {

constexpr auto kNone = std::string_view::npos;

void blank(std::string& out, std::size_t from, std::size_t to) {
  for (std::size_t i = from; i < std::min(to, out.size()); ++i)
    if (out[i] != '\n') out[i] = ' ';
}

std::size_t end_after(std::string_view text, std::string_view mark, std::size_t from) {
  const std::size_t at = text.find(mark, from);
  return at == kNone ? text.size() : at + mark.size();
}

// Just after the closing quote of a literal whose opening quote is at `open`.
std::size_t literal_end(std::string_view text, std::size_t open) {
  std::size_t i = open + 1;
  while (i < text.size() && text[i] != text[open] && text[i] != '\n') i += text[i] == '\\' ? 2 : 1;
  return std::min(i + 1, text.size());
}

bool opens_raw(std::string_view text, std::size_t quote) {
  if (quote == 0 || text[quote - 1] != 'R') return false;
  return quote < 2 || !is_word(text[quote - 2]) ||
         std::string_view("uUL8").find(text[quote - 2]) != kNone;
}

std::size_t raw_end(std::string_view text, std::size_t quote) {
  const std::size_t paren = std::min(text.find('(', quote), text.size());
  const std::string close = ")" + std::string(text.substr(quote + 1, paren - quote - 1)) + "\"";
  return end_after(text, close, paren);
}

// 1'000 and 0xff'ff: the quote belongs to a number.
bool separates_digits(std::string_view text, std::size_t quote) {
  std::size_t start = quote;
  while (start > 0 && (is_word(text[start - 1]) || text[start - 1] == '\'')) --start;
  return start < quote && std::isdigit(static_cast<unsigned char>(text[start])) != 0;
}

}  // namespace

bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

std::size_t find_word(std::string_view text, std::string_view word, std::size_t from) {
  for (std::size_t at = text.find(word, from); at != kNone; at = text.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    if ((at == 0 || !is_word(text[at - 1])) && (end == text.size() || !is_word(text[end])))
      return at;
  }
  return kNone;
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::string code_of(std::string_view text) {
  std::string out(text);
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = i + 1;
    if (text.substr(i, 2) == "//") {
      end = std::min(text.find('\n', i), text.size());
      blank(out, i, end);
    } else if (text.substr(i, 2) == "/*") {
      end = end_after(text, "*/", i + 2);
      blank(out, i, end);
    } else if (text[i] == '"' || (text[i] == '\'' && !separates_digits(text, i))) {
      end = text[i] == '"' && opens_raw(text, i) ? raw_end(text, i) : literal_end(text, i);
      blank(out, i + 1, end - 1);
    }
    i = end;
  }
  return out;
}

std::string statements_of(std::string_view text) {
  std::string out = code_of(text);
  bool continued = false;
  for (std::size_t start = 0; start < out.size();) {
    const std::size_t end = std::min(out.find('\n', start), out.size());
    const std::size_t first = out.find_first_not_of(" \t", start);
    const bool directive = continued || (first < end && out[first] == '#');
    continued = directive && end > start && out[end - 1] == '\\';
    if (directive) blank(out, start, end);
    start = end + 1;
  }
  return out;
}

std::vector<Include> includes_of(std::string_view text) {
  const std::string code = code_of(text);
  const auto code_lines = lines_of(code);
  const auto text_lines = lines_of(text);
  std::vector<Include> includes;
  for (std::size_t i = 0; i < code_lines.size(); ++i) {
    const std::size_t hash = code_lines[i].find_first_not_of(" \t");
    if (hash == kNone || code_lines[i][hash] != '#') continue;
    const std::size_t word = find_word(code_lines[i], "include", hash);
    const std::size_t open = code_lines[i].find_first_of("\"<", hash);
    if (word == kNone || open == kNone || open < word) continue;
    const bool is_quoted = code_lines[i][open] == '"';
    const std::size_t close = text_lines[i].find(is_quoted ? '"' : '>', open + 1);
    if (close == kNone) continue;
    includes.push_back({std::string(text_lines[i].substr(open + 1, close - open - 1)), is_quoted,
                        static_cast<int>(i) + 1});
  }
  return includes;
}

}  // namespace safeconduct::house
