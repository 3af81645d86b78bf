// What an agency can tell a person of their own consent and of what was sent on it: codes and
// times, never a value of the content.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "policies/vocabulary.h"
#include "schemas/base/ids.h"
#include "schemas/base/instant.h"

namespace safeconduct::person {

struct Party {
  AgencyId agency;
  std::optional<policies::Role> role;  // nothing: not known here
};

// What the person agreed to for one purpose, after what they took back.
struct Grant {
  policies::Purpose purpose{};
  std::vector<Party> recipients;
  policies::CategorySet full = 0;
  policies::CategorySet generalised = 0;
};

enum class AgreementState : std::uint8_t { kWaiting, kLive, kOver, kWithdrawn, kRefused };

struct Agreement {
  AgreementState state = AgreementState::kWaiting;
  Instant given;
  Instant expires;
  Instant withdrawn_at;                  // of kWithdrawn
  policies::CategorySet taken_back = 0;  // from the newest version
  std::vector<Grant> grants;
  std::vector<Party> never_agencies;
  policies::CategorySet never_categories = 0;
  std::vector<policies::Purpose> onward_purposes;  // empty: not onward
};

enum class Fate : std::uint8_t {
  kWaiting,   // not told yet
  kGiven,     // delivered: counts as told
  kReceived,  // the recipient signed for it
  kRefused,   // stopped by policy or consent
  kFailed,    // the recipient's agent could not take it
  kEnded,     // did not arrive in time
  kRecalled,  // taken back before it arrived
  kStopped,   // told, then taken back: the recipient was told to stop
};
// Whether something counts as told.
[[nodiscard]] constexpr bool was_told(Fate fate) {
  return fate == Fate::kGiven || fate == Fate::kReceived || fate == Fate::kStopped;
}

struct Withheld {
  policies::Category category{};
  policies::Reason reason{};
  bool reduced = false;  // told in general words, though more was agreed
};

// A recipient's signed word on what it deleted.
struct Deletion {
  Instant at;
  policies::CategorySet kept = 0;  // on a legal ground
};

struct Disclosure {
  Party to;
  std::optional<AgencyId> passed_on_by;  // an onward referral, by whom
  policies::Purpose purpose{};
  policies::Stage stage = policies::Stage::kRelease;
  policies::Basis basis = policies::Basis::kConsent;
  Instant at;
  Fate fate = Fate::kWaiting;
  std::optional<policies::Reason> refusal;  // of kRefused; nothing: a technical reason
  policies::CategorySet full = 0;
  policies::CategorySet generalised = 0;
  std::vector<Withheld> withheld;  // of what was agreed
  std::optional<Deletion> deletion;
};

// Who holds the consent, as the agency wants to be named to the person (agent.toml, [person]).
struct Holder {
  AgencyId agency;
  std::string name;     // empty: the agency's id
  std::string contact;  // empty: whoever gave the page
  std::string neutral_name;
  std::string neutral_contact;
};

struct Facts {
  std::string code;  // which the person quotes
  Instant made_at;
  Holder holder;
  std::optional<Agreement> agreement;   // nothing: sent on another ground than consent
  std::vector<Disclosure> disclosures;  // newest first
};

}  // namespace safeconduct::person
