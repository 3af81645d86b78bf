// A referral as an application or a person hands it to the agent, before anything is minimised.
// The form is published as agents/document/referral.schema.json.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "policies/vocabulary.h"
#include "schemas/base/ids.h"
#include "schemas/base/instant.h"

namespace safeconduct::document {

inline constexpr std::string_view kReferralForm = "referral/1";
inline constexpr std::string_view kNobodyAsked = "none";
inline constexpr std::size_t kDocumentBytesMax = 256 * 1024;  // a body's bound, before sealing
inline constexpr int kNestingMax = 8;                         // the form needs 5

struct ReferralDocument {
  AgencyId to;
  policies::Role as{};       // the sender's acting role
  policies::Role to_role{};  // the recipient's acting role
  policies::Purpose purpose{};
  policies::Urgency urgency{};
  policies::Stage stage = policies::Stage::kRelease;
  policies::Basis basis = policies::Basis::kConsent;
  // Always there on consent at hop 1. Zero: the document says `none`, nobody was asked; the broker
  // refuses that and records it.
  std::optional<ConsentId> consent;
  std::uint16_t circumstances = 0;  // policies::Circumstance bits
  // When a reflection period began; the policy's term says how long it lasts.
  std::optional<Instant> reflection_since;
  std::optional<MessageId> prior;  // the message that this one passes on; makes it hop 2
  std::optional<Instant> content_end;
  // Canonical JSON object of each category (sorted keys, no white space); empty: nothing recorded.
  policies::PerCategory<std::string> content;

  [[nodiscard]] std::uint8_t hop() const { return prior ? 2 : 1; }
  // The categories that have content.
  [[nodiscard]] policies::CategorySet filled() const;

  friend bool operator==(const ReferralDocument&, const ReferralDocument&) = default;
};

// Strict: an unknown key, word or type, a key twice, or anything out of bounds is refused.
// Errors: kInvalid: where (a path of known names), what is wrong, the nearest known word. Content
// is never quoted, nor is an unknown key, which may be content in the wrong place.
[[nodiscard]] Result<ReferralDocument> parse_document(std::string_view json);

// Canonical form; parse_document of it gives the same document.
[[nodiscard]] std::string to_json(const ReferralDocument& document);

// The published JSON Schema (draft 2020-12), made from the table of fields.
[[nodiscard]] std::string referral_schema();

}  // namespace safeconduct::document
