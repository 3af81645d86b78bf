#include "policies/format.h"

namespace safeconduct::policies {
namespace {

void append_word(std::string& out, std::string_view separator, std::string_view word) {
  if (!out.empty()) out += separator;
  out += word;
}

template <class Enum>
std::string word_list(WordSet set, std::string_view separator) {
  std::string out;
  for (unsigned code = 1; code < 32; ++code) {
    if ((set >> code & 1u) != 0) append_word(out, separator, name(static_cast<Enum>(code)));
  }
  return out;
}

template <class Enum>
void append_clause(std::string& out, std::string_view keyword, WordSet set) {
  if (set == 0) return;
  append_word(out, " ", keyword);
  out += ' ';
  out += word_list<Enum>(set, ", ");
}

void append_facts(std::string& out, const Selector& selector) {
  std::string facts;
  for (std::size_t i = 1; i <= kFactCount; ++i) {
    const auto fact = static_cast<Fact>(i);
    if ((selector.facts & word_bit(fact)) != 0) append_word(facts, " and ", name(fact));
    if ((selector.facts_not & word_bit(fact)) == 0) continue;
    append_word(facts, " and ", "not ");
    facts += name(fact);
  }
  if (!facts.empty()) append_word(out, " ", "when " + facts);
}

void append_hops(std::string& out, const Selector& selector) {
  const std::string low = std::to_string(selector.hop_min);
  if (selector.hop_min == selector.hop_max) {
    append_word(out, " ", "at hop " + low);
  } else if (selector.hop_max != 255) {
    append_word(out, " ", "within hop " + std::to_string(selector.hop_max));
  } else if (selector.hop_min != 1) {
    append_word(out, " ", "beyond hop " + std::to_string(selector.hop_min - 1));
  }
}

void append_line(std::string& out, std::string_view line) {
  if (line.empty()) return;
  out += "  ";
  out += line;
  out += '\n';
}

// One line per level: `allow needs, risk` and `allow health up to generalised`.
void append_levels(std::string& out, std::string_view verb, Levels levels) {
  const CategorySet full = levels.at_least(Level::kFull);
  const CategorySet generalised = levels.at_least(Level::kGeneralised) & ~full;
  if (full != 0) append_line(out, std::string(verb) + " " + format_categories(full));
  if (generalised == 0) return;
  append_line(out, std::string(verb) + " " + format_categories(generalised) + " up to generalised");
}

void append_forbidden(std::string& out, Levels left) {
  const CategorySet withheld = kAllCategories & ~left.at_least(Level::kGeneralised);
  const CategorySet generalised = kAllCategories & ~left.at_least(Level::kFull) & ~withheld;
  if (withheld != 0) append_line(out, "forbid " + format_categories(withheld));
  if (generalised == 0) return;
  append_line(out, "forbid " + format_categories(generalised) + " above generalised");
}

void append_where(std::string& out, const Statement& statement) {
  append_line(out, format(statement.where));
  for (const Selector& exception : statement.unless) {
    append_line(out, "unless " + format(exception));
  }
}

void append_because(std::string& out, Reason reason) {
  append_line(out, "because " + std::string(name(reason)));
}

void append_duties(std::string& out, const Statement& statement) {
  for (const Requirement& what : statement.requires_of) append_line(out, "require " + words(what));
  if (statement.about != 0) append_line(out, "carrying " + format_categories(statement.about));
}

void append_terms(std::string& out, const Statement& statement) {
  for (const Setting& setting : statement.settings) append_line(out, "set " + words(setting));
  if (statement.direct) append_line(out, "transport direct");
}

std::string claim(const Statement& statement) {
  if (statement.claim == Claim::kDirect) return "transport direct";
  if (statement.claim == Claim::kTerm) return "term " + words(statement.settings.front());
  if (statement.claim == Claim::kRequires) {
    const std::string with =
        statement.about == 0 ? "" : " carrying " + format_categories(statement.about);
    return "requires " + words(statement.requires_of.front()) + with;
  }
  if (statement.claim == Claim::kRefused) {
    return statement.reason == Reason{} ? "refused"
                                        : "refused because " + std::string(name(statement.reason));
  }
  const std::string about = format_categories(statement.about);
  const bool generalised = statement.levels.at_least(Level::kGeneralised) != 0;
  const bool full = statement.levels.at_least(Level::kFull) != 0;
  if (statement.claim == Claim::kAtLeast) return about + (full ? " full" : " at least generalised");
  return about + (full ? " up to full" : generalised ? " up to generalised" : " withheld");
}

void append_rule(std::string& out, const Statement& statement) {
  append_levels(out, "allow", statement.levels);
  Statement elsewhere = statement;
  elsewhere.where.bases = 0;
  append_where(out, elsewhere);
  append_line(out, "needs " + word_list<Basis>(statement.where.bases, " or "));
}

void append_body(std::string& out, const Statement& statement) {
  switch (statement.kind) {
    case StatementKind::kRefuse:
      append_where(out, statement);
      append_because(out, statement.reason);
      return;
    case StatementKind::kNever:
      append_forbidden(out, statement.levels);
      append_where(out, statement);
      append_because(out, statement.reason);
      return;
    case StatementKind::kLimit:
      append_levels(out, "keep", statement.levels);
      if (statement.service_consent) append_line(out, "service consent suffices");
      append_where(out, statement);
      append_because(out, statement.reason);
      return;
    case StatementKind::kOverride:
      append_levels(out, "replaces consent for", statement.levels);
      append_where(out, statement);
      return;
    case StatementKind::kRule:
      append_rule(out, statement);
      return;
    case StatementKind::kDuty:
      append_duties(out, statement);
      append_where(out, statement);
      return;
    case StatementKind::kTerm:
      append_terms(out, statement);
      return;
    case StatementKind::kAssert: {
      const std::string where = format(statement.where);
      append_line(out,
                  where.empty() ? "=> " + claim(statement) : where + " => " + claim(statement));
      return;
    }
  }
}

}  // namespace

std::string format_categories(CategorySet set) {
  if (set == kAllCategories) return "all";
  std::string out;
  for (std::size_t i = 0; i < kCategoryCount; ++i) {
    if (contains(set, category_at(i))) append_word(out, ", ", name(category_at(i)));
  }
  return out;
}

std::string format(const Selector& selector) {
  std::string out;
  append_clause<Role>(out, "from", selector.from);
  append_clause<Role>(out, "to", selector.to);
  append_clause<Purpose>(out, "for", selector.purposes);
  append_clause<Stage>(out, "stage", selector.stages);
  append_clause<Basis>(out, "on", selector.bases);
  append_clause<Urgency>(out, "urgency", selector.urgencies);
  append_facts(out, selector);
  append_hops(out, selector);
  return out;
}

std::string format(const Policy& policy) {
  Policy sorted = policy;
  canonicalise(sorted);
  std::string out = "policy " + sorted.name + " \"" + sorted.title + "\"\n";
  for (const Statement& statement : sorted.statements) {
    out += '\n';
    out += keyword(statement.kind);
    out += " " + statement.name() + " \"" + statement.title + "\"";
    out += statement.kind == StatementKind::kAssert ? ":\n" : "\n";
    append_body(out, statement);
  }
  return out;
}

}  // namespace safeconduct::policies
