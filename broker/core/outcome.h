// What came of a command: the answer for whoever asked, the entries for the ledger, and what must
// happen to sealed bodies.
#pragma once

#include <variant>
#include <vector>

#include "schemas/ledger/entry.h"
#include "schemas/wire/parts.h"

namespace safeconduct::core {

// An entry and whose its sender's and recipient's parts are (empty: nobody's).
struct Emitted {
  ledger::Entry entry;
  AgencyId sender;
  AgencyId recipient;
};

// A submission was decided. `again`: it was decided before; the sender part is in that entry.
struct Decided {
  MessageId message;
  std::uint64_t position = 0;
  bool admitted = false;
  bool again = false;
};
// A record or receipt lies in the ledger.
struct Recorded {
  std::uint64_t position = 0;
};
// The message goes to its recipient now, these slots and no others.
struct Given {
  MessageId message;
  std::uint64_t position = 0;  // of the delivery entry
  std::uint64_t kept = 0;
};
// Nothing to answer: a tick's own work, or a message that is not waiting any more.
struct Done {};
// Nothing was decided about a message. `entries` may still hold the refused frame.
using Answer = std::variant<Done, Decided, Recorded, Given, Error>;

// What the store does with the sealed body of a message, in the same batch as the entries.
enum class BodyFate : std::uint8_t {
  kStore,   // keep these slots of the submission that was just decided
  kNarrow,  // drop all slots but these, under a new key
  kDrop,    // destroy body and key
};
struct BodyEffect {
  MessageId message;
  BodyFate fate = BodyFate::kDrop;
  std::uint64_t kept = 0;
  // As many bytes without meaning in its place: it goes nowhere, and nothing may tell.
  bool decoy = false;
};

// Parts of one kind that the store destroys in the same batch: of the entries [from, to), but of
// those at `spared`.
struct Pruned {
  ledger::PartKind part = ledger::PartKind::kRouting;
  std::uint64_t from = 0;
  std::uint64_t to = 0;
  std::vector<std::uint64_t> spared;
};

struct Outcome {
  Answer answer = Done{};
  std::vector<Emitted> entries;
  std::vector<BodyEffect> bodies;
  std::vector<Pruned> prunings{};
};

}  // namespace safeconduct::core
