#include "tests/house/functions.h"

#include <array>
#include <cctype>

#include "tests/house/source.h"

namespace safeconduct::house {
namespace {

constexpr auto kNone = std::string_view::npos;

// What an opening brace opens.
enum class Block {
  kScope,     // namespace or type: functions may stand in it
  kFunction,  // a function's body
  kValue,     // an initializer
  kMember,    // the braces of one member in a constructor's initializer list
  kInner,     // anything inside a function or a value
};

bool is_space(char c) {
  return std::isspace(static_cast<unsigned char>(c)) != 0;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

// Without "template <...>", whose brackets may hold anything.
std::string_view without_template(std::string_view head) {
  while (head.starts_with("template")) {
    int depth = 0;
    std::size_t i = 0;
    for (; i < head.size(); ++i) {
      if (head[i] == '<') ++depth;
      if (head[i] == '>' && --depth == 0) break;
    }
    head = trimmed(head.substr(std::min(i + 1, head.size())));
  }
  return head;
}

// Where the character stands outside parentheses, at or after `from`.
std::size_t find_outside(std::string_view head, char wanted, std::size_t from = 0) {
  int depth = 0;
  for (std::size_t i = 0; i < head.size(); ++i) {
    if (head[i] == ')') --depth;
    if (depth == 0 && i >= from && head[i] == wanted) return i;
    if (head[i] == '(') ++depth;
  }
  return kNone;
}

bool is_assignment(std::string_view head) {
  const std::size_t equals = find_outside(head, '=');
  return equals != kNone && find_word(head, "operator") >= equals;
}

// "Name(int a) : member_": the brace that follows opens the member's value.
bool ends_in_member(std::string_view head) {
  const std::size_t parameters = head.find(')');
  if (parameters == kNone || !(is_word(head.back()) || head.back() == '>')) return false;
  for (std::size_t i = find_outside(head, ':', parameters); i != kNone;
       i = find_outside(head, ':', i + 2)) {
    const bool doubled = i + 1 < head.size() && head[i + 1] == ':';
    if (!doubled) return true;
  }
  return false;
}

bool names_a_type(std::string_view head) {
  constexpr std::array<std::string_view, 4> kinds = {"class", "struct", "union", "enum"};
  for (const std::string_view kind : kinds)
    if (find_word(head, kind) != kNone) return true;
  return false;
}

Block classify(std::string_view whole_head) {
  const std::string_view head = without_template(trimmed(whole_head));
  const bool calls = head.find('(') != kNone;
  if (head.empty()) return Block::kScope;
  if (find_word(head, "namespace") != kNone) return Block::kScope;
  if (head.starts_with("extern \"") && !calls) return Block::kScope;
  if (names_a_type(head) && (!calls || head.find("alignas") != kNone)) return Block::kScope;
  if (is_assignment(head) || !calls) return Block::kValue;
  return ends_in_member(head) ? Block::kMember : Block::kFunction;
}

std::string name_in(std::string_view whole_head) {
  std::string_view head = without_template(trimmed(whole_head));
  head = trimmed(head.substr(0, head.find('(')));
  std::size_t start = head.size();
  while (start > 0 && !is_space(head[start - 1]) && head[start - 1] != '*') --start;
  return std::string(head.substr(start));
}

// Walks over the statements and keeps what stands open.
class Walk {
 public:
  void step(char c) {
    if (c == '\n') ++line_;
    if (c == '{') return open();
    if (c == '}') return close();
    if (inside()) return;
    if (head_.empty() && is_space(c)) return;
    if (head_.empty()) head_line_ = line_;
    head_ += c;
    if (c == ';' || (c == ':' && ends_access())) head_.clear();
  }

  FunctionScan finish() && {
    scan_.balanced = scan_.balanced && blocks_.empty();
    return std::move(scan_);
  }

 private:
  [[nodiscard]] bool inside() const { return !blocks_.empty() && blocks_.back() != Block::kScope; }

  [[nodiscard]] bool ends_access() const {
    return head_ == "public:" || head_ == "private:" || head_ == "protected:";
  }

  void open() {
    const Block block = inside() ? Block::kInner : classify(head_);
    blocks_.push_back(block);
    if (block == Block::kFunction) scan_.functions.push_back({name_in(head_), head_line_, 0});
    if (block == Block::kScope || block == Block::kFunction) head_.clear();
  }

  void close() {
    if (blocks_.empty()) {
      scan_.balanced = false;
      return;
    }
    const Block block = blocks_.back();
    blocks_.pop_back();
    if (block == Block::kFunction) {
      Function& function = scan_.functions.back();
      function.lines = line_ - function.line + 1;
    }
    if (block == Block::kMember || block == Block::kValue) head_ += '}';
  }

  FunctionScan scan_;
  std::vector<Block> blocks_;
  std::string head_;
  int head_line_ = 1;
  int line_ = 1;
};

}  // namespace

FunctionScan functions_of(std::string_view text) {
  Walk walk;
  for (const char c : statements_of(text)) walk.step(c);
  return std::move(walk).finish();
}

}  // namespace safeconduct::house
