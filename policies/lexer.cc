#include "policies/lexer.h"

#include <algorithm>

namespace safeconduct::policies {
namespace {

bool is_letter(char c) {
  return c >= 'a' && c <= 'z';
}
bool is_capital(char c) {
  return c >= 'A' && c <= 'Z';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}
bool in_word(char c) {
  return is_letter(c) || is_digit(c) || c == '_';
}
bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

// Long enough for every word of the vocabulary; what is longer is cut in messages.
constexpr std::size_t kQuotedBytesMax = 40;

std::string quoted(std::string_view text) {
  if (text.size() <= kQuotedBytesMax) return "`" + std::string(text) + "`";
  return "`" + std::string(text.substr(0, kQuotedBytesMax)) + "...`";
}

class Lexer {
 public:
  Lexer(std::string_view text, std::string_view source) : text_(text), source_(source) {}

  Result<std::vector<Token>> run() {
    std::vector<Token> tokens;
    for (skip_blank(); at_ < text_.size(); skip_blank()) {
      TRY(token, next());
      tokens.push_back(token);
    }
    tokens.push_back(Token{TokenKind::kEnd, {}, line_, column_});
    return tokens;
  }

 private:
  void skip_blank() {
    while (at_ < text_.size()) {
      if (text_[at_] == '#') {
        while (at_ < text_.size() && text_[at_] != '\n') step();
      } else if (is_space(text_[at_])) {
        step();
      } else {
        return;
      }
    }
  }

  void step() {
    const char c = text_[at_++];
    if (c == '\n') {
      ++line_;
      column_ = 1;
    } else if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) {  // not inside a UTF-8 character
      ++column_;
    }
  }

  Token token(TokenKind kind, std::size_t length) {
    Token out{kind, text_.substr(at_, length), line_, column_};
    for (std::size_t i = 0; i < length; ++i) step();
    return out;
  }

  template <class Belongs>
  std::size_t run_length(std::size_t from, Belongs belongs) const {
    const auto begin = text_.begin() + static_cast<std::ptrdiff_t>(from);
    return static_cast<std::size_t>(std::find_if_not(begin, text_.end(), belongs) - begin);
  }

  Result<Token> next() {
    const char c = text_[at_];
    if (is_letter(c)) return token(TokenKind::kWord, run_length(at_, in_word));
    if (is_digit(c)) return token(TokenKind::kNumber, run_length(at_, is_digit));
    if (is_capital(c)) return token(TokenKind::kName, 1 + run_length(at_ + 1, is_digit));
    if (c == '"') return quoted_text();
    if (c == ',') return token(TokenKind::kComma, 1);
    if (c == ':') return token(TokenKind::kColon, 1);
    if (text_.substr(at_, 2) == "=>") return token(TokenKind::kArrow, 2);
    const std::string what = is_control(c) || static_cast<unsigned char>(c) >= 0x80
                                 ? std::string("this character")
                                 : quoted(text_.substr(at_, 1));
    return fail(what + " has no meaning here; words are of a-z, 0-9 and `_`, titles stand in \"\"");
  }

  Result<Token> quoted_text() {
    const std::size_t end = text_.find_first_of("\"\n", at_ + 1);
    if (end == std::string_view::npos || text_[end] != '"') {
      return fail("a title must end with \" on the same line");
    }
    const std::string_view inside = text_.substr(at_ + 1, end - at_ - 1);
    if (std::any_of(inside.begin(), inside.end(), is_control)) {
      return fail("a title may not hold control characters");
    }
    Token out = token(TokenKind::kText, end - at_ + 1);
    out.text = inside;
    return out;
  }

  Error fail(std::string_view message) const {
    return invalid(placed(source_, line_, column_, message));
  }

  std::string_view text_;
  std::string_view source_;
  std::size_t at_ = 0;
  std::uint32_t line_ = 1;
  std::uint32_t column_ = 1;
};

std::string found(const Token& token) {
  return token.kind == TokenKind::kEnd ? "the end of the text" : quoted(token.text);
}

}  // namespace

std::string placed(std::string_view source, std::uint32_t line, std::uint32_t column,
                   std::string_view message) {
  return std::string(source) + ":" + std::to_string(line) + ":" + std::to_string(column) + ": " +
         std::string(message);
}

Result<Tokens> Tokens::lex(std::string_view text, std::string_view source) {
  TRY(tokens, Lexer(text, source).run());
  Tokens out;
  out.source_ = source;
  out.tokens_ = std::move(tokens);
  return out;
}

const Token& Tokens::peek_second() const {
  return tokens_[std::min(at_ + 1, tokens_.size() - 1)];
}

Token Tokens::take() {
  const Token token = tokens_[at_];
  if (at_ + 1 < tokens_.size()) ++at_;
  return token;
}

bool Tokens::next_is(std::string_view word) const {
  return peek().kind == TokenKind::kWord && peek().text == word;
}

bool Tokens::accept(std::string_view word) {
  if (!next_is(word)) return false;
  take();
  return true;
}

bool Tokens::accept(TokenKind kind) {
  if (peek().kind != kind) return false;
  take();
  return true;
}

Status Tokens::expect(std::string_view word) {
  if (accept(word)) return {};
  return expected("`" + std::string(word) + "`");
}

Result<Token> Tokens::expect(TokenKind kind, std::string_view what) {
  if (peek().kind != kind) return expected(what);
  return take();
}

Error Tokens::error_at(const Token& token, std::string_view message) const {
  return invalid(placed(source_, token.line, token.column, message));
}

Error Tokens::expected(std::string_view what) const {
  return error_at(peek(), "expected " + std::string(what) + " but found " + found(peek()));
}

}  // namespace safeconduct::policies
