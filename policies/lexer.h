// The words of a policy text, with their places.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "schemas/base/result.h"

namespace safeconduct::policies {

enum class TokenKind : std::uint8_t {
  kWord,    // a-z, 0-9, `_`, starting with a letter
  kName,    // one capital letter and a number: R7
  kNumber,  // 0..9999
  kText,    // between double quotes, on one line, no escapes
  kComma,
  kColon,
  kArrow,  // =>
  kEnd,
};

struct Token {
  TokenKind kind = TokenKind::kEnd;
  std::string_view text;     // without quotes; views the source text
  std::uint32_t line = 1;    // from 1
  std::uint32_t column = 1;  // from 1, in characters
};

// The tokens of one text, read from left to right. Views `text` and `source`, which outlive it.
class Tokens {
 public:
  // Errors: kInvalid with the place of the first character that starts no token.
  [[nodiscard]] static Result<Tokens> lex(std::string_view text, std::string_view source);

  [[nodiscard]] const Token& peek() const { return tokens_[at_]; }
  // The token after the next one; the end, when there is none.
  [[nodiscard]] const Token& peek_second() const;
  Token take();
  // Takes the next token if it is this word.
  bool accept(std::string_view word);
  bool accept(TokenKind kind);
  // Errors: kInvalid, "expected `word` but found ...".
  [[nodiscard]] Status expect(std::string_view word);
  [[nodiscard]] Result<Token> expect(TokenKind kind, std::string_view what);
  [[nodiscard]] bool next_is(std::string_view word) const;

  // `source:line:column: message`.
  [[nodiscard]] Error error_at(const Token& token, std::string_view message) const;
  // "expected `what` but found ..." at the next token.
  [[nodiscard]] Error expected(std::string_view what) const;

 private:
  std::string_view source_;
  std::vector<Token> tokens_;  // ends in kEnd
  std::size_t at_ = 0;
};

// `place:line:column: message`, as compilers say it.
[[nodiscard]] std::string placed(std::string_view source, std::uint32_t line, std::uint32_t column,
                                 std::string_view message);

}  // namespace safeconduct::policies
