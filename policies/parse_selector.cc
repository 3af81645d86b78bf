#include "policies/parse_selector.h"

#include <charconv>

#include "policies/parse.h"
#include "schemas/base/suggest.h"

namespace safeconduct::policies {
namespace {

std::optional<Fact> fact_named(std::string_view text) {
  for (std::size_t i = 0; i < kFactCount; ++i) {
    if (fact_names()[i] == text) return static_cast<Fact>(i + 1);
  }
  return std::nullopt;
}

Error unknown(const Tokens& tokens, const Token& token, std::string_view what,
              std::span<const std::string_view> known) {
  if (token.kind != TokenKind::kWord) return tokens.expected("a " + std::string(what));
  return tokens.error_at(token, "unknown " + std::string(what) + " `" + std::string(token.text) +
                                    "`" + did_you_mean(token.text, known));
}

template <class Enum>
Result<Enum> one_word(Tokens& tokens, std::string_view what,
                      std::optional<Enum> (*named)(std::string_view),
                      std::span<const std::string_view> known) {
  const Token& token = tokens.peek();
  const auto word =
      token.kind == TokenKind::kWord ? named(token.text) : std::optional<Enum>(std::nullopt);
  if (!word) return unknown(tokens, token, what, known);
  tokens.take();
  return *word;
}

bool list_goes_on(Tokens& tokens) {
  return tokens.accept(TokenKind::kComma) || tokens.accept("or");
}

template <class Enum>
Result<WordSet> word_list(Tokens& tokens, std::string_view what,
                          std::optional<Enum> (*named)(std::string_view),
                          std::span<const std::string_view> known) {
  WordSet set = 0;
  do {
    TRY(word, one_word<Enum>(tokens, what, named, known));
    set |= word_bit(word);
  } while (list_goes_on(tokens));
  return set;
}

Status parse_facts(Tokens& tokens, Selector& into) {
  do {
    const Token at = tokens.peek();
    const bool holds = !tokens.accept("not");
    TRY(fact, one_word<Fact>(tokens, "fact", fact_named, fact_names()));
    (holds ? into.facts : into.facts_not) |= word_bit(fact);
    if ((into.facts & into.facts_not) != 0) {
      return tokens.error_at(at, "`" + std::string(name(fact)) + "` cannot hold and not hold");
    }
  } while (tokens.accept("and"));
  return {};
}

Result<std::uint8_t> parse_hop(Tokens& tokens) {
  TRY_OK(tokens.expect("hop"));
  TRY(token, tokens.expect(TokenKind::kNumber, "the number of a hop"));
  unsigned hop = 0;
  const auto [end, failed] =
      std::from_chars(token.text.data(), token.text.data() + token.text.size(), hop);
  if (failed != std::errc() || hop < 1 || hop > kHopMax) {
    return tokens.error_at(token, "hops are counted from 1 to " + std::to_string(kHopMax));
  }
  return static_cast<std::uint8_t>(hop);
}

Status parse_hops(Tokens& tokens, std::string_view clause, Selector& into) {
  TRY(hop, parse_hop(tokens));
  if (clause == "at") into.hop_min = into.hop_max = hop;
  if (clause == "within") into.hop_max = hop;
  if (clause == "beyond") into.hop_min = static_cast<std::uint8_t>(hop + 1);
  return {};
}

Status parse_consent_named(Tokens& tokens, Selector& into, ConsentNamed how) {
  TRY_OK(tokens.expect("consent"));
  TRY_OK(tokens.expect("named"));
  into.bases = word_bit(Basis::kConsent);
  if (how == ConsentNamed::kAsFacts) {
    into.facts |= word_bit(Fact::kPurposeNamed) | word_bit(Fact::kRecipientNamed);
  }
  return {};
}

struct WordClause {
  std::string_view keyword;
  WordSet Selector::*part;
  Result<WordSet> (*parse)(Tokens&);
};

const WordClause kWordClauses[] = {
    {"from", &Selector::from,
     [](Tokens& t) { return word_list<Role>(t, "role", role_named, role_names()); }},
    {"to", &Selector::to,
     [](Tokens& t) { return word_list<Role>(t, "role", role_named, role_names()); }},
    {"for", &Selector::purposes,
     [](Tokens& t) { return word_list<Purpose>(t, "purpose", purpose_named, purpose_names()); }},
    {"stage", &Selector::stages,
     [](Tokens& t) { return word_list<Stage>(t, "stage", stage_named, stage_names()); }},
    {"on", &Selector::bases, parse_bases},
    {"urgency", &Selector::urgencies,
     [](Tokens& t) { return word_list<Urgency>(t, "urgency", urgency_named, urgency_names()); }},
};

Error said_twice(const Tokens& tokens, const Token& at) {
  return tokens.error_at(
      at, "`" + std::string(at.text) + "` is said twice; put all its words into one list");
}

}  // namespace

Result<CategorySet> parse_categories(Tokens& tokens) {
  if (tokens.accept("all")) return kAllCategories;
  CategorySet set = 0;
  do {
    TRY(category, one_word<Category>(tokens, "category", category_named, category_names()));
    set |= bit(category);
  } while (list_goes_on(tokens));
  return set;
}

Result<WordSet> parse_bases(Tokens& tokens) {
  return word_list<Basis>(tokens, "basis", basis_named, basis_names());
}

Result<Reason> parse_reason(Tokens& tokens) {
  return one_word<Reason>(tokens, "reason", reason_named, reason_names());
}

Result<Level> parse_up_to(Tokens& tokens) {
  if (!tokens.accept("up")) return Level::kFull;
  TRY_OK(tokens.expect("to"));
  if (tokens.accept("full")) return Level::kFull;
  TRY_OK(tokens.expect("generalised"));
  return Level::kGeneralised;
}

Result<bool> parse_clause(Tokens& tokens, Selector& into, ConsentNamed how) {
  const Token start = tokens.peek();
  if (start.kind != TokenKind::kWord) return false;
  for (const WordClause& clause : kWordClauses) {
    if (start.text != clause.keyword) continue;
    if (into.*clause.part != 0) return said_twice(tokens, start);
    tokens.take();
    TRY(set, clause.parse(tokens));
    into.*clause.part = set;
    return true;
  }
  if (start.text == "when") {
    if ((into.facts | into.facts_not) != 0) return said_twice(tokens, start);
    tokens.take();
    TRY_OK(parse_facts(tokens, into));
    return true;
  }
  if (start.text == "at" || start.text == "within" || start.text == "beyond") {
    if (into.hop_min != 1 || into.hop_max != 255) return said_twice(tokens, start);
    tokens.take();
    TRY_OK(parse_hops(tokens, start.text, into));
    return true;
  }
  if (start.text == "with") {
    if (into.bases != 0) return said_twice(tokens, start);
    tokens.take();
    TRY_OK(parse_consent_named(tokens, into, how));
    return true;
  }
  return false;
}

}  // namespace safeconduct::policies
