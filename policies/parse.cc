#include "policies/parse.h"

#include <algorithm>
#include <charconv>
#include <map>

#include "policies/lexer.h"
#include "policies/parse_duty.h"
#include "policies/parse_selector.h"
#include "policies/validate.h"
#include "schemas/base/suggest.h"

namespace safeconduct::policies {
namespace {

constexpr StatementKind kAllKinds[] = {
    StatementKind::kRefuse, StatementKind::kNever, StatementKind::kLimit, StatementKind::kOverride,
    StatementKind::kRule,   StatementKind::kDuty,  StatementKind::kTerm,  StatementKind::kAssert};
constexpr std::string_view kKeywords[] = {"refuse", "never", "limit", "override",
                                          "rule",   "duty",  "term",  "assert"};

// The clauses that only this kind of statement has, for messages.
std::span<const std::string_view> own_clauses(StatementKind kind) {
  static constexpr std::string_view kRefuse[] = {"because", "unless"};
  static constexpr std::string_view kNever[] = {"forbid", "because", "unless"};
  static constexpr std::string_view kLimit[] = {"keep", "service", "because", "unless"};
  static constexpr std::string_view kOverride[] = {"replaces", "on"};
  static constexpr std::string_view kRule[] = {"allow", "needs", "unless"};
  static constexpr std::string_view kDuty[] = {"require", "carrying", "unless"};
  static constexpr std::string_view kTerm[] = {"set", "transport"};
  switch (kind) {
    case StatementKind::kRefuse:
      return kRefuse;
    case StatementKind::kNever:
      return kNever;
    case StatementKind::kLimit:
      return kLimit;
    case StatementKind::kOverride:
      return kOverride;
    case StatementKind::kRule:
      return kRule;
    case StatementKind::kDuty:
      return kDuty;
    case StatementKind::kTerm:
      return kTerm;
    case StatementKind::kAssert:
      return {};
  }
  return {};
}

class Parser {
 public:
  explicit Parser(Tokens tokens) : tokens_(std::move(tokens)) {}

  Result<Policy> run() {
    Policy policy;
    TRY_OK(tokens_.expect("policy"));
    TRY(name, tokens_.expect(TokenKind::kWord, "the policy's name"));
    if (name.text.size() > kTitleBytesMax) return tokens_.error_at(name, "the name is too long");
    policy.name = std::string(name.text);
    TRY(title, parse_title());
    policy.title = std::move(title);
    while (tokens_.peek().kind != TokenKind::kEnd) {
      if (policy.statements.size() == kStatementsMax) {
        return tokens_.error_at(tokens_.peek(), "more than " + std::to_string(kStatementsMax) +
                                                    " statements; join rules that say the same");
      }
      TRY(statement, parse_statement());
      policy.statements.push_back(std::move(statement));
    }
    return policy;
  }

 private:
  Result<std::string> parse_title() {
    TRY(title, tokens_.expect(TokenKind::kText, "a title in \"\""));
    if (title.text.empty() || title.text.size() > kTitleBytesMax) {
      return tokens_.error_at(
          title, "a title has 1 to " + std::to_string(kTitleBytesMax) + " bytes; shorten it");
    }
    return std::string(title.text);
  }

  Result<Statement> parse_statement() {
    const Token start = tokens_.peek();
    const auto kind = std::find(std::begin(kKeywords), std::end(kKeywords), start.text);
    if (start.kind != TokenKind::kWord || kind == std::end(kKeywords)) {
      return unknown_start(start);
    }
    tokens_.take();
    Statement statement;
    statement.kind = kAllKinds[kind - std::begin(kKeywords)];
    statement.line = start.line;
    prepare(statement);
    TRY_OK(parse_name(statement));
    TRY(title, parse_title());
    statement.title = std::move(title);
    if (statement.kind == StatementKind::kAssert) {
      TRY_OK(parse_assertion(statement));
    } else if (statement.kind == StatementKind::kTerm) {
      TRY_OK(parse_terms(tokens_, statement));
    } else {
      TRY_OK(parse_body(statement));
    }
    TRY_OK(validate(statement,
                    [&](std::string_view message) { return tokens_.error_at(start, message); }));
    return statement;
  }

