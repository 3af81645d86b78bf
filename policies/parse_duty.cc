#include "policies/parse_duty.h"

#include <algorithm>
#include <charconv>

#include "policies/parse_selector.h"
#include "schemas/base/suggest.h"

namespace safeconduct::policies {
namespace {

constexpr std::uint32_t kMajorityMax = 21;

template <class Word>
Result<Word> one_of(Tokens& tokens, std::string_view what,
                    std::optional<Word> (*named)(std::string_view),
                    std::span<const std::string_view> known) {
  const Token token = tokens.peek();
  if (token.kind != TokenKind::kWord) return tokens.expected("a " + std::string(what));
  const auto word = named(token.text);
  if (!word) {
    return tokens.error_at(token, "unknown " + std::string(what) + " `" + std::string(token.text) +
                                      "`" + did_you_mean(token.text, known));
  }
  tokens.take();
  return *word;
}

Result<std::uint32_t> parse_number(Tokens& tokens) {
  TRY(token, tokens.expect(TokenKind::kNumber, "a number"));
  std::uint32_t out = 0;
  const char* end = token.text.data() + token.text.size();
  const auto [stop, failed] = std::from_chars(token.text.data(), end, out);
  if (failed != std::errc() || stop != end || out == 0 || out > 9999) {
    return tokens.error_at(token, "numbers go from 1 to 9999 here");
  }
  return out;
}

// `72 hours`, `1 hour`, `7 days`, in hours.
Result<std::uint32_t> parse_hours(Tokens& tokens) {
  TRY(count, parse_number(tokens));
  if (tokens.accept("hours") || tokens.accept("hour")) return count;
  if (tokens.accept("days") || tokens.accept("day")) return count * 24;
  return tokens.expected("`hours` or `days`");
}

Result<Requirement> parse_requirement(Tokens& tokens) {
  const Token at = tokens.peek();
  TRY(duty, one_of<Duty>(tokens, "duty", duty_named, duty_names()));
  Requirement out{duty, 0};
  const bool timed = tokens.next_is("within") && tokens.peek_second().kind == TokenKind::kNumber;
  if (timed) {
    tokens.take();
    TRY(hours, parse_hours(tokens));
    out.hours = hours;
  }
  const DutyTime time = time_of(duty);
  if (timed && time == DutyTime::kNone) {
    return tokens.error_at(at, "`" + std::string(name(duty)) + "` has no time; leave `within` out");
  }
  if (!timed && time == DutyTime::kNeeded) {
    return tokens.error_at(
        at, "`" + std::string(name(duty)) + "` needs a time: add `within` and hours or days");
  }
  return out;
}

Result<Setting> parse_setting(Tokens& tokens) {
  const Token at = tokens.peek();
  TRY(term, one_of<Term>(tokens, "term", term_named, term_names()));
  Setting out{term, 0};
  const TermUnit unit = unit_of(term);
  TRY(number, unit == TermUnit::kHours ? parse_hours(tokens) : parse_number(tokens));
  if (unit == TermUnit::kYears) TRY_OK(tokens.expect("years"));
  out.value = number;
  const std::uint32_t bound = bound_of(term);
  const bool too_old = unit == TermUnit::kYears && out.value > kMajorityMax;
  if (!as_strict(term, out.value, bound) || too_old) {
    return tokens.error_at(at, "`" + words(out) + "` goes beyond what any policy may set, `" +
                                   words(Setting{term, bound}) + "`");
  }
  return out;
}

template <class Value, class Same>
bool has(const std::vector<Value>& list, Same same) {
  return std::any_of(list.begin(), list.end(), same);
}

}  // namespace

Result<bool> parse_require(Tokens& tokens, Statement& into) {
  if (!tokens.accept("require")) return false;
  do {
    const Token at = tokens.peek();
    TRY(what, parse_requirement(tokens));
    if (has(into.requires_of, [&](const Requirement& r) { return r.duty == what.duty; })) {
      return tokens.error_at(at, "`" + std::string(at.text) + "` is required twice");
    }
    into.requires_of.push_back(what);
  } while (tokens.accept(TokenKind::kComma));
  return true;
}

Result<bool> parse_carrying(Tokens& tokens, Statement& into) {
  const Token at = tokens.peek();
  if (!tokens.accept("carrying")) return false;
  if (into.about != 0) {
    return tokens.error_at(at, "`carrying` is said twice; put all categories into one list");
  }
  TRY(categories, parse_categories(tokens));
  into.about = categories;
  return true;
}

Status parse_terms(Tokens& tokens, Statement& into) {
  while (true) {
    const Token at = tokens.peek();
    if (tokens.accept("transport")) {
      TRY_OK(tokens.expect("direct"));
      into.direct = true;
    } else if (tokens.accept("set")) {
      TRY(setting, parse_setting(tokens));
      if (has(into.settings, [&](const Setting& s) { return s.term == setting.term; })) {
        return tokens.error_at(at, "`" + std::string(name(setting.term)) + "` is set twice");
      }
      into.settings.push_back(setting);
    } else {
      return {};
    }
  }
}

Result<bool> parse_claimed_duty(Tokens& tokens, Statement& into) {
  if (tokens.accept("requires")) {
    into.claim = Claim::kRequires;
    TRY(what, parse_requirement(tokens));
    into.requires_of = {what};
    TRY_OK(parse_carrying(tokens, into));
    return true;
  }
  if (tokens.accept("transport")) {
    TRY_OK(tokens.expect("direct"));
    into.claim = Claim::kDirect;
    into.direct = true;
    return true;
  }
  if (tokens.accept("term")) {
    into.claim = Claim::kTerm;
    TRY(setting, parse_setting(tokens));
    into.settings = {setting};
    return true;
  }
  return false;
}

}  // namespace safeconduct::policies
