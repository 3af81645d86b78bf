// Which entries somebody asks for: of one referral, of one agency, of a span of time. Entries are
// asked about in order: what an entry says of a message decides about later ones that name only the
// message.
#pragma once

#include <set>

#include "schemas/base/ids.h"
#include "schemas/ledger/entry.h"

namespace safeconduct::audit {

struct Selection {
  std::optional<ReferralId> referral{};
  std::optional<AgencyId> agency{};
  std::optional<Instant> from{};
  std::optional<Instant> until{};  // not included

  [[nodiscard]] bool everything() const { return !referral && !agency && !from && !until; }
};

class Selector {
 public:
  explicit Selector(Selection selection) : selection_(std::move(selection)) {}
  [[nodiscard]] bool takes(const ledger::Entry& entry);

 private:
  [[nodiscard]] bool is_of_referral(const ledger::Entry& entry);
  [[nodiscard]] bool is_of_agency(const ledger::Entry& entry);

  Selection selection_;
  std::set<MessageId> messages_;  // that belong to it
};

}  // namespace safeconduct::audit