  Error unknown_start(const Token& start) {
    if (start.kind != TokenKind::kWord) return tokens_.expected("a clause or a statement");
    std::vector<std::string_view> known(std::begin(kKeywords), std::end(kKeywords));
    const auto own = own_clauses(last_kind_);
    known.insert(known.end(), own.begin(), own.end());
    known.insert(known.end(), {"from", "to", "for", "stage", "on", "urgency", "when", "at",
                               "within", "beyond", "with"});
    const bool misplaced = std::find(known.begin(), known.end(), start.text) != known.end();
    return tokens_.error_at(start, misplaced
                                       ? "`" + std::string(start.text) + "` has no place here"
                                       : "unknown word `" + std::string(start.text.substr(0, 40)) +
                                             "`" + did_you_mean(start.text, known));
  }

  void prepare(Statement& statement) {
    last_kind_ = statement.kind;
    if (statement.kind == StatementKind::kNever) statement.levels = Levels::all(Level::kFull);
    if (statement.kind == StatementKind::kNever) statement.reason = Reason::kNotNeeded;
    if (statement.kind == StatementKind::kLimit) statement.reason = Reason::kStage;
  }

  Status parse_name(Statement& statement) {
    const std::string letter_text(1, letter(statement.kind));
    const std::string wanted = "the name of this " + std::string(keyword(statement.kind)) +
                               ", the letter " + letter_text + " and a number";
    TRY(name, tokens_.expect(TokenKind::kName, wanted));
    unsigned number = 0;
    const char* begin = name.text.data() + 1;
    const char* end = name.text.data() + name.text.size();
    const auto [stop, failed] = std::from_chars(begin, end, number);
    if (name.text[0] != letter_text[0] || failed != std::errc() || stop != end || number == 0 ||
        number > kStatementNumberMax || *begin == '0') {
      return tokens_.error_at(name, "expected " + wanted + " from 1 to " +
                                        std::to_string(kStatementNumberMax) + ", such as " +
                                        letter_text + "7");
    }
    statement.number = static_cast<std::uint16_t>(number);
    return {};
  }

  Status parse_body(Statement& statement) {
    Selector* selector = &statement.where;
    const ConsentNamed how =
        statement.kind == StatementKind::kRefuse ? ConsentNamed::kAsFacts : ConsentNamed::kAsBasis;
    while (true) {
      if (tokens_.next_is("unless") && statement.kind != StatementKind::kOverride) {
        if (statement.unless.size() == kUnlessMax) {
          return tokens_.error_at(tokens_.peek(), "more than " + std::to_string(kUnlessMax) +
                                                      " exceptions; write two statements");
        }
        tokens_.take();
        selector = &statement.unless.emplace_back();
        TRY(any, parse_clause(tokens_, *selector, how));
        if (!any) return tokens_.expected("what the exception is about");
        continue;
      }
      TRY(own, parse_own_clause(statement));
      if (own) continue;
      TRY(read, parse_clause(tokens_, *selector, how));
      if (!read) return {};
    }
  }

  Result<bool> parse_own_clause(Statement& statement) {
    switch (statement.kind) {
      case StatementKind::kRefuse:
        return parse_because(statement);
      case StatementKind::kNever: {
        TRY(read, parse_forbid(statement));
        return read ? Result<bool>(true) : parse_because(statement);
      }
      case StatementKind::kLimit: {
        TRY(read, parse_keep(statement));
        return read ? Result<bool>(true) : parse_because(statement);
      }
      case StatementKind::kOverride:
        return parse_replaces(statement);
      case StatementKind::kRule:
        return parse_allow_or_needs(statement);
      case StatementKind::kDuty: {
        TRY(read, parse_require(tokens_, statement));
        return read ? Result<bool>(true) : parse_carrying(tokens_, statement);
      }
      case StatementKind::kTerm:
      case StatementKind::kAssert:
        return false;
    }
    return false;
  }

  Result<bool> parse_because(Statement& statement) {
    if (!tokens_.accept("because")) return false;
    TRY(reason, parse_reason(tokens_));
    statement.reason = reason;
    return true;
  }

  Result<bool> parse_forbid(Statement& statement) {
    if (!tokens_.accept("forbid")) return false;
    TRY(categories, parse_categories(tokens_));
    Level left = Level::kWithheld;
    if (tokens_.accept("above")) {
      TRY_OK(tokens_.expect("generalised"));
      left = Level::kGeneralised;
    }
    statement.about |= categories;
    statement.levels =
        lower_of(statement.levels, higher_of(Levels::of(kAllCategories & ~categories, Level::kFull),
                                             Levels::of(categories, left)));
    return true;
  }

