// The consents that this agency collected. The document stays here, under a key of its own; the
// broker gets a signed record of codes, again and again until it has it.
#pragma once

#include "agents/daemon/desk.h"
#include "agents/daemon/items.h"
#include "agents/daemon/records.h"
#include "policies/case.h"

namespace safeconduct::agent {

class Consents {
 public:
  Consents(Desk& desk, Records& records) : desk_(desk), records_(records) {}

  // Durable when it returns. Errors: kInvalid in words for the case worker, kIo.
  [[nodiscard]] Result<Consent> add(std::string_view json);
  // A new version on the person's word. Errors also: kNotFound, kConflict (withdrawn).
  [[nodiscard]] Result<Consent> replace(const ConsentId& id, std::string_view json);
  // The person takes it back, wholly (0) or for these categories. Errors: kNotFound, kConflict.
  [[nodiscard]] Result<Consent> withdraw(Change& change, const ConsentId& id,
                                         std::uint32_t categories);

  // Errors: kNotFound.
  [[nodiscard]] Result<Consent> find(const ConsentId& id) const;
  [[nodiscard]] Result<std::vector<Consent>> list(std::size_t limit) const;
  // The document as it was recorded. Errors: kNotFound.
  [[nodiscard]] Result<SecretBytes> document(const ConsentId& id) const;

  // The broker's answer to a record of ours.
  [[nodiscard]] Status recorded(Change& change, const Outgoing& record, std::uint64_t position);
  // To a log that knows none of them: each as its first version, without what was taken back.
  [[nodiscard]] Status send_again(Change& change);
  [[nodiscard]] Status refused(Change& change, const Outgoing& record, std::string_view reason);

 private:
  [[nodiscard]] Result<Consent> store_version(wire::ConsentRecord record, Consent consent,
                                              std::string_view json);
  Desk& desk_;
  Records& records_;
};

[[nodiscard]] wire::ConsentRecord record_of(const Consent& consent);

// What the consent says for one referral at `at`, as the broker will see it. `life`: how long a
// consent counts at most, by the policy.
[[nodiscard]] policies::ConsentView view_of_consent(const Consent& consent, std::uint8_t purpose,
                                                    const AgencyId& to, Duration life, Instant at);
// The person's never-list and exclusions, put into the case.
void apply_never(const Consent& consent, const AgencyId& to, policies::Case& subject);

}  // namespace safeconduct::agent
