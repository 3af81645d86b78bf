#include "policies/scenario.h"

#include <algorithm>

#include "schemas/base/suggest.h"

namespace safeconduct::policies {
namespace {

Result<Category> category_of(const std::string& word) {
  if (const auto category = category_named(word)) return *category;
  return invalid("unknown category `" + word + "`" + did_you_mean(word, category_names()));
}

struct Listed {
  CategorySet categories = 0;
  CategorySet named = 0;  // without what only a blanket tick reaches
};

Result<Listed> listed(const std::vector<std::string>& words) {
  Listed out;
  for (const std::string& word : words) {
    if (word == "all") {
      out.categories |= kAllCategories;
      continue;
    }
    TRY(category, category_of(word));
    out.categories |= bit(category);
    out.named |= bit(category);
  }
  return out;
}

Result<Grantor> grantor_of(const std::string& word) {
  static constexpr std::string_view kWords[] = {"self", "guardian", "court", "alleged_abuser"};
  const auto at = std::find(std::begin(kWords), std::end(kWords), word);
  if (at != std::end(kWords)) return static_cast<Grantor>(at - std::begin(kWords));
  return invalid("unknown grantor `" + word + "`" + did_you_mean(word, kWords));
}

bool holds_word(const std::vector<std::string>& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

Result<ConsentView> consent_of(const ScenarioConsent& given, const Scenario& scenario) {
  ConsentView out;
  out.state = given.withdrawn ? ConsentState::kWithdrawn
              : given.expired ? ConsentState::kExpired
                              : ConsentState::kLive;
  TRY(grantor, grantor_of(given.grantor));
  TRY(full, listed(given.full));
  TRY(generalised, listed(given.gen));
  out.grantor = grantor;
  out.purpose_named = holds_word(given.purposes, scenario.purpose);
  out.recipient_named = holds_word(given.recipients, scenario.agency);
  out.person_initiated = given.person_initiated;
  out.fresh_in_reflection = given.fresh_in_reflection;
  out.written = !given.oral;
  out.full = full.categories;
  out.generalised = generalised.categories;
  out.named = full.named | generalised.named;
  return out;
}

Result<Levels> prior_of(const Scenario& scenario) {
  if (!scenario.prior) return Levels::all(scenario.hop > 1 ? Level::kWithheld : Level::kFull);
  Levels out;
  for (const auto& [word, level] : *scenario.prior) {
    TRY(category, category_of(word));
    out.set(category, level);
  }
  return out;
}

template <class Enum>
Enum word_or_unknown(const std::optional<Enum>& word) {
  return word.value_or(Enum{});
}

}  // namespace

Result<Case> to_case(const Scenario& scenario) {
  if (scenario.hop < 1 || scenario.hop > 255) {
    return invalid("hop `" + std::to_string(scenario.hop) + "` is outside 1 to 255");
  }
  Case out;
  out.from = word_or_unknown(role_named(scenario.sender));
  out.to = word_or_unknown(role_named(scenario.role));
  out.purpose = word_or_unknown(purpose_named(scenario.purpose));
  out.stage =
      scenario.stage.empty() ? Stage::kRelease : word_or_unknown(stage_named(scenario.stage));
  out.basis =
      scenario.basis.empty() ? Basis::kConsent : word_or_unknown(basis_named(scenario.basis));
  out.urgency = scenario.urgency.empty() ? Urgency::kRoutine
                                         : word_or_unknown(urgency_named(scenario.urgency));
  set_circumstance(out, Circumstance::kMinor, scenario.minor);
  set_circumstance(out, Circumstance::kReflection, scenario.reflection);
  set_circumstance(out, Circumstance::kProtectionClaim, scenario.protection_claim);
  out.hop = static_cast<std::uint8_t>(scenario.hop);
  out.agreement_in_force = !scenario.no_agreement;
  out.conflict = scenario.conflict;
  if (scenario.consent) {
    TRY(consent, consent_of(*scenario.consent, scenario));
    out.consent = consent;
  }
  TRY(never, listed(scenario.never));
  out.never = never.categories;
  TRY(prior, prior_of(scenario));
  out.prior = prior;
  return out;
}

}  // namespace safeconduct::policies
