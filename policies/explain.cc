#include "policies/explain.h"

#include "policies/format.h"
#include "policies/remedy.h"

namespace safeconduct::policies {
namespace {

template <class Enum>
std::string word(std::optional<Enum> known) {
  return known ? std::string(name(*known)) : std::string("an unknown word");
}

std::string statement_text(const CompiledPolicy& policy, RuleIndex rule) {
  const Statement& s = policy.policy().statements[rule];
  return s.name() + " \"" + s.title + "\"";
}

// `Decided by R3 "...", L1 "...".`
std::string decided_by(const CompiledPolicy& policy, RuleSetIndex rules) {
  std::string out;
  for (RuleIndex rule : policy.rules(rules)) {
    out += out.empty() ? "Decided by " : ", ";
    out += statement_text(policy, rule);
  }
  return out.empty() ? "No statement speaks of this: what is unknown is refused." : out + ".";
}

CategorySet at_level(const Decision& decision, Level level) {
  CategorySet out = decision.levels.at_least(level);
  if (level == Level::kGeneralised) out &= ~decision.levels.at_least(Level::kFull);
  if (level == Level::kWithheld) out &= ~decision.levels.at_least(Level::kGeneralised);
  return out;
}

// One line per reason: `Withheld: legal, media, because the purpose does not need it.`
void append_by_reason(std::vector<std::string>& lines, std::string_view what,
                      const Decision& decision, CategorySet set) {
  for (std::uint8_t code = 0; code <= kReasonCount; ++code) {
    const auto reason = static_cast<Reason>(code);
    CategorySet here = 0;
    for (std::size_t i = 0; i < kCategoryCount; ++i) {
      const Category c = category_at(i);
      if (contains(set, c) && decision.reasons[i] == reason) here |= bit(c);
    }
    if (here == 0) continue;
    lines.push_back(std::string(what) + ": " + format_categories(here) + ", because " +
                    std::string(plain(reason)) + ".");
  }
}

void append_remedies(std::vector<std::string>& lines, const CompiledPolicy& policy,
                     const Case& subject) {
  for (const Remedy& remedy : remedies(policy, subject)) {
    lines.push_back("What would change it: " + sentence(remedy) + ".");
  }
}

// `The recipient: review the decision within 72 hours (D3).`
void append_duties(std::vector<std::string>& lines, const CompiledPolicy& policy,
                   const Decision& decision) {
  for (const Obligation& o : obligations_of(policy, decision)) {
    std::string line =
        duty_of(o.what.duty) == DutyOf::kSender ? "To do, sender: " : "To do, recipient: ";
    line += plain(o.what.duty);
    if (o.what.hours != 0) line += ", within " + hours_words(o.what.hours);
    line += " (" + std::string(name(o.what.duty)) + ", by ";
    lines.push_back(line + (o.by ? policy.rule_name(*o.by) : "the hop before") + ").");
  }
}

std::vector<std::string> explain_refusal(const CompiledPolicy& policy, const Case& subject,
                                         const Decision& decision) {
  std::vector<std::string> lines{"Refused, " + describe(subject) + ": " +
                                     std::string(plain(decision.reason)) + " (" +
                                     std::string(name(decision.reason)) + ").",
                                 decided_by(policy, decision.rules)};
  append_remedies(lines, policy, subject);
  return lines;
}

}  // namespace

std::string describe(const Case& subject) {
  const auto number = [](auto value) { return static_cast<std::uint8_t>(value); };
  std::string out = "from " + word(role_from(number(subject.from)));
  out += " to " + word(role_from(number(subject.to)));
  out += " for " + word(purpose_from(number(subject.purpose)));
  out += " on " + word(basis_from(number(subject.basis)));
  out += ", " + word(stage_from(number(subject.stage)));
  out += ", hop " + std::to_string(subject.hop);
  for (Circumstance which :
       {Circumstance::kMinor, Circumstance::kReflection, Circumstance::kProtectionClaim}) {
    const bool holds = (subject.circumstances & static_cast<std::uint16_t>(which)) != 0;
    if (holds) out += ", " + std::string(name(which));
  }
  return out;
}

std::vector<std::string> explain(const CompiledPolicy& policy, const Case& subject) {
  const Decision decision = decide(policy, subject);
  if (!decision.deliver) return explain_refusal(policy, subject, decision);
  std::vector<std::string> lines{"Delivered, " + describe(subject) + "."};
  const CategorySet full = at_level(decision, Level::kFull);
  if (full != 0) lines.push_back("In full: " + format_categories(full) + ".");
  append_by_reason(lines, "Generalised", decision, at_level(decision, Level::kGeneralised));
  append_by_reason(lines, "Withheld", decision, at_level(decision, Level::kWithheld));
  lines.push_back(decided_by(policy, decision.rules));
  append_duties(lines, policy, decision);
  append_remedies(lines, policy, subject);
  return lines;
}

}  // namespace safeconduct::policies