  Result<bool> parse_keep(Statement& statement) {
    if (tokens_.accept("service")) {
      TRY_OK(tokens_.expect("consent"));
      TRY_OK(tokens_.expect("suffices"));
      statement.service_consent = true;
      return true;
    }
    if (!tokens_.accept("keep")) return false;
    return parse_levels(statement);
  }

  Result<bool> parse_levels(Statement& statement) {
    TRY(categories, parse_categories(tokens_));
    TRY(level, parse_up_to(tokens_));
    statement.about |= categories;
    statement.levels = higher_of(statement.levels, Levels::of(categories, level));
    return true;
  }

  Result<bool> parse_replaces(Statement& statement) {
    if (!tokens_.accept("replaces")) return false;
    TRY_OK(tokens_.expect("consent"));
    TRY_OK(tokens_.expect("for"));
    return parse_levels(statement);
  }

  Result<bool> parse_allow_or_needs(Statement& statement) {
    if (tokens_.accept("allow")) return parse_levels(statement);
    if (!tokens_.next_is("needs")) return false;
    const Token at = tokens_.take();
    if (statement.where.bases != 0) {
      return tokens_.error_at(at, "`needs` is said twice; join the grounds with `or`");
    }
    TRY(bases, parse_bases(tokens_));
    statement.where.bases = bases;
    return true;
  }

  Status parse_assertion(Statement& statement) {
    TRY_OK(tokens_.expect(TokenKind::kColon, "`:` before what is claimed"));
    bool more = true;
    while (more) {
      TRY(read, parse_clause(tokens_, statement.where, ConsentNamed::kAsBasis));
      more = read;
    }
    TRY_OK(tokens_.expect(TokenKind::kArrow, "`=>` and what must come out"));
    if (tokens_.accept("refused")) {
      statement.claim = Claim::kRefused;
      TRY_OK(parse_because(statement));
      return {};
    }
    TRY(of_duties, parse_claimed_duty(tokens_, statement));
    if (of_duties) return {};
    TRY(categories, parse_categories(tokens_));
    statement.about = categories;
    return parse_bound(statement);
  }

  Status parse_bound(Statement& statement) {
    Level bound = Level::kWithheld;
    if (tokens_.accept("full")) {
      statement.claim = Claim::kAtLeast;
      bound = Level::kFull;
    } else if (tokens_.accept("at")) {
      TRY_OK(tokens_.expect("least"));
      TRY_OK(tokens_.expect("generalised"));
      statement.claim = Claim::kAtLeast;
      bound = Level::kGeneralised;
    } else if (tokens_.next_is("up")) {
      TRY(level, parse_up_to(tokens_));
      bound = level;
    } else if (!tokens_.accept("withheld")) {
      return tokens_.expected("`withheld`, `up to generalised`, `at least generalised` or `full`");
    }
    statement.levels = Levels::of(statement.about, bound);
    return {};
  }

  Tokens tokens_;
  StatementKind last_kind_ = StatementKind::kRule;
};

Status check_names(const Policy& policy, std::string_view source) {
  std::map<std::string, std::uint32_t> seen;
  WordSet overridden = 0;
  for (const Statement& statement : policy.statements) {
    const auto [at, fresh] = seen.emplace(statement.name(), statement.line);
    if (!fresh) {
      return invalid(placed(source, statement.line, 1,
                            statement.name() + " is already the name of the statement in line " +
                                std::to_string(at->second) + "; give it another number"));
    }
    if (statement.kind != StatementKind::kOverride) continue;
    if ((overridden & statement.where.bases) != 0) {
      return invalid(placed(source, statement.line, 1,
                            "a basis has two override sets; leave it in one of them"));
    }
    overridden |= statement.where.bases;
  }
  return {};
}

}  // namespace

Result<Policy> parse(std::string_view text, std::string_view source) {
  if (text.size() > kPolicyBytesMax) {
    return invalid(std::string(source) + ": the policy has " + std::to_string(text.size()) +
                   " bytes, the bound is " + std::to_string(kPolicyBytesMax) + "; shorten it");
  }
  TRY(tokens, Tokens::lex(text, source));
  TRY(policy, Parser(std::move(tokens)).run());
  TRY_OK(check_names(policy, source));
  canonicalise(policy);
  return policy;
}

}  // namespace safeconduct::policies
