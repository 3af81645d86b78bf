// One message on its way, with all that may let it go; and which of the invariants of DOMAIN §5 it
// breaks. Written without the policy engine and without the core's own judgement, so that a fault
// in either shows.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "broker/core/consents.h"
#include "broker/core/exception.h"
#include "broker/core/message.h"
#include "policies/levels.h"
#include "schemas/wire/parts.h"

namespace safeconduct::core {

// A consent that binds, with whom the person excluded later.
struct Bond {
  std::optional<Consent> consent;
  std::vector<AgencyId> beside;
};

struct HopBefore {
  MessageRecord record;
  wire::Header header;
  Bond bond;
};

struct Passage {
  wire::Header header;
  bool given = false;   // it leaves now; else it was let in
  bool silent = false;  // it goes nowhere
  Instant at;
  std::uint64_t position = 0;  // of the entry that says so
  std::uint64_t offered = 0;
  std::uint64_t kept = 0;
  Bond ground;
  bool onward = false;              // it rests on the consent of the hop before
  std::vector<HopBefore> before{};  // nearest first
  std::optional<Exception> exception;
  std::uint32_t notices = 0;  // Duty bits that go with it
  Instant content_end;        // as its recipient is told
};

// The row of the shared table (domain/policy.json); what it does not list is withheld.
[[nodiscard]] policies::Levels row_of(const wire::Header& header);
// Whether the shared table is here; without it rows let everything pass.
[[nodiscard]] bool has_rows();

// The first invariant that it breaks, 1..20, with a word on how; empty when it keeps all that one
// message can break.
[[nodiscard]] std::string broken(const Passage& passage);

[[nodiscard]] Passage passage_of(const StateView& state, const wire::Header& header,
                                 const MessageRecord& record);

}  // namespace safeconduct::core
